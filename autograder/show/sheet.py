"""Numbers line below line, for what has no windows: each line an answer, each column a value it is about."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from autograder.errors import PictureError
from autograder.model import Text
from autograder.show.asking import Asking
from autograder.show.scene import MOST_CELLS, map_of, size_of
from autograder.student import Student

NOTHING = Text("", "")
LARGEST = 1e6
"""Beyond it, what a small step does is lost in rounding."""


@dataclass(frozen=True)
class Line:
    """One number for each column, or None where there is no answer; ``wrong`` are columns that cannot be right.

    ``adds_up`` is set where the sum means something.
    """

    title: Text
    numbers: np.ndarray | None
    adds_up: bool = True
    wrong: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Part:
    """Lines that belong together, below the same heads."""

    title: Text
    about: Text
    heads: tuple[str, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Sheet:
    """All that is drawn; ``findings`` are what cannot be right, ``praise`` what holds where nothing was found."""

    about: Text = NOTHING
    parts: tuple[Part, ...] = ()
    problems: tuple[Text, ...] = ()
    findings: tuple[Text, ...] = ()
    praise: tuple[Text, ...] = ()

    @property
    def is_right(self) -> bool:
        """Whether nothing is missing, and nothing is there that cannot be right."""
        return not (self.problems or self.findings)


@dataclass(frozen=True)
class Numbers:
    """What a sheet is about: rows and columns of numbers; ``seed`` is None for those that are shown by default."""

    x: np.ndarray
    seed: int | None = None


@dataclass(frozen=True)
class SheetShow:
    """What of an assignment can be shown as lines of numbers.

    ``numbers`` are shown unless others are asked for, of which there may be ``most``; where they are drawn at random,
    they lie ``spacing`` apart. ``ask`` puts them to the student's module.
    """

    numbers: np.ndarray
    ask: Callable[[Student, Numbers, Asking], Sheet]
    most: int
    spacing: float = 1.0


def numbers_of(show: SheetShow, source: str | None, seed: int) -> Numbers:
    """The numbers that are asked for, as in ``scene_of``; raises ``PictureError`` where they cannot be shown."""
    if source is None and seed == 0:
        return Numbers(show.numbers)
    rows, columns = show.numbers.shape
    x = map_of(source or f"{rows}x{columns}", seed)
    if source is None or size_of(source):
        x = x * show.spacing
    if not (all(0 < size <= MOST_CELLS for size in x.shape) and x.size <= show.most):
        rows, columns = x.shape
        raise PictureError(
            f"{rows} x {columns} numbers make no picture: take {show.most} at most, {MOST_CELLS} each way"
        )
    if not np.abs(x).max() <= LARGEST:
        raise PictureError(f"numbers beyond {LARGEST:g} make no picture: take smaller ones")
    return Numbers(x, seed)


def ask_for_sheet(student: Student, show: SheetShow, numbers: Numbers, seconds: float) -> Sheet:
    """What the student's module answers, which may take ``seconds``; what fails leaves a gap and a problem."""
    asking = Asking(seconds)
    sheet = show.ask(student, numbers, asking)
    return replace(sheet, problems=asking.problems)
