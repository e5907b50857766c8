"""A CSV for people and their spreadsheets: everything that a final mark is made of, a line for each."""

from __future__ import annotations

from collections.abc import Sequence

from autograder.errors import ExportError
from autograder.export.entry import Entry, Product, Settings
from autograder.export.figures import cell
from autograder.export.harmless import harmless
from autograder.export.sheet import Sheet
from autograder.export.table import table

DECIMALS = 2
HEADER = (
    "student", "id", "name", "email", "section", "assignment", "title", "status", "handed_in_at", "late_seconds",
    "auto", "adjustment", "deduction", "final", "max_points",
)  # fmt: skip


def build(entries: Sequence[Entry], template: Sheet | None, settings: Settings) -> Product:
    """A line for each entry; raises ``ExportError`` where there is a template."""
    if template is not None:
        raise ExportError("csv and json are made anew: leave --template out")
    return Product(table(HEADER, map(_line, entries), bom=True), tuple(entries))


def _line(entry: Entry) -> tuple[str, ...]:
    texts = (entry.student, entry.id, entry.name, entry.email, entry.section, entry.assignment, entry.title)
    at = entry.handed_in_at
    return (
        *map(harmless, texts),
        str(entry.status),
        at.isoformat(timespec="seconds") if at else "",
        str(max(int(entry.late_by.total_seconds()), 0)),
        *(cell(each, DECIMALS) for each in (entry.auto, entry.adjustment, entry.deduction, entry.points)),
        str(entry.max_points),
    )
