"""The records that go from step to step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fractions import Fraction

from autograder.model import Status

NOTHING = Fraction(0)
NOTHING_HANDED_IN = "nothing was handed in"


@dataclass(frozen=True)
class Part:
    """What an exercise earned; ``points`` is None where there is no mark."""

    exercise: str
    points: Fraction | None
    max_points: int


@dataclass(frozen=True)
class Entry:
    """One student's final mark in one assignment, and all that may name the student.

    ``points`` is final and 0 or above, None where there is no mark; ``trouble`` says why, where something was handed in
    all the same. ``auto`` is what the checks gave, ``adjustment`` and ``deduction`` what staff and lateness changed.
    ``titles`` are all that the assignment may be called, the best first. ``ids`` may each name the student and nobody
    else; ``platform`` is the one they were collected from.
    """

    student: str
    assignment: str
    titles: tuple[str, ...]
    max_points: int
    status: Status
    points: Fraction | None = None
    auto: Fraction | None = None
    adjustment: Fraction = NOTHING
    deduction: Fraction = NOTHING
    late_by: timedelta = timedelta(0)
    handed_in_at: datetime | None = None
    parts: tuple[Part, ...] = ()
    feedback: str = ""
    ids: tuple[str, ...] = ()
    name: str = ""
    email: str = ""
    section: str = ""
    platform: str = ""
    trouble: str = ""

    @property
    def has_nothing(self) -> bool:
        """Whether nothing at all was handed in, so that 0 points may stand for it."""
        return self.status is Status.MISSING and not self.trouble

    @property
    def id(self) -> str:
        """What names the student first of all."""
        return self.ids[0] if self.ids else ""

    @property
    def title(self) -> str:
        """What the assignment is called where nobody says otherwise."""
        return self.titles[0] if self.titles else self.assignment


@dataclass(frozen=True)
class Settings:
    """What a person may choose.

    ``column`` is the heading on the platform. ``match`` is what the platform is to know students by: ``id``, ``login``
    or ``email``; empty is the platform's usual. ``scale`` turns points into those of a column with another maximum.
    ``replace`` lets cells of a template change that hold something else.
    """

    column: str = ""
    match: str = ""
    scale: bool = False
    feedback: bool = True
    replace: bool = False


@dataclass(frozen=True)
class Remark:
    """Somebody who has to be looked at, and why."""

    who: str
    why: str
    name: str = ""


@dataclass(frozen=True)
class Product:
    """A file's bytes and what is to be said of it.

    ``written`` are the marks in it, also those that are empty cells; ``left_out`` are students who are not in it;
    ``untouched`` are lines of the template that no result belongs to; ``replaced`` are cells that held something else.
    """

    data: bytes
    written: tuple[Entry, ...]
    left_out: tuple[Remark, ...] = ()
    untouched: tuple[Remark, ...] = ()
    replaced: tuple[Remark, ...] = ()

    @property
    def marks(self) -> int:
        """How many cells are not empty."""
        return sum(each.points is not None for each in self.written)

    @property
    def unmarked(self) -> tuple[Remark, ...]:
        """Those who have no mark."""
        return tuple(_remark(each, _why_none(each)) for each in self.written if each.points is None)

    @property
    def zeros(self) -> tuple[Remark, ...]:
        """Those who have 0 points because 0 was asked for where nothing was handed in."""
        return tuple(_remark(each, NOTHING_HANDED_IN) for each in self.written if is_zero_for_nothing(each))


def with_zeros(entries: Sequence[Entry]) -> list[Entry]:
    """The same with 0 points where nothing at all was handed in; what could not be marked stays without a mark."""
    return [replace(each, points=NOTHING) if each.points is None and each.has_nothing else each for each in entries]


def is_zero_for_nothing(entry: Entry) -> bool:
    """Whether ``with_zeros`` made the mark: no check and nobody of the staff did."""
    return entry.has_nothing and entry.points == NOTHING and entry.auto is None


def _why_none(entry: Entry) -> str:
    return entry.trouble or (NOTHING_HANDED_IN if entry.has_nothing else str(entry.status))


def _remark(entry: Entry, why: str) -> Remark:
    return Remark(entry.student, why, entry.name)
