"""dlcourse.ai, assignment 3, the notebook on convolutional networks.

Images of 2 x 2 with one or two channels, two of them, small whole numbers without ties. Convolution: one output
compared exactly, for a filter that picks a single cell and a bias of 1; other outputs by their shape alone. Gradients
are compared with numeric ones of the student's own forward, element by element, relative tolerance 1e-4, normal
upstream gradient: filters of 2 x 2 without padding for input, weights and bias, and filters of 3 x 3 with padding 1
for the input. Max pooling: window 2 x 2, stride 2, so one window an image; shape, and the gradient.

The notebook sets no seed; 0 is taken. Filters and pools are one number, the convolution's stride is 1, and there is no
mean pooling.
"""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

import numpy as np

from tests.other_courses.adapters import LAST, Array, Conv, max_pools
from tests.other_courses.course import CONVOLUTION, MAX_POOLING, Course, require
from tests.other_courses.numeric import central_difference

SEED = 0
STEP, TOLERANCE = 1e-5, 1e-4

Helper = Callable[[Array], tuple[float, Array]]
"""A loss and its gradient by what it is given."""


def one_channel() -> Array:
    """Two images of 2 x 2."""
    return np.array([[[[1.0], [2.0]], [[0.0], [-1.0]]], [[[0.0], [1.0]], [[-2.0], [-1.0]]]])


def two_channels() -> Array:
    """Two images of 2 x 2 with two channels."""
    other = np.array([[[0.0, 1.0], [-1.0, -2.0]], [[1.0, -1.0], [2.0, 0.0]]])
    return np.concatenate([one_channel(), other[..., None]], axis=-1)


def require_gradient(helper: Helper, x: Array) -> None:
    """The analytic gradient is close to the numeric one everywhere."""
    _, analytic = helper(x)
    analytic = analytic.copy()
    require(analytic.shape == x.shape, "shape of the gradient")
    for index in np.ndindex(*x.shape):
        numeric = central_difference(lambda each: helper(each)[0], x, index, STEP)
        require(np.isclose(numeric, analytic[index], TOLERANCE), "gradient")


def max_pooling(module: ModuleType) -> None:
    """Both of our max poolings."""
    random = np.random.RandomState(SEED)
    for make in max_pools(module, LAST):
        pool, x = make((2, 2), 2), two_channels()
        out = pool.forward(x)
        require(out.shape == (2, 1, 1, 2), "shape of the output")
        dout = random.randn(*out.shape)

        def helper(x: Array, pool: object = pool, dout: Array = dout) -> tuple[float, Array]:
            loss = float(np.sum(pool.forward(x) * dout))  # type: ignore[attr-defined]
            return loss, pool.backward(np.ones(dout.shape) * dout)  # type: ignore[attr-defined]

        require_gradient(helper, x)


def conv_forward(module: ModuleType) -> None:
    """One output by its values, two by their shape."""
    x, weights = one_channel(), np.zeros((2, 2, 1, 1))
    weights[0, 0, 0, 0] = 1.0
    out = Conv(module, LAST, weights, np.ones(1), 1, 0).forward(x)
    require(out.shape == (2, 1, 1, 1) and np.all(out == x[:, :1, :1, :1] + 1), "output")
    random = np.random.RandomState(SEED)
    for images in (one_channel(), two_channels()):
        weights = random.randn(2, 2, images.shape[3], 2)
        require(Conv(module, LAST, weights, np.zeros(2), 1, 0).forward(images).shape == (2, 1, 1, 2), "shape")


def conv_backward(module: ModuleType) -> None:
    """Gradients of input, weights and bias without padding, of the input with padding."""
    random, x = np.random.RandomState(SEED), two_channels()
    small, padded = random.randn(2, 2, 2, 2), random.randn(3, 3, 2, 2)
    bias, dout, wide = np.zeros(2), random.randn(2, 1, 1, 2), random.randn(2, 2, 2, 2)

    def loss_of(layer: Conv, x: Array, dout: Array) -> float:
        return float(np.sum(layer.forward(x) * dout))

    def by_input(x: Array) -> tuple[float, Array]:
        layer = Conv(module, LAST, small, bias, 1, 0)
        return loss_of(layer, x, dout), layer.backward(dout.copy())

    def by_weights(weights: Array) -> tuple[float, Array]:
        layer = Conv(module, LAST, weights, bias, 1, 0)
        loss, _ = loss_of(layer, x, dout), layer.backward(dout.copy())
        return loss, layer.dweights

    def by_bias(bias: Array) -> tuple[float, Array]:
        layer = Conv(module, LAST, small, bias, 1, 0)
        loss, _ = loss_of(layer, x, dout), layer.backward(dout.copy())
        return loss, layer.dbias

    def by_padded_input(x: Array) -> tuple[float, Array]:
        layer = Conv(module, LAST, padded, bias, 1, 1)
        return loss_of(layer, x, wide), layer.backward(wide.copy())

    require_gradient(by_input, x)
    require_gradient(by_weights, small)
    require_gradient(by_bias, bias)
    require_gradient(by_padded_input, x)


RECTANGULAR = frozenset({"rectangular windows"})
COURSE = Course(
    "dlcourse.ai",
    asks={
        "max_pooling": MAX_POOLING,
        "conv_im2col": CONVOLUTION,
    },
    checks={"max_pooling": (max_pooling,), "conv_im2col": (conv_forward, conv_backward)},
    without={"max_pooling": RECTANGULAR, "conv_im2col": RECTANGULAR | {"stride and window told apart"}},
)
