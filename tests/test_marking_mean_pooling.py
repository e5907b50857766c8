"""Marks for mean pooling: every right answer earns 100, every wrong one loses, and a broken forward costs nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autograder.marking import mark_exercise
from autograder.misconceptions import Misconception
from autograder.model import Report, Text, Verdict
from autograder.student import Inside, Student
from tests.support import (
    InsideBench,
    complaints,
    load_source,
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

NAME = "mean_pooling"
MOST_FRAMES = 8


def with_forward(function: Callable[..., Any]) -> str:
    """The reference solution with another forward."""
    said = Text("-", "-")
    return wrong_source(NAME, Misconception("broken", "backward", "MeanPoolingLayer.forward", said, said, function))


def with_backward(backward: str) -> str:
    """The template with this text behind it, whose ``backward`` becomes the layer's."""
    return f"{template_source(NAME)}\n\n{backward}\n\nMeanPoolingLayer.backward = backward\n"


def checks_lost(report: Report) -> set[str]:
    """The names of the checks that earned nothing."""
    return {each.name for result in report.exercises for each in result.checks if each.verdict is not Verdict.PASSED}


def unfinished(self: Any, x: Any) -> Any:
    raise NotImplementedError


def nonsense(self: Any, x: Any) -> Any:
    self.input_shape = "lost"
    return 3


@pytest.mark.parametrize("seed", range(10))
def test_the_reference_earns_everything(seed: int) -> None:
    """The reference solution earns 100 whatever the seed."""
    report = mark_inside(solution_source(NAME), NAME, seed)
    assert report.score == 100, complaints(report)


def test_the_template_earns_nothing() -> None:
    """The untouched stub earns exactly 0, though its forward is right."""
    assert mark_inside(template_source(NAME), NAME).score == 0


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("variant", variants(NAME))
def test_correct_variants_earn_everything(variant: str, seed: int) -> None:
    """Every correct implementation earns 100, however odd its style."""
    report = mark_inside(variant_source(NAME, variant), NAME, seed)
    assert report.score == 100, complaints(report)


@pytest.mark.parametrize("misconception", misconceptions(NAME), ids=lambda each: each.id)
def test_misconceptions_lose_points(misconception: Misconception) -> None:
    """Every misconception loses points, and none is taken for differences."""
    report = mark_inside(wrong_source(NAME, misconception), NAME)
    assert lost(report) == {misconception.exercise}
    assert checks_lost(report).isdisjoint({"backward_derived"})


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
    message = report.exercises[0].complaint
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


# ------------------------------------------------------------------- gradients that are tried out

