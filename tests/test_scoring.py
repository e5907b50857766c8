"""Marks: exact shares, nothing lost or won by rounding, and never less for doing better."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from autograder.model import CheckResult, Exercise, Text, Verdict
from autograder.scoring import number, score_exercise, shown

PASSED, FAILED, SKIPPED, ERRORED = Verdict.PASSED, Verdict.FAILED, Verdict.SKIPPED, Verdict.ERRORED
TITLE = Text("title", "题")

verdicts = st.sampled_from(Verdict)
weights = st.integers(1, 40)
results = st.lists(
    st.builds(lambda verdict, weight: CheckResult("check", TITLE, weight, verdict), verdicts, weights),
    min_size=1,
    max_size=12,
).map(tuple)
points = st.integers(1, 100)


def exercise(worth: int) -> Exercise:
    """An exercise of so many points."""
    return Exercise("one", TITLE, worth)


def scored(worth: int, *outcomes: tuple[Verdict, int]) -> Fraction:
    """The score of checks with these verdicts and weights."""
    checks = tuple(CheckResult("check", TITLE, weight, verdict) for verdict, weight in outcomes)
    return score_exercise(exercise(worth), checks).score


def with_verdict(checks: tuple[CheckResult, ...], at: int, verdict: Verdict) -> tuple[CheckResult, ...]:
    """The same results but for one verdict."""
    return (*checks[:at], replace(checks[at], verdict=verdict), *checks[at + 1 :])


def test_points_are_shared_by_weight() -> None:
    """A check earns its weight's share, exactly."""
    assert scored(10, (PASSED, 2), (FAILED, 1)) == Fraction(20, 3)


@pytest.mark.parametrize(("verdict", "earned"), [(PASSED, 10), (ERRORED, 10), (FAILED, 5), (SKIPPED, 5)])
def test_what_each_verdict_earns(verdict: Verdict, earned: int) -> None:
    """Passed and errored checks earn their share, failed and skipped ones nothing."""
    assert scored(10, (PASSED, 1), (verdict, 1)) == earned


@given(points, results)
def test_a_score_lies_between_nothing_and_everything(worth: int, checks: tuple[CheckResult, ...]) -> None:
    """No score is below 0 or above the exercise's points, and each check's share adds up to it."""
    result = score_exercise(exercise(worth), checks)
    assert 0 <= result.score <= worth
    assert sum(result.points) == result.score
    assert len(result.points) == len(result.checks)


@given(points, results, st.data())
def test_mending_a_check_never_lowers_a_score(worth: int, checks: tuple[CheckResult, ...], data: st.DataObject) -> None:
    """Turning a failed or skipped check into a passed one raises the score."""
    losing = [place for place, each in enumerate(checks) if each.verdict in (FAILED, SKIPPED)]
    assume(losing)
    better = with_verdict(checks, data.draw(st.sampled_from(losing)), PASSED)
    assert score_exercise(exercise(worth), better).score > score_exercise(exercise(worth), checks).score


@given(points, results)
def test_full_marks_only_when_nothing_failed_or_was_skipped(worth: int, checks: tuple[CheckResult, ...]) -> None:
    """An exercise earns everything exactly when no check lost anything."""
    clean = all(each.verdict in (PASSED, ERRORED) for each in checks)
    assert (score_exercise(exercise(worth), checks).score == worth) is clean


@given(points, results, st.data())
def test_our_own_faults_cost_nothing(worth: int, checks: tuple[CheckResult, ...], data: st.DataObject) -> None:
    """A check that errored earns what it would have earned by passing."""
    place = data.draw(st.integers(0, len(checks) - 1))
    errored, passed = (with_verdict(checks, place, verdict) for verdict in (ERRORED, PASSED))
    assert score_exercise(exercise(worth), errored).score == score_exercise(exercise(worth), passed).score


@given(points, results, st.integers(2, 9))
def test_only_the_ratio_of_weights_counts(worth: int, checks: tuple[CheckResult, ...], factor: int) -> None:
    """All weights times the same number make the same score."""
    heavier = tuple(replace(each, weight=factor * each.weight) for each in checks)
    assert score_exercise(exercise(worth), heavier).score == score_exercise(exercise(worth), checks).score


@pytest.mark.parametrize(
    ("each", "whole"),
    [
        ((PASSED, PASSED), PASSED),
        ((PASSED, SKIPPED), SKIPPED),
        ((SKIPPED, FAILED, PASSED), FAILED),
        ((FAILED, ERRORED, SKIPPED), ERRORED),
        ((PASSED, ERRORED), ERRORED),
    ],
)
def test_the_verdict_that_most_needs_a_look_stands_for_all(each: tuple[Verdict, ...], whole: Verdict) -> None:
    """An exercise is errored before failed, failed before skipped, skipped before passed."""
    checks = tuple(CheckResult("check", TITLE, 1, verdict) for verdict in each)
    assert score_exercise(exercise(10), checks).verdict is whole


# --------------------------------------------------------------------------------- points in print


@pytest.mark.parametrize(
    ("exact", "text"),
    [
        (Fraction(0), "0"),
        (Fraction(100), "100"),
        (Fraction(10), "10"),
        (Fraction(5, 2), "2.5"),
        (Fraction(20, 3), "6.66"),
        (Fraction(99999, 1000), "99.99"),
        (Fraction(1, 1000), "0"),
        (Fraction(29, 100), "0.29"),
        (Fraction(2001, 100), "20.01"),
    ],
)
def test_points_are_shown_as_people_read_them(exact: Fraction, text: str) -> None:
    """At most two decimals, no trailing zeros, rounded down."""
    assert shown(exact) == text


@given(points, st.fractions(0, 1))
def test_a_loss_is_never_rounded_away(worth: int, share: Fraction) -> None:
    """Only full marks read as full marks."""
    assert (shown(worth * share) == str(worth)) is (share == 1)


@given(st.fractions(0, 100))
def test_what_is_shown_is_less_than_a_hundredth_below(exact: Fraction) -> None:
    """The figure is the exact one cut after two decimals."""
    assert 0 <= exact - Fraction(shown(exact)) < Fraction(1, 100)


@given(st.fractions(0, 100), st.fractions(0, 100))
def test_more_points_never_read_as_fewer(one: Fraction, other: Fraction) -> None:
    """Figures in print keep the order of the exact ones."""
    low, high = sorted((one, other))
    assert number(low) <= number(high)


@given(st.fractions(0, 100))
def test_the_number_for_machines_is_the_one_in_print(exact: Fraction) -> None:
    """JSON and people read the same figure."""
    assert f"{number(exact):.2f}".rstrip("0").rstrip(".") == shown(exact)
