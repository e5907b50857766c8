"""No platform: a folder for each student, or one archive for each, in one place."""

from __future__ import annotations

from collections.abc import Iterator

from autograder.archives import Refused, archive_suffix
from autograder.collect.model import Found, Stray, Wanted
from autograder.collect.tree import Node, gathered


def recognises(root: Node) -> bool:
    """Whether archives lie there, or folders with files in them; a folder of folders is one step too high."""
    return any(archive_suffix(child.name) or (child.is_folder and _holds_files(child)) for child in root.visible())


def _holds_files(folder: Node) -> bool:
    try:
        return any(not child.is_folder for child in folder.visible())
    except Refused:
        return True


def find(root: Node, wanted: Wanted) -> Iterator[Found | Stray]:
    """One attempt for each folder and each archive."""
    for node in root.visible():
        suffix = archive_suffix(node.name)
        if node.is_folder:
            yield Found(node.name, node.name, node, node.name, keys=(node.name,))
        elif suffix is not None:
            student = node.name.removesuffix(suffix)
            yield Found(student, student, gathered(student, [node]), node.name, keys=(student,))
        else:
            yield Stray(node.name, "neither a student's folder nor an archive")
