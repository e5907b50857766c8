"""What was decided when an assignment was built for otter; it holds the seed and is for staff."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from autograder.errors import OutputError
from autograder.model import Mode
from autograder.report.jsons import lines

FILENAME = "otter.json"


@dataclass(frozen=True)
class Settings:
    """Of which assignment the build is, and how its submissions are marked; ``seed`` is secret."""

    assignment: str
    seed: int
    language: str = "en"
    sandbox: Mode = "auto"

    def text(self) -> str:
        """As it is written."""
        return lines(asdict(self))


def read_settings(folder: Path) -> Settings:
    """What ``Settings.text`` wrote; raises ``OutputError`` where it is not there."""
    path = folder / FILENAME
    try:
        return Settings(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise OutputError(f"{path} is not what `autograder otter build` writes: build it again") from error
