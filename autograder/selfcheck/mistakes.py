"""Whether misconceptions are of use: each can be put into the reference, answers, and loses points.

They are the kit's own code, so they are put to the checks in this process: that takes milliseconds each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import ModuleType

from autograder.alarm import Overrun, at_most
from autograder.catalog import Kit
from autograder.errors import AssignmentError, StudentFault
from autograder.examination import put
from autograder.lineup import FILENAME, bench_with, known_mistakes
from autograder.misconceptions import Misconception
from autograder.model import Assignment, CheckResult, Exercise, Kind, Verdict
from autograder.places import last_words
from autograder.rubrics import Rubric
from autograder.selfcheck.marks import PATIENCE, SEED
from autograder.trial import CaseBook

ANSWERS = frozenset({Kind.VALUES, Kind.SHAPE, Kind.SLOPE, Kind.NUMBER})
"""What is compared where something was answered."""
SLIPS = frozenset({"AttributeError", "ImportError", "NameError", "TypeError"})
"""What a word misspelt raises. A mistake about shapes may raise, too, and is met by what it raises."""


@dataclass(frozen=True)
class _Ground:
    """What misconceptions are put to: the checks, and the reference's text with the modules ``beside`` it."""

    kit: Kit
    rubric: Rubric
    solution: str
    beside: Mapping[str, ModuleType]
    patience: float


def inspect_coverage(assignment: Assignment) -> Iterator[str]:
    """Where misconceptions are written, every exercise has one, and each is about an exercise."""
    if not (assignment.folder / FILENAME).is_file():
        return
    records = known_mistakes(assignment)
    expected = {exercise.name for exercise in assignment.exercises}
    for name in sorted(expected - {record.exercise for record in records}):
        yield f"{assignment.name}: no misconception about exercise {name}"
    for record in records:
        if record.exercise not in expected:
            yield f"{assignment.name}: {record.place} is about unknown exercise {record.exercise}"


def inspect_misconceptions(
    kit: Kit, assignment: Assignment, tell: Callable[[str], None], thorough: bool = True, patience: float = PATIENCE
) -> Iterator[str]:
    """The misconceptions that lose nothing, answer nothing, or cannot be put into the reference.

    If not ``thorough``, those that only a costly check could see are taken to be seen; ``tell`` hears how many.
    """
    tell(f"{assignment.name}: marking its misconceptions")
    ground = _ground(kit, assignment, thorough, patience)
    costly = {each.exercise for each in kit.checks(assignment) if each.costly and not thorough}
    exercises = {each.name: each for each in assignment.exercises}
    left = 0
    for record in known_mistakes(assignment):
        if record.exercise not in exercises:
            continue
        trouble = _trouble(record, exercises[record.exercise], ground)
        if trouble is None and record.exercise in costly:
            left += 1
        elif trouble != "":
            yield f"{assignment.name}: {trouble or _unseen(record, exercises[record.exercise])}"
    if left:
        name = assignment.name
        tell(f"{name}: {left} of them are left to costly checks, which autograder selfcheck {name} puts to them, too")


def _ground(kit: Kit, assignment: Assignment, thorough: bool, patience: float) -> _Ground:
    checks = tuple(each for each in kit.checks(assignment) if thorough or not each.costly)
    rubric = Rubric(assignment, checks, CaseBook(SEED, kit.reference(assignment)), beside=kit.beside(assignment))
    solution = kit.solution_path(assignment).read_text(encoding="utf-8")
    return _Ground(kit, rubric, solution, kit.references_used_by(assignment), patience)


def _unseen(record: Misconception, exercise: Exercise) -> str:
    kept = f"keeps all {exercise.points} points of {exercise.name}"
    return f"{record.place} {kept}: change it, or add a check that sees it"


def _trouble(record: Misconception, exercise: Exercise, ground: _Ground) -> str | None:
    """Why a misconception is of no use; empty where it is of use, None where no check sees it."""
    try:
        with at_most(ground.patience):
            return _verdict(record, _results(record, exercise, ground))
    except Overrun:
        return f"{record.place} does not come to an end within {ground.patience:g} s"
    except AssignmentError as error:  # it says where
        return str(error)
    except Exception as error:  # raised while the module was loaded with it
        return f"{record.place} does not import: {type(error).__name__}: {error}"


def _results(record: Misconception, exercise: Exercise, ground: _Ground) -> list[CheckResult]:
    """What the exercise's checks say of it, up to the one that settles it."""
    results: list[CheckResult] = []
    with bench_with(record, ground.solution, ground.rubric.assignment.name, ground.beside) as bench:
        for check in ground.rubric.checks_for(exercise):
            results.append(put(check, ground.rubric, bench))
            if results[-1].verdict is Verdict.ERRORED or (_has_failed(results) and _has_answered(results)):
                break
    return results


def _verdict(record: Misconception, results: list[CheckResult]) -> str | None:
    for each in results:
        if each.verdict is Verdict.ERRORED:
            return f"{record.place} makes check {each.name} go wrong by itself: {last_words(each.staff_detail)}"
    if not _has_failed(results):
        return None
    slip = None if _has_answered(results) else _slip_in(results)
    return "" if slip is None else f"{record.place} never answers: it raises {slip}"


def _slip_in(results: list[CheckResult]) -> StudentFault | None:
    """The first fault that tells of a slip in how it is written."""
    seen = (each.actual for result in results for each in result.observations if each.problem is not None)
    return next((each for each in seen if isinstance(each, StudentFault) and each.bases & SLIPS), None)


def _has_failed(results: list[CheckResult]) -> bool:
    return any(each.verdict is Verdict.FAILED for each in results)


def _has_answered(results: list[CheckResult]) -> bool:
    """Whether anything that it gave was compared."""
    return any(seen.kind in ANSWERS for each in results for seen in each.observations)
