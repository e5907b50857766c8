"""Results to points: the only arithmetic on marks.

An exercise's points are shared over its checks by weight, exactly, as fractions. A passed check
earns its share. An errored one does too: it is the grader's own fault, staff must look at it, and
no student pays for it. A failed one earns nothing, and neither does a skipped one: what it
needed is missing, and were it left out of the sum, mending one mistake could lower a mark.
"""

from __future__ import annotations

from fractions import Fraction
from functools import cache

from autograder.model import CheckResult, Exercise, ExerciseResult, Verdict

EARNING = frozenset({Verdict.PASSED, Verdict.ERRORED})


def score_exercise(exercise: Exercise, results: tuple[CheckResult, ...]) -> ExerciseResult:
    """The exercise's points from its checks' verdicts; ``results`` must not be empty."""
    whole = sum(result.weight for result in results)
    weights = [result.weight if result.verdict in EARNING else 0 for result in results]
    points = tuple(Fraction(exercise.points * weight, whole) for weight in weights)
    score = Fraction(exercise.points * sum(weights), whole)
    return ExerciseResult(exercise, score, _overall(results), results, points)


def _overall(results: tuple[CheckResult, ...]) -> Verdict:
    """The verdict that most needs to be looked at."""
    verdicts = {result.verdict for result in results}
    for verdict in (Verdict.ERRORED, Verdict.FAILED, Verdict.SKIPPED):
        if verdict in verdicts:
            return verdict
    return Verdict.PASSED


def shown(points: Fraction) -> str:
    """Points as people read them: at most two decimals, no trailing zeros, a loss never rounded away.

    Rounding is downwards, so only full marks read as full marks.
    """
    return f"{number(points):.2f}".rstrip("0").rstrip(".")


def number(points: Fraction) -> float:
    """The same figure as ``shown``, as a plain float for JSON."""
    return _hundredths(points.numerator, points.denominator)


@cache
def _hundredths(numerator: int, denominator: int) -> float:
    # A class has thousands of results and few different ones.
    return numerator * 100 // denominator / 100
