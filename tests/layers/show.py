"""Two tables, on the screen and in ``docs/layers.md``."""

from __future__ import annotations

from collections.abc import Sequence

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from tests.layers.measure import Outcome
from tests.marking_page import with_section
from tests.support import ROOT

PAGE = ROOT / "docs" / "layers.md"
TORCH_HEAD = ["step", "on", "ours, ms", "torch, ms", "times torch", "aim", ""]
LOOPS_HEAD = ["step", "on", "beside", "ours, ms", "loops, ms", "times faster", "aim", ""]

Rows = list[list[str]]


def torch_rows(outcomes: Sequence[Outcome]) -> Rows:
    """One row for each step beside torch."""
    return [
        [each.contest.step, each.contest.case, *milliseconds(each), f"{each.timing.slowness:.2f}", *aim(each)]
        for each in outcomes
    ]


def loops_rows(outcomes: Sequence[Outcome]) -> Rows:
    """One row for each step beside loops."""
    return [
        [
            *(each.contest.step, each.contest.case, each.contest.rival),
            *milliseconds(each),
            f"{1 / each.timing.slowness:,.1f}",
            *aim(each),
        ]
        for each in outcomes
    ]


def milliseconds(outcome: Outcome) -> list[str]:
    """The shortest time of either side."""
    return [f"{min(seconds) * 1e3:.2f}" for seconds in (outcome.timing.ours, outcome.timing.theirs)]


def aim(outcome: Outcome) -> list[str]:
    """The bound and whether it holds; nothing where there is none."""
    target = outcome.target
    if target is None:
        return ["", ""]
    return [f"{'≥' if target.at_least else '≤'} {target.bound:g}", "met" if target.met else "missed"]


def show(console: Console, title: str, head: list[str], rows: Rows) -> None:
    """A table for the screen."""
    table = Table(title=title, title_justify="left", title_style="bold", box=SIMPLE_HEAD, pad_edge=False)
    texts = len(head) - len(head[head.index("ours, ms") :])
    for number, column in enumerate(head):
        table.add_column(column, justify="left" if number < texts else "right")
    for row in rows:
        table.add_row(*row)
    console.print(table)


def markdown(head: list[str], rows: Rows) -> str:
    """The same for the page."""
    rules = ["---" if number < head.index("ours, ms") else "--:" for number in range(len(head))]
    return "\n".join("| " + " | ".join(line) + " |" for line in [head, rules, *rows])


def write(name: str, text: str) -> None:
    """Put it into the page's section ``name``."""
    page = with_section(PAGE.read_text(encoding="utf-8"), name, text)
    PAGE.write_text(page, encoding="utf-8")
