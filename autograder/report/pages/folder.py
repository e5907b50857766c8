"""Writes the pages into a folder of results."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from autograder.model import Report
from autograder.report.files import write_text
from autograder.report.folder import student_folder
from autograder.report.pages.class_ import class_page
from autograder.report.pages.student import student_page

FEEDBACK = "feedback.html"
REPORT = "report.html"
REPORT_OF_MANY = "report_{assignment}.html"
"""Where the results are of several assignments."""


def write_pages(out: Path, reports: Sequence[Report], language: str) -> tuple[Path, ...]:
    """Write a page for each student and a report for each assignment; where the reports are.

    Raises ``OutputError`` where they cannot be written.
    """
    for report in reports:
        folder = student_folder(out, report.student) / report.assignment.name
        write_text(folder / FEEDBACK, student_page(report, language))
    return tuple(_written_reports(out, reports, language))


def _written_reports(out: Path, reports: Sequence[Report], language: str) -> Iterator[Path]:
    names = dict.fromkeys(report.assignment.name for report in reports)
    if len(names) > 1:
        (out / REPORT).unlink(missing_ok=True)  # it was about the one assignment that there was then
    for name in names:
        path = out / (REPORT if len(names) == 1 else REPORT_OF_MANY.format(assignment=name))
        write_text(path, class_page([report for report in reports if report.assignment.name == name], language))
        yield path
