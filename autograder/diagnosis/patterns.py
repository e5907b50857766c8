"""What wrong arrays have in common, in the order in which it is worth saying.

A pattern looks at every wrong array of one name together, each beside the right one, and says what holds for all of
them, or nothing. None of them tells a right value.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from autograder.diagnosis import wording
from autograder.diagnosis.evidence import ATOL, RTOL
from autograder.facts import Facts
from autograder.model import Diagnosis, Text

FEWEST_SHARED = 2
"""Elements that are not zero, from which on a common factor or difference is no accident."""


@dataclass(frozen=True, eq=False)
class Pair:
    """A wrong array beside the right one of the same shape, both real and float64."""

    what: str
    actual: np.ndarray
    expected: np.ndarray
    facts: Facts

    @cached_property
    def wrong(self) -> np.ndarray:
        """Where they differ."""
        wrong: np.ndarray = ~np.isclose(self.actual, self.expected, RTOL, ATOL)
        return wrong

    @cached_property
    def factor(self) -> float | None:
        """The number that the right array has to be multiplied with, if one does."""
        if not self.expected.any():
            return None
        factor = float(np.vdot(self.actual, self.expected) / np.vdot(self.expected, self.expected))
        return factor if near(self.actual, factor * self.expected) else None

    def axis(self, number: int) -> Text:
        """The axis' name."""
        return self.facts.axes[number] if number < len(self.facts.axes) else wording.AXIS.format(number=number)


Pairs = Sequence[Pair]
Pattern = Callable[[Pairs], Diagnosis | None]


def near(one: np.ndarray, other: np.ndarray) -> bool:
    """Whether two arrays are the same up to rounding."""
    return one.shape == other.shape and bool(np.allclose(one, other, RTOL, ATOL))


def recognised(pairs: Pairs) -> Diagnosis | None:
    """The first pattern that all of ``pairs`` show."""
    return next(filter(None, (pattern(pairs) for pattern in PATTERNS)), None)


def said(pairs: Pairs, id: str, text: Text, hint: Text, **values: object) -> Diagnosis:
    """A pattern in words."""
    return Diagnosis(id, filled(text, what=pairs[0].what, **values), hint)


def filled(text: Text, **values: object) -> Text:
    """The text with its placeholders filled in, those that are texts in each language by themselves."""
    en = {key: value.en if isinstance(value, Text) else value for key, value in values.items()}
    zh = {key: value.zh if isinstance(value, Text) else value for key, value in values.items()}
    return Text(text.en.format(**en), text.zh.format(**zh))


def imprecise(pairs: Pairs) -> Diagnosis | None:
    """Right to seven digits or so, and not beyond."""
    if any(pair.wrong.any() for pair in pairs):
        return None
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


def constant_factor(pairs: Pairs) -> Diagnosis | None:
    """The right array times a number: -1, one that the case has a name for, or any other."""
    factors = [pair.factor for pair in pairs]
    if any(factor is None for factor in factors) or not any(_is_telling(pair.expected) for pair in pairs):
        return None
    known = [factor for factor in factors if factor is not None]
    if near(np.array(known), -np.ones(len(known))):
        return said(pairs, "sign", wording.SIGN, wording.SIGN_HINT)
    return _named_factor(pairs, known) or _plain_factor(pairs, known)


def _is_telling(array: np.ndarray) -> bool:
    """Whether it has so many elements that what they share is no accident."""
    return int(np.count_nonzero(array)) >= FEWEST_SHARED


def _named_factor(pairs: Pairs, factors: list[float]) -> Diagnosis | None:
    """The number that it is; nothing where it might be one or another."""
    found: list[Diagnosis] = []
    for name, meaning in _names(pairs):
        values = [_value(pair, name) for pair in pairs]
        for id, text, claimed in (
            (f"times-{name}", wording.TIMES, values),
            (f"divided-by-{name}", wording.DIVIDED, [1 / value for value in values]),
        ):
            if near(np.array(factors), np.array(claimed)):
                found.append(said(pairs, id, text, wording.FACTOR_HINT, meaning=meaning))
    return found[0] if len(found) == 1 else None


def _names(pairs: Pairs) -> Iterator[tuple[str, Text]]:
    """The names of numbers that every one of the cases knows."""
    shared = set.intersection(*({each.id for each in pair.facts.factors} for pair in pairs))
    return ((each.id, each.text) for each in pairs[0].facts.factors if each.id in shared)


def _value(pair: Pair, name: str) -> float:
    return next(each.value for each in pair.facts.factors if each.id == name)


def _plain_factor(pairs: Pairs, factors: list[float]) -> Diagnosis:
    if near(np.array(factors), np.full(len(factors), factors[0])):
        return said(pairs, "constant-factor", wording.CONSTANT_FACTOR, wording.FACTOR_HINT, factor=f"{factors[0]:.4g}")
    return said(pairs, "varying-factor", wording.VARYING_FACTOR, wording.FACTOR_HINT)


