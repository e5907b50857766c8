"""Answers taken one by one from a student's module; what is wrong with them is noted, once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograder import compare, gradients, messages
from autograder.errors import StudentFault, WorkerStopped
from autograder.model import Text

STEP = 1e-4
"""For slopes of smooth functions of numbers up to a million: good to six digits."""
NO_SLOPE = Text("the slopes of {what} cannot be measured: it is no finite number", "测不出{what}的斜率:它不是有限的数")


class Asking:
    """Takes answers one by one; whatever a student's code does, there is an answer or None, and a problem."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._problems: dict[Text, None] = {}
        self._stopped = False

    @property
    def problems(self) -> tuple[Text, ...]:
        """Why answers are missing, each reason once."""
        return tuple(self._problems)

    def map(self, what: str, answer: Callable[[], Any], size: tuple[int, int]) -> np.ndarray | None:
        """The answer as one map of ``size``, or None."""
        given = self.array(what, answer, (1, *size, 1))
        return None if given is None else given[0, :, :, 0]

    def array(self, what: str, answer: Callable[[], Any], shape: tuple[int, ...]) -> np.ndarray | None:
        """The answer as float64 of this shape, or None."""
        return self._taken(what, lambda: self._array(what, answer(), shape))

    def slopes(self, what: Text, loss: Callable[[np.ndarray], float], x: np.ndarray) -> np.ndarray | None:
        """What small steps of each element of ``x`` do to ``loss``, which asks the student; or None."""
        return self._taken(what.en, lambda: self._slopes(what, loss, x))

    def _array(self, what: str, given: Any, shape: tuple[int, ...]) -> np.ndarray | None:
        wrong = compare.array_problem(what, given, shape)
        if wrong is not None:
            self._problems[wrong] = None
            return None
        drawn: np.ndarray = given.astype(np.float64)
        return drawn

    def _slopes(self, what: Text, loss: Callable[[np.ndarray], float], x: np.ndarray) -> np.ndarray | None:
        units = np.eye(x.size).reshape(x.size, *x.shape)
        with np.errstate(invalid="ignore"):
            found = np.array([gradients.slope(loss, x, unit, STEP) for unit in units]).reshape(x.shape)
        if np.isfinite(found).all():
            return found.round(gradients.DIGITS)
        self._problems[Text(NO_SLOPE.en.format(what=what.en), NO_SLOPE.zh.format(what=what.zh))] = None
        return None

    def _taken(self, what: str, answer: Callable[[], np.ndarray | None]) -> np.ndarray | None:
        """What ``answer`` gives, unless the student's code fails or has been stopped before."""
        if self._stopped:
            return None
        try:
            return answer()
        except WorkerStopped as stop:
            self._stopped = True
            self._problems[messages.STOPPED[stop.kind].format(seconds=self._seconds, detail=stop.message)] = None
        except StudentFault as fault:
            problem = messages.UNFINISHED if fault.unfinished else messages.FAULT.format(error=fault)
            self._problems[Text(f"{what}: {problem.en}", f"{what}:{problem.zh}")] = None
        return None
