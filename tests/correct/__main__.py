"""Mark every correct variant, and the reference, over many seeds: each must earn 100 with every seed.

Two processes mark in confined workers, as in grading; each takes whole seeds. Exit code 1 where anything is lost.
To look at a single failure again, name it: --variant NAME --first SEED --seeds 1.
"""

from __future__ import annotations

import multiprocessing
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from tests.correct.marked import KIT, Mark, Turn, Variant, marked, variants_of

PROCESSES = 2
SEEDS, FEW = 200, 6
"""How many seeds an assignment is marked with, and how many where a check takes seconds, as training a network does."""
AT_A_TIME = 5
"""Seeds of a turn: opening workers takes as long as marking some variants, so it is not done for each seed."""
COLUMNS = ("assignment", "variants", "seeds", "marked", "below 100")


@click.command(help=__doc__)
@click.argument("assignments", nargs=-1, metavar="[ASSIGNMENT ...]", type=click.Choice(KIT.names))
@click.option("--seeds", type=click.IntRange(min=1), help=f"How many; {SEEDS}, or {FEW} where a check is costly.")
@click.option("--first", type=click.IntRange(min=0), default=0, show_default=True, help="The first of them.")
@click.option("--variant", metavar="NAME", help="This one alone; or the path of any file that ends in .py.")
def main(assignments: tuple[str, ...], seeds: int | None, first: int, variant: str | None) -> None:
    """Exit code 1 where anything is lost, 2 where there is nothing to mark."""
    names = assignments or KIT.names
    chosen = {name: found for name in names if (found := chosen_variants(name, variant))}
    if not chosen:
        raise click.UsageError(f"no variant is called {variant}")
    started = time.monotonic()
    turns = [turn for name in chosen for turn in turns_of(name, chosen[name], first, seeds or enough(name))]
    marks = tuple(marks_of(turns))
    failed = sorted((each for each in marks if each.losses), key=lambda each: each.order)
    console = Console(highlight=False)
    console.print(table_of(chosen, marks))
    for line in complaints(failed):
        click.echo(line)
    click.echo(f"{len(marks)} marked in {time.monotonic() - started:.0f} s, {len(failed)} below 100")
    sys.exit(1 if failed else 0)


def chosen_variants(assignment: str, wanted: str | None) -> tuple[Variant, ...]:
    """The assignment's variants that are asked for; none where there is none of that name."""
    if wanted is None:
        return variants_of(assignment)
    if wanted.endswith(".py"):
        return (Variant(Path(wanted).stem, Path(wanted)),) if Path(wanted).is_file() else ()
    return tuple(each for each in variants_of(assignment) if each.name == wanted)


def enough(assignment: str) -> int:
    """With how many seeds an assignment is marked unless somebody says."""
    checks = KIT.checks(KIT.assignment(assignment))
    return FEW if any(check.costly for check in checks) else SEEDS


def turns_of(assignment: str, variants: tuple[Variant, ...], first: int, count: int) -> tuple[Turn, ...]:
    """A turn for every few of the ``count`` seeds from ``first`` on."""
    seeds = range(first, first + count)
    parts = [tuple(seeds[start : start + AT_A_TIME]) for start in range(0, count, AT_A_TIME)]
    return tuple(Turn(assignment, part, variants) for part in parts)


def marks_of(turns: Sequence[Turn]) -> Iterator[Mark]:
    """The marks of all turns, as they come; a terminal shows how far they are."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    # Started afresh, not forked: nothing of this process, such as the thread of the bar, gets into the others.
    pool = ProcessPoolExecutor(PROCESSES, mp_context=multiprocessing.get_context("spawn"))
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        try:
            task = progress.add_task("marking", total=sum(len(turn.seeds) * len(turn.variants) for turn in turns))
            for future in as_completed([pool.submit(marked, turn) for turn in turns]):
                marks = future.result()
                progress.advance(task, len(marks))
                yield from marks
        finally:
            pool.shutdown(cancel_futures=True)


def table_of(chosen: dict[str, tuple[Variant, ...]], marks: Sequence[Mark]) -> Table:
    """A line for each assignment."""
    table = Table(*COLUMNS)
    for column in table.columns[1:]:
        column.justify = "right"
    for name, variants in chosen.items():
        own = [each for each in marks if each.assignment == name]
        seeds, below = {each.seed for each in own}, sum(bool(each.losses) for each in own)
        table.add_row(name, *map(str, (len(variants), len(seeds), len(own), below)))
    return table


def complaints(failed: Sequence[Mark]) -> Iterator[str]:
    """A line for each check that was lost, then how often each variant lost each check."""
    for mark in failed:
        yield from (f"{mark.assignment}/{mark.variant}, seed {mark.seed}: {loss}" for loss in mark.losses)
    counts = Counter((mark.assignment, mark.variant, loss.check) for mark in failed for loss in mark.losses)
    for (name, variant, check), count in counts.items():
        yield f"{count} x {name}/{variant}: {check or 'the file'}"


if __name__ == "__main__":
    main()
