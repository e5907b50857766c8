"""What students run themselves for ReLU and batch normalisation: the handout's example, shapes, numeric gradients.

The handout's example tests backward by itself: what forward stores is filled in. The numeric gradients need your own
forward, so they come into their own when that is done.

They are for learning. Marks come from other checks, on harder inputs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.errors import StudentFault, WorkerStopped
from autograder.gradients import distinct, weighted_sum
from autograder.registry import check
from autograder.student import StudentObject
from autograder.trial import Trial

# The handout's example: four values of two features, and an epsilon of 4 that makes the numbers plain.
INPUT = np.array([[1, 2], [3, 2], [5, 2], [7, 2]], dtype=float)
GAMMA = np.array([3, 2], dtype=float)
BETA = np.array([1, -1], dtype=float)
EPSILON = 4.0
INVERSE_STD = np.array([1 / 3, 1 / 2])
NORMALIZED = np.array([[-1, 0], [-1 / 3, 0], [1 / 3, 0], [1, 0]])
OUTPUT = np.array([[-2, -1], [0, -1], [2, -1], [4, -1]], dtype=float)
UPSTREAM = np.array([[1, 4], [2, 0], [-4, -2], [9, 2]], dtype=float)
D_GAMMA = np.array([6, 0], dtype=float)
D_BETA = np.array([8, 4], dtype=float)
D_INPUT = np.array([[0.5, 3], [0.5, -1], [-6.5, -3], [5.5, 1]])

NUMBERS = np.array([[3, -1, 0], [-2, 4, -5]], dtype=float)
PASSED = np.array([[3, 0, 0], [0, 4, 0]], dtype=float)
NUMBERS_UPSTREAM = np.array([[-7, 2, 5], [1, 6, 3]], dtype=float)
NUMBERS_GRADIENT = np.array([[-7, 0, 0], [0, 6, 0]], dtype=float)


def as_images(matrix: np.ndarray) -> np.ndarray:
    """The example's four rows as the pixels of two images of 2 x 1."""
    return matrix.reshape(2, 2, 1, 2)


@dataclass(frozen=True)
class Small:
    """A small layer for numeric gradients."""

    gamma: np.ndarray
    beta: np.ndarray
    x: np.ndarray
    upstream: np.ndarray

    def __str__(self) -> str:
        return f"x {' x '.join(map(str, self.x.shape))}"


def small_layers(rng: np.random.Generator, reference: object) -> tuple[Small, ...]:
    """A batch of vectors and one of images."""
    return tuple(
        Small(rng.normal(size=3), rng.normal(size=3), rng.normal(size=shape), rng.normal(size=shape))
        for shape in ((5, 3), (2, 3, 2, 3))
    )


def small_numbers(rng: np.random.Generator, reference: object) -> tuple[np.ndarray, np.ndarray]:
    """Numbers of both signs well away from 0, and an upstream gradient."""
    return distinct(rng, (3, 4, 2)), rng.normal(size=(3, 4, 2))


def loss_of(trial: Trial, small: Small, name: str) -> Callable[[np.ndarray], float]:
    """The loss ``sum(out * upstream)`` of your own forward, as a function of the array ``name``."""

    def loss(moved: np.ndarray) -> float:
        given = {"x": small.x, "gamma": small.gamma, "beta": small.beta, name: moved}
        layer = trial.student.new("BatchNormLayer", given["gamma"], given["beta"])
        return weighted_sum(layer.forward(given["x"]), small.upstream)

    return loss


def example_after_forward(trial: Trial, shaped: Callable[[np.ndarray], np.ndarray]) -> StudentObject:
    """The example's layer with everything forward would have stored."""
    layer = trial.student.new("BatchNormLayer", GAMMA, BETA, EPSILON)
    layer.later.forward(shaped(INPUT), send=False)
    layer.set("normalized", shaped(NORMALIZED))
    layer.set("inverse_std", INVERSE_STD)
    return layer


def stored_by_backward(layer: StudentObject, upstream: np.ndarray, name: str) -> Any:
    """What backward stores as ``name``, even while another part of it is unfinished."""
    trouble: StudentFault | None = None
    try:
        layer.backward(upstream)
    except WorkerStopped:
        raise
    except StudentFault as fault:
        trouble = fault
    try:
        return layer.get(name)
    except StudentFault as missing:
        raise trouble or missing from None


@check("relu", zh="讲义中的例子:前向的输出与 mask")
def public_relu_forward(trial: Trial) -> None:
    """The handout's example: output and mask of forward."""
    layer = trial.student.new("ReluLayer")
    trial.expect_close("out", layer.forward(NUMBERS), PASSED)
    trial.expect_close("mask", layer.get("mask"), PASSED > 0, kind="boolean")


