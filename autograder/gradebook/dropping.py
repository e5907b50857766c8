"""Taking a whole run back, as where it was one of the wrong assignment or over the wrong folder."""

from __future__ import annotations

from sqlalchemy import Connection, and_, delete, select, update

from autograder.errors import GradebookError
from autograder.gradebook.book import Gradebook
from autograder.gradebook.recording import note
from autograder.gradebook.records import Ending, Happening
from autograder.gradebook.schema import replacements, results, runs, standings


def drop_run(book: Gradebook, assignment: str, run: int, reason: str, who: str) -> int:
    """Let what stood before the run stand again, and nothing where there was nothing; of how many students.

    Its results stay in the history and are not taken for known. Raises ``GradebookError`` where there is no such run.
    """
    own = and_(runs.c.id == run, runs.c.assignment == assignment, runs.c.ended_at.is_not(None))
    with book.writing() as connection:
        ended = update(runs).where(own, runs.c.ending != str(Ending.DROPPED)).values(ending=str(Ending.DROPPED))
        if connection.execute(ended).rowcount != 1:
            told = f"there is no run {run} of {assignment} that has ended"
            raise GradebookError(f"{told}: `autograder status` shows runs")
        connection.execute(update(results).where(results.c.run_id == run).values(known=None))
        before = _stood_before(connection, assignment, run)
        for student, result in before.items():
            _stand(connection, assignment, student, result)
            note(connection, who, Happening.DROPPED, assignment, student, result, f"run {run}: {reason}")
    return len(before)


def _stood_before(connection: Connection, assignment: str, run: int) -> dict[str, int | None]:
    """By student: what stood before the run, where what stands is of its making; None where nothing did."""
    standing = (
        select(standings.c.student, standings.c.result_id, results.c.run_id)
        .join(results, results.c.id == standings.c.result_id)
        .where(standings.c.assignment == assignment)
    )
    changed = select(replacements).where(replacements.c.run_id == run).order_by(replacements.c.id)
    first: dict[str, int] = {}
    last: dict[str, int] = {}
    for row in connection.execute(changed):
        first.setdefault(row.student, row.before)
        last[row.student] = row.after
    return {
        row.student: first.get(row.student)
        for row in connection.execute(standing)
        if (last[row.student] == row.result_id if row.student in last else row.run_id == run)
    }


def _stand(connection: Connection, assignment: str, student: str, result: int | None) -> None:
    own = and_(standings.c.assignment == assignment, standings.c.student == student)
    if result is None:
        connection.execute(delete(standings).where(own))
    else:
        connection.execute(update(standings).where(own).values(result_id=result))
