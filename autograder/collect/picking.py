"""Which files of a submission are collected, and under which names."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from autograder import messages
from autograder.archives import CAPS, Refused, archive_suffix, listed, lookalike
from autograder.collect.model import Wanted
from autograder.collect.names import safe_file
from autograder.collect.tree import Node

FILE_BYTES = int(CAPS.archive_mb * 1e6)
ALL_BYTES = int(CAPS.unpacked_mb * 1e6)
MAX_ENTRIES = CAPS.entries

SYSTEMS_OWN = re.compile(
    r"(?P<stem>.+?)(?: - (?:copy|kopie|副本))?(?: ?\(\d{1,3}\))?(?P<ending>\.py|\.ipynb)(?:\.txt)?", re.I | re.DOTALL
)
"""What browsers, Explorer and Notepad make of a name: ``x (1).py``, ``x - Copy.py``, ``x.py.txt``."""

Parts = tuple[str, ...]
Place = tuple[Parts, Node]


@dataclass(frozen=True)
class Picked:
    """The files' bytes by their places; ``called`` is the assignment's file's own name, where it was given another."""

    files: Mapping[Parts, bytes]
    called: str = ""


def picked(content: Node, wanted: Wanted) -> Picked:
    """What is collected of a submission; raises ``Refused`` where it is not clear what that is.

    With an assignment: its file or notebook, from the shallowest folder that has one, with what it uses; or else the
    archives of the shallowest folder that has any; or else everything, so that what was handed in instead can be named.
    The one file whose name a system has changed, or that differs in case alone, gets the right name.
    """
    levels = list(_levels(content, wanted))
    if wanted.assignment and (found := _misnamed(levels, wanted)):
        return _renamed(*found, wanted)
    ways = ((_is_called(wanted.own), _is_called(wanted.files)), (_is_archive, _is_archive))
    for tells, fits in ways if wanted.assignment else ():
        for level in levels:
            if any(tells(node) for _, node in level):
                return Picked(_read([place for place in level if fits(place[1])], lambda parts: parts[-1:]))
    return Picked(_read([place for level in levels for place in level], lambda parts: parts))


def _misnamed(levels: Sequence[Sequence[Place]], wanted: Wanted) -> tuple[Sequence[Place], str] | None:
    """The level and the name of the one file that can only be the assignment's; None where another may be meant."""
    meant = [(level, node.name) for level in levels for _, node in level if _meant(node.name, wanted)]
    archives = any(_is_archive(node) for level in levels for _, node in level)
    return meant[0] if len(meant) == 1 and not archives and meant[0][1] not in wanted.own else None


def _meant(name: str, wanted: Wanted) -> str | None:
    """The assignment's file that goes by this name once what systems add is taken off."""
    parsed = SYSTEMS_OWN.fullmatch(name)
    alike = {lookalike(each): each for each in wanted.own}
    return alike.get(lookalike(parsed["stem"] + parsed["ending"])) if parsed else None


def _renamed(level: Sequence[Place], name: str, wanted: Wanted) -> Picked:
    """The file under its right name, with what lies beside it that the assignment uses."""
    right, fits = str(_meant(name, wanted)), _is_called(wanted.files)
    places = [place for place in level if place[1].name == name or fits(place[1])]
    return Picked(_read(places, lambda parts: (right,) if parts[-1] == name else parts[-1:]), name)


def _is_called(names: Sequence[str]) -> Callable[[Node], bool]:
    """Whether something is called by one of the names, or nearly so: ``grade`` says what is wrong."""
    alike = {lookalike(name) for name in names}
    return lambda node: lookalike(node.name) in alike


def _is_archive(node: Node) -> bool:
    return archive_suffix(node.name) is not None


def _levels(content: Node, wanted: Wanted) -> Iterator[list[Place]]:
    """What lies in the folder and is no folder, then what lies one step deeper, and so on."""
    folders: list[Place] = [((), content)]
    count = 0
    while folders:
        inside = [((*parts, node.name), node) for parts, folder in folders for node in folder.visible()]
        count += len(inside)
        if count > MAX_ENTRIES:
            wish = wanted.files[0] if wanted.files else "what was asked for"
            raise Refused(messages.FOLDER_TOO_FULL.format(limit=MAX_ENTRIES, filename=wish))
        folders = [place for place in inside if place[1].is_folder]
        yield [place for place in inside if not place[1].is_folder]


def _read(places: Sequence[Place], put: Callable[[Parts], Parts]) -> dict[Parts, bytes]:
    """Each file's bytes, at the place that ``put`` gives it, with names that any system can write."""
    targets = [tuple(map(safe_file, put(parts))) for parts, _ in places]
    _refuse_twins([parts for parts, _ in places], targets)
    files: dict[Parts, bytes] = {}
    left = ALL_BYTES
    for target, (_, node) in zip(targets, places, strict=True):
        files[target] = node.read(FILE_BYTES)
        left -= len(files[target])
        if left < 0:
            raise Refused(messages.ARCHIVE_UNPACKS_TOO_LARGE.format(limit=CAPS.unpacked_mb))
    return files


def _refuse_twins(places: Sequence[Parts], targets: Sequence[Parts]) -> None:
    """Raise ``Refused`` where any system would take two of the files for one, or a file for a folder."""
    steps = [tuple(map(lookalike, target)) for target in targets]
    folders = {step[:depth] for step in steps for depth in range(1, len(step))}
    seen: dict[Parts, Parts] = {}
    for place, step in zip(places, steps, strict=True):
        if step in seen or step in folders:
            names = sorted(map("/".join, {place, seen.get(step, place)}))
            raise Refused(messages.SEVERAL_FILES.format(names=listed(names)))
        seen[step] = place
