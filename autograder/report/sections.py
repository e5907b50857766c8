"""An exercise sorted into what must be read and what can be told in a line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from autograder.model import CheckResult, ExerciseResult, Picture, Text, Verdict
from autograder.report import wording
from autograder.report.records import is_not_run, is_unfinished, own_trace, unfinished_text


@dataclass(frozen=True)
class Problem:
    """A failed check, and its name; ``trace`` is the student's own traceback, or empty."""

    title: str
    message: str
    trace: str
    check: str


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
    problems = _once([_problem(each, language) for each in telling])
    notes = [*_again(len(telling) - len(problems)), *_notes(result)]
    return Section(
        result.exercise.title.into(language),
        tuple(Finding(each.text.into(language), each.hint.into(language)) for each in result.diagnoses),
        problems,
        tuple(text.into(language) for text in notes),
        result.picture,
    )


def passed_note(checks: tuple[CheckResult, ...], language: str) -> str:
    """How many checks passed."""
    count = sum(each.verdict is Verdict.PASSED for each in checks)
    return wording.PASSED.into(language).format(count=count, all=len(checks))


def _once(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """The problems without those that say, in the very same words, what one before them says."""
    first: dict[str, Problem] = {}
    return tuple(each for each in problems if each.trace or first.setdefault(each.message, each) is each)


def _again(count: int) -> Iterable[Text]:
    if count:
        yield wording.AGAIN.format(count=count)


def _problem(result: CheckResult, language: str) -> Problem:
    message = result.message.into(language) if result.message else ""
    # Of a worker that ended, the title tells that: what the check was to look at has nothing to do with it.
    title = wording.STOPPED if result.stopped else result.title
    return Problem(title.into(language), message, own_trace(result), result.name)


def _notes(result: ExerciseResult) -> Iterable[Text]:
    unfinished = [unfinished_text(each) for each in result.checks if is_unfinished(each)]
    not_run = sum(map(is_not_run, result.checks))
    yield from dict.fromkeys(unfinished)
    if not_run and not unfinished:
        yield wording.NOT_RUN.format(count=not_run)
    if any(each.verdict is Verdict.ERRORED for each in result.checks):
        yield wording.ERRORED
