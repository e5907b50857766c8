"""Marks for mean pooling: every right answer earns 100, every wrong one loses, and a broken forward costs nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from autograder.misconceptions import Misconception
from autograder.model import Text
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

NAME = "mean_pooling"


def with_forward(function: Callable[..., Any]) -> str:
    """The reference solution with another forward."""
    said = Text("-", "-")
    return wrong_source(NAME, Misconception("broken", "backward", "MeanPoolingLayer.forward", said, said, function))


def unfinished(self: Any, x: Any) -> Any:
    raise NotImplementedError


def nonsense(self: Any, x: Any) -> Any:
    self.input_shape = "lost"
    return 3


@pytest.mark.parametrize("seed", range(5))
def test_the_reference_earns_everything(seed: int) -> None:
    """The reference solution earns 100 whatever the seed."""
    report = mark_inside(solution_source(NAME), NAME, seed)
    assert report.score == 100, complaints(report)


def test_the_template_earns_nothing() -> None:
    """The untouched stub earns exactly 0, though its forward is right."""
    assert mark_inside(template_source(NAME), NAME).score == 0


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("variant", variants(NAME))
def test_correct_variants_earn_everything(variant: str, seed: int) -> None:
    """Every correct implementation earns 100, however odd its style."""
    report = mark_inside(variant_source(NAME, variant), NAME, seed)
    assert report.score == 100, complaints(report)


@pytest.mark.parametrize("misconception", misconceptions(NAME), ids=lambda each: each.id)
def test_misconceptions_lose_points(misconception: Misconception) -> None:
    """Every misconception loses points."""
    assert lost(mark_inside(wrong_source(NAME, misconception), NAME)) == {misconception.exercise}


@pytest.mark.parametrize("forward", [unfinished, nonsense])
def test_a_broken_forward_costs_nothing(forward: Callable[..., Any]) -> None:
    """A forward that is wrong or raises costs no points of backward."""
    report = mark_inside(with_forward(forward), NAME)
    assert report.score == 100, complaints(report)


@pytest.mark.parametrize("value", ["3", "None", "'layer'", "(1, 2)"])
def test_a_value_in_place_of_a_layer_earns_nothing(value: str) -> None:
    """A class that gives no layer is the student's fault, not the grader's."""
    assert mark_inside(f"def MeanPoolingLayer(window, stride):\n    return {value}\n", NAME).score == 0


def test_messages_tell_sizes_but_no_expected_values() -> None:
    """What a student reads names the input's sizes and never says what would have been right."""
    report = mark_inside(wrong_source(NAME, misconceptions(NAME)[0]), NAME)
    message = report.exercises[0].diagnosis
    assert message is not None
    assert "window 2 x 2" in message.en
    assert "expected" not in message.en


def test_public_checks_know_right_from_unfinished() -> None:
    """The public checks pass the reference and fail the stub."""
    right, stub = (mark_inside(source(NAME), NAME, public=True) for source in (solution_source, template_source))
    assert right.score == 100, complaints(right)
    assert stub.score == 0


@pytest.mark.parametrize("variant", variants(NAME))
def test_public_checks_pass_correct_variants(variant: str) -> None:
    """The public checks pass every correct implementation."""
    report = mark_inside(variant_source(NAME, variant), NAME, public=True)
    assert report.score == 100, complaints(report)
