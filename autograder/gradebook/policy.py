"""What lateness costs: due dates, grace, deductions and extensions, as pure functions. Nothing of it is stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from fractions import Fraction

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Late:
    """Each ``unit`` begun after the due date costs ``share`` of what was earned, and all of them at most ``cap``."""

    unit: timedelta = DAY
    share: Fraction = Fraction(0)
    cap: Fraction = Fraction(1)


@dataclass(frozen=True)
class Deadline:
    """When an assignment is due; within ``grace`` after that nothing is deducted, from ``cutoff`` on all is."""

    due: datetime
    grace: timedelta = timedelta(0)
    cutoff: datetime | None = None
    late: Late = Late()

    def extended(self, due: datetime) -> Deadline:
        """The same for somebody who has time until ``due``: the cutoff moves as far."""
        return replace(self, due=due, cutoff=self.cutoff + (due - self.due) if self.cutoff else None)


@dataclass(frozen=True)
class Extension:
    """More time for one student, with a reason and the name of who gave it."""

    student: str
    assignment: str
    due: datetime
    reason: str
    who: str


@dataclass(frozen=True)
class Lateness:
    """How late something is, beyond all grace, and the share of its points that this costs."""

    by: timedelta
    share: Fraction


IN_TIME = Lateness(timedelta(0), Fraction(0))


@dataclass(frozen=True)
class Policy:
    """The deadlines of a course and its extensions; without any, nothing is ever late."""

    deadlines: Mapping[str, Deadline] = field(default_factory=dict)
    extensions: tuple[Extension, ...] = ()

    def deadline(self, assignment: str, student: str) -> Deadline | None:
        """When the assignment is due for this student; of several extensions the last one given holds."""
        deadline = self.deadlines.get(assignment)
        for each in self.extensions:
            if deadline and (each.assignment, each.student) == (assignment, student):
                deadline = self.deadlines[assignment].extended(each.due)
        return deadline

    def lateness(self, assignment: str, student: str, handed_in_at: datetime | None) -> Lateness:
        """How late it was handed in; in time where nobody knows when."""
        deadline = self.deadline(assignment, student)
        return IN_TIME if deadline is None or handed_in_at is None else lateness(deadline, handed_in_at)


def lateness(deadline: Deadline, handed_in_at: datetime) -> Lateness:
    """What it costs to hand in at this moment."""
    by = handed_in_at - deadline.due
    if by <= max(deadline.grace, timedelta(0)):
        return IN_TIME
    if deadline.cutoff is not None and handed_in_at > deadline.cutoff:
        return Lateness(by, Fraction(1))
    begun = -(-by // deadline.late.unit)
    return Lateness(by, min(begun * deadline.late.share, deadline.late.cap))
