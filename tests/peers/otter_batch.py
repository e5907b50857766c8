"""Grades a batch with otter, in one process: ``python -m tests.peers.otter_batch RECORD ZIP NOTEBOOK...``."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from otter.api import grade_submission


def main() -> None:
    """Grade one after another; RECORD always holds the scores there are so far."""
    record, archive, *notebooks = sys.argv[1:]
    scores = []
    for notebook in notebooks:
        results = grade_submission(notebook, archive, quiet=True)
        scores.append({name: (result.score, result.possible) for name, result in results.results.items()})
        Path(record).write_text(json.dumps(scores), encoding="utf-8")


if __name__ == "__main__":
    main()
