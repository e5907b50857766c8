"""A source of submissions as a tree, whether it is a folder or a zip. Nothing is read before it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from autograder import messages
from autograder.archives import Kind, Refused, is_noise, shown
from autograder.errors import CollectError
from autograder.model import Text


def _without_bytes(limit: int) -> bytes:
    """Of what is no file."""
    return b""


@dataclass(frozen=True)
class Node:
    """A folder, a file, or what stands in the place of one: then ``problem`` says why it is not read.

    ``children`` and ``data`` raise ``Refused``. ``path`` is where it lies on disk, None inside a zip.
    """

    name: str
    kind: Kind
    children: Callable[[], Sequence[Node]] = tuple
    data: Callable[[int], bytes] = _without_bytes
    problem: Text | None = None
    path: Path | None = None

    @property
    def is_folder(self) -> bool:
        """Whether there may be something in it; a link to a folder is none."""
        return self.kind is Kind.FOLDER

    @property
    def is_visible(self) -> bool:
        """Whether a student put it there: neither hidden nor left behind by an operating system."""
        return not self.name.startswith(".") and not is_noise((self.name,))

    def visible(self) -> list[Node]:
        """What students put into the folder."""
        return [child for child in self.children() if child.is_visible]

    def child(self, name: str) -> Node | None:
        """What the folder holds under just that name."""
        return next((child for child in self.children() if child.name == name), None)

    def read(self, limit: int) -> bytes:
        """The file's bytes, ``limit`` at most, or ``Refused``."""
        if self.problem is not None:
            raise Refused(self.problem)
        if self.kind is Kind.FOLDER:
            raise Refused(messages.NOT_A_FILE.format(filename=shown(self.name)))
        if self.kind is Kind.OTHER:
            raise Refused(messages.NOT_REGULAR.format(filename=shown(self.name)))
        return self.data(limit)


def gathered(name: str, nodes: Sequence[Node]) -> Node:
    """A folder that was none before: files of one student that lay among everybody's."""
    return Node(name, Kind.FOLDER, lambda: nodes)


@contextmanager
def opened(source: Path) -> Iterator[Node]:
    """The source's tree, readable inside the block; raises ``CollectError`` where it is neither folder nor zip."""
    from autograder.collect.bundle import unzipped
    from autograder.collect.disk import on_disk

    if source.is_dir():
        yield on_disk(source)
    elif source.is_file() and source.name.lower().endswith(".zip"):
        with unzipped(source) as root:
            yield root
    else:
        raise CollectError(f"{source} is neither a folder nor a .zip: name what the platform let you download")
