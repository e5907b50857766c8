"""A gradebook that is locked, gone, full or cut off while results come in."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from autograder.errors import GradebookAway, GradebookError
from autograder.gradebook.book import Gradebook, open_gradebook
from autograder.gradebook.engine import engine_for, place_of
from autograder.gradebook.patience import Patience, patiently
from autograder.gradebook.queries import current_runs, standing
from autograder.gradebook.recorder import Recorder
from autograder.gradebook.records import Ending
from tests.gradebook.made_up import GRADER, begin, graded, report
from tests.gradebook.postgres import Server


class Clock:
    """A clock that goes only while somebody sleeps by it."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def recorder(book: Gradebook, clock: Clock, patience: float = 60.0) -> Recorder:
    """The recorder of a run of three."""
    found = Recorder(book, begin(book, total=3), GRADER, patience, clock.sleep)
    found._patience = Patience(patience, clock)
    return found


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where a gradebook in a file can be; statements do not wait for locks."""
    monkeypatch.setattr("autograder.gradebook.engine.BUSY_SECONDS", 0.0)
    return tmp_path / "gradebook.sqlite"


@pytest.fixture
def book(path: Path) -> Iterator[Gradebook]:
    """A gradebook in a file."""
    with open_gradebook(path, make=True, patience=0) as opened:
        yield opened


def recorded(book: Gradebook) -> list[str]:
    """Whose results are in it."""
    return [each.student for each in standing(book)]


def test_what_comes_while_it_is_locked_is_held(book: Gradebook, path: Path) -> None:
    """Grading goes on, and all is recorded once the lock is gone, in the order in which it came."""
    clock = Clock()
    keeper = recorder(book, clock)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    for student in ("ann", "bob"):
        assert keeper.keep([graded(report(student))])[0].student == student
    assert recorded(book) == []
    other.execute("ROLLBACK")
    keeper.keep([graded(report("cem"))])
    assert recorded(book) == []  # the pause is not over
    clock.sleep(1)
    keeper.keep([graded(report("dan"))])
    assert [each.result for each in standing(book)] == [1, 2, 3, 4]
    assert recorded(book) == ["ann", "bob", "cem", "dan"]
    assert current_runs(book)[0].graded == 4
    clock.sleep(100)
    other.execute("BEGIN IMMEDIATE")
    keeper.keep([graded(report("eve"))])  # a new failure has all patience again
    other.close()


def test_what_was_told_is_not_told_again(book: Gradebook, path: Path) -> None:
    """What comes back is what has just come: the others were held, and their files are written by now."""
    clock = Clock()
    keeper = recorder(book, clock)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    keeper.keep([graded(report(student)) for student in ("ann", "bob")])
    other.close()
    assert [each.student for each in keeper.keep([graded(report("cem"))])] == ["cem"]
    assert recorded(book) == []
    clock.sleep(1)
    assert [each.student for each in keeper.keep([graded(report(student)) for student in ("dan", "eve")])] == [
        "dan", "eve"
    ]  # fmt: skip
    assert recorded(book) == ["ann", "bob", "cem", "dan", "eve"]
    assert keeper.rest() == []


def test_many_that_are_held_are_recorded_some_at_a_time(
    book: Gradebook, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A database takes a statement of so many values and no more."""
    monkeypatch.setattr("autograder.gradebook.recorder.AT_ONCE", 2)
    clock = Clock()
    keeper = recorder(book, clock)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    keeper.keep([graded(report(student)) for student in ("ann", "bob", "cem")])
    other.close()
    clock.sleep(1)
    assert [each.student for each in keeper.keep([graded(report(student)) for student in ("dan", "eve")])] == [
        "dan", "eve"
    ]  # fmt: skip
    assert [each.result for each in standing(book)] == [1, 2, 3, 4, 5]
    assert current_runs(book)[0].graded == 5


