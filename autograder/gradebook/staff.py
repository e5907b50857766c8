"""What staff change: adjustments, with a reason and a name, and what is to be graded again."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from fractions import Fraction

from sqlalchemy import Connection, and_, insert, select, update

from autograder.errors import GradebookError
from autograder.gradebook.book import Gradebook
from autograder.gradebook.recording import note
from autograder.gradebook.records import Adjustment, Happening, now
from autograder.gradebook.schema import adjustments, exercise_results, results, standings


def adjust(book: Gradebook, wanted: Adjustment) -> int:
    """Write an adjustment down; its number. Raises ``GradebookError`` where it fits no result."""
    with book.writing() as connection:
        _refuse_misfit(connection, wanted)
        values = {name: value for name, value in vars(wanted).items() if name != "id"}
        made = insert(adjustments).values(**values, made_at=now(), undone=False).returning(adjustments.c.id)
        number = int(connection.execute(made).scalar_one())
        detail = f"adjustment {number}: {wanted}: {wanted.reason}"
        note(connection, wanted.who, Happening.ADJUSTED, wanted.assignment, wanted.student, None, detail, number)
    return number


def undo(book: Gradebook, student: str, assignment: str, number: int, reason: str, who: str) -> None:
    """Take an adjustment back; it stays in the audit trail."""
    own = and_(adjustments.c.student == student, adjustments.c.assignment == assignment)
    with book.writing() as connection:
        taken = update(adjustments).where(own, adjustments.c.id == number, ~adjustments.c.undone).values(undone=True)
        if connection.execute(taken).rowcount != 1:
            there = connection.execute(select(adjustments.c.id).where(own, ~adjustments.c.undone)).scalars().all()
            listed = ", ".join(map(str, there)) or "none"
            raise GradebookError(f"{student} has no adjustment {number} in {assignment} to undo: there are {listed}")
        note(connection, who, Happening.UNDONE, assignment, student, None, f"adjustment {number}: {reason}", number)


def ask_again(book: Gradebook, assignment: str, students: Sequence[str], reason: str, who: str) -> int:
    """Have the results of these students, or of all, graded again by the next run; how many there are.

    They stand until then.
    """
    with book.writing() as connection:
        graded = _students(connection, assignment)
        for student in students:
            _refuse_unknown(student, graded, assignment)
        chosen = sorted(students) or graded
        for student in chosen:
            own = and_(results.c.assignment == assignment, results.c.student == student)
            connection.execute(update(results).where(own, results.c.known).values(known=None))
            note(connection, who, Happening.REGRADE, assignment, student, None, reason)
    return len(chosen)


def _students(connection: Connection, assignment: str) -> list[str]:
    wanted = select(standings.c.student).where(standings.c.assignment == assignment)
    return sorted(connection.execute(wanted).scalars())


def _refuse_unknown(student: str, graded: Iterable[str], assignment: str) -> None:
    if student in graded:
        return
    near = difflib.get_close_matches(student, list(graded), n=1)
    hint = f"did you mean {near[0]}?" if near else "see the student's name in grades.csv"
    raise GradebookError(f"no result of {student!r} in {assignment}: {hint}")


def _refuse_misfit(connection: Connection, wanted: Adjustment) -> None:
    _refuse_unknown(wanted.student, _students(connection, wanted.assignment), wanted.assignment)
    most = _points(connection, wanted)
    if abs(wanted.amount) > most or (wanted.kind == "to" and wanted.amount < 0):
        lowest = -most if wanted.kind == "by" else 0
        raise GradebookError(f"{wanted}: the amount lies between {lowest} and {most}")


def _points(connection: Connection, wanted: Adjustment) -> int:
    """The points of the exercise, or of them all."""
    place = and_(standings.c.assignment == wanted.assignment, standings.c.student == wanted.student)
    parts = select(exercise_results.c.exercise, exercise_results.c.max_score).join(
        standings, standings.c.result_id == exercise_results.c.result_id
    )
    points = {row.exercise: row.max_score for row in connection.execute(parts.where(place))}
    if wanted.exercise is None:
        return sum(points.values())
    if wanted.exercise not in points:
        raise GradebookError(f"{wanted.assignment} has no exercise {wanted.exercise!r}: it has {', '.join(points)}")
    return int(points[wanted.exercise])


def parse_amount(text: str) -> Fraction:
    """Points as people write them: ``5``, ``+2.5``, ``-1/3``. Raises ``ValueError``."""
    return Fraction(text.strip())
