"""Writes a file whole or not at all, and over another one only where that is wanted."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from autograder.errors import OutputError


def refuse_existing(path: Path, *, force: bool) -> None:
    """Raise ``OutputError`` where something is there already."""
    if path.is_dir():
        raise OutputError(f"{path} is a folder: name a file")
    if path.exists() and not force:
        raise OutputError(f"{path} exists: name another file, or replace it with --force")


def write_bytes(path: Path, data: bytes, *, force: bool) -> None:
    """Put ``data`` at ``path``; a reader sees the old file or the new one and never a part. Raises ``OutputError``."""
    refuse_existing(path, force=force)
    temporary = None
    try:
        number, name = tempfile.mkstemp(prefix=f".{path.name[:100]}.", dir=path.parent)
        temporary = Path(name)
        with os.fdopen(number, "wb") as file:
            file.write(data)
        os.replace(temporary, path)
    except OSError as error:
        if temporary is not None:
            with suppress(OSError):
                temporary.unlink()
        raise OutputError(f"{path} cannot be written ({error.strerror}): name another file") from error
