"""The way to a database: SQLite in a file, or whatever a URL names.

SQLite writes ahead (WAL), so that readers and the writer never wait for each other. A grader commits with
``synchronous=NORMAL``: killing it loses nothing that was committed; where the power fails, the last results may be
missing and are graded again. What people enter cannot be made again: their commands write with ``FULL``, to the disk.
"""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote_from_bytes

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, NoSuchModuleError, OperationalError

from autograder.errors import GradebookAway, GradebookError
from autograder.model import GRADEBOOK

BUSY_SECONDS = 1.0
"""How long a statement waits for a lock; who can wait longer tries again."""
POSTGRESQL: dict[str, Any] = {
    "connect_timeout": 5,
    "tcp_user_timeout": 10_000,
    "options": f"-c lock_timeout={int(BUSY_SECONDS * 1000)}",
}
FULL = ("SQLITE_FULL", "53100")
DAMAGED = ("SQLITE_NOTADB", "SQLITE_CORRUPT")
READ_ONLY = "autograder_reads"


@dataclass(frozen=True)
class Place:
    """Where a gradebook is: a URL, and the file where it is one."""

    url: URL
    path: Path | None

    def __str__(self) -> str:
        return str(self.path) if self.path else self.url.render_as_string(hide_password=True)


def place_of(named: str | Path) -> Place:
    """The place that is named by a URL, a file, or a folder with ``gradebook.sqlite`` in it."""
    if "://" not in str(named):
        path = Path(named)
        return _file(path / GRADEBOOK if path.is_dir() else path)
    try:
        url = make_url(str(named))
    except ArgumentError as error:
        raise GradebookError(f"{named} is no URL of a database: write postgresql+psycopg://user@host/name") from error
    if url.get_backend_name() != "sqlite":
        return Place(url, None)
    if not url.database or url.database == ":memory:":
        raise GradebookError(f"{named} is kept in memory and gone at the end: name a file")
    return _file(Path(url.database))


def _file(path: Path) -> Place:
    return Place(URL.create("sqlite", database=str(path)), path)


def engine_for(place: Place, *, durable: bool) -> Engine:
    """An engine whose transactions write from their start; ``durable`` ones are on the disk when they end."""
    if place.path is not None:
        return _sqlite(place, durable)
    extra = POSTGRESQL if place.url.get_backend_name() == "postgresql" else {}
    wanted = {name: value for name, value in extra.items() if name not in place.url.query}
    try:
        return create_engine(place.url, pool_pre_ping=True, pool_size=1, connect_args=wanted)
    except NoSuchModuleError as error:
        raise GradebookError(f"{place}: no database is called {place.url.drivername}") from error
    except ModuleNotFoundError as error:
        raise GradebookError(f"{place}: {error.name} cannot be imported: install the extra postgresql") from error


def _sqlite(place: Place, durable: bool) -> Engine:
    def connect() -> sqlite3.Connection:
        # mode=rw: a file that has gone must not be made anew, empty
        address = f"file:{_quoted(str(place.path))}?mode=rw"
        return sqlite3.connect(address, uri=True, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)

    engine = create_engine(place.url, creator=connect, pool_size=1)

    @event.listens_for(engine, "connect")
    def settle(connection: sqlite3.Connection, _: object) -> None:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute(f"PRAGMA synchronous={'FULL' if durable else 'NORMAL'}")
        connection.execute("PRAGMA foreign_keys=ON")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A transaction that reads first and writes then could find that another has written in between.
        connection.exec_driver_sql("BEGIN" if connection.get_execution_options().get(READ_ONLY) else "BEGIN IMMEDIATE")

    return engine


def _quoted(path: str) -> str:
    """A path for SQLite's URIs, whatever bytes it holds."""
    return quote_from_bytes(path.encode("utf-8", errors="surrogateescape"))


@contextmanager
def told(place: Place) -> Iterator[None]:
    """In this block, what the database raises becomes one clear line; a broken constraint is the caller's."""
    try:
        yield
    except IntegrityError:
        raise
    except DBAPIError as error:
        raise _in_words(place, error) from error


def _in_words(place: Place, error: DBAPIError) -> GradebookError:
    reason = " ".join(str(error.orig).split())
    code = getattr(error.orig, "sqlite_errorname", None) or getattr(error.orig, "sqlstate", None) or ""
    if code in FULL:
        return GradebookError(f"{place}: {reason}: make room, and run the same again: what is recorded stays")
    if code.startswith(DAMAGED):
        return GradebookError(f"{place}: {reason}: name another gradebook, or put its last copy back")
    if isinstance(error, OperationalError) or error.connection_invalidated:
        return GradebookAway(f"{place} cannot be reached: {reason}")
    return GradebookError(f"{place}: {reason}")


def make_file(path: Path) -> None:
    """An empty file, which is an empty database, where there is none."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    except OSError as error:
        reason = error.strerror
        hint = "make room" if error.errno == errno.ENOSPC else "name another with --gradebook"
        raise GradebookError(f"{path} cannot be made ({reason}): {hint}") from error
