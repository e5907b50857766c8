"""What the checks of an exercise saw of one submission, and when two answers are alike."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from autograder.errors import StudentFault
from autograder.model import CheckResult, Kind, Observation
from autograder.student import StudentObject

RTOL = 1e-5
ATOL = 1e-8
"""Two people who make the same mistake round differently; a mistake is far larger."""

ENDINGS = frozenset({Kind.FAULT, Kind.STOP})
"""How a check may end early: that is evidence even of one that goes by the clock."""

Key = tuple[str, int]
"""A check's name, and which of its observations."""


@dataclass(frozen=True, eq=False)
class Evidence:
    """Every observation of the checks that do not go by the clock; what the others found, by check and case."""

    seen: Mapping[Key, Observation]
    slow: Mapping[tuple[str, str], Observation]

    @cached_property
    def wrong(self) -> frozenset[Key]:
        """The observations that did not hold."""
        return frozenset(key for key, observation in self.seen.items() if observation.problem is not None)


def evidence_of(results: Iterable[CheckResult], timed: frozenset[str]) -> Evidence:
    """What ``results`` hold; ``timed`` names the checks that go by the clock."""
    seen: dict[Key, Observation] = {}
    slow: dict[tuple[str, str], Observation] = {}
    for result in results:
        for number, each in enumerate(result.observations):
            if result.name not in timed or each.kind in ENDINGS:
                seen[result.name, number] = each
            elif each.problem is not None:
                slow[result.name, each.case] = each
    return Evidence(seen, slow)


def is_unfinished(observation: Observation) -> bool:
    """Whether a stub was met that is still to be written."""
    return bool(getattr(observation.actual, "unfinished", False))


def alike(one: Observation, other: Observation) -> bool:
    """Whether both are wrong in the same way, with the same answer."""
    if one.problem is None or other.problem is None or (one.kind, one.what) != (other.kind, other.what):
        return False
    if one.actual is None and other.actual is None:
        return one.problem == other.problem
    return same(one.actual, other.actual)


def same(one: Any, other: Any) -> bool:
    """Whether two answers are the same: arrays up to rounding, faults by class and text, objects by class."""
    if type(one) is not type(other):
        return False
    if isinstance(one, np.ndarray):
        return _same_arrays(one, other)
    if isinstance(one, StudentFault):
        return f"{one.kind} {one.message}" == f"{other.kind} {other.message}"
    if isinstance(one, StudentObject):
        return str(one.type) == str(other.type)
    if isinstance(one, tuple | list):
        return len(one) == len(other) and all(map(same, one, other))
    equal: bool = one == other
    return equal


def _same_arrays(one: np.ndarray, other: np.ndarray) -> bool:
    if one.shape != other.shape:
        return False
    return bool(np.isclose(one.astype(float), other.astype(float), RTOL, ATOL, equal_nan=True).all())
