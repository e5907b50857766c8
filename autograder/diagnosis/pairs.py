"""Wrong arrays beside the right ones: what every pattern looks at, and how large a case has to be to tell anything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from autograder.compare import named
from autograder.diagnosis.evidence import ATOL, RTOL
from autograder.diagnosis.wording import filled
from autograder.facts import Facts, facts_of
from autograder.model import Diagnosis, Kind, Observation, Text

SLOPE_ATOL = 2e-6
"""Slopes are measured, and kept to six digits."""

SEVERAL = 4
"""Wrong cells from which on what they have in common is no accident of a small case."""

KEPT_SHARE = 0.01
"""Of what the numbers of an array come to without their signs: a smaller sum is as good as none."""


@dataclass(frozen=True, eq=False)
class Pair:
    """An array beside the right one, both real and float64, and mostly of the same shape.

    ``dtype`` is the kind of numbers that are asked for, as numpy abbreviates it; ``atol`` is how far apart two may be
    that count as the same.
    """

    what: str
    actual: np.ndarray
    expected: np.ndarray
    facts: Facts
    dtype: str = "f"
    atol: float = ATOL

    @cached_property
    def wrong(self) -> np.ndarray:
        """Where they differ."""
        wrong: np.ndarray = ~np.isclose(self.actual, self.expected, RTOL, self.atol)
        return wrong

    @cached_property
    def factor(self) -> float | None:
        """The number that the right array has to be multiplied with, if one does."""
        if not self.expected.any():
            return None
        factor = float(np.vdot(self.actual, self.expected) / np.vdot(self.expected, self.expected))
        return factor if near(self.actual, factor * self.expected, self.atol * max(1.0, abs(factor))) else None

    @property
    def is_spread(self) -> bool:
        """Whether it is known to be what windows share out, so that what is lost in one cell may be in another."""
        covered = (each for each in self.facts.regions if each.id in ("overlap", "uncovered"))
        return self.facts.windows is not None or any(each.mask.shape == self.expected.shape for each in covered)


Pairs = Sequence[Pair]


def pair_of(observation: Observation) -> Pair:
    """An observation of two arrays of numbers."""
    return Pair(
        observation.what,
        observation.actual.astype(np.float64),
        observation.expected.astype(np.float64),
        facts_of(observation.subject, observation.what),
        observation.expected.dtype.kind,
        SLOPE_ATOL if observation.kind is Kind.SLOPE else ATOL,
    )


def near(one: np.ndarray, other: np.ndarray, atol: float = ATOL) -> bool:
    """Whether two arrays are the same up to rounding."""
    return one.shape == other.shape and bool(np.allclose(one, other, RTOL, atol))


def wrong_cells(pairs: Pairs) -> int:
    """How many cells are wrong in all of them together."""
    return sum(int(pair.wrong.sum()) for pair in pairs)


def keep_their_sum(pairs: Pairs) -> bool:
    """Whether nothing is lost, only spread otherwise: shown by two cases, of arrays that a mistake might well shrink.

    What windows share out is one such array; the sum of one that is centred, say, tells nothing.
    """
    if not any(pair.is_spread for pair in pairs) or wrong_cells(pairs) < SEVERAL:
        return False
    telling = [pair for pair in pairs if abs(pair.expected.sum()) > KEPT_SHARE * np.abs(pair.expected).sum()]
    return len(telling) > 1 and all(_is_kept(pair) for pair in pairs)


def _is_kept(pair: Pair) -> bool:
    return bool(np.isclose(pair.actual.sum(), pair.expected.sum(), RTOL, pair.atol * pair.expected.size))


def said(pairs: Pairs, id: str, text: Text, hint: Text, **values: object) -> Diagnosis:
    """A pattern in words."""
    return Diagnosis(id, filled(text, what=named(pairs[0].what), **values), hint)
