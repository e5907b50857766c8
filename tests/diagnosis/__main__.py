"""How often what went wrong is named rightly, described, or named wrongly.

The exit code is 1 where a single misconception is named wrongly.

``python -m tests.diagnosis [--write]``; with ``--write`` the table goes into ``docs/marking.md``.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from tests.diagnosis.cases import Case, mutants, pairs, single
from tests.diagnosis.measure import Finding, Outcome, findings, share
from tests.marking_page import write_section
from tests.support import KIT

KINDS = (single, pairs, mutants)
SECTION = "diagnosis"
Row = tuple[str, str, int, dict[Outcome, float]]


def main() -> int:
    """Measure, print, and perhaps write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="put the table into docs/marking.md")
    parser.add_argument("--list", action="store_true", help="name what was not named rightly")
    options = parser.parse_args()
    console = Console()
    found = measured(console)
    rows = [(assignment, kind, len(each), share(each)) for (assignment, kind), each in found.items()]
    console.print(table(rows))
    if options.list:
        for each in [finding for group in found.values() for finding in group]:
            if each.outcome is not Outcome.NAMED:
                said = f"{each.outcome}: {each.case.name} [{each.exercise}] {', '.join(each.said)}"
                console.print(said, markup=False)
    if options.write:
        write_section(SECTION, markdown(rows))
    wrong = [each for (_, kind), group in found.items() if kind == "one misconception" for each in group
             if each.outcome is Outcome.WRONG]  # fmt: skip
    return 1 if wrong else 0


def measured(console: Console) -> dict[tuple[str, str], list[Finding]]:
    """Findings by assignment and kind of case."""
    found: dict[tuple[str, str], list[Finding]] = {}
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        for assignment in KIT.names:
            for kind in KINDS:
                cases: list[Case] = kind(assignment)
                if not cases:
                    continue
                task = progress.add_task(f"{assignment}, {cases[0].kind}", total=None)
                advance = lambda task=task: progress.advance(task)  # noqa: E731
                found[assignment, cases[0].kind] = findings(assignment, cases, advance)
    return found


def table(rows: Sequence[Row]) -> Table:
    """What people look at."""
    shown = Table("assignment", "what is in it", "mistakes", *Outcome)
    for assignment, kind, count, shares in rows:
        shown.add_row(assignment, kind, str(count), *(f"{shares[outcome]:.1%}" for outcome in Outcome))
    return shown


def markdown(rows: Sequence[Row]) -> str:
    """The same for the page."""
    lines = [f"| assignment | what is in it | mistakes | {' | '.join(Outcome)} |", "|---|---|---:|---:|---:|---:|---:|"]
    for assignment, kind, count, shares in rows:
        cells = " | ".join(f"{shares[outcome]:.1%}" for outcome in Outcome)
        lines.append(f"| {assignment} | {kind} | {count} | {cells} |")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