def test_who_is_interrupted_may_ask_for_the_rest(book: Gradebook, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was to be recorded then is recorded and told, and where that cannot be, neither."""
    keeper = recorder(book, Clock())
    keeper.keep([graded(report("ann"))])
    with monkeypatch.context() as patched:
        patched.setattr("autograder.gradebook.recorder.record", interrupted)
        with pytest.raises(KeyboardInterrupt):
            keeper.keep([graded(report("bob")), graded(report("cem"))])
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert keeper.rest() == []
    other.close()
    assert [each.student for each in keeper.rest()] == ["bob", "cem"]
    assert recorded(book) == ["ann", "bob", "cem"]


def interrupted(*_: object) -> None:
    """Somebody presses Ctrl-C."""
    raise KeyboardInterrupt


def test_at_the_end_it_is_waited_for(book: Gradebook, path: Path) -> None:
    """What is held then is recorded as soon as the gradebook is back."""
    clock = Clock()
    other = sqlite3.connect(path, isolation_level=None)
    keeper = recorder(book, clock)
    other.execute("BEGIN IMMEDIATE")
    keeper.keep([graded(report("ann"))])

    def sleep(seconds: float) -> None:
        clock.sleep(seconds)
        if clock.now > 110:
            other.close()

    keeper._sleep = sleep
    keeper.finish(Ending.DONE)
    assert recorded(book) == ["ann"]
    assert current_runs(book)[0].ending == "done"


def test_patience_has_an_end(book: Gradebook, path: Path) -> None:
    """One line says what is missing; what was recorded stays, and the rest is told to be graded again."""
    clock = Clock()
    keeper = recorder(book, clock)
    keeper.keep([graded(report("ann"))])
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    keeper.keep([graded(report("bob"))])
    clock.sleep(61)
    with pytest.raises(GradebookAway, match=r"database is locked; 2 results are not recorded .* run the same again"):
        keeper.keep([graded(report("cem"))])
    keeper.give_up()
    other.close()
    assert recorded(book) == ["ann"]
    keeper.give_up()
    assert recorded(book) == ["ann", "bob", "cem"]
    assert current_runs(book)[0].ending == "stopped"


def test_a_file_that_is_moved_away_is_waited_for(book: Gradebook, path: Path) -> None:
    """Nothing is written to a file that has another name by now, and no empty one is made in its place."""
    clock = Clock()
    keeper = recorder(book, clock)
    keeper.keep([graded(report("ann"))])
    path.rename(path.with_name("moved"))
    keeper.keep([graded(report("bob"))])
    assert not path.exists()
    with pytest.raises(GradebookAway, match="the file is gone"):
        standing(book)
    path.with_name("moved").rename(path)
    keeper.finish(Ending.DONE)
    assert recorded(book) == ["ann", "bob"]


def test_a_file_that_is_gone_is_not_made_anew(path: Path) -> None:
    """Not even where it goes in the moment before it is opened."""
    with pytest.raises(OperationalError, match="unable to open"):
        engine_for(place_of(path), durable=True).connect()
    assert not path.exists()


@pytest.mark.parametrize(("durable", "synchronous"), [(True, 2), (False, 1)])
def test_how_sure_a_commit_is(path: Path, durable: bool, synchronous: int) -> None:
    """All write ahead; what people enter is on the disk when it is told, what can be graded again a little later."""
    with open_gradebook(path, durable=durable, make=True) as book, book.reading() as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar_one() == "wal"
        assert connection.execute(text("PRAGMA synchronous")).scalar_one() == synchronous


def test_another_file_in_its_place_is_told(book: Gradebook, path: Path, tmp_path: Path) -> None:
    """A run that began in one gradebook does not go on in another."""
    keeper = recorder(book, Clock())
    with open_gradebook(tmp_path / "other.sqlite", make=True):
        pass
    path.unlink()
    (tmp_path / "other.sqlite").rename(path)
    with pytest.raises(GradebookError, match="is another file than before"):
        keeper.keep([graded(report("ann"))])


def test_a_full_disk_is_told_at_once(book: Gradebook) -> None:
    """Waiting makes no room; the transaction that met it has left nothing behind."""
    keeper = recorder(book, Clock())
    keeper.keep([graded(report("ann"))])
    with book.reading() as connection:
        pages = connection.execute(text("PRAGMA page_count")).scalar_one()
    with book.reading() as connection:
        connection.execute(text(f"PRAGMA max_page_count={pages}"))
    with pytest.raises(GradebookError, match="database or disk is full: make room") as told:
        keeper.keep([graded(replace(report("bob"), printed="much" * 10_000))])
    assert not isinstance(told.value, GradebookAway)
    assert recorded(book) == ["ann"]
    with book.reading() as connection:
        connection.execute(text("PRAGMA max_page_count=1000000"))
    keeper.give_up()
    assert recorded(book) == ["ann", "bob"]


def test_a_command_waits_a_little(path: Path) -> None:
    """What a person asks for is tried again for a while, and then told."""
    clock, tries = Clock(), []

    def attempt() -> str:
        tries.append(clock.now)
        if len(tries) < 4:
            raise GradebookAway("locked")
        return "done"

    assert patiently(attempt, sleep=lambda seconds: None) == "done"
    with pytest.raises(GradebookAway, match="locked"):
        patiently(lambda: (_ for _ in ()).throw(GradebookAway("locked")), 0.0)


def test_pauses_double_and_end() -> None:
    """From a twentieth of a second to five seconds; a success begins anew."""
    clock = Clock()
    patience = Patience(12.0, clock)
    pauses = []
    for _ in range(9):
        patience.failed(GradebookAway("locked"))
        pauses.append(round(patience.wait, 2))
        clock.sleep(patience.wait)
    assert pauses == [0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 5.0, 5.0]
    with pytest.raises(GradebookAway):
        patience.failed(GradebookAway("locked"))
    patience.reset()
    patience.failed(GradebookAway("locked"))
    assert patience.wait == pytest.approx(0.05)


def test_a_server_that_is_stopped_and_back_has_it_all(server: Server) -> None:
    """What came meanwhile is recorded on a new connection."""
    clock = Clock()
    with open_gradebook(server.database("restarted"), make=True) as book:
        keeper = recorder(book, clock)
        keeper.keep([graded(report("ann"))])
        server.stop()
        try:
            keeper.keep([graded(report("bob"))])
            with pytest.raises(GradebookAway, match="cannot be reached"):
                standing(book)
        finally:
            server.start()
        keeper.finish(Ending.DONE)
        assert recorded(book) == ["ann", "bob"]


def test_a_table_that_is_locked_in_postgresql_is_waited_for(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A lock there ends the statement, not the run."""
    import autograder.gradebook.engine as engine

    monkeypatch.setitem(engine.POSTGRESQL, "options", "-c lock_timeout=50")
    url, clock = server.database("locked"), Clock()
    with open_gradebook(url, make=True) as book, open_gradebook(url) as other:
        keeper = recorder(book, clock)
        with other.writing() as connection:
            connection.execute(text("LOCK TABLE results"))
            keeper.keep([graded(report("ann"))])
        assert recorded(book) == []
        keeper.finish(Ending.DONE)
        assert recorded(book) == ["ann"]
