"""What people ask of a gradebook. Whoever reads makes no grader wait."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import fields
from fractions import Fraction
from typing import Any

from sqlalchemy import Row, Select, exists, func, select

from autograder.gradebook.book import Gradebook
from autograder.gradebook.marks import Mark, mark_of
from autograder.gradebook.policy import Policy
from autograder.gradebook.records import Adjustment, Entry, Plan, Run, Standing
from autograder.gradebook.schema import adjustments, events, exercise_results, results, runs, standings

WHOLES = select(
    results.c.id,
    results.c.student,
    results.c.assignment,
    results.c.status,
    results.c.score,
    results.c.max_score,
    results.c.handed_in_at,
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
    """The run of the assignment that was begun last."""
    return next(iter(_runs(book, select(runs).where(runs.c.assignment == assignment).order_by(runs.c.id.desc()))), None)


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
    """The results that stand, of an assignment or of all, in order of assignment and student."""
    with book.reading() as connection:
        parts: dict[int, dict[str, Fraction | None]] = defaultdict(dict)
        for row in connection.execute(_of(assignment, PARTS)):
            parts[row.result_id][row.exercise] = row.score
        found = [_standing(row, parts[row.id]) for row in connection.execute(_of(assignment, WHOLES))]
    return sorted(found, key=lambda each: (each.assignment, each.student))


def _of(assignment: str | None, wanted: Select[Any]) -> Select[Any]:
    return wanted.where(standings.c.assignment == assignment) if assignment else wanted


def _standing(row: Row[Any], parts: dict[str, Fraction | None]) -> Standing:
    facts = (row.student, row.assignment, row.id, row.status, row.score, row.max_score, row.handed_in_at)
    return Standing(*facts, parts)


def final_marks(book: Gradebook, policy: Policy, assignment: str | None = None) -> list[Mark]:
    """The mark of every student, of an assignment or of all, in order of assignment and student."""
    changed = adjusted(book, assignment)
    return [
        mark_of(
            each,
            changed.get((each.assignment, each.student), []),
            policy.lateness(each.assignment, each.student, each.handed_in_at),
        )
        for each in standing(book, assignment)
    ]


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
