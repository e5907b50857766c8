"""``staff.json``: everything about one submission, tracebacks included; not for the student."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from autograder.model import CheckResult, ExerciseResult, Report
from autograder.report.jsons import Encoded, encoded, lines
from autograder.report.records import ALIKE, final_score
from autograder.scoring import number


class Seen(NamedTuple):
    """What staff see of a check. A tuple, as ``gradescope.Told`` is."""

    check: str
    title: str
    weight: int
    verdict: str
    message: str | None
    detail: str


class Suspected(NamedTuple):
    """What staff see of a diagnosis."""

    id: str
    named: bool
    text: str


class Entry(NamedTuple):
    """What staff see of an exercise; it is kept by that, as equal results may differ in what a check stumbled over."""

    exercise: str
    score: float
    max_score: int
    verdict: str
    diagnoses: tuple[Suspected, ...]
    detail: str
    checks: tuple[Seen, ...]


def staff_json(report: Report) -> str:
    """The file's text; characters beyond ASCII are escaped, so it is harmless wherever it is shown."""
    score = final_score(report)
    content = {
        "student": report.student,
        "assignment": report.assignment.name,
        "status": str(report.status),
        "score": None if score is None else number(score),
        "max_score": report.assignment.max_score,
        "seconds": report.seconds,
        "seed": report.conditions.seed,
        "kit_version": report.conditions.kit_version,
        "confinement": report.conditions.confinement,
        "message": report.message.en if report.message else None,
        "detail": report.staff_detail,
        "printed": report.printed,
        "exercises": [_encoded(_entry(result)) for result in report.exercises],
    }
    return lines(content)


def _entry(result: ExerciseResult) -> Entry:
    return Entry(
        result.exercise.name,
        number(result.score),
        result.exercise.points,
        str(result.verdict),
        tuple([Suspected(each.id, each.named, each.text.en) for each in result.diagnoses]),
        result.staff_detail,
        tuple([_seen(each) for each in result.checks]),
    )


def _seen(result: CheckResult) -> Seen:
    message = result.message.en if result.message else None
    detail = result.staff_detail or result.stumble
    return Seen(result.name, result.title.en, result.weight, str(result.verdict), message, detail)


@lru_cache(maxsize=ALIKE)
def _encoded(entry: Entry) -> Encoded:
    diagnoses, checks = ([each._asdict() for each in part] for part in (entry.diagnoses, entry.checks))
    return encoded(entry._asdict() | {"diagnoses": diagnoses, "checks": checks})
