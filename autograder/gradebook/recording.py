"""What a run writes: its seed, itself, and one result after another, each in a transaction of its own.

Everything here may be done twice with the effect of once: where a connection breaks in a commit nobody knows whether
it took place. Two graders may record the same result; the first is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import Connection, and_, bindparam, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from autograder.errors import GradebookError
from autograder.gradebook.book import Gradebook
from autograder.gradebook.changes import changes
from autograder.gradebook.identity import Identity
from autograder.gradebook.patience import patiently
from autograder.gradebook.records import Changes, Ending, Graded, Happening, Plan, now
from autograder.gradebook.schema import events, exercise_results, replacements, results, runs, seeds, standings
from autograder.gradebook.stored import as_json, from_json
from autograder.model import Report, Status
from autograder.report.records import final_score, rows
from autograder.scoring import shown

T = TypeVar("T")

ATTEMPTS = 5
"""So often another writer may come in between before that is taken for a fault."""
AT_ONCE = 200
"""Reports that are read together."""

HASHES = {
    "submission": results.c.submission_hash,
    "assignment": results.c.assignment_hash,
    "checks": results.c.checks_hash,
    "kit_version": results.c.kit_version,
    "seed": results.c.seed,
}
"""The columns of an ``Identity``."""

# Made once: to put a statement together takes longer than to carry it out.
ABOUT = select(
    *(results.c.id, results.c.key, results.c.status, results.c.score),
    *HASHES.values(),
)
THIS_RESULT = ABOUT.where(results.c.id == bindparam("number"))
THIS_STANDING = and_(standings.c.assignment == bindparam("name"), standings.c.student == bindparam("whose"))
STANDING_RESULT = ABOUT.join(standings, standings.c.result_id == results.c.id).where(THIS_STANDING)
SAME_RESULT = select(results.c.id, results.c.report).where(
    results.c.student == bindparam("student"),
    or_(
        results.c.run_id == bindparam("run"),
        and_(results.c.assignment == bindparam("name"), results.c.key == bindparam("key"), results.c.known),
    ),
)
ADD_RESULT = insert(results).returning(results.c.id)
ADD_EXERCISES = insert(exercise_results)
ADD_STANDING = insert(standings)
ADD_REPLACEMENT = insert(replacements)
ADD_EVENT = insert(events)
CHANGE_STANDING = update(standings).where(THIS_STANDING)
ADVANCE = update(runs).where(runs.c.id == bindparam("number"))


@dataclass(frozen=True)
class Known:
    """A result that is there already."""

    id: int
    handed_in_at: datetime | None


@dataclass(frozen=True)
class Progress:
    """How far a run has come; ``seconds`` is by a clock that is never set back."""

    graded: int
    seconds: float


def seed_of(book: Gradebook, assignment: str) -> int | None:
    """The assignment's seed, where one is written down."""
    with book.reading() as connection:
        seed: int | None = connection.execute(select(seeds.c.seed).where(seeds.c.assignment == assignment)).scalar()
        return seed


def settle_seed(book: Gradebook, assignment: str, proposed: int, *, wished: bool, who: str) -> int:
    """The assignment's seed: the one that is written down, or else ``proposed``; one that is ``wished`` prevails."""

    def attempt(connection: Connection) -> int:
        row = select(seeds.c.seed).where(seeds.c.assignment == assignment)
        there: int | None = connection.execute(row).scalar()
        if there is None:
            connection.execute(insert(seeds).values(assignment=assignment, seed=proposed))
        elif wished and there != proposed:
            connection.execute(update(seeds).where(seeds.c.assignment == assignment).values(seed=proposed))
            note(connection, who, Happening.SEED, assignment, detail=f"{proposed} in the place of {there}")
        return there if there is not None and not wished else proposed

    return against_others(book, attempt)


def start_run(book: Gradebook, plan: Plan, total: int, known: int) -> int:
    """Write the run down; its number."""
    at = now()
    started = {"started_at": at, "last_at": at, "total": total, "known": known, "graded": 0, "seconds": 0.0}
    with book.writing() as connection:
        made = insert(runs).values(**vars(plan), **started).returning(runs.c.id)
        return int(connection.execute(made).scalar_one())


