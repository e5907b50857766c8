"""A kit of one assignment and those it uses, to be taken along to where submissions are marked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from autograder.catalog import TOML, Kit
from autograder.errors import AssignmentError
from autograder.model import Assignment
from autograder.release import ENGINE

CARRIED = ("*.py", "data/*", "kept/*")
"""What of an assignment's folder marking needs, beside its settings."""


def staff_kit(kit: Kit, assignment: Assignment) -> dict[str, bytes]:
    """Its files by name: solution and hidden checks included, and the whole engine. Raises ``AssignmentError``."""
    try:
        return {name: path.read_bytes() for name, path in _paths(kit, assignment)}
    except OSError as error:
        raise AssignmentError(f"{error.filename} cannot be read ({error.strerror})") from error


def _paths(kit: Kit, assignment: Assignment) -> Iterator[tuple[str, Path]]:
    for each in (assignment, *[beside.assignment for beside in kit.beside(assignment)]):
        yield from _assignment_paths(kit, each)
    for path in sorted(ENGINE.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            yield f"autograder/{path.relative_to(ENGINE).as_posix()}", path


def _assignment_paths(kit: Kit, assignment: Assignment) -> Iterator[tuple[str, Path]]:
    folder = assignment.folder
    for path in (folder / TOML, *(each for kind in CARRIED for each in sorted(folder.glob(kind)))):
        yield f"assignments/{assignment.name}/{path.relative_to(folder).as_posix()}", path
    yield f"solutions/{assignment.filename}", kit.solution_path(assignment)
    if (template := kit.template_path(assignment)).is_file():
        yield f"student_template/{assignment.filename}", template
