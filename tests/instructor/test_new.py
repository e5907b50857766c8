"""``autograder new``: what it begins works at once, says what to change, and overwrites nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from autograder.catalog import Kit
from autograder.cli import main
from autograder.errors import AssignmentError
from autograder.model import LANGUAGES, Text
from autograder.notebooks.source import Role, notebook_parts
from autograder.preview.samples import marked
from autograder.scaffolding import SCAFFOLD, add_assignment, notes_in
from autograder.selfcheck import inspect_kit
from tests.instructor.begun import NAME, begun, finished, own, solution
from tests.support import ROOT


def test_what_it_begins_is_in_order(tmp_path: Path) -> None:
    """The reference earns everything and the stub nothing, by hidden and by public checks; no file is missing."""
    assert inspect_kit(begun(tmp_path), lambda line: None) == ()


def test_it_is_still_in_order_without_the_notes(tmp_path: Path) -> None:
    """They are comments, and nothing hangs on them."""
    assert inspect_kit(finished(tmp_path), lambda line: None) == ()


def test_each_mistake_loses_points_and_is_named(tmp_path: Path) -> None:
    """So the instructor sees at once how feedback comes about."""
    kit = begun(tmp_path)
    reference, stub, *mistakes = marked(kit, kit.assignment(NAME), lambda line: None)
    assert (reference.report.score, stub.report.score) == (100, 0)
    assert len(mistakes) == 3
    for each in mistakes:
        (lost,) = [result for result in each.report.exercises if result.score < result.exercise.points]
        assert [found.id for found in lost.diagnoses] == [each.sample.slug]


@pytest.mark.parametrize("language", LANGUAGES)
def test_its_notebook_converts(tmp_path: Path, language: str) -> None:
    """The given part, what students write, and checks of each exercise, beside text in either language."""
    kit = begun(tmp_path)
    roles = [part.role for part in notebook_parts(kit, kit.assignment(NAME), language)]
    assert roles == [Role.TEXT, Role.GIVEN, Role.TEXT, Role.SOLUTION, Role.CHECKS, Role.CHECKS]


def test_the_notes_count_from_one_and_never_reach_the_stub(tmp_path: Path) -> None:
    """One for each file but the stub, in the order in which things are to be done."""
    kit = begun(tmp_path)
    files = [path for path in sorted(kit.root.rglob("*.*")) if path.is_file()]
    notes = [note for path in files for note in notes_in(path.name, path.read_text(encoding="utf-8"))]
    assert sorted(number for number, _, _ in notes) == list(range(1, 9))
    assert len({place.partition(":")[0] for _, place, _ in notes}) == len(list(SCAFFOLD.glob("*.j2"))) == 8
    assert notes_in("stub", (kit.root / "student_template" / f"{NAME}.py").read_text(encoding="utf-8")) == ()


def test_it_is_as_tidy_as_the_rest(tmp_path: Path) -> None:
    """Whoever starts from it starts without a complaint of the linter's."""
    begun(tmp_path)
    rules = ["--config", str(ROOT / "pyproject.toml"), "--config", 'lint.isort.known-first-party=["autograder"]']
    done = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "--no-cache", *rules, "."],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("title", ['"Quotes" and \\ in it', "缩放", "a # and a {{ brace }}"])
def test_a_title_is_kept_to_the_letter(tmp_path: Path, title: str) -> None:
    """Whatever it holds, the file reads as it was meant."""
    add_assignment(Kit(tmp_path), NAME, Text(title, title[::-1]))
    assert Kit(tmp_path).assignment(NAME).title == Text(title, title[::-1])


@pytest.mark.parametrize("title", ["", "  ", "two\nlines"])
def test_a_title_that_is_none_is_refused(tmp_path: Path, title: str) -> None:
    """And nothing is written."""
    with pytest.raises(AssignmentError, match="no title"):
        add_assignment(Kit(tmp_path), NAME, Text("Scaling", title))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "complaint"),
    [
        ("2d", "no name for a Python module"),
        ("two words", "no name for a Python module"),
        ("../escape", "no name for a Python module"),
        ("缩放", "no name for a Python module"),
        ("class", "a word of Python's own"),
        ("numpy", "would hide another"),
        ("random", "would hide another"),
        ("_private", "would hide another"),
        (NAME, f"an assignment {NAME} already"),
        (NAME.upper(), "already"),
    ],
)
def test_a_name_that_will_not_do_is_one_line(tmp_path: Path, name: str, complaint: str) -> None:
    """It says why, the exit code is that of wrong usage, and nothing has changed."""
    begun(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    done = CliRunner().invoke(main, ["new", name, "--kit", str(tmp_path)])
    assert done.exit_code == 2
    assert complaint in done.output
    assert len(done.output.splitlines()) == 1
    assert sorted(tmp_path.rglob("*")) == before


def test_a_file_that_is_there_is_left_alone(tmp_path: Path) -> None:
    """Even where there is no assignment of that name yet."""
    begun(tmp_path)
    (tmp_path / "solutions" / "other.py").write_text("precious")
    with pytest.raises(AssignmentError, match=r"other\.py is there already"):
        add_assignment(Kit(tmp_path), "other", Text("Other", "其他"))
    assert (tmp_path / "solutions" / "other.py").read_text() == "precious"
    assert not (tmp_path / "assignments" / "other").exists()


def test_the_command_begins_a_kit_and_says_what_comes_next(tmp_path: Path) -> None:
    """In a folder that is named; the list is in order, and each place is where the note is."""
    done = CliRunner().invoke(main, ["new", NAME, "--title", "Scaling", "--kit", str(tmp_path)])
    assert done.exit_code == 0, done.output
    lines = [line.strip() for line in done.output.splitlines() if line.startswith("  ")]
    assert [line.partition(".")[0] for line in lines] == [str(number) for number in range(1, 9)]
    assert own(Kit(tmp_path), "checks.py").is_file() and solution(Kit(tmp_path)).is_file()
    for line in lines:
        name, number = line.split(" ")[1].split(":")[:2]
        assert "TODO instructor" in (tmp_path / name).read_text(encoding="utf-8").splitlines()[int(number) - 1]


def test_the_command_tells_the_way_back(tmp_path: Path) -> None:
    """What it says to delete is all that it has written."""
    done = CliRunner().invoke(main, ["new", NAME, "--kit", str(tmp_path)])
    line = done.output.splitlines()[-1]
    named = [word.strip(",") for word in line.split() if "/" in word]
    files = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()}
    assert line.startswith("to take it back: delete ")
    assert all(any(file == each or file.startswith(f"{each}/") for each in named) for file in files)


@pytest.mark.parametrize(("options", "told"), [((), True), (("--title-zh", "缩放"), False)])
def test_a_title_that_is_english_in_chinese_texts_is_told(tmp_path: Path, options: tuple[str, ...], told: bool) -> None:
    """Nobody has to find it out in the Chinese handout."""
    done = CliRunner().invoke(main, ["new", NAME, *options, "--kit", str(tmp_path)])
    assert done.exit_code == 0, done.output
    assert ("--title-zh" in done.output) is told


def test_without_a_kit_and_without_a_folder_there_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A kit is begun only where one is asked for."""
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(main, ["new", NAME])
    assert (done.exit_code, list(tmp_path.iterdir())) == (2, [])
    assert "no kit" in done.output
