"""The command line: one line for a mistake, the right exit code, and nothing to learn twice."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from autograder import __version__
from autograder.catalog import Kit
from autograder.cli import main
from tests import tiny_kit as tiny
from tests.support import ROOT


@pytest.fixture
def kit(tmp_path: Path) -> Kit:
    """The tiny kit."""
    return tiny.tiny_kit(tmp_path / "kit")


@pytest.fixture(autouse=True)
def _wide_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.delenv("AUTOGRADER_LANGUAGE", raising=False)


def run(*arguments: object) -> Result:
    """Run the command line in this process; nothing may leave it as an exception."""
    result = CliRunner().invoke(main, [str(each) for each in arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
    return result


def run_grade(kit: Kit, folder: Path, *more: object, name: str = "adding", out: Path | None = None) -> Result:
    """Grade with the tiny kit, next to the class unless said otherwise."""
    where = out or folder.parent / "out"
    return run("grade", folder, "--assignment", name, "--out", where, "--kit", kit.root, *more)


def run_check(kit: Kit, folder: Path, *more: object) -> Result:
    """Check the files in a folder with the tiny kit."""
    return run("check", "--path", folder, "--kit", kit.root, *more)


def own_folder(tmp_path: Path, source: str) -> Path:
    """A student's own folder with the file in it."""
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "adding.py").write_text(source, encoding="utf-8")
    return folder


def assert_one_line(result: Result, told: str) -> None:
    """Wrong usage: exit 2, one line, no traceback."""
    assert result.exit_code == 2
    assert result.output.startswith("autograder: ")
    assert told in result.output
    assert result.output.count("\n") == 1


def test_grading_shows_a_table_and_where_to_look(kit: Kit, tmp_path: Path) -> None:
    """Exit 0 whatever the scores; the seed is told, so that the run can be repeated."""
    folder = tiny.hand_in(tmp_path / "class", ann=tiny.GOOD, bob=tiny.WRONG, eve=tiny.BAD_SYNTAX)
    result = run_grade(kit, folder, "--jobs", 2, "--seed", 3)
    assert result.exit_code == 0
    assert "3 submissions: 2 graded, 1 broken; mean 53.3, median 60" in result.output
    assert "add 20/60" in result.output
    assert "'(' was never closed (line 3)" in result.output
    assert str(tmp_path / "out" / "grades.csv") in result.output
    assert "--seed 3" in result.output


def test_grading_in_chinese(kit: Kit, tmp_path: Path) -> None:
    """The language is that of what students read."""
    folder = tiny.hand_in(tmp_path / "class", bob=tiny.WRONG)
    assert run_grade(kit, folder, "--language", "zh").exit_code == 0
    page = (tmp_path / "out" / "bob" / "adding" / "feedback.md").read_text(encoding="utf-8")
    assert "**得分: 60 / 100**" in page
    assert "两个数组相加" in page


def test_a_fault_of_the_graders_exits_with_3(kit: Kit, tmp_path: Path) -> None:
    """Staff must look; the others are graded all the same."""
    folder = tiny.hand_in(tmp_path / "class", ann=tiny.GOOD, bob=tiny.CONFUSING)
    result = run_grade(kit, folder)
    assert result.exit_code == 3
    assert "1 graded, 1 errored" in result.output
    page = (tmp_path / "out" / "bob" / "adding" / "feedback.md").read_text(encoding="utf-8")
    assert "inner life" not in page
    staff = json.loads((tmp_path / "out" / "bob" / "adding" / "staff.json").read_text(encoding="utf-8"))
    assert "inner life" in staff["exercises"][0]["checks"][0]["detail"]


def test_wrong_usage_is_one_line(kit: Kit, tmp_path: Path) -> None:
    """No such folder, an empty one, an unknown assignment, no kit, an OUT that is a file."""
    (tmp_path / "empty").mkdir()
    folder = tiny.hand_in(tmp_path / "class", ann=tiny.GOOD)
    (tmp_path / "file").write_text("")
    assert_one_line(run_grade(kit, tmp_path / "nowhere"), "is no folder")
    assert_one_line(run_grade(kit, tmp_path / "empty"), "holds no student folders")
    assert_one_line(run_grade(kit, folder, name="addding"), "did you mean adding?")
    assert_one_line(run_grade(Kit(tmp_path / "empty"), folder), "no kit")
    assert_one_line(run_grade(kit, folder, out=tmp_path / "file"), "it is a file")


