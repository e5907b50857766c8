"""What the tables of a class need of each report, so that memory does not grow with the class."""

from __future__ import annotations

from dataclasses import replace

from autograder.model import Assignment, CheckResult, ExerciseResult, Report, Verdict


class Gists:
    """Makes the gist of one report after another; results that are alike are kept once."""

    def __init__(self, assignment: Assignment) -> None:
        self._assignment = assignment
        self._exercises = {exercise.name: exercise for exercise in assignment.exercises}
        self._known: dict[ExerciseResult, ExerciseResult] = {}

    def of(self, report: Report) -> Report:
        """The report with its marks and, of its checks, only those that a table's diagnosis is taken from."""
        exercises = tuple(self._of_exercise(result) for result in report.exercises)
        return replace(report, assignment=self._assignment, exercises=exercises, staff_detail="", printed="")

    def _of_exercise(self, result: ExerciseResult) -> ExerciseResult:
        exercise = self._exercises[result.exercise.name]
        gist = replace(result, exercise=exercise, checks=_telling(result), points=())
        return self._known.setdefault(gist, gist)


def _telling(result: ExerciseResult) -> tuple[CheckResult, ...]:
    """The first failed check, or else the first that has the exercise's verdict: it says why."""
    if result.verdict is Verdict.PASSED:
        return ()
    by_verdict = {each.verdict: each for each in reversed(result.checks)}
    telling = by_verdict.get(Verdict.FAILED, by_verdict[result.verdict])
    return (replace(telling, staff_detail="", observations=()),)
