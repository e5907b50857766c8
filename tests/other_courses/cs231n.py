"""CS231n (Stanford), assignment 2, the notebook on convolutional networks.

Max pooling forward: evenly spaced numbers from -0.3 to 0.4 as 2 x 3 x 4 x 4, window 2 x 2, stride 2, compared with
printed numbers. Backward: seed 231, 3 x 2 x 8 x 8 and a normal upstream gradient, the same window and stride,
compared with the numeric gradient of the student's own forward.

Convolution forward: evenly spaced input, weights and bias, filters of 4 x 4, stride 2, padding 1. Backward: seed
231, 4 x 3 x 5 x 5, two filters of 3 x 3, stride 1, padding 1, normal upstream gradient; input, weights and bias.

Nothing is asserted: the largest relative error is printed beside the order of magnitude it should have (1e-8, and
1e-12 for max pooling's backward). Ten times that still passes here. There is no mean pooling.
"""

from __future__ import annotations

from functools import cache
from types import ModuleType

import numpy as np

from tests.other_courses.adapters import FIRST, Array, Conv, MakePool, max_pools
from tests.other_courses.course import CONVOLUTION, MAX_POOLING, Course, reference, require
from tests.other_courses.numeric import gradient_against

SEED = 231
STEP = 1e-5
SMALL, TINY = 1e-7, 1e-11
"""What passes where the notebook says "on the order of 1e-8", and of 1e-12."""


def relative_error(x: Array, y: Array) -> float:
    """The largest one, as the notebook prints it."""
    return float(np.max(np.abs(x - y) / np.maximum(1e-8, np.abs(x) + np.abs(y))))


def evenly(first: float, last: float, shape: tuple[int, ...]) -> Array:
    """Evenly spaced numbers."""
    return np.linspace(first, last, num=int(np.prod(shape))).reshape(shape)


def max_pooling(module: ModuleType) -> None:
    """Both of our max poolings, forward and backward."""
    for make, right in zip(max_pools(module, FIRST), max_pools(reference("max_pooling"), FIRST), strict=True):
        pool_forward(make, right)
        pool_backward(make)


def pool_forward(make: MakePool, right: MakePool) -> None:
    """The forward pass against known numbers."""
    x = evenly(-0.3, 0.4, (2, 3, 4, 4))
    error = relative_error(make((2, 2), 2).forward(x), right((2, 2), 2).forward(evenly(-0.3, 0.4, (2, 3, 4, 4))))
    require(error < SMALL, "max pooling forward")


def pool_backward(make: MakePool) -> None:
    """The backward pass against the student's own forward."""
    random = np.random.RandomState(SEED)
    x, dout = random.randn(3, 2, 8, 8), random.randn(3, 2, 4, 4)
    numeric = gradient_against(lambda each: make((2, 2), 2).forward(each), x, dout, STEP)
    pool = make((2, 2), 2)
    pool.forward(x)
    require(relative_error(pool.backward(dout), numeric) < TINY, "max pooling backward")


def conv_forward(module: ModuleType) -> None:
    """The forward pass against known numbers."""
    error = relative_error(known_output(module), expected_output())
    require(error < SMALL, "convolution forward")


def known_output(module: ModuleType) -> Array:
    """What the module makes of the evenly spaced numbers."""
    weights, bias = evenly(-0.2, 0.3, (3, 3, 4, 4)), np.linspace(-0.1, 0.2, num=3)
    return Conv(module, FIRST, weights, bias, 2, 1).forward(evenly(-0.1, 0.5, (2, 3, 4, 4)))


@cache
def expected_output() -> Array:
    """The right output for them."""
    return known_output(reference("conv_im2col"))


def conv_backward(module: ModuleType) -> None:
    """The three gradients against the student's own forward."""
    random = np.random.RandomState(SEED)
    x, weights, bias = random.randn(4, 3, 5, 5), random.randn(2, 3, 3, 3), random.randn(2)
    dout = random.randn(4, 2, 5, 5)

    def output(x: Array, weights: Array, bias: Array) -> Array:
        return Conv(module, FIRST, weights, bias, 1, 1).forward(x)

    numeric_x = gradient_against(lambda each: output(each, weights, bias), x, dout, STEP)
    numeric_weights = gradient_against(lambda each: output(x, each, bias), weights, dout, STEP)
    numeric_bias = gradient_against(lambda each: output(x, weights, each), bias, dout, STEP)
    layer = Conv(module, FIRST, weights, bias, 1, 1)
    layer.forward(x)
    din = layer.backward(dout)
    require(relative_error(din, numeric_x) < SMALL, "gradient of the input")
    require(relative_error(layer.dweights, numeric_weights) < SMALL, "gradient of the weights")
    require(relative_error(layer.dbias, numeric_bias) < SMALL, "gradient of the bias")


COURSE = Course(
    "CS231n",
    asks={
        "max_pooling": MAX_POOLING,
        "conv_im2col": CONVOLUTION,
    },
    checks={"max_pooling": (max_pooling,), "conv_im2col": (conv_forward, conv_backward)},
)
