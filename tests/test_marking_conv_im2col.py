"""Marks for the convolution: every right answer earns 100, and no exercise pays for a mistake in another."""

from __future__ import annotations

import ast
from fractions import Fraction

import numpy as np
import pytest

from autograder.misconceptions import Misconception
from autograder.model import Report
from tests.support import (
    KIT,
    complaints,
    lost,
    mark_inside,
    misconceptions,
    rubric_of,
    solution_source,
    template_source,
    variant_source,
    variants,
    wrong_source,
)

NAME = "conv_im2col"
EXERCISES = ("im2col", "col2im", "forward", "backward_input", "backward_weights", "backward_bias")
LAYER = ("forward", "backward_input", "backward_weights", "backward_bias")
BACKWARD = LAYER[1:]

UNFINISHED = "raise NotImplementedError"
NONSENSE = "return 3"
FAULTY = "return np.zeros((1, 1)) @ np.zeros((2, 2))"

KEPT_UNTIL_THE_END = """
    passed = np.where(self.filter_data > 0, dout.reshape(self.filter_data.shape), 0.0)
    din = col2im(
        padding=self.padding,
        columns=passed @ self.weights.T,
        input_shape=list(self.input_shape),
        filter_shape=np.array(self.filter_shape),
        stride=self.stride,
    )
    self.dbias, self.dweights = passed.sum(axis=0, keepdims=True), self.columns.T @ passed
    return din
"""
OWN_COL2IM = """
    passed = np.where(self.filter_data > 0, dout.reshape(self.filter_data.shape), 0.0)
    self.dbias, self.dweights = passed.sum(axis=0, keepdims=True), self.columns.T @ passed
    batch, height, width, depth = self.input_shape
    places = _cells(self.filter_shape, dout.shape[1:3], self.stride)
    patches = (passed @ self.weights.T).reshape(*dout.shape[:3], len(places), depth)
    padded = np.zeros((batch, height + 2 * self.padding, width + 2 * self.padding, depth))
    for cell, (down, across) in enumerate(places):
        padded[:, down, across] += patches[:, :, :, cell]
    return padded[:, self.padding : self.padding + height, self.padding : self.padding + width]
"""
STATE_OF_ITS_OWN = """
    self.input_shape, self.columns = x.shape, im2col(x, self.filter_shape, self.stride, self.padding)
    self.filter_data = np.maximum(self.columns @ self.weights + self.bias, 0.0)
    self.rows = _output_shape(x.shape, self.filter_shape, self.stride, self.padding)[0]
    return self.filter_data.reshape(len(x), self.rows, -1, self.weights.shape[1])
"""
NEEDS_THAT_STATE = """
    assert dout.shape[1] == self.rows
    passed = np.where(self.filter_data > 0, dout.reshape(self.filter_data.shape), 0.0)
    self.dbias, self.dweights = passed.sum(axis=0, keepdims=True), self.columns.T @ passed
    return col2im(passed @ self.weights.T, self.input_shape, self.filter_shape, self.stride, self.padding)
"""
WRONG_GEOMETRY_FOR_COL2IM = """
    passed = np.where(self.filter_data > 0, dout.reshape(self.filter_data.shape), 0.0)
    self.dbias, self.dweights = passed.sum(axis=0, keepdims=True), self.columns.T @ passed
    return col2im(passed @ self.weights.T, self.input_shape, self.filter_shape, self.padding, self.stride)
"""
TEASING_COL2IM = """
    passed = np.where(self.filter_data > 0, dout.reshape(self.filter_data.shape), 0.0)
    self.dbias, self.dweights = passed.sum(axis=0, keepdims=True), self.columns.T @ passed
    shape = tuple(np.array([size, size]) for size in self.input_shape)
    return col2im(passed @ self.weights.T, shape, {"rows": None}, "1", shape)
"""


def with_bodies(**bodies: str) -> str:
    """The reference solution with other bodies for some functions or methods, named without their class."""
    lines = solution_source(NAME).splitlines()
    functions = [node for node in ast.walk(ast.parse("\n".join(lines))) if isinstance(node, ast.FunctionDef)]
    for node in sorted(functions, key=lambda each: -each.lineno):
        if node.name in bodies:
            indent = " " * (node.col_offset + 4)
            body = [indent + line.removeprefix("    ") for line in bodies[node.name].strip("\n").splitlines()]
            lines[node.body[0].lineno - 1 : node.end_lineno] = body
    return "\n".join(lines) + "\n"


def earned(report: Report) -> dict[str, Fraction]:
    """The points of each exercise."""
    return {result.exercise.name: result.score for result in report.exercises}


@pytest.mark.parametrize("seed", range(5))
def test_the_reference_earns_everything(seed: int) -> None:
    """The reference solution earns 100 whatever the seed."""
    report = mark_inside(solution_source(NAME), NAME, seed)
    assert report.score == 100, complaints(report)


