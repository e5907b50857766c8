"""The commands around a gradebook: one line for a mistake, the right exit code, and all of it on a live gradebook."""

from __future__ import annotations

import csv
import importlib.util
import json
import os
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import fields, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from autograder.catalog import Kit
from autograder.cli import main
from autograder.collect.model import Handed
from autograder.gradebook import ledger, patience
from autograder.gradebook.book import open_gradebook
from autograder.gradebook.queries import standing
from autograder.gradebook.recorder import Recorder
from autograder.gradebook.recording import Progress, record, start_run
from autograder.gradebook.records import Graded, now
from autograder.gradebook.schema import runs
from autograder.gradebook.staff import ask_again
from autograder.model import Report
from tests import tiny_kit as tiny
from tests.gradebook.made_up import GRADER, begin, graded, identity, plan, report

BEA = ("--who", "Bea", "--reason", "a typing mistake")
NOT_RECORDED = "results are not recorded and will be graded again"


@pytest.fixture(autouse=True)
def _terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    for name in ("AUTOGRADER_GRADEBOOK", "AUTOGRADER_WHO", "AUTOGRADER_LANGUAGE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def kit(tmp_path: Path) -> Kit:
    """The tiny kit."""
    return tiny.tiny_kit(tmp_path / "kit")


@pytest.fixture
def live(place: str) -> Iterator[str]:
    """A gradebook that a run is writing to: Ann has 70 points, Bob 100."""
    with open_gradebook(place, make=True) as book:
        number = begin(book, total=10)
        record(book, number, [graded(report("ann", 30))], Progress(1, 1.0), GRADER)
        record(book, number, [graded(report("bob"))], Progress(2, 4.0), GRADER)
        yield place


def run(*arguments: object) -> Result:
    """Run the command line in this process; nothing may leave it as an exception."""
    result = CliRunner().invoke(main, [str(each) for each in arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
    return result


def run_grade(kit: Kit, folder: Path, *more: object) -> Result:
    """Grade with the tiny kit, next to the class."""
    return run("grade", folder, "--assignment", "adding", "--out", folder.parent / "out", "--kit", kit.root, *more)


def assert_told(result: Result, told: str, code: int = 2) -> None:
    """One line, no traceback."""
    assert result.exit_code == code, result.output
    assert result.output.startswith("autograder: ")
    assert told in result.output
    assert result.output.count("\n") == 1


def marks(live: str, *more: object) -> dict[str, dict[str, str]]:
    """The table of marks by student."""
    result = run("marks", "--gradebook", live, *more)
    assert result.exit_code == 0, result.output
    return {line["student"]: line for line in csv.DictReader(result.output.splitlines())}


def test_an_adjustment_and_back(live: str, kit: Kit) -> None:
    """Made while a run writes, seen in marks and history, undone by its number."""
    result = run("adjust", "ann", "adding", "--by", "-2.5", "--exercise", "add", *BEA, "--gradebook", live)
    assert (result.exit_code, result.output) == (
        0, "adjustment 1: ann, adding: by -2.5 of add: 70 -> 67.5 of 100; to take it back: --undo 1\n"
    )  # fmt: skip
    line = marks(live, "--kit", kit.root)["ann"]
    assert (line["auto"], line["adjustment"], line["final"]) == ("70", "-2.5", "67.5")
    undone = run("adjust", "ann", "adding", "--undo", 1, *BEA, "--gradebook", live)
    assert undone.output == "adjustment 1 is undone: 67.5 -> 70 of 100\n"
    assert marks(live, "adding", "--kit", kit.root)["ann"]["final"] == "70"
    told = run("history", "ann", "--gradebook", live).output
    for part in ("result 1: graded, 70 of 100", "adjustment 1: by -2.5 of add: a typing mistake", "undone", "Bea"):
        assert part in told


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("ann", "adding", "--by", "much", *BEA), "--by much is no number of points"),
        (("ann", "adding", "--to", "1/0", *BEA), "--to 1/0 is no number of points"),
        (("ann", "adding", "--to", "101", *BEA), "to 101: the amount lies between 0 and 100"),
        (("anne", "adding", "--to", "10", *BEA), "no result of 'anne' in adding: did you mean ann?"),
        (("ann", "adding", "--undo", "4", *BEA), "ann has no adjustment 4 in adding to undo"),
        (("ann", "ading", "--by", "4", *BEA), "no results of 'ading': did you mean adding?"),
    ],
)
def test_an_adjustment_that_fits_nothing_is_told(live: str, arguments: tuple[str, ...], told: str) -> None:
    """In one line."""
    assert_told(run("adjust", *arguments, "--gradebook", live), told)


