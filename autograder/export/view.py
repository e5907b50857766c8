"""What the terminal shows of an export: who is not in it, whose cell is empty, and what was left alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text as Styled

from autograder.export.entry import Product, Remark
from autograder.report.plain import one_line

SHOWN = 60
"""So many of each kind; a course's other students are hundreds of untouched lines."""
LONGEST = 200


def product_view(product: Product, decimals: int) -> RenderableType:
    """Whom somebody has to look at, in a table; how many of each, last."""
    parts: list[RenderableType] = []
    if any(remarks for _, remarks in _kinds(product)):
        table = Table("what", "who", "why", show_edge=False, header_style="bold")
        for what, remarks in _kinds(product):
            _add(table, what, remarks)
        parts.append(table)
    return Group(*parts, Styled(summary(product, decimals)))


def summary(product: Product, decimals: int) -> str:
    """How many there are of each."""
    counts = [f"{len(remarks)} {what}" for what, remarks in _kinds(product) if remarks]
    return "; ".join([f"{product.marks} marks, rounded half up to {decimals} decimals", *counts])


def _kinds(product: Product) -> Iterator[tuple[str, Sequence[Remark]]]:
    yield "left out", product.left_out
    yield "without a mark", product.unmarked
    yield "replaced", product.replaced
    yield "untouched", product.untouched


def _add(table: Table, what: str, remarks: Sequence[Remark]) -> None:
    for remark in remarks[:SHOWN]:
        table.add_row(*(Styled(one_line(text, LONGEST)) for text in (what, remark.who, remark.why)))
    if len(remarks) > SHOWN:
        table.add_row(what, f"and {len(remarks) - SHOWN} more", "")
