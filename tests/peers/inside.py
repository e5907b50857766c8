"""Hidden checks on a namespace of this process: the one way in which floor, nbgrader and otter mark here.

All of them call the same checks, with the same seed and the same shares of points, so that what is
left to compare is what a grader does around them.
"""

from __future__ import annotations

import contextlib
import io
import warnings
from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from types import ModuleType
from typing import Any

from autograder.catalog import Kit
from autograder.marking import mark_exercise
from autograder.model import Exercise, Verdict
from autograder.notebooks.inside import Namespace
from autograder.rubrics import Rubric, rubric_for
from tests.support import ROOT, InsideBench


@cache
def rubric_of(name: str, seed: int) -> Rubric:
    """The rubric, built once in a process."""
    return rubric_for(Kit(ROOT), name, seed)


def marks(module: ModuleType, name: str, seed: int) -> dict[str, float]:
    """The points of every exercise for a module that is loaded here."""
    rubric = rubric_of(name, seed)
    bench = InsideBench(module)
    with _quiet():
        return {each.name: float(_points(each, rubric, bench)) for each in rubric.assignment.exercises}


def earned(names: dict[str, Any], name: str, exercise: str, seed: int) -> float:
    """The points of one exercise for what a notebook has defined; a plain float, as nbgrader wants it."""
    rubric = rubric_of(name, seed)
    record = next(each for each in rubric.assignment.exercises if each.name == exercise)
    with _quiet():
        return float(_points(record, rubric, InsideBench(Namespace(name, names))))


def require_all(names: dict[str, Any], name: str, exercise: str, seed: int) -> None:
    """For a grader whose tests pass or raise: raise unless the exercise earns all of its points."""
    possible = next(each.points for each in rubric_of(name, seed).assignment.exercises if each.name == exercise)
    points = earned(names, name, exercise, seed)
    if points < possible:
        raise AssertionError(f"{exercise} earns {points} of {possible} points")


def _points(exercise: Exercise, rubric: Rubric, bench: InsideBench) -> Fraction:
    result = mark_exercise(exercise, rubric, bench)
    errored = [each for each in result.checks if each.verdict is Verdict.ERRORED]
    if errored:
        raise AssertionError(f"check {errored[0].name} failed by its own fault: {errored[0].staff_detail}")
    return result.score


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Student code may print and warn; some graders take either for a failure."""
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        yield
