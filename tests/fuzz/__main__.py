"""Feed damaged replies to the trusted side: ``python -m tests.fuzz [--frames 100000] [--seed N]``."""

from __future__ import annotations

import secrets
import sys
import time

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from tests.fuzz.drive import Judge, Tally, descriptors, resident_mib

GROWTH_MIB = 32.0
"""What the allocators may keep between the first tenth and the end."""
SHOWN = 10


@click.command(help=__doc__)
@click.option("--frames", type=click.IntRange(min=1), default=100_000, show_default=True)
@click.option("--seed", type=click.IntRange(min=0), help="Of an earlier run, to repeat it exactly.")
def main(frames: int, seed: int | None) -> None:
    """Exit code 1 where anything came out that must not."""
    judge = Judge(secrets.randbits(32) if seed is None else seed)
    started = time.monotonic()
    first, last, files = fed(judge, frames)
    grown = last - first > GROWTH_MIB
    for line in judge.tally.violations[:SHOWN]:
        click.echo(line, err=True)
    click.echo(summary(judge, time.monotonic() - started, (first, last), files))
    sys.exit(1 if judge.tally.violations or grown or files else 0)


def fed(judge: Judge, frames: int) -> tuple[float, float, int]:
    """Resident MiB after a tenth and at the end, and how many more descriptors are open by then."""
    console = Console(stderr=True)
    columns = (TextColumn("fuzzing"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("fuzzing", total=frames)
        judge.run(max(frames // 10, 1), lambda done: progress.advance(task, done))
        first, open_then = resident_mib(), descriptors()
        judge.run(frames, lambda done: progress.advance(task, done))
    return first, resident_mib(), descriptors() - open_then


def summary(judge: Judge, seconds: float, resident: tuple[float, float], files: int) -> str:
    """What it comes to, in one line."""
    tally: Tally = judge.tally
    memory = f"resident {resident[0]:.0f} MiB after a tenth, {resident[1]:.0f} MiB at the end"
    return f"{tally}; {memory}; {files} descriptors leaked; {seconds:.0f} s; --seed {judge.seed}"


main()
