"""What a run writes: its seed, itself, and its results, as many together in a transaction as have come together.

Everything here may be done twice with the effect of once: where a connection breaks in a commit nobody knows whether
it took place. Two graders may record the same result; the first is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
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
"""Results that are read or written together."""

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
    *(results.c.id, results.c.student, results.c.key, results.c.status, results.c.score),
    *HASHES.values(),
)
THESE_RESULTS = ABOUT.where(results.c.id.in_(bindparam("numbers", expanding=True)))
STANDING_RESULTS = ABOUT.join(standings, standings.c.result_id == results.c.id).where(
    standings.c.assignment == bindparam("name"), standings.c.student.in_(bindparam("students", expanding=True))
)
OF_A_KEY = and_(
    results.c.assignment == bindparam("name"), results.c.key.in_(bindparam("keys", expanding=True)), results.c.known
)
SAME_RESULTS = (
    select(results.c.id, results.c.student, results.c.run_id, results.c.key, results.c.report)
    .where(results.c.student.in_(bindparam("students", expanding=True)))
    .where(or_(results.c.run_id == bindparam("run"), OF_A_KEY))
    .order_by(results.c.id.desc())
)
ADD_RESULTS = insert(results).returning(results.c.id, sort_by_parameter_order=True)
ADD_EXERCISES = insert(exercise_results)
ADD_STANDING = insert(standings)
ADD_REPLACEMENT = insert(replacements)
ADD_EVENT = insert(events)
CHANGE_STANDING = update(standings).where(
    standings.c.assignment == bindparam("name"), standings.c.student == bindparam("whose")
)
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
    for some in _parts(numbers):
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
        others = {student: each.id for student, each in known.items() if standing.get(student) != each.id}
        for some in _parts([*others.items()]):
            _stand(connection, run, assignment, dict(some), who)
        for student, each in known.items():
            if (at := handed_in.get(student)) is not None and at != each.handed_in_at:
                connection.execute(update(results).where(results.c.id == each.id).values(handed_in_at=at))
                note(connection, who, Happening.HANDED_IN, assignment, student, each.id, f"{at:%Y-%m-%d %H:%M:%S%z}")

    against_others(book, attempt)


def record(book: Gradebook, run: int, group: Sequence[Graded], progress: Progress, who: str) -> list[Report]:
    """Write results down, all or none, with how far the run has come; for each the report that is kept.

    That may be another grader's, or, of two on one student, the first. Raises ``GradebookError``.
    """
    name = group[0].report.assignment.name

    def attempt(connection: Connection) -> list[Report]:
        _advance(connection, run, group[-1].report.student, progress)
        kept = _kept(connection, run, group)
        new = _by_student(each for each in group if each.report.student not in kept)
        numbers = dict(zip(new, add_results(connection, run, [*new.values()], who), strict=True))
        _stand(connection, run, name, numbers | {student: row.id for student, row in kept.items()}, who)
        theirs = {student: from_json(row.report) for student, row in kept.items()}
        reports = theirs | {student: each.report for student, each in new.items()}
        return [reports[each.report.student] for each in group]

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
    connection.execute(ADD_EVENT, _entry(who, kind, assignment, student, result, detail, adjustment))


def _parts(items: Sequence[T]) -> Iterator[Sequence[T]]:
    """No more at a time than are read or written together."""
    return (items[start : start + AT_ONCE] for start in range(0, len(items), AT_ONCE))


def against_others(book: Gradebook, attempt: Callable[[Connection], T]) -> T:
    """What ``attempt`` gives in a transaction; begun again where another writer was quicker."""
    for _ in range(ATTEMPTS):
        try:
            with book.writing() as connection:
                return attempt(connection)
        except IntegrityError as error:
            last = error
    raise GradebookError(f"{book.place}: {' '.join(str(last.orig).split())}: is it the one the run began with?")


def _entry(
    who: str,
    kind: Happening,
    assignment: str,
    student: str | None,
    result: int | None,
    detail: str,
    adjustment: int | None = None,
) -> dict[str, object]:
    about = {"assignment": assignment, "student": student, "result_id": result, "adjustment_id": adjustment}
    return {"at": now(), "who": who, "kind": str(kind), "detail": detail, **about}


def _advance(connection: Connection, run: int, student: str, progress: Progress) -> None:
    far = {"graded": progress.graded, "seconds": progress.seconds, "last_student": student, "last_at": now()}
    connection.execute(ADVANCE, {"number": run, **far})


def _kept(connection: Connection, run: int, group: Sequence[Graded]) -> dict[str, Any]:
    """By student: the row of the first result that is recorded already, by this run or, if it is known, by any."""
    keys = {student: each.identity.key for student, each in _by_student(group).items()}
    wanted = {"students": [*keys], "keys": [*keys.values()], "run": run, "name": group[0].report.assignment.name}
    rows = connection.execute(SAME_RESULTS, wanted).all()
    return {row.student: row for row in rows if row.run_id == run or row.key == keys[row.student]}


def _by_student(group: Iterable[Graded]) -> dict[str, Graded]:
    """The first on each student, in order of their names: two graders that wait for each other in turn never end."""
    first: dict[str, Graded] = {}
    for each in group:
        first.setdefault(each.report.student, each)
    return dict(sorted(first.items()))


def add_results(connection: Connection, run: int, group: Sequence[Graded], who: str) -> list[int]:
    """Add results, one for each student, and note that; their numbers."""
    if not group:
        return []
    numbers = [int(number) for number in connection.execute(ADD_RESULTS, [*_results(run, group)]).scalars()]
    there = [*zip(group, numbers, strict=True)]
    connection.execute(ADD_EXERCISES, [row for each, number in there for row in _exercises(each.report, number)])
    connection.execute(ADD_EVENT, [_recorded(each, number, who) for each, number in there])
    return numbers


def _results(run: int, group: Iterable[Graded]) -> Iterator[dict[str, object]]:
    at = now()
    for each in group:
        report, identity = each.report, each.identity
        settled = each.settled and report.status is not Status.ERRORED
        yield {
            "run_id": run,
            "student": report.student,
            "assignment": report.assignment.name,
            "key": identity.key,
            "known": True if settled else None,
            **{column.name: getattr(identity, name) for name, column in HASHES.items()},
            "handed_in_at": each.handed_in_at,
            "recorded_at": at,
            "status": str(report.status),
            "score": final_score(report),
            "max_score": report.assignment.max_score,
            "report": as_json(report),
        }


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


def _recorded(graded: Graded, number: int, who: str) -> dict[str, object]:
    report, score = graded.report, final_score(graded.report)
    mark = "no mark" if score is None else f"{shown(score)} of {report.assignment.max_score}"
    told = f"result {number}: {report.status}, {mark}"
    return _entry(who, Happening.RECORDED, report.assignment.name, report.student, number, told)


def _stand(connection: Connection, run: int, assignment: str, numbers: Mapping[str, int], who: str) -> None:
    """Let these results, by student, be the ones that stand, but for a fault of ours in the place of a mark."""
    students = sorted(numbers)
    found = connection.execute(STANDING_RESULTS, {"name": assignment, "students": students})
    old = {row.student: row for row in found}
    first = [student for student in students if student not in old]
    others = [student for student in students if student in old and old[student].id != numbers[student]]
    if first:
        place = {"assignment": assignment}
        connection.execute(ADD_STANDING, [{**place, "student": each, "result_id": numbers[each]} for each in first])
    if others:
        rows = connection.execute(THESE_RESULTS, {"numbers": [numbers[student] for student in others]})
        new = {row.student: row for row in rows}
        _replace(connection, run, assignment, [(old[each], new[each]) for each in others], who)


def _replace(connection: Connection, run: int, assignment: str, pairs: Sequence[tuple[Any, Any]], who: str) -> None:
    """Let the second result of each pair stand in the place of the first, if it may."""
    pairs = [(old, new) for old, new in pairs if not _is_fault_on_a_mark(old, new)]
    if not pairs:
        return
    connection.execute(
        CHANGE_STANDING, [{"name": assignment, "whose": new.student, "result_id": new.id} for _, new in pairs]
    )
    connection.execute(
        ADD_REPLACEMENT,
        [{"run_id": run, "student": new.student, "before": old.id, "after": new.id} for old, new in pairs],
    )
    connection.execute(
        ADD_EVENT,
        [_entry(who, Happening.REPLACED, assignment, new.student, new.id, _change(old, new)) for old, new in pairs],
    )


def _is_fault_on_a_mark(old: Any, new: Any) -> bool:
    """Whether the new result is a fault of ours, and the old one a mark on the same."""
    return _is_fault(new) and old.key == new.key and not _is_fault(old)


def _change(old: Any, new: Any) -> str:
    """What replaced what, and what is different."""
    before, after = (identity_in(row) for row in (old, new))
    other = ", ".join(after.differs_in(before))
    return f"{_told(old)} by {_told(new)}: {f'other {other}' if other else 'nothing has changed'}"


def identity_in(row: Any) -> Identity:
    """What the result in this row was made from."""
    return Identity(**{name: getattr(row, column.name) for name, column in HASHES.items()})


def _is_fault(row: Any) -> bool:
    return bool(row.status == Status.ERRORED)


def _told(row: Any) -> str:
    score: Fraction | None = row.score
    return f"result {row.id} ({row.status if score is None else shown(score)})"