def end_run(book: Gradebook, run: int, ending: Ending) -> Changes:
    """Write down how it ended; what has changed since the last run of the assignment that came to its end.

    So what a run changed that was killed is told by the one that goes on where it stopped.
    """
    with book.writing() as connection:
        connection.execute(update(runs).where(runs.c.id == run).values(ended_at=now(), ending=str(ending)))
        return changes(connection, run)


def known_results(book: Gradebook, assignment: str, keys: Mapping[str, str]) -> dict[str, Known]:
    """By student: the result under their key, where there is one."""
    wanted = select(results.c.student, results.c.key, results.c.id, results.c.handed_in_at).where(
        results.c.assignment == assignment, results.c.known
    )
    with book.reading() as connection:
        return {
            row.student: Known(row.id, row.handed_in_at)
            for row in connection.execute(wanted)
            if keys.get(row.student) == row.key
        }


def kept_results(book: Gradebook, assignment: str, hashes: Mapping[str, str]) -> dict[str, Known]:
    """By student: the last mark of the submission of this hash, where there is one, whatever it was marked by."""
    wanted = (
        select(results.c.student, results.c.submission_hash, results.c.id, results.c.handed_in_at)
        .where(results.c.assignment == assignment, results.c.student.in_(hashes), results.c.status != Status.ERRORED)
        .order_by(results.c.id)
    )
    with book.reading() as connection:
        return {
            row.student: Known(row.id, row.handed_in_at)
            for row in connection.execute(wanted)
            if hashes[row.student] == row.submission_hash
        }


def reports_of(book: Gradebook, numbers: Sequence[int]) -> Iterator[Report]:
    """The reports of these results, in no particular order."""
    for start in range(0, len(numbers), AT_ONCE):
        some = numbers[start : start + AT_ONCE]
        yield from map(from_json, patiently(partial(_texts, book, some)))


def _texts(book: Gradebook, numbers: Sequence[int]) -> Sequence[str]:
    with book.reading() as connection:
        return connection.execute(select(results.c.report).where(results.c.id.in_(numbers))).scalars().all()


def stand_again(
    book: Gradebook,
    run: int,
    assignment: str,
    known: Mapping[str, Known],
    handed_in: Mapping[str, datetime | None],
    who: str,
) -> None:
    """See to it that the known results are the ones that stand, with the time at which they were handed in last."""
    current = select(standings.c.student, standings.c.result_id).where(standings.c.assignment == assignment)

    def attempt(connection: Connection) -> None:
        standing = {row.student: row.result_id for row in connection.execute(current)}
        for student, each in known.items():
            if standing.get(student) != each.id:
                _stand(connection, run, assignment, student, each.id, who)
            if (at := handed_in.get(student)) is not None and at != each.handed_in_at:
                connection.execute(update(results).where(results.c.id == each.id).values(handed_in_at=at))
                note(connection, who, Happening.HANDED_IN, assignment, student, each.id, f"{at:%Y-%m-%d %H:%M:%S%z}")

    against_others(book, attempt)


def record(book: Gradebook, run: int, graded: Graded, progress: Progress, who: str) -> Report:
    """Write a result down, with how far the run has come; the report that is kept, which may be another grader's."""
    student = graded.report.student

    def attempt(connection: Connection) -> Report:
        _advance(connection, run, student, progress)
        kept = _kept(connection, run, graded)
        if kept is None:
            number = add_result(connection, run, graded, who)
        else:
            number = kept.id
        _stand(connection, run, _name(graded), student, number, who)
        return graded.report if kept is None else from_json(kept.report)

    return against_others(book, attempt)


def note(
    connection: Connection,
    who: str,
    kind: Happening,
    assignment: str,
    student: str | None = None,
    result: int | None = None,
    detail: str = "",
    adjustment: int | None = None,
) -> None:
    """An entry in the audit trail."""
    entry = {"at": now(), "who": who, "kind": str(kind), "assignment": assignment, "student": student, "detail": detail}
    connection.execute(ADD_EVENT, {**entry, "result_id": result, "adjustment_id": adjustment})


