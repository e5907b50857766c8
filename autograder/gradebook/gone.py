"""Who was graded before and is not in the folder any more: their results stay, and are no part of the class."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, Select, and_, select, update

from autograder.gradebook.book import Gradebook
from autograder.gradebook.recording import against_others, note
from autograder.gradebook.records import Happening, Plan
from autograder.gradebook.schema import results, runs, standings


def note_who_is_gone(book: Gradebook, run: int, plan: Plan, students: Collection[str]) -> tuple[str, ...]:
    """Note of whom the folder that the run grades has nothing any more, and who is back; those who are gone.

    Only results of the same folder are looked at: a course may be graded from several.
    """
    told = f"nothing in {plan.submissions} in run {run}"

    def attempt(connection: Connection) -> tuple[str, ...]:
        found = connection.execute(_whose(plan.assignment)).all()
        gone = [row for row in found if row.submissions == plan.submissions and row.student not in students]
        for row in found:
            if row.gone and row.student in students:
                _set(connection, plan.assignment, row.student, None)
        for row in gone:
            if not row.gone:
                _set(connection, plan.assignment, row.student, True)
                note(connection, plan.who, Happening.GONE, plan.assignment, row.student, None, told)
        return tuple(sorted(row.student for row in gone))

    return against_others(book, attempt)


def _whose(assignment: str) -> Select[Any]:
    """Who has a result, of which folder, and whether they were gone before."""
    return (
        select(standings.c.student, standings.c.gone, runs.c.submissions)
        .join(results, results.c.id == standings.c.result_id)
        .join(runs, runs.c.id == results.c.run_id)
        .where(standings.c.assignment == assignment)
    )


def _set(connection: Connection, assignment: str, student: str, gone: bool | None) -> None:
    own = and_(standings.c.assignment == assignment, standings.c.student == student)
    connection.execute(update(standings).where(own).values(gone=gone))
