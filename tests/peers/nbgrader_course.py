"""The assignment as a real nbgrader course: one cell for the student's file, one locked test cell an exercise."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

import nbformat
from nbformat.notebooknode import NotebookNode

from autograder.model import Assignment, Exercise

CONFIG = """
c = get_config()
c.CourseDirectory.course_id = "course"
c.CourseDirectory.root = {root!r}
c.NbGrader.logfile = ""
"""
DATABASE = "gradebook.db"


def build_course(root: Path, assignment: Assignment, seed: int) -> None:
    """Write the configuration and ``source/NAME/NAME.ipynb``."""
    (root / "nbgrader_config.py").write_text(CONFIG.format(root=str(root)), encoding="utf-8")
    tests = [test_cell(each, assignment.name, seed) for each in assignment.exercises]
    _write(root / "source" / assignment.name, assignment.name, [solution_cell(), *tests])


def generate_command(name: str) -> list[str]:
    """Makes ``release/NAME`` and fills the gradebook with what the test cells are."""
    return [sys.executable, "-m", "nbgrader", "generate_assignment", name, "--log-level=ERROR"]


def autograde_command(name: str) -> list[str]:
    """Grades everybody in one call."""
    return [sys.executable, "-m", "nbgrader", "autograde", name, "--log-level=ERROR"]


def hand_in(root: Path, name: str, sources: Iterable[str]) -> None:
    """A submission for each source: the released notebook with the student's file in its cell."""
    for number, source in enumerate(sources):
        notebook = nbformat.read(root / "release" / name / f"{name}.ipynb", as_version=4)
        cell = next(each for each in notebook.cells if each.metadata.get("nbgrader", {}).get("solution"))
        cell.source = source
        _write(root / "submitted" / f"student_{number:03}" / name, name, notebook.cells)


def graded(root: Path, name: str) -> int:
    """How many submissions there are results of so far."""
    return sum(1 for _ in root.glob(f"autograded/*/{name}/{name}.ipynb"))


def scores(root: Path, name: str) -> dict[str, dict[str, tuple[float, float]]]:
    """From the gradebook: of every student, each exercise's points and how many were possible."""
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{root / DATABASE}", course_id="course") as gradebook:
        return {
            submission.student.id: {
                grade.name: (grade.score, grade.max_score)
                for notebook in submission.notebooks
                for grade in notebook.grades
            }
            for submission in gradebook.assignment_submissions(name)
        }


def solution_cell() -> NotebookNode:
    """Where the student's whole file goes."""
    cell = nbformat.v4.new_code_cell("### BEGIN SOLUTION\npass\n### END SOLUTION")
    cell.metadata["nbgrader"] = _metadata("solution", solution=True)
    return cell


def test_cell(exercise: Exercise, name: str, seed: int) -> NotebookNode:
    """A hidden test whose value is the exercise's score, which is how nbgrader gives partial credit."""
    call = f"earned(globals(), {name!r}, {exercise.name!r}, {seed})"
    lines = ["### BEGIN HIDDEN TESTS", "from tests.peers.inside import earned", call, "### END HIDDEN TESTS"]
    cell = nbformat.v4.new_code_cell("\n".join(lines))
    cell.metadata["nbgrader"] = {**_metadata(exercise.name, grade=True, locked=True), "points": exercise.points}
    return cell


def _metadata(grade_id: str, **flags: bool) -> dict[str, object]:
    unset = dict.fromkeys(("grade", "solution", "locked", "task"), False)
    return {"schema_version": 3, "grade_id": grade_id, **unset, **flags}


def _write(folder: Path, name: str, cells: list[NotebookNode]) -> None:
    folder.mkdir(parents=True)
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=kernel), folder / f"{name}.ipynb")
