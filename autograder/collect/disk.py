"""A folder as a tree. No link is followed, and only ordinary files of one name are opened."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import partial
from itertools import islice
from pathlib import Path

from autograder import messages
from autograder.archives import Kind, Refused, open_regular, shown, too_large
from autograder.collect.tree import Node

MAX_LISTED = 100_000
"""Entries of one folder: a class whose files all lie side by side."""


def on_disk(path: Path) -> Node:
    """The folder's tree."""
    return Node(path.resolve().name, Kind.FOLDER, partial(_children, path), path=path)


def file_on_disk(path: Path) -> Node:
    """One file by itself."""
    return Node(path.name, Kind.FILE, data=partial(read_regular, path), path=path)


def _children(folder: Path) -> Sequence[Node]:
    try:
        with os.scandir(folder) as entries:
            found = [_node(entry) for entry in islice(entries, MAX_LISTED + 1)]
    except OSError as error:
        raise Refused(messages.UNREADABLE.format(filename=shown(folder.name), reason=error.strerror)) from error
    if len(found) > MAX_LISTED:
        raise Refused(messages.FOLDER_TOO_FULL.format(limit=MAX_LISTED, filename="the submissions"))
    return sorted(found, key=lambda node: node.name)


def _node(entry: os.DirEntry[str]) -> Node:
    path = Path(entry.path)
    if entry.is_dir(follow_symlinks=False):
        return Node(entry.name, Kind.FOLDER, partial(_children, path), path=path)
    if entry.is_file(follow_symlinks=False):
        return file_on_disk(path)
    link = messages.IS_A_LINK.format(filename=shown(entry.name)) if entry.is_symlink() else None
    return Node(entry.name, Kind.OTHER, problem=link, path=path)


def read_regular(path: Path, limit: int) -> bytes:
    """The bytes of an ordinary file that has no second name, ``limit`` at most; raises ``Refused``."""
    try:
        with open_regular(path) as file:
            there = os.fstat(file.fileno())
            if there.st_nlink > 1:
                raise Refused(messages.HARD_LINKED.format(filename=shown(path.name)))
            data = file.read(limit + 1) if there.st_size <= limit else b""
    except OSError as error:
        raise Refused(messages.UNREADABLE.format(filename=shown(path.name), reason=error.strerror)) from error
    if max(len(data), there.st_size) > limit:
        raise Refused(too_large(path.name, max(len(data), there.st_size), limit / 1e6))
    return data
