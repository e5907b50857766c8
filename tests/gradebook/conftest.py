"""Where the tests of the gradebook keep theirs: each test runs on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from autograder.gradebook.book import Gradebook, open_gradebook
from tests.gradebook.postgres import Server, running_server

NUMBERS = count(1)


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A PostgreSQL server."""
    with running_server() as started:
        yield started


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a new gradebook can be."""
    if request.param == "sqlite":
        return str(tmp_path / "gradebook.sqlite")
    server: Server = request.getfixturevalue("server")
    return server.database(f"test_{next(NUMBERS)}")


@pytest.fixture
def book(place: str) -> Iterator[Gradebook]:
    """A new gradebook that is open."""
    with open_gradebook(place, make=True) as opened:
        yield opened
