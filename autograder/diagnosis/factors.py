"""Arrays that are right up to a number: -1, one that the case has a name for, or any other.

A case that is right counts, too: there the number is 1.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from autograder.diagnosis import wording
from autograder.diagnosis.pairs import Pair, Pairs, near, said
from autograder.model import Diagnosis, Text

SHARED = 2
"""Elements that must have the number in common with some other, so that it is no accident."""

MOST_TOLD = 3


def constant_factor(wrong: Pairs, right: Pairs) -> Diagnosis | None:
    """The number that all have in common, or that each of them has one."""
    pairs = [*wrong, *(pair for pair in right if pair.expected.any())]
    factors = [pair.factor for pair in pairs if pair.factor is not None]
    shared = sum(max(int(np.count_nonzero(pair.expected)) - 1, 0) for pair in wrong)
    if len(factors) < len(pairs) or shared < SHARED:
        return None
    if near(np.array(factors), -np.ones(len(factors))):
        return said(wrong, "sign", wording.SIGN, wording.SIGN_HINT)
    return _named(wrong, pairs, factors) or _plain(wrong, factors)


def twice_the_first(wrong: Pairs) -> Diagnosis | None:
    """What a second call gives is twice what the first one gave."""
    if "second" not in wrong[0].what or any(not pair.expected.any() for pair in wrong):
        return None
    if not all(near(pair.actual, 2 * pair.expected, pair.atol) for pair in wrong):
        return None
    return said(wrong, "twice-the-first", wording.TWICE, wording.TWICE_HINT)


def _named(wrong: Pairs, pairs: Pairs, factors: list[float]) -> Diagnosis | None:
    """The number that it is; nothing where it might be one or another."""
    found: list[Diagnosis] = []
    for name, meaning in _names(wrong):
        values = [_value(pair, name) for pair in pairs]
        for id, text, claimed in (
            (f"times-{name}", wording.TIMES, values),
            (f"divided-by-{name}", wording.DIVIDED, [1 / value for value in values]),
        ):
            if near(np.array(factors), np.array(claimed)):
                found.append(said(wrong, id, text, wording.FACTOR_HINT, meaning=meaning))
    return found[0] if len(found) == 1 else None


def _names(pairs: Pairs) -> Iterator[tuple[str, Text]]:
    """The names of numbers that every one of the cases knows."""
    shared = set.intersection(*({each.id for each in pair.facts.factors} for pair in pairs))
    return ((each.id, each.text) for each in pairs[0].facts.factors if each.id in shared)


def _value(pair: Pair, name: str) -> float:
    """The number in this case; a case does not name what is 1 in it."""
    return next((each.value for each in pair.facts.factors if each.id == name), 1.0)


def _plain(wrong: Pairs, factors: list[float]) -> Diagnosis:
    if near(np.array(factors), np.full(len(factors), factors[0])):
        factor = f"{factors[0]:.4g}"
        return said(wrong, "constant-factor", wording.CONSTANT_FACTOR, wording.FACTOR_HINT, factor=factor)
    text = wording.SOMETIMES_FACTOR if len(factors) > len(wrong) else wording.VARYING_FACTOR
    return said(wrong, "varying-factor", text, wording.FACTOR_HINT, factors=_listed(factors[: len(wrong)]))


def _listed(factors: list[float]) -> Text:
    """The smallest of the numbers, and whether there are more."""
    told = sorted({f"{factor:.4g}" for factor in factors}, key=float)
    more = wording.OR_ANOTHER if len(told) > MOST_TOLD else Text("", "")
    return Text(", ".join(told[:MOST_TOLD]) + more.en, "、".join(told[:MOST_TOLD]) + more.zh)
