"""Records the results of a run as they come, and holds them while the gradebook cannot be reached."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import suppress

from autograder.errors import GradebookAway, GradebookError
from autograder.gradebook.book import Gradebook
from autograder.gradebook.patience import Patience
from autograder.gradebook.recording import AT_ONCE, Progress, end_run, record
from autograder.gradebook.records import Changes, Ending, Graded
from autograder.model import Report

GRADING_WAITS = 120.0
"""Seconds for which a run holds its results; grading goes on meanwhile."""


class Recorder:
    """One run's way into the gradebook. Results that are held go in first, in the order in which they came."""

    def __init__(
        self,
        book: Gradebook,
        run: int,
        who: str,
        patience: float = GRADING_WAITS,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._book = book
        self._run = run
        self._who = who
        self._patience = Patience(patience)
        self._sleep = sleep
        self._held: list[Graded] = []
        self._told = 0
        self._graded = 0
        self._started = time.monotonic()

    def keep(self, group: Sequence[Graded]) -> list[Report]:
        """Record them, or hold them; the reports that count. Raises ``GradebookAway`` at the end of all patience."""
        self._held += group
        if not self._patience.wait:
            try:
                return self._record_all()
            except GradebookAway as error:
                self._failed(error)
        self._told = len(self._held)
        return [each.report for each in group]

    def finish(self, ending: Ending) -> Changes:
        """Record what is still held, and that the run has ended; what it has changed."""
        while True:
            try:
                self._record_all()
                return end_run(self._book, self._run, ending)
            except GradebookAway as error:
                self._failed(error)
                self._sleep(self._patience.wait)

    def rest(self) -> list[Report]:
        """One last try at what is held; the reports that count, of those that nobody has been told yet."""
        with suppress(GradebookError):
            return self._record_all()
        return []

    def give_up(self) -> None:
        """One last try at what is held, and at saying that the run was stopped; whatever comes of it."""
        with suppress(GradebookError):
            self._record_all()
            end_run(self._book, self._run, Ending.STOPPED)

    def _record_all(self) -> list[Report]:
        """Record what is held, so many at a time; the reports that count, of those that nobody has been told yet."""
        kept: list[Report] = []
        while some := self._held[:AT_ONCE]:
            progress = Progress(self._graded + len(some), time.monotonic() - self._started)
            kept += record(self._book, self._run, some, progress, self._who)[self._told :]
            del self._held[: len(some)]
            self._told = max(self._told - len(some), 0)
            self._graded += len(some)
        self._patience.reset()
        return kept

    def _failed(self, error: GradebookAway) -> None:
        try:
            self._patience.failed(error)
        except GradebookAway as last:
            held = f"{len(self._held)} results are not recorded and will be graded again" if self._held else ""
            told = "; ".join(filter(None, (str(last), held, "what is recorded stays: run the same again")))
            raise GradebookAway(told) from last
