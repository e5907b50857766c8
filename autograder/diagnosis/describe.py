"""What is wrong in words, where no known misconception answers like that."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np

from autograder.compare import KINDS, array_problem, named
from autograder.diagnosis import wording
from autograder.diagnosis.evidence import Evidence, Key, is_unfinished
from autograder.diagnosis.pairs import Pair, Pairs, near, pair_of, said
from autograder.diagnosis.parts import axis_of
from autograder.diagnosis.patterns import recognised
from autograder.diagnosis.wording import filled
from autograder.model import Diagnosis, Kind, Observation, Text

SLOW = Diagnosis("too-slow", wording.TOO_SLOW, wording.TOO_SLOW_HINT)
MANNERS: dict[Kind, tuple[str, Text, Text]] = {
    Kind.FAULT: ("raises", wording.RAISES, wording.RAISES_HINT),
    Kind.STOP: ("stopped", wording.STOPPED, wording.STOPPED_HINT),
    Kind.ARGUMENT: ("argument-changed", wording.CHANGED, wording.CHANGED_HINT),
    Kind.ERROR: ("not-refused", wording.NO_ERROR, wording.NO_ERROR_HINT),
    Kind.NUMBER: ("wrong-number", wording.WRONG_NUMBER, wording.WRONG_NUMBER_HINT),
}
COMPARED = (Kind.VALUES, Kind.SLOPE)
ASKED_FOR = {"b": "boolean", "i": "integer", "u": "integer"}
"""What ``compare`` calls the numbers that are asked for, by the kind of the right ones."""


def describe(evidence: Evidence, unexplained: frozenset[Key]) -> tuple[Diagnosis, ...]:
    """What the observations that nothing explains yet look like: one thing, the most telling."""
    wrong = [each for key, each in evidence.seen.items() if key in unexplained and not is_unfinished(each)]
    arrays = [each for each in wrong if each.kind in COMPARED and _is_compared(each)]
    if arrays:  # slopes are those of a forward that may be wrong itself, so right values tell first what it is about
        what = min(arrays, key=lambda each: COMPARED.index(each.kind)).what
        right = [each for each in evidence.seen.values() if each.problem is None and each.what == what]
        return (_arrays([each for each in arrays if each.what == what], list(filter(_is_compared, right))),)
    if wrong:
        return (_manner(next(iter(sorted(wrong, key=_rank)))),)
    return tuple(_by_the_clock(each) for each in [*evidence.slow.values()][:1] if not evidence.wrong)


def _is_compared(observation: Observation) -> bool:
    """Whether two arrays stand beside each other."""
    return isinstance(observation.actual, np.ndarray) and isinstance(observation.expected, np.ndarray)


def _by_the_clock(observation: Observation) -> Diagnosis:
    """What a check that goes by the clock says of answers in which nothing else is wrong."""
    if observation.kind is Kind.OTHER and observation.problem is not None:
        return Diagnosis("not-derived", observation.problem, wording.NOT_DERIVED_HINT)
    return SLOW


def _arrays(wrong: Sequence[Observation], right: Sequence[Observation]) -> Diagnosis:
    """What the wrong arrays of one name have in common; some of that name may be right."""
    misshapen = [each for each in wrong if each.actual.shape != each.expected.shape]
    dtype = next(filter(None, map(_dtype_problem, wrong)), None)
    pairs = [pair_of(each) for each in wrong if each.actual.dtype.kind in "biuf"]
    if len(pairs) < len(wrong):
        return Diagnosis("not-numbers", filled(wording.NO_ARRAY, what=named(wrong[0].what)), wording.NO_ARRAY_HINT)
    if misshapen:
        return _misshapen(pairs)
    if dtype is not None:
        return Diagnosis("wrong-dtype", dtype, wording.WRONG_DTYPE_HINT)
    found = recognised(pairs, [pair_of(each) for each in right if each.actual.shape == each.expected.shape])
    return found or said(pairs, "different", wording.DIFFERENT, wording.DIFFERENT_HINT)


def _dtype_problem(observation: Observation) -> Text | None:
    """That the numbers are not of the kind that was asked for, where that is what was found."""
    kind = ASKED_FOR.get(observation.expected.dtype.kind, "real")
    if observation.actual.dtype.kind in KINDS[kind]:
        return None
    problem = array_problem(observation.what, observation.actual, observation.expected.shape, kind)
    return problem if problem == observation.problem else None


def _misshapen(pairs: Pairs) -> Diagnosis:
    """Arrays some of which have another shape: whether what all of them hold is right all the same."""
    if all(pair.actual.size == pair.expected.size for pair in pairs):
        if all(near(pair.actual.ravel(), pair.expected.ravel(), pair.atol) for pair in pairs):
            text, hint = wording.WRONG_SHAPE_RIGHT_CONTENTS, wording.WRONG_SHAPE_RIGHT_CONTENTS_HINT
            return said(pairs, "wrong-shape-right-contents", text, hint)
        order = next((each for each in _orders(pairs) if all(_is_in_order(pair, each) for pair in pairs)), None)
        if order is not None:
            return _turned(pairs, order)
        if all(near(np.sort(pair.actual, axis=None), np.sort(pair.expected, axis=None), pair.atol) for pair in pairs):
            return said(pairs, "wrong-shape-other-order", wording.WRONG_SHAPE_OTHER_ORDER, wording.PERMUTED_HINT)
    return said(pairs, "wrong-shape", wording.WRONG_SHAPE, wording.WRONG_SHAPE_HINT)


def _orders(pairs: Pairs) -> list[tuple[int, ...]]:
    """The orders in which axes may come, those first that differ in two of them."""
    counts = {array.ndim for pair in pairs for array in (pair.actual, pair.expected)}
    if len(counts) > 1:
        return []
    orders = itertools.permutations(range(min(counts)))
    return sorted(orders, key=lambda order: sum(number != axis for number, axis in enumerate(order)))


def _is_in_order(pair: Pair, order: tuple[int, ...]) -> bool:
    return near(pair.actual, pair.expected.transpose(order), pair.atol)


def _turned(pairs: Pairs, order: tuple[int, ...]) -> Diagnosis:
    """The right values with their axes in another order: if only two are exchanged, by their names."""
    moved = [number for number, axis in enumerate(order) if number != axis]
    if len(moved) > 2:
        return said(pairs, "axes-in-another-order", wording.WRONG_ORDER_OF_AXES, wording.TRANSPOSED_HINT)
    one, other = (axis_of(pairs[0], number) for number in moved)
    axes = filled(Text("{one}{join}{other}", "{one}{join}{other}"), one=one, join=wording.AND, other=other)
    return said(pairs, "transposed", wording.TRANSPOSED, wording.TRANSPOSED_HINT, axes=axes)


def _manner(observation: Observation) -> Diagnosis:
    """What is wrong with anything but an array of the right kind."""
    if observation.kind is Kind.OTHER and observation.problem is not None:
        return Diagnosis("other", observation.problem, wording.OTHER_HINT)
    if observation.kind is Kind.SHAPE and isinstance(observation.actual, np.ndarray):
        return _of_a_form(observation)
    id, text, hint = MANNERS.get(observation.kind, ("no-array", wording.NO_ARRAY, wording.NO_ARRAY_HINT))
    return Diagnosis(id, filled(text, what=named(observation.what)), hint)


def _of_a_form(observation: Observation) -> Diagnosis:
    """An array whose values do not matter: its shape is wrong, or else its kind of numbers."""
    if observation.actual.shape == observation.expected and observation.problem is not None:
        return Diagnosis("wrong-dtype", observation.problem, wording.WRONG_DTYPE_HINT)
    text = filled(wording.WRONG_SHAPE, what=named(observation.what))
    return Diagnosis("wrong-shape", text, wording.WRONG_SHAPE_HINT)


def _rank(observation: Observation) -> int:
    """The graver first: what raises tells more than what is left behind."""
    order = (Kind.STOP, Kind.FAULT, Kind.VALUES, Kind.SHAPE, Kind.NUMBER, Kind.ERROR, Kind.ARGUMENT)
    return order.index(observation.kind) if observation.kind in order else len(order)
