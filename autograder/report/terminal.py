"""What the terminal shows: the table of a class, and one report for the student who asked for it."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterator, Sequence

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text as Styled

from autograder.model import ExerciseResult, Report, Status, Verdict
from autograder.report import wording
from autograder.report.feedback import Problem, section_of
from autograder.report.plain import one_line, plain
from autograder.report.records import final_score, own_import_trace, rows, shown_score
from autograder.scoring import shown

WHOLE_CLASS = 60
"""A class up to this size is shown student by student."""

LONGEST_NOTE = 160
COLOURS = {
    Status.GRADED: "green",
    Status.MISSING: "yellow",
    Status.BROKEN: "red",
    Status.ERRORED: "bold red",
}
SIGN_COLOURS = {
    Verdict.PASSED: "green",
    Verdict.FAILED: "red",
    Verdict.SKIPPED: "yellow",
    Verdict.ERRORED: "bold red",
}


def class_view(reports: Sequence[Report], language: str) -> RenderableType:
    """A small class as a table, of a large one those who need a look; the summary last."""
    if len(reports) <= WHOLE_CLASS:
        return Group(_table(reports, language), summary(reports))
    look = [report for report in reports if report.status is not Status.GRADED]
    parts: list[RenderableType] = [_table(look[:WHOLE_CLASS], language)] if look else []
    if len(look) > WHOLE_CLASS:
        parts.append(Styled(f"and {len(look) - WHOLE_CLASS} more that need a look: see grades.csv"))
    return Group(*parts, summary(reports))


def summary(reports: Sequence[Report]) -> Styled:
    """How many of each status, and the marks in two figures."""
    counts = Counter(report.status for report in reports)
    parts = [f"{counts[status]} {status}" for status in Status if counts[status]]
    scores = [float(score) for score in map(final_score, reports) if score is not None]
    marks = f"; mean {statistics.mean(scores):.1f}, median {statistics.median(scores):g}" if scores else ""
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


def print_report(console: Console, report: Report, language: str) -> None:
    """Show a student the report on their own file, exercise by exercise."""
    console.print(_heading(report, language))
    if report.message is not None:
        console.print(_indented(Styled(plain(report.message.into(language)), style="red"), 2))
    if trace := own_import_trace(report):
        console.print(_trace(trace, language))
    for result in report.exercises:
        for part in _exercise(result, language):
            console.print(part)
    console.print(_ending(report, language))


def _heading(report: Report, language: str) -> Styled:
    name = report.assignment.name
    return Styled.assemble((name, "bold"), f"  {report.assignment.title.into(language)}")


def _ending(report: Report, language: str) -> Styled:
    score, most = shown_score(final_score(report)), report.assignment.max_score
    public = wording.PUBLIC_SCORE.format(score=score, max_score=most).into(language)
    return Styled.assemble((public, "bold"), " ", wording.HIDDEN_TOO.into(language), "\n")


def _exercise(result: ExerciseResult, language: str) -> Iterator[RenderableType]:
    sign = (f"  {wording.SIGNS[result.verdict]} ", SIGN_COLOURS[result.verdict])
    points = (f"  {shown(result.score)} / {result.exercise.points}", "dim")
    yield Styled.assemble(sign, result.exercise.title.into(language), f" ({result.exercise.name})", points)
    if result.verdict is Verdict.PASSED:
        return
    section = section_of(result, language)
    for problem in section.problems:
        yield from _problem(problem, language)
    for note in section.notes:
        yield _indented(Styled(plain(note), style="dim"), 4)


def _problem(problem: Problem, language: str) -> Iterator[RenderableType]:
    yield _indented(Styled.assemble(("✗ ", "red"), problem.title), 4)
    yield _indented(Styled(plain(problem.message)), 6)
    if problem.trace:
        yield _trace(problem.trace, language)


def _trace(trace: str, language: str) -> RenderableType:
    return _indented(Styled(f"{wording.TRACE.into(language)}\n{plain(trace).rstrip()}", style="dim"), 6)


def _indented(text: Styled, columns: int) -> Padding:
    return Padding(text, (0, 0, 0, columns))