@pytest.mark.parametrize(
    "arguments",
    [
        ("grade",),
        ("grade", "x", "--assignment", "adding"),
        ("grade", "x", "--assignment", "a", "--out", "o", "--jobs", "0"),
        ("grade", "x", "--assignment", "a", "--out", "o", "--language", "fr"),
        ("nonsense",),
        ("check", "--seed", "x"),
    ],
)
def test_wrong_options_exit_with_2(arguments: tuple[str, ...]) -> None:
    """What click refuses is wrong usage too."""
    assert run(*arguments).exit_code == 2


def test_version_and_help() -> None:
    """Each command explains itself."""
    assert __version__ in run("--version").output
    for command in ("grade", "check", "release", "selfcheck", "template"):
        assert command in run("--help").output
        assert "--kit" in run(command, "--help").output


def test_checking_a_right_file(kit: Kit, tmp_path: Path) -> None:
    """Exit 0, full public score, and a word on the hidden checks."""
    result = run_check(kit, own_folder(tmp_path, tiny.GOOD))
    assert result.exit_code == 0
    assert "✓ Adding two arrays (add)" in result.output
    assert "100 / 100 on the public checks." in result.output
    assert "hidden checks too" in result.output


def test_checking_a_wrong_file(kit: Kit, tmp_path: Path) -> None:
    """Exit 1, what is wrong, and the value expected: these are the student's own checks."""
    result = run_check(kit, own_folder(tmp_path, tiny.WRONG), "adding")
    assert result.exit_code == 1
    assert "✗ One and one are two." in result.output
    assert "(expected 2)" in result.output
    assert "40 / 100 on the public checks." in result.output


def test_checking_shows_the_students_own_traceback(kit: Kit, tmp_path: Path) -> None:
    """The line of the file and its text, and nothing of the grader's."""
    result = run_check(kit, own_folder(tmp_path, tiny.RAISING))
    assert result.exit_code == 1
    assert 'File "adding.py", line 2, in add' in result.output
    assert "raise KeyError" in result.output
    assert "autograder/" not in result.output


def test_checking_a_file_that_does_not_import(kit: Kit, tmp_path: Path) -> None:
    """The student's own error with its line."""
    result = run_check(kit, own_folder(tmp_path, tiny.BAD_SYNTAX))
    assert result.exit_code == 1
    assert "'(' was never closed (line 3)" in result.output


