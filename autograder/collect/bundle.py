"""A class's zip as a tree. A name that leads elsewhere, or an entry that is no file, costs its own student alone."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

from autograder.archives import Guarded, Kind, Refused, open_regular, parsing, parts_of, too_large, zip_data, zip_kind
from autograder.collect.tree import Node
from autograder.errors import CollectError
from autograder.model import Text

DIRECTORY_BYTES = 64 << 20
"""Of a zip's table of contents: a few hundred thousand entries."""


class Folder:
    """A folder of the zip while it is filled."""

    def __init__(self) -> None:
        self.folders: dict[str, Folder] = {}
        self.files: list[Node] = []

    def below(self, parts: Sequence[str]) -> Folder:
        """The folder so many steps down, made where it is not there yet."""
        folder = self
        for part in parts:
            folder = folder.folders.setdefault(part, Folder())
        return folder

    def nodes(self) -> Sequence[Node]:
        """What lies in it, in order of the names."""
        folders = [Node(name, Kind.FOLDER, folder.nodes) for name, folder in self.folders.items()]
        return sorted([*folders, *self.files], key=lambda node: node.name)


@contextmanager
def unzipped(path: Path) -> Iterator[Node]:
    """The zip's tree, readable as long as the block lasts; raises ``CollectError`` where it is no zip."""
    with ExitStack() as open_files:
        try:
            with parsing():
                file = open_files.enter_context(open_regular(path))
                archive = open_files.enter_context(zipfile.ZipFile(Guarded(file, DIRECTORY_BYTES)))
        except Refused as refused:
            raise CollectError(f"{path}: {refused.text.en}") from refused
        yield Node(path.stem, Kind.FOLDER, _filled(archive).nodes)


def _filled(archive: zipfile.ZipFile) -> Folder:
    top = Folder()
    for info in archive.infolist():
        parts, problem = _steps(info.orig_filename)
        if zip_kind(info) is Kind.FOLDER and problem is None:
            top.below(parts)
        else:
            data = partial(_bytes, archive, info)
            top.below(parts[:-1]).files.append(Node(parts[-1], zip_kind(info), data=data, problem=problem))
    return top


def _steps(name: str) -> tuple[tuple[str, ...], Text | None]:
    """An entry's place; of a name that leads elsewhere, the place it would have without that, and what is wrong."""
    try:
        return parts_of(name), None
    except Refused as refused:
        steps = [step for step in name.replace("\\", "/").split("/") if step not in ("", ".", "..")]
        return tuple(steps) or ("?",), refused.text


def _bytes(archive: zipfile.ZipFile, info: zipfile.ZipInfo, limit: int) -> bytes:
    if info.file_size > limit:
        raise Refused(too_large(info.orig_filename.rpartition("/")[2], info.file_size, limit / 1e6))
    with parsing():
        return zip_data(archive, info)
