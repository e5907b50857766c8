"""What students get holds everything that these tools need, and both READMEs speak of them."""

from __future__ import annotations

import shutil

import pytest

from autograder.catalog import Kit
from autograder.release import CONFTEST, released_files
from tests.support import ROOT

NAMES = ("max_pooling", "mean_pooling")


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The files of a release of two assignments, one of which cannot be drawn."""
    root = tmp_path_factory.mktemp("kit")
    for name in NAMES:
        ignored = shutil.ignore_patterns("__pycache__", *(["show.py"] if name == "max_pooling" else []))
        shutil.copytree(ROOT / "assignments" / name, root / "assignments" / name, ignore=ignored)
        for folder in ("solutions", "student_template"):
            (root / folder).mkdir(exist_ok=True)
            shutil.copy(ROOT / folder / f"{name}.py", root / folder)
    return released_files(Kit(root))


def test_pytest_finds_the_plugin(released: dict[str, bytes]) -> None:
    """By the one conftest of the folder."""
    assert released["conftest.py"].decode() == CONFTEST
    assert "autograder/pytest_plugin.py" in released


def test_what_can_be_drawn_is_handed_out(released: dict[str, bytes]) -> None:
    """``show.py`` goes out where an assignment has one, and is not asked of the others."""
    assert "assignments/mean_pooling/show.py" in released
    assert "assignments/max_pooling/show.py" not in released


@pytest.mark.parametrize("name", ["README.md", "README.zh.md"])
def test_the_readme_names_each_tool(released: dict[str, bytes], name: str) -> None:
    """With examples that work: the picture is of something that can be drawn."""
    text = released[name].decode()
    for told in ("check --watch", "pytest -k backward", "%autograder max_pooling", "explain max_pooling",
                 "show mean_pooling", 'check_here("max_pooling")', "pip install watchfiles"):  # fmt: skip
        assert told in " ".join(text.split()).replace("pip install watchfiles pytest", "pip install watchfiles"), told


@pytest.mark.parametrize("module", ["watch", "explain", "handouts", "here", "windows", "show/run", "cli/show"])
def test_the_tools_are_no_staff_s(released: dict[str, bytes], module: str) -> None:
    """They go out with the engine."""
    assert f"autograder/{module}.py" in released
