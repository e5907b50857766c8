"""The folder that a collection is written to: whole folders or none, and nothing that is not the collection's own."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from autograder.collect.record import NAME, begun, folders_in, read_record
from autograder.errors import OutputError
from autograder.report.files import write_new

WORK = ".collecting"
"""What is being written, and what it replaces, until both have their places."""

Files = Mapping[tuple[str, ...], bytes]


class Outbox:
    """A collection while it is written: made by ``outbox``."""

    def __init__(self, out: Path, before: set[str]) -> None:
        self._out = out
        self._work = out / WORK
        self._before = before
        self._put: set[str] = set()

    @property
    def gone(self) -> tuple[str, ...]:
        """What an earlier collection wrote and this one has not, in order."""
        return tuple(sorted(self._before - self._put))

    def begin(self, folders: Iterable[str]) -> None:
        """Write down which folders may change, and refuse those that no collection wrote."""
        wanted = set(folders)
        for name in sorted(wanted - self._before):
            if os.path.lexists(self._out / name):
                raise OutputError(f"{self._out / name} is not of an earlier collection: name another folder")
        self._discard_work()
        write_bytes(self._out / NAME, begun(wanted | self._before).encode())

    def put(self, folder: str, files: Files) -> None:
        """Let the folder hold just these files: all of them or what it held before."""
        self._put.add(folder)
        if _holds(self._out / folder, files):
            return
        new = self._work / "new" / folder
        for parts, data in files.items():
            write_new(new.joinpath(*parts), data)
        new.mkdir(parents=True, exist_ok=True)
        self._remove(folder)
        os.rename(new, self._out / folder)

    def finish(self, record: str) -> None:
        """Remove what is no longer in the collection, and write the record."""
        for name in self.gone:
            self._remove(name)
        self._discard_work()
        write_bytes(self._out / NAME, record.encode())

    def _remove(self, folder: str) -> None:
        """Take a folder away in one step; deleting it takes several."""
        if os.path.lexists(self._out / folder):
            (self._work / "old").mkdir(parents=True, exist_ok=True)
            os.rename(self._out / folder, self._work / "old" / folder)

    def _discard_work(self) -> None:
        if self._work.is_symlink():
            self._work.unlink()
        elif self._work.exists():
            shutil.rmtree(self._work)


@contextmanager
def outbox(out: Path, source: Path) -> Iterator[Outbox]:
    """The folder, made if need be; raises ``OutputError`` where it is not ours to write or cannot be written."""
    try:
        yield Outbox(out, _before(out, source))
    except OSError as error:
        raise OutputError(f"{out} cannot be written ({error.strerror}): name another folder") from error


def _before(out: Path, source: Path) -> set[str]:
    """The folders of an earlier collection; none in a new or empty folder."""
    here, there = out.resolve(), source.resolve()
    if here.is_relative_to(there) or there.is_relative_to(here):
        raise OutputError(f"{out} and {source} lie in one another: name another folder")
    if out.exists() and not out.is_dir():
        raise OutputError(f"{out} is a file: name a folder")
    out.mkdir(parents=True, exist_ok=True)
    told = read_record(out)
    if told is None and any(out.iterdir()):
        raise OutputError(f"{out} is not empty and holds no earlier collection: name a new or empty folder")
    return folders_in(told or {})


def write_bytes(path: Path, data: bytes) -> None:
    """Put a file in its place in one step."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    temporary.write_bytes(data)
    os.replace(temporary, path)


def _holds(folder: Path, files: Files) -> bool:
    """Whether the folder holds these files and nothing else."""
    if folder.is_symlink() or not folder.is_dir():
        return False
    there = {
        tuple(Path(at, name).relative_to(folder).parts)
        for at, folders, names in os.walk(folder)
        for name in (*names, *(each for each in folders if os.path.islink(os.path.join(at, each))))
    }
    return there == set(files) and all(_same(folder.joinpath(*parts), data) for parts, data in files.items())


def _same(path: Path, data: bytes) -> bool:
    return not path.is_symlink() and path.is_file() and path.read_bytes() == data
