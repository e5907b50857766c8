"""The command line: ``python -m tests.other_courses [--write] [--only KIND]``.

Shows what the checks of other courses let pass that ours catch; ``--write`` puts it into ``docs/marking.md``.
"""

from __future__ import annotations

import argparse
import time

from rich.console import Console
from rich.progress import Progress

from tests.marking_page import PAGE
from tests.other_courses import compare, show

KINDS: tuple[compare.Kind, ...] = ("misconception", "mutant", "variant")
WIDTH = 140


def main() -> None:
    """Judge everything, show it, and write it down if asked to."""
    parser = argparse.ArgumentParser(prog="python -m tests.other_courses", description="What other courses let pass.")
    parser.add_argument("--write", action="store_true", help=f"put the tables into {PAGE.name}")
    parser.add_argument("--only", choices=KINDS, help="one kind of module alone: a look, no comparison")
    arguments = parser.parse_args()
    if arguments.write and arguments.only:
        parser.error("--write needs all kinds: leave --only out")
    console, started = Console(width=WIDTH), time.monotonic()
    found = compare.modules((arguments.only,) if arguments.only else KINDS)
    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(f"{len(found)} modules", total=2 * len(found))
        judged = compare.judged(found, lambda: progress.advance(task))
    show.show(console, judged)
    console.print(f"{len(found)} modules in {time.monotonic() - started:.0f} s")
    if arguments.write:
        show.write(judged)
        console.print(f"written to {PAGE.name}")


if __name__ == "__main__":
    main()
