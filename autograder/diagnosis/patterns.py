"""What wrong arrays have in common, in the order in which it is worth saying.

A pattern looks at every wrong array of one name together, each beside the right one, and says what holds for all of
them, or nothing; some also look at those of the name that are right. What a single small case may show by accident is
left unsaid. None of them tells a right value.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from functools import partial

import numpy as np

from autograder.diagnosis import wording
from autograder.diagnosis.factors import constant_factor, twice_the_first
from autograder.diagnosis.pairs import SEVERAL, Pair, Pairs, keep_their_sum, near, said, wrong_cells
from autograder.diagnosis.parts import axes, axis_of, border, counted, only_part, only_regions, right_at_one
from autograder.model import Diagnosis, Text

Pattern = Callable[[Pairs], Diagnosis | None]

LONG = 4
"""Places along an axis from which on a shift is told from something else."""


def recognised(wrong: Pairs, right: Pairs) -> Diagnosis | None:
    """The first pattern that all of ``wrong`` show, and that none of ``right`` speaks against."""
    first = next(filter(None, (pattern(wrong) for pattern in OF_ALL_NUMBERS)), None)
    return first or constant_factor(wrong, right) or next(filter(None, (pattern(wrong) for pattern in PATTERNS)), None)


def imprecise(pairs: Pairs) -> Diagnosis | None:
    """Right to five digits or so, and not beyond; single precision where all that is there fits into it."""
    if any(pair.wrong.any() for pair in pairs):
        return None
    if all((pair.actual == pair.actual.astype(np.float32)).all() for pair in pairs):
        return said(pairs, "imprecise", wording.SINGLE, wording.SINGLE_HINT)
    return said(pairs, "imprecise", wording.IMPRECISE, wording.IMPRECISE_HINT)


def not_finite(pairs: Pairs) -> Diagnosis | None:
    """NaN or infinity somewhere: nothing else can be said of such an array."""
    if all(np.isfinite(pair.actual).all() for pair in pairs):
        return None
    return said(pairs, "not-finite", wording.NOT_FINITE, wording.NOT_FINITE_HINT)


def all_zero(pairs: Pairs) -> Diagnosis | None:
    """Nothing but zeros."""
    if any(pair.actual.any() for pair in pairs):
        return None
    return said(pairs, "all-zero", wording.ALL_ZERO, wording.ALL_ZERO_HINT)


def outside_the_window(pairs: Pairs) -> Diagnosis | None:
    """Numbers of cells that no window has, where the case knows how many cells it has."""
    if any(pair.dtype not in "iu" or not _cells(pair) for pair in pairs):
        return None
    if not any(((pair.actual < 0) | (pair.actual >= _cells(pair))).any() for pair in pairs):
        return None
    return said(pairs, "outside-the-window", wording.OUTSIDE, wording.OUTSIDE_HINT)


def _cells(pair: Pair) -> float:
    """The cells of a window; 0 where the case does not tell."""
    return next((each.value for each in pair.facts.factors if each.id == "cells"), 0.0)


def whole(pairs: Pairs) -> Diagnosis | None:
    """Whole numbers where fractions belong, less than one away from them."""
    if sum(int(np.count_nonzero(pair.expected % 1)) for pair in pairs) < SEVERAL:
        return None
    if any((pair.actual % 1).any() or (abs(pair.actual - pair.expected) >= 1).any() for pair in pairs):
        return None
    return said(pairs, "whole-numbers", wording.WHOLE, wording.WHOLE_HINT)


def offset(pairs: Pairs) -> Diagnosis | None:
    """The right array plus a number."""
    gaps = [pair.actual - pair.expected for pair in pairs]
    if wrong_cells(pairs) < SEVERAL or any(
        not near(gap, np.full(gap.shape, gap.flat[0]), pair.atol) for gap, pair in zip(gaps, pairs, strict=True)
    ):
        return None
    return said(pairs, "offset", wording.OFFSET, wording.OFFSET_HINT)


def transposed(pairs: Pairs) -> Diagnosis | None:
    """Two axes exchanged; an axis of length 1 is named only where no longer one will do."""
    couples = itertools.combinations(range(axes(pairs)), 2)
    for one, other in sorted(couples, key=lambda couple: min(_longest(pairs, axis) for axis in couple) == 1):
        if _all_are(pairs, partial(_exchanged, one=one, other=other)):
            names = _joined(pairs[0], (one, other))
            return said(pairs, "transposed", wording.TRANSPOSED, wording.TRANSPOSED_HINT, axes=names)
    return None


def _exchanged(expected: np.ndarray, one: int, other: int) -> np.ndarray:
    """The right array with two axes exchanged, in the shape it should have had before."""
    return expected.swapaxes(one, other).reshape(expected.shape)


def _all_are(pairs: Pairs, moved: Callable[[np.ndarray], np.ndarray]) -> bool:
    """Whether the arrays are the right ones, moved; several of their cells must differ by that."""
    return wrong_cells(pairs) >= SEVERAL and all(near(pair.actual, moved(pair.expected), pair.atol) for pair in pairs)


def flipped(pairs: Pairs) -> Diagnosis | None:
    """Turned round along an axis, or along two."""
    numbers = range(axes(pairs))
    for turned in (*itertools.combinations(numbers, 1), *itertools.combinations(numbers, 2)):
        if _all_are(pairs, partial(np.flip, axis=turned)):
            return said(pairs, "flipped", wording.FLIPPED, wording.FLIPPED_HINT, axes=_joined(pairs[0], turned))
    return None


def shifted(pairs: Pairs) -> Diagnosis | None:
    """One cell further along an axis, or one too early."""
    for axis, step in itertools.product(range(axes(pairs)), (1, -1)):
        long = _longest(pairs, axis) >= LONG and wrong_cells(pairs) >= SEVERAL
        if long and all(_is_shifted(pair, axis, step) for pair in pairs):
            return said(pairs, "shifted", wording.SHIFTED, wording.SHIFTED_HINT, one=counted(axis_of(pairs[0], axis)))
    return None


def _is_shifted(pair: Pair, axis: int, step: int) -> bool:
    """Whether all that both arrays can hold is the same, one cell apart; what leaves at the end is not looked at."""
    if pair.expected.shape[axis] < 2 or not pair.actual.any():
        return False
    actual, expected = np.moveaxis(pair.actual, axis, 0), np.moveaxis(pair.expected, axis, 0)
    ahead, behind = (actual[1:], expected[:-1]) if step == 1 else (actual[:-1], expected[1:])
    return near(ahead, behind, pair.atol)


def below_zero(pairs: Pairs) -> Diagnosis | None:
    """Negative where zero belongs, in an array that is nowhere negative; a part that has a name says more."""
    if any((pair.expected < 0).any() or not _is_below_zero(pair) for pair in pairs) or wrong_cells(pairs) < 2:
        return None
    if next(only_regions(pairs), None) is not None:
        return None
    return said(pairs, "negative-for-zero", wording.NEGATIVE, wording.NEGATIVE_HINT)


def _is_below_zero(pair: Pair) -> bool:
    return bool((pair.actual[pair.wrong] < 0).all()) and not pair.expected[pair.wrong].any()


def permuted(pairs: Pairs) -> Diagnosis | None:
    """The right values in other cells."""
    if wrong_cells(pairs) >= SEVERAL and all(_is_permuted(pair) for pair in pairs):
        return said(pairs, "wrong-cells", wording.PERMUTED, wording.PERMUTED_HINT)
    return None


def _is_permuted(pair: Pair) -> bool:
    return near(np.sort(pair.actual, axis=None), np.sort(pair.expected, axis=None), pair.atol)


def zero_where_not(pairs: Pairs) -> Diagnosis | None:
    """Zeros, or False, among right values."""
    if any(pair.actual[pair.wrong].any() for pair in pairs):
        return None
    if pairs[0].dtype == "b":
        return said(pairs, "false-where-true", wording.FALSE_WHERE_TRUE, wording.FLAGS_HINT)
    hint = wording.ZERO_WHERE_NOT_HINT if pairs[0].dtype == "f" else wording.DIFFERENT_HINT
    return said(pairs, "zero-where-it-should-not-be", wording.ZERO_WHERE_NOT, hint)


def not_zero(pairs: Pairs) -> Diagnosis | None:
    """Something, or True, where nothing belongs, and right values everywhere else."""
    if any(pair.expected[pair.wrong].any() for pair in pairs):
        return None
    if pairs[0].dtype == "b":
        return said(pairs, "true-where-false", wording.TRUE_WHERE_FALSE, wording.FLAGS_HINT)
    hint = wording.NOT_ZERO_HINT if pairs[0].dtype == "f" else wording.DIFFERENT_HINT
    return said(pairs, "not-zero-where-it-should-be", wording.NOT_ZERO, hint)


def same_sum(pairs: Pairs) -> Diagnosis | None:
    """Nothing lost, but spread otherwise."""
    return said(pairs, "same-sum", wording.SAME_SUM, wording.SAME_SUM_HINT) if keep_their_sum(pairs) else None


def different(pairs: Pairs) -> Diagnosis:
    """Whatever else it is."""
    filled_cells = sum(int((pair.wrong | (pair.expected != 0)).sum()) for pair in pairs)  # to be zero is no feat
    if 2 * wrong_cells(pairs) > filled_cells:
        return said(pairs, "different", wording.DIFFERENT, wording.DIFFERENT_HINT)
    return said(pairs, "partly-different", wording.PARTLY_DIFFERENT, wording.DIFFERENT_HINT)


def _longest(pairs: Pairs, axis: int) -> int:
    return max(int(pair.expected.shape[axis]) for pair in pairs)


def _joined(pair: Pair, numbers: tuple[int, ...]) -> Text:
    names = [axis_of(pair, number) for number in numbers]
    return Text(wording.AND.en.join(each.en for each in names), wording.AND.zh.join(each.zh for each in names))


OF_ALL_NUMBERS: tuple[Pattern, ...] = (imprecise, not_finite, all_zero, outside_the_window, twice_the_first)
PATTERNS: tuple[Pattern, ...] = (
    whole, offset, transposed, flipped, shifted, below_zero, only_part, permuted, right_at_one, border, zero_where_not,
    not_zero, same_sum, different,
)  # fmt: skip