def test_the_template_earns_nothing() -> None:
    """The untouched stub earns exactly 0."""
    assert mark_inside(template_source(NAME), NAME).score == 0


@pytest.mark.parametrize("seed", range(5))
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


@pytest.mark.parametrize("body", [UNFINISHED, NONSENSE, FAULTY])
@pytest.mark.parametrize("exercise", ["im2col", "col2im", "forward"])
def test_a_broken_function_costs_its_own_points_only(exercise: str, body: str) -> None:
    """A function that is unfinished, wrong or raises costs all of its own points and none besides."""
    report = mark_inside(with_bodies(**{exercise: body}), NAME)
    assert lost(report) == {exercise}, complaints(report)
    assert earned(report)[exercise] == 0


@pytest.mark.parametrize("body", [UNFINISHED, NONSENSE, FAULTY])
@pytest.mark.parametrize("right", [{"im2col"}, {"col2im"}, {"forward"}, set(BACKWARD)], ids=sorted)
def test_a_single_right_function_earns_its_points(right: set[str], body: str) -> None:
    """A function that is right earns its points though all the others are broken."""
    names = {"im2col", "col2im", "forward", "backward"}
    broken = names - right - ({"backward"} if right == set(BACKWARD) else set())
    report = mark_inside(with_bodies(**dict.fromkeys(broken, body)), NAME)
    assert lost(report) == set(EXERCISES) - right, complaints(report)
    assert all(earned(report)[name] == 0 for name in lost(report))


@pytest.mark.parametrize("body", [UNFINISHED, NONSENSE, FAULTY])
def test_gradients_stored_after_a_broken_col2im_count(body: str) -> None:
    """A backward that stores its gradients after the call of a broken col2im, by keywords, earns all its points."""
    report = mark_inside(with_bodies(col2im=body, backward=KEPT_UNTIL_THE_END), NAME)
    assert lost(report) == {"col2im"}, complaints(report)


def test_a_backward_without_col2im_earns_everything() -> None:
    """A backward that adds up its patches by itself needs no col2im."""
    report = mark_inside(with_bodies(col2im=UNFINISHED, backward=OWN_COL2IM), NAME)
    assert lost(report) == {"col2im"}, complaints(report)


def test_state_beside_the_contract_is_still_there() -> None:
    """A backward may use what its own forward stored besides, even with im2col and col2im broken."""
    source = with_bodies(im2col=UNFINISHED, col2im=UNFINISHED, forward=STATE_OF_ITS_OWN, backward=NEEDS_THAT_STATE)
    report = mark_inside(source, NAME)
    assert lost(report) == {"im2col", "col2im"}, complaints(report)


@pytest.mark.parametrize("body", [WRONG_GEOMETRY_FOR_COL2IM, TEASING_COL2IM])
def test_col2im_has_to_be_asked_rightly(body: str) -> None:
    """The right dcolumns earn nothing for din when col2im is asked with another geometry."""
    report = mark_inside(with_bodies(backward=body), NAME)
    assert lost(report) == {"backward_input"}, complaints(report)
    assert earned(report)["backward_input"] == 0


@pytest.mark.parametrize("value", ["3", "None", "'layer'", "(1, 2)"])
def test_a_value_in_place_of_a_layer_earns_nothing(value: str) -> None:
    """A class that gives no layer is the student's fault, not the grader's."""
    report = mark_inside(f"def ConvLayer(*arguments):\n    return {value}\n", NAME)
    assert report.score == 0


@pytest.mark.parametrize("seed", range(10))
def test_layer_cases_stay_away_from_kinks(seed: int) -> None:
    """In every layer case each filter has open and shut positions, and no sum is near 0 where the ReLU bends."""
    book = rubric_of(NAME, seed).book
    module = __import__(f"checks_{NAME}")
    for case in book.of(module.plain_layers) + book.of(module.other_layers):
        sums = case.columns @ case.weights + case.bias
        assert np.abs(sums).min() > 1e-3, case
        assert (sums > 0).any(axis=0).all(), case
        assert (sums < 0).any(axis=0).all(), case
        assert np.abs(case.bias).min() > 0, case


@pytest.mark.parametrize("exercise", EXERCISES)
def test_public_checks_know_right_from_unfinished(exercise: str) -> None:
    """The public checks of each exercise pass the reference and fail the stub."""
    right, stub = (mark_inside(source(NAME), NAME, public=True) for source in (solution_source, template_source))
    points = {each.name: each.points for each in KIT.assignment(NAME).exercises}
    assert earned(right)[exercise] == points[exercise], complaints(right)
    assert earned(stub)[exercise] == 0


@pytest.mark.parametrize("variant", variants(NAME))
def test_public_checks_pass_correct_variants(variant: str) -> None:
    """The public checks pass every correct implementation."""
    report = mark_inside(variant_source(NAME, variant), NAME, public=True)
    assert report.score == 100, complaints(report)
