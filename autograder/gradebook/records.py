"""What is read from a gradebook and written to it, as frozen records."""

from __future__ import annotations

import getpass
import os
import socket
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from fractions import Fraction
from pathlib import Path

from autograder.gradebook.identity import Identity
from autograder.model import Report


def now() -> datetime:
    """This moment, for people to read: nothing is put in order by it."""
    return datetime.now(UTC)


class Happening(StrEnum):
    """What an entry of the audit trail is about."""

    RECORDED = "recorded"
    REPLACED = "replaced"
    HANDED_IN = "handed in"
    GONE = "gone"
    REGRADE = "regrade"
    CHOSEN = "chosen"
    ADJUSTED = "adjusted"
    UNDONE = "undone"
    DROPPED = "dropped"
    SEED = "seed"


class Ending(StrEnum):
    """How a run came to its end."""

    DONE = "done"
    STOPPED = "stopped"
    DROPPED = "dropped"


@dataclass(frozen=True)
class Plan:
    """What a run sets out to do, and who does it where."""

    assignment: str
    seed: int
    submissions: str
    out: str
    sandbox: str
    language: str
    who: str = field(default_factory=lambda: login_name())
    host: str = field(default_factory=socket.gethostname)
    process: int = field(default_factory=os.getpid)


def login_name() -> str:
    """Who is logged in here, as far as the machine knows."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user may have no name
        return f"user {os.getuid()}"


@dataclass(frozen=True)
class Run:
    """A run as the gradebook knows it; ``ended_at`` is None while it goes on, or where it was killed."""

    id: int
    plan: Plan
    started_at: datetime
    total: int
    known: int
    graded: int
    seconds: float
    last_student: str | None
    last_at: datetime
    ended_at: datetime | None
    ending: str | None

    @property
    def done(self) -> int:
        """How many have a result."""
        return self.known + self.graded

    @property
    def rate(self) -> float | None:
        """Results a second; None before the first."""
        return self.graded / self.seconds if self.graded and self.seconds > 0 else None

    @property
    def seconds_left(self) -> float | None:
        """How long it is going to take yet, at this rate."""
        return (self.total - self.done) / self.rate if self.rate else None


@dataclass(frozen=True)
class Graded:
    """A result to be recorded; one that is not ``settled`` is to be graded again by the next run."""

    report: Report
    identity: Identity
    handed_in_at: datetime | None = None
    settled: bool = True


@dataclass(frozen=True)
class Adjustment:
    """A change of points by staff: ``kind`` is ``by`` or ``to``; of the whole where ``exercise`` is None."""

    student: str
    assignment: str
    exercise: str | None
    kind: str
    amount: Fraction
    reason: str
    who: str
    id: int = 0

    def __str__(self) -> str:
        where = f" of {self.exercise}" if self.exercise else ""
        sign = "+" if self.kind == "by" and self.amount > 0 else ""
        rounded = f"{float(self.amount):g}"
        exact = rounded if Fraction(rounded) == self.amount else str(self.amount)
        return f"{self.kind} {sign}{exact}{where}"


@dataclass(frozen=True)
class Choice:
    """What staff chose to be marked: what a student has in ``folder``, and not what they have in ``instead_of``.

    ``chosen`` and ``collected`` are the hashes of both; ``collected`` is None where there was nothing.
    """

    student: str
    assignment: str
    folder: str
    chosen: str
    instead_of: str
    collected: str | None
    reason: str
    who: str
    id: int = 0

    def __str__(self) -> str:
        return str(Path(self.folder) / self.student)


@dataclass(frozen=True)
class Fall:
    """A mark that is lower than before; None where there was a mark and is none."""

    student: str
    before: Fraction
    after: Fraction | None


@dataclass(frozen=True)
class Changes:
    """How many results others took the place of since the last run that came to its end, and which marks fell."""

    replaced: int = 0
    falls: tuple[Fall, ...] = ()


@dataclass(frozen=True)
class Entry:
    """An entry of the audit trail; ``result`` is the number of the result it is about."""

    id: int
    at: datetime
    who: str
    kind: str
    assignment: str
    student: str | None
    result: int | None
    detail: str


@dataclass(frozen=True)
class Standing:
    """The result that stands for a student; ``score`` is None where there is no mark.

    ``exercises`` holds the parts, if staff have changed one. ``gone`` is whether the folder that the result is of was
    graded again, and had nothing of the student's any more.
    """

    student: str
    assignment: str
    result: int
    status: str
    score: Fraction | None
    max_score: int
    handed_in_at: datetime | None
    exercises: dict[str, Fraction | None] = field(default_factory=dict)
    gone: bool = False
