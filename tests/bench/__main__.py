"""The command line: ``python -m tests.bench [--students N] [--ten-thousand] [--endless] [--quick]``.

Measures what grading costs and says whether the promises hold, as ratios within one run on one machine.
Exit status 1 where one of them does not.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib.util
import os
import sys
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from rich.console import Console

from tests.bench import books, endurance, loops, show, speed
from tests.bench.meter import BenchError
from tests.bench.targets import Target

PEERS = ("nbgrader", "otter")
WIDTH = 120


@dataclass(frozen=True)
class Plan:
    """How large the classes are."""

    sizes: speed.Sizes
    endurance: int
    books: int
    honest: int
    loops: int


FULL = Plan(
    sizes=speed.Sizes(students=300, nbgrader=12, otter=8),
    endurance=endurance.STUDENTS,
    books=books.STUDENTS,
    honest=loops.HONEST,
    loops=loops.LOOPS,
)
FEW = speed.Sizes(students=60, nbgrader=4, otter=3, rounds=1, peer_rounds=1)
QUICK = Plan(FEW, endurance=1_000, books=1_000, honest=100, loops=10)


def parsed() -> argparse.Namespace:
    """The arguments."""
    sizes = FULL.sizes
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench", description="What grading costs, and whether that is what was promised."
    )
    parser.add_argument("--students", type=class_size, default=sizes.students, help="honest submissions for our side")
    parser.add_argument("--nbgrader", type=class_size, default=sizes.nbgrader, help="submissions for nbgrader")
    parser.add_argument("--otter", type=class_size, default=sizes.otter, help="submissions for otter")
    parser.add_argument("--ten-thousand", action="store_true", help="also grade a class of 10,000")
    parser.add_argument("--endless", action="store_true", help="also grade endless loops among honest submissions")
    parser.add_argument("--skip-speed", action="store_true", help="only what the two options above ask for")
    parser.add_argument("--quick", action="store_true", help="small classes throughout: a look, no measurement")
    return parser.parse_args()


def class_size(text: str) -> int:
    """A number of submissions: costs are told apart by classes of two sizes."""
    if not text.isdecimal() or int(text) < 2:
        raise argparse.ArgumentTypeError("must be a whole number of at least 2")
    return int(text)


def main() -> int:
    """Measure and show."""
    arguments = parsed()
    missing = [] if arguments.skip_speed else [name for name in PEERS if importlib.util.find_spec(name) is None]
    if missing:
        print(f"bench: {' and '.join(missing)} not installed: install the extras nbgrader and otter", file=sys.stderr)
        return 2
    console = Console(highlight=False, width=None if sys.stdout.isatty() else WIDTH)
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        try:
            targets = measured(console, Path(name), arguments)
        except BenchError as error:
            print(f"bench: {error}", file=sys.stderr)
            return 1
    show.show_targets(console, targets)
    return 0 if all(each.met or not each.binding for each in targets) else 1


def plan_of(arguments: argparse.Namespace) -> Plan:
    """The sizes that the arguments ask for."""
    if arguments.quick:
        return QUICK
    return replace(FULL, sizes=speed.Sizes(arguments.students, arguments.nbgrader, arguments.otter))


def measured(console: Console, folder: Path, arguments: argparse.Namespace) -> list[Target]:
    """Run the phases that are asked for, and show each as soon as it is over; what was promised of them."""
    plan, targets = plan_of(arguments), list[Target]()
    console.print(f"{os.cpu_count()} processors, load {' '.join(f'{each:.2f}' for each in os.getloadavg())}\n")
    if not arguments.skip_speed:
        costs = speed.speed(folder / "speed", speed.ASSIGNMENT, plan.sizes)
        show.show_speed(console, costs)
        targets += costs.targets
        kept = books.books(folder / "books", speed.ASSIGNMENT, plan.books)
        show.show_books(console, kept)
        targets += kept.targets
    if arguments.ten_thousand:
        lasted = endurance.endurance(folder / "endurance", speed.ASSIGNMENT, plan.endurance)
        show.show_endurance(console, lasted)
        targets += lasted.targets
    if arguments.endless:
        looped = loops.loops(folder / "loops", speed.ASSIGNMENT, plan.honest, plan.loops)
        show.show_loops(console, looped)
        targets += looped.targets
    return targets


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        sys.exit(main())
    sys.exit(130)