def whole(pairs: Pairs) -> Diagnosis | None:
    """Whole numbers where fractions belong, less than one away from them."""
    if not any((pair.expected % 1).any() for pair in pairs):
        return None
    if any((pair.actual % 1).any() or (abs(pair.actual - pair.expected) >= 1).any() for pair in pairs):
        return None
    return said(pairs, "whole-numbers", wording.WHOLE, wording.WHOLE_HINT)


def offset(pairs: Pairs) -> Diagnosis | None:
    """The right array plus a number."""
    gaps = [pair.actual - pair.expected for pair in pairs]
    if not all(near(gap, np.full(gap.shape, gap.flat[0])) for gap in gaps) or not any(map(_is_telling, gaps)):
        return None
    return said(pairs, "offset", wording.OFFSET, wording.OFFSET_HINT)


def transposed(pairs: Pairs) -> Diagnosis | None:
    """Two axes exchanged; an axis of length 1 is named only where no longer one will do."""
    couples = itertools.combinations(range(_axes(pairs)), 2)
    for one, other in sorted(couples, key=lambda couple: min(_longest(pairs, axis) for axis in couple) == 1):
        if all(near(pair.actual, _exchanged(pair, one, other)) for pair in pairs):
            axes = filled(Text("{one}{join}{other}", "{one}{join}{other}"), one=pairs[0].axis(one),
                          join=wording.AND, other=pairs[0].axis(other))  # fmt: skip
            return said(pairs, "transposed", wording.TRANSPOSED, wording.TRANSPOSED_HINT, axes=axes)
    return None


def _exchanged(pair: Pair, one: int, other: int) -> np.ndarray:
    """The right array with two axes exchanged, in the shape it should have had before."""
    return pair.expected.swapaxes(one, other).reshape(pair.expected.shape)


def flipped(pairs: Pairs) -> Diagnosis | None:
    """Turned round along an axis, or along two."""
    numbers = range(_axes(pairs))
    for axes in (*itertools.combinations(numbers, 1), *itertools.combinations(numbers, 2)):
        if all(near(pair.actual, np.flip(pair.expected, axes)) for pair in pairs):
            return said(pairs, "flipped", wording.FLIPPED, wording.FLIPPED_HINT, axes=_joined(pairs[0], axes))
    return None


def shifted(pairs: Pairs) -> Diagnosis | None:
    """One cell further along an axis, or one too early."""
    for axis, step in itertools.product(range(_axes(pairs)), (1, -1)):
        if _longest(pairs, axis) > 2 and all(_is_shifted(pair, axis, step) for pair in pairs):
            return said(pairs, "shifted", wording.SHIFTED, wording.SHIFTED_HINT, one=_counted(pairs[0].axis(axis)))
    return None


def _is_shifted(pair: Pair, axis: int, step: int) -> bool:
    """Whether all that both arrays can hold is the same, one cell apart; what leaves at the end is not looked at."""
    if pair.expected.shape[axis] < 2 or not pair.actual.any():
        return False
    actual, expected = np.moveaxis(pair.actual, axis, 0), np.moveaxis(pair.expected, axis, 0)
    return near(actual[1:], expected[:-1]) if step == 1 else near(actual[:-1], expected[1:])


def only_part(pairs: Pairs) -> Diagnosis | None:
    """Right except in the first or last of an axis, or in cells that the cases have a name for; the smallest part."""
    found = (*_only_regions(pairs), *_only_ends(pairs))
    return min(found, key=lambda item: item[0])[1] if found else None


Part = tuple[float, Diagnosis]
"""How much of all the arrays a part takes up, and what to say of it."""


def _only_regions(pairs: Pairs) -> Iterator[Part]:
    for each in pairs[0].facts.regions:
        share = _share(pairs, each.id)
        if share is not None:
            text, hint = wording.ONLY_REGION, wording.ONLY_REGION_HINT
            yield share, said(pairs, f"only-{each.id}", text, hint, region=each.text)


def _share(pairs: Pairs, id: str) -> float | None:
    """How much of all arrays the region takes up; None where something else is wrong, too, or it is all there is."""
    masks = [next((each.mask for each in pair.facts.regions if each.id == id), None) for pair in pairs]
    inside = 0
    for pair, mask in zip(pairs, masks, strict=True):
        if mask is None or mask.shape != pair.wrong.shape or (pair.wrong & ~mask).any():
            return None
        inside += int(mask.sum())
    share = inside / sum(_sizes(pairs))
    return share if share < 1 else None


def _only_ends(pairs: Pairs) -> Iterator[Part]:
    for axis, end in itertools.product(range(_axes(pairs)), wording.ENDS):
        if _longest(pairs, axis) > 1 and all(_along(pair.wrong, axis) == {_index(pair, axis, end)} for pair in pairs):
            share = sum(pair.wrong.size / pair.wrong.shape[axis] for pair in pairs) / sum(_sizes(pairs))
            text, hint = wording.ONLY_AT, wording.ONLY_AT_HINT
            yield share, said(pairs, "only-at", text, hint, place=_place(pairs[0].axis(axis), end))


