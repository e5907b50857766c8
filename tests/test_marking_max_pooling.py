"""Marks for max pooling: every right answer earns 100, every wrong one loses, and only where it is wrong."""

from __future__ import annotations

import ast
import textwrap
from typing import Any

import numpy as np
import pytest

from autograder.marking import _exercise
from autograder.misconceptions import Misconception
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

NAME = "max_pooling"
MOST_FRAMES = 60


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


# ------------------------------------------------------------------- gradients that are tried out

STEP = "0.03125"
"""Small against the distance of the inputs' values and a power of 2, so that every difference is exact."""

KEPT = """
def backward(self, dout):
    din = np.zeros(self.input_shape)
    for where in np.ndindex(*self.input_shape):
        higher, lower = self.x.copy(), self.x.copy()
        higher[where] += STEP
        lower[where] -= STEP
        difference = pooled(self, higher) - pooled(self, lower)
        din[where] = (difference * dout).sum() / (2 * STEP)
    return din
"""
REBUILT = """
def backward(self, dout):
    x = np.zeros(self.input_shape)
    rows, columns = divmod(self.max_index, self.window[1])
    n, i, j, d = np.indices(self.max_index.shape)
    x[n, i * self.stride + rows, j * self.stride + columns, d] = 1.0
    base, din = pooled(self, x), np.zeros(self.input_shape)
    for where in np.ndindex(*self.input_shape):
        before, x[where] = x[where], x[where] + STEP
        din[where] = ((pooled(self, x) - base) * dout).sum() / STEP
        x[where] = before
    return din
"""
KEPT_OR_REBUILT = KEPT.replace("self.x.copy(), self.x.copy()", "x.copy(), x.copy()").replace(
    "    din = np.zeros",
    """    x = getattr(self, "x", None)
    if x is None:
        x = np.zeros(self.input_shape)
        rows, columns = divmod(self.max_index, self.window[1])
        n, i, j, d = np.indices(self.max_index.shape)
        x[n, i * self.stride + rows, j * self.stride + columns, d] = 1.0
    din = np.zeros""",
)
BATCH = """
def backward(self, dout):
    size, (n, *rest) = self.x.size, self.input_shape
    steps = STEP * np.eye(size).reshape(size, *self.x.shape)
    moved = np.concatenate([self.x + steps, self.x - steps]).reshape(2 * size * n, *rest)
    out = pooled(self, moved).reshape(2, size, *dout.shape)
    return (((out[0] - out[1]) * dout).reshape(size, -1).sum(axis=1) / (2 * STEP)).reshape(self.input_shape)
"""
BATCH_REBUILT = """
def backward(self, dout):
    x = np.zeros(self.input_shape)
    rows, columns = divmod(self.max_index, self.window[1])
    n, i, j, d = np.indices(self.max_index.shape)
    x[n, i * self.stride + rows, j * self.stride + columns, d] = 1.0
    base, din = pooled(self, x), np.zeros(x.size)
    for start in range(0, x.size, 256):
        cells = np.arange(start, min(start + 256, x.size))
        moved = np.repeat(x[np.newaxis], len(cells), axis=0)
        moved.reshape(len(cells), -1)[np.arange(len(cells)), cells] += STEP
        out = pooled(self, moved.reshape(-1, *x.shape[1:])).reshape(len(cells), *dout.shape)
        din[cells] = ((out - base) * dout).reshape(len(cells), -1).sum(axis=1) / STEP
    return din.reshape(x.shape)
"""
CHEATS = {
    "x kept": KEPT,
    "x rebuilt": REBUILT,
    "x kept or rebuilt": KEPT_OR_REBUILT,
    "a batch": BATCH,
    "a batch of x rebuilt": BATCH_REBUILT,
}
POOLED = """
def pooled(layer, x):
    other = MaxPoolingLayer(layer.window, layer.stride)
    return other.forward(x)
"""


