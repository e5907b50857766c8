"""deeplearning.ai, the specialization's course 4, week 1: a convolutional network step by step.

Convolution forward: seed 1, 2 x 5 x 7 x 4, eight filters of 3 x 3, padding 1, stride 2, by the mean of the output and
one of its positions; seed 3, three geometries with paddings 3, 0 and 6 by shape, one of them by its mean. Backward,
which is not graded: seed 1, 10 x 4 x 4 x 3, filters of 2 x 2, padding 2, stride 2, the output as upstream gradient, and
of each gradient shape and mean. Max pooling forward: windows of 2 and 3, strides 1 and 2, one row or one example of the
output. Backward, not graded either: seed 1, 5 x 5 x 3 x 2, window 2, stride 1, normal upstream gradient, one row of one
example; the same for mean pooling. ``isclose`` and ``allclose`` with numpy's own tolerances.

Windows and filters are one number. That cell is counted as the course's check of the backward pass.
"""

from __future__ import annotations

from functools import cache
from types import ModuleType
from typing import Any

import numpy as np

from tests.other_courses.adapters import LAST, Array, Conv, MakePool, max_pools, mean_pools
from tests.other_courses.course import CONVOLUTION, MAX_POOLING, Course, reference, require

Answers = tuple[Array, ...]


def plain(found: Any, shape: tuple[int, ...], what: str) -> None:
    """A numpy array of this shape."""
    require(type(found) is np.ndarray and found.shape == shape, f"type and shape of {what}")


def forwards(module: ModuleType) -> Answers:
    """Outputs of the four geometries."""
    random = np.random.RandomState(1)
    x, weights, bias = random.randn(2, 5, 7, 4), random.randn(3, 3, 4, 8), random.randn(8)
    first = Conv(module, LAST, weights, bias, 2, 1).forward(x)
    random = np.random.RandomState(3)
    x, weights, bias = random.randn(2, 5, 7, 4), random.randn(3, 3, 4, 8), random.randn(8)
    second = Conv(module, LAST, weights, bias, 1, 3).forward(x)
    third = Conv(module, LAST, weights, bias, 2, 0).forward(x)
    weights, bias = random.randn(5, 5, 4, 8), random.randn(8)
    return first, second, third, Conv(module, LAST, weights, bias, 1, 6).forward(x)


def backwards(module: ModuleType) -> Answers:
    """Gradients of input, weights and bias, with the output as upstream gradient."""
    random = np.random.RandomState(1)
    x, weights, bias = random.randn(10, 4, 4, 3), random.randn(2, 2, 3, 8), random.randn(8)
    layer = Conv(module, LAST, weights, bias, 2, 2)
    din = layer.backward(layer.forward(x))
    return din, layer.dweights, layer.dbias


@cache
def right_forwards() -> Answers:
    """The right outputs."""
    return forwards(reference("conv_im2col"))


@cache
def right_backwards() -> Answers:
    """The right gradients."""
    return backwards(reference("conv_im2col"))


def conv_forward(module: ModuleType) -> None:
    """One output by mean and a position, two by shape, one by shape and mean."""
    first, second, third, fourth = forwards(module)
    right_first, _, _, right_fourth = right_forwards()
    require(np.isclose(np.mean(first), np.mean(right_first)), "mean of the output")
    require(np.allclose(first[0, 2, 1], right_first[0, 2, 1]), "one position of the output")
    require(second.shape == (2, 9, 11, 8) and third.shape == (2, 2, 3, 8), "shape of the output")
    require(fourth.shape == (2, 13, 15, 8), "shape of the output")
    require(np.isclose(np.mean(fourth), np.mean(right_fourth)), "mean of the output")


def conv_backward(module: ModuleType) -> None:
    """Shapes and means."""
    for found, right in zip(backwards(module), right_backwards(), strict=True):
        plain(found, right.shape, "a gradient")
        require(np.isclose(np.mean(found), np.mean(right)), "mean of a gradient")


def pool_outputs(make: MakePool) -> Answers:
    """What is looked at of the forward pass."""
    x = np.random.RandomState(1).randn(2, 5, 5, 3)
    return make((2, 2), 1).forward(x)[1, 1], make((3, 3), 2).forward(x)[0]


def pool_gradient(make: MakePool) -> Array:
    """The gradient of which one row is looked at."""
    random = np.random.RandomState(1)
    x, dout = random.randn(5, 5, 3, 2), random.randn(5, 4, 2, 2)
    pool = make((2, 2), 1)
    pool.forward(x)
    return pool.backward(dout)


def require_row(found: Any, right: Array) -> None:
    """One row of one example, and the whole shape."""
    plain(found, right.shape, "the gradient")
    require(np.allclose(found[1, 1], right[1, 1]), "one row of the gradient")


def max_pooling(module: ModuleType) -> None:
    """Both of our max poolings."""
    for make, right in zip(max_pools(module, LAST), max_pools(reference("max_pooling"), LAST), strict=True):
        shape = make((5, 5), 1).forward(np.random.RandomState(0).randn(4, 5, 7, 4)).shape
        require(shape == (4, 1, 3, 4), "shape of the output")
        for found, expected in zip(pool_outputs(make), pool_outputs(right), strict=True):
            require(np.allclose(found, expected), "part of the output")
        require_row(pool_gradient(make), pool_gradient(right))


def mean_pooling(module: ModuleType) -> None:
    """Mean pooling, whose forward we give."""
    right = pool_gradient(mean_pools(reference("mean_pooling"), LAST))
    require_row(pool_gradient(mean_pools(module, LAST)), right)


RECTANGULAR = frozenset({"rectangular windows"})
COURSE = Course(
    "deeplearning.ai",
    asks={
        "max_pooling": MAX_POOLING,
        "mean_pooling": frozenset({"backward"}),
        "conv_im2col": CONVOLUTION,
    },
    checks={
        "max_pooling": (max_pooling,),
        "mean_pooling": (mean_pooling,),
        "conv_im2col": (conv_forward, conv_backward),
    },
    without={"max_pooling": RECTANGULAR, "mean_pooling": RECTANGULAR, "conv_im2col": RECTANGULAR},
)
