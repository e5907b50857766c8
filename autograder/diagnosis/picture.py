"""Where an answer is wrong, as a map for the student to look at.

It is made on the trusted side, where an exercise has lost points, and gives nothing away. A cell is right or off by one
of three steps, which begin at shares of what the right array typically holds, a number that nobody is told: whatever is
missed in the same way gives the same map, and no value can be read from it. Zeros are the one exception. Where nothing
belongs is structure (no window, no maximum, a ReLU that is off), and the very thing to be learnt; it is told where the
submission disagrees with it, and of fractions only, since of indices and masks it would be the answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from autograder.compare import ATOL, RTOL
from autograder.diagnosis import wording
from autograder.diagnosis.pairs import Pair, keep_their_sum, pair_of
from autograder.diagnosis.parts import axis_names
from autograder.diagnosis.wording import filled
from autograder.facts import Facts, Windows, facts_of
from autograder.model import CheckResult, Kind, Observation, Picture, Rectangle, Text

LARGEST = 24
"""Rows and columns of a map; of a larger one, those around the worst cell."""

STEPS = (0.25, 1.0)
"""From which share of a typical value on an answer is off, and far off."""

COMPARED = (Kind.VALUES, Kind.SLOPE)
NOT_FINITE = 4
MAP = ("row", "column")
"""The axes of an image, by the names that cases give them."""

SUM_RTOL, SUM_ATOL = 1e-5, 1e-7


def picture_of(results: Iterable[CheckResult]) -> Picture | None:
    """The map of the first wrong array that can be shown, or of one like it that is not finite; None without any."""
    shown = [each for result in results for each in result.observations if _is_shown(each)]
    wrong = [each for each in shown if _answer(each, ()).levels.any()]
    if not wrong:
        return None
    same_name = [each for each in wrong if each.what == wrong[0].what]
    first = min(same_name, key=lambda each: bool(np.isfinite(each.actual).all()))
    return _drawn(_answer(first, tuple(map(pair_of, same_name))))


def _is_shown(observation: Observation) -> bool:
    """Whether an array of numbers stands beside another of its shape, which has more than one element."""
    actual, expected = observation.actual, observation.expected
    if observation.problem is None or observation.kind not in COMPARED:
        return False
    if type(actual) is not np.ndarray or type(expected) is not np.ndarray:
        return False
    return actual.shape == expected.shape and actual.size > 1 and actual.dtype.kind in "biuf"


@dataclass(frozen=True, eq=False)
class Answer:
    """An answer beside the right one, both float64 and of two axes at least; ``zeros_tell`` of fractions alone.

    ``alike`` are all wrong answers of its name, and ``measured`` says that it was not compared with right values, but
    with slopes of the submission's own forward.
    """

    what: str
    case: str
    actual: np.ndarray
    expected: np.ndarray
    facts: Facts
    zeros_tell: bool
    alike: tuple[Pair, ...]
    measured: bool

    @cached_property
    def error(self) -> np.ndarray:
        """How far apart they are; infinitely far where the answer is no finite number."""
        with np.errstate(all="ignore"):
            error = np.abs(self.actual - self.expected)
        return np.where(np.isfinite(self.actual), error, np.inf)

    @cached_property
    def levels(self) -> np.ndarray:
        """How far off each cell is: 0 to ``NOT_FINITE``."""
        right = self.error <= ATOL + RTOL * np.abs(self.expected)
        steps = [self.error > share * _typical(self.expected) for share in STEPS]
        levels = np.where(right, 0, 1 + np.sum(steps, axis=0))
        return np.where(np.isfinite(self.actual), levels, NOT_FINITE)

    @cached_property
    def worst(self) -> tuple[int, ...]:
        """The index of the cell that is furthest off."""
        flat = int(np.argmax(np.where(self.levels > 0, self.error, -1.0)))
        return tuple(int(part) for part in np.unravel_index(flat, self.error.shape))

    @cached_property
    def signs(self) -> np.ndarray:
        """Which wrong cells are zero, and which should be."""
        signs = np.full(self.levels.shape, ".")
        if self.zeros_tell:
            signs[(self.levels > 0) & (self.actual == 0)] = "0"
            signs[(self.levels > 0) & (self.expected == 0) & (self.levels < NOT_FINITE)] = "+"
        return signs

    @cached_property
    def axes(self) -> tuple[Text, ...]:
        """The names of all axes."""
        return axis_names(self.facts, self.actual.ndim)

    @cached_property
    def shown(self) -> tuple[int, int]:
        """The axes that go down and across: those of an image, or else the last two."""
        names = [each.en for each in self.axes]
        if all(name in names for name in MAP):
            return names.index(MAP[0]), names.index(MAP[1])
        return self.actual.ndim - 2, self.actual.ndim - 1

    def slice_of(self, array: np.ndarray) -> np.ndarray:
        """Rows and columns of one that is like the answer, where the worst cell lies."""
        down, across = self.shown
        index = tuple(slice(None) if axis in self.shown else place for axis, place in enumerate(self.worst))
        found: np.ndarray = array[index]
        return found if down < across else found.T


def _typical(expected: np.ndarray) -> float:
    """How large the values are that are not zero: the root of their mean square."""
    values = expected[expected != 0]
    return float(np.sqrt(np.mean(np.square(values)))) if values.size else 1.0


def _answer(observation: Observation, alike: tuple[Pair, ...]) -> Answer:
    facts = facts_of(observation.subject, observation.what)
    actual, expected = (each.astype(np.float64) for each in (observation.actual, observation.expected))
    if actual.ndim == 1:
        axes = (wording.ROW, *axis_names(facts, 1))
        actual, expected, facts = actual[np.newaxis], expected[np.newaxis], Facts((), (), axes)
    fractions, measured = observation.expected.dtype.kind == "f", observation.kind is Kind.SLOPE
    return Answer(observation.what, observation.case, actual, expected, facts, fractions, alike, measured)


def _drawn(answer: Answer) -> Picture:
    """The map around the worst cell."""
    down, across = answer.shown
    worst = answer.worst[down], answer.worst[across]
    levels, signs = answer.slice_of(answer.levels), answer.slice_of(answer.signs)
    rows, columns = (_around(place, length) for place, length in zip(worst, levels.shape, strict=True))
    corner = rows.start, columns.start
    number, window, reach = _windows(answer, worst, levels.shape)
    return Picture(
        what=answer.what,
        case=answer.case,
        axes=(answer.axes[down], answer.axes[across]),
        place=_place(answer),
        levels=tuple("".join(map(str, row)) for row in levels[rows, columns].tolist()),
        signs=tuple("".join(row) for row in signs[rows, columns].tolist()),
        worst=(worst[0] - corner[0], worst[1] - corner[1]),
        corner=corner,
        whole=(levels.shape[0], levels.shape[1]),
        window=_cut(window, rows, columns),
        reach=_cut(reach, rows, columns) if number > 1 else None,
        covering=number,
        notes=tuple(_notes(answer, window if number == 1 else None)),
    )


def _around(place: int, length: int) -> slice:
    """The part of an axis that is shown."""
    start = min(max(place - LARGEST // 2, 0), max(length - LARGEST, 0))
    return slice(start, min(start + LARGEST, length))


def _place(answer: Answer) -> Text:
    """Which slice of the array it is, by the axes that are not shown."""
    others = [axis for axis in range(answer.actual.ndim) if axis not in answer.shown]
    named = [(answer.axes[axis], answer.worst[axis]) for axis in others]
    return Text(
        ", ".join(f"{name.en} {place}" for name, place in named),
        "，".join(f"{name.zh} {place}" for name, place in named),
    )


def _windows(
    answer: Answer, worst: tuple[int, int], shape: tuple[int, ...]
) -> tuple[int, Rectangle | None, Rectangle | None]:
    """How many windows hold the worst cell, the first of them, and all of them together."""
    windows = answer.facts.windows
    if windows is None or [each.en for each in answer.axes if each.en in MAP] != [*MAP]:
        return 0, None, None
    rows, columns = (_holding(windows, axis, worst[axis], shape[axis]) for axis in (0, 1))
    if not rows or not columns:
        return 0, None, None
    (height, width), (top, left) = windows.size, (rows[0], columns[0])
    reach = Rectangle(top, left, rows[-1] - top + height, columns[-1] - left + width)
    return len(rows) * len(columns), Rectangle(top, left, height, width), reach


def _holding(windows: Windows, axis: int, place: int, length: int) -> list[int]:
    """Where the windows begin that hold the place, along one axis."""
    size, padding = windows.size[axis], windows.padding
    starts = range(-padding, length + padding - size + 1, windows.stride)
    return [start for start in starts if start <= place < start + size]


def _cut(found: Rectangle | None, rows: slice, columns: slice) -> Rectangle | None:
    """The part that is within the map, counted from its corner."""
    if found is None:
        return None
    top, left = max(found.top, rows.start), max(found.left, columns.start)
    bottom, right = min(found.top + found.height, rows.stop), min(found.left + found.width, columns.stop)
    return Rectangle(top - rows.start, left - columns.start, bottom - top, right - left)


def _notes(answer: Answer, alone: Rectangle | None) -> Iterator[Text]:
    """What all wrong cells have in common, and whether sums are right; ``alone`` is the worst cell's only window."""
    if answer.measured:
        yield wording.OF_OWN_FORWARD
    region = _region(answer)
    if region is not None:
        yield filled(wording.ALL_AMONG, region=region)
    if not answer.zeros_tell or not np.isfinite(answer.actual).all():
        return
    if keep_their_sum(answer.alike):
        yield wording.SUM_IS_RIGHT
    elif alone is not None:
        rows = slice(max(alone.top, 0), alone.top + alone.height)
        columns = slice(max(alone.left, 0), alone.left + alone.width)
        sums = (answer.slice_of(each)[rows, columns] for each in (answer.actual, answer.expected))
        yield wording.WINDOW_SUM_IS_RIGHT if _same_sum(*sums) else wording.WINDOW_SUM_IS_WRONG


def _region(answer: Answer) -> Text | None:
    """The smallest named part of the array that holds every wrong cell."""
    wrong = answer.levels > 0
    fitting = [
        each for each in answer.facts.regions
        if each.mask.shape == wrong.shape and not each.mask.all() and not (wrong & ~each.mask).any()
    ]  # fmt: skip
    return min(fitting, key=lambda each: int(each.mask.sum())).text if fitting else None


def _same_sum(one: np.ndarray, other: np.ndarray) -> bool:
    return bool(np.isclose(one.sum(), other.sum(), SUM_RTOL, SUM_ATOL))
