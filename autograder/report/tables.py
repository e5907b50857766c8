"""``grades.csv`` and ``exercises.csv``: the class as tables, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from autograder.model import Report
from autograder.report.plain import plain
from autograder.report.records import final_score, rows
from autograder.scoring import shown

GRADES = ("student", "assignment", "score", "max_score", "status")
EXERCISES = ("student", "assignment", "exercise", "score", "max_score", "verdict", "diagnosis", "message")
FORMULA = tuple("=+-@\t\r\n＝＋－＠")
"""What a spreadsheet may take for the start of a formula."""


def grades_csv(reports: Iterable[Report]) -> str:
    """A line for each submission; no score where there is no mark."""
    return _csv(GRADES, (_grade(report) for report in reports))


def exercises_csv(reports: Iterable[Report], language: str) -> str:
    """A line for each exercise of each submission."""
    return _csv(EXERCISES, (line for report in reports for line in _exercises(report, language)))


def _grade(report: Report) -> tuple[str, ...]:
    score = final_score(report)
    return (
        report.student,
        report.assignment.name,
        "" if score is None else shown(score),
        str(report.assignment.max_score),
        str(report.status),
    )


def _exercises(report: Report, language: str) -> Iterable[tuple[str, ...]]:
    for row in rows(report):
        yield (
            report.student,
            report.assignment.name,
            row.exercise.name,
            "" if row.score is None else shown(row.score),
            str(row.exercise.points),
            str(row.verdict),
            "; ".join(each.id for each in row.diagnoses),
            row.told.into(language) if row.told else "",
        )


def _csv(header: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([neutral(cell) for cell in line] for line in lines)
    return text.getvalue()


def neutral(cell: str) -> str:
    """The cell as text on one line that no spreadsheet takes for a formula."""
    quote = "'" if cell.startswith(FORMULA) else ""
    return quote + plain(cell).replace("\n", "␊")
