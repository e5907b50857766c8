"""What people ask of a gradebook. Whoever reads makes no grader wait."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import fields
from fractions import Fraction
from typing import Any

from sqlalchemy import Row, Select, and_, exists, func, select

from autograder.gradebook.book import Gradebook
from autograder.gradebook.marks import Mark, mark_of
from autograder.gradebook.policy import Policy
from autograder.gradebook.records import Adjustment, Choice, Ending, Entry, Plan, Run, Standing
from autograder.gradebook.schema import adjustments, choices, events, exercise_results, results, runs, standings

WHOLES = select(
    results.c.id,
    results.c.student,
    results.c.assignment,
    results.c.status,
    results.c.score,
    results.c.max_score,
    results.c.handed_in_at,
    standings.c.gone,
).join(standings, standings.c.result_id == results.c.id)
PARTS = (
    select(exercise_results.c.result_id, exercise_results.c.exercise, exercise_results.c.score)
    .join(standings, standings.c.result_id == exercise_results.c.result_id)
    .where(
        exists().where(
            adjustments.c.assignment == standings.c.assignment,
            adjustments.c.student == standings.c.student,
            adjustments.c.exercise.is_not(None),
        )
    )
)


def latest_run(book: Gradebook, assignment: str) -> Run | None:
    """The run of the assignment that was begun last, and not dropped."""
    own = and_(runs.c.assignment == assignment, runs.c.ending.is_distinct_from(str(Ending.DROPPED)))
    return next(iter(_runs(book, select(runs).where(own).order_by(runs.c.id.desc()))), None)


def current_runs(book: Gradebook) -> list[Run]:
    """Every run that has not ended, and the last one of each assignment, in the order in which they began."""
    last = select(func.max(runs.c.id)).group_by(runs.c.assignment)
    return _runs(book, select(runs).where(runs.c.ended_at.is_(None) | runs.c.id.in_(last)).order_by(runs.c.id))


def _runs(book: Gradebook, wanted: Select[Any]) -> list[Run]:
    with book.reading() as connection:
        return [_run(row) for row in connection.execute(wanted)]


def _run(row: Row[Any]) -> Run:
    plan = Plan(*(getattr(row, each.name) for each in fields(Plan)))
    return Run(plan=plan, **{each.name: getattr(row, each.name) for each in fields(Run) if each.name != "plan"})


def history(book: Gradebook, student: str, assignment: str | None = None) -> list[Entry]:
    """What happened to a student's marks, in order."""
    wanted = select(events).where(events.c.student == student).order_by(events.c.id)
    if assignment:
        wanted = wanted.where(events.c.assignment == assignment)
    with book.reading() as connection:
        return [
            Entry(row.id, row.at, row.who, row.kind, row.assignment, row.student, row.result_id, row.detail)
            for row in connection.execute(wanted)
        ]


def standing(book: Gradebook, assignment: str | None = None) -> list[Standing]:
    """The results that stand, of an assignment or of all, in order of assignment and student; without those who are
    gone.
    """
    return [each for each in standing_of_all(book, assignment) if not each.gone]


def standing_of_all(book: Gradebook, assignment: str | None = None, student: str | None = None) -> list[Standing]:
    """The same with those who are gone; of one student, where one is named."""
    with book.reading() as connection:
        parts: dict[int, dict[str, Fraction | None]] = defaultdict(dict)
        for row in connection.execute(_of(assignment, student, PARTS)):
            parts[row.result_id][row.exercise] = row.score
        found = [_standing(row, parts[row.id]) for row in connection.execute(_of(assignment, student, WHOLES))]
    return sorted(found, key=lambda each: (each.assignment, each.student))


def _of(assignment: str | None, student: str | None, wanted: Select[Any]) -> Select[Any]:
    named = wanted.where(standings.c.assignment == assignment) if assignment else wanted
    return named.where(standings.c.student == student) if student else named


def _standing(row: Row[Any], parts: dict[str, Fraction | None]) -> Standing:
    facts = (row.student, row.assignment, row.id, row.status, row.score, row.max_score, row.handed_in_at)
    return Standing(*facts, parts, bool(row.gone))


def final_marks(
    book: Gradebook, policy: Policy, assignment: str | None = None, student: str | None = None
) -> list[Mark]:
    """The mark of every student, or of one, of an assignment or of all, in order of assignment and student.

    Also of those who are gone: a mark is not lost because a folder is.
    """
    changed = adjusted(book, assignment)
    return [
        mark_of(
            each,
            changed.get((each.assignment, each.student), []),
            policy.lateness(each.assignment, each.student, each.handed_in_at),
        )
        for each in standing_of_all(book, assignment, student)
    ]


def graded_assignments(book: Gradebook) -> list[str]:
    """Of which assignments there are results."""
    with book.reading() as connection:
        return sorted(connection.execute(select(standings.c.assignment).distinct()).scalars())


def adjusted(book: Gradebook, assignment: str | None = None) -> dict[tuple[str, str], list[Adjustment]]:
    """The adjustments that hold, by assignment and student, in the order in which they were made."""
    wanted = select(adjustments).where(~adjustments.c.undone).order_by(adjustments.c.id)
    if assignment:
        wanted = wanted.where(adjustments.c.assignment == assignment)
    found: dict[tuple[str, str], list[Adjustment]] = defaultdict(list)
    with book.reading() as connection:
        for row in connection.execute(wanted):
            each = Adjustment(**{field.name: getattr(row, field.name) for field in fields(Adjustment)})
            found[each.assignment, each.student].append(each)
    return found


def choices_of(book: Gradebook, assignment: str) -> list[Choice]:
    """What staff chose for each student: the last choice that was not undone, in order of students."""
    wanted = select(choices).where(choices.c.assignment == assignment, ~choices.c.undone).order_by(choices.c.id)
    with book.reading() as connection:
        made = [
            Choice(**{field.name: getattr(row, field.name) for field in fields(Choice)})
            for row in connection.execute(wanted)
        ]
    latest = {each.student: each for each in made}
    return [latest[student] for student in sorted(latest)]


def standing_hashes(book: Gradebook, assignment: str, students: Collection[str]) -> dict[str, str]:
    """By student: the hash of the submission whose result stands."""
    wanted = (
        select(standings.c.student, results.c.submission_hash)
        .join(results, results.c.id == standings.c.result_id)
        .where(standings.c.assignment == assignment, standings.c.student.in_(students))
    )
    with book.reading() as connection:
        return {row.student: row.submission_hash for row in connection.execute(wanted)}
