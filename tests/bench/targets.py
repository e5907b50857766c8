"""What was promised, in numbers, and whether it holds."""

from __future__ import annotations

from dataclasses import dataclass

NBGRADER_RATIO, OTTER_RATIO, FLOOR_RATIO = 40.0, 130.0, 2.0
AIM_MS = 25.0
CHECK_SECONDS = 1.0
ENDURANCE_SECONDS, GROWTH_MB, STEADINESS = 600.0, 5.0, 0.85
LOOPS_OVER_SHARE, DELAY_SECONDS, GAP_LIMITS = 1.2, 5.0, 2.0
ADDED_MS, QUERY_SECONDS = 3.0, 1.0

SMALLER = 4
"""Of two classes that costs are told apart by, the smaller one's size is the larger one's divided by this."""


@dataclass(frozen=True)
class Target:
    """One promise. ``binding`` is False where it is only aimed at."""

    promise: str
    value: float
    bound: float
    unit: str = ""
    at_least: bool = False
    binding: bool = True

    @property
    def met(self) -> bool:
        """Whether it holds; a value that is no number never does."""
        return self.value >= self.bound if self.at_least else self.value <= self.bound

    @property
    def verdict(self) -> str:
        """As it is shown."""
        if self.met:
            return "PASS"
        return "FAIL" if self.binding else "not yet"


@dataclass(frozen=True)
class Line:
    """Cost as a straight line over the size of a class: what is paid once and what each submission adds."""

    fixed: float
    each: float

    @staticmethod
    def through(small: int, small_cost: float, large: int, large_cost: float) -> Line:
        """The line through two measurements."""
        each = (large_cost - small_cost) / (large - small)
        return Line(small_cost - small * each, each)

    def share(self, students: int) -> float:
        """What one submission costs in a class of ``students``, its share of what is paid once included."""
        return self.each + max(self.fixed, 0.0) / students