@pytest.mark.parametrize(
    "arguments",
    [
        ("ann", "adding", *BEA),
        ("ann", "adding", "--by", "1", "--to", "2", *BEA),
        ("ann", "adding", "--by", "1", "--who", "Bea"),
        ("ann", "adding", "--by", "1", "--reason", "x"),
        ("ann", "adding", "--by", "1", "--reason", " ", "--who", "Bea"),
    ],
)
def test_an_adjustment_needs_a_reason_and_a_name(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    """And says one thing at a time."""
    result = run("adjust", *arguments, "--gradebook", tmp_path / "none.sqlite")
    assert result.exit_code == 2
    assert "Error: " in result.output


def test_status_shows_a_running_job(live: str) -> None:
    """Who runs it where, how far and how fast it is, when it will be done, and the last result."""
    told = run("status", "--gradebook", live).output
    for part in ("grader on elsewhere", "2 of 10", "running, 0.5 a second, done in 0 min 16 s", "bob, "):
        assert part in told


def test_status_tells_who_was_killed_and_who_is_silent(live: str) -> None:
    """A process that is no more on this machine, as long as nobody has run the same again; elsewhere by its silence."""
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    with open_gradebook(live) as book:
        killed = replace(plan(dead.pid), host=socket.gethostname())
        start_run(book, killed, 10, 0)
        assert "killed: run the same again" in run("status", "--gradebook", live).output
        start_run(book, replace(killed, process=os.getpid()), 10, 0)
        told = run("status", "--gradebook", live).output
        assert "killed" not in told and "0 of 10" in told
        with book.writing() as connection:
            connection.execute(runs.update().values(last_at=now() - timedelta(hours=26)))
    assert "silent for 1 d 2 h" in run("status", "--gradebook", live).output


def test_history_knows_nothing_of_strangers(live: str) -> None:
    """Exit 1, as there is nothing to show."""
    assert_told(run("history", "anne", "--gradebook", live), "nothing is recorded of anne", 1)


def test_marks_know_the_course(live: str, kit: Kit, tmp_path: Path) -> None:
    """The kit's own file, or the one that is named; a fault in it is one line."""
    with open_gradebook(live) as book:
        at = "2026-03-03T12:00:00+00:00"
        late = graded(report("cem"), identity(), datetime.fromisoformat(at))
        record(book, begin(book), [late], Progress(1, 1.0), GRADER)
    text = "[assignments.adding]\ndue = 2026-03-02T12:00:00Z\nlate = { per = 'hour', percent = 1 }\n"
    (kit.root / "course.toml").write_text(text)
    line = marks(live, "--kit", kit.root)["cem"]
    assert [line[name] for name in ("handed_in", "late", "deduction", "final")] == [at, "1 d 0 h", "24", "76"]
    other = tmp_path / "other.toml"
    other.write_text(text.replace("adding", "ading"))
    result = run("marks", "--gradebook", live, "--kit", kit.root, "--course", other)
    assert_told(result, f"{other}: unknown key assignments.ading: did you mean adding?")


def test_regrading(kit: Kit, tmp_path: Path) -> None:
    """One student again, though nothing has changed: the adjustment holds, and the history has both results."""
    folder = tiny.hand_in(tmp_path / "class", ann=tiny.WRONG, bob=tiny.GOOD)
    assert "2 graded now, 0 known from before" in run_grade(kit, folder, "--seed", 3).output
    out = tmp_path / "out"
    assert run("adjust", "ann", "adding", "--by", 5, *BEA, "--gradebook", out).exit_code == 0
    result = run("regrade", "adding", "--student", "ann", *BEA, "--gradebook", out, "--kit", kit.root)
    assert result.exit_code == 0, result.output
    assert "1 graded now, 1 known from before" in result.output
    assert "--seed 3" in result.output
    assert marks(str(out), "--kit", kit.root)["ann"]["final"] == "65"
    told = run("history", "ann", "--gradebook", out).output
    assert "result 1 (60) by result 3 (60): nothing has changed" in told
    assert "2 graded now" in run("regrade", "adding", *BEA, "--gradebook", out, "--kit", kit.root).output


def test_a_regrade_that_was_stopped_is_finished_by_grade(kit: Kit, tmp_path: Path) -> None:
    """What was asked for stays asked for."""
    folder = tiny.hand_in(tmp_path / "class", ann=tiny.WRONG, bob=tiny.GOOD)
    run_grade(kit, folder)
    with open_gradebook(tmp_path / "out") as book:
        ask_again(book, "adding", ["ann"], "checks were mended", "Bea")
    assert "1 graded now, 1 known from before" in run_grade(kit, folder).output


def test_regrading_what_is_not_there_is_told(live: str, kit: Kit) -> None:
    """No such assignment, no run of it, no such student."""
    again = partial(run, "regrade", *BEA, "--gradebook", live, "--kit", kit.root)
    assert_told(again("ading"), "did you mean adding?")
    assert_told(again("adding", "--student", "anne"), "no result of 'anne' in adding: did you mean ann?")
    with open_gradebook(live) as book, book.writing() as connection:
        connection.execute(runs.update().values(assignment="other"))
    assert_told(again("adding"), "holds no run of adding: grade it first")


def test_a_gradebook_that_stays_away_ends_with_3(
    kit: Kit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One line; what was graded is in the files; a re-run grades and records it."""
    folder = tiny.hand_in(tmp_path / "class", ann=tiny.WRONG)
    out = tmp_path / "out"
    run_grade(kit, folder)
    (folder / "ann" / "adding.py").write_text(tiny.GOOD)
    monkeypatch.setattr("autograder.gradebook.engine.BUSY_SECONDS", 0.0)
    locks: list[sqlite3.Connection] = []

    class Locked(Recorder):
        """What it is to keep comes when somebody else writes."""

        def keep(self, group: Sequence[Graded]) -> list[Report]:
            locks.append(sqlite3.connect(out / "gradebook.sqlite", isolation_level=None))
            locks[0].execute("BEGIN IMMEDIATE")
            return super().keep(group)

    with monkeypatch.context() as patched:
        patched.setattr(ledger, "Recorder", partial(Locked, patience=0.0))
        assert_told(run_grade(kit, folder), f"database is locked; 1 {NOT_RECORDED}", 3)
        locks[0].close()
    with sqlite3.connect(out / "gradebook.sqlite") as connection:
        assert connection.execute("SELECT count(*) FROM results").fetchone() == (1,)
    connection.close()
    assert run_grade(kit, folder).exit_code == 0
    assert json.loads((out / "ann" / "adding" / "staff.json").read_text())["score"] == 100


def test_a_gradebook_that_cannot_be_reached_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit 3, as for every fault that is not the caller's."""
    monkeypatch.setattr(patience, "FIRST_PAUSE", 0.0)
    monkeypatch.setattr("autograder.gradebook.book.A_PERSON_WAITS", 0.0)
    monkeypatch.setattr("autograder.gradebook.book.open_gradebook", partial(open_gradebook, patience=0.0))
    url = f"postgresql+psycopg://postgres@/none?host={tmp_path}"
    assert_told(run("status", "--gradebook", url), "cannot be reached", 3)


def test_a_missing_extra_is_told(tmp_path: Path, kit: Kit, monkeypatch: pytest.MonkeyPatch) -> None:
    """With its name."""
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "cattrs" else find(name))
    told = "cattrs cannot be imported: install the extra gradebook"
    assert_told(run("status", "--gradebook", tmp_path), told)
    assert_told(run_grade(kit, tmp_path), told)


def test_more_points_than_there_are_is_told(live: str) -> None:
    """Staff may mean it, and then it stands; they do not have to ask for the marks to see it."""
    result = run("adjust", "bob", "adding", "--by", 50, *BEA, "--gradebook", live)
    assert result.exit_code == 0
    assert "by +50: 100 -> 150 of 100" in result.stdout
    assert result.stderr == "autograder: this is more than the assignment has\n"


def absent_class(kit: Kit, tmp_path: Path) -> Path:
    """The folder of results of a class that was collected: Ann's was, Bob's was refused, Cem handed nothing in."""
    folder = tiny.hand_in(tmp_path / "class", ann=tiny.GOOD)
    ann = {"submitted_at": None, "folder": "ann", "student": "ann", "id": "ann"}
    told = {
        "version": 1,
        "complete": True,
        "students": [dict.fromkeys((field.name for field in fields(Handed)), "") | ann],
        "refused": [{"student": "bob", "origin": "bob.zip", "reason": "too large"}],
        "missing": [{"id": "cem", "name": "Cem", "email": "", "section": ""}],
    }
    (folder / "collected.json").write_text(json.dumps(told))
    assert run_grade(kit, folder).exit_code == 0
    return tmp_path / "out"


def test_who_has_no_result_may_be_given_a_mark(kit: Kit, tmp_path: Path) -> None:
    """Whoever was refused, handed nothing in, or is on the roster; a later run takes what they hand in."""
    out = absent_class(kit, tmp_path)
    roster = tmp_path / "roster.csv"
    roster.write_text("id,name\nanne,Anne\n")
    adjust = partial(run, "adjust", *BEA, "--gradebook", out)
    for number, student in enumerate(("bob", "cem"), start=1):
        told = f"adjustment {number}: {student}, adding: to 30: – -> 30 of 100; to take it back: --undo {number}\n"
        assert adjust(student, "adding", "--to", 30).output == told
    assert_told(adjust("anne", "adding", "--to", 30), "no result of 'anne' in adding: did you mean ann?")
    assert_told(
        adjust("anne", "adding", "--by", 3, "--roster", roster),
        "anne has handed in nothing of adding, so there is nothing to change: give a mark with --to",
    )
    assert adjust("anne", "adding", "--to", 20, "--roster", roster).exit_code == 0
    lines = marks(str(out), "--kit", kit.root)
    assert {name: (line["status"], line["final"]) for name, line in lines.items()} == {
        "ann": ("graded", "100"), "anne": ("missing", "20"), "bob": ("missing", "30"), "cem": ("missing", "30")
    }  # fmt: skip
    assert [line["remark"] for line in lines.values()] == ["", *["not among the submissions"] * 3]
    tiny.hand_in(tmp_path / "class", bob=tiny.WRONG)
    assert run_grade(kit, tmp_path / "class").exit_code == 0
    line = marks(str(out), "--kit", kit.root)["bob"]
    assert [line[name] for name in ("auto", "final", "remark")] == ["60", "30", ""]


def test_who_has_several_attempts_is_marked_by_their_names(kit: Kit, tmp_path: Path) -> None:
    """A mark beside those of the attempts would be one too many."""
    folder = tiny.hand_in(tmp_path / "class", **{"ann@1": tiny.GOOD, "ann@2": tiny.GOOD})
    attempts = [
        dict.fromkeys((field.name for field in fields(Handed)), "")
        | {"submitted_at": None, "folder": name, "student": "ann", "id": "ann"}
        for name in ("ann@1", "ann@2")
    ]
    (folder / "collected.json").write_text(json.dumps({"version": 1, "complete": True, "students": attempts}))
    run_grade(kit, folder)
    roster = tmp_path / "roster.csv"
    roster.write_text("id\nann\n")
    result = run("adjust", "ann", "adding", "--to", 3, *BEA, "--roster", roster, "--gradebook", tmp_path / "out")
    assert_told(result, "no result of 'ann' in adding: did you mean ann@")


@pytest.mark.parametrize("command", [("marks",), ("export", "marks.csv", "--format", "csv")])
def test_an_extension_for_nobody_is_told(kit: Kit, tmp_path: Path, command: tuple[str, ...]) -> None:
    """Beside the marks; whoever was to hand in is somebody."""
    out = absent_class(kit, tmp_path)
    given = "[[extensions]]\nassignment = 'adding'\ndue = 2026-03-05T12:00:00Z\nreason = 'ill'\nwho = 'Bea'\n"
    text = "[assignments.adding]\ndue = 2026-03-02T12:00:00Z\n"
    text += "".join(f"{given}student = '{student}'\n" for student in ("ann", "bob", "cem", "anne"))
    (kit.root / "course.toml").write_text(text)
    words = [tmp_path / word if word == "marks.csv" else word for word in command]
    result = run(*words, "--gradebook", out, "--kit", kit.root)
    assert result.exit_code == 0
    assert "autograder: the extension of adding for 'anne' is nobody's: did you mean ann?\n" in result.stderr
    assert result.stderr.count("is nobody's") == 1


@pytest.mark.parametrize("command", [("marks", "ading"), ("history", "ann", "--assignment", "ading")])
def test_an_assignment_that_was_not_graded_is_told(live: str, command: tuple[str, ...]) -> None:
    """It is most likely a typing mistake, and no empty answer."""
    assert_told(run(*command, "--gradebook", live), "no results of 'ading': did you mean adding?")


def test_another_seed_is_told(kit: Kit, tmp_path: Path) -> None:
    """With the one to go back to, and only where it is another."""
    folder = tiny.hand_in(tmp_path / "class", ann=tiny.GOOD)
    for seed in (3, 3):
        assert "another seed" not in run_grade(kit, folder, "--seed", seed).output
    told = "another seed than before: everybody is marked anew; to go back, the same with --seed 3"
    assert told in run_grade(kit, folder, "--seed", 5).stderr
    assert "another seed" not in run_grade(kit, folder).output


def test_who_is_in_the_folder_no_more_is_told(kit: Kit, tmp_path: Path) -> None:
    """Their results stay, with a remark, and are no part of the class until they are back."""
    folder = tiny.hand_in(tmp_path / "class", ann=tiny.GOOD, bob=tiny.GOOD, cem=tiny.GOOD)
    run_grade(kit, folder)
    out = tmp_path / "out"
    for student in ("bob", "cem"):
        (folder / student).rename(tmp_path / student)
    for _ in range(2):
        told = run_grade(kit, folder)
        assert "2 with a result from before are not in this folder, and keep it: bob, cem" in told.stderr
    (tmp_path / "cem").rename(folder / "cem")
    assert "1 with a result from before" in run_grade(kit, folder).stderr
    lines = marks(str(out), "--kit", kit.root)
    assert [line["remark"] for line in lines.values()] == ["", "not among the submissions", ""]
    assert lines["bob"]["final"] == "100"
    with open_gradebook(out) as book:
        assert [each.student for each in standing(book)] == ["ann", "cem"]
    assert run("history", "bob", "--gradebook", out).output.count("gone") == 1
    other = tiny.hand_in(tmp_path / "other", dan=tiny.GOOD)
    assert "from before are" not in run_grade(kit, other).stderr


def test_a_run_is_dropped(kit: Kit, tmp_path: Path) -> None:
    """The class's results of the wrong folder are as if they had never been, and nothing is graded."""
    run_grade(kit, tiny.hand_in(tmp_path / "class", ann=tiny.GOOD))
    wrong = run_grade(kit, tiny.hand_in(tmp_path / "wrong", ann=tiny.WRONG, bob=tiny.GOOD))
    assert (wrong.exit_code, wrong.stderr) == (1, "autograder: 1 results replaced, 1 fell: ann 100 -> 60\n")
    out = tmp_path / "out"
    drop = partial(run, "regrade", "adding", *BEA, "--gradebook", out, "--kit", kit.root, "--drop", 2)
    assert drop("--student", "ann").exit_code == 2
    result = drop()
    assert result.exit_code == 0
    assert "run 2 of adding is dropped: 2 students have the result they had before it, or none" in result.output
    assert {student: line["final"] for student, line in marks(str(out), "--kit", kit.root).items()} == {"ann": "100"}
    assert "dropped" in run("status", "--gradebook", out).output
    assert_told(drop(), "there is no run 2 of adding that has ended: `autograder status` shows runs")
