"""The cost of a submission: ours, the floor's, nbgrader's and otter's, all in one run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from tests.bench import rivals
from tests.bench.engine import Graded, check_seconds, floor, grade, honest_class
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
ROUNDS, PEER_ROUNDS = 7, 3
"""How often our side is held against the floor, and against its peers, which take minutes."""


@dataclass(frozen=True)
class Sizes:
    """How many submissions each side gets, and how often everything is measured."""

    students: int
    nbgrader: int
    otter: int
    rounds: int = ROUNDS
    peer_rounds: int = PEER_ROUNDS


@dataclass(frozen=True)
class Row:
    """CPU seconds of a submission on one side, as its share in the class of the run."""

    name: str
    seconds: float
    sizes: str
    line: Line | None = None


@dataclass(frozen=True)
class Pair:
    """A small and a large class of ours, and the floor's CPU seconds a submission, measured one right after another."""

    few: Graded
    many: Graded
    floor: float

    @property
    def line(self) -> Line:
        """What is paid once, and what each submission adds."""
        return Line.through(self.few.students, self.few.cost.cpu, self.many.students, self.many.cost.cpu)

    @property
    def share(self) -> float:
        """What a submission costs in the large class."""
        return self.many.cost.cpu / self.many.students

    @property
    def times_floor(self) -> float:
        """What each submission adds, over the floor, which is measured warm: neither has what is paid once in it."""
        return self.line.each / self.floor


@dataclass(frozen=True)
class Speed:
    """What came out of it; the first two rows are ours and the floor's."""

    assignment: str
    pairs: tuple[Pair, ...]
    rows: tuple[Row, ...]
    checks: tuple[float, ...]

    @property
    def ours(self) -> Row:
        """``autograder grade``."""
        return self.rows[0]

    @property
    def graded(self) -> Graded:
        """The large class, as it was graded first."""
        return self.pairs[0].many

    @property
    def times_floor(self) -> tuple[float, ...]:
        """Of each round, sorted: a machine's speed drifts, so only what was measured side by side is compared."""
        return tuple(sorted(pair.times_floor for pair in self.pairs))

    @property
    def targets(self) -> tuple[Target, ...]:
        """The promises about speed."""
        ours, _, nbgrader, otter = (row.seconds for row in self.rows)
        return (
            Target("times cheaper than nbgrader", nbgrader / ours, NBGRADER_RATIO, at_least=True),
            Target("times cheaper than otter", otter / ours, OTTER_RATIO, at_least=True),
            Target("times the floor, both warm", median(self.times_floor), FLOOR_RATIO),
            Target("CPU of a submission", ours * 1e3, AIM_MS, " ms", binding=False),
            Target("autograder check", median(self.checks), CHECK_SECONDS, " s"),
        )


def speed(folder: Path, assignment: str, sizes: Sizes) -> Speed:
    """Measure all four, in turn and so often, and the answer to one student.

    Other users of a machine only ever add to a cost, so the least of each counts.
    """
    pairs, peers, checks = [], [], []
    for number in range(sizes.rounds):
        here = folder / str(number)
        pairs.append(_pair(here, assignment, sizes.students))
        if number < sizes.peer_rounds:
            peers.append(_peers(here, assignment, sizes))
            checks += check_seconds(here / "check", assignment)
    least = (min(each, key=lambda row: row.seconds) for each in zip(*peers, strict=True))
    return Speed(assignment, tuple(pairs), (*_our_rows(pairs), *least), tuple(checks))


def _pair(folder: Path, assignment: str, students: int) -> Pair:
    """The floor is measured on both sides of the class that is held against it."""
    small, half = max(1, students // SMALLER), students // 2
    few = grade(honest_class(folder / "few", assignment, small), f"grading {small}")
    before = floor(folder / "before", assignment, half)
    many = grade(honest_class(folder / "many", assignment, students), f"grading {students}")
    after = floor(folder / "after", assignment, half)
    return Pair(few, many, (before + after) / 2)


def _our_rows(pairs: Sequence[Pair]) -> tuple[Row, Row]:
    best = min(pairs, key=lambda pair: pair.share)
    half = best.many.students // 2
    return (
        Row("autograder grade", best.share, f"{best.few.students}, {best.many.students}", best.line),
        Row("floor: same checks, warm", min(pair.floor for pair in pairs), f"{half}, {half}"),
    )


def _peers(folder: Path, assignment: str, sizes: Sizes) -> tuple[Row, Row]:
    return (
        _peer("nbgrader autograde", rivals.nbgrader_batch, folder / "nbgrader", assignment, sizes, sizes.nbgrader),
        _peer("otter.api.grade_submission", rivals.otter_batch, folder / "otter", assignment, sizes, sizes.otter),
    )


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