CENTRAL = """
def backward(self, dout):
    shape, step = self.input_shape, 1e-3
    x, din = np.zeros(shape), np.zeros(shape)
    for where in np.ndindex(*shape):
        x[where] = step
        higher = self.forward(x)
        x[where] = -step
        lower = self.forward(x)
        x[where] = 0.0
        din[where] = np.sum((higher - lower) * dout) / (2 * step)
    return din
"""
LARGE_STEP = """
def backward(self, dout):
    shape, step = self.input_shape, 1024.0
    x, din = np.zeros(shape), np.zeros(shape)
    for where in np.ndindex(*shape):
        x[where] = step
        din[where] = np.sum(self.forward(x) * dout) / step
        x[where] = 0.0
    return din
"""
BATCH = """
def backward(self, dout):
    shape, size = self.input_shape, int(np.prod(self.input_shape))
    din, n = np.zeros(size), shape[0]
    for start in range(0, size, 256):
        cells = np.arange(start, min(start + 256, size))
        x = np.zeros((len(cells), size))
        x[np.arange(len(cells)), cells] = 1.0
        out = self.forward(x.reshape(len(cells) * n, *shape[1:])).reshape(len(cells), *dout.shape)
        din[cells] = (out * dout).reshape(len(cells), -1).sum(axis=1)
    self.input_shape = shape
    return din.reshape(shape)
"""
ONE_MAP = """
def backward(self, dout):
    shape = self.input_shape
    x, din = np.zeros((1, *shape[1:3], 1)), np.zeros(shape)
    for row, column in np.ndindex(*shape[1:3]):
        x[0, row, column, 0] = 1.0
        din[:, row, column] = (self.forward(x) * dout).sum(axis=(1, 2))
        x[0, row, column, 0] = 0.0
    self.input_shape = shape
    return din
"""
OWN_FORWARD = """
def pooled(x, window, stride):
    (rows, columns), (n, height, width, d) = window, x.shape
    sums = np.zeros((n, height + 1, width + 1, d))
    sums[:, 1:, 1:] = x.cumsum(axis=1).cumsum(axis=2)
    down = sums[:, rows::stride] - sums[:, : height - rows + 1 : stride]
    return (down[:, :, columns::stride] - down[:, :, : width - columns + 1 : stride]) / (rows * columns)


def backward(self, dout):
    x, din = np.zeros(self.input_shape), np.zeros(self.input_shape)
    for where in np.ndindex(*self.input_shape):
        x[where] = 1.0
        din[where] = np.sum(pooled(x, self.window, self.stride) * dout)
        x[where] = 0.0
    return din
"""
IN_FORWARD = """
plain = MeanPoolingLayer.forward


def forward(self, x):
    moved, slopes = np.zeros((1, *x.shape[1:3], 1)), []
    for row, column in np.ndindex(*x.shape[1:3]):
        moved[0, row, column, 0] = 1.0
        slopes.append(plain(self, moved)[0, :, :, 0])
        moved[0, row, column, 0] = 0.0
    self.slopes = np.array(slopes).reshape(*x.shape[1:3], *slopes[0].shape)
    return plain(self, x)


def backward(self, dout):
    return np.einsum("hwij,nijd->nhwd", self.slopes, dout)


MeanPoolingLayer.forward = forward
"""
CHEATS = {
    "central": CENTRAL,
    "a large step": LARGE_STEP,
    "a batch": BATCH,
    "one map for all": ONE_MAP,
    "a forward of its own": OWN_FORWARD,
    "while forward runs": IN_FORWARD,
}
GIVEN_UP = {
    "zeros": f"{LARGE_STEP}\ntried = backward\n\n\ndef backward(self, dout):\n"
    "    return tried(self, dout) if np.prod(self.input_shape) < 2000 else np.zeros(self.input_shape)\n",
    "an error": LARGE_STEP.replace("1024.0\n", "1024.0\n    assert np.prod(shape) < 2000\n"),
}


@pytest.mark.parametrize("cheat", [*CHEATS.values(), *GIVEN_UP.values()], ids=[*CHEATS, *GIVEN_UP])
def test_a_gradient_that_is_tried_out_earns_nothing(cheat: str) -> None:
    """Finite differences in the place of a derivation earn no point, even if they are given up for large inputs."""
    report = mark_inside(with_backward(cheat), NAME)
    assert report.score == 0, complaints(report)
    assert "work the gradient out" in complaints(report).splitlines()[0]


@pytest.mark.parametrize("cheat", [*CHEATS.values(), *GIVEN_UP.values()], ids=[*CHEATS, *GIVEN_UP])
def test_the_cheats_give_right_gradients(cheat: str) -> None:
    """It is not by a wrong value that they lose."""
    cheating, right = (load_source(each, NAME) for each in (with_backward(cheat), solution_source(NAME)))
    x = np.random.default_rng(3).normal(size=(2, 6, 7, 2))
    dins = []
    for module in (cheating, right):
        layer = module.MeanPoolingLayer((2, 3), 2)
        dins.append(layer.backward(layer.forward(x)))
    assert np.allclose(*dins, rtol=1e-9)


