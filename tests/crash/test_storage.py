"""Where results go to is full, locked or gone for a while: the same command, run again, comes to the same results."""

from __future__ import annotations

import os
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.crash.lesson import Lesson, Run, assert_one_each, committed, folders_in
from tests.crash.processes import nothing_left, until
from tests.gradebook.postgres import running_server

WRONG_USAGE, FAULT = 2, 3
SMALL, LARGE = "size=320k", "size=32m"
SOME = 3
IMPATIENT = ("-m", "tests.crash.otherwise", "impatient")


@pytest.fixture(autouse=True)
def _nothing_left() -> Iterator[None]:
    """No process is left of any run."""
    with nothing_left():
        yield


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk that a class fills."""
    if os.geteuid() != 0:
        pytest.skip("only root can mount a small disk")
    place = tmp_path / "disk"
    place.mkdir()
    if mount("-t", "tmpfs", "-o", SMALL, "tmpfs", place):
        pytest.skip("nothing can be mounted here")
    try:
        yield place
    finally:
        subprocess.run(["umount", place], check=True)


def mount(*words: object) -> int:
    """The exit code of ``mount``."""
    return subprocess.run(["mount", *map(str, words)], capture_output=True, check=False).returncode


@pytest.mark.parametrize("what", ["gradebook", "results"])
def test_a_full_disk(what: str, disk: Path, lesson: Lesson, tmp_path: Path) -> None:
    """One line says what to do; when there is room, a plain re-run does the rest."""
    out = tmp_path / "out" if what == "gradebook" else disk
    book = (disk if what == "gradebook" else tmp_path) / "gradebook.sqlite"
    command = ("--gradebook", book)
    code, said = lesson.run(out, *command).end()
    assert (code, said.count("\n")) == (WRONG_USAGE, 1), said
    assert "disk is full" in said or "No space left" in said, said
    assert committed(book) > 0
    assert 0 < folders_in(out) < lesson.size
    assert mount("-o", f"remount,{LARGE}", disk) == 0
    lesson.finish(out, *command)
    lesson.assert_undisturbed(out)
    assert_one_each(book, lesson.size)


@contextmanager
def locked(book: Path) -> Iterator[None]:
    """Nobody else can write to the gradebook in this block."""
    with closing(sqlite3.connect(book, timeout=60, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("ROLLBACK")


@contextmanager
def moved_away(book: Path) -> Iterator[None]:
    """The gradebook lies elsewhere in this block."""
    book.rename(book.with_suffix(".away"))
    yield
    book.with_suffix(".away").rename(book)


def under_way(run: Run, done: Callable[[], int]) -> None:
    """Wait until some more are done."""
    goal = done() + SOME
    assert until(lambda: done() >= goal, run.pidfd), run.end()


def test_a_gradebook_that_is_away_for_a_while(lesson: Lesson, tmp_path: Path) -> None:
    """Locked, then moved away: grading goes on meanwhile, and the run ends well."""
    out = tmp_path / "out"
    book = out / "gradebook.sqlite"
    run = lesson.run(out)
    for away in (locked, moved_away):
        under_way(run, lambda: committed(book))
        with away(book):
            under_way(run, lambda: folders_in(out))
    code, said = run.end()
    assert code == 0, said
    lesson.assert_undisturbed(out)
    assert_one_each(book, lesson.size)


def test_a_gradebook_that_stays_locked(lesson: Lesson, tmp_path: Path) -> None:
    """The run ends with one line when its patience does, and the next one grades what is missing."""
    out = tmp_path / "out"
    book = out / "gradebook.sqlite"
    run = lesson.run(out, launch=IMPATIENT)
    under_way(run, lambda: committed(book))
    with locked(book):
        code, said = run.end()
    assert (code, said.count("\n")) == (FAULT, 1), said
    assert "run the same again" in said
    assert 0 < committed(book) < lesson.size
    lesson.finish(out)
    lesson.assert_undisturbed(out)
    assert_one_each(book, lesson.size)


def test_a_server_that_is_gone_and_back(lesson: Lesson, tmp_path: Path) -> None:
    """Grading goes on while PostgreSQL is stopped, and it gets every result once."""
    import psycopg

    out = tmp_path / "out"
    with running_server() as server:
        url = server.database("crash")
        run = lesson.run(out, "--gradebook", url)
        under_way(run, lambda: folders_in(out))
        server.stop()
        try:
            under_way(run, lambda: folders_in(out))
        finally:
            server.start()
        code, said = run.end()
        assert code == 0, said
        with psycopg.connect(url.replace("+psycopg", "")) as connection:
            counts = connection.execute(
                "SELECT count(*), count(DISTINCT student) FROM results WHERE known"
            ).fetchone()
    assert counts == (lesson.size, lesson.size)
    lesson.assert_undisturbed(out)
