"""Builds the zip: scripts, the engine, one assignment's staff files, the packages; the same bytes for the same input.

``build_bundle`` reads as the list of its steps. The zip holds the solution and a secret seed: it is for staff.
"""

from __future__ import annotations

import os
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from autograder.catalog import Kit
from autograder.errors import OutputError
from autograder.release import LONG_AGO
from autograder.report.jsons import lines
from autograder.routes.gradescope.config import FILENAME, Config
from autograder.routes.gradescope.outcome import UNFINISHED, fault
from autograder.routes.gradescope.wheels import DEFAULT_PYTHON, collected, pythons_of, ready, required
from autograder.routes.staff_kit import staff_kit
from autograder.rubrics import rubric_for

SCRIPTS = ("setup.sh", "run_autograder")
PINS = "constraints.txt"


@dataclass(frozen=True)
class Bundle:
    """Where the zip is, and what is in it."""

    path: Path
    names: tuple[str, ...]


def build_bundle(kit: Kit, config: Config, out: Path, wheels: Mapping[str, Path]) -> Bundle:
    """Write the zip; without ``wheels`` an image takes packages from the network.

    Raises ``KitError`` where the assignment's own files are wrong, or ``out`` cannot be written.
    """
    rubric_for(kit, config.assignment, config.seed)  # what does not load here will not load there
    taken = {f"kit/{place}": data for place, data in staff_kit(kit, kit.assignment(config.assignment)).items()}
    contents = {**_scripts(config, pythons_of(wheels)), **_texts(kit, config), **taken}
    try:
        _write(out, contents, wheels)
    except OSError as error:
        raise OutputError(f"{out} cannot be written ({error.strerror}): name another file") from error
    return Bundle(out, tuple(sorted((*contents, *(f"wheels/{name}" for name in wheels)))))


def wheels_for(kit: Kit, pythons: tuple[str, ...], folder: Path | None) -> dict[str, Path]:
    """The wheels in ``folder``; without one, those for ``pythons``, collected once into ``build/wheels``."""
    if folder is not None:
        return ready(folder)
    return collected(kit.root / "build" / "wheels", pythons or (DEFAULT_PYTHON,), constraints_of(kit))


def constraints_of(kit: Kit) -> Path | None:
    """The kit's list of pinned versions, if it has one."""
    path = kit.root / PINS
    return path if path.is_file() else None


def _scripts(config: Config, pythons: tuple[str, ...]) -> dict[str, bytes]:
    """Both scripts, with what they need to know filled in."""
    folder = files(__package__) / "templates"
    words = {"@PYTHONS@": " ".join(pythons), "@TIMEOUT@": str(config.timeout)}
    return {name: _filled((folder / name).read_text(encoding="utf-8"), words).encode() for name in SCRIPTS}


def _filled(text: str, words: dict[str, str]) -> str:
    for word, value in words.items():
        text = text.replace(word, value)
    return text


def _texts(kit: Kit, config: Config) -> dict[str, bytes]:
    """The settings, what is installed, and the results for a submission over which everything here ended."""
    pins = constraints_of(kit)
    texts = {
        FILENAME: config.text(),
        "fallback.json": lines(fault(UNFINISHED, config.language), ascii_only=False),
        "requirements.txt": "".join(f"{each}\n" for each in required()),
        PINS: pins.read_text(encoding="utf-8") if pins else "",
    }
    return {name: text.encode() for name, text in texts.items()}


def _write(out: Path, contents: Mapping[str, bytes], wheels: Mapping[str, Path]) -> None:
    """Write the zip whole or not at all."""
    out.parent.mkdir(parents=True, exist_ok=True)
    beside = out.with_name(f".{out.name}.{os.getpid()}.tmp")
    try:
        with zipfile.ZipFile(beside, "w") as archive:
            for name, data in sorted(contents.items()):
                archive.writestr(_entry(name, zipfile.ZIP_DEFLATED), data)
            for name, path in sorted(wheels.items()):
                archive.writestr(_entry(f"wheels/{name}", zipfile.ZIP_STORED), path.read_bytes())
        os.replace(beside, out)
    finally:
        beside.unlink(missing_ok=True)


def _entry(name: str, compression: int) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, LONG_AGO)
    entry.create_system = 3  # Unix, also where this is built on Windows: or the mode means nothing
    entry.external_attr = (0o100755 if name in SCRIPTS else 0o100644) << 16
    entry.compress_type = compression
    return entry
