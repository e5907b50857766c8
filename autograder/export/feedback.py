"""What a student reads beside a mark: the points of each exercise, and what seems to be wrong, as plain text."""

from __future__ import annotations

from collections.abc import Iterator

from autograder.export.figures import rounded
from autograder.gradebook.marks import NOTHING, Mark
from autograder.model import Report, Text
from autograder.report import wording
from autograder.report.plain import one_line
from autograder.report.records import Row, rows, shown_score

DECIMALS = 2
LONGEST = 600
"""Letters of what is said of an exercise; what an exception says can be a book."""

CHANGED = Text("Changed by staff: {points}", "教师调整:{points}")
LATE = Text("Deducted for lateness: {points}", "迟交扣分:{points}")


def feedback(report: Report, mark: Mark, language: str) -> str:
    """A line for each exercise, and one for whatever else made the mark; empty where there is none."""
    return "" if mark.final is None else "\n".join(_lines(report, mark, language))


def _lines(report: Report, mark: Mark, language: str) -> Iterator[str]:
    yield f"{wording.SCORE.into(language)}: {rounded(mark.final or NOTHING, DECIMALS)} / {mark.standing.max_score}"
    if report.message:
        yield one_line(report.message.into(language), LONGEST)
    for row in rows(report) if report.exercises else ():
        yield _line(row, language)
    if mark.adjustment:
        yield CHANGED.format(points=rounded(mark.adjustment, DECIMALS)).into(language)
    if mark.deduction:
        yield LATE.format(points=rounded(mark.deduction, DECIMALS)).into(language)


def _line(row: Row, language: str) -> str:
    points = f"{row.exercise.title.into(language)}: {shown_score(row.score)} / {row.exercise.points}"
    return f"{points}. {one_line(row.told.into(language), LONGEST)}" if row.told else points