def test_checking_in_chinese(kit: Kit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By option or for good, by the environment."""
    folder = own_folder(tmp_path, tiny.HALF)
    assert "尚未完成" in run_check(kit, folder, "--language", "zh").output
    monkeypatch.setenv("AUTOGRADER_LANGUAGE", "zh")
    assert "另有隐藏检查" in run_check(kit, folder).output


def test_checking_without_a_file_is_one_line(kit: Kit, tmp_path: Path) -> None:
    """A folder without the file, no folder, and a name nobody knows."""
    (tmp_path / "empty").mkdir()
    assert_one_line(run_check(kit, tmp_path / "empty"), "no adding.py in")
    assert_one_line(run_check(kit, tmp_path / "empty", "adding.py"), "no adding.py in")
    assert_one_line(run_check(kit, tmp_path / "nowhere"), "is no folder")
    assert_one_line(run_check(kit, own_folder(tmp_path, tiny.GOOD), "ading"), "did you mean adding?")


def test_what_is_not_found_is_told_in_chinese(kit: Kit, tmp_path: Path) -> None:
    """A name, a file, a folder and a kit, as the option or the environment says."""
    (tmp_path / "empty").mkdir()
    for folder, more, told in (
        (tmp_path / "empty", (), "中没有 adding.py"),
        (tmp_path / "nowhere", (), "不是文件夹"),
        (tmp_path / "empty", ("ading",), "是不是 adding？"),
    ):
        assert_one_line(run_check(kit, folder, *more, "--language", "zh"), told)
    assert_one_line(run("check", "--kit", tmp_path / "empty", "--language", "zh"), "没有作业包")


@pytest.mark.parametrize("name", ["addin.py", "adding (1).py", "Adding.py", "adding.py.py", "adding-1.ipynb"])
def test_a_file_of_nearly_the_name_is_pointed_out(kit: Kit, tmp_path: Path, name: str) -> None:
    """A misspelt one, a download's second copy, other capitals, a hidden ending."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / name).write_text(tiny.GOOD, encoding="utf-8")
    assert_one_line(run_check(kit, tmp_path / "mine", "adding"), f"(found: {name}): it has to have this very name")


def test_another_assignment_s_file_is_not_taken_for_it(kit: Kit, tmp_path: Path) -> None:
    """However much alike their names are."""
    shutil.copytree(kit.root / "assignments" / "adding", kit.root / "assignments" / "padding")
    assert "Not checked: no padding.py in" in run_check(kit, own_folder(tmp_path, tiny.GOOD)).output
    assert_one_line(run_check(kit, tmp_path / "mine", "padding"), "go to its folder or name it with --path")


def test_a_file_may_be_named_as_a_path(kit: Kit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As the shell completes it: from here, from elsewhere, or as the notebook that may stand in its place."""
    folder = own_folder(tmp_path, tiny.GOOD)
    monkeypatch.chdir(tmp_path)
    for path in ("mine/adding.py", folder / "adding.py"):
        assert run("check", path, "--kit", kit.root).exit_code == 0
    monkeypatch.chdir(folder)
    for path in ("./adding.py", "adding.ipynb", "adding"):
        assert run("check", path, "--kit", kit.root).exit_code == 0


def test_an_assignment_without_a_file_is_told(kit: Kit, tmp_path: Path) -> None:
    """Where nothing was named, nothing is left out in silence; where something was, nobody asked for the others."""
    shutil.copytree(kit.root / "assignments" / "adding", kit.root / "assignments" / "sums")
    folder = own_folder(tmp_path, tiny.GOOD)
    assert "Not checked: no sums.py in" in run_check(kit, folder).output
    assert "Not checked" not in run_check(kit, folder, "adding").output


def test_no_line_ends_in_blanks(kit: Kit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wrapped or not: what a student copies is what was said."""
    monkeypatch.setenv("COLUMNS", "40")
    told = run_check(kit, own_folder(tmp_path, tiny.RAISING)).output
    assert [line for line in told.splitlines() if line != line.rstrip()] == []


def test_the_footer_can_be_typed_as_it_is(kit: Kit, tmp_path: Path) -> None:
    """Students have no command ``autograder``."""
    folder = own_folder(tmp_path, tiny.WRONG)
    for language in ("en", "zh"):
        assert "python -m autograder explain public_add" in run_check(kit, folder, "--language", language).output


def test_help_speaks_chinese_where_it_is_asked_to(monkeypatch: pytest.MonkeyPatch) -> None:
    """By the environment, or by the option before it; staff's commands stay in English."""
    monkeypatch.setenv("AUTOGRADER_LANGUAGE", "zh")
    assert "运行公开检查" in run("check", "--help").output
    assert "说明检查 NAME 检查什么" in run("--help").output
    monkeypatch.delenv("AUTOGRADER_LANGUAGE")
    assert "公开检查" in run("check", "--language", "zh", "--help").output
    assert "公开检查" not in run("check", "--help").output


@pytest.mark.parametrize("name", ["check", "explain", "show"])
def test_every_option_of_the_students_is_told_in_chinese(name: str) -> None:
    """All but the one of a command of theirs that is for staff."""
    command = main.get_command(click.Context(main), name)
    assert command is not None
    options = [each for each in command.params if isinstance(each, click.Option) and each.name != "reference"]
    assert [each.name for each in options if not getattr(each, "zh", "")] == []


def test_the_same_said_of_several_checks_is_said_once(kit: Kit, tmp_path: Path) -> None:
    """A class or function that is gone fails all of them."""
    folder = own_folder(tmp_path, tiny.GOOD.replace("def add", "def plus"))
    (kit.root / "assignments" / "adding" / "public_checks.py").write_text(
        tiny.PUBLIC_CHECKS + AGAIN, encoding="utf-8"
    )
    told = run_check(kit, folder).output
    assert told.count("adding.py has nothing called add: was it renamed or deleted?") == 1
    assert "The same in other checks: 1" in told


AGAIN = '''

@check("add", zh="再加一次")
def public_add_again(trial):
    """Two and two are four."""
    trial.expect_close("the sum", trial.student.add(np.ones(2) + 1, np.ones(2) + 1), np.full(2, 4.0))
'''


def test_a_syntax_error_is_shown_with_its_line(kit: Kit, tmp_path: Path) -> None:
    """The text of it, and where in it Python gave up."""
    told = run_check(kit, own_folder(tmp_path, tiny.BAD_SYNTAX)).output
    assert 'File "adding.py", line 3' in told
    assert "def add(a, b:\n" in told


def test_a_kit_is_found_from_the_students_folder_or_the_current_one(
    kit: Kit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Upwards from where the files are first."""
    inside = own_folder(kit.root, tiny.GOOD)
    monkeypatch.chdir(tmp_path)
    assert run("check", "--path", inside).exit_code == 0
    outside = own_folder(tmp_path, tiny.GOOD)
    assert_one_line(run("check", "--path", outside), "no kit")
    monkeypatch.chdir(kit.root)
    assert run("check", "--path", outside).exit_code == 0


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere prints are shown as they come")
def test_prints_of_the_students_are_seen(kit: Kit, tmp_path: Path) -> None:
    """Under the check that failed, after what it says, and no more of it than can be read."""
    loop = "for number in range(12): print('looking', number)"
    folder = own_folder(tmp_path, tiny.WRONG.replace("    return a - b", f"    {loop}\n    return a - b"))
    told = run_check(kit, folder).output
    title, message, label, first = map(told.index, ("✗ One and one", "yours is", "Your code printed", "looking 0"))
    assert title < message < label < first < told.index("Doubling an array")
    assert "looking 9\n" in told and "looking 10\n" not in told
    assert "and 2 more lines" in told


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere prints are shown as they come")
def test_prints_in_checks_that_pass_are_seen_by_themselves(kit: Kit, tmp_path: Path) -> None:
    """Below the exercises, under a line that says what they are; what a dying worker said is not lost either."""
    folder = own_folder(tmp_path, "print('loaded')\n" + tiny.GOOD)
    told = run_check(kit, folder).output
    assert told.index("Doubling an array") < told.index("in the other checks:\n    loaded") < told.index("100 / 100")
    (folder / "adding.py").write_text("print('last words', flush=True)\nraise SystemExit\n", encoding="utf-8")
    assert "last words" in run_check(kit, folder).output


def test_python_m_is_the_same(kit: Kit, tmp_path: Path) -> None:
    """A session of its own grades in parallel, keeps stderr clean and says the same."""
    folder = tiny.hand_in(tmp_path / "class", ann=tiny.GOOD, bob=tiny.WRONG)
    out = tmp_path / "out"
    options = ("--assignment", "adding", "--out", str(out), "--kit", str(kit.root), "--jobs", "2")
    done = session("grade", str(folder), *options)
    assert (done.returncode, done.stderr) == (0, "")
    assert "2 submissions: 2 graded" in done.stdout


def test_a_controller_that_dies_is_replaced(kit: Kit, tmp_path: Path) -> None:
    """In a session of its own, where controllers are forks: the one to blame has no mark, the others have theirs."""
    folder = tiny.hand_in(tmp_path / "class", ann=tiny.GOOD, killer=tiny.KILLING, zoe=tiny.GOOD)
    out = tmp_path / "out"
    options = ("--assignment", "adding", "--out", str(out), "--kit", str(kit.root), "--jobs", "1")
    done = session("grade", str(folder), *options)
    assert done.returncode == 3
    lines = (out / "grades.csv").read_text(encoding="utf-8").splitlines()[1:]
    assert [line.split(",")[2] for line in lines] == ['"100"', '""', '"100"']


def test_making_the_template(kit: Kit) -> None:
    """It is written where it belongs, with a task and without the answer."""
    result = run("template", "--kit", kit.root)
    assert result.exit_code == 0
    stub = kit.root / "student_template" / "adding.py"
    assert str(stub) in result.output
    assert "# TODO(add)" in stub.read_text(encoding="utf-8")
    assert "a + b" not in stub.read_text(encoding="utf-8")


def test_selfcheck_tells_what_is_missing(kit: Kit) -> None:
    """Each finding is a line, and the exit code says that there are some."""
    result = run("selfcheck", "--kit", kit.root)
    assert result.exit_code == 1
    assert "adding: handout.md is missing" in result.output


def test_release_says_where_it_is(tmp_path: Path) -> None:
    """The folder and the zip, each on its line."""
    result = run("release", tmp_path / "release", "--kit", ROOT, "--form", "student")
    assert result.exit_code == 0
    lines = result.output.replace("\r", "").splitlines()
    places = [Path(line.removeprefix("for students: ")) for line in lines if line.startswith("for students: ")]
    assert [place.exists() for place in places] == [True, True]


def session(*arguments: str) -> subprocess.CompletedProcess[str]:
    """The command line in a process of its own."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
    command = [sys.executable, "-m", "autograder", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, encoding="utf-8", check=False)


def test_staff_commands_say_so_where_they_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """A student who tries a command of the staff's gets one clear line and exit code 2."""
    monkeypatch.setitem(sys.modules, "autograder.selfcheck", None)
    result = CliRunner().invoke(main, ["selfcheck"])
    assert result.exit_code == 2
    assert result.stderr == "autograder: selfcheck is for staff: what students get does not hold it\n"
