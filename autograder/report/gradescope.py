"""``results.json``, in the form in which Gradescope reads the results of one submission.

Each check is a test, called ``exercise/check``. The top-level ``score`` is the exact sum and overrides
the tests' own, which are rounded. A submission that was never run has one test for each exercise,
``exercise/not_run``, with 0 points. One that could not be marked through a fault of the grader's has
a single hidden test of 0 points: the format asks for a number, and a hidden test keeps Gradescope
from showing the student a total that is no mark; ``extra_data.status`` is ``errored``.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from autograder.model import CheckResult, Diagnosis, ExerciseResult, Report, Verdict
from autograder.report import wording
from autograder.report.jsons import lines
from autograder.report.plain import one_line, plain
from autograder.report.records import final_score, own_import_trace, own_trace, rows
from autograder.scoring import EARNING, number, shown

SECONDS_DIGITS = 3


def results_json(report: Report, language: str) -> str:
    """The file's text."""
    return lines(results(report, language), ascii_only=False)


def results(report: Report, language: str) -> dict[str, Any]:
    """The file's content; the student reads every ``output``, so none holds what only staff may see."""
    return {
        "score": number(report.score),
        "execution_time": round(report.seconds, SECONDS_DIGITS),
        "output": _summary(report, language),
        "output_format": "text",
        "test_output_format": "text",
        "test_name_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "extra_data": _extra(report),
        "tests": _tests(report, language),
    }


def _summary(report: Report, language: str) -> str:
    score = final_score(report)
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


def _tests(report: Report, language: str) -> list[dict[str, Any]]:
    if report.exercises:
        tests = [test for result in report.exercises for test in _tests_of_exercise(result, language)]
    elif final_score(report) is None:
        tests = [_test("grader", 0, report.assignment.max_score, Verdict.ERRORED, "") | {"visibility": "hidden"}]
    else:
        tests = _not_run(report, language)
    return [{"number": str(count), **test} for count, test in enumerate(tests, start=1)]


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


def _tests_of_exercise(result: ExerciseResult, language: str) -> list[dict[str, Any]]:
    weights = sum(each.weight for each in result.checks)
    telling = next((check for check in result.checks if check.verdict is Verdict.FAILED), None)
    marked = zip(result.checks, result.points, strict=True)
    return [
        _test_of_check(result, weights, check, points, language, result.diagnoses if check is telling else ())
        for check, points in marked
    ]


def _test_of_check(
    result: ExerciseResult,
    weights: int,
    check: CheckResult,
    points: Fraction,
    language: str,
    diagnoses: tuple[Diagnosis, ...],
) -> dict[str, Any]:
    """The check as a test; the exercise's first failed one also says what seems to be wrong."""
    highest = Fraction(result.exercise.points * check.weight, weights)
    message = check.message.into(language) if check.message else ""
    said = (_said(each, language) for each in diagnoses)
    output = "\n\n".join(filter(None, (check.title.into(language), *said, message, own_trace(check))))
    test = _test(
        f"{result.exercise.name}/{check.name}", number(points), number(highest), check.verdict, output
    )
    extra: dict[str, Any] = {"verdict": str(check.verdict), "weight": check.weight}
    if diagnoses:
        extra["diagnosis"] = [each.id for each in diagnoses]
    return test | {"extra_data": extra}


def _said(diagnosis: Diagnosis, language: str) -> str:
    told = ((wording.LIKELY, diagnosis.text), (wording.HINT, diagnosis.hint))
    return "\n".join(wording.announced(word, text.into(language), language) for word, text in told)


def _test(name: str, score: float, highest: float, verdict: Verdict, output: str) -> dict[str, Any]:
    return {
        "name": one_line(name),
        "name_format": "text",
        "score": score,
        "max_score": highest,
        "status": "passed" if verdict in EARNING and score else "failed",
        "output": plain(output),
        "output_format": "text",
        "visibility": "visible",
        "extra_data": {"verdict": str(verdict), "weight": 1},
    }
