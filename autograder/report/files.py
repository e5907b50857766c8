"""Writes files whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from autograder.errors import OutputError

UNFINISHED = ".tmp"
"""The end of the name of a file that is being written; before it stands the number of the writer's process."""


def write_text(path: Path, text: str) -> None:
    """Put ``text`` at ``path``, as ``write_bytes`` does."""
    # UTF-8 cannot hold what a file name in another encoding becomes; nothing may be lost over that.
    write_bytes(path, text.encode("utf-8", errors="backslashreplace"))


def write_bytes(path: Path, data: bytes) -> None:
    """Put ``data`` at ``path``, so that a reader sees the old file or the new one and never a part.

    Raises ``OutputError`` where it cannot be written.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}{UNFINISHED}")
    try:
        write_new(temporary, data)
        os.replace(temporary, path)
    except OSError as error:
        _discard(temporary)
        raise OutputError(f"{path} cannot be written ({error.strerror}): name another folder with --out") from error


def discard_abandoned(unfinished: Iterable[Path]) -> None:
    """Remove those of the unfinished files whose writer was killed."""
    for path in unfinished:
        writer = path.name.split(".")[-2]
        if writer.isdecimal() and not _is_running(int(writer)):
            _discard(path)


def _is_running(process: int) -> bool:
    if os.name != "posix":  # there to ask would be to kill
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # somebody else's
        return True
    return True


def write_new(path: Path, data: bytes) -> None:
    """Write a file; its folder may not be there yet. Raises ``OSError``."""
    try:
        path.write_bytes(data)
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def _discard(path: Path) -> None:
    try:
        path.unlink()
    except OSError:  # it was never made
        pass
