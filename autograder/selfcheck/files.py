"""Which files a kit has, and whether stubs are what the solutions make of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from autograder.catalog import TOML, Kit
from autograder.errors import AssignmentError, TemplateError
from autograder.lineup import FILENAME
from autograder.model import Assignment
from autograder.template import template_drift, todo_exercises

HANDOUTS = ("handout.md", "handout.zh.md")
NEEDED = (TOML, *HANDOUTS, "checks.py", "public_checks.py")
ALLOWED = frozenset((*NEEDED, FILENAME, "notebook.py", "show.py", "figures", "data", "kept", "__pycache__"))
"""``data`` goes out with the handout; ``kept`` is what checks read and students never get."""


def inspect_layout(kit: Kit) -> Iterator[str]:
    """Whether assignments, solutions and templates name each other, and nothing else lies there."""
    for folder in _children(kit.root / "assignments"):
        if folder.name not in kit.names:
            yield f"assignments/{folder.name}: no {TOML} in it, so it is no assignment"
    files = {f"{name}.py" for name in kit.names if name.isidentifier()}
    meant = {f"{name.replace('-', '_')}.py" for name in kit.names}  # where it is the folder that is misnamed
    for place in ("solutions", "student_template"):
        present = {path.name for path in _children(kit.root / place)}
        for name in sorted(present - files - meant):
            yield f"{place}/{name}: belongs to no assignment"
        for name in sorted(files - present):
            yield f"{place}/{name}: missing"


def inspect_sources(kit: Kit, assignment: Assignment) -> Iterator[str]:
    """Whether all files are there, and the solution's tasks and the template as they should be.

    Raises ``KitError`` where there is no solution, or no template can be made of it.
    """
    yield from _strays(assignment)
    tasks = (*misnamed_tasks(kit, assignment), *_without_hint(kit, assignment))
    yield from tasks
    if not tasks:
        yield from _drift(kit, assignment)


def misnamed_tasks(kit: Kit, assignment: Assignment) -> Iterator[str]:
    """Exercises without a task in the solution, and tasks for no exercise; raises ``KitError`` as above."""
    expected = {exercise.name for exercise in assignment.exercises}
    try:
        found = set(todo_exercises(_solution(kit, assignment)))
    except TemplateError as error:
        raise TemplateError(f"{kit.solution_path(assignment)}: {error}") from error
    for name in sorted(expected - found):
        yield f"{assignment.name}: no # TODO({name}) in the solution"
    for name in sorted(found - expected):
        yield f"{assignment.name}: # TODO({name}) is for no exercise of {TOML}: known are {', '.join(sorted(expected))}"


def _children(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if path.name != "__pycache__")


def _strays(assignment: Assignment) -> Iterator[str]:
    present = {path.name for path in assignment.folder.iterdir()}
    for name in sorted(present - ALLOWED):
        yield f"{assignment.name}: stray file {name}"
    for name in sorted(set(NEEDED) - present):
        yield f"{assignment.name}: {name} is missing"


def _solution(kit: Kit, assignment: Assignment) -> str:
    path = kit.solution_path(assignment)
    if not path.is_file():
        raise AssignmentError(f"{path} is missing")
    return path.read_text(encoding="utf-8")


def _without_hint(kit: Kit, assignment: Assignment) -> Iterator[str]:
    """The tasks, each ``# TODO(names):`` with the comment lines that begin there, that give no hint."""
    tasks = re.finditer(r"^ *# TODO\((?P<names>[^)]*)\):.*\n(?: *#.*\n)*", _solution(kit, assignment), re.MULTILINE)
    for task in tasks:
        if "Hint:" not in task[0]:
            yield f"{assignment.name}: # TODO({task['names']}) has no Hint:"


def _drift(kit: Kit, assignment: Assignment) -> Iterator[str]:
    path = kit.template_path(assignment)
    if path.is_file() and template_drift(_solution(kit, assignment), path.read_text(encoding="utf-8")):
        yield f"{assignment.name}: the template has drifted from the solution: run make template"
