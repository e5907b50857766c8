"""A scene put to a module: what its layer answers to the whole gradient, and to that of each window alone.

A backward pass is linear, so the answers to single windows say where each gradient lands, and they must add up.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from autograder.model import Text
from autograder.show.asking import Asking
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
    asking = Asking(seconds)
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


def _batch(numbers: np.ndarray) -> np.ndarray:
    """One map as a batch of one with one feature map, ``(1, H, W, 1)``."""
    return numbers[np.newaxis, :, :, np.newaxis]
