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
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from autograder.catalog import Kit
from autograder.cli import main
from autograder.gradebook import ledger, patience
from autograder.gradebook.book import open_gradebook
from autograder.gradebook.recorder import Recorder
from autograder.gradebook.recording import Progress, record, start_run
from autograder.gradebook.records import now
from autograder.gradebook.schema import runs
from autograder.gradebook.staff import ask_again
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
        record(book, number, graded(report("ann", 30)), Progress(1, 1.0), GRADER)
        record(book, number, graded(report("bob")), Progress(2, 4.0), GRADER)
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
        0, "adjustment 1: ann, adding: by -2.5 of add; to take it back: --undo 1\n"
    )  # fmt: skip
    line = marks(live, "--kit", kit.root)["ann"]
    assert (line["auto"], line["adjustment"], line["final"]) == ("70", "-2.5", "67.5")
    assert run("adjust", "ann", "adding", "--undo", 1, *BEA, "--gradebook", live).output == "adjustment 1 is undone\n"
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
        record(book, begin(book), late, Progress(1, 1.0), GRADER)
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

    def lock_first(*arguments: object) -> Recorder:
        locks.append(sqlite3.connect(out / "gradebook.sqlite", isolation_level=None))
        locks[0].execute("BEGIN IMMEDIATE")
        return Recorder(*arguments, patience=0.0)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(ledger, "Recorder", lock_first)
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
