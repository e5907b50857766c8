"""What staff change, with a reason and a name: adjustments, what is to be graded again, and which file is to be."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from fractions import Fraction

from sqlalchemy import Connection, and_, insert, select, update

from autograder.errors import GradebookError
from autograder.gradebook.absent import record_absent
from autograder.gradebook.book import Gradebook
from autograder.gradebook.recording import note
from autograder.gradebook.records import Adjustment, Choice, Happening, now
from autograder.gradebook.schema import adjustments, choices, exercise_results, results, standings
from autograder.nearest import hint


def adjust(book: Gradebook, wanted: Adjustment, known: Collection[str] = ()) -> int:
    """Write an adjustment down; its number. Raises ``GradebookError`` where it fits no result.

    Who is ``known`` and has no result may be given a mark: there is one then that says that nothing was handed in.
    """
    with book.writing() as connection:
        _see_to_a_result(connection, wanted, known)
        _refuse_misfit(connection, wanted)
        values = {name: value for name, value in vars(wanted).items() if name != "id"}
        made = insert(adjustments).values(**values, made_at=now(), undone=False).returning(adjustments.c.id)
        number = int(connection.execute(made).scalar_one())
        detail = f"adjustment {number}: {wanted}: {wanted.reason}"
        note(connection, wanted.who, Happening.ADJUSTED, wanted.assignment, wanted.student, None, detail, number)
    return number


def choose(book: Gradebook, wanted: Iterable[Choice]) -> tuple[Choice, ...]:
    """Write down what is to be marked in the place of what was collected, and graded even if it was before."""
    made = []
    with book.writing() as connection:
        for each in wanted:
            values = {name: value for name, value in vars(each).items() if name != "id"}
            row = insert(choices).values(**values, made_at=now(), undone=False).returning(choices.c.id)
            made.append(replace(each, id=int(connection.execute(row).scalar_one())))
            detail = f"choice {made[-1].id}: {each}: {each.reason}"
            _forget(connection, each.assignment, each.student)
            note(connection, each.who, Happening.CHOSEN, each.assignment, each.student, None, detail)
    return tuple(made)


def undo_choice(book: Gradebook, assignment: str, number: int, reason: str, who: str) -> str:
    """Take a choice back; whose it was."""
    own = and_(choices.c.assignment == assignment, ~choices.c.undone)
    with book.writing() as connection:
        rows = connection.execute(select(choices.c.id, choices.c.student).where(own).order_by(choices.c.id))
        there: dict[int, str] = {row.id: row.student for row in rows}
        if number not in there:
            listed = ", ".join(f"{each} of {student}" for each, student in there.items()) or "none"
            raise GradebookError(f"{assignment} has no choice {number} to undo: there are {listed}")
        connection.execute(update(choices).where(choices.c.id == number).values(undone=True))
        note(connection, who, Happening.UNDONE, assignment, there[number], None, f"choice {number}: {reason}")
    return there[number]


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
            refuse_unknown(student, graded, assignment)
        chosen = sorted(students) or graded
        for student in chosen:
            _forget(connection, assignment, student)
            note(connection, who, Happening.REGRADE, assignment, student, None, reason)
    return len(chosen)


def _forget(connection: Connection, assignment: str, student: str) -> None:
    """Let no result of the student's be known, so that the next run makes a new one."""
    own = and_(results.c.assignment == assignment, results.c.student == student)
    connection.execute(update(results).where(own, results.c.known).values(known=None))


def _students(connection: Connection, assignment: str) -> list[str]:
    wanted = select(standings.c.student).where(standings.c.assignment == assignment)
    return sorted(connection.execute(wanted).scalars())


def refuse_unknown(student: str, graded: Iterable[str], assignment: str) -> None:
    """Raise ``GradebookError`` where the student is not among those with a result, with the likeliest of them."""
    if student in graded:
        return
    mend = hint(student, graded, "see the student's name in grades.csv")
    raise GradebookError(f"no result of {student!r} in {assignment}: {mend}")


def _see_to_a_result(connection: Connection, wanted: Adjustment, known: Collection[str]) -> None:
    """Raise ``GradebookError`` where there is no result to adjust, and none may be made."""
    graded = _students(connection, wanted.assignment)
    if not graded:
        refuse_unknown_assignment(wanted.assignment, _assignments(connection))
    if wanted.student in known and wanted.student not in graded:
        _refuse_all_but_to(wanted)
        record_absent(connection, wanted.assignment, wanted.student, wanted.who)
    else:
        refuse_unknown(wanted.student, graded, wanted.assignment)


def _refuse_misfit(connection: Connection, wanted: Adjustment) -> None:
    most = _points(connection, wanted)
    if abs(wanted.amount) > most or (wanted.kind == "to" and wanted.amount < 0):
        lowest = -most if wanted.kind == "by" else 0
        raise GradebookError(f"{wanted}: the amount lies between {lowest} and {most}")


def _refuse_all_but_to(wanted: Adjustment) -> None:
    if wanted.kind != "to" or wanted.exercise is not None:
        told = f"{wanted.student} has handed in nothing of {wanted.assignment}, so there is nothing to change"
        raise GradebookError(f"{told}: give a mark with --to, for the whole assignment")


def _assignments(connection: Connection) -> list[str]:
    return sorted(connection.execute(select(standings.c.assignment).distinct()).scalars())


def refuse_unknown_assignment(name: str, graded: Iterable[str]) -> None:
    """Raise ``GradebookError`` where the assignment is not among those with results, with the likeliest of them."""
    names = list(graded)
    if name not in names:
        mend = hint(name, names, f"there are results of {', '.join(names) or 'nothing'}")
        raise GradebookError(f"no results of {name!r}: {mend}")


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
