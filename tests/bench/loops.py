"""A hundred endless loops among a thousand honest submissions: what they cost, and whom they delay."""

from __future__ import annotations

import itertools
import re
import shutil
from dataclasses import dataclass, replace
from pathlib import Path

from tests.bench.engine import Class, full_marks
from tests.bench.honest import sources, write_class
from tests.bench.meter import ROOT, BenchError, cost_of
from tests.bench.targets import DELAY_SECONDS, GAP_LIMITS, LOOPS_OVER_SHARE, Target
from tests.support import solution_source

HONEST, LOOPS, JOBS = 1_000, 100, 2
SECONDS = 1
"""The limit in the copy of the kit, instead of the assignment's own, to keep the measurement short."""
EXERCISES_HIT = 1
"""The loop stands in a function that one exercise alone calls."""
LOOP = "_loop"
"""What the names of those who hand in a loop end in."""
QUANTILES = 10
SWALLOWING = """
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass
"""


@dataclass(frozen=True)
class Delay:
    """When the ``count``-th honest result was there, in seconds after the first of all results."""

    count: int
    alone: float
    mixed: float
    share: float

    @property
    def beyond(self) -> float:
        """What is left of the delay once the loops before it have had their share."""
        return self.mixed - self.alone - self.share


@dataclass(frozen=True)
class Loops:
    """What came out of it, in seconds."""

    alone: float
    mixed: float
    loops: int
    delays: tuple[Delay, ...]
    longest_gap: float

    @property
    def share(self) -> float:
        """What the loops may cost: their limits, divided by the jobs, and what any submission costs."""
        return self.delays[-1].share

    @property
    def cost(self) -> float:
        """What they did cost."""
        return self.mixed - self.alone

    @property
    def targets(self) -> tuple[Target, ...]:
        """The promises about loops."""
        beyond = max(each.beyond for each in self.delays)
        return (
            Target("what the loops cost over what they may", self.cost / self.share, LOOPS_OVER_SHARE),
            Target("delay of honest results beyond the loops' share", beyond, DELAY_SECONDS, " s"),
            Target("longest time without an honest result", self.longest_gap, GAP_LIMITS * SECONDS, " s"),
        )


def loops(folder: Path, assignment: str, honest: int = HONEST, endless: int = LOOPS) -> Loops:
    """Grade the honest class alone, then with loops evenly among it."""
    kit = hasty_kit(folder / "kit", assignment)
    alone = Class(assignment, folder / "alone", folder / "out_alone", honest, JOBS, kit)
    write_class(alone.folder, assignment, sources(assignment, honest))
    mixed = replace(alone, folder=folder / "mixed", out=folder / "out_mixed", students=honest + endless)
    write_class(mixed.folder, assignment, sources(assignment, honest))
    write_loops(mixed.folder, assignment, honest, endless)
    without = cost_of(alone.command, ROOT, alone.watch("without loops")).wall
    full_marks(alone, honest)
    among = cost_of(mixed.command, ROOT, mixed.watch("with loops")).wall
    full_marks(mixed, honest, LOOP)
    share = endless * (SECONDS * EXERCISES_HIT / JOBS + without / honest)
    return Loops(without, among, endless, delays(alone, mixed, share), longest_gap(honest_moments(mixed)))


def hasty_kit(root: Path, assignment: str) -> Path:
    """A copy of the kit with a short time limit."""
    for name in ("assignments", "solutions", "student_template"):
        shutil.copytree(ROOT / name, root / name)
    toml = root / "assignments" / assignment / "assignment.toml"
    text, changed = re.subn(r"(?m)^seconds = \S+", f"seconds = {SECONDS}", toml.read_text(encoding="utf-8"))
    if changed != 1:
        raise BenchError(f"{toml.name} does not set seconds once")
    toml.write_text(text, encoding="utf-8")
    return root


def write_loops(folder: Path, assignment: str, honest: int, endless: int) -> None:
    """Students whose names stand evenly between the honest ones'; half loop while imported, half when called."""
    called = solution_source(assignment).replace("    if window > size:\n", f"{SWALLOWING}    if window > size:\n")
    if called == solution_source(assignment):
        raise BenchError("there is no place for a loop in the reference any more")
    imported = f"if True:{SWALLOWING}"
    for number in range(endless):
        student = folder / f"student_{(number + 1) * honest // (endless + 1):05}{LOOP}"
        student.mkdir()
        (student / f"{assignment}.py").write_text(called if number % 2 else imported, encoding="utf-8")


def delays(alone: Class, mixed: Class, share: float) -> tuple[Delay, ...]:
    """The honest results of both runs side by side, in ten steps; the loops may cost ``share`` seconds in all."""
    before, after = honest_moments(alone), honest_moments(mixed)
    counts = [len(before) * step // QUANTILES for step in range(1, QUANTILES + 1)]
    return tuple(
        Delay(count, before[count - 1] - before[0], after[count - 1] - after[0], share * count / len(before))
        for count in counts
    )


def honest_moments(group: Class) -> list[float]:
    """When the honest results were written, in order."""
    return sorted(path.stat().st_mtime for student, path in group.results().items() if not student.endswith(LOOP))


def longest_gap(moments: list[float]) -> float:
    """The longest time in which no honest result came."""
    return max(later - earlier for earlier, later in itertools.pairwise(moments))
