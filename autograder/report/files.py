"""Writes files whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

from autograder.errors import OutputError


def write_text(path: Path, text: str) -> None:
    """Put ``text`` at ``path``, so that a reader sees the old file or the new one and never a part.

    Raises ``OutputError`` where it cannot be written.
    """
    # UTF-8 cannot hold what a file name in another encoding becomes; nothing may be lost over that.
    data = text.encode("utf-8", errors="backslashreplace")
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        _write(temporary, data)
        os.replace(temporary, path)
    except OSError as error:
        _discard(temporary)
        raise OutputError(f"{path} cannot be written ({error.strerror}): name another folder with --out") from error


def _write(path: Path, data: bytes) -> None:
    """Write a file; most often its folder is there already."""
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
