"""Entries from a gradebook, from the roster, and from what is known of where submissions were collected."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from autograder.archives import listed
from autograder.collect.choosing import best_of
from autograder.collect.model import Handed, Person
from autograder.collect.record import Record, recorded
from autograder.collect.roster import Roster, fold, squashed
from autograder.errors import ExportError
from autograder.export.entry import Entry, Part
from autograder.export.feedback import feedback
from autograder.gradebook.book import Gradebook
from autograder.gradebook.marks import Mark
from autograder.gradebook.policy import Policy
from autograder.gradebook.queries import adjusted, final_marks, latest_run
from autograder.gradebook.recording import reports_of
from autograder.model import Assignment, Report, Status
from autograder.report.overview import is_misnamed
from autograder.report.records import rows


def gather(
    book: Gradebook, policy: Policy, assignment: str | None, roster: Roster | None, language: str
) -> list[Entry]:
    """The final marks of an assignment, or of all, in order of assignment and student; with those who are on the roster
    or were not collected and have no result. Of several attempts the best counts.

    Nothing handed in is no mark, unless staff have made one; nor is what could not be collected or has another name.
    Raises ``GradebookError``, ``SubmissionsError`` and, where nothing is marked, ``ExportError``.
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


def without_times(entries: Sequence[Entry], policy: Policy) -> Iterator[str]:
    """A line for each assignment with a due date that cannot apply to all marks, as nobody knows their times."""
    for name in policy.deadlines:
        marked = [each for each in entries if each.assignment == name and each.auto is not None]
        unknown = sum(each.handed_in_at is None for each in marked)
        if unknown:
            yield (
                f"{name} has a due date, and of {unknown} of {len(marked)} marks nobody knows when they were handed "
                "in: those count as in time"
            )


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
        trouble=report.message.en if absent and report.message and is_misnamed(report) else "",
    )


def _titles(assignment: Assignment, language: str) -> tuple[str, ...]:
    title = assignment.title
    return tuple(dict.fromkeys((title.into(language), title.en, title.zh, assignment.name)))


def _collected(book: Gradebook, assignment: str) -> Record:
    """What the folder that was graded last says of where it came from."""
    run = latest_run(book, assignment)
    return recorded(Path(run.plan.submissions)) if run else Record()


def _with_people(graded: Sequence[Entry], collected: Record, roster: Roster | None) -> Iterator[Entry]:
    best = best_of({each.student: each.points for each in graded}, collected.handed)
    met = set[str]()
    strangers: list[Handed] = []
    for entry in graded:
        handed = collected.handed.get(entry.student)
        if handed is None or best[handed.student] == entry.student:
            person = _person(entry.student, handed, roster)
            met |= {fold(key) for key in (entry.student, person.id if person else "")}
            strangers += [handed] if handed and not person else []
            yield _named(entry, handed, person, collected.platform)
    absent = {fold(each.id): each for each in collected.absent if fold(each.id) not in met}
    for person in roster.people if roster else ():
        if fold(person.id) not in met:
            told = [absent.pop(fold(key)) for key in (person.id, *person.keys) if fold(key) in absent]
            trouble = next((each.why for each in told if each.why), "") or _perhaps(person, collected, strangers)
            yield _named(_without(graded[0], person.id, trouble), None, person, "")
    for each in absent.values():
        known = Person(each.id, each.name, each.email, each.section, (each.id,))
        yield _named(_without(graded[0], each.id, each.why), None, known, "")


def _without(other: Entry, student: str, trouble: str) -> Entry:
    """The entry of somebody without a result, in the assignment of another one's."""
    return Entry(student, other.assignment, other.titles, other.max_points, Status.MISSING, trouble=trouble)


def _perhaps(person: Person, collected: Record, strangers: Sequence[Handed]) -> str:
    """That somebody of their name handed in who is nobody on the roster for certain; empty where nobody did."""
    known = [(each.folder, each.name) for each in strangers]
    known += [(each.id, each.name) for each in collected.absent if each.why]
    theirs = [who for who, name in known if squashed(name) in person.names]
    return f"it is not certain whether they are {listed(theirs)}" if theirs else ""


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
