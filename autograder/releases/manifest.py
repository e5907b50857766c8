"""``manifest.json`` and ``SHA256SUMS``: every file of a release, and what it is. Neither tells a seed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from autograder import __version__

MANIFEST = "manifest.json"
SUMS = "SHA256SUMS"
STUDENTS = "students"
STAFF = "staff"
AUDIENCES = (STUDENTS, STAFF)
"""The two folders of a release: what may be handed out, and what may not."""


def write_manifest(folder: Path, assignments: Iterable[str], forms: Iterable[str]) -> None:
    """Write both files for what lies in ``folder``."""
    found = {name: file_record(folder / name) for name in names_in(folder)}
    (folder / MANIFEST).write_text(manifest_text(found, assignments, forms), encoding="utf-8")
    found[MANIFEST] = file_record(folder / MANIFEST)
    (folder / SUMS).write_text("".join(f"{each['sha256']}  {name}\n" for name, each in found.items()), encoding="utf-8")


def manifest_text(found: Mapping[str, Mapping[str, Any]], assignments: Iterable[str], forms: Iterable[str]) -> str:
    """The manifest: what is for whom, with sizes in bytes; the same for the same files."""
    told: dict[str, Any] = {"version": __version__, "assignments": list(assignments), "forms": list(forms)}
    for audience in AUDIENCES:
        start = f"{audience}/"
        told[audience] = {name.removeprefix(start): each for name, each in found.items() if name.startswith(start)}
    return json.dumps(told, indent=2) + "\n"


def names_in(folder: Path) -> Iterator[str]:
    """Every file below ``folder``, in order."""
    names = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    yield from sorted(names)


def file_record(path: Path) -> dict[str, Any]:
    """A file's size and checksum."""
    data = path.read_bytes()
    return {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
