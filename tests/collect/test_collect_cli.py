"""``autograder collect``: what it says, how it exits, and that nothing a stranger wrote reaches the terminal."""

from __future__ import annotations

import io
from pathlib import Path
from typing import get_args

import pytest
from click.testing import CliRunner, Result
from rich.console import Console

from autograder.cli import collect as command
from autograder.cli import main
from autograder.collect.collect import collect
from autograder.collect.model import Which
from autograder.collect.platforms import AUTO, PLATFORMS
from autograder.collect.view import WHOLE_CLASS, collection_view, summary
from tests.collect.downloads import canvas, laid, moodle, tree

FILE = "max_pooling.py"


def run(*arguments: str | Path) -> Result:
    """The command with these arguments."""
    return CliRunner(env={"COLUMNS": None}).invoke(main, ["collect", *map(str, arguments)], catch_exceptions=False)


def test_every_platform_and_attempt_can_be_named() -> None:
    """The command offers just what there is."""
    assert sorted(command.PLATFORMS) == sorted([AUTO, *PLATFORMS])
    assert get_args(Which) == command.ATTEMPTS


def test_a_class_in_order_exits_with_0(tmp_path: Path) -> None:
    """A table of who handed in, who did not, and the counts; that is no fault of the collection. No time is known."""
    files = canvas("Lee, Ann", 1, 2, "max_pooling-1.py") | canvas("Roy, Bob", 3, 4, FILE, late=True)
    laid(tmp_path, {"roster.csv": b"id,name\n1,Ann Lee\n3,Bob Roy\n5,Cat Kim\n"})
    result = run(laid(tmp_path / "d", files), tmp_path / "out", "--roster", tmp_path / "roster.csv")
    assert result.exit_code == 0
    assert "canvas: 2 collected, 1 late, 1 without a submission" in result.output
    assert "Cat Kim" in result.output and "late" in result.output
    assert "nobody has a known time of handing in, so no due date applies" in result.output
    assert sorted(tree(tmp_path / "out")) == [f"1/{FILE}", f"3/{FILE}"]


def test_what_needs_a_look_exits_with_1(tmp_path: Path) -> None:
    """Something refused, unknown or stray is told with its reason."""
    files = moodle("Ann", 1, {FILE: b""}) | moodle("Eve", 2, {f"a/{FILE}": b"", f"b/{FILE}": b""}) | {"x.txt": b""}
    files |= moodle("Ida", 3, {f"{FILE[:-3]} (1).py": b""}) | {"Ida_3_assignfeedback_file_/a.pdf": b""}
    laid(tmp_path, {"roster.csv": b"id,name\n7,Somebody\n8,Ida\n"})
    result = run(laid(tmp_path / "d", files), tmp_path / "out", "--assignment", "max_pooling", "--from", "moodle",
                 "--roster", tmp_path / "roster.csv")  # fmt: skip
    assert result.exit_code == 1
    assert "moodle: 2 collected, 1 renamed, 1 without a submission, 1 refused, 1 not matched, 1 stray" in result.output
    words = " ".join(result.output.split())
    for said in ("it is not clear which file is meant", "not on the roster", "x.txt │ no name of Moodle's",
                 "handed in as max_pooling (1).py", "feedback that staff gave back is left out (1,"):  # fmt: skip
        assert said in words


def test_a_roster_of_others_is_refused(tmp_path: Path) -> None:
    """Where it knows nobody, the course or the platform is another one: one line, and nothing is collected."""
    laid(tmp_path, {"roster.csv": b"id,name\n7,Somebody\n"})
    source = laid(tmp_path / "d", moodle("Ann", 1, {FILE: b""}) | moodle("Bob", 2, {FILE: b""}))
    result = run(source, tmp_path / "out", "--from", "folders", "--roster", tmp_path / "roster.csv")
    assert result.exit_code == 2 and not (tmp_path / "out").exists()
    assert "knows none of 2 students, the first of whom is Ann_1_assignsubmission_file_" in result.output


@pytest.mark.parametrize(
    "options", [["--from", "sakai"], ["--attempt", "worst"], ["--timezone", "Mars"], ["--roster", "none.csv"],
                ["--assignment", "a b"], ["--from", "canvas"]]
)  # fmt: skip
def test_wrong_usage_exits_with_2(tmp_path: Path, options: list[str]) -> None:
    """One line says what is wrong, and nothing is made."""
    result = run(laid(tmp_path / "d", {f"ann/{FILE}": b""}), tmp_path / "out", *options)
    assert result.exit_code == 2
    assert not (tmp_path / "out").exists()


def test_names_of_strangers_are_shown_harmlessly(tmp_path: Path) -> None:
    """No control sequence and no markup of a name reaches the terminal."""
    source = laid(tmp_path / "d", {f"\x1b[31mred[bold]\u202e/{FILE}": b"", "\x1b]0;title\x07.txt": b""})
    result = run(source, tmp_path / "out", "--from", "folders")
    assert not {"\x1b", "\x07", "\u202e"} & set(result.output)
    assert "[bold]" in result.output


def test_a_large_class_is_shown_by_what_needs_a_look(tmp_path: Path) -> None:
    """Beyond a screenful the honest are counted only."""
    files = {f"s{number:03}/{FILE}": b"" for number in range(WHOLE_CLASS + 1)}
    collection = collect(laid(tmp_path / "d", {**files, "x.txt": b""}), tmp_path / "out")
    screen = io.StringIO()
    Console(file=screen, width=120).print(collection_view(collection))
    assert "s000" not in screen.getvalue() and "x.txt" in screen.getvalue()
    assert summary(collection) == f"folders: {WHOLE_CLASS + 1} collected, 1 stray"
