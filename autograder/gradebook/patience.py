"""How long to wait for a gradebook that cannot be reached just now: pauses that double, and an end to them."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from autograder.errors import GradebookAway

T = TypeVar("T")

FIRST_PAUSE = 0.05
LONGEST_PAUSE = 5.0
A_PERSON_WAITS = 20.0
"""Seconds that a command waits in which nothing else goes on."""


class Patience:
    """Counts from the first failure on; ``seconds`` later it is at an end."""

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._clock = clock
        self.reset()

    def reset(self) -> None:
        """All is well again."""
        self._pause = FIRST_PAUSE
        self._since: float | None = None
        self._not_before = 0.0

    def failed(self, error: GradebookAway) -> None:
        """Note a failure; raises it where patience is at an end."""
        now = self._clock()
        if self._since is None:
            self._since = now
        if now - self._since >= self._seconds:
            raise error
        self._not_before = now + self._pause
        self._pause = min(2 * self._pause, LONGEST_PAUSE)

    @property
    def wait(self) -> float:
        """Seconds until it is worth another try."""
        return max(0.0, self._not_before - self._clock())


def patiently(
    attempt: Callable[[], T], seconds: float = A_PERSON_WAITS, sleep: Callable[[float], None] = time.sleep
) -> T:
    """What ``attempt`` gives, tried again while the gradebook is away; raises ``GradebookAway`` after ``seconds``."""
    patience = Patience(seconds)
    while True:
        try:
            return attempt()
        except GradebookAway as error:
            patience.failed(error)
            sleep(patience.wait)
