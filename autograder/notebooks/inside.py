"""Checks on what a notebook has defined, in its own kernel: for students, and for graders that run code there.

Nothing is confined here. Marks that have to be trusted are made from the notebook's file, by ``autograder grade``.
"""

from __future__ import annotations

import contextlib
import io
import json
import sys
import warnings
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from autograder.bench import InsideBench
from autograder.catalog import Kit
from autograder.marking import mark_exercise
from autograder.model import ExerciseResult, Verdict
from autograder.notebooks.alarm import TimedBench
from autograder.notebooks.lift import lifted
from autograder.rubrics import Rubric, rubric_for

HISTORY = "In"
"""Under this name IPython keeps the text of every cell that has been run."""


class Namespace(ModuleType):
    """A module whose attributes are the entries of a dictionary, such as a notebook's ``globals()``.

    A copy would not do: where a check puts a stand-in for a function, the student's own functions
    must meet it.
    """

    def __init__(self, name: str, names: dict[str, Any]) -> None:
        super().__init__(name)
        object.__setattr__(self, "_names", names)

    def __getattr__(self, name: str) -> Any:
        try:
            return self._names[name]
        except KeyError:
            raise AttributeError(f"nothing is called {name!r}") from None

    def __setattr__(self, name: str, value: Any) -> None:
        self._names[name] = value


def result_of(
    names: dict[str, Any], kit: Path, name: str, exercise: str, seed: int, *, public: bool = False, timed: bool = False
) -> ExerciseResult:
    """The result of one exercise for what ``names`` hold, by the hidden checks or the public ones.

    ``timed`` breaks off what takes longer than the exercise may, where the platform can.
    """
    rubric = rubric_here(kit, name, seed, public)
    record = next(each for each in rubric.assignment.exercises if each.name == exercise)
    with _quiet():
        bench = (TimedBench if timed else InsideBench)(
            Namespace(name, names), _source(names, Kit(kit), rubric), _beside(rubric)
        )
        return mark_exercise(record, rubric, bench)


def points(names: dict[str, Any], kit: Path, name: str, exercise: str, seed: int) -> float:
    """The points of one exercise, as the plain float that nbgrader takes for partial credit.

    Raises ``RuntimeError`` where a check failed by a fault of its own.
    """
    result = result_of(names, kit, name, exercise, seed)
    errored = [each for each in result.checks if each.verdict is Verdict.ERRORED]
    if errored:
        raise RuntimeError(f"check {errored[0].name} failed by its own fault: {errored[0].staff_detail}")
    return float(result.score)


@cache
def rubric_here(kit: Path, name: str, seed: int, public: bool) -> Rubric:
    """The rubric, built once in a kernel."""
    return rubric_for(Kit(kit), name, seed, public=public, reveal=public)


def _source(names: dict[str, Any], kit: Kit, rubric: Rubric) -> str:
    """The module that the cells run so far amount to, for checks that load it once more; empty where none are kept."""
    history, outline = names.get(HISTORY), kit.outline(rubric.assignment)
    if not isinstance(history, list) or outline is None:
        return ""
    cells = [{"cell_type": "code", "source": text} for text in history if isinstance(text, str)]
    found = lifted(json.dumps({"cells": cells}).encode(), rubric.assignment.notebook, outline)
    return found if isinstance(found, str) else ""


def _beside(rubric: Rubric) -> dict[str, ModuleType]:
    """The modules that the notebook has imported of those that are handed in with it."""
    names = [each.assignment.name for each in rubric.beside]
    return {name: sys.modules[name] for name in names if name in sys.modules}


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Student code may print and warn; some graders take either for a failure."""
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        yield
