"""A kit of one assignment, to be taken along to where submissions are marked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from autograder.catalog import TOML, Kit
from autograder.errors import AssignmentError
from autograder.model import Assignment
from autograder.release import ENGINE


def staff_kit(kit: Kit, assignment: Assignment) -> dict[str, bytes]:
    """Its files by name: solution and hidden checks included, and the whole engine. Raises ``AssignmentError``."""
    try:
        return {name: path.read_bytes() for name, path in _paths(kit, assignment)}
    except OSError as error:
        raise AssignmentError(f"{error.filename} cannot be read ({error.strerror})") from error


def _paths(kit: Kit, assignment: Assignment) -> Iterator[tuple[str, Path]]:
    for path in (assignment.folder / TOML, *sorted(assignment.folder.glob("*.py"))):
        yield f"assignments/{assignment.name}/{path.name}", path
    yield f"solutions/{assignment.filename}", kit.solution_path(assignment)
    if (template := kit.template_path(assignment)).is_file():
        yield f"student_template/{assignment.filename}", template
    for path in sorted(ENGINE.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            yield f"autograder/{path.relative_to(ENGINE).as_posix()}", path
