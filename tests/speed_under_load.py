"""Shows that both speed checks are fair on a busy machine: ``python -m tests.speed_under_load [REPETITIONS]``.

Twice as many endless loops as there are cores run beside it. Every correct variant must pass each
check each time (300 trials of it in all unless told otherwise), and every looped one must fail each time.
Exit status 1 where one trial goes wrong.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator

from autograder.bench import Work, open_bench
from autograder.marking import open_marker
from autograder.model import Check
from autograder.rubrics import Rubric
from autograder.trial import Trial
from tests.support import misconceptions, rubric_of, solution_source, variant_source, variants, wrong_source

NAME = "max_pooling"
CHECKS = {"fast_speed": False, "public_fast_speed": True}
"""Each with whether it is public."""


def sources() -> dict[str, tuple[str, bool]]:
    """Source texts by name, each with whether it should pass."""
    right = {variant: (variant_source(NAME, variant), True) for variant in variants(NAME)}
    looped = [each for each in misconceptions(NAME) if each.id.startswith("fast-looped")]
    wrong = {each.id: (wrong_source(NAME, each), False) for each in looped}
    return {"reference": (solution_source(NAME), True), **right, **wrong}


@contextlib.contextmanager
def busy_cores() -> Iterator[None]:
    """Two endless loops a core for as long as the block runs."""
    loops = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(2 * (os.cpu_count() or 1))]
    try:
        yield
    finally:
        for loop in loops:
            loop.kill()
            loop.wait()


def passes(source: str, record: Check, rubric: Rubric, repetitions: int) -> int:
    """In how many of the repetitions the submission passes the check."""
    passed = 0
    with open_marker(rubric) as marker, open_bench(rubric, Work(source), marker.workers) as bench:
        for _ in range(repetitions):
            trial = Trial(bench.student(seconds=600), rubric.book)
            record.function(trial)
            passed += not trial.failed
    return passed


def misjudged(name: str, public: bool, total: int) -> int:
    """Put everything to the check called ``name``, with a line for each submission; how many it misjudged."""
    everything, rubric = sources(), rubric_of(NAME, 0, public)
    repetitions = -(-total // sum(right for _, right in everything.values()))
    record = next(each for each in rubric.checks if each.name == name)
    wrong = 0
    for submission, (source, right) in everything.items():
        passed = passes(source, record, rubric, repetitions)
        wrong += passed != (repetitions if right else 0)
        kind = "vectorised" if right else "looped"
        print(f"{name:18} {submission:32} {kind:10} passed {passed:3} of {repetitions}", flush=True)
    return wrong


def main() -> int:
    """Run all trials of both checks."""
    total = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    with busy_cores():
        wrong = sum(misjudged(name, public, total) for name, public in CHECKS.items())
    print("every trial as it should be" if not wrong else f"{wrong} submissions were misjudged")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