def with_backward(backward: str) -> str:
    """The reference with this backward in the layer, whose forward keeps its input."""
    text = solution_source(NAME)
    (layer,) = (node for node in ast.parse(text).body if getattr(node, "name", "") == "MaxPoolingLayer")
    (old,) = (node for node in layer.body if getattr(node, "name", "") == "backward")
    lines = text.splitlines(keepends=True)
    new = textwrap.indent(backward.replace("STEP", STEP), "    ") + "\n" + POOLED
    changed = "".join(lines[: old.lineno - 1]) + new + "".join(lines[old.end_lineno :])
    remembered = "        self.input_shape = x.shape\n"
    return changed.replace(remembered, f"{remembered}        self.x = x\n")


@pytest.mark.parametrize("cheat", CHEATS.values(), ids=CHEATS)
def test_a_gradient_that_is_tried_out_earns_nothing(cheat: str) -> None:
    """Finite differences in the place of a derivation lose all of backward, and nothing else."""
    report = mark_inside(with_backward(cheat), NAME)
    earned = {result.exercise.name: result.score for result in report.exercises}
    assert earned["backward"] == 0, complaints(report)
    assert lost(report) == {"backward"}


@pytest.mark.parametrize("cheat", ["x kept", "a batch"])
def test_the_cheats_give_right_gradients(cheat: str) -> None:
    """It is not by a wrong value that they lose."""
    cheating, right = (load_source(each, NAME) for each in (with_backward(CHEATS[cheat]), solution_source(NAME)))
    x = np.random.default_rng(3).permutation(2 * 6 * 7).reshape(1, 6, 7, 2) * 1.0
    dins = []
    for module in (cheating, right):
        layer = module.MaxPoolingLayer((2, 3), 1)
        dins.append(layer.backward(layer.forward(x)))
    assert np.allclose(*dins, rtol=1e-12)


LOOP = """
def backward(self, dout):
    din = np.zeros(self.input_shape)
    for n in range(dout.shape[0]):
        for i in range(dout.shape[1]):
            for j in range(dout.shape[2]):
                for d in range(dout.shape[3]):
                    row, column = divmod(int(self.max_index[n, i, j, d]), self.window[1])
                    din[n, i * self.stride + row, j * self.stride + column, d] += dout[n, i, j, d]
    return din
"""
GATHER = """
def backward(self, dout):
    din = np.zeros(self.input_shape)
    rows, columns = self.window
    for n, h, w, d in np.ndindex(*self.input_shape):
        for i in range(dout.shape[1]):
            row = h - i * self.stride
            if 0 <= row < rows:
                for j in range(dout.shape[2]):
                    column = w - j * self.stride
                    if 0 <= column < columns and self.max_index[n, i, j, d] == row * columns + column:
                        din[n, h, w, d] += dout[n, i, j, d]
    return din
"""


@pytest.mark.parametrize("backward", [LOOP, GATHER], ids=["over windows", "over cells"])
def test_plain_loops_are_derivations(backward: str) -> None:
    """A backward of plain loops beside a forward without any earns everything."""
    report = mark_inside(with_backward(backward), NAME)
    assert report.score == 100, complaints(report)


# --------------------------------------------------------------------------------- what it costs


class Counting(Inside):
    """Counts the frames."""

    frames = 0

    def request(self, header: dict[str, Any], arrays: list[np.ndarray]) -> Any:
        self.frames += 1
        return super().request(header, arrays)


def test_a_submission_costs_few_frames() -> None:
    """All checks of an honest submission together cross to the worker a few dozen times."""
    rubric = rubric_of(NAME, 0)
    channel = Counting(load_source(solution_source(NAME), NAME))
    bench = InsideBench(channel.worker.module)
    bench._inside = Student(channel)
    results = [_exercise(exercise, rubric, bench) for exercise in rubric.assignment.exercises]
    assert sum(result.score for result in results) == 100
    assert channel.frames <= MOST_FRAMES
