"""For students: the public checks on the files of a folder, through the same worker that marks are made with."""

from __future__ import annotations

from pathlib import Path

from autograder.catalog import Kit, find_kit
from autograder.errors import KitNotFound, SubmissionsError
from autograder.marking import mark
from autograder.model import Report
from autograder.rubrics import rubric_for
from autograder.submissions import submission_in


def kit_for(folder: Path, named: Path | None) -> Kit:
    """The kit named, or found upwards from the student's folder, or else from the current one."""
    try:
        return find_kit(folder, named)
    except KitNotFound:
        if named is not None:
            raise
        return find_kit(Path.cwd())


def names_in(kit: Kit, folder: Path, name: str | None) -> tuple[str, ...]:
    """The assignments to check: ``name``, or each one whose file lies in the folder.

    Raises ``SubmissionsError`` where there is no file to check and ``UnknownAssignment`` for a name
    nobody knows.
    """
    if not folder.is_dir():
        raise SubmissionsError(f"{folder} is no folder: name the one your files are in with --path")
    wanted = wanted_in(kit, name)
    found = tuple(each for each in wanted if any((folder / f"{each}{ending}").exists() for ending in (".py", ".ipynb")))
    if not found:
        files = " or ".join(f"{each}.py" for each in wanted)
        raise SubmissionsError(f"no {files} in {folder.resolve()}: go to its folder or name it with --path")
    return found


def wanted_in(kit: Kit, name: str | None) -> tuple[str, ...]:
    """The assignment called ``name``, with or without ``.py``, or all of them; raises ``UnknownAssignment``."""
    return kit.names if name is None else (kit.assignment(name.removesuffix(".py")).name,)


def check(kit: Kit, name: str, folder: Path, seed: int, *, echo: bool = True) -> Report:
    """The report on one file by the public checks; with ``echo`` the student's prints are shown as they come."""
    rubric = rubric_for(kit, name, seed, public=True, reveal=True, echo=echo)
    return mark(submission_in(folder, rubric.assignment), rubric)
