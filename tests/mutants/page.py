"""The section of ``docs/marking.md`` about mutants. It follows from the mutants and the list of equivalent ones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tests.mutants.listed import Equivalent
from tests.mutants.mutate import Mutant

SECTION = "mutants"


def section(mutants: Iterable[Mutant], listed: Iterable[Equivalent]) -> str:
    """Counts by assignment, then every equivalent mutant with its reason."""
    reasons, mutants = {each.id: each.reason for each in listed}, tuple(mutants)
    return "\n".join([*counts(mutants, reasons), "", *survivors(mutants, reasons)])


def counts(mutants: tuple[Mutant, ...], reasons: dict[str, str]) -> Iterator[str]:
    """A table with a row for each assignment."""
    yield "| assignment | mutants | lose points | equivalent |"
    yield "|---|---|---|---|"
    for assignment in (*dict.fromkeys(mutant.assignment for mutant in mutants), None):
        these = [mutant.id for mutant in mutants if assignment in (None, mutant.assignment)]
        spared = sum(each in reasons for each in these)
        name = f"`{assignment}`" if assignment else "all"
        yield f"| {name} | {len(these)} | {len(these) - spared} | {spared} |"


def survivors(mutants: tuple[Mutant, ...], reasons: dict[str, str]) -> Iterator[str]:
    """For each line of code that has some, what becomes of it and why that changes nothing."""
    yield "The equivalent ones, by function and by the line that is changed:"
    spared = [mutant for mutant in mutants if mutant.id in reasons]
    for place in dict.fromkeys((mutant.assignment, mutant.function, mutant.before) for mutant in spared):
        assignment, function, before = place
        yield from ("", f"`{assignment}`, `{function}`: `{before}`", "")
        for mutant in spared:
            if (mutant.assignment, mutant.function, mutant.before) == place:
                yield f"- `{mutant.after}` ({mutant.operator}): {reasons[mutant.id]}"
