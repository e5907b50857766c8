"""Each route from submissions to points: run as its users run it, and what it cost."""

from __future__ import annotations

import csv
import json
import os
import resource
import shutil
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.catalog import Kit
from tests.gradescope.harness import harness
from tests.nbgrader import course as nbgrader
from tests.routes.handed_in import pasted, plain_notebook, short_notebook, write
from tests.support import KIT, ROOT

SEED = 11
Points = dict[str, dict[str, float]]


@dataclass(frozen=True)
class Scene:
    """What a route is given: an empty folder, the assignment, and a module for each student."""

    folder: Path
    name: str
    sources: dict[str, str]


@dataclass(frozen=True)
class Marks:
    """Every student's points by exercise, and what marking took for the whole class, in seconds."""

    points: Points
    cpu: float
    wall: float


@dataclass(frozen=True)
class Route:
    """A way to mark: what it is called, what is confined in it, and how it is run."""

    title: str
    confined: bool
    mark: Callable[[Scene], Marks]


def files(scene: Scene) -> Marks:
    """``autograder grade`` on files."""
    return _graded(scene, {f"{student}/{scene.name}.py": source for student, source in scene.sources.items()})


def notebooks(scene: Scene) -> Marks:
    """``autograder grade`` on notebooks."""
    cells = {f"{student}/{scene.name}.ipynb": plain_notebook(source) for student, source in scene.sources.items()}
    return _graded(scene, cells)


def _graded(scene: Scene, contents: dict[str, Any]) -> Marks:
    for place, content in contents.items():
        write(scene.folder / "class" / place, content)
    out = scene.folder / "out"
    words = ["grade", str(scene.folder / "class"), "--assignment", scene.name, "--out", str(out), "--seed", str(SEED)]
    cpu, wall = _run([sys.executable, "-m", "autograder", *words, "--jobs", "1"], ROOT)
    points: Points = defaultdict(dict)
    with (out / "exercises.csv").open(encoding="utf-8", newline="") as table:
        for line in csv.DictReader(table):
            points[line["student"]][line["exercise"]] = float(line["score"])
    return Marks(points, cpu, wall)


def nbgrader_kernel(scene: Scene) -> Marks:
    """``nbgrader autograde`` with our checks in its kernel."""
    course = _course(scene)
    cpu, wall = _run([sys.executable, "-m", "nbgrader", "autograde", scene.name], course, nbgrader.environment())
    return Marks(nbgrader.points(course, scene.name), cpu, wall)


def nbgrader_confined(scene: Scene) -> Marks:
    """``autograder nbgrader autograde``."""
    course = _course(scene)
    words = ["autograder", "nbgrader", "autograde", scene.name, "--seed", str(SEED), "--jobs", "1"]
    cpu, wall = _run([sys.executable, "-m", *words], course, nbgrader.environment())
    return Marks(nbgrader.points(course, scene.name), cpu, wall)


def _course(scene: Scene) -> Path:
    """A course into which the class has handed in."""
    course = nbgrader.build(_short_kit(scene), scene.name)
    released = nbgrader.released(course, scene.name)
    for student, source in scene.sources.items():
        nbgrader.hand_in(course, student, pasted(released, source), scene.name)
    return course


def otter_own(scene: Scene) -> Marks:
    """``otter.api.grade_submission`` in one process, with our checks."""
    archive, paths = _otter(scene)
    record, log = scene.folder / "record.json", scene.folder / "log"
    pairs = json.dumps([[str(archive), str(path)] for path in paths.values()])
    cpu, wall = _run([sys.executable, "-m", "tests.otter.theirs", str(record)], scene.folder, said=log, told=pairs)
    found = {Path(key).stem: value["scores"] for key, value in json.loads(record.read_text()).items()}
    return Marks(found, cpu, wall)


def otter_confined(scene: Scene) -> Marks:
    """``autograder otter run`` with otter's own zip."""
    archive, paths = _otter(scene)
    out = scene.folder / "out"
    words = ["autograder", "otter", "run", str(archive), *map(str, paths.values()), "--out", str(out), "--jobs", "1"]
    cpu, wall = _run([sys.executable, "-m", *words], ROOT)
    return Marks({student: _by_exercise(out / student / "results.json") for student in paths}, cpu, wall)


def _otter(scene: Scene) -> tuple[Path, dict[str, Path]]:
    """Otter's zip, and everybody's notebook."""
    built = scene.folder / "otter"
    words = ["otter", "build", str(built), "--assignment", scene.name, "--seed", str(SEED)]
    _run([sys.executable, "-m", "autograder", *words, "--kit", str(_short_kit(scene))], ROOT)
    dist = built / scene.name / "dist"
    student = json.loads((dist / "student" / f"{scene.name}.ipynb").read_text(encoding="utf-8"))
    folder = scene.folder / "submissions"
    paths = {name: write(folder / f"{name}.ipynb", pasted(student, source)) for name, source in scene.sources.items()}
    return dist / "autograder" / f"{scene.name}-autograder.zip", paths


def gradescope(scene: Scene) -> Marks:
    """The zip for Gradescope, run once for each student in a folder laid out as it does."""
    image = harness(scene.folder / "autograder", KIT, scene.name)
    points, before, started = Points(), _cpu(), time.perf_counter()
    for student, source in scene.sources.items():
        done = image.run({f"{scene.name}.py": source})
        points[student] = _summed(done.results["tests"])
    return Marks(points, _cpu() - before, time.perf_counter() - started)


ROUTES = (
    Route("`autograder grade`, files", True, files),
    Route("`autograder grade`, notebooks", True, notebooks),
    Route("`autograder nbgrader autograde`", True, nbgrader_confined),
    Route("`autograder otter run`", True, otter_confined),
    Route("Gradescope's zip", True, gradescope),
    Route("`nbgrader autograde`, our checks", False, nbgrader_kernel),
    Route("otter, our checks", False, otter_own),
)


def _by_exercise(path: Path) -> dict[str, float]:
    """Points from a file in Gradescope's form with a test for each exercise, as otter writes it."""
    return _summed(json.loads(path.read_text(encoding="utf-8"))["tests"])


def _summed(tests: list[dict[str, Any]]) -> dict[str, float]:
    """Points by exercise, which is what a test's name begins with."""
    exercises: dict[str, float] = defaultdict(float)
    for test in tests:
        if test.get("max_score"):
            exercises[test["name"].partition("/")[0].split()[0]] += float(test["score"])
    return dict(exercises)


def _short_kit(scene: Scene) -> Path:
    """The kit with a notebook that takes a kernel no longer than it must."""
    kit = scene.folder / "kit"
    for part in ("assignments", "solutions", "student_template"):
        shutil.copytree(ROOT / part, kit / part, ignore=shutil.ignore_patterns("__pycache__"))
    place = Kit(kit).assignment(scene.name).folder / "notebook.py"
    place.write_text(short_notebook(scene.name), encoding="utf-8")
    return kit


def _run(
    command: list[str],
    folder: Path,
    environment: dict[str, str] | None = None,
    *,
    said: Path | None = None,
    told: str | None = None,
) -> tuple[float, float]:
    """Run a command that has to go well; its CPU time and time on the clock."""
    before, started = _cpu(), time.perf_counter()
    found = environment or {**os.environ, "PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(command, cwd=folder, env=found, text=True, input=told, capture_output=True, check=False)
    if said is not None:
        said.write_text(done.stdout + done.stderr, encoding="utf-8")
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command[:6])}: {(done.stderr or done.stdout)[-2000:]}")
    return _cpu() - before, time.perf_counter() - started


def _cpu() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime
