"""``python -m tests.crash.otherwise HOW grade …`` is ``python -m autograder grade …`` with something made otherwise."""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count

from autograder.cli import main
from autograder.gradebook import engine, ledger, recorder, recording, records

PATIENCE = 1.0
BEGIN = datetime(2020, 2, 2, tzinfo=UTC)


def impatient() -> None:
    """The gradebook is waited for no longer than a second."""
    engine.BUSY_SECONDS = 0.05
    ledger.Recorder = partial(recorder.Recorder, patience=PATIENCE)  # type: ignore[misc, assignment]


def yesterday() -> None:
    """The clock is years behind, and set back by a day whenever somebody looks at it."""
    days = count()

    def now() -> datetime:
        return BEGIN - timedelta(days=next(days))

    records.now = recording.now = now  # type: ignore[assignment]
    time.time = lambda: now().timestamp()


if __name__ == "__main__":
    {"impatient": impatient, "yesterday": yesterday}[sys.argv.pop(1)]()
    main(prog_name="autograder")
