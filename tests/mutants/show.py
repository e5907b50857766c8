"""Tables for people: how many mutants lose points, and what each check sees."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from rich.console import Console
from rich.table import Table

from tests.mutants.mutate import Mutant
from tests.mutants.standing import Standing


def show_counts(console: Console, mutants: Iterable[Mutant], survivors: Iterable[Mutant]) -> None:
    """A row for each assignment and kind of operator."""
    all_of, left_of = (Counter(map(kind, each)) for each in (mutants, survivors))
    table = Table("assignment", "operator", title="mutants")
    for column in ("mutants", "lose points", "keep them"):
        table.add_column(column, justify="right")
    for (assignment, operator), number in all_of.items():
        left = left_of[assignment, operator]
        table.add_row(assignment, operator, str(number), str(number - left), str(left))
    number, left = all_of.total(), left_of.total()
    table.add_section()
    table.add_row("all", "", str(number), str(number - left), str(left))
    console.print(table)


def kind(mutant: Mutant) -> tuple[str, str]:
    """The assignment and the operator without what it replaces by what."""
    return mutant.assignment, re.split(r"[_(]", mutant.operator)[0]


def show_standings(console: Console, assignment: str, found: Iterable[Standing], mutants: frozenset[str]) -> None:
    """A row for each check: what it sees, what it alone sees, what climbs past it and no further, and why it stands."""
    table = Table("check", title=f"{assignment}: what each check sees, of mutants + misconceptions")
    for column in ("sees", "alone", "passed, and failed later"):
        table.add_column(column, justify="right")
    table.add_column("stands as")
    for each in found:
        groups = each.kills.all, each.kills.alone, each.rung
        numbers = [f"{len(group & mutants)} + {len(group - mutants)}" for group in groups]
        table.add_row(each.kills.check, *numbers, each.reason or "nothing")
    console.print(table)
