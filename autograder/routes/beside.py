"""What lies beside an assignment's notebook: stubs of the modules that it imports, and its data."""

from __future__ import annotations

from autograder.catalog import Kit
from autograder.errors import AssignmentError
from autograder.model import Assignment


def files_beside(kit: Kit, assignment: Assignment) -> dict[str, bytes]:
    """The files by name; a student puts their own modules in the place of the stubs. Raises ``AssignmentError``."""
    used = [each.assignment for each in kit.beside(assignment)]
    paths = {each.filename: kit.template_path(each) for each in used}
    paths |= {f"data/{path.name}": path for path in sorted((assignment.folder / "data").glob("*"))}
    try:
        return {name: path.read_bytes() for name, path in paths.items()}
    except OSError as error:
        raise AssignmentError(f"{error.filename} cannot be read ({error.strerror})") from error


def modules_beside(kit: Kit, assignment: Assignment) -> dict[str, bytes]:
    """The solutions of the modules that it imports, by the names of their files: what is handed in with a right one."""
    used = [each.assignment for each in kit.beside(assignment)]
    return {each.filename: kit.solution_path(each).read_bytes() for each in used}
