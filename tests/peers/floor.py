"""The floor: the hidden checks, warm, in one process, with nothing around them.

    python -m tests.peers.floor RECORD NAME SEED FILE...

Of each file the text is compiled and run, which any grader has to do, then every check is run and the
points are added up. Nothing is confined, started, sent or written. The CPU time of the whole round is
written to RECORD with the points; what only the first submission pays (imports, building the cases) is paid
before the clock starts.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from tests.peers.inside import marks
from tests.support import load_source


def points(path: Path, name: str, seed: int) -> float:
    """What one file earns."""
    return sum(marks(load_source(path.read_text(encoding="utf-8"), name), name, seed).values())


def main() -> None:
    """Warm up on the first file, then mark them all."""
    record, name, seed, *files = sys.argv[1:]
    paths = [Path(file) for file in files]
    points(paths[0], name, int(seed))
    started, earned = time.process_time(), []
    for done, path in enumerate(paths, start=1):
        earned.append(points(path, name, int(seed)))
        Path(record).with_suffix(".done").write_text(str(done), encoding="utf-8")
    cpu = time.process_time() - started
    Path(record).write_text(json.dumps({"cpu": cpu, "points": earned}), encoding="utf-8")


if __name__ == "__main__":
    main()
