"""Each route from submissions to points: run as its users run it, and what it cost.

Where an assignment uses others, their modules are handed in with it: as files beside it, or in one zip with it.
"""

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
from functools import cached_property
from pathlib import Path
from typing import Any

from autograder.catalog import Kit
from tests.gradescope.harness import harness
from tests.nbgrader import course as nbgrader
from tests.routes.handed_in import Notebook, Work, pasted, plain_notebook, short_notebook, write, zipped
from tests.support import KIT, ROOT

SEED = 11
PATIENCE = "c.Execute.timeout = 300\n"
"""Seconds for a cell: a class is compared on machines that are busy with other work, too."""
Points = dict[str, dict[str, float]]


@dataclass(frozen=True)
class Scene:
    """What the routes are given: an empty folder for all of them, the assignment, and what each student hands in."""

    folder: Path
    name: str
    works: dict[str, Work]

    @cached_property
    def otter(self) -> tuple[Path, Notebook]:
        """Otter's zip and the notebook that students get of it, built once."""
        built = self.folder / "otter"
        words = ["otter", "build", str(built), "--assignment", self.name, "--seed", str(SEED)]
        kit = _short_kit(self.folder / "otter_kit", self.name)
        _run([sys.executable, "-m", "autograder", *words, "--kit", str(kit)], ROOT)
        dist = built / self.name / "dist"
        given = json.loads((dist / "student" / f"{self.name}.ipynb").read_text(encoding="utf-8"))
        return dist / "autograder" / f"{self.name}-autograder.zip", given


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
    return _graded(scene, scene.folder / "files", f"{scene.name}.py", lambda source: source)


def notebooks(scene: Scene) -> Marks:
    """``autograder grade`` on notebooks."""
    return _graded(scene, scene.folder / "notebooks", f"{scene.name}.ipynb", plain_notebook)


def _graded(scene: Scene, folder: Path, filename: str, made: Callable[[str], str | Notebook]) -> Marks:
    """What ``autograder grade`` gives where everybody has handed in what is ``made`` of their module."""
    for student, work in scene.works.items():
        for name, content in {filename: made(work.source), **work.files()}.items():
            write(folder / "class" / student / name, content)
    out = folder / "out"
    words = ["grade", str(folder / "class"), "--assignment", scene.name, "--out", str(out), "--seed", str(SEED)]
    cpu, wall = _run([sys.executable, "-m", "autograder", *words, "--jobs", "1"], ROOT)
    points: Points = defaultdict(dict)
    with (out / "exercises.csv").open(encoding="utf-8", newline="") as table:
        for line in csv.DictReader(table):
            points[line["student"]][line["exercise"]] = float(line["score"])
    return Marks(points, cpu, wall)


def nbgrader_kernel(scene: Scene) -> Marks:
    """``nbgrader autograde`` with our checks in its kernel."""
    course = _course(scene, scene.folder / "kernel")
    cpu, wall = _run([sys.executable, "-m", "nbgrader", "autograde", scene.name], course, nbgrader.environment())
    return Marks(nbgrader.points(course, scene.name), cpu, wall)


def nbgrader_confined(scene: Scene) -> Marks:
    """``autograder nbgrader autograde``."""
    course = _course(scene, scene.folder / "confined")
    words = ["autograder", "nbgrader", "autograde", scene.name, "--seed", str(SEED), "--jobs", "1"]
    cpu, wall = _run([sys.executable, "-m", *words], course, nbgrader.environment())
    return Marks(nbgrader.points(course, scene.name), cpu, wall)


def _course(scene: Scene, folder: Path) -> Path:
    """A course into which the class has handed in."""
    course = nbgrader.build(_short_kit(folder, scene.name), scene.name)
    with (course / "nbgrader_config.py").open("a", encoding="utf-8") as settings:
        settings.write(PATIENCE)
    released = nbgrader.released(course, scene.name)
    for student, work in scene.works.items():
        notebook = nbgrader.hand_in(course, student, pasted(released, work.source), scene.name)
        for name, text in work.files().items():
            write(notebook.parent / name, text)
    return course


def otter_own(scene: Scene) -> Marks:
    """``otter.api.grade_submission`` in one process, with our checks."""
    folder = scene.folder / "otter_own"
    archive, paths = _otter(scene, folder)
    record, log = folder / "record.json", folder / "log"
    pairs = json.dumps([[str(archive), str(path)] for path in paths])
    cpu, wall = _run([sys.executable, "-m", "tests.otter.theirs", str(record)], folder, said=log, told=pairs)
    found = {Path(key).stem: value["scores"] for key, value in json.loads(record.read_text()).items()}
    return Marks(found, cpu, wall)


def otter_confined(scene: Scene) -> Marks:
    """``autograder otter run`` with otter's own zip."""
    folder = scene.folder / "otter_confined"
    archive, paths = _otter(scene, folder)
    out = folder / "out"
    words = ["autograder", "otter", "run", str(archive), *map(str, paths), "--out", str(out), "--jobs", "1"]
    cpu, wall = _run([sys.executable, "-m", *words], ROOT)
    return Marks({path.stem: _by_exercise(out / path.stem / "results.json") for path in paths}, cpu, wall)


def _otter(scene: Scene, folder: Path) -> tuple[Path, list[Path]]:
    """Otter's zip, and what everybody hands in: the notebook, or a zip of it and the modules that it uses."""
    archive, given = scene.otter
    paths = []
    for student, work in scene.works.items():
        notebook = pasted(given, work.source)
        place = folder / "submissions" / student
        if work.companions:
            together = zipped({f"{scene.name}.ipynb": notebook, **work.files()})
            paths.append(write(place.with_suffix(".zip"), together))
        else:
            paths.append(write(place.with_suffix(".ipynb"), notebook))
    return archive, paths


def gradescope(scene: Scene) -> Marks:
    """The zip for Gradescope, run once for each student in a folder laid out as it does."""
    image = harness(scene.folder / "autograder", KIT, scene.name)
    points, before, started = Points(), _cpu(), time.perf_counter()
    for student, work in scene.works.items():
        done = image.run({f"{scene.name}.py": work.source, **work.files()}, seed=SEED)
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


def _short_kit(folder: Path, name: str) -> Path:
    """The kit with a notebook that takes a kernel no longer than it must."""
    for part in ("assignments", "solutions", "student_template"):
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    write(Kit(folder).assignment(name).folder / "notebook.py", short_notebook(name))
    return folder


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
