"""How gradebooks come to the newest schema."""

from __future__ import annotations

import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, insert, inspect, text

from autograder.errors import GradebookError
from autograder.gradebook.book import open_gradebook
from autograder.gradebook.engine import engine_for, make_file, place_of
from autograder.gradebook.recording import known_results
from autograder.gradebook.schema import NEWEST, metadata, seeds
from autograder.gradebook.upgrade import STEPS, known_revisions, make_newest, revision, take_steps
from tests.gradebook.made_up import begin, graded, identity, put, report


@pytest.mark.parametrize("make", [take_steps, make_newest])
def test_migrations_and_schema_agree(place: str, make: Callable[[Connection], None]) -> None:
    """A gradebook made by all migrations, or at once, has the tables that the code names, and nothing else."""
    where = place_of(place)
    if where.path is not None:
        make_file(where.path)
    engine = engine_for(where, durable=True)
    with engine.begin() as connection:
        make(connection)
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        assert compare_metadata(context, metadata) == []
        assert revision(connection) == NEWEST
    engine.dispose()


def test_made_by_steps_or_at_once_a_gradebook_is_the_same(tmp_path: Path) -> None:
    """Every table and index is declared alike, with all its constraints."""
    declared = []
    for make in (take_steps, make_newest):
        path = tmp_path / make.__name__
        make_file(path)
        engine = engine_for(place_of(path), durable=True)
        with engine.begin() as connection:
            make(connection)
            declared.append({name: facts_of(connection, name) for name in inspect(connection).get_table_names()})
        engine.dispose()
    assert declared[0] == declared[1]


def facts_of(connection: Connection, table: str) -> list[list[str]]:
    """What the database knows about a table."""
    found = inspect(connection)
    asked = (
        found.get_columns, found.get_foreign_keys, found.get_unique_constraints, found.get_check_constraints,
        found.get_indexes,
    )  # fmt: skip
    return [sorted(map(repr, ask(table))) for ask in asked] + [[repr(found.get_pk_constraint(table))]]


def test_the_newest_revision_is_the_last_step() -> None:
    """What is written down in the schema, so that Alembic need not be asked, is what Alembic says."""
    config = Config()
    config.set_main_option("script_location", str(STEPS))
    steps = ScriptDirectory.from_config(config)
    assert steps.get_heads() == [NEWEST]
    assert {each.revision for each in steps.walk_revisions()} == known_revisions()


@pytest.mark.parametrize("first", ["0001", "0002"])
def test_an_older_gradebook_is_upgraded_when_it_is_opened(place: str, first: str) -> None:
    """What it holds stays."""
    where = place_of(place)
    if where.path is not None:
        make_file(where.path)
    engine = engine_for(where, durable=True)
    with engine.begin() as connection:
        take_steps(connection, first)
        connection.execute(insert(seeds).values(assignment="adding", seed=7))
    engine.dispose()
    with open_gradebook(place) as book:
        put(book, begin(book), graded(report("ann")))
        with book.reading() as connection:
            assert revision(connection) == NEWEST
            assert connection.execute(seeds.select()).all() == [("adding", 7)]


def test_a_newer_gradebook_is_refused(place: str) -> None:
    """A kit that knows less would write what the newer one cannot read."""
    with open_gradebook(place, make=True) as book, book.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(GradebookError, match=r"of a newer kit \(revision 9999, and this one knows 0003\)"), \
            open_gradebook(place):
        pass


def test_several_may_open_a_new_one_at_once(place: str) -> None:
    """One makes the tables, the others wait and find them."""

    def use(number: int) -> None:
        with open_gradebook(place, make=True) as book:
            put(book, begin(book), graded(report(f"student {number}")))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(use, range(4)))
    with open_gradebook(place) as book:
        keys = {f"student {number}": identity().key for number in range(4)}
        assert set(known_results(book, "adding", keys)) == set(keys)


def test_alembic_is_imported_only_where_there_is_something_to_do(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A gradebook that is up to date opens without it."""
    with open_gradebook(place, make=True):
        pass
    monkeypatch.setitem(sys.modules, "alembic", None)
    with open_gradebook(place):
        pass


@pytest.mark.parametrize("name", ["absent.sqlite", "nowhere/gradebook.sqlite", "."])
def test_a_command_that_looks_makes_no_gradebook(tmp_path: Path, name: str) -> None:
    """A name mistyped is told, and nothing is written there."""
    with pytest.raises(GradebookError, match="there is no gradebook at"), open_gradebook(tmp_path / name):
        pass
    assert list(tmp_path.iterdir()) == []


def test_an_empty_database_is_no_gradebook(place: str) -> None:
    """Nor does a command that looks make one of it."""
    if "://" not in place:
        Path(place).touch()
    with pytest.raises(GradebookError, match="holds no gradebook yet"), open_gradebook(place):
        pass


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("nonsense://", "no database is called nonsense"),
        ("sqlite://", "is kept in memory"),
        ("://", "is no URL of a database"),
    ],
)
def test_a_url_that_names_nothing_is_told(name: str, told: str) -> None:
    """In one line."""
    with pytest.raises(GradebookError, match=told), open_gradebook(name, make=True):
        pass


def test_a_driver_that_is_missing_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the extra that brings it, and without the password."""
    monkeypatch.setitem(sys.modules, "psycopg", None)
    url = "postgresql+psycopg://me:secret@localhost/course"
    with pytest.raises(GradebookError, match="install the extra postgresql") as told, open_gradebook(url):
        pass
    assert "secret" not in str(told.value)


def test_what_is_no_gradebook_is_told(tmp_path: Path) -> None:
    """A file of another kind is left as it is."""
    path = tmp_path / "grades.csv"
    path.write_text("student,score\n" * 100)
    with pytest.raises(GradebookError, match="file is not a database: name another"), open_gradebook(path, make=True):
        pass
    assert path.read_text() == "student,score\n" * 100


def test_a_folder_names_the_gradebook_in_it(tmp_path: Path) -> None:
    """So does SQLite's URL, whatever characters the path holds."""
    folder = tmp_path / "50 % ?#é"
    folder.mkdir()
    with open_gradebook(folder, make=True) as book:
        put(book, begin(book), graded(report("ann")))
    assert (folder / "gradebook.sqlite").is_file()
    assert [path.name for path in tmp_path.iterdir()] == [folder.name]
