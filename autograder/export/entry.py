"""The records that go from step to step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fractions import Fraction

from autograder.model import Status

NOTHING = Fraction(0)


@dataclass(frozen=True)
class Part:
    """What an exercise earned; ``points`` is None where there is no mark."""

    exercise: str
    points: Fraction | None
    max_points: int


@dataclass(frozen=True)
class Entry:
    """One student's final mark in one assignment, and all that may name the student.

    ``points`` is final and 0 or above, None where there is no mark. ``auto`` is what the checks gave, ``adjustment``
    and ``deduction`` what staff and lateness changed. ``titles`` are all that the assignment may be called, the best
    first. ``ids`` may each name the student and nobody else; ``platform`` is the one they were collected from.
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


@dataclass(frozen=True)
class Product:
    """A file's bytes and what is to be said of it.

    ``left_out`` are students who are not in it; ``unmarked`` those in it with an empty cell; ``untouched`` are lines of
    the template that no result belongs to; ``replaced`` are cells that held something else.
    """

    data: bytes
    marks: int
    left_out: tuple[Remark, ...] = ()
    unmarked: tuple[Remark, ...] = ()
    untouched: tuple[Remark, ...] = ()
    replaced: tuple[Remark, ...] = ()


def with_zeros(entries: Sequence[Entry]) -> list[Entry]:
    """The same with 0 points where nothing was handed in; what the grader failed to mark stays without a mark."""
    return [
        replace(each, points=NOTHING) if each.points is None and each.status is Status.MISSING else each
        for each in entries
    ]


def unmarked(entries: Sequence[Entry]) -> tuple[Remark, ...]:
    """Those who have no mark."""
    return tuple(Remark(each.student, f"no mark: {each.status}") for each in entries if each.points is None)
