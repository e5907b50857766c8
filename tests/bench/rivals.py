"""What nbgrader and otter cost on the same submissions with the same checks; full marks are a condition."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from tests.bench.engine import SEED
from tests.bench.honest import sources
from tests.bench.meter import BenchError, Cost, Watch, cost_of
from tests.peers import nbgrader_course, otter_course
from tests.support import KIT


def nbgrader_batch(folder: Path, assignment: str, students: int) -> Cost:
    """One ``nbgrader autograde`` for all students of a course that is made for it."""
    folder.mkdir(parents=True)
    nbgrader_course.build_course(folder, KIT.assignment(assignment), SEED)
    cost_of(nbgrader_course.generate_command(assignment), folder)
    nbgrader_course.hand_in(folder, assignment, sources(assignment, students))
    watch = Watch(f"nbgrader, {students}", students, lambda: nbgrader_course.graded(folder, assignment))
    cost = cost_of(nbgrader_course.autograde_command(assignment), folder, watch)
    scores = nbgrader_course.scores(folder, assignment)
    _require_full_marks("nbgrader", list(scores.values()), assignment, students)
    return cost


def otter_batch(folder: Path, assignment: str, students: int) -> Cost:
    """One process that calls ``otter.api.grade_submission`` for one student after another."""
    notebook = otter_course.write_source(folder / "source", KIT.assignment(assignment), SEED)
    cost_of(otter_course.assign_command(notebook, folder / "dist"), folder)
    archive, record = otter_course.autograder_zip(folder / "dist"), folder / "scores.json"
    notebooks = otter_course.hand_in(folder / "submitted", sources(assignment, students))
    command = [sys.executable, "-m", "tests.peers.otter_batch", str(record), str(archive), *map(str, notebooks)]
    cost = cost_of(command, folder, Watch(f"otter, {students}", students, lambda: len(_read(record))))
    _require_full_marks("otter", _read(record), assignment, students)
    return cost


def _read(record: Path) -> list[dict[str, tuple[float, float]]]:
    scores: list[dict[str, tuple[float, float]]] = json.loads(record.read_text(encoding="utf-8"))
    return scores


def _require_full_marks(
    peer: str, scores: list[dict[str, tuple[float, float]]], assignment: str, students: int
) -> None:
    """Every student has earned, in every exercise, the points that our own assignment gives for it."""
    points = sorted(each.points for each in KIT.assignment(assignment).exercises)
    for student in scores:
        earned, possible = zip(*student.values(), strict=True)
        if sorted(earned) != points or sorted(possible) != points:
            raise BenchError(f"{peer} does not give full marks: {student}")
    if len(scores) != students:
        raise BenchError(f"{peer} has marked {len(scores)} of {students}")