LISTS = """
def backward(self, dout):
    (rows, columns), (batch, height, width, depth) = self.window, self.input_shape
    din = [[[[0.0] * depth for _ in range(width)] for _ in range(height)] for _ in range(batch)]
    for n, image in enumerate(dout.tolist()):
        for i, line in enumerate(image):
            for j, maps in enumerate(line):
                for d, gradient in enumerate(maps):
                    for row in range(rows):
                        for column in range(columns):
                            din[n][i * self.stride + row][j * self.stride + column][d] += gradient / (rows * columns)
    return np.array(din)
"""
SEARCH = """
def backward(self, dout):
    rows, columns = self.window
    din = np.zeros(self.input_shape)
    for n, h, w, d in np.ndindex(*self.input_shape):
        for i in range(dout.shape[1]):
            for j in range(dout.shape[2]):
                top, left = i * self.stride, j * self.stride
                if top <= h < top + rows and left <= w < left + columns:
                    din[n, h, w, d] += dout[n, i, j, d] / (rows * columns)
    return din
"""
CELL_BY_CELL = """
def backward(self, dout):
    rows, columns = self.window
    din = np.zeros(self.input_shape)
    tops, lefts = (np.arange(size) * self.stride for size in dout.shape[1:3])
    for h in range(din.shape[1]):
        for w in range(din.shape[2]):
            over, across = (tops <= h) & (h < tops + rows), (lefts <= w) & (w < lefts + columns)
            din[:, h, w] = dout[:, over][:, :, across].sum(axis=(1, 2)) / (rows * columns)
    return din
"""
MATRIX = """
def backward(self, dout):
    rows, columns = self.window
    shares = np.zeros((dout[0, :, :, 0].size, *self.input_shape[1:3]))
    for share, (i, j) in zip(shares, np.ndindex(*dout.shape[1:3])):
        top, left = i * self.stride, j * self.stride
        share[top : top + rows, left : left + columns] = 1 / (rows * columns)
    return np.einsum("phw,npd->nhwd", shares, dout.reshape(len(dout), -1, dout.shape[3]))
"""
BY_FORWARD = """
def backward(self, dout):
    (rows, columns), (n, height, width, d), step = self.window, self.input_shape, self.stride
    opened = np.zeros((n, height + 2 * rows - 2, width + 2 * columns - 2, d))
    last_row, last_column = rows - 1 + dout.shape[1] * step, columns - 1 + dout.shape[2] * step
    inside = opened[:, rows - 1 : last_row : step, columns - 1 : last_column : step]
    inside[...] = dout[:, : inside.shape[1], : inside.shape[2]]
    return MeanPoolingLayer(self.window, 1).forward(opened)[:, :height, :width]
"""
DERIVED = {
    "lists": LISTS,
    "searched for each cell": SEARCH,
    "numpy for each cell": CELL_BY_CELL,
    "a matrix": MATRIX,
    "forward used for its adjoint": BY_FORWARD,
}


@pytest.mark.parametrize("backward", DERIVED.values(), ids=DERIVED)
def test_slow_and_unusual_derivations_earn_everything(backward: str) -> None:
    """A backward in any style earns everything, plain loops and one that uses forward among them."""
    report = mark_inside(with_backward(backward), NAME)
    assert report.score == 100, complaints(report)


# ------------------------------------------------------------------------------- smaller tricks

USUAL = """
KEPT = {}


def derived(self, dout):
    rows, columns = self.window
    din = np.zeros(self.input_shape)
    for i, j in np.ndindex(*dout.shape[1:3]):
        top, left = i * self.stride, j * self.stride
        din[:, top : top + rows, left : left + columns] += dout[:, i : i + 1, j : j + 1] / (rows * columns)
    return din


def backward(self, dout):
"""
AFRESH = "afresh_in_every_call"
TRICKS = {
    "the first answer of a geometry": (
        "    return KEPT.setdefault((self.input_shape, self.window, self.stride), derived(self, dout)).copy()",
        AFRESH,
    ),
    "the first answer of a layer": (
        "    return KEPT.setdefault((id(self), self.input_shape), derived(self, dout)).copy()",
        AFRESH,
    ),
    "the first answer up to the sign": ("    return derived(self, KEPT.setdefault(abs(dout.flat[0]), dout))", AFRESH),
    "a layer used up": (
        "    din = derived(self, dout)\n    self.input_shape = self.input_shape[::-1]\n    return din",
        AFRESH,
    ),
    "a seed": ("    np.random.seed(0)\n    return derived(self, dout)", "arguments_left_alone"),
    "a random number": ("    np.random.rand()\n    return derived(self, dout)", "arguments_left_alone"),
}


@pytest.mark.parametrize(("body", "check"), TRICKS.values(), ids=TRICKS)
def test_tricks_with_state_lose_one_check(body: str, check: str) -> None:
    """State that lives on between calls is seen by the check that is about it, and by no other."""
    report = mark_inside(with_backward(USUAL + body), NAME)
    assert checks_lost(report) == {check}, complaints(report)


# -------------------------------------------------------------------------------- what it costs


class Counting(Inside):
    """Counts the frames."""

    frames = 0

    def request(self, operations: list[list[Any]]) -> Any:
        self.frames += 1
        return super().request(operations)


def test_a_submission_costs_few_frames() -> None:
    """All checks of an honest submission together cross to the worker a few times."""
    rubric = rubric_of(NAME, 0)
    channel = Counting(load_source(solution_source(NAME), NAME))
    bench = InsideBench(channel.worker.module)
    bench._student = Student(channel)
    results = [mark_exercise(exercise, rubric, bench) for exercise in rubric.assignment.exercises]
    assert sum(result.score for result in results) == 100
    assert 0 < channel.frames <= MOST_FRAMES
