"""What every worker gets once a run: the assignment's files, the run's seed, and what has to be the same there."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np

from autograder.catalog import Kit
from autograder.crew import Recipe
from autograder.errors import ClusterError
from autograder.model import Mode
from autograder.release import ENGINE
from autograder.routes.staff_kit import staff_kit


@dataclass(frozen=True)
class Build:
    """What marks depend on besides the assignment; ``engine`` is a hash of its files."""

    engine: str
    python: str
    numpy: str


@dataclass(frozen=True)
class Parcel:
    """A recipe with the files of its kit, by name; ``digest`` is theirs and ``build`` the sender's."""

    files: Mapping[str, bytes]
    digest: str
    build: Build
    name: str
    seed: int
    sandbox: Mode


def packed(recipe: Recipe) -> Parcel:
    """What another machine needs to mark as this one would; raises ``AssignmentError``."""
    carried = staff_kit(recipe.kit, recipe.kit.assignment(recipe.name))
    files = {name: data for name, data in carried.items() if not name.startswith("autograder/")}
    return Parcel(files, digest(files), this_build(), recipe.name, recipe.seed, recipe.sandbox)


def unpacked(parcel: Parcel, folder: Path) -> Recipe:
    """The recipe, with its kit in the empty ``folder``; raises ``ClusterError`` where marks could come out other."""
    _require_same(parcel.build, this_build())
    if digest(parcel.files) != parcel.digest:
        raise ClusterError("the assignment's files have not arrived as they were sent")
    for name, data in parcel.files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return Recipe(Kit(folder), parcel.name, parcel.seed, parcel.sandbox)


def _require_same(wanted: Build, here: Build) -> None:
    other = [each.name for each in fields(Build) if getattr(wanted, each.name) != getattr(here, each.name)]
    if other:
        raise ClusterError(f"it has another {' and another '.join(other)}: install there what is installed here")


def this_build() -> Build:
    """What is installed here."""
    engine = {path.relative_to(ENGINE).as_posix(): path.read_bytes() for path in ENGINE.rglob("*.py")}
    return Build(digest(engine), platform.python_version(), np.__version__)


def digest(files: Mapping[str, bytes]) -> str:
    """SHA-256 of files with their names, in hexadecimal; none can pass for the end of another."""
    total = hashlib.sha256()
    for name, data in sorted(files.items()):
        total.update(f"{name}\0{len(data)}\0".encode() + data)
    return total.hexdigest()
