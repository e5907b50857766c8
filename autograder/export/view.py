"""What the terminal shows of an export: who is not in it, whose cell is empty, and what was left alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.text import Text as Styled

from autograder.export.entry import Product, Remark
from autograder.report.plain import one_line

SHOWN = 60
"""So many of each kind; a course's other students are hundreds of untouched lines."""
LONGEST = 200


def product_view(product: Product, decimals: int) -> RenderableType:
    """Whom somebody has to look at, a line each; how many of each kind, last."""
    lines = [line for what, remarks in _kinds(product) for line in _lines(what, remarks)]
    return Group(*map(Styled, lines), Styled(summary(product, decimals)))


def summary(product: Product, decimals: int) -> str:
    """How many there are of each."""
    counts = [f"{len(remarks)} {what}" for what, remarks in _kinds(product) if remarks]
    return "; ".join([f"{product.marks} marks, rounded half up to {decimals} decimals", *counts])


def _kinds(product: Product) -> Iterator[tuple[str, Sequence[Remark]]]:
    yield "left out", product.left_out
    yield "without a mark", product.unmarked
    yield "given 0", product.zeros
    yield "replaced", product.replaced
    yield "untouched", product.untouched


def _lines(what: str, remarks: Sequence[Remark]) -> Iterator[str]:
    for remark in remarks[:SHOWN]:
        who = f"{remark.who} ({remark.name})" if remark.name and remark.name != remark.who else remark.who
        yield f"{what}: {one_line(who, LONGEST)}: {one_line(remark.why, LONGEST)}"
    if len(remarks) > SHOWN:
        yield f"{what}: and {len(remarks) - SHOWN} more"
