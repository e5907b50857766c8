"""Final marks: what was earned, what staff changed, and what lateness takes off. The one place where they are made.

Adjustments come in the order in which they were made, those of exercises first: ``by`` adds, ``to`` sets. They correct
what was earned, so lateness is deducted from their sum. No mark is below 0. Where there is no mark, which is a fault of
the grader's, only an adjustment of the whole ``to`` something makes one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from autograder.gradebook.policy import IN_TIME, Lateness
from autograder.gradebook.records import Adjustment, Standing

NOTHING = Fraction(0)


@dataclass(frozen=True)
class Mark:
    """A student's mark in its parts: ``final == auto + adjustment - deduction``, or None where there is no mark."""

    standing: Standing
    adjustment: Fraction
    lateness: Lateness
    deduction: Fraction
    final: Fraction | None

    @property
    def auto(self) -> Fraction | None:
        """What the checks gave."""
        return self.standing.score


def mark_of(standing: Standing, adjustments: Sequence[Adjustment] = (), lateness: Lateness = IN_TIME) -> Mark:
    """The mark that a result comes to."""
    earned = _earned(standing, adjustments)
    if earned is None:
        return Mark(standing, NOTHING, lateness, NOTHING, None)
    deduction = earned * lateness.share
    return Mark(standing, earned - (standing.score or NOTHING), lateness, deduction, earned - deduction)


def _earned(standing: Standing, adjustments: Sequence[Adjustment]) -> Fraction | None:
    """Points with all adjustments, at least 0."""
    total = _with_exercises(standing, [each for each in adjustments if each.exercise is not None])
    for each in adjustments:
        if each.exercise is None:
            total = _changed(total, each)
    return None if total is None else max(total, NOTHING)


def _with_exercises(standing: Standing, adjustments: Sequence[Adjustment]) -> Fraction | None:
    if standing.score is None:
        return None
    total = standing.score
    parts = {name: score or NOTHING for name, score in standing.exercises.items()}
    for each in adjustments:
        before = parts.get(str(each.exercise), NOTHING)
        after = max(_changed(before, each) or NOTHING, NOTHING)
        total += after - before
        parts[str(each.exercise)] = after
    return total


def _changed(points: Fraction | None, adjustment: Adjustment) -> Fraction | None:
    if adjustment.kind == "to":
        return adjustment.amount
    return None if points is None else points + adjustment.amount
