"""Shows that the speed check is fair on a busy machine: ``python -m tests.speed_under_load [REPETITIONS]``.

Twice as many endless loops as there are cores run beside it. Every correct variant must pass the
check each time (300 trials in all unless told otherwise), and every looped one must fail each time.
Exit status 1 where one trial goes wrong.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator

from autograder.bench import open_bench
from autograder.marking import open_marker
from autograder.model import Check
from autograder.rubrics import Rubric
from autograder.trial import Trial
from tests.support import misconceptions, rubric_of, solution_source, variant_source, variants, wrong_source

NAME = "max_pooling"
CHECK = "fast_speed"


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
    with open_marker(rubric) as marker, open_bench(rubric, source, marker.workers) as bench:
        for _ in range(repetitions):
            trial = Trial(bench.student(seconds=600), rubric.book)
            record.function(trial)
            passed += not trial.failed
    return passed


def main() -> int:
    """Run all trials and print a line for each submission."""
    everything = sources()
    total = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    repetitions = -(-total // sum(right for _, right in everything.values()))
    rubric = rubric_of(NAME, 0)
    record = next(each for each in rubric.checks if each.name == CHECK)
    wrong = 0
    with busy_cores():
        for name, (source, right) in everything.items():
            passed = passes(source, record, rubric, repetitions)
            wrong += passed != (repetitions if right else 0)
            print(f"{name:32} {'vectorised' if right else 'looped':10} passed {passed:3} of {repetitions}", flush=True)
    print("every trial as it should be" if not wrong else f"{wrong} submissions were misjudged")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
