"""A course in a folder of its own, with a notebook that is short enough for twenty kernels, and what is done to it."""

from __future__ import annotations

import copy
import json
import os
import resource
import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support import ROOT

NAME = "mean_pooling"
SEED = 11
SHORT = """\
# %% [markdown] lang="en"
# # Mean pooling: backward

# %% given="start"

# %% solution="MeanPoolingLayer"

# %% checks="backward"
"""
SETTINGS = r"""
c.Exchange.root = str(HERE / "exchange")
c.Exchange.cache = str(HERE / "cache")
c.FileNameCollectorPlugin.named_regexp = r".*/(?P<student_id>[^/]+)@(?P<file_id>[^/]+)$"
"""
"""What a course adds to its configuration: here also where its exchange is, and how downloads are called."""
HURRY = "c.Execute.timeout = 8\n"
"""So that loops end soon; in the short notebook nothing takes longer, and nothing is trained."""


@dataclass(frozen=True)
class Ran:
    """A command that has ended: its exit code, what it said, and the CPU seconds of it and its children."""

    code: int
    said: str
    cpu: float


def kit_in(folder: Path, *, short: bool = True) -> Path:
    """A kit without the engine; ``short`` leaves out the notebook's story, and most of a loop's time."""
    for name in ("assignments", "solutions", "student_template"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    if short:
        (folder / "assignments" / NAME / "notebook.py").write_text(SHORT, encoding="utf-8")
        settings = folder / "assignments" / NAME / "assignment.toml"
        settings.write_text(settings.read_text("utf-8").replace("seconds = 5", "seconds = 2"), encoding="utf-8")
    return folder


def environment(*, scripts: bool = True) -> dict[str, str]:
    """That of the tests, with nothing of a course; this Python's scripts are on the path or not."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("AUTOGRADER_")}
    own = str(Path(sys.executable).parent)
    others = [part for part in kept.get("PATH", "").split(os.pathsep) if part != own]
    path = os.pathsep.join([own, *others] if scripts else others)
    return {**kept, "PATH": path, "PYTHONPATH": str(ROOT), "AUTOGRADER_SEED": str(SEED)}


def run(course: Path, module: str, *arguments: str, check: bool = True, scripts: bool = True) -> Ran:
    """Run ``python -m module`` in the course."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=course, env=environment(scripts=scripts), timeout=280,
        text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert not check or done.returncode == 0, done.stdout
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Ran(done.returncode, done.stdout, cpu)


def build(kit: Path, name: str = NAME) -> Path:
    """A course in the kit's ``build`` folder, with ``name`` generated."""
    course = kit / "build" / "course"
    run(kit, "autograder", "nbgrader", "build", str(course), "--assignment", name)
    with (course / "nbgrader_config.py").open("a", encoding="utf-8") as file:
        file.write(SETTINGS + (HURRY if name == NAME else ""))
    (course / "exchange").mkdir()
    run(course, "nbgrader", "generate_assignment", name)
    return course


def suite(course: Path, *commands: str) -> Ran:
    """Run nbgrader's commands in the course, in one process."""
    return run(course, "tests.nbgrader.commands", *(json.dumps(command.split()) for command in commands))


def confined(course: Path, *options: str, name: str = NAME, check: bool = True) -> Ran:
    """Mark in our way, as whoever calls ``.venv/bin/autograder`` does."""
    words = ("nbgrader", "autograde", name, "--seed", str(SEED), *options)
    return run(course, "autograder", *words, check=check, scripts=False)


def released(course: Path, name: str = NAME) -> dict[str, Any]:
    """The notebook that students get."""
    found: dict[str, Any] = json.loads((course / "release" / name / f"{name}.ipynb").read_text(encoding="utf-8"))
    return found


def cell_of(notebook: dict[str, Any], grade_id: str) -> dict[str, Any]:
    """The cell with this id."""
    found: dict[str, Any] = next(
        each for each in notebook["cells"] if each["metadata"].get("nbgrader", {}).get("grade_id") == grade_id
    )
    return found


def pasted(notebook: dict[str, Any], source: str) -> dict[str, Any]:
    """The notebook with a whole module in its first solution cell, and nothing in the others."""
    filled = copy.deepcopy(notebook)
    texts = iter([source])
    for cell in filled["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("solution"):
            cell["source"] = next(texts, "")
    return filled


def hand_in(course: Path, student: str, notebook: dict[str, Any] | bytes, name: str = NAME) -> Path:
    """Put a notebook where nbgrader collects submissions to."""
    path = course / "submitted" / student / name / f"{name}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(notebook if isinstance(notebook, bytes) else json.dumps(notebook).encode())
    return path


def archive(path: Path, notebooks: dict[str, dict[str, Any]]) -> None:
    """What a learning platform lets one download: everybody's notebook in one zip."""
    path.parent.mkdir(parents=True)
    with zipfile.ZipFile(path, "w") as packed:
        for student, notebook in notebooks.items():
            packed.writestr(f"{student}@{NAME}.ipynb", json.dumps(notebook))


def grades(course: Path, name: str = NAME) -> dict[str, dict[str, dict[str, Any]]]:
    """From the gradebook, of every student and exercise: points, whether to look at it, comments, penalty."""
    found: dict[str, dict[str, dict[str, Any]]] = json.loads(
        run(course, "tests.nbgrader.gradebook", str(course), name).said.splitlines()[-1]
    )
    return found


def points(course: Path, name: str = NAME) -> dict[str, dict[str, float]]:
    """Of every student, each exercise's points."""
    return {
        student: {exercise: float(each["score"]) for exercise, each in exercises.items()}
        for student, exercises in grades(course, name).items()
    }
