"""What is measured of our own side: grading a class, the floor beneath it, and the answer to one student."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.bench.honest import sources, write_class
from tests.bench.meter import ROOT, BenchError, Cost, Watch, cost_of
from tests.support import KIT

SEED = 20_240_229
FULL = 100
CHECK_RUNS = 5


@dataclass(frozen=True)
class Class:
    """A class on disk, how to grade it, and where the results go."""

    assignment: str
    folder: Path
    out: Path
    students: int
    jobs: int = 1
    kit: Path = ROOT

    @property
    def command(self) -> list[str]:
        """``autograder grade``."""
        options = ["--assignment", self.assignment, "--jobs", str(self.jobs), "--seed", str(SEED)]
        places = ["--out", str(self.out), "--kit", str(self.kit)]
        return [sys.executable, "-m", "autograder", "grade", str(self.folder), *options, *places]

    def watch(self, title: str, look: Callable[[int], None] = lambda process: None) -> Watch:
        """Follows the results as they come."""
        return Watch(title, self.students, self.done, look)

    def done(self) -> int:
        """How many students there are results of."""
        return sum(os.path.isdir(self.out / name) for name in os.listdir(self.out))

    def results(self) -> dict[str, Path]:
        """Every student's ``results.json``."""
        return {each.parents[1].name: each for each in self.out.glob(f"*/{self.assignment}/results.json")}


@dataclass(frozen=True)
class Graded:
    """A class that was graded: what it cost, and under what confinement."""

    cost: Cost
    students: int
    confinement: str


def honest_class(folder: Path, assignment: str, students: int, jobs: int = 1) -> Class:
    """Write a class of honest submissions below ``folder``."""
    shutil.rmtree(folder, ignore_errors=True)
    write_class(folder / "class", assignment, sources(assignment, students))
    return Class(assignment, folder / "class", folder / "out", students, jobs)


def grade(group: Class, title: str, look: Callable[[int], None] = lambda process: None) -> Graded:
    """Grade a class in which everybody earns everything; raises ``BenchError`` where somebody does not."""
    cost = cost_of(group.command, ROOT, group.watch(title, look))
    return Graded(cost, group.students, full_marks(group, group.students))


def full_marks(group: Class, expected: int, marker: str = "") -> str:
    """The confinement that stands in all results, once it is sure that ``expected`` of them are full marks.

    Students whose names end in ``marker``, if there is one, are not honest and must not have full marks.
    """
    read = {student: json.loads(path.read_text(encoding="utf-8")) for student, path in group.results().items()}
    honest = {student for student in read if not (marker and student.endswith(marker))}
    wrong = sorted(student for student, result in read.items() if (result["score"] == FULL) != (student in honest))
    if wrong or len(honest) != expected or len(read) != group.students:
        raise BenchError(f"{len(read)} of {group.students} graded, {len(wrong)} of them wrongly: {wrong[:5]}")
    return ", ".join(sorted({str(result["extra_data"]["confinement"]) for result in read.values()}))


def floor(folder: Path, assignment: str, students: int) -> float:
    """CPU seconds a submission of the same checks, warm and in one process."""
    texts = write_class(folder / "class", assignment, sources(assignment, students))
    record = folder / "floor.json"
    files = [str(path) for path in sorted(texts.glob(f"*/{assignment}.py"))]
    command = [sys.executable, "-m", "tests.peers.floor", str(record), assignment, str(SEED), *files]
    done = record.with_suffix(".done")
    cost_of(command, ROOT, Watch("floor", students, lambda: int(done.read_text(encoding="utf-8"))))
    figures = json.loads(record.read_text(encoding="utf-8"))
    if figures["points"] != [FULL] * students:
        raise BenchError(f"the floor does not give everybody full marks: {figures['points']}")
    return float(figures["cpu"]) / students


def check_seconds(folder: Path, assignment: str) -> tuple[float, ...]:
    """Seconds on the clock until ``autograder check`` has answered, each time from a cold start, sorted."""
    folder.mkdir(parents=True)
    shutil.copy(KIT.solution_path(KIT.assignment(assignment)), folder)
    command = [sys.executable, "-m", "autograder", "check", assignment, "--path", str(folder), "--kit", str(ROOT)]
    return tuple(sorted(cost_of(command, folder).wall for _ in range(CHECK_RUNS)))
