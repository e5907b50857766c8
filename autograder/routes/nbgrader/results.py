"""A report as nbgrader's pages take it: points, what stands below a test cell, and a sentence as a comment."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from autograder.model import Report, Verdict
from autograder.report import wording
from autograder.report.markdown import fence, inline
from autograder.report.records import Row, own_import_trace, rows
from autograder.report.sections import Section, passed_note, section_of


@dataclass(frozen=True)
class Answer:
    """What is written for one exercise: Markdown for the student, where nothing in it means anything but text."""

    points: float
    page: str
    comment: str
    look: bool


def answers_of(report: Report, language: str) -> dict[str, Answer]:
    """An answer for each exercise, by its name."""
    sections = {each.exercise.name: section_of(each, language) for each in report.exercises}
    found = {}
    for row in rows(report):
        page = _page(report, row, sections.get(row.exercise.name), language)
        comment = _comment(row, language)
        look = row.verdict is Verdict.ERRORED
        found[row.exercise.name] = Answer(float(row.score or 0), "\n\n".join(page), comment, look)
    return found


def _page(report: Report, row: Row, section: Section | None, language: str) -> Iterator[str]:
    result = passed_note(row.checks, language) if row.checks else wording.NOTHING_RUN.into(language)
    yield f"**{inline(row.exercise.title.into(language))}** {wording.SIGNS[row.verdict]} {result}"
    if section is None:
        if report.message:
            yield inline(report.message.into(language))
        yield from _trace(own_import_trace(report), language)
        return
    if row.verdict is Verdict.PASSED:
        return
    for finding in section.findings:
        yield f"**{wording.LIKELY.into(language)}** {inline(finding.text)}"
        yield f"*{wording.HINT.into(language)}* {inline(finding.hint)}"
    for problem in section.problems:
        yield f"**✗ {inline(problem.title)}**"
        yield inline(problem.message)
        yield from _trace(problem.trace, language)
    if section.notes:
        yield "\n".join(f"- {inline(note)}" for note in section.notes)
    yield wording.MARKED_BY.into(language)


def _trace(trace: str, language: str) -> Iterator[str]:
    if trace:
        yield wording.TRACE.into(language)
        yield fence(trace)


def _comment(row: Row, language: str) -> str:
    """What seems to be wrong; empty where nothing is."""
    if row.verdict is Verdict.PASSED or row.told is None:
        return ""
    return f"{inline(row.exercise.title.into(language))}: {inline(row.told.into(language))}"
