"""House rules that no other test sees: what the files name, what the wheel holds, what is written down twice."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from autograder.release import REQUIREMENTS
from tests.support import ROOT

MADE = {".git", ".venv", "build", "dist", "__pycache__", ".pytest_cache", ".ruff_cache", ".mypy_cache", ".hypothesis"}
ELSEWHERE = (
    r"/home/\w",
    r"/Users/\w",
    r"/root/\w",
    r"/tmp/\w",
    r"\.\./sha" + "red",
    "py" + r"pi\.org",
    "python" + "hosted",
    r"file:" + "//",
    r"--(extra-)?index-" + "url",
)
"""Places of one machine, and hosts that packages come from; split up, so that this file holds none."""


def files() -> list[Path]:
    """Every file of the project that is not made from others."""
    found = (path.relative_to(ROOT) for path in sorted(ROOT.rglob("*")) if path.is_file())
    return [
        ROOT / path for path in found if not MADE & set(path.parts) and not path.parts[0].endswith(".egg-info")
    ]


def project() -> dict[str, object]:
    """What ``pyproject.toml`` says of the project."""
    data: dict[str, dict[str, object]] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return data["project"]


@pytest.mark.parametrize("pattern", ELSEWHERE)
def test_no_file_names_a_place_of_one_machine(pattern: str) -> None:
    """No path of a developer's own and no package host stands in any file."""
    found = [str(path.relative_to(ROOT)) for path in files() if re.search(pattern, text_of(path))]
    assert found == []


def text_of(path: Path) -> str:
    """The file's text; whatever is no text is skipped."""
    return path.read_bytes().decode("utf-8", errors="replace")


def test_constraints_are_plain_pins() -> None:
    """One name and one version a line, each name once, and every direct dependency among them."""
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if not line.startswith("#")]
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.+]+", line) for line in pins)
    names = [re.sub(r"[-_.]+", "-", line.split("==")[0]).lower() for line in pins]
    assert len(set(names)) == len(names)
    extras = project()["optional-dependencies"]
    assert isinstance(extras, dict)
    wanted = [*REQUIREMENTS, *(each for extra in extras.values() for each in extra)]
    assert {re.split(r"[<>=!~]", each)[0].lower() for each in wanted} <= set(names)


def test_students_install_what_the_engine_needs() -> None:
    """The release's requirements are the project's own dependencies."""
    assert project()["dependencies"] == list(REQUIREMENTS)


def test_the_wheel_holds_the_engine_alone(tmp_path: Path) -> None:
    """No assignment, solution or test goes into the wheel, and nothing of the engine is left out."""
    source = tmp_path / "source"
    shutil.copytree(ROOT / "autograder", source / "autograder", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md"):
        shutil.copy(ROOT / name, source)
    for name in ("assignments", "solutions", "tests"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir"]
    subprocess.run([*pip, str(tmp_path), str(source)], check=True, capture_output=True, timeout=120)
    (wheel,) = tmp_path.glob("*.whl")
    held = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    engine = (ROOT / "autograder").rglob("*")
    assert held == {
        path.relative_to(ROOT).as_posix() for path in engine if path.is_file() and "__pycache__" not in path.parts
    }
