"""Gathers what comes one by one, so that what is done with it is done for several at once, and soon all the same.

Whoever waits for reports yields a beat at least every quarter of a second: None, and there may be no report before it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterable

from autograder.model import Report

BEAT_SECONDS = 0.25
MOST = 16
"""Reports that go on together: while they are seen to, nobody is given anything new to mark."""


class Beat:
    """A clock that beats; ``due`` is when it does next, in seconds of ``time.monotonic``."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self.due = clock() + BEAT_SECONDS

    @property
    def wait(self) -> float:
        """Seconds until then."""
        return max(self.due - self._clock(), 0.0)

    def has_come(self) -> bool:
        """Whether it is due; if so, the next one is a quarter of a second from now."""
        if self.wait:
            return False
        self.due = self._clock() + BEAT_SECONDS
        return True


def gathered(came: Iterable[Report | None]) -> Generator[tuple[Report, ...], None, None]:
    """What came before each beat, together; before an error is raised, what had come by then."""
    held: list[Report] = []
    try:
        for report in came:
            if report is not None:
                held.append(report)
            if held and (report is None or len(held) == MOST):
                group, held = tuple(held), []
                yield group
    finally:
        if held:  # never where whoever takes the groups has had enough
            yield tuple(held)
