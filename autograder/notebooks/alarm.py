"""What a notebook has defined, broken off once an exercise has overrun its time.

Where there is no alarm (see ``autograder.alarm``), only an interrupt helps.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from types import ModuleType

from autograder.alarm import Overrun, at_most
from autograder.errors import WorkerStopped
from autograder.protocol import Reply
from autograder.requests import Operations
from autograder.student import Inside, OneByOne, Student

GRACE = 0.5
"""Seconds that an operation has where the time is up: what a check has put into the module is still to be taken out."""


class Timed(OneByOne):
    """A channel to a module in this process; ``allow`` says how long it may take over all requests from then on."""

    def __init__(self, inside: Inside) -> None:
        self._inside = inside
        self._seconds_left = 0.0

    def allow(self, seconds: float) -> None:
        """Set how long it may take."""
        self._seconds_left = seconds

    def request(self, operations: Operations) -> Reply:
        """See ``Inside.request``; raises ``WorkerStopped`` once time is up, ``KeyboardInterrupt`` where asked to."""
        started = time.monotonic()
        try:
            with at_most(max(self._seconds_left, GRACE), again=GRACE):
                reply, answers = self._inside.request(operations)
        except Overrun:
            raise WorkerStopped("timeout", "it took longer than the time limit") from None
        finally:
            self._seconds_left -= time.monotonic() - started
        if any(told.get("fault", {}).get("kind") == "KeyboardInterrupt" for told in reply["replies"]):
            raise KeyboardInterrupt
        return reply, answers

    def cpu_seconds(self) -> float:
        """See ``Inside.cpu_seconds``."""
        return self._inside.cpu_seconds()


class TimedBench:
    """A module in this process, with those it uses ``beside`` it, that may take no longer than an exercise may."""

    def __init__(self, module: ModuleType, source: str, beside: Mapping[str, ModuleType]) -> None:
        self._channel = Timed(Inside(module, source, beside))
        self._student = Student(self._channel)

    def student(self, seconds: float | None = None) -> Student:
        """The module."""
        if seconds is not None:
            self._channel.allow(seconds)
        return self._student

    def overheard(self) -> str:
        """Nothing is kept."""
        return ""

    def discard(self) -> None:
        """It goes on as it is: a notebook is never started anew by us."""
