"""What the terminal shows of a class: a table, and the marks in two figures."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text as Styled

from autograder.model import Report, Status
from autograder.report.plain import one_line
from autograder.report.records import final_score, rows, shown_score

WHOLE_CLASS = 60
"""A class up to this size is shown student by student."""

LONGEST_NOTE = 160
COLOURS = {
    Status.GRADED: "green",
    Status.MISSING: "yellow",
    Status.BROKEN: "red",
    Status.ERRORED: "bold red",
}


def class_view(reports: Sequence[Report], language: str) -> RenderableType:
    """A small class as a table, of a large one those who need a look; the summary last."""
    if len(reports) <= WHOLE_CLASS:
        return Group(_table(reports, language), summary(reports))
    look = [report for report in reports if report.status is not Status.GRADED]
    parts: list[RenderableType] = [_table(look[:WHOLE_CLASS], language)] if look else []
    if len(look) > WHOLE_CLASS:
        parts.append(Styled(f"and {len(look) - WHOLE_CLASS} more that need a look: see grades.csv, or make the report"))
    return Group(*parts, summary(reports))


def summary(reports: Sequence[Report]) -> Styled:
    """How many of each status, and the marks in two figures."""
    counts = Counter(report.status for report in reports)
    parts = [f"{counts[status]} {status}" for status in Status if counts[status]]
    scores = [float(score) for score in map(final_score, reports) if score is not None]
    marks = f"; mean {statistics.mean(scores):.1f}, median {round(statistics.median(scores), 1):g}" if scores else ""
    return Styled(f"{len(reports)} submissions: {', '.join(parts)}{marks}")


def _table(reports: Sequence[Report], language: str) -> Table:
    table = Table(show_edge=False, header_style="bold")
    table.add_column("student", overflow="fold")
    table.add_column("score", justify="right", no_wrap=True)
    table.add_column("status", no_wrap=True)
    table.add_column("points lost")
    for report in reports:
        table.add_row(
            Styled(one_line(report.student)),
            Styled(shown_score(final_score(report))),
            Styled(str(report.status), style=COLOURS[report.status]),
            Styled(_note(report, language), no_wrap=True, overflow="ellipsis"),
        )
    return table


def _note(report: Report, language: str) -> str:
    """Where the points went, or why there are none."""
    if not report.exercises:
        return one_line(report.message.into(language) if report.message else "", LONGEST_NOTE)
    lost = [row for row in rows(report) if row.score is not None and row.score < row.exercise.points]
    return ", ".join(f"{row.exercise.name} {shown_score(row.score)}/{row.exercise.points}" for row in lost)