def against_others(book: Gradebook, attempt: Callable[[Connection], T]) -> T:
    """What ``attempt`` gives in a transaction; begun again where another writer was quicker."""
    for _ in range(ATTEMPTS):
        try:
            with book.writing() as connection:
                return attempt(connection)
        except IntegrityError as error:
            last = error
    raise GradebookError(f"{book.place}: {' '.join(str(last.orig).split())}: is it the one the run began with?")


def _name(graded: Graded) -> str:
    return graded.report.assignment.name


def _advance(connection: Connection, run: int, student: str, progress: Progress) -> None:
    far = {"graded": progress.graded, "seconds": progress.seconds, "last_student": student, "last_at": now()}
    connection.execute(ADVANCE, {"number": run, **far})


def _kept(connection: Connection, run: int, graded: Graded) -> Any:
    """The row of this result where it is recorded already, by this run or, if it is known, by any."""
    wanted = {"student": graded.report.student, "run": run, "name": _name(graded), "key": graded.identity.key}
    return connection.execute(SAME_RESULT, wanted).first()


def add_result(connection: Connection, run: int, graded: Graded, who: str) -> int:
    """Add a result, and note that; its number."""
    number = _insert(connection, run, graded)
    note(connection, who, Happening.RECORDED, _name(graded), graded.report.student, number, _grade(graded, number))
    return number


def _insert(connection: Connection, run: int, graded: Graded) -> int:
    report, identity = graded.report, graded.identity
    settled = graded.settled and report.status is not Status.ERRORED
    values = {
        "run_id": run,
        "student": report.student,
        "assignment": _name(graded),
        "key": identity.key,
        "known": True if settled else None,
        **{column.name: getattr(identity, name) for name, column in HASHES.items()},
        "handed_in_at": graded.handed_in_at,
        "recorded_at": now(),
        "status": str(report.status),
        "score": final_score(report),
        "max_score": report.assignment.max_score,
        "report": as_json(report),
    }
    number = int(connection.execute(ADD_RESULT, values).scalar_one())
    connection.execute(ADD_EXERCISES, [*_exercises(report, number)])
    return number


def _exercises(report: Report, number: int) -> Iterator[dict[str, object]]:
    for place, row in enumerate(rows(report)):
        yield {
            "result_id": number,
            "place": place,
            "exercise": row.exercise.name,
            "score": row.score,
            "max_score": row.exercise.points,
            "verdict": str(row.verdict),
            "diagnoses": "; ".join(each.id for each in row.diagnoses),
        }


def _stand(connection: Connection, run: int, assignment: str, student: str, number: int, who: str) -> None:
    """Let a result be the one that stands, unless a fault of ours would take the place of a mark on the same."""
    place = {"name": assignment, "whose": student}
    old = connection.execute(STANDING_RESULT, place).first()
    if old is None:
        connection.execute(ADD_STANDING, {"assignment": assignment, "student": student, "result_id": number})
        return
    new = connection.execute(THIS_RESULT, {"number": number}).one()
    if old.id != new.id and not (_is_fault(new) and old.key == new.key and not _is_fault(old)):
        connection.execute(CHANGE_STANDING, {**place, "result_id": number})
        connection.execute(ADD_REPLACEMENT, {"run_id": run, "student": student, "before": old.id, "after": number})
        note(connection, who, Happening.REPLACED, assignment, student, number, _change(old, new))


def _change(old: Any, new: Any) -> str:
    """What replaced what, and what is different."""
    before, after = (identity_in(row) for row in (old, new))
    other = ", ".join(after.differs_in(before))
    return f"{_told(old)} by {_told(new)}: {f'other {other}' if other else 'nothing has changed'}"


def identity_in(row: Any) -> Identity:
    """What the result in this row was made from."""
    return Identity(**{name: getattr(row, column.name) for name, column in HASHES.items()})


def _grade(graded: Graded, number: int) -> str:
    score = final_score(graded.report)
    mark = "no mark" if score is None else f"{shown(score)} of {graded.report.assignment.max_score}"
    return f"result {number}: {graded.report.status}, {mark}"


def _is_fault(row: Any) -> bool:
    return bool(row.status == Status.ERRORED)


def _told(row: Any) -> str:
    score: Fraction | None = row.score
    return f"result {row.id} ({row.status if score is None else shown(score)})"
