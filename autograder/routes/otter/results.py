"""A report of ours as otter's ``GradingResults``: our points for each question, our feedback as its output.

What students read here is what ``feedback.md`` says: never a check's code, never an expected value. So all of it may
be shown, and otter is told to show it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from otter.run import AutograderConfig  # type: ignore[import-untyped]
from otter.test_files import GradingResults, TestFile  # type: ignore[import-untyped]
from otter.test_files.abstract_test import TestCase, TestCaseResult  # type: ignore[import-untyped]

from autograder import messages
from autograder.model import ExerciseResult, Report, Verdict
from autograder.report import wording
from autograder.report.plain import plain
from autograder.report.records import Row, final_score, own_import_trace, rows
from autograder.report.sections import Section, passed_note, section_of
from autograder.scoring import EARNING, shown

SHOWN = {"show_hidden": True, "show_all_public": True, "force_public_test_summary": False}
"""Settings of otter's with which a question's own output is what students see, and nothing else is."""
POINTS = 100


class Marked(TestFile):  # type: ignore[misc]
    """The result of one question that was marked elsewhere."""

    def __init__(self, name: str, points: int, score: float, text: str, cases: list[TestCaseResult]) -> None:
        super().__init__(name, "", [each.test_case for each in cases], all_or_nothing=False)
        self.test_case_results = cases
        self.text = text
        self.points = points
        self.update_score(score)

    @property
    def possible(self) -> int:
        """The exercise's points, and not a sum of rounded shares."""
        return self.points

    def summary(self, public_only: bool = False) -> str:
        """The student's feedback."""
        return self.text

    @classmethod
    def from_file(cls, path: str) -> Marked:
        """There is no file of it."""
        raise NotImplementedError

    @classmethod
    def from_metadata(cls, s: Any, path: str) -> Marked:
        """There is no file of it."""
        raise NotImplementedError

    def run(self, global_environment: dict[str, Any]) -> None:
        """It has been run."""


def show(config: AutograderConfig) -> None:
    """Let students see the questions' output, and let otter read nothing else that a student handed in."""
    for key, value in SHOWN.items():
        setattr(config, key, value)
    config.grade_from_log = False
    config.pdf = False


def fill(results: GradingResults, report: Report, language: str) -> None:
    """Put the report in the place of whatever is in ``results``."""
    if final_score(report) is None:
        fail(results, language)
        return
    results.results = {row.exercise.name: _marked(report, row, language) for row in rows(report)}
    results.set_output(_head(report, language))


def fail(results: GradingResults, language: str) -> None:
    """Where the fault is ours there is no mark: everything but that sentence is hidden, so no total is shown."""
    said = f"{wording.NO_MARK.into(language)}\n\n{messages.GRADER_FAULT.into(language)}"
    results.results = {"grader": Marked("grader", POINTS, 0.0, said, [])}
    results.set_output(said)
    results.hide_everything()


def results_of(report: Report, language: str) -> GradingResults:
    """The report as results of their own."""
    results = GradingResults([])
    fill(results, report, language)
    return results


def _head(report: Report, language: str) -> str:
    score = f"{wording.SCORE.into(language)}: {shown(report.score)} / {report.assignment.max_score}"
    message = report.message.into(language) if report.message else ""
    return plain("\n\n".join(filter(None, (score, message, own_import_trace(report)))))


def _marked(report: Report, row: Row, language: str) -> Marked:
    name, points, score = row.exercise.name, row.exercise.points, float(row.score or 0)
    result = next((each for each in report.exercises if each.exercise.name == name), None)
    if result is None:
        said = row.complaint.into(language) if row.complaint else ""
        text = f"{row.exercise.title.into(language)}\n{said}"
        return Marked(name, points, score, plain(text), [_case("not_run", points, False, said)])
    text = f"{row.exercise.title.into(language)}: {passed_note(row.checks, language)}"
    if row.verdict is not Verdict.PASSED:
        text = "\n\n".join((text, *_paragraphs(section_of(result, language), language)))
    return Marked(name, points, score, plain(text), list(_cases(result, language)))


def _paragraphs(section: Section, language: str) -> Iterator[str]:
    likely, hint = wording.LIKELY.into(language), wording.HINT.into(language)
    for finding in section.findings:
        yield f"{likely} {finding.text}\n{hint} {finding.hint}"
    for problem in section.problems:
        yield "\n".join(filter(None, (f"{problem.title}", problem.message, problem.trace)))
    yield from section.notes


def _cases(result: ExerciseResult, language: str) -> Iterator[TestCaseResult]:
    """Otter's own figures for each check; nothing in them is shown beside the feedback."""
    whole = sum(each.weight for each in result.checks)
    for check in result.checks:
        message = check.message.into(language) if check.message else ""
        points = result.exercise.points * check.weight / whole
        yield _case(check.name, points, check.verdict in EARNING, message)


def _case(name: str, points: float, passed: bool, message: str) -> TestCaseResult:
    case = TestCase(name, "", False, points, None, None)
    return TestCaseResult(test_case=case, message=plain(message), passed=passed)
