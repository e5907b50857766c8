"""The cost of a submission: ours, the floor's, nbgrader's and otter's, all in one run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from tests.bench import rivals
from tests.bench.engine import check_seconds, floor, grade, honest_class
from tests.bench.meter import Cost
from tests.bench.targets import (
    AIM_MS,
    CHECK_SECONDS,
    FLOOR_RATIO,
    NBGRADER_RATIO,
    OTTER_RATIO,
    SMALLER,
    Line,
    Target,
)

ASSIGNMENT = "max_pooling"
ROUNDS = 3
"""Everything is measured so often, in turn, and the least counts: other users of a machine only ever add to it."""


@dataclass(frozen=True)
class Sizes:
    """How many submissions each side gets, and how often everything is measured."""

    students: int
    nbgrader: int
    otter: int
    rounds: int = ROUNDS


@dataclass(frozen=True)
class Row:
    """CPU seconds of a submission on one side, as its share in the class of the run."""

    name: str
    seconds: float
    sizes: str
    line: Line | None = None


@dataclass(frozen=True)
class Speed:
    """What came out of it."""

    assignment: str
    students: int
    rounds: int
    rows: tuple[Row, ...]
    checks: tuple[float, ...]
    confinement: str
    counted_by: str

    @property
    def ours(self) -> Row:
        """``autograder grade``."""
        return self.rows[0]

    @property
    def targets(self) -> tuple[Target, ...]:
        """The promises about speed."""
        ours, beneath, nbgrader, otter = (row.seconds for row in self.rows)
        median = self.checks[len(self.checks) // 2]
        return (
            Target("times cheaper than nbgrader", nbgrader / ours, NBGRADER_RATIO, at_least=True),
            Target("times cheaper than otter", otter / ours, OTTER_RATIO, at_least=True),
            Target("times the floor", ours / beneath, FLOOR_RATIO),
            Target("CPU of a submission", ours * 1e3, AIM_MS, " ms", binding=False),
            Target("autograder check, median", median, CHECK_SECONDS, " s"),
        )


def speed(folder: Path, assignment: str, sizes: Sizes) -> Speed:
    """Measure all four, in turn and so often, and the answer to one student."""
    measured = [_round(folder / str(number), assignment, sizes) for number in range(sizes.rounds)]
    alike = zip(*(each.rows for each in measured), strict=True)
    rows = tuple(min(each, key=lambda row: row.seconds) for each in alike)
    checks = tuple(sorted(seconds for each in measured for seconds in each.checks))
    return replace(measured[0], rows=rows, checks=checks)


def _round(folder: Path, assignment: str, sizes: Sizes) -> Speed:
    """All of it once.

    The floor is measured on both sides of the class that is held against it, for a machine's speed drifts.
    """
    small, half = max(1, sizes.students // SMALLER), sizes.students // 2
    few = grade(honest_class(folder / "few", assignment, small), f"grading {small}")
    before = floor(folder / "before", assignment, half)
    many = grade(honest_class(folder / "many", assignment, sizes.students), f"grading {sizes.students}")
    after = floor(folder / "after", assignment, half)
    line = Line.through(few.students, few.cost.cpu, many.students, many.cost.cpu)
    rows = (
        Row("autograder grade", many.cost.cpu / many.students, f"{few.students}, {many.students}", line),
        Row("floor: same checks, warm", (before + after) / 2, f"{half}, {half}"),
        _peer("nbgrader autograde", rivals.nbgrader_batch, folder / "nbgrader", assignment, sizes, sizes.nbgrader),
        _peer("otter.api.grade_submission", rivals.otter_batch, folder / "otter", assignment, sizes, sizes.otter),
    )
    checks = check_seconds(folder / "check", assignment)
    return Speed(assignment, sizes.students, sizes.rounds, rows, checks, many.confinement, many.cost.counted_by)


def _peer(
    name: str,
    batch: Callable[[Path, str, int], Cost],
    folder: Path,
    assignment: str,
    sizes: Sizes,
    large: int,
) -> Row:
    """A peer's cost, its start-up spread over as many submissions as ours is."""
    small = max(1, large // SMALLER)
    costs = {size: batch(folder / str(size), assignment, size).cpu for size in (small, large)}
    line = Line.through(small, costs[small], large, costs[large])
    return Row(name, line.share(sizes.students), f"{small}, {large}", line)
