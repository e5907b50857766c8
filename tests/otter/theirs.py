"""Otter itself on many submissions, in one process: ``python -m tests.otter.theirs RECORD``.

Pairs of an autograder's zip and a submission come as JSON on stdin. RECORD gets what became of them, and which files
that attacks leave behind were there afterwards.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from otter.api import grade_submission

MARKS = ("bomb", "log")


def main() -> None:
    """One after another; RECORD always holds what there is so far."""
    record: dict[str, Any] = {}
    for archive, submission in json.load(sys.stdin):
        outcome = _outcome(archive, submission)
        if left := [mark for mark in MARKS if (Path(submission).parents[1] / mark).exists()]:
            outcome["exploded"] = left
            for mark in left:
                (Path(submission).parents[1] / mark).unlink()
        record[f"{Path(archive).parts[-5]}/{Path(submission).name}"] = outcome
        Path(sys.argv[1]).write_text(json.dumps(record), encoding="utf-8")


def _outcome(archive: str, submission: str) -> dict[str, Any]:
    try:
        results = grade_submission(submission, archive, quiet=True)
    except Exception as error:
        return {"error": type(error).__name__}
    return {"scores": {name: round(result.score, 5) for name, result in results.results.items()}}


if __name__ == "__main__":
    main()
