"""``staff.json``: everything about one submission, tracebacks included; not for the student."""

from __future__ import annotations

from typing import Any

from autograder.model import CheckResult, Diagnosis, ExerciseResult, Report
from autograder.report.jsons import lines
from autograder.report.records import final_score
from autograder.scoring import number


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
        "exercises": [_exercise(result) for result in report.exercises],
    }
    return lines(content)


def _exercise(result: ExerciseResult) -> dict[str, Any]:
    return {
        "exercise": result.exercise.name,
        "score": number(result.score),
        "max_score": result.exercise.points,
        "verdict": str(result.verdict),
        "diagnoses": [_diagnosis(each) for each in result.diagnoses],
        "detail": result.staff_detail,
        "checks": [_check(each) for each in result.checks],
    }


def _diagnosis(diagnosis: Diagnosis) -> dict[str, Any]:
    return {"id": diagnosis.id, "named": diagnosis.named, "text": diagnosis.text.en}


def _check(result: CheckResult) -> dict[str, Any]:
    return {
        "check": result.name,
        "title": result.title.en,
        "weight": result.weight,
        "verdict": str(result.verdict),
        "message": result.message.en if result.message else None,
        "detail": result.staff_detail or result.stumble,
    }
