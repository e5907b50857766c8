"""Plain ``pytest`` in a student's folder runs the public checks, and the plugin is nobody's elsewhere."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.pytest_plugin import is_checked
from autograder.release import CONFTEST
from tests import tiny_kit as tiny
from tests.support import ROOT

WRONG_AND_UNFINISHED = """def add(a, b):
    print("looking")
    return 2 * (a + b)


def double(x):
    raise NotImplementedError
"""
PLAIN = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
"""Without whatever else is installed here, which takes longer to load than all tests to run."""


def run(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run pytest as a student does."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("PYTEST", "AUTOGRADER"))}
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-rsf", *arguments],
        cwd=folder,
        env={**kept, **PLAIN, "PYTHONPATH": str(ROOT), "COLUMNS": "200", "PYTHONIOENCODING": "utf-8", **environment},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A student's folder: the kit without what is staff's, the file, and the conftest of a release."""
    kit = tiny.tiny_kit(tmp_path / "mine")
    (kit.root / "assignments" / "adding" / "checks.py").unlink()
    (kit.root / "conftest.py").write_text(CONFTEST, encoding="utf-8")
    (kit.root / "adding.py").write_text(WRONG_AND_UNFINISHED, encoding="utf-8")
    return kit.root


def test_each_check_is_a_test_whose_failure_is_a_sentence(folder: Path) -> None:
    """The wrong one fails with value, pattern and hint, the unfinished one is skipped, and no code of ours is shown."""
    done = run(folder)
    assert done.returncode == 1
    assert "1 failed, 1 skipped" in done.stdout
    assert "FAILED adding.py::add::public_add - 2 of 2 values of the sum are wrong" in done.stdout
    assert "One and one are two." in done.stdout
    assert "yours is 4 (expected 2)" in done.stdout
    assert "the sum differs from what is right in most cells" in done.stdout
    assert "Hint: " in done.stdout
    assert "looking" in done.stdout  # what the student's code printed
    assert "Not written yet" in done.stdout
    assert "pytest_plugin.py" not in done.stdout


def test_tests_are_chosen_by_name(folder: Path) -> None:
    """By ``-k`` with an exercise, and by a test's full name; the file is never imported as a module of tests."""
    assert "1 skipped, 1 deselected" in run(folder, "-k", "double").stdout
    chosen = run(folder, "adding.py::add::public_add", AUTOGRADER_LANGUAGE="zh").stdout
    assert "1 failed in" in chosen
    assert "可能的问题" in chosen


def test_a_file_that_does_not_import_is_told_once(folder: Path) -> None:
    """With the student's own error and line; the other tests are skipped."""
    (folder / "adding.py").write_text(tiny.BAD_SYNTAX, encoding="utf-8")
    done = run(folder)
    assert "1 failed, 1 skipped" in done.stdout
    assert done.stdout.count("'(' was never closed (line 3)") >= 1
    assert "cannot be checked, as an earlier test says" in done.stdout


def test_a_right_file_passes(folder: Path) -> None:
    """All green, exit code 0."""
    (folder / "adding.py").write_text(tiny.GOOD, encoding="utf-8")
    done = run(folder)
    assert done.returncode == 0
    assert "2 passed" in done.stdout


def test_only_files_with_public_checks_beside_them_are_checked(folder: Path) -> None:
    """Not the kit's files, a test of the student's, or a notebook beside the file, and nothing of this project."""
    assert is_checked(folder / "adding.py")
    for other in ("conftest.py", "test_mine.py", "adding.txt", "adding.ipynb", "assignments/adding/public_checks.py"):
        assert not is_checked(folder / other)
    (folder / "adding.py").unlink()
    assert is_checked(folder / "adding.ipynb")
    project = [*ROOT.glob("*.py"), *(ROOT / "tests").rglob("*.py"), *(ROOT / "solutions").glob("*.py")]
    assert [path for path in project if is_checked(path)] == []
