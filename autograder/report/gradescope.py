"""``results.json``, in the form in which Gradescope reads the results of one submission.

Each check is a test, called ``exercise/check``. The top-level ``score`` is the exact sum and overrides
the tests' own, which are rounded. A submission that was never run has one test for each exercise,
``exercise/not_run``, with 0 points. One that could not be marked through a fault of the grader's has
a single hidden test of 0 points: the format asks for a number, and a hidden test keeps Gradescope
from showing the student a total that is no mark; ``extra_data.status`` is ``errored``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from functools import lru_cache
from typing import Any, NamedTuple

from autograder.model import CheckResult, Diagnosis, ExerciseResult, Report, Verdict
from autograder.report import wording
from autograder.report.jsons import Encoded, encoded, lines
from autograder.report.plain import one_line, plain
from autograder.report.records import ALIKE, final_score, own_import_trace, own_trace, rows
from autograder.scoring import EARNING, number, shown

SECONDS_DIGITS = 3


class Told(NamedTuple):
    """What is told of a check. A tuple: thousands are compared, and dataclasses take several times as long."""

    name: str
    title: str
    weight: int
    score: float
    verdict: Verdict
    message: str
    trace: str


class Part(NamedTuple):
    """What is told of an exercise, and nothing else of it; ``first`` is the number of its first test."""

    exercise: str
    points: int
    checks: tuple[Told, ...]
    diagnoses: tuple[tuple[str, str], ...]
    first: int


def results_json(report: Report, language: str) -> str:
    """The file's text."""
    return lines(_content(report, language, _encoded), ascii_only=False)


def results(report: Report, language: str) -> dict[str, Any]:
    """The file's content; the student reads every ``output``, so none holds what only staff may see."""
    return _content(report, language, _tests)


def _content(report: Report, language: str, tell: Callable[[Part], Iterable[Any]]) -> dict[str, Any]:
    """The content; ``tell`` makes an exercise's tests, encoded or not."""
    score = final_score(report)
    if report.exercises:
        tests = [test for part in _parts(report, language) for test in tell(part)]
    else:
        tests = _numbered(_hidden(report) if score is None else _not_run(report, language))
    return {
        "score": number(score or Fraction(0)),
        "execution_time": round(report.seconds, SECONDS_DIGITS),
        "output": _summary(report, score, language),
        "output_format": "text",
        "test_output_format": "text",
        "test_name_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "extra_data": _extra(report),
        "tests": tests,
    }


def _summary(report: Report, score: Fraction | None, language: str) -> str:
    if score is None:
        head = wording.NO_MARK.into(language)
    else:
        head = f"{wording.SCORE.into(language)}: {shown(score)} / {report.assignment.max_score}"
    message = report.message.into(language) if report.message else ""
    return plain("\n\n".join(filter(None, (head, message, own_import_trace(report)))))


def _extra(report: Report) -> dict[str, Any]:
    return {
        "student": plain(report.student),
        "assignment": report.assignment.name,
        "status": str(report.status),
        "seed": report.conditions.seed,
        "kit_version": report.conditions.kit_version,
        "confinement": report.conditions.confinement,
    }


def _hidden(report: Report) -> list[dict[str, Any]]:
    return [_test("grader", 0, report.assignment.max_score, Verdict.ERRORED, "") | {"visibility": "hidden"}]


def _not_run(report: Report, language: str) -> list[dict[str, Any]]:
    return [
        _test(
            f"{row.exercise.name}/not_run",
            0,
            row.exercise.points,
            row.verdict,
            row.complaint.into(language) if row.complaint else "",
        )
        for row in rows(report)
    ]


def _numbered(tests: Iterable[dict[str, Any]], first: int = 1) -> list[dict[str, Any]]:
    return [{"number": str(count), **test} for count, test in enumerate(tests, first)]


def _parts(report: Report, language: str) -> Iterator[Part]:
    first = 1
    for result in report.exercises:
        yield _part(result, language, first)
        first += len(result.checks)


def _part(result: ExerciseResult, language: str, first: int) -> Part:
    marked = zip(result.checks, result.points, strict=True)
    return Part(
        result.exercise.name,
        result.exercise.points,
        tuple([_told(check, points, language) for check, points in marked]),
        tuple([(each.id, _said(each, language)) for each in result.diagnoses]),
        first,
    )


def _told(check: CheckResult, points: Fraction, language: str) -> Told:
    title, message = check.title.into(language), check.message.into(language) if check.message else ""
    return Told(check.name, title, check.weight, number(points), check.verdict, message, own_trace(check))


def _said(diagnosis: Diagnosis, language: str) -> str:
    told = ((wording.LIKELY, diagnosis.text), (wording.HINT, diagnosis.hint))
    return "\n".join(wording.announced(word, text.into(language), language) for word, text in told)


@lru_cache(maxsize=ALIKE)
def _encoded(part: Part) -> tuple[Encoded, ...]:
    return tuple(encoded(test, ascii_only=False) for test in _tests(part))


def _tests(part: Part) -> list[dict[str, Any]]:
    """A test for each check; the first failed one also says what seems to be wrong."""
    telling = next((check for check in part.checks if check.verdict is Verdict.FAILED), None)
    whole = sum(check.weight for check in part.checks)
    tests = (_test_of_check(part, check, whole, part.diagnoses if check is telling else ()) for check in part.checks)
    return _numbered(tests, part.first)


def _test_of_check(part: Part, check: Told, whole: int, diagnoses: tuple[tuple[str, str], ...]) -> dict[str, Any]:
    highest = number(Fraction(part.points * check.weight, whole))
    said = (text for _, text in diagnoses)
    output = "\n\n".join(filter(None, (check.title, *said, check.message, check.trace)))
    test = _test(f"{part.exercise}/{check.name}", check.score, highest, check.verdict, output, check.weight)
    if diagnoses:
        test["extra_data"]["diagnosis"] = [name for name, _ in diagnoses]
    return test


def _test(name: str, score: float, highest: float, verdict: Verdict, output: str, weight: int = 1) -> dict[str, Any]:
    return {
        "name": one_line(name),
        "name_format": "text",
        "score": score,
        "max_score": highest,
        "status": "passed" if verdict in EARNING and score else "failed",
        "output": plain(output),
        "output_format": "text",
        "visibility": "visible",
        "extra_data": {"verdict": str(verdict), "weight": weight},
    }
