"""The records that go from step to step."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Literal

from autograder.collect.tree import Node

Which = Literal["latest", "best", "first"]


@dataclass(frozen=True)
class Wanted:
    """What is collected: an assignment's files with those it ``uses``, or everything.

    ``zone`` is where times without one were written. ``tables`` lie beside the download: one may be its worksheet.
    """

    assignment: str | None = None
    zone: tzinfo | None = None
    uses: tuple[str, ...] = ()
    tables: tuple[Node, ...] = ()

    @property
    def own(self) -> tuple[str, ...]:
        """Names of the assignment's own file; none where everything is wanted."""
        return (f"{self.assignment}.py", f"{self.assignment}.ipynb") if self.assignment else ()

    @property
    def files(self) -> tuple[str, ...]:
        """Names that ``grade`` reads; none where everything is wanted."""
        beside = [f"{name}{ending}" for name in self.uses for ending in (".py", ".ipynb")]
        return (*self.own, *beside) if self.assignment else ()


@dataclass(frozen=True)
class Found:
    """One attempt of one student, as the platform tells it.

    ``id`` is the platform's own; ``keys`` are what a roster may know the student by. ``label`` names the
    student's folder where no roster does. ``late`` is None where the platform does not say. ``content``
    is a folder with what was handed in, under the names it had then. ``group`` are those it was handed in with.
    """

    id: str
    label: str
    content: Node
    origin: str
    name: str = ""
    email: str = ""
    keys: tuple[str, ...] = ()
    attempt: int = 1
    submitted_at: datetime | None = None
    late: bool | None = None
    group: tuple[str, ...] = ()


@dataclass(frozen=True)
class Stray:
    """Something in the source that is nobody's submission, and why."""

    origin: str
    reason: str


@dataclass(frozen=True)
class Note:
    """Something to know about the source that nobody has to mend."""

    text: str


@dataclass(frozen=True)
class Person:
    """Somebody on the roster; ``keys`` are all that may name them, ``names`` all ways to write their name."""

    id: str
    name: str = ""
    email: str = ""
    section: str = ""
    keys: tuple[str, ...] = ()
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Student:
    """A user of the platform, with all attempts in order of time; ``remark`` says why no roster entry is theirs."""

    folder: str
    id: str
    name: str
    email: str
    section: str
    attempts: tuple[Found, ...]
    remark: str = ""


@dataclass(frozen=True)
class Refusal:
    """A submission that was not collected, and why."""

    student: str
    origin: str
    reason: str
    name: str = ""


@dataclass(frozen=True)
class Absent:
    """Somebody of whom a collection has no folder; ``why`` theirs was refused, empty where nothing was handed in."""

    id: str
    name: str = ""
    email: str = ""
    section: str = ""
    why: str = ""


@dataclass(frozen=True)
class Handed:
    """What is known of the attempt in ``folder``; ``student`` is the same for all attempts of one student.

    ``id`` is the roster's, or else the platform's. ``attempt`` is the platform's number, ``of`` how many were found.
    ``late`` is None where the platform does not say; ``remark`` says why no roster entry is theirs.
    """

    folder: str
    student: str
    id: str
    name: str
    email: str
    section: str
    attempt: int
    of: int
    submitted_at: datetime | None
    late: bool | None
    origin: str
    remark: str


@dataclass(frozen=True)
class Collected:
    """An attempt that was collected, with the names of its files, and those that were found and do not count.

    ``called`` is the name under which the assignment's file was handed in, where that is another than it has now.
    """

    handed: Handed
    files: tuple[str, ...]
    others: tuple[Found, ...]
    group: tuple[str, ...]
    called: str = ""


@dataclass(frozen=True)
class Collection:
    """What a run came to; ``gone`` are folders of the collection before it that this source has nothing for."""

    platform: str
    assignment: str | None
    attempt: Which
    students: tuple[Collected, ...]
    missing: tuple[Person, ...]
    refused: tuple[Refusal, ...]
    strays: tuple[Stray, ...]
    gone: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def unmatched(self) -> tuple[Handed, ...]:
        """Those who were collected although no roster entry is theirs."""
        return tuple(each.handed for each in self.students if each.handed.remark)

    @property
    def in_order(self) -> bool:
        """Whether nobody has to look at anything."""
        return not (self.refused or self.strays or self.unmatched or self.gone)
