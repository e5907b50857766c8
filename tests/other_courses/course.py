"""What is known of a course: which of our exercises it has, and its checks of each of our assignments."""

from __future__ import annotations

import contextlib
import io
import warnings
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import cache
from types import ModuleType

import numpy as np

from tests.support import KIT

Check = Callable[[ModuleType], None]
"""Raises whatever it likes where the course would not accept the module."""

MAX_POOLING = frozenset({"forward", "max_index", "backward", "fast"})
CONVOLUTION = frozenset({"im2col", "col2im", "forward", "backward_input", "backward_weights", "backward_bias"})
"""The exercises of ours that max pooling and a convolution are made of, however another course cuts them up."""

NOWHERE = frozenset({"speed", "impossible geometry", "ReLU"})
"""Themes that no course has: none times pooling or wants an error, and all have the ReLU in a layer of its own."""


class Rejected(Exception):
    """A course's check has found something wrong."""


@dataclass(frozen=True)
class Course:
    """``asks``: the exercises it has of each assignment. ``without``: themes its interface has no room for there."""

    name: str
    asks: Mapping[str, frozenset[str]]
    checks: Mapping[str, tuple[Check, ...]]
    without: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def has(self, assignment: str, exercises: Collection[str], theme: str = "") -> bool:
        """Whether it has a task that a mistake in one of these exercises, about this theme, could be made in."""
        without = NOWHERE | self.without.get(assignment, frozenset())
        return theme not in without and not self.asks.get(assignment, frozenset()).isdisjoint(exercises)


def require(condition: object, what: str) -> None:
    """Raise ``Rejected`` unless the condition holds; NaN compares as false, so it is never let through."""
    if not condition:
        raise Rejected(what)


def accepts(course: Course, assignment: str, module: ModuleType) -> bool:
    """Whether all of the course's checks let the module pass; what it prints or raises is its own affair."""
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"), contextlib.redirect_stdout(io.StringIO()):
            warnings.simplefilter("ignore")
            for check in course.checks[assignment]:
                check(module)
    except Exception:
        return False
    return True


@cache
def reference(assignment: str) -> ModuleType:
    """Our reference solution: it stands for PyTorch and for numbers that the courses have written down."""
    return KIT.reference(KIT.assignment(assignment))
