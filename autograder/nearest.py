"""A name that nobody knows, and the known one that may have been meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

ALIKE = 0.6
"""How alike two names are where one may have been meant by the other: 1 is the same, 0 nothing in common."""


def nearest(name: str, known: Iterable[str], alike: float = ALIKE) -> str | None:
    """The known name most like ``name``; None where none is as much ``alike``."""
    return next(iter(difflib.get_close_matches(name, known, n=1, cutoff=alike)), None)


def hint(name: str, known: Iterable[str], otherwise: str) -> str:
    """What to write instead of ``name``: the nearest that is known, as a question, or what is said ``otherwise``."""
    near = nearest(name, known)
    return otherwise if near is None else f"did you mean {near}?"
