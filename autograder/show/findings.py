"""What cannot be right in answers that were drawn: seen from the windows alone, without knowing what is right."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np

from autograder.model import Text
from autograder.show.ask import Answers, winning_cells
from autograder.show.scene import Scene, Show
from autograder.windows import Place

RTOL, ATOL = 1e-9, 1e-9

UNCOVERED = Text(
    "cell {cell} of din lies under no window, yet it gets {value:.4g}",
    "din 的单元 {cell} 不在任何窗口下,却得到 {value:.4g}",
)
OUTSIDE = Text(
    "window {letter}: its gradient lands outside it, in cell {cell}",
    "窗口 {letter}:它的梯度落到了窗口之外的单元 {cell}",
)
MASS = Text(
    "window {letter}: a gradient of {sent:.4g} arrives, {landed:.4g} is handed on ({count} of {all} windows)",
    "窗口 {letter}：传来的梯度是 {sent:.4g}，发出去的却是 {landed:.4g}（{all} 个窗口中有 {count} 个如此）",
)
ADDING = Text(
    "cell {cell}: the windows one by one bring {parts} = {total:.4g}, all at once {value:.4g}",
    "单元 {cell}:各窗口单独带来 {parts} = {total:.4g},一起算时却是 {value:.4g}",
)
UNLIKE = Text(
    "windows {one} and {other} spread their gradients in different ways, though all should do it alike",
    "窗口 {one} 与 {other} 散布梯度的方式不同,而所有窗口本应相同",
)
NO_CELL = Text(
    "window {letter}: its cells have the numbers 0 to {last}, the one that is named is {number:g}",
    "窗口 {letter}:单元编号是 0 到 {last},给出的却是 {number:g}",
)
OTHER_CELL = Text(
    "window {letter} gives {given:.4g}, but the cell that is named holds {held:.4g}",
    "窗口 {letter} 的输出是 {given:.4g},而所指的单元里是 {held:.4g}",
)
ALL_WELL = Text(
    "each gradient lands inside its own window, and what lands in a cell adds up",
    "每份梯度都落在自己的窗口内,落到同一单元的各份都加了起来",
)
KEPT = Text("din.sum() is dout.sum(), {total:.4g}", "din.sum() 等于 dout.sum(),为 {total:.4g}")


def findings(show: Show, scene: Scene, answers: Answers) -> tuple[Text, ...]:
    """What cannot be right, a sentence each; of each kind the first."""
    if answers.din is None:
        return tuple(_winners(scene, answers))[:1]
    kinds = (
        _winners(scene, answers),
        _uncovered(scene, answers.din),
        _outside(scene, answers),
        _adding(scene, answers),
        _mass(show, scene, answers),
        _unlike(show, scene, answers),
    )
    return tuple(first for kind in kinds if (first := next(kind, None)) is not None)


def praise(show: Show, scene: Scene, answers: Answers) -> tuple[Text, ...]:
    """What holds, where nothing was found."""
    if answers.din is None or len(answers.lands) < len(scene.letters):
        return ()
    return (ALL_WELL, KEPT.format(total=float(answers.din.sum()))) if show.keeps_total else (ALL_WELL,)


def wrong_cells(scene: Scene, answers: Answers) -> np.ndarray:
    """Where din holds something under no window, or not what its windows bring one by one."""
    if answers.din is None:
        return np.zeros(scene.windows.size, dtype=bool)
    wrong: np.ndarray = (scene.windows.coverage == 0) & ~_near(answers.din, 0.0)
    if len(answers.lands) == len(scene.letters):
        wrong = wrong | ~_near(answers.din, sum(answers.lands.values(), np.zeros(scene.windows.size)))
    return wrong


def _winners(scene: Scene, answers: Answers) -> Iterator[Text]:
    """Whether the cell that a window is said to have chosen is one of its own, and holds what the window gave."""
    if answers.winners is None or answers.out is None:
        return
    cells = winning_cells(scene, answers)
    last = scene.windows.window[0] * scene.windows.window[1] - 1
    for place, letter in scene.letters.items():
        if place not in cells:
            yield NO_CELL.format(letter=letter, last=last, number=answers.winners[place])
        elif not _near(scene.x[cells[place]], answers.out[place]):
            yield OTHER_CELL.format(letter=letter, given=answers.out[place], held=scene.x[cells[place]])


def _uncovered(scene: Scene, din: np.ndarray) -> Iterator[Text]:
    for cell in np.argwhere((scene.windows.coverage == 0) & ~_near(din, 0.0)):
        yield UNCOVERED.format(cell=_named(cell), value=din[tuple(cell)])


def _outside(scene: Scene, answers: Answers) -> Iterator[Text]:
    for place, landed in answers.lands.items():
        beyond = ~_near(landed, 0.0)
        beyond[scene.windows.cells(place)] = False
        for cell in np.argwhere(beyond)[:1]:
            yield OUTSIDE.format(letter=scene.letters[place], cell=_named(cell))


def _adding(scene: Scene, answers: Answers) -> Iterator[Text]:
    if answers.din is None or len(answers.lands) < len(scene.letters):
        return
    total = sum(answers.lands.values(), np.zeros(scene.windows.size))
    for cell in np.argwhere(~_near(answers.din, total)):
        at = tuple(cell)
        brought = [landed[at] for landed in answers.lands.values() if not _near(landed[at], 0.0)]
        parts = " + ".join(f"{each:.4g}" for each in brought) or "0"
        yield ADDING.format(cell=_named(cell), parts=parts, total=total[at], value=answers.din[at])


def _mass(show: Show, scene: Scene, answers: Answers) -> Iterator[Text]:
    if not show.keeps_total:
        return
    masses = {place: float(landed.sum()) for place, landed in answers.lands.items()}
    off = [place for place, mass in masses.items() if not _near(mass, scene.dout[place])]
    for place in off[:1]:
        sent = scene.dout[place]
        yield MASS.format(
            letter=scene.letters[place], sent=sent, landed=masses[place], count=len(off), all=len(masses)
        )


def _unlike(show: Show, scene: Scene, answers: Answers) -> Iterator[Text]:
    if not show.alike or answers.out is None:
        return
    spread = {place: _spread(scene, place, landed) for place, landed in answers.lands.items() if answers.out[place]}
    for (one, first), (other, second) in itertools.combinations(spread.items(), 2):
        both = np.isfinite(first) & np.isfinite(second)
        if not _near(first[both], second[both]).all():
            yield UNLIKE.format(one=scene.letters[one], other=scene.letters[other])


def _spread(scene: Scene, place: Place, landed: np.ndarray) -> np.ndarray:
    """What each cell of a window gets of a gradient of 1; NaN where the window lies in the padding."""
    windows = scene.windows
    padded = np.pad(landed, windows.padding, constant_values=np.nan)
    (top, left), (rows, columns) = windows.corner(place), windows.window
    top, left = top + windows.padding, left + windows.padding
    shares: np.ndarray = padded[top : top + rows, left : left + columns] / scene.dout[place]
    return shares


def _near(one: np.ndarray | float, other: np.ndarray | float) -> np.ndarray:
    """Where two are the same up to rounding; never where one is NaN."""
    return np.asarray(np.isclose(one, other, RTOL, ATOL))


def _named(cell: np.ndarray) -> str:
    return f"({int(cell[0])}, {int(cell[1])})"
