"""The packages that the engine needs, as wheels for the Python of an image, which can install them without network."""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from autograder.errors import OutputError
from autograder.release import REQUIREMENTS

OLDEST = (3, 11)
DEFAULT_PYTHON = "3.12"
"""Of Ubuntu 24.04, the oldest of Gradescope's Ubuntu images whose own Python is new enough."""

PIP = "pip==25.3"
"""Goes along, so that an image needs nothing but Python itself."""

PLATFORMS = ("manylinux_2_28_{}", "manylinux_2_17_{}", "manylinux2014_{}")
SHOWN = 200


def required() -> tuple[str, ...]:
    """The requirements as they hold in an image, which runs Linux whatever this machine runs."""
    return tuple(each.partition(";")[0].strip() for each in REQUIREMENTS)


def collected(
    cache: Path, pythons: Iterable[str], constraints: Path | None, machine: str = "x86_64"
) -> dict[str, Path]:
    """Wheels for each of ``pythons``, by file name; those of an earlier time are in ``cache``.

    Raises ``OutputError`` where they cannot be had.
    """
    pins = constraints.read_text(encoding="utf-8") if constraints else ""
    found: dict[str, Path] = {}
    for python in pythons:
        if not re.fullmatch(r"3\.\d+", python) or int(python[2:]) < OLDEST[1]:
            raise OutputError(f"--python {python}: the engine needs Python 3.11 or newer, told as 3.12")
        wanted = "\n".join((*required(), PIP, pins, python, machine))
        folder = cache / f"{python}-{machine}-{hashlib.sha256(wanted.encode()).hexdigest()[:12]}"
        if not folder.is_dir():
            _download(folder, python, constraints, machine)
        found |= _wheels_in(folder)
    return found


def ready(folder: Path) -> dict[str, Path]:
    """The wheels that lie in ``folder``; raises ``OutputError`` where one that is needed is missing."""
    found = _wheels_in(folder)
    if missing := [name for name in map(_name, required()) if name not in {_name(each) for each in found}]:
        raise OutputError(f"{folder} holds no wheel of {', '.join(missing)}: leave --wheels out to collect them")
    return found


def pythons_of(wheels: Iterable[str]) -> tuple[str, ...]:
    """The Pythons that these wheels are for: those of numpy, which alone is made for each."""
    tags = (re.search(r"-cp3(\d+)-", name) for name in wheels if _name(name) == "numpy")
    return tuple(f"3.{minor}" for minor in sorted({int(tag[1]) for tag in tags if tag}))


def _wheels_in(folder: Path) -> dict[str, Path]:
    return {path.name: path for path in sorted(folder.glob("*.whl"))}


def _name(requirement: str) -> str:
    """The distribution's name, from a requirement or from a wheel's file name."""
    return re.sub(r"[-_.]+", "-", re.split(r"[<>=!~]|-\d", requirement)[0]).lower()


def _download(folder: Path, python: str, constraints: Path | None, machine: str) -> None:
    """Put the wheels into ``folder``, all or none."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.parent) as beside:
            _pip(["--only-binary", ":all:", "--no-deps", PIP], Path(beside))
            pins = ["--constraint", str(constraints)] if constraints else []
            platforms = [word for each in PLATFORMS for word in ("--platform", each.format(machine))]
            target = ["--implementation", "cp", "--python-version", python, *platforms]
            _pip(["--only-binary", ":all:", *target, *pins, *required()], Path(beside))
            shutil.copytree(beside, folder)
    except OSError as error:
        raise OutputError(f"{folder} cannot be written ({error.strerror}): name ready wheels with --wheels") from error


def _pip(words: list[str], folder: Path) -> None:
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--dest", str(folder)]
    done = subprocess.run([*pip, *words], capture_output=True, text=True, check=False)
    if done.returncode:
        said = [line for line in done.stderr.splitlines() if "ERROR" in line] or done.stderr.splitlines() or ["no word"]
        raise OutputError(
            f"wheels cannot be collected ({said[-1][:SHOWN]}): name ready ones with --wheels, "
            "or say --without-wheels where images have network"
        )
