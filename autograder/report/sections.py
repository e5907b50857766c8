"""An exercise sorted into what must be read and what can be told in a line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from autograder.model import CheckResult, ExerciseResult, Picture, Text, Verdict
from autograder.report import wording
from autograder.report.records import is_not_run, is_unfinished, own_trace


@dataclass(frozen=True)
class Problem:
    """A failed check: ``trace`` is the student's own traceback, or empty."""

    title: str
    message: str
    trace: str


@dataclass(frozen=True)
class Finding:
    """What seems to be wrong, and a question or advice that leads on."""

    text: str
    hint: str


@dataclass(frozen=True)
class Section:
    """An exercise in detail: what seems to be wrong comes first, then where; ``notes`` say the rest in a line each."""

    title: str
    findings: tuple[Finding, ...]
    problems: tuple[Problem, ...]
    notes: tuple[str, ...]
    picture: Picture | None = None


def section_of(result: ExerciseResult, language: str) -> Section:
    """The exercise in detail."""
    failed = [each for each in result.checks if each.verdict is Verdict.FAILED]
    telling = [each for each in failed if not is_unfinished(each) and not is_not_run(each)]
    return Section(
        result.exercise.title.into(language),
        tuple(Finding(each.text.into(language), each.hint.into(language)) for each in result.diagnoses),
        tuple(_problem(each, language) for each in telling),
        tuple(text.into(language) for text in _notes(result)),
        result.picture,
    )


def passed_note(checks: tuple[CheckResult, ...], language: str) -> str:
    """How many checks passed."""
    count = sum(each.verdict is Verdict.PASSED for each in checks)
    return wording.PASSED.format(count=count, all=len(checks)).into(language)


def _problem(result: CheckResult, language: str) -> Problem:
    message = result.message.into(language) if result.message else ""
    return Problem(result.title.into(language), message, own_trace(result))


def _notes(result: ExerciseResult) -> Iterable[Text]:
    unfinished = sum(map(is_unfinished, result.checks))
    not_run = sum(map(is_not_run, result.checks))
    if unfinished:
        yield wording.UNFINISHED
    if not_run and not unfinished:
        yield wording.NOT_RUN.format(count=not_run)
    if any(each.verdict is Verdict.ERRORED for each in result.checks):
        yield wording.ERRORED