@check("relu", zh="讲义中的例子:反向的梯度")
def public_relu_backward(trial: Trial) -> None:
    """The handout's example: the gradient of backward."""
    layer = trial.student.new("ReluLayer")
    layer.later.forward(NUMBERS, send=False)
    layer.set("mask", PASSED > 0)
    trial.expect_close("dx", layer.backward(NUMBERS_UPSTREAM), NUMBERS_GRADIENT)


@check("relu", zh="dx 与自己前向传播的数值梯度一致")
def public_relu_gradient(trial: Trial) -> None:
    """dx agrees with finite differences of your own forward, for an input of three axes."""
    x, upstream = trial.cases(small_numbers)

    def loss(moved: np.ndarray) -> float:
        return weighted_sum(trial.student.new("ReluLayer").forward(moved), upstream)

    layer = trial.student.new("ReluLayer")
    if trial.expect_array("out", layer.forward(x), x.shape, "x 3 x 4 x 2"):
        trial.expect_gradient("dx", layer.backward(upstream), loss, x, "x 3 x 4 x 2")


@check("batchnorm_forward", zh="讲义中的例子:形状 (4, 2),epsilon 为 4")
def public_forward_golden(trial: Trial) -> None:
    """The handout's example: shape (4, 2), an epsilon of 4."""
    layer = trial.student.new("BatchNormLayer", GAMMA, BETA, EPSILON)
    trial.expect_close("out", layer.forward(INPUT), OUTPUT)
    trial.expect_close("normalized", layer.get("normalized"), NORMALIZED)
    trial.expect_close("inverse_std", layer.get("inverse_std"), INVERSE_STD)


@check("batchnorm_forward", zh="同样的数,作为两张 2 x 1 的图像")
def public_forward_images(trial: Trial) -> None:
    """The same numbers as two images of 2 x 1: nothing else may change."""
    layer = trial.student.new("BatchNormLayer", GAMMA, BETA, EPSILON)
    trial.expect_close("out", layer.forward(as_images(INPUT)), as_images(OUTPUT))
    trial.expect_close("normalized", layer.get("normalized"), as_images(NORMALIZED))
    trial.expect_close("inverse_std", layer.get("inverse_std"), INVERSE_STD)


@check("batchnorm_backward", zh="讲义例子的 dbeta 和 dgamma")
def public_parameters_golden(trial: Trial) -> None:
    """dbeta and dgamma of the handout's example."""
    for name, expected in (("dbeta", D_BETA), ("dgamma", D_GAMMA)):
        layer = example_after_forward(trial, np.array)
        trial.expect_close(name, stored_by_backward(layer, UPSTREAM, name), expected)


@check("batchnorm_backward", zh="讲义例子的 dx")
def public_input_golden(trial: Trial) -> None:
    """dx of the handout's example."""
    trial.expect_close("dx", example_after_forward(trial, np.array).backward(UPSTREAM), D_INPUT)


@check("batchnorm_backward", zh="同样的数,作为两张 2 x 1 的图像")
def public_input_images(trial: Trial) -> None:
    """The same numbers as two images of 2 x 1: nothing else may change."""
    layer = example_after_forward(trial, as_images)
    trial.expect_close("dx", layer.backward(as_images(UPSTREAM)), as_images(D_INPUT))
    trial.expect_close("dbeta", layer.get("dbeta"), D_BETA)
    trial.expect_close("dgamma", layer.get("dgamma"), D_GAMMA)


@check("batchnorm_backward", zh="dx、dgamma、dbeta 与自己前向传播的数值梯度一致")
def public_gradients(trial: Trial) -> None:
    """dx, dgamma and dbeta agree with finite differences of your own forward."""
    for small in trial.cases(small_layers):
        layer = trial.student.new("BatchNormLayer", small.gamma, small.beta)
        if trial.expect_array("out", layer.forward(small.x), small.upstream.shape, small):
            dx = layer.backward(small.upstream)
            trial.expect_gradient("dx", dx, loss_of(trial, small, "x"), small.x, small)
            for name in ("gamma", "beta"):
                at, gradient = getattr(small, name), layer.get(f"d{name}")
                trial.expect_gradient(f"d{name}", gradient, loss_of(trial, small, name), at, small)


@check("batchnorm_backward", zh="再次调用结果相同,dout 不被修改", requires=("public_input_golden",))
def public_second_call(trial: Trial) -> None:
    """A second call gives the same, and dout is still what it was."""
    layer, upstream = example_after_forward(trial, np.array), trial.student.store(UPSTREAM)
    layer.backward(upstream)
    trial.expect_unchanged("dout", UPSTREAM, upstream.fetch())
    trial.expect_close("dx of the second call", layer.backward(UPSTREAM), D_INPUT)
    trial.expect_close("dgamma of the second call", layer.get("dgamma"), D_GAMMA)
