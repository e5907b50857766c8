"""What the terminal shows a student of their own file, exercise by exercise."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.text import Text as Styled

from autograder.model import ExerciseResult, Report, Verdict
from autograder.report import wording
from autograder.report.plain import plain
from autograder.report.records import final_score, own_import_trace, shown_score
from autograder.report.sections import Finding, Problem, section_of
from autograder.scoring import shown

SIGN_COLOURS = {
    Verdict.PASSED: "green",
    Verdict.FAILED: "red",
    Verdict.SKIPPED: "yellow",
    Verdict.ERRORED: "bold red",
}


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
    console.print(Styled(_score(report, language), style="bold"))
    console.print()


def print_closing(console: Console, language: str) -> None:
    """Say what the public checks are not."""
    console.print(Styled(wording.HIDDEN_TOO.into(language)))


def _heading(report: Report, language: str) -> Styled:
    name = report.assignment.name
    return Styled.assemble((name, "bold"), f"  {report.assignment.title.into(language)}")


def _score(report: Report, language: str) -> str:
    score, most = shown_score(final_score(report)), report.assignment.max_score
    return wording.PUBLIC_SCORE.format(score=score, max_score=most).into(language)


def _exercise(result: ExerciseResult, language: str) -> Iterator[RenderableType]:
    sign = (f"  {wording.SIGNS[result.verdict]} ", SIGN_COLOURS[result.verdict])
    points = (f"  {shown(result.score)} / {result.exercise.points}", "dim")
    yield Styled.assemble(sign, result.exercise.title.into(language), f" ({result.exercise.name})", points)
    if result.verdict is Verdict.PASSED:
        return
    section = section_of(result, language)
    for finding in section.findings:
        yield from _finding(finding, language)
    for problem in section.problems:
        yield from _problem(problem, language)
    for note in section.notes:
        yield _indented(Styled(plain(note), style="dim"), 4)


def _finding(finding: Finding, language: str) -> Iterator[RenderableType]:
    yield _indented(Styled(f"{wording.LIKELY.into(language)} {plain(finding.text)}", style="yellow"), 4)
    yield _indented(Styled(f"{wording.HINT.into(language)} {plain(finding.hint)}", style="dim"), 6)


def _problem(problem: Problem, language: str) -> Iterator[RenderableType]:
    yield _indented(Styled.assemble(("✗ ", "red"), problem.title), 4)
    yield _indented(Styled(plain(problem.message)), 6)
    if problem.trace:
        yield _trace(problem.trace, language)


def _trace(trace: str, language: str) -> RenderableType:
    return _indented(Styled(f"{wording.TRACE.into(language)}\n{plain(trace).rstrip()}", style="dim"), 6)


def _indented(text: Styled, columns: int) -> Padding:
    return Padding(text, (0, 0, 0, columns))
