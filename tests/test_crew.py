"""What travels between controllers and the process that grades."""

from __future__ import annotations

from dataclasses import replace

import pytest

from autograder.crew import folded, unfolded
from autograder.misconceptions import splice
from autograder.model import Report
from tests.support import mark_inside, misconceptions, solution_source

NAME = "mean_pooling"


@pytest.fixture(scope="module")
def reports() -> list[Report]:
    """What is found of a right answer and of some wrong ones."""
    right = solution_source(NAME)
    texts = [right, *(splice(right, each) for each in misconceptions(NAME)[::8])]
    return [replace(mark_inside(text, NAME, 5), printed="a line") for text in texts]


def test_a_report_arrives_as_it_was(reports: list[Report]) -> None:
    """Every field is the same on the other side, whatever came before."""
    assert [unfolded(folded(each)) for each in (*reports, *reports)] == [*reports, *reports]


def test_what_has_come_before_is_not_read_again(reports: list[Report]) -> None:
    """What is told of an exercise is one object for all of whom the same is told; the rest is each one's own."""
    first, second = (unfolded(folded(replace(reports[0], student=name))) for name in ("ann", "bob"))
    assert (first.student, second.student) == ("ann", "bob")
    assert all(mine is theirs for mine, theirs in zip(first.exercises, second.exercises, strict=True))
    assert first.assignment is second.assignment


def test_arrays_stay_where_they_are(reports: list[Report]) -> None:
    """What was observed does not travel: nobody reads it on the other side, and it may be large."""
    told = (reports[0], unfolded(folded(reports[0])))
    before, after = ([check for each in report.exercises for check in each.checks] for report in told)
    assert all(check.observations for check in before)
    assert not any(check.observations for check in after)
