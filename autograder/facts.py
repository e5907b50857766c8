"""What a case knows of itself that helps to put a wrong answer into words: parts, sizes and the names of its axes.

A case of a check may have a method ``facts(what) -> Facts``, which is asked about the array ``what`` where an answer
is wrong, and never otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.model import Text


@dataclass(frozen=True, eq=False)
class Region:
    """Some cells of the expected array that have a name, such as those that several windows cover."""

    id: str
    text: Text
    mask: np.ndarray


@dataclass(frozen=True)
class Factor:
    """A number that an answer may be too large or too small by, such as the cells of a window."""

    id: str
    text: Text
    value: float


@dataclass(frozen=True)
class Windows:
    """Windows of ``size`` (rows, columns) that slide over the rows and columns of an array, ``padding`` around it."""

    size: tuple[int, int]
    stride: int
    padding: int = 0


@dataclass(frozen=True)
class Facts:
    """Named cells, named numbers and the names of the axes, all of one expected array; the windows that cover it."""

    regions: tuple[Region, ...] = ()
    factors: tuple[Factor, ...] = ()
    axes: tuple[Text, ...] = ()
    windows: Windows | None = None


def regions(texts: Mapping[str, Text], masks: Mapping[str, np.ndarray]) -> tuple[Region, ...]:
    """The parts of an array by their ids, without those that are empty."""
    return tuple(Region(id, texts[id], mask) for id, mask in masks.items() if mask.any())


def factors(texts: Mapping[str, Text], values: Mapping[str, float]) -> tuple[Factor, ...]:
    """The numbers by their ids, without those that change nothing."""
    return tuple(Factor(id, texts[id], value) for id, value in values.items() if value != 1)


def facts_of(subject: Any, what: str) -> Facts:
    """What the case ``subject`` knows of its array ``what``; nothing where it does not say."""
    tell = getattr(subject, "facts", None)
    facts = tell(what) if callable(tell) else None
    return facts if isinstance(facts, Facts) else Facts()
