"""An assignment's cells as nbgrader reads them: locked, solution and test cells, each under an id for good."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any

import nbformat
from nbformat.notebooknode import NotebookNode

from autograder.errors import AssignmentError
from autograder.model import Assignment, Exercise, Text
from autograder.notebooks.outline import TASK
from autograder.notebooks.source import Part, Role
from autograder.routes.nbgrader.names import CHECKS
from autograder.routes.nbgrader.nodes import cell, notebook
from autograder.template import BEGIN, END

MARKERS = (BEGIN, END)
RAISE = 'raise NotImplementedError("TODO: '
TESTS = """\
# {about}
import os as _os
import sys as _sys
from pathlib import Path as _Path

_sys.path += [str(_each) for _each in _Path.cwd().parents if (_each / "autograder").is_dir()]
from autograder.catalog import find_kit as _find_kit
from autograder.notebooks import inside as _inside

_kit = _Path(_os.environ.get("AUTOGRADER_KIT") or _find_kit(_Path.cwd()).root)
_result = _inside.result_of(globals(), _kit, "{name}", "{exercise}", seed=0, public=True)
for _check in _result.checks:
    print(_check.verdict, _check.title.{language}, _check.message.{language} if _check.message else "", sep="  ")
float(_result.score)
### BEGIN HIDDEN TESTS
_inside.points(globals(), _kit, "{name}", "{exercise}", seed=int(_os.environ["AUTOGRADER_SEED"]))
### END HIDDEN TESTS"""
"""The last line of a released test cell is what the public checks give, so that nbgrader's Validate tells, too."""
ABOUT = Text(
    "The public checks: they show what is wrong. Marks come from hidden ones. Needs the course's kit at or above here.",
    "公开检查:指出哪里有错。分数来自隐藏检查。需要课程工具包位于本文件夹或其上层。",
)


def notebook_of(assignment: Assignment, parts: Iterable[Part], language: str) -> str:
    """The text of the source notebook, the same for the same parts."""
    points = {each.name: each for each in assignment.exercises}
    cells = [_cell(part, assignment.name, points, language) for part in parts]
    writes: Any = nbformat.writes
    return f"{writes(notebook(cells), version=4)}\n"


def _cell(part: Part, name: str, exercises: dict[str, Exercise], language: str) -> NotebookNode:
    if part.role is Role.TEXT:
        return cell("markdown", part.text, part.id)
    if part.role is Role.GIVEN:
        return cell("code", part.text, part.id, marks(part.id, locked=True))
    if part.role is Role.SOLUTION:
        return cell("code", with_markers(part), part.id, marks(part.id, solution=True))
    if part.role is Role.CHECKS:
        about = ABOUT.into(language)
        source = TESTS.format(about=about, name=name, exercise=part.exercise, language=language)
        points = exercises[part.exercise].points
        nbgrader = marks(f"{CHECKS}{part.exercise}", grade=True, locked=True, points=points)
        return cell("code", source, part.id, nbgrader)
    return cell("code", part.text, part.id)


def marks(
    grade_id: str,
    *,
    grade: bool = False,
    solution: bool = False,
    locked: bool = False,
    points: float | None = None,
) -> dict[str, Any]:
    """A cell's ``nbgrader`` metadata, schema 3."""
    flags = {"grade": grade, "solution": solution, "locked": locked, "task": False}
    worth = {} if points is None else {"points": points}
    return {"schema_version": 3, "grade_id": grade_id, **flags, **worth}


def with_markers(part: Part) -> str:
    """The solution such that, with nbgrader's stub in place of what is between its markers, the template is left.

    Tasks stand before the marker; a region's ``raise`` stands behind it, where the solution never comes.
    """
    source = "\n".join(_marked(part.answer.split("\n"), part.text.split("\n")))
    _refuse_reaching(source, part.id)
    return source


def _marked(lines: list[str], stub: list[str]) -> Iterator[str]:
    number, position = 0, len(stub)
    while number < len(lines):
        line = lines[number]
        number += 1
        if line.strip() not in MARKERS:
            yield line
            continue
        if line.strip() == BEGIN:
            task = _task(lines[number:])
            yield from task
            number += len(task)
            position = _after(stub, task)
        yield line.replace("#", "###")
        if line.strip() == END and position < len(stub) and stub[position].strip().startswith(RAISE):
            yield stub[position]


def _task(lines: list[str]) -> list[str]:
    """The comment lines that a region opens with; none for helpers, which have no task."""
    end = next((number for number, line in enumerate(lines) if not line.strip().startswith("#")), len(lines))
    return lines[:end] if lines[0].strip().startswith(TASK) else []


def _after(stub: list[str], task: list[str]) -> int:
    """Where in the template a task ends; beyond all of it where there is none."""
    if not task:
        return len(stub)
    for end in range(len(task), len(stub) + 1):
        if stub[end - len(task) : end] == task:
            return end
    raise AssignmentError(f"the template does not hold the task {task[0].strip()!r}: run `autograder template`")


def _refuse_reaching(source: str, where: str) -> None:
    """Raise ``AssignmentError`` where a solution would run into the ``raise`` behind it."""
    for node in ast.walk(ast.parse(source)):
        for before, after in pairwise(getattr(node, "body", None) or ()):
            is_stub = isinstance(after, ast.Raise) and ast.unparse(after).startswith(RAISE.replace('"', "'"))
            if is_stub and not isinstance(before, ast.Return | ast.Raise):
                raise AssignmentError(f"cell {where}, line {before.lineno}: the solution of a task must end in return")
