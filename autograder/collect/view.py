"""What the terminal shows of a collection: who handed in and when, and everything that somebody has to look at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text as Styled

from autograder.archives import listed
from autograder.collect.model import Collection, Handed
from autograder.report.plain import one_line

WHOLE_CLASS = 60
"""A class up to this size is shown student by student."""
LONGEST = 200
COLOURS = {
    "no submission": "yellow", "renamed": "green", "refused": "red", "not matched": "yellow", "stray": "yellow",
    "gone": "yellow",
}  # fmt: skip


def collection_view(collection: Collection) -> RenderableType:
    """A small class as a table; what needs a look, in another; what else to know; how many of each, last."""
    parts: list[RenderableType] = []
    if len(collection.students) <= WHOLE_CLASS:
        parts.append(_students(each.handed for each in collection.students))
    troubles = list(_troubles(collection))
    if troubles:
        parts.append(_table(("what", "who", "why"), troubles[:WHOLE_CLASS]))
    if len(troubles) > WHOLE_CLASS:
        parts.append(Styled(f"and {len(troubles) - WHOLE_CLASS} more that need a look: see collected.json"))
    return Group(*parts, *map(Styled, collection.notes), Styled(summary(collection)))


def summary(collection: Collection) -> str:
    """How many there are of each."""
    handed = [each.handed for each in collection.students]
    counts = {
        "late": sum(bool(each.late) for each in handed),
        "renamed": sum(bool(each.called) for each in collection.students),
        "without a submission": len(collection.missing),
        "refused": len(collection.refused),
        "not matched": len(collection.unmatched),
        "stray": len(collection.strays),
        "gone": len(collection.gone),
    }
    told = [f"{count} {what}" for what, count in counts.items() if count]
    return f"{collection.platform}: " + ", ".join([f"{len(handed)} collected", *told])


def _students(handed: Iterable[Handed]) -> Table:
    rows = (
        (
            Styled(one_line(each.folder, LONGEST)),
            Styled(one_line(each.name, LONGEST)),
            Styled(f"{each.submitted_at:%Y-%m-%d %H:%M:%S%z}" if each.submitted_at else ""),
            Styled("late" if each.late else "", style="yellow"),
            Styled(f"{each.attempt}" + (f" ({each.of} found)" if each.of > 1 else "")),
        )
        for each in handed
    )
    return _table(("student", "name", "handed in", "late", "attempt"), rows)


def _troubles(collection: Collection) -> Iterator[tuple[Styled, Styled, Styled]]:
    for person in collection.missing:
        yield _trouble("no submission", person.id, person.name)
    for refusal in collection.refused:
        yield _trouble("refused", refusal.student, f"{refusal.origin}: {refusal.reason}")
    for handed in collection.unmatched:
        yield _trouble("not matched", handed.folder, handed.remark)
    for stray in collection.strays:
        yield _trouble("stray", stray.origin, stray.reason)
    if collection.gone:
        why = "not in this download, unlike the one before; what was graded of them stays in the gradebook"
        yield _trouble("gone", listed(collection.gone), why)
    for each in collection.students:
        if each.called:
            yield _trouble("renamed", each.handed.folder, f"handed in as {each.called}, the one file that can be meant")


def _trouble(what: str, who: str, why: str) -> tuple[Styled, Styled, Styled]:
    return Styled(what, style=COLOURS[what]), Styled(one_line(who, LONGEST)), Styled(one_line(why, LONGEST))


def _table(headings: Iterable[str], rows: Iterable[tuple[Styled, ...]]) -> Table:
    table = Table(*headings, show_edge=False, header_style="bold")
    for row in rows:
        table.add_row(*row)
    return table
