"""A scene put to a module: what its layer answers to the whole gradient, and to that of each window alone.

A backward pass is linear, so the answers to single windows say where each gradient lands, and they must add up.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from autograder import compare, messages
from autograder.errors import StudentFault, WorkerStopped
from autograder.model import Text
from autograder.show.scene import Scene, Show
from autograder.student import Student
from autograder.windows import Place


@dataclass(frozen=True)
class Answers:
    """What a layer said of a scene; None where it said nothing that can be drawn, and then a problem says why.

    ``winners`` are cell numbers within each window, ``lands`` what the gradient of each window alone becomes.
    """

    out: np.ndarray | None = None
    winners: np.ndarray | None = None
    din: np.ndarray | None = None
    lands: dict[Place, np.ndarray] = field(default_factory=dict)
    problems: tuple[Text, ...] = ()


def ask(student: Student, show: Show, scene: Scene, seconds: float) -> Answers:
    """Everything a picture needs of the student's module, which may take ``seconds``.

    What fails leaves a gap and a problem.
    """
    asking = _Asking(seconds)
    layer = show.layer(student, scene)
    out = asking.map("out", lambda: layer.forward(_batch(scene.x)), scene.windows.positions)
    winners = None
    if show.winners and out is not None:
        winners = asking.map(show.winners, lambda: layer.get(show.winners), scene.windows.positions)
    din = asking.map("din", lambda: layer.backward(_batch(scene.dout)), scene.windows.size)
    lands = {}
    for place in scene.windows.places if din is not None else ():
        alone = np.zeros(scene.dout.shape)
        alone[place] = scene.dout[place]
        landed = asking.map("din", lambda alone=alone: layer.backward(_batch(alone)), scene.windows.size)  # type: ignore[misc]
        if landed is not None:
            lands[place] = landed
    return Answers(out, winners, din, lands, asking.problems)


def winning_cells(scene: Scene, answers: Answers) -> dict[Place, Place]:
    """The cell of the input that each window's winner is; nothing for a number that no cell of a window has."""
    if answers.winners is None:
        return {}
    rows, columns = scene.windows.window
    found = {}
    for place in scene.windows.places:
        number = answers.winners[place]
        if number in range(rows * columns):
            (row, column), (top, left) = divmod(int(number), columns), scene.windows.corner(place)
            found[place] = (top + row, left + column)
    return found


class _Asking:
    """Takes answers one by one, and notes once what is wrong with them."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._problems: dict[Text, None] = {}
        self._stopped = False

    @property
    def problems(self) -> tuple[Text, ...]:
        return tuple(self._problems)

    def map(self, what: str, answer: Callable[[], Any], size: tuple[int, int]) -> np.ndarray | None:
        """The answer as one map of ``size``, or None."""
        if self._stopped:
            return None
        try:
            given = answer()
        except WorkerStopped as stop:
            self._stopped = True
            self._problems[messages.STOPPED[stop.kind].format(seconds=self._seconds, detail=stop.message)] = None
            return None
        except StudentFault as fault:
            problem = messages.UNFINISHED if fault.unfinished else messages.FAULT.format(error=fault)
            self._problems[Text(f"{what}: {problem.en}", f"{what}:{problem.zh}")] = None
            return None
        wrong = compare.array_problem(what, given, (1, *size, 1))
        if wrong is not None:
            self._problems[wrong] = None
            return None
        drawn: np.ndarray = given[0, :, :, 0].astype(np.float64)
        return drawn


def _batch(numbers: np.ndarray) -> np.ndarray:
    """One map as a batch of one with one feature map, ``(1, H, W, 1)``."""
    return numbers[np.newaxis, :, :, np.newaxis]
