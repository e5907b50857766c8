"""Where a release goes: put together beside the place, and moved there whole, or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from autograder.errors import OutputError
from autograder.release import FOLDER
from autograder.releases.manifest import MANIFEST, STAFF, STUDENTS, SUMS

MARKER = ".coursework-release"
OURS = (STUDENTS, STAFF, MANIFEST, SUMS, FOLDER, f"{FOLDER}.zip")
"""What a release writes, and what one of an earlier version wrote; nothing else is ever removed."""


def refuse_foreign(out: Path) -> None:
    """Raise ``OutputError`` where ``out`` holds anything but an earlier release."""
    if out.exists() and not out.is_dir():
        raise OutputError(f"{out} is a file: name a folder")
    if out.is_dir() and any(out.iterdir()) and not (out / MARKER).is_file():
        raise OutputError(f"{out} is not empty and holds no earlier release: name a new or empty folder")


@contextmanager
def put_together(out: Path) -> Iterator[Path]:
    """A new folder whose contents replace the release in ``out`` at the end; if the block raises, nothing has changed.

    Raises ``OutputError`` where that cannot be written.
    """
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{out.name}-", dir=out.parent) as beside:
            new = Path(beside) / "new"
            new.mkdir()
            yield new
            _exchange(out, new, Path(beside) / "old")
    except OSError as error:
        raise OutputError(f"{out} cannot be written ({error.strerror}): name another folder") from error


def _exchange(out: Path, new: Path, old: Path) -> None:
    """Move what lies in ``new`` to ``out``, and what was there to ``old``; back again if anything fails."""
    old.mkdir()
    out.mkdir(exist_ok=True)
    (out / MARKER).write_text("A release was written here; the next one replaces it.\n", encoding="utf-8")
    away = [(out / name, old / name) for name in OURS if (out / name).exists()]
    done: list[tuple[Path, Path]] = []
    try:
        for source, target in (*away, *((path, out / path.name) for path in sorted(new.iterdir()))):
            os.rename(source, target)
            done.append((source, target))
    except OSError:
        for source, target in reversed(done):
            os.rename(target, source)
        raise
