"""The assignment as otter-grader knows it: one question an exercise, tests that pass or raise."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

import nbformat
from nbformat.notebooknode import NotebookNode

from autograder.model import Assignment, Exercise

CONFIG = """# ASSIGNMENT CONFIG
init_cell: false
check_all_cell: false
tests:
  ok_format: false
"""
QUESTION = """# BEGIN QUESTION
name: {name}
points: {points}
"""
TEST = '''""" # BEGIN TEST CONFIG
hidden: true
points: {points}
""" # END TEST CONFIG
def test_{exercise}(env):
    from tests.peers.inside import require_all

    require_all(env, {name!r}, {exercise!r}, {seed})
'''


def write_source(folder: Path, assignment: Assignment, seed: int) -> Path:
    """The notebook that ``otter assign`` reads."""
    folder.mkdir(parents=True)
    cells = [nbformat.v4.new_raw_cell(CONFIG)]
    for exercise in assignment.exercises:
        cells += _question(exercise, assignment.name, seed)
    return _write(folder / f"{assignment.name}.ipynb", cells)


def assign_command(notebook: Path, dist: Path) -> list[str]:
    """Makes ``dist/autograder/*.zip``; the source notebook holds no solution, so its tests are not run."""
    return [sys.executable, "-m", "otter", "assign", str(notebook), str(dist), "--no-run-tests"]


def autograder_zip(dist: Path) -> Path:
    """What ``otter assign`` has made."""
    return next((dist / "autograder").glob("*.zip"))


def hand_in(folder: Path, sources: Iterable[str]) -> list[Path]:
    """A notebook for each source, with the student's file as its only cell."""
    folder.mkdir(parents=True, exist_ok=True)
    return [
        _write(folder / f"student_{number:03}.ipynb", [nbformat.v4.new_code_cell(source)])
        for number, source in enumerate(sources)
    ]


def _question(exercise: Exercise, name: str, seed: int) -> list[NotebookNode]:
    test = TEST.format(name=name, exercise=exercise.name, points=exercise.points, seed=seed)
    raw, code = nbformat.v4.new_raw_cell, nbformat.v4.new_code_cell
    return [
        raw(QUESTION.format(name=exercise.name, points=exercise.points)),
        raw("# BEGIN SOLUTION"), code("pass  # SOLUTION"), raw("# END SOLUTION"),
        raw("# BEGIN TESTS"), code(test), raw("# END TESTS"),
        raw("# END QUESTION"),
    ]  # fmt: skip


def _write(path: Path, cells: list[NotebookNode]) -> Path:
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=kernel), path)
    return path
