"""``python -m tests.crash`` kills at 200 random moments of runs over 300 submissions, and nothing must come of it."""

from __future__ import annotations

import argparse
import random
import tempfile
from collections import Counter
from pathlib import Path

from autograder.sandbox.layers import Layer
from tests.crash.lesson import teach
from tests.crash.ordeal import Ordeal, drawn
from tests.crash.processes import Target
from tests.support import close_shared_workers, confinement_here

AT_ONCE = 10
"""Moments of one run: what is killed more often than that would seldom get anywhere."""
LOOPS = 2


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.crash", description=__doc__)
    parser.add_argument("--moments", type=int, default=200)
    parser.add_argument("--size", type=int, default=300, help="of the class")
    parser.add_argument("--seed", type=int, default=1, help="of the moments")
    options = parser.parse_args()
    pid_space = Layer.PID in confinement_here().held
    close_shared_workers()
    killed: Counter[Target] = Counter()
    with tempfile.TemporaryDirectory(prefix="crash-") as folder:
        lesson = teach(Path(folder), options.size, LOOPS)
        number = 0
        while killed.total() < options.moments:
            number += 1
            rng = random.Random(f"{options.seed} {number}")
            moments = drawn(rng, options.size, min(AT_ONCE, options.moments - killed.total()))
            ordeal = Ordeal(lesson, Path(folder) / f"run{number}", rng, pid_space=pid_space)
            ordeal.endure(moments)
            killed += ordeal.killed
            print(f"run {number}: {said(ordeal.killed)}: as if nothing had happened", flush=True)
    print(f"{killed.total()} killed ({said(killed)}): nothing lost, doubled or zeroed")


def said(killed: Counter[Target]) -> str:
    """How many of what."""
    return ", ".join(f"{killed[target]} {target}" for target in Target if killed[target]) or "nothing killed"


if __name__ == "__main__":
    main()
