"""What grading costs: ``python -m tests.bench [--students N] [--assignment NAME]``.

Times a class of correct submissions through ``autograder grade``, start to finish, beside the cold
start of Python with numpy, which no worker can be cheaper than unless it is shared.
"""

from __future__ import annotations

import argparse
import itertools
import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
COLD_STARTS = 7


@dataclass(frozen=True)
class Cost:
    """Milliseconds: of CPU over all processes together, and on the clock."""

    cpu: float
    wall: float

    def over(self, count: int) -> Cost:
        """The share of each of ``count``."""
        return Cost(self.cpu / count, self.wall / count)


def cost_of(command: list[str], folder: Path) -> Cost:
    """Run ``command`` quietly; what it and everything it waited for took."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1"}
    subprocess.run(command, cwd=folder, env=environment, check=True, stdout=subprocess.DEVNULL)
    wall = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(cpu * 1e3, wall * 1e3)


def cold_start(folder: Path) -> Cost:
    """Starting Python and importing numpy: the median of a few."""
    costs = sorted((cost_of([sys.executable, "-c", "import numpy"], folder) for _ in range(COLD_STARTS)), key=_cpu)
    return costs[COLD_STARTS // 2]


def write_honest_class(folder: Path, assignment: str, students: int) -> None:
    """Correct submissions in every style there is, over and over."""
    texts = [path.read_bytes() for path in sorted((ROOT / "tests" / "correct" / assignment).glob("*.py"))]
    for number, text in zip(range(students), itertools.cycle(texts), strict=False):
        path = folder / f"student_{number:03}" / f"{assignment}.py"
        path.parent.mkdir(parents=True)
        path.write_bytes(text)


def grading(folder: Path, assignment: str, students: int, jobs: int) -> Cost:
    """Grading the class, for each student."""
    grade = ["grade", str(folder / "class"), "--assignment", assignment, "--out", str(folder / f"out_{jobs}")]
    command = [sys.executable, "-m", "autograder", *grade, "--jobs", str(jobs), "--seed", "1"]
    return cost_of(command, ROOT).over(students)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--students", type=int, default=28)
    parser.add_argument("--assignment", default="max_pooling")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_honest_class(folder / "class", arguments.assignment, arguments.students)
        cold = cold_start(folder)
        print(f"{arguments.students} correct submissions of {arguments.assignment}; times for each, in ms")
        print(f"{'':24}{'CPU':>8}{'wall':>8}{'CPU / cold start':>20}")
        print(f"{'import numpy, cold':24}{cold.cpu:8.0f}{cold.wall:8.0f}{1:20.1f}")
        for jobs in sorted({1, os.cpu_count() or 1}):
            cost = grading(folder, arguments.assignment, arguments.students, jobs)
            print(f"{f'grade --jobs {jobs}':24}{cost.cpu:8.0f}{cost.wall:8.0f}{cost.cpu / cold.cpu:20.1f}")


def _cpu(cost: Cost) -> float:
    return cost.cpu


if __name__ == "__main__":
    main()
