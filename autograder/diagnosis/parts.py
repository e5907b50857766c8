"""Which part of an array is wrong: cells that have a name, or one end of an axis.

A part is told only where all cases agree and together are large enough that chance would hardly do it.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np

from autograder.diagnosis import wording
from autograder.diagnosis.pairs import SEVERAL, Pair, Pairs, said, wrong_cells
from autograder.diagnosis.wording import filled
from autograder.facts import Facts
from autograder.model import Diagnosis, Text

CHANCE = 0.1
"""How likely wrong cells may be to lie in a named part by accident."""

LONG = 4
"""Places along an axis from which on several wrong cells in a single one of them are no accident."""

MANY = 16
"""Cells at one place that tell by their number, however short the axis is."""

INSIDE = 8
"""Cells away from every border that must be right before the border is told."""

Part = tuple[float, Diagnosis]
"""How much of all the arrays a part takes up, and what to say of it."""


def only_part(pairs: Pairs) -> Diagnosis | None:
    """Right except in the first or last of an axis, or in cells that the cases have a name for; the smallest part."""
    found = (*only_regions(pairs), *_only_ends(pairs))
    return min(found, key=lambda item: item[0])[1] if found else None


def only_regions(pairs: Pairs) -> Iterator[Part]:
    """The named parts that hold all that is wrong."""
    for each in pairs[0].facts.regions:
        share = _share(pairs, each.id)
        if share is not None:
            text, hint = wording.ONLY_REGION, wording.ONLY_REGION_HINT
            yield share, said(pairs, f"only-{each.id}", text, hint, region=each.text)


def _share(pairs: Pairs, id: str) -> float | None:
    """How much of all arrays the region takes up; None where something else is wrong, too, or it may be chance."""
    masks = [next((each.mask for each in pair.facts.regions if each.id == id), None) for pair in pairs]
    inside, chance = 0, 1.0
    for pair, mask in zip(pairs, masks, strict=True):
        if mask is None or mask.shape != pair.wrong.shape or (pair.wrong & ~mask).any():
            return None
        inside += int(mask.sum())
        chance *= float(mask.mean()) ** int(pair.wrong.sum())
    return inside / _size(pairs) if chance <= CHANCE else None


def _only_ends(pairs: Pairs) -> Iterator[Part]:
    for axis, end in itertools.product(range(axes(pairs)), wording.ENDS):
        if all(_along(pair.wrong, axis) == {_index(pair, axis, end)} for pair in pairs) and any(
            _is_telling(pair, axis, int(pair.wrong.sum())) for pair in pairs
        ):
            share = sum(pair.wrong.size / pair.wrong.shape[axis] for pair in pairs) / _size(pairs)
            text, hint = wording.ONLY_AT, wording.ONLY_AT_HINT
            yield share, said(pairs, "only-at", text, hint, place=_place(pairs[0], axis, end))


def _is_telling(pair: Pair, axis: int, cells: int) -> bool:
    """Whether so many cells at one place of the axis are no accident."""
    length = pair.wrong.shape[axis]
    return (length >= LONG and cells >= SEVERAL) or (length > 1 and cells >= MANY)


def right_at_one(pairs: Pairs) -> Diagnosis | None:
    """Right in the first or last of an axis alone, and mostly wrong everywhere else."""
    for axis, end in itertools.product(range(axes(pairs)), wording.ENDS):
        long = [pair for pair in pairs if pair.wrong.shape[axis] > 2]
        telling = any(_is_telling(pair, axis, int(np.count_nonzero(pair.expected.take(end, axis)))) for pair in long)
        if telling and all(_is_right_only(pair, axis, end) for pair in pairs):
            place = _place(pairs[0], axis, end)
            return said(pairs, "right-at", wording.RIGHT_AT, wording.RIGHT_AT_HINT, place=place)
    return None


def _is_right_only(pair: Pair, axis: int, end: int) -> bool:
    """Whether one place alone is right, and not just because it holds zeros, and half of what is elsewhere is not."""
    right = set(range(pair.wrong.shape[axis])) - _along(pair.wrong, axis)
    elsewhere = int(np.count_nonzero(np.delete(pair.expected, end, axis)))
    holds = bool(pair.expected.take(end, axis).any())
    return holds and right == {_index(pair, axis, end)} and 2 * wrong_cells([pair]) >= elsewhere


def border(pairs: Pairs) -> Diagnosis | None:
    """Right inside, wrong only at the first or last index of some axis of three or more."""
    edges = [_edge(pair.wrong.shape) for pair in pairs]
    if any((pair.wrong & ~edge).any() for pair, edge in zip(pairs, edges, strict=True)):
        return None
    inside = sum(int(np.count_nonzero(pair.expected[~edge])) for pair, edge in zip(pairs, edges, strict=True))
    if inside < INSIDE or wrong_cells(pairs) < SEVERAL:
        return None
    return said(pairs, "only-border", wording.BORDER, wording.BORDER_HINT)


def _edge(shape: tuple[int, ...]) -> np.ndarray:
    edge = np.zeros(shape, dtype=bool)
    for axis, length in enumerate(shape):
        if length > 2:
            np.moveaxis(edge, axis, 0)[[0, -1]] = True
    return edge


def axes(pairs: Pairs) -> int:
    """How many axes all of them have."""
    return min(pair.expected.ndim for pair in pairs)


def axis_names(facts: Facts, count: int) -> tuple[Text, ...]:
    """What the axes of an array are called: as its case says, or else as those of a vector or a matrix."""
    if len(facts.axes) == count:
        return facts.axes
    plain = wording.PLAIN_AXES.get(count)
    return plain or tuple(wording.AXIS.format(number=number) for number in range(count))


def axis_of(pair: Pair, number: int) -> Text:
    """The name of one axis."""
    return axis_names(pair.facts, pair.expected.ndim)[number]


def counted(axis: Text) -> Text:
    """One of them: in Chinese rows and columns, whose names have one sign, are counted without a measure word."""
    return Text(axis.en, axis.zh if len(axis.zh) == 1 else f"个{axis.zh}")


def _place(pair: Pair, axis: int, end: int) -> Text:
    """The first or the last of an axis, in words."""
    if axis_of(pair, axis) == wording.AXIS.format(number=axis):
        return wording.ENDS_OF_AXIS[end].format(number=axis)
    return filled(wording.ENDS[end], one=counted(axis_of(pair, axis)))


def _index(pair: Pair, axis: int, end: int) -> int:
    return end % int(pair.wrong.shape[axis])


def _size(pairs: Pairs) -> int:
    return sum(pair.wrong.size for pair in pairs)


def _along(mask: np.ndarray, axis: int) -> set[int]:
    """The indices of ``axis`` at which anything is set."""
    others = tuple(number for number in range(mask.ndim) if number != axis)
    return set(np.flatnonzero(mask.any(axis=others)).tolist())
