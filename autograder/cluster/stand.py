"""The side of a dask worker: one run's controllers, one for each of the worker's threads.

A stand is a value that stays on its worker as long as the run holds on to it. The worker's threads only pass on what
is said: checks run in the controllers, and student code in their confined workers.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import weakref
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

from distributed import get_worker

from autograder.cluster.controller import start_beside
from autograder.cluster.parcel import Parcel, unpacked
from autograder.crew import Controller, Turn, places
from autograder.model import Report


@dataclass(frozen=True)
class Ready:
    """A worker that may grade: the level of confinement there, and how many submissions at a time."""

    level: str
    slots: int


@dataclass(frozen=True)
class Died:
    """The controller has died over this submission."""


Outcome = Report | Died | None
"""What became of a turn; None is one that is put off."""


class Stand:
    """Controllers for a run, with the kit in a folder that only their user can read."""

    def __init__(self, parcel: Parcel, folder: Path, slots: int) -> None:
        self.slots = slots
        self._crew: list[Controller] = []
        weakref.finalize(self, _clear_away, self._crew, folder)
        self._recipe = unpacked(parcel, folder)
        self._crew += [start_beside(self._recipe, place) for place in _places(slots)]
        self._free: SimpleQueue[int] = SimpleQueue()
        for seat in range(slots):
            self._free.put(seat)

    def __reduce__(self) -> tuple[type, tuple[()]]:
        """A worker that retires hands on what it holds: elsewhere this is nothing."""
        return object, ()

    def prove(self) -> str:
        """The level of confinement, above the floor by attack; raises ``SandboxError``."""
        return self._crew[0].prove()

    def mark(self, turns: Sequence[Turn]) -> list[Outcome]:
        """What became of each, by a controller that nobody else has meanwhile."""
        seat = self._free.get()
        try:
            return [self._marked(seat, turn) for turn in turns]
        finally:
            self._free.put(seat)

    def _marked(self, seat: int, turn: Turn) -> Outcome:
        controller = self._crew[seat]
        controller.hand(turn)
        try:
            return controller.answer()
        except EOFError:
            controller.stop()
            self._crew[seat] = start_beside(self._recipe, controller.place)
            return Died()


def open_stand(parcel: Parcel) -> Stand:
    """A task: the stand of a run on this worker."""
    worker = get_worker()
    folder = tempfile.mkdtemp(prefix="autograder-", dir=worker.local_directory)  # of mode 700
    return Stand(parcel, Path(folder), worker.state.nthreads)


def ready(stand: Stand) -> Ready:
    """A task: proof that this worker may grade; raises ``SandboxError``."""
    return Ready(stand.prove(), stand.slots)


def mark(stand: Stand, turns: Sequence[Turn]) -> list[Outcome]:
    """A task: what became of each turn."""
    return stand.mark(turns)


def _places(slots: int) -> list[int | None]:
    """A processor for each slot, if this worker has all that it may use to itself: others on it choose the same."""
    mine = hasattr(os, "sched_getaffinity") and slots == len(os.sched_getaffinity(0))
    return places(slots) if mine else [None] * slots


def _clear_away(crew: Sequence[Controller], folder: Path) -> None:
    for controller in crew:
        controller.stop()
    shutil.rmtree(folder, ignore_errors=True)
