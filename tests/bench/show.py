"""Tables of what was measured."""

from __future__ import annotations

from collections.abc import Sequence

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from tests.bench.books import Books
from tests.bench.endurance import Endurance
from tests.bench.loops import EXERCISES_HIT, JOBS, SECONDS, Loops
from tests.bench.speed import Speed
from tests.bench.targets import SMALLER, Target

COLOURS = {"PASS": "green", "FAIL": "red", "not yet": "yellow"}


def show_speed(console: Console, speed: Speed) -> None:
    """What a submission costs, here and elsewhere."""
    students, counted_by = speed.graded.students, speed.graded.cost.counted_by
    table = _table(
        f"CPU of a submission of {speed.assignment}, all processes together, in a class of {students}",
        "", "ms", "of which start-up", "each", "measured with", "times ours",
    )  # fmt: skip
    for row in speed.rows:
        fixed = "" if row.line is None else f"{max(row.line.fixed, 0) / students * 1e3:.1f}"
        each = "" if row.line is None else f"{row.line.each * 1e3:.1f}"
        ratio = f"{row.seconds / speed.ours.seconds:.2f}"
        table.add_row(row.name, f"{row.seconds * 1e3:.1f}", fixed, each, row.sizes, ratio)
    console.print(table)
    console.print(f"confinement: {speed.graded.confinement}; CPU counted by {counted_by}; the least of each")
    console.print(
        "Every grader gave every student full marks in every exercise, by the same checks and seed. What a peer's\n"
        "submission costs does not depend on how many there are, so few are graded, in batches of two sizes; what\n"
        f"is paid once is then shared among {students}, as it is on our side."
    )
    floor = " ".join(f"{each:.2f}" for each in speed.times_floor)
    console.print(f"each over the floor, both without start-up, in {len(speed.pairs)} rounds: {floor}")
    console.print(f"with its share of start-up, the least of each: {speed.ours.seconds / speed.rows[1].seconds:.2f}")
    console.print(
        f"autograder check on the reference, cold: {min(speed.checks):.2f} to {max(speed.checks):.2f} s on the clock"
    )


def show_books(console: Console, found: Books) -> None:
    """What a submission costs before and after it is marked, and what a full gradebook is asked."""
    title = f"CPU beside the marking, from classes of {found.students // SMALLER:,} and {found.students:,}"
    table = _table(title, "", "ms each", "start, s")
    for name, line in (("collecting from Moodle's zip", found.collecting), ("recording", found.recording)):
        table.add_row(name, f"{line.each * 1e3:.2f}", f"{max(line.fixed, 0):.2f}")
    console.print(table)
    asked = ", ".join(f"{name} {seconds:.2f} s" for name, seconds in found.queries.items())
    console.print(f"a gradebook of {found.students:,} results, on the clock: {asked}")
    console.print(f"reading all reports in full, as pages for everybody need them: {found.whole:.1f} s")


def show_endurance(console: Console, found: Endurance) -> None:
    """How the class of 10,000 went."""
    table = _table(f"A class of {found.graded.students:,}, two jobs", "", "results", "memory, MB", "processes")
    for name, sample in (("early", found.early), ("late", found.late), ("peak", found.peak)):
        table.add_row(name, f"{sample.done:,}", f"{sample.megabytes:.1f}", str(sample.processes))
    console.print(table)
    console.print("Memory is VmRSS of the trusted side: autograder grade with its controllers, no worker among them.")
    console.print(f"results a second: {found.first_rate:.1f} at first, {found.last_rate:.1f} at last")


def show_loops(console: Console, found: Loops) -> None:
    """Whom the loops delayed."""
    title = f"{found.delays[-1].count:,} honest submissions, alone and with {found.loops} endless loops; seconds"
    table = _table(title, "honest results", "alone", "with loops", "the loops' share", "beyond it")
    for each in found.delays:
        numbers = (each.alone, each.mixed, each.share, each.beyond)
        table.add_row(f"{each.count:,}", *(f"{number:.1f}" for number in numbers))
    console.print(table)
    console.print(
        f"The kit is a copy with a limit of {SECONDS} s. A loop meets {EXERCISES_HIT} exercise, so it may cost "
        f"{SECONDS * EXERCISES_HIT} s / {JOBS} jobs\n"
        "besides what any submission costs; half of them loop when called, half while they are imported.\n"
        f"The loops cost {found.cost:.1f} s of {found.share:.1f} s they may; the longest time without an honest "
        f"result was {found.longest_gap:.2f} s."
    )


def show_targets(console: Console, targets: Sequence[Target]) -> None:
    """What was promised, beside what is."""
    table = _table("Targets", "", "measured", "bound", "")
    for each in targets:
        bound = f"{'≥' if each.at_least else '≤'} {each.bound:g}{each.unit}"
        colour = COLOURS[each.verdict]
        table.add_row(each.promise, f"{each.value:.2f}{each.unit}", bound, f"[{colour}]{each.verdict}[/]")
    console.print(table)


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", box=SIMPLE_HEAD, pad_edge=False)
    for number, column in enumerate(columns):
        table.add_column(column, justify="left" if number == 0 else "right")
    return table
