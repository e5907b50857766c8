"""``feedback.md``: what a student reads about their submission."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from autograder.model import CheckResult, Exercise, ExerciseResult, Report, Verdict
from autograder.report import wording
from autograder.report.markdown import fence, inline
from autograder.report.records import (
    final_score,
    is_not_run,
    is_unfinished,
    own_import_trace,
    own_trace,
    rows,
    shown_score,
)

TEMPLATES = Path(__file__).with_name("templates")


@dataclass(frozen=True)
class Line:
    """An exercise in the table of points."""

    sign: str
    title: str
    score: str
    points: int
    result: str


@dataclass(frozen=True)
class Problem:
    """A failed check: ``trace`` is the student's own traceback, or empty."""

    title: str
    message: str
    trace: str


@dataclass(frozen=True)
class Section:
    """An exercise in detail; ``notes`` are what needs no more than a line each."""

    title: str
    problems: tuple[Problem, ...]
    notes: tuple[str, ...]


def feedback(report: Report, language: str) -> str:
    """The file's text, in the language ``en`` or ``zh``."""
    score = final_score(report)
    return _template().render(
        title=report.assignment.title.into(language),
        words={name: getattr(wording, name).into(language) for name in ("SCORE", "EXERCISE", "POINTS", "RESULT")},
        score=wording.NO_MARK.into(language) if score is None else shown_score(score),
        max_score=None if score is None else report.assignment.max_score,
        message=report.message.into(language) if report.message else "",
        trace=own_import_trace(report),
        trace_title=wording.TRACE.into(language),
        lines=[_line(row.exercise, row.score, row.verdict, language) for row in rows(report)],
        sections=[section_of(result, language) for result in report.exercises],
        closing=wording.MARKED_BY.into(language),
    )


@cache
def _template() -> Template:
    # The page is Markdown: the filters escape for it, and for the HTML it is turned into.
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {"inline": inline, "fence": fence}
    return environment.get_template("feedback.md.j2")


def _line(exercise: Exercise, score: Fraction | None, verdict: Verdict, language: str) -> Line:
    result = wording.VERDICTS[verdict].into(language)
    return Line(wording.SIGNS[verdict], exercise.title.into(language), shown_score(score), exercise.points, result)


def section_of(result: ExerciseResult, language: str) -> Section:
    """The exercise in detail, sorted into what must be read and what can be told in a line."""
    failed = [each for each in result.checks if each.verdict is Verdict.FAILED]
    telling = [each for each in failed if not is_unfinished(each) and not is_not_run(each)]
    return Section(
        result.exercise.title.into(language),
        tuple(_problem(each, language) for each in telling),
        tuple(_notes(result, language)),
    )


def _problem(result: CheckResult, language: str) -> Problem:
    message = result.message.into(language) if result.message else ""
    return Problem(result.title.into(language), message, own_trace(result))


def _notes(result: ExerciseResult, language: str) -> list[str]:
    kinds = (
        (wording.UNFINISHED, [each for each in result.checks if is_unfinished(each)]),
        (wording.NOT_RUN, [each for each in result.checks if is_not_run(each)]),
        (wording.ERRORED, [each for each in result.checks if each.verdict is Verdict.ERRORED]),
    )
    notes = [f"{text.into(language)}: {_titles(checks, language)}" for text, checks in kinds if checks]
    return [*notes, passed_note(result, language)]


def passed_note(result: ExerciseResult, language: str) -> str:
    """How many checks passed."""
    count = sum(each.verdict is Verdict.PASSED for each in result.checks)
    text = wording.ALL_PASSED if count == len(result.checks) else wording.PASSED
    return text.format(count=count, all=len(result.checks)).into(language)


def _titles(checks: list[CheckResult], language: str) -> str:
    return "; ".join(each.title.into(language).rstrip(".") for each in checks)
