"""For students: the public checks on the files of a folder, through the same worker that marks are made with."""

from __future__ import annotations

import difflib
import sys
from dataclasses import dataclass
from pathlib import Path

from autograder.archives import listed, lookalike
from autograder.catalog import Kit, find_kit
from autograder.errors import KitNotFound, SubmissionsError
from autograder.marking import mark
from autograder.model import Report, Text
from autograder.rubrics import rubric_for
from autograder.submissions import submission_in

ENDINGS = (".py", ".ipynb")
NO_FOLDER = Text(
    "{folder} is no folder: name the one your files are in with --path",
    "{folder} 不是文件夹：请用 --path 指明你的文件所在的文件夹",
)
NO_FILE = Text(
    "no {files} in {folder}: go to its folder or name it with --path",
    "{folder} 中没有 {files}：请进入它所在的文件夹，或用 --path 指明",
)
NEARLY = Text(
    "no {file} in {folder} (found: {found}): it has to have this very name",
    "{folder} 中没有 {file}（找到的是：{found}）：文件名必须与此完全一致",
)
UNREADABLE = Text("{folder} cannot be read ({reason})", "无法读取 {folder}（{reason}）")
ALIKE = 0.75
"""How much of a name has to agree for it to be meant, of 1."""


@dataclass(frozen=True)
class Wanted:
    """What a student has named: an assignment, or None for all, and the folder it is in."""

    name: str | None
    folder: Path


def kit_for(folder: Path, named: Path | None) -> Kit:
    """The kit named, or found upwards from the student's folder, or else from the current one."""
    try:
        return find_kit(folder, named)
    except KitNotFound:
        if named is not None:
            raise
        return find_kit(Path.cwd())


def wanted_of(named: str | None, folder: Path) -> Wanted:
    """What ``named`` means: an assignment's name, or the path of its file or notebook from ``folder``."""
    if named is None:
        return Wanted(None, folder)
    path = Path(named)
    return Wanted(path.stem if path.suffix in ENDINGS else path.name, folder / path.parent)


def names_in(kit: Kit, folder: Path, name: str | None) -> tuple[str, ...]:
    """The assignments to check: ``name``, or each one whose file lies in the folder, in the course's order.

    Raises ``SubmissionsError`` where there is no file to check and ``UnknownAssignment`` for a name
    nobody knows.
    """
    if not folder.is_dir():
        raise SubmissionsError(NO_FOLDER.format(folder=folder))
    wanted = wanted_in(kit, name)
    names = _names_of(folder)
    found = tuple(each for each in wanted if {f"{each}{ending}" for ending in ENDINGS} & names)
    if not found:
        raise SubmissionsError(_nothing_found(kit, wanted, names, folder.resolve()))
    return found


def missing_from(kit: Kit, found: tuple[str, ...], folder: Path) -> tuple[Text, ...]:
    """For each other assignment of the kit, that its file is not in the folder."""
    names = _names_of(folder)
    return tuple(_nothing_found(kit, (each,), names, folder.resolve()) for each in kit.in_order if each not in found)


def wanted_in(kit: Kit, name: str | None) -> tuple[str, ...]:
    """The assignment called ``name``, or all of them; raises ``UnknownAssignment``."""
    return kit.in_order if name is None else (kit.assignment(name).name,)


def _names_of(folder: Path) -> set[str]:
    """What lies in the folder, by the very names it has there: some file systems open it by others, too."""
    try:
        return {path.name for path in folder.iterdir()}
    except OSError as error:
        raise SubmissionsError(UNREADABLE.format(folder=folder, reason=error.strerror)) from error


def _nothing_found(kit: Kit, wanted: tuple[str, ...], names: set[str], folder: Path) -> Text:
    """That no file of these assignments is there, and which one may be meant to be: none of another's."""
    others = {f"{each}{ending}" for each in kit.names for ending in ENDINGS}
    files = [name for name in sorted(names - others) if Path(name).suffix.lower() in ENDINGS]
    near = [name for name in files if _resembles(name, wanted[0])]
    if len(wanted) == 1 and near:
        return NEARLY.format(file=f"{wanted[0]}.py", folder=folder, found=listed(near))
    en, zh = (word.join(f"{each}.py" for each in wanted) for word in (" or ", " 或 "))
    return Text(NO_FILE.en.format(files=en, folder=folder), NO_FILE.zh.format(files=zh, folder=folder))


def _resembles(name: str, wanted: str) -> bool:
    """Whether a file may be meant: ``Mean_Pooling.py``, ``mean_poolin.py`` and ``mean_pooling (1).py`` may."""
    stem = Path(lookalike(name)).stem
    return stem.startswith(wanted) or difflib.SequenceMatcher(None, stem, wanted).ratio() >= ALIKE


def check(kit: Kit, name: str, folder: Path, seed: int) -> Report:
    """The report on one file by the public checks, with what the student's code printed.

    Where workers do not keep that, it is shown as it comes.
    """
    rubric = rubric_for(kit, name, seed, public=True, reveal=True, echo=sys.platform != "linux")
    return mark(submission_in(folder, rubric.assignment), rubric)
