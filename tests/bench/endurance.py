"""A class of 10,000: how long it takes, whether the trusted side grows, whether the end is slower than the start."""

from __future__ import annotations

import contextlib
import statistics
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench.engine import Class, Graded, grade, honest_class
from tests.bench.targets import ENDURANCE_SECONDS, GROWTH_MB, STEADINESS, Target

STUDENTS, JOBS, SPAN = 10_000, 2, 1_000
SMOOTHED = 5
"""Samples of which the median is taken."""
CONFINED = b"autograder.sandbox"
"""Stands in the command line of every process that student code may run in."""


@dataclass(frozen=True)
class Sample:
    """The resident memory of the trusted side, in MB, when ``done`` results were there."""

    done: int
    megabytes: float
    processes: int


@dataclass
class Sampler:
    """Looks at the trusted side's memory whenever progress is looked at."""

    group: Class
    samples: list[Sample] = field(default_factory=list)

    def look(self, process: int) -> None:
        """Take a sample."""
        if self.group.out.is_dir():
            sizes = [resident_megabytes(each) for each in trusted(process)]
            self.samples.append(Sample(self.group.done(), sum(sizes), len(sizes)))

    @property
    def steady(self) -> list[Sample]:
        """The samples with the usual number of processes: without those that fall into the start of a worker."""
        usual = statistics.mode(sample.processes for sample in self.samples)
        return [sample for sample in self.samples if sample.processes == usual]

    @property
    def peak(self) -> Sample:
        """The largest of them."""
        return max(self.steady, key=by_memory)

    def around(self, done: int) -> Sample:
        """The median of those nearest to when there were ``done`` results."""
        near = sorted(self.steady, key=lambda sample: abs(sample.done - done))[:SMOOTHED]
        return sorted(near, key=by_memory)[len(near) // 2]


@dataclass(frozen=True)
class Endurance:
    """What came out of it; rates are results a second."""

    graded: Graded
    early: Sample
    late: Sample
    peak: Sample
    first_rate: float
    last_rate: float

    @property
    def targets(self) -> tuple[Target, ...]:
        """The promises about a class of 10,000."""
        growth, steadiness = self.late.megabytes - self.early.megabytes, self.last_rate / self.first_rate
        return (
            Target(f"wall time of {self.graded.students:,}", self.graded.cost.wall, ENDURANCE_SECONDS, " s"),
            Target("growth of the trusted side", growth, GROWTH_MB, " MB"),
            Target("speed at last over speed at first", steadiness, STEADINESS, at_least=True),
        )


def endurance(folder: Path, assignment: str, students: int = STUDENTS) -> Endurance:
    """Grade a class of 10,000 honest submissions with two jobs."""
    group = honest_class(folder, assignment, students, JOBS)
    sampler = Sampler(group)
    graded = grade(group, f"a class of {students:,}", sampler.look)
    span = min(SPAN, students // 4)
    first, last = rates(sorted(path.stat().st_mtime for path in group.results().values()), span)
    return Endurance(graded, sampler.around(span), sampler.around(students), sampler.peak, first, last)


def by_memory(sample: Sample) -> float:
    """What samples are ordered by."""
    return sample.megabytes


def rates(moments: list[float], span: int) -> tuple[float, float]:
    """Results a second over the first and over the last ``span``, counted from the first result on."""
    return span / (moments[span] - moments[0]), span / (moments[-1] - moments[-1 - span])


def trusted(process: int) -> Iterator[int]:
    """``autograder grade`` and its controllers, below the process that measures them."""
    for each in descendants(process):
        with contextlib.suppress(OSError):
            if CONFINED not in Path(f"/proc/{each}/cmdline").read_bytes():
                yield each


def descendants(process: int) -> Iterator[int]:
    """Every process that comes of ``process``, without itself."""
    with contextlib.suppress(OSError):
        for task in Path(f"/proc/{process}/task").iterdir():
            for child in map(int, (task / "children").read_text().split()):
                yield child
                yield from descendants(child)


def resident_megabytes(process: int) -> float:
    """The process's VmRSS; 0 once it is gone."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{process}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
    return 0.0
