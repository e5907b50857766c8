"""``grades.csv`` and ``exercises.csv``: the class as tables, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from autograder.model import LANGUAGES, Report
from autograder.report.plain import plain
from autograder.report.records import final_score, rows
from autograder.scoring import shown

GRADES = ("student", "assignment", "score", "max_score", "status", "name", "message")
EXERCISES = ("student", "assignment", "exercise", "score", "max_score", "verdict", "diagnosis", "message")
FORMULA = tuple("=+-@\t\r\n＝＋－＠")
"""What a spreadsheet may take for the start of a formula."""
ALIKE = 1024
"""Cells that are known again: a table of a class says the same over and over."""


@dataclass(frozen=True)
class Unseen:
    """Somebody without a submission that could be graded; ``status`` is a word, ``why`` a sentence."""

    student: str
    name: str
    status: str
    why: str


@dataclass(frozen=True)
class Roll:
    """The class as it was collected: names by student, and who has no submission there."""

    names: Mapping[str, str] = field(default_factory=dict)
    unseen: tuple[Unseen, ...] = ()


NOBODY = Roll()


def grades_csv(reports: Sequence[Report], language: str = LANGUAGES[0], roll: Roll = NOBODY) -> str:
    """A line for each submission, then one for each student without; no score where there is no mark."""
    seen = [_grade(report, roll.names.get(report.student, ""), language) for report in reports]
    return _csv(GRADES, [*seen, *_unseen(reports, roll)])


def exercises_csv(reports: Iterable[Report], language: str) -> str:
    """A line for each exercise of each submission."""
    return _csv(EXERCISES, (line for report in reports for line in _exercises(report, language)))


def _grade(report: Report, name: str, language: str) -> tuple[str, ...]:
    score = final_score(report)
    return (
        report.student,
        report.assignment.name,
        "" if score is None else shown(score),
        str(report.assignment.max_score),
        str(report.status),
        name,
        report.message.into(language) if report.message else "",
    )


def _unseen(reports: Sequence[Report], roll: Roll) -> Iterator[tuple[str, ...]]:
    """Lines for those who have no result, of the assignment that the others have one of."""
    seen = {report.student for report in reports}
    for each in roll.unseen if reports else ():
        if each.student not in seen:
            assignment = reports[0].assignment
            score, most = "", str(assignment.max_score)
            yield each.student, assignment.name, score, most, each.status, each.name, each.why


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


@lru_cache(maxsize=ALIKE)
def neutral(cell: str) -> str:
    """The cell as text on one line that no spreadsheet takes for a formula."""
    quote = "'" if cell.startswith(FORMULA) else ""
    return quote + plain(cell).replace("\n", "␊")
