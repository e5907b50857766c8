"""A gradebook that is open: transactions on it, each whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine

from autograder.errors import GradebookAway, GradebookError
from autograder.gradebook.engine import READ_ONLY, Place, engine_for, make_file, place_of, told
from autograder.gradebook.patience import A_PERSON_WAITS, patiently
from autograder.gradebook.upgrade import bring_up_to_date, revision


class Gradebook:
    """Where results are kept; every method raises ``GradebookAway`` where it cannot be reached just now."""

    def __init__(self, place: Place, engine: Engine) -> None:
        self.place = place
        self._engine = engine
        self._file = _number(place)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that sees one moment, and makes nobody wait."""
        with told(self.place):
            self._look()
            with self._engine.connect().execution_options(**{READ_ONLY: True}) as connection:
                yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that is committed at the end of the block, or never was."""
        with told(self.place):
            self._look()
            with self._engine.begin() as connection:
                yield connection

    def close(self) -> None:
        """Let go of it."""
        self._engine.dispose()

    def _look(self) -> None:
        """See to it that what is written goes to the file of that name, and not to one that was moved away."""
        found = _number(self.place)
        if found is None and self._file is not None:
            raise GradebookAway(f"{self.place} cannot be reached: the file is gone")
        if found != self._file:  # what SQLite keeps beside a file would not fit another one
            raise GradebookError(f"{self.place} is another file than before: put the first one back, or run again")


def _number(place: Place) -> tuple[int, int] | None:
    """What tells the gradebook's file from any other; None where it is gone, or no file at all."""
    if place.path is None:
        return None
    try:
        there = os.stat(place.path)
    except OSError:
        return None
    return there.st_dev, there.st_ino


@contextmanager
def open_gradebook(
    named: str | Path, *, durable: bool = True, make: bool = False, patience: float = A_PERSON_WAITS
) -> Iterator[Gradebook]:
    """The gradebook at a file, a folder or a URL, of the newest schema; with ``make`` a new one where there is none.

    ``durable`` commits survive a power failure. Raises ``GradebookError``, and ``GradebookAway`` after ``patience``
    seconds.
    """
    place = place_of(named)
    if make and place.path is not None:
        make_file(place.path)
    _refuse_absent(place)
    engine = engine_for(place, durable=durable)
    try:
        patiently(lambda: _prepared(engine, place, make), patience)
        yield Gradebook(place, engine)
    finally:
        engine.dispose()


def _refuse_absent(place: Place) -> None:
    if place.path is not None and not place.path.is_file():
        raise GradebookError(f"there is no gradebook at {place}: name the one of a run with --gradebook")


def _prepared(engine: Engine, place: Place, make: bool) -> None:
    with told(place):
        if not make and _is_empty(engine):
            raise GradebookError(f"{place} holds no gradebook yet: name the one of a run with --gradebook")
        bring_up_to_date(engine, place)


def _is_empty(engine: Engine) -> bool:
    with engine.connect().execution_options(**{READ_ONLY: True}) as connection:
        return revision(connection) is None
