"""The public checks in a notebook: one line, a page that is safe to show, and plain text."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import autograder
from autograder.errors import KitNotFound, UnknownAssignment
from autograder.here import check_here, load
from tests import tiny_kit as tiny


@pytest.fixture(autouse=True)
def _in_the_kit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A notebook runs in its own folder, which the kit is at or above."""
    kit = tiny.tiny_kit(tmp_path / "kit")
    template = "def add(a, b):\n    # TODO(add): add\n    ...\n\n\ndef double(x):\n    # TODO(double): do\n    ...\n"
    (kit.root / "assignments" / "adding" / "template.py").write_text(template, encoding="utf-8")
    folder = kit.root / "notebooks"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.delenv("AUTOGRADER_LANGUAGE", raising=False)


def defined(source: str) -> dict[str, Any]:
    """What a notebook holds in which this was run."""
    names: dict[str, Any] = {}
    exec(source, names)
    return names


def test_everything_is_checked_or_what_is_named() -> None:
    """By assignment, by exercise, by both, or without a name."""
    names = defined(tiny.GOOD)
    for wanted in ((), ("adding",), ("adding", "double", "add")):
        result = check_here(*wanted, names=names)
        assert [each.exercise.name for each in result.exercises] == ["add", "double"]
        assert result.passed
    (only,) = check_here("double", names=names).exercises
    assert only.exercise.name == "double"


def test_the_text_says_what_the_terminal_says() -> None:
    """Signs, what seems to be wrong, the value expected, and that there are hidden checks."""
    told = str(check_here(names=defined(tiny.WRONG)))
    assert "✗ Adding two arrays (add)  0 / 60" in told
    assert "What seems to be wrong:" in told
    assert "(expected 2)" in told
    assert "✓ Doubling an array (double)" in told
    assert "hidden checks too" in told
    assert "\x1b" not in told


def test_the_text_is_one_output_in_jupyter_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """rich would show each line by itself there, and leave nothing to be told."""
    monkeypatch.setattr("rich.console._is_jupyter", lambda: True)
    assert "✗ Adding two arrays (add)  0 / 60" in str(check_here(names=defined(tiny.WRONG)))


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="there is no alarm here")
def test_a_loop_that_does_not_end_is_told(tmp_path: Path) -> None:
    """The exercise is stopped once it has overrun its time, and the others are checked."""
    toml = Path.cwd().parent / "assignments" / "adding" / "assignment.toml"
    toml.write_text(tiny.TOML.format(seconds=0.2), encoding="utf-8")
    told = str(check_here(names=defined(tiny.LOOPING_ADD)))
    assert "took longer than its 0.2 seconds" in told
    assert "✓ Doubling an array (double)" in told


def test_what_is_not_defined_is_named() -> None:
    """Its cell may not have been run yet: that is no exception."""
    told = str(check_here("add", names={}))
    assert "nothing is called add here: has its cell been run?" in told
    assert "exception" not in told


def test_the_page_escapes_what_comes_from_a_student() -> None:
    """An exception's text is text, and control characters are shown as signs."""
    source = tiny.RAISING.replace("<b>", "<script>alert(1)</script>\\x1b[2J<b>")
    page = check_here("add", names=defined(source))._repr_html_()
    assert "<script>" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "\x1b" not in page
    assert "KeyError" in page


def test_the_page_shows_every_exercise_with_a_sign() -> None:
    """Passed and unfinished, each by a sign beside its colour; nothing depends on a background."""
    page = check_here(names=defined(tiny.HALF))._repr_html_()
    assert "○" in page and "✓" in page
    assert "Not written yet" in page
    assert "background" not in page


def test_it_speaks_the_language_that_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """By argument, or for good by the environment."""
    names = defined(tiny.GOOD)
    assert "两个数组相加" in str(check_here(names=names, language="zh"))
    monkeypatch.setenv("AUTOGRADER_LANGUAGE", "zh")
    assert "两个数组相加" in check_here(names=names)._repr_html_()


def test_of_several_assignments_it_is_the_one_that_is_defined(monkeypatch: pytest.MonkeyPatch) -> None:
    """An exercise's name may stand in two assignments: what is defined decides, and otherwise nobody guesses."""
    other = Path.cwd().parent / "assignments" / "other"
    other.mkdir()
    toml = tiny.TOML.format(seconds=3)
    (other / "assignment.toml").write_text(toml, encoding="utf-8")
    (other / "public_checks.py").write_text(tiny.PUBLIC_CHECKS, encoding="utf-8")
    template = "def another():\n    # TODO(add): add\n    ...\n"
    (other / "template.py").write_text(template, encoding="utf-8")
    assert check_here("add", names=defined(tiny.GOOD)).assignment.name == "adding"
    with pytest.raises(UnknownAssignment, match=r"not clear .* write %autograder adding add or %autograder other add"):
        check_here("add", names={})


def test_what_cannot_be_meant_is_one_clear_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A name nobody knows, and a notebook that lies in no kit."""
    with pytest.raises(UnknownAssignment, match="no assignment or exercise of one is called 'times'"):
        check_here("times", names={})
    monkeypatch.chdir(tmp_path)
    with pytest.raises(KitNotFound):
        check_here("add", names={})


def test_the_call_takes_what_the_notebook_has_defined(monkeypatch: pytest.MonkeyPatch) -> None:
    """That is what stands in the main module."""
    main = ModuleType("__main__")
    vars(main).update(defined(tiny.GOOD))
    monkeypatch.setitem(sys.modules, "__main__", main)
    assert autograder.check_here("adding").passed


class Shell:
    """As much of an IPython shell as an extension needs."""

    def __init__(self, names: dict[str, Any]) -> None:
        self.user_ns = names
        self.magics: dict[str, Callable[[str], Any]] = {}

    def register_magic_function(self, function: Callable[[str], Any], magic_kind: str, magic_name: str) -> None:
        """Keep it by its name."""
        self.magics[f"%{magic_name}"] = function


def test_the_extension_adds_a_line_magic() -> None:
    """``%autograder add`` checks one exercise; a mistake in the line is IPython's own kind of error, one line."""
    errors = pytest.importorskip("IPython.core.error")
    shell = Shell(defined(tiny.GOOD))
    autograder.load_ipython_extension(shell)
    assert shell.magics["%autograder"]("add").passed
    with pytest.raises(errors.UsageError, match="'times'"):
        shell.magics["%autograder"]("times")


def test_ipython_is_needed_for_the_magic_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything else works without it."""
    monkeypatch.setitem(sys.modules, "IPython.core.error", None)
    assert check_here("add", names=defined(tiny.GOOD)).passed
    with pytest.raises(ModuleNotFoundError):
        load(Shell({}))
