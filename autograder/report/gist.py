"""What the tables of a class need of each report, so that memory does not grow with the class."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace
from typing import Any, TypeVar

from autograder.model import Assignment, CheckResult, ExerciseResult, Report, Verdict

T = TypeVar("T", bound=Hashable)


class Gists:
    """Makes the gist of one report after another; results that are alike are kept once."""

    def __init__(self, assignment: Assignment) -> None:
        self._assignment = assignment
        self._exercises = {exercise.name: exercise for exercise in assignment.exercises}
        self._known: dict[Hashable, Any] = {}

    def of(self, report: Report) -> Report:
        """The report with its marks and, of its checks, only those that a table's diagnosis is taken from."""
        return replace(
            report,
            assignment=self._assignment,
            exercises=self._once(tuple(self._of_exercise(result) for result in report.exercises)),
            message=self._once(report.message),
            conditions=self._once(report.conditions),
            staff_detail="",
            printed="",
        )

    def _once(self, part: T) -> T:
        """The part, or the one like it that is kept already."""
        known: T = self._known.setdefault(part, part)
        return known

    def _of_exercise(self, result: ExerciseResult) -> ExerciseResult:
        exercise = self._exercises[result.exercise.name]
        return self._once(replace(result, exercise=exercise, checks=_telling(result), points=(), picture=None))


def _telling(result: ExerciseResult) -> tuple[CheckResult, ...]:
    """The first failed check, or else the first that has the exercise's verdict: it says why."""
    if result.verdict is Verdict.PASSED:
        return ()
    by_verdict = {each.verdict: each for each in reversed(result.checks)}
    telling = by_verdict.get(Verdict.FAILED, by_verdict[result.verdict])
    return (replace(telling, staff_detail="", stumble="", observations=()),)
