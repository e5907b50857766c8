"""Whether an assignment's notebook, where it has one, can be made in each language."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec

from autograder.catalog import Kit
from autograder.errors import AssignmentError
from autograder.model import LANGUAGES, Assignment

READER = "jupytext"
"""What notebooks are read with: an extra. Without it none can be released either."""


def inspect_notebook(kit: Kit, assignment: Assignment) -> Iterator[str]:
    """What a release would stumble over, and cells that only one language has."""
    if find_spec(READER) is None or not _can_be_filled(kit, assignment):
        return
    from autograder.notebooks.source import notebook_parts, without_twin

    try:
        for language in LANGUAGES:
            notebook_parts(kit, assignment, language)
    except AssignmentError as error:
        yield f"{assignment.name}: {error}"
        return
    for line in without_twin(assignment):
        yield f"{assignment.name}: {line}"


def _can_be_filled(kit: Kit, assignment: Assignment) -> bool:
    """Whether there is a notebook, and what its cells are filled from."""
    needed = (assignment.folder / "notebook.py", kit.template_path(assignment), kit.solution_path(assignment))
    return all(path.is_file() for path in needed)
