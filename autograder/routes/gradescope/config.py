"""What was decided when the zip was built: ``config.json`` in it, read again beside each submission."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Literal

from autograder.errors import OutputError
from autograder.model import Mode
from autograder.report.jsons import lines

Visibility = Literal["visible", "after_due_date", "after_published", "hidden"]
VISIBILITIES: tuple[Visibility, ...] = ("visible", "after_due_date", "after_published", "hidden")

FILENAME = "config.json"
TIMEOUT = 540
"""Seconds for a whole submission: below the 10 minutes after which Gradescope itself ends it."""

HOURS = 24.0


@dataclass(frozen=True)
class Config:
    """How submissions are marked and shown.

    ``seed`` is secret and the same for everybody. ``limit`` submissions are marked in any ``hours`` hours (None:
    all). ``seconds`` stands in for the assignment's own time limit of an exercise; ``timeout`` is for a submission
    as a whole.
    """

    assignment: str
    seed: int
    sandbox: Mode = "auto"
    language: str = "en"
    visibility: Visibility = "visible"
    leaderboard: bool = False
    limit: int | None = None
    hours: float = HOURS
    seconds: float | None = None
    timeout: int = TIMEOUT

    def checked(self) -> Config:
        """The same, if it makes sense; raises ``OutputError``."""
        if self.leaderboard and self.visibility != "visible":
            raise OutputError("a leaderboard shows marks to everybody: it goes with --visibility visible only")
        return self

    def text(self) -> str:
        """As it is written into the zip."""
        return lines(asdict(self))


def read_config(path: Path) -> Config:
    """What ``Config.text`` wrote."""
    return replace(Config("", 0), **json.loads(path.read_text(encoding="utf-8")))
