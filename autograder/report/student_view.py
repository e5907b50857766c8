"""What the terminal shows a student of their own file; every colour has a sign or a word beside it."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator

from rich.console import Console, RenderableType
from rich.text import Text as Styled

from autograder.model import CheckResult, ExerciseResult, Picture, Report, Text, Verdict
from autograder.report import maps, wording
from autograder.report.indented import Indented
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
WATCHING = Text("save a file to check it again, Ctrl-C to stop", "保存文件即重新检查，Ctrl-C 停止")
EXPLAIN = Text(
    "What a check looks at, and where the handout teaches it: python -m autograder explain {name}",
    "某项检查看什么、讲义在哪里讲到：python -m autograder explain {name}",
)
NOT_CHECKED = Text("Not checked: {why}", "未检查：{why}")
MOST_LINES = 10
"""Of what a check's code printed that are shown."""


def print_report(console: Console, report: Report, language: str) -> None:
    """Show a student the report on their own file, exercise by exercise."""
    console.print(_heading(report, language))
    if report.message is not None:
        console.print(Indented(Styled.assemble(("✗ ", "red"), (plain(report.message.into(language)), "red")), 2))
    if trace := own_import_trace(report):
        console.print(_trace(trace, language))
    for result in report.exercises:
        for part in exercise_view(result, language):
            console.print(part)
    for part in _printed(wording.PRINTED_ELSEWHERE, _printed_elsewhere(report), 2, language):
        console.print(part)
    console.print(_score(report, language))
    console.print()


def print_missing(console: Console, missing: Iterable[Text], language: str) -> None:
    """Say which assignments were left out, and why."""
    for why in missing:
        said = plain(NOT_CHECKED.format(why=why.into(language)).into(language))
        console.print(Indented(Styled(said, style="yellow"), 0))


def print_closing(console: Console, reports: Iterable[Report], language: str) -> None:
    """Say what the public checks are not, and how to learn more about the first one that failed."""
    failed = (name for report in reports for result in report.exercises for name in _told_of(result))
    if name := next(failed, None):
        console.print(Indented(Styled(EXPLAIN.format(name=name).into(language), style="dim"), 0))
    console.print(Indented(Styled(wording.HIDDEN_TOO.into(language)), 0))


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
    checks = {each.name: each for each in result.checks}
    for problem in section.problems:
        yield from _problem(problem, checks[problem.check], language)
    for note in section.notes:
        yield Indented(Styled(plain(note), style="dim"), 4)


def is_to_do(result: ExerciseResult) -> bool:
    """Whether all that is wrong is that something is not written yet."""
    failed = [each for each in result.checks if each.verdict is Verdict.FAILED]
    return any(map(is_unfinished, failed)) and all(is_unfinished(each) or is_not_run(each) for each in failed)


def _heading(report: Report, language: str) -> Indented:
    name = report.assignment.name
    return Indented(Styled.assemble((name, "bold"), f"  {report.assignment.title.into(language)}"), 0)


def _headline(result: ExerciseResult, language: str) -> Indented:
    sign, colour = wording.SIGNS[result.verdict], SIGN_COLOURS[result.verdict]
    if is_to_do(result):
        sign, colour = TO_DO, "blue"
    title = f"{result.exercise.title.into(language)} ({result.exercise.name})"
    points = f"  {shown(result.score)} / {result.exercise.points}"
    return Indented(Styled.assemble((f"{sign} ", f"bold {colour}"), title, (points, "dim")), 2)


def _score(report: Report, language: str) -> Indented:
    score, most = shown_score(final_score(report)), report.assignment.max_score
    full = int(BAR * report.score / most)
    said = wording.PUBLIC_SCORE.format(score=score, max_score=most).into(language)
    bar = Styled.assemble(("█" * full, "green"), ("░" * (BAR - full), "dim"), "  ", (said, "bold"))
    return Indented(bar, 2)


def _told_of(result: ExerciseResult) -> Iterator[str]:
    """The names of the checks that failed over something that is written."""
    for each in result.checks:
        if each.verdict is Verdict.FAILED and not is_unfinished(each) and not is_not_run(each):
            yield each.name


def _finding(finding: Finding, language: str) -> Iterator[RenderableType]:
    yield Indented(Styled(wording.announced(wording.LIKELY, plain(finding.text), language), style="bold yellow"), 4)
    yield Indented(Styled(wording.announced(wording.HINT, plain(finding.hint), language), style="cyan"), 6)


def _picture(picture: Picture, language: str) -> Iterator[RenderableType]:
    yield Indented(Styled(plain(maps.title(picture).into(language))), 4)
    yield Indented(Styled(maps.sketch(picture)), 4)
    remarks = plain(maps.paragraph(picture, language))
    yield Indented(Styled(f"{maps.key_line(picture, language)}\n{remarks}", style="dim"), 6)


def _problem(problem: Problem, check: CheckResult, language: str) -> Iterator[RenderableType]:
    yield Indented(Styled.assemble(("✗ ", "red"), problem.title, (f"  {check.name}", "dim")), 4)
    yield Indented(Styled(plain(problem.message)), 6)
    if problem.trace:
        yield _trace(problem.trace, language)
    yield from _printed(wording.PRINTED, check.printed, 6, language)


def _printed(title: Text, text: str, columns: int, language: str) -> Iterator[RenderableType]:
    """What code printed, from its beginning; nothing where that is nothing."""
    lines = plain(text).rstrip().splitlines()
    if not lines:
        return
    yield Indented(Styled(title.into(language), style="bold"), columns)
    yield Indented(Styled("\n".join(lines[:MOST_LINES])), columns + 2)
    if len(lines) > MOST_LINES:
        more = wording.PRINTED_MORE.format(count=len(lines) - MOST_LINES).into(language)
        yield Indented(Styled(more, style="dim"), columns + 2)


def _printed_elsewhere(report: Report) -> str:
    """What was printed and stands under no check that failed: all of it, where none was run."""
    if not report.exercises:
        return report.printed
    shown_already = {name for result in report.exercises for name in _told_of(result)}
    checks = [each for result in report.exercises for each in result.checks]
    return "".join(each.printed for each in checks if each.name not in shown_already)


def _trace(trace: str, language: str) -> RenderableType:
    return Indented(Styled(f"{wording.TRACE.into(language)}\n{plain(trace).rstrip()}", style="dim"), 6)
