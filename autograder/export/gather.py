"""Entries from a gradebook, from the roster, and from what is known of where submissions were collected."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from autograder.collect.choosing import best_of
from autograder.collect.model import Handed, Person
from autograder.collect.record import handed_in, read_record
from autograder.collect.roster import Roster, fold
from autograder.errors import ExportError
from autograder.export.entry import Entry, Part
from autograder.export.feedback import feedback
from autograder.gradebook.book import Gradebook
from autograder.gradebook.marks import Mark
from autograder.gradebook.policy import Policy
from autograder.gradebook.queries import adjusted, final_marks, latest_run
from autograder.gradebook.recording import reports_of
from autograder.model import Assignment, Report, Status
from autograder.report.records import rows


@dataclass(frozen=True)
class Collected:
    """Who was collected from which platform, by their folder; nobody where submissions came another way."""

    platform: str = ""
    handed: Mapping[str, Handed] = field(default_factory=dict)


def gather(
    book: Gradebook, policy: Policy, assignment: str | None, roster: Roster | None, language: str
) -> list[Entry]:
    """The final marks of an assignment, or of all, in order of assignment and student; with those who are on the roster
    and have no result. Of several attempts the best counts.

    Nothing handed in is no mark, unless staff have made one. Raises ``GradebookError``, ``SubmissionsError`` and, where
    nothing is marked, ``ExportError``.
    """
    marks = final_marks(book, policy, assignment)
    if not marks:
        raise ExportError(f"{book.place} has no marks{f' of {assignment}' if assignment else ''}: grade first")
    by_name = _by_assignment(book, marks, set(adjusted(book, assignment)), language)
    entries = [
        each
        for name, graded in by_name.items()
        for each in _with_people(graded, _collected(book, name), roster)
    ]
    return sorted(entries, key=lambda each: (each.assignment, each.student))


def _by_assignment(
    book: Gradebook, marks: Sequence[Mark], changed: set[tuple[str, str]], language: str
) -> dict[str, list[Entry]]:
    by_key = {(each.standing.assignment, each.standing.student): each for each in marks}
    found: dict[str, list[Entry]] = {}
    for report in reports_of(book, [each.standing.result for each in marks]):
        key = report.assignment.name, report.student
        found.setdefault(report.assignment.name, []).append(_entry(report, by_key[key], key in changed, language))
    return found


def _entry(report: Report, mark: Mark, changed: bool, language: str) -> Entry:
    """What the gradebook knows; a student who handed nothing in has no mark, unless staff ``changed`` that."""
    absent = report.status is Status.MISSING and not changed
    return Entry(
        student=report.student,
        assignment=report.assignment.name,
        titles=_titles(report.assignment, language),
        max_points=mark.standing.max_score,
        status=report.status,
        points=None if absent else mark.final,
        auto=None if absent else mark.auto,
        adjustment=mark.adjustment,
        deduction=mark.deduction,
        late_by=mark.lateness.by,
        handed_in_at=mark.standing.handed_in_at,
        parts=tuple(
            Part(row.exercise.name, None if absent else row.score, row.exercise.points) for row in rows(report)
        ),
        feedback="" if absent else feedback(report, mark, language),
    )


def _titles(assignment: Assignment, language: str) -> tuple[str, ...]:
    title = assignment.title
    return tuple(dict.fromkeys((title.into(language), title.en, title.zh, assignment.name)))


def _collected(book: Gradebook, assignment: str) -> Collected:
    """What the folder that was graded last says of where it came from."""
    run = latest_run(book, assignment)
    folder = Path(run.plan.submissions) if run else Path()
    record = read_record(folder) if run else None
    return Collected(str(record.get("from", "")), handed_in(folder)) if record else Collected()


def _with_people(graded: Sequence[Entry], collected: Collected, roster: Roster | None) -> Iterator[Entry]:
    best = best_of({each.student: each.points for each in graded}, collected.handed)
    met = set[str]()
    for entry in graded:
        handed = collected.handed.get(entry.student)
        if handed is None or best[handed.student] == entry.student:
            person = _person(entry.student, handed, roster)
            met |= {person.id} if person else set()
            yield _named(entry, handed, person, collected.platform)
    for person in roster.people if roster else ():
        if person.id not in met:
            yield _named(_absent(graded[0], person), None, person, "")


def _absent(other: Entry, person: Person) -> Entry:
    """The entry of somebody without a result, in the assignment of another one's."""
    return Entry(person.id, other.assignment, other.titles, other.max_points, Status.MISSING)


def _person(student: str, handed: Handed | None, roster: Roster | None) -> Person | None:
    """The one person of the roster that this student must be."""
    if roster is None:
        return None
    keys = (handed.id, handed.email) if handed else (student,)
    found = {person.id: person for key in keys if key and (person := roster.by_key.get(fold(key)))}
    return next(iter(found.values())) if len(found) == 1 else None


def _named(entry: Entry, handed: Handed | None, person: Person | None, platform: str) -> Entry:
    """The entry with all that may name its student, the roster's words first."""
    keys = (*person.keys, person.id) if person else ()
    own = handed.id if handed else entry.student
    return replace(
        entry,
        student=handed.student if handed else entry.student,
        ids=tuple(dict.fromkeys(filter(None, (*keys, own) if handed or not person else keys))),
        name=(person.name if person else "") or (handed.name if handed else ""),
        email=(person.email if person else "") or (handed.email if handed else ""),
        section=(person.section if person else "") or (handed.section if handed else ""),
        platform=platform if handed else "",
    )
