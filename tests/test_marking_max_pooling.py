"""Marks for max pooling: every right answer earns 100, every wrong one loses, and only where it is wrong."""

from __future__ import annotations

import pytest

from autograder.misconceptions import Misconception
from tests.support import (
    complaints,
    lost,
    mark_inside,
    misconceptions,
    solution_source,
    template_source,
    variant_source,
    variants,
    wrong_source,
)

NAME = "max_pooling"


@pytest.mark.parametrize("seed", range(5))
def test_the_reference_earns_everything(seed: int) -> None:
    """The reference solution earns 100 whatever the seed."""
    report = mark_inside(solution_source(NAME), NAME, seed)
    assert report.score == 100, complaints(report)


def test_the_template_earns_nothing() -> None:
    """The untouched stub earns exactly 0."""
    assert mark_inside(template_source(NAME), NAME).score == 0


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("variant", variants(NAME))
def test_correct_variants_earn_everything(variant: str, seed: int) -> None:
    """Every correct implementation earns 100, however odd its style."""
    report = mark_inside(variant_source(NAME, variant), NAME, seed)
    assert report.score == 100, complaints(report)


@pytest.mark.parametrize("misconception", misconceptions(NAME), ids=lambda each: each.id)
def test_misconceptions_lose_points_where_they_belong(misconception: Misconception) -> None:
    """Every misconception loses points in its own exercise and in no other."""
    report = mark_inside(wrong_source(NAME, misconception), NAME)
    assert lost(report) == {misconception.exercise}, complaints(report)


@pytest.mark.parametrize("exercise", ["pooled_size", "forward", "max_index", "backward", "backward_matrix", "fast"])
def test_public_checks_know_right_from_unfinished(exercise: str) -> None:
    """The public checks of each exercise pass the reference and fail the stub."""
    right, stub = (mark_inside(source(NAME), NAME, public=True) for source in (solution_source, template_source))
    scores = {report: {each.exercise.name: each.score for each in report.exercises} for report in (right, stub)}
    assert scores[right][exercise] > 0
    assert scores[stub][exercise] == 0