def right_at_one(pairs: Pairs) -> Diagnosis | None:
    """Right in the first or last of an axis alone."""
    for axis, end in itertools.product(range(_axes(pairs)), wording.ENDS):
        if _longest(pairs, axis) > 2 and all(_is_right_only(pair, axis, end) for pair in pairs):
            place = _place(pairs[0].axis(axis), end)
            return said(pairs, "right-at", wording.RIGHT_AT, wording.RIGHT_AT_HINT, place=place)
    return None


def _index(pair: Pair, axis: int, end: int) -> int:
    return end % int(pair.wrong.shape[axis])


def _longest(pairs: Pairs, axis: int) -> int:
    return max(int(pair.wrong.shape[axis]) for pair in pairs)


def _sizes(pairs: Pairs) -> Iterator[int]:
    return (pair.wrong.size for pair in pairs)


def _place(axis: Text, end: int) -> Text:
    """The first or the last of an axis, in words."""
    return filled(wording.ENDS[end], one=_counted(axis))


def _counted(axis: Text) -> Text:
    """One of them: in Chinese rows and columns, whose names have one sign, are counted without a measure word."""
    return Text(axis.en, axis.zh if len(axis.zh) == 1 else f"个{axis.zh}")


def _along(mask: np.ndarray, axis: int) -> set[int]:
    """The indices of ``axis`` at which anything is set."""
    others = tuple(number for number in range(mask.ndim) if number != axis)
    return set(np.flatnonzero(mask.any(axis=others)).tolist())


def _is_right_only(pair: Pair, axis: int, end: int) -> bool:
    """Whether nothing is wrong in one place alone, and not just because it holds zeros."""
    right = set(range(pair.wrong.shape[axis])) - _along(pair.wrong, axis)
    return right == {_index(pair, axis, end)} and bool(pair.expected.take(end, axis).any())


def border(pairs: Pairs) -> Diagnosis | None:
    """Right inside, wrong only at the first or last index of some axis of three or more."""
    if all((pair.wrong & ~_edge(pair.wrong.shape)).sum() == 0 and not _edge(pair.wrong.shape).all() for pair in pairs):
        return said(pairs, "only-border", wording.BORDER, wording.BORDER_HINT)
    return None


def _edge(shape: tuple[int, ...]) -> np.ndarray:
    edge = np.zeros(shape, dtype=bool)
    for axis, length in enumerate(shape):
        if length > 2:
            np.moveaxis(edge, axis, 0)[[0, -1]] = True
    return edge


def permuted(pairs: Pairs) -> Diagnosis | None:
    """The right values in other cells."""
    if all(near(np.sort(pair.actual, axis=None), np.sort(pair.expected, axis=None)) for pair in pairs):
        return said(pairs, "wrong-cells", wording.PERMUTED, wording.PERMUTED_HINT)
    return None


def zero_where_not(pairs: Pairs) -> Diagnosis | None:
    """Zeros among right values."""
    if all(not pair.actual[pair.wrong].any() for pair in pairs):
        return said(pairs, "zero-where-it-should-not-be", wording.ZERO_WHERE_NOT, wording.ZERO_WHERE_NOT_HINT)
    return None


def not_zero(pairs: Pairs) -> Diagnosis | None:
    """Something where nothing belongs, and right values everywhere else."""
    if all(not pair.expected[pair.wrong].any() for pair in pairs):
        return said(pairs, "not-zero-where-it-should-be", wording.NOT_ZERO, wording.NOT_ZERO_HINT)
    return None


def same_sum(pairs: Pairs) -> Diagnosis | None:
    """Nothing lost, but spread otherwise."""
    if all(np.isclose(pair.actual.sum(), pair.expected.sum(), RTOL, 1e-7) for pair in pairs):
        return said(pairs, "same-sum", wording.SAME_SUM, wording.SAME_SUM_HINT)
    return None


def different(pairs: Pairs) -> Diagnosis:
    """Whatever else it is."""
    wrong = sum(int(pair.wrong.sum()) for pair in pairs)
    if 2 * wrong > sum(int((pair.wrong | (pair.expected != 0)).sum()) for pair in pairs):  # to be zero is no feat
        return said(pairs, "different", wording.DIFFERENT, wording.DIFFERENT_HINT)
    return said(pairs, "partly-different", wording.PARTLY_DIFFERENT, wording.DIFFERENT_HINT)


def _axes(pairs: Pairs) -> int:
    return min(pair.expected.ndim for pair in pairs)


def _joined(pair: Pair, axes: tuple[int, ...]) -> Text:
    names = [pair.axis(number) for number in axes]
    return Text(wording.AND.en.join(each.en for each in names), wording.AND.zh.join(each.zh for each in names))


PATTERNS: tuple[Pattern, ...] = (
    imprecise, not_finite, all_zero, constant_factor, whole, offset, transposed, flipped, shifted, only_part, permuted,
    right_at_one, border, zero_where_not, not_zero, same_sum, different,
)  # fmt: skip
