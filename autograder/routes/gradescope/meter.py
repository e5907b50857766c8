"""CPU time of a submission: workers that are asked for theirs before they are gone."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextlib import contextmanager

from autograder.errors import StudentFault
from autograder.model import Limits
from autograder.sandbox import Cell, Confinement, Workers


class Meter:
    """Workers that add up their CPU ``seconds``; what one used that ended by itself is not known."""

    def __init__(self, workers: Workers) -> None:
        self._workers = workers
        self.seconds = 0.0

    @contextmanager
    def cell(self, limits: Limits, *, echo: bool = False) -> Iterator[Cell]:
        """See ``Workers.cell``."""
        with self._workers.cell(limits, echo=echo) as cell:
            try:
                yield cell
            finally:
                with contextlib.suppress(StudentFault):
                    self.seconds += cell.cpu_seconds()

    def confinement(self, limits: Limits) -> Confinement:
        """See ``Workers.confinement``."""
        return self._workers.confinement(limits)

    def close(self) -> None:
        """See ``Workers.close``."""
        self._workers.close()
