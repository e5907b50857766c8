"""What the terminal shows a student of their own file; every colour has a sign or a word beside it."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.text import Text as Styled

from autograder.model import ExerciseResult, Picture, Report, Text, Verdict
from autograder.report import maps, wording
from autograder.report.plain import plain
from autograder.report.records import final_score, is_not_run, is_unfinished, own_import_trace, shown_score
from autograder.report.sections import Finding, Problem, section_of
from autograder.scoring import shown

SIGN_COLOURS = {
    Verdict.PASSED: "green",
    Verdict.FAILED: "red",
    Verdict.SKIPPED: "yellow",
    Verdict.ERRORED: "bold red",
}
TO_DO = "○"
BAR = 20
"""Columns of the bar beside the score."""
WATCHING = Text("save a file to check it again, Ctrl-C to stop", "保存文件即重新检查,Ctrl-C 停止")
EXPLAIN = Text(
    "What a check looks at, and where the handout teaches it: autograder explain {name}",
    "某项检查看什么、讲义在哪里讲到:autograder explain {name}",
)


def print_report(console: Console, report: Report, language: str) -> None:
    """Show a student the report on their own file, exercise by exercise."""
    console.print(_heading(report, language))
    if report.message is not None:
        console.print(_indented(Styled.assemble(("✗ ", "red"), (plain(report.message.into(language)), "red")), 2))
    if trace := own_import_trace(report):
        console.print(_trace(trace, language))
    for result in report.exercises:
        for part in exercise_view(result, language):
            console.print(part)
    console.print(_score(report, language))
    console.print()


def print_closing(console: Console, reports: Iterable[Report], language: str) -> None:
    """Say what the public checks are not, and how to learn more about the first one that failed."""
    failed = (name for report in reports for result in report.exercises for name in _told_of(result))
    if name := next(failed, None):
        console.print(Styled(EXPLAIN.format(name=name).into(language), style="dim"))
    console.print(Styled(wording.HIDDEN_TOO.into(language)))


def print_watching(console: Console, language: str) -> None:
    """A line that closes a run: when it was, and what happens next."""
    console.rule(Styled(f"{time.strftime('%H:%M:%S')}  {WATCHING.into(language)}", style="dim"), style="dim")


def exercise_view(result: ExerciseResult, language: str) -> Iterator[RenderableType]:
    """One exercise: a line and, where points are missing, what seems to be wrong and what the checks say."""
    yield _headline(result, language)
    if result.verdict is Verdict.PASSED:
        return
    section = section_of(result, language)
    for finding in section.findings:
        yield from _finding(finding, language)
    if section.picture is not None:
        yield from _picture(section.picture, language)
    names = {each.title.into(language): each.name for each in result.checks}
    for problem in section.problems:
        yield from _problem(problem, names[problem.title], language)
    for note in section.notes:
        yield _indented(Styled(plain(note), style="dim"), 4)


def is_to_do(result: ExerciseResult) -> bool:
    """Whether all that is wrong is that something is not written yet."""
    failed = [each for each in result.checks if each.verdict is Verdict.FAILED]
    return any(map(is_unfinished, failed)) and all(is_unfinished(each) or is_not_run(each) for each in failed)


def _heading(report: Report, language: str) -> Styled:
    name = report.assignment.name
    return Styled.assemble((name, "bold"), f"  {report.assignment.title.into(language)}")


def _headline(result: ExerciseResult, language: str) -> Styled:
    sign, colour = wording.SIGNS[result.verdict], SIGN_COLOURS[result.verdict]
    if is_to_do(result):
        sign, colour = TO_DO, "blue"
    title = f"{result.exercise.title.into(language)} ({result.exercise.name})"
    points = f"  {shown(result.score)} / {result.exercise.points}"
    return Styled.assemble((f"  {sign} ", f"bold {colour}"), title, (points, "dim"))


def _score(report: Report, language: str) -> Styled:
    score, most = shown_score(final_score(report)), report.assignment.max_score
    full = int(BAR * report.score / most)
    said = wording.PUBLIC_SCORE.format(score=score, max_score=most).into(language)
    return Styled.assemble("  ", ("█" * full, "green"), ("░" * (BAR - full), "dim"), "  ", (said, "bold"))


def _told_of(result: ExerciseResult) -> Iterator[str]:
    """The names of the checks that failed over something that is written."""
    for each in result.checks:
        if each.verdict is Verdict.FAILED and not is_unfinished(each) and not is_not_run(each):
            yield each.name


def _finding(finding: Finding, language: str) -> Iterator[RenderableType]:
    yield _indented(Styled(f"{wording.LIKELY.into(language)} {plain(finding.text)}", style="bold yellow"), 4)
    yield _indented(Styled(f"{wording.HINT.into(language)} {plain(finding.hint)}", style="cyan"), 6)


def _picture(picture: Picture, language: str) -> Iterator[RenderableType]:
    yield _indented(Styled(plain(maps.title(picture).into(language))), 4)
    yield _indented(Styled(maps.sketch(picture)), 4)
    remarks = " ".join(text.into(language) for text in maps.remarks(picture))
    yield _indented(Styled(f"{maps.key_line(picture, language)}\n{plain(remarks)}", style="dim"), 6)


def _problem(problem: Problem, name: str, language: str) -> Iterator[RenderableType]:
    yield _indented(Styled.assemble(("✗ ", "red"), problem.title, (f"  {name}", "dim")), 4)
    yield _indented(Styled(plain(problem.message)), 6)
    if problem.trace:
        yield _trace(problem.trace, language)


def _trace(trace: str, language: str) -> RenderableType:
    return _indented(Styled(f"{wording.TRACE.into(language)}\n{plain(trace).rstrip()}", style="dim"), 6)


def _indented(text: Styled, columns: int) -> Padding:
    return Padding(text, (0, 0, 0, columns))
