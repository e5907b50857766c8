"""minitorch (Cornell Tech), module 4: the tests of pooling and of the two-dimensional convolution.

Numbers are between -100 and 100. Max pooling: 1 x 1 x 4 x 4, windows of 2 x 2, 2 x 1 and 1 x 2, and of each output the
first number alone, to within 1e-2; no gradient. Mean pooling: the gradient for 2 x 2. Convolution: filters of 2 x 4 and
2 x 2, stride 1, no bias, padded below and to the right so that the size stays; no output is compared, only gradients.
A gradient is compared at one index, drawn from a generator that is seeded with 10 each time, with a central difference
of the sum of the student's own output, tolerances 1e-2; the upstream gradient is all ones.

The tests draw numbers with hypothesis, which is replaced by ten uniform draws. Windows are as far apart as they are
large and have to fill the image; our stride is one number, so that of 2 x 1 and 1 x 2 is 2, which leaves the first
number as it is.
"""

from __future__ import annotations

import random
from types import ModuleType

import numpy as np

from tests.other_courses.adapters import FIRST, Array, Conv, max_layers, mean_pools
from tests.other_courses.course import CONVOLUTION, Course, require
from tests.other_courses.numeric import central_difference

DRAWS = 10
INDEX_SEED = 10
STEP, TOLERANCE = 1e-6, 1e-2
WINDOWS = ((2, 2), (2, 1), (1, 2))
CONVOLUTIONS = (
    ((1, 1, 6, 6), (1, 1, 2, 4)),
    ((2, 1, 6, 6), (1, 1, 2, 4)),
    ((2, 2, 6, 6), (3, 2, 2, 4)),
)
"""Shapes of images and weights."""


def drawn(seed: int, *shape: int) -> Array:
    """Uniform numbers between -100 and 100."""
    return np.random.RandomState(seed).uniform(-100, 100, shape)


def index_of(shape: tuple[int, ...], generator: random.Random) -> tuple[int, ...]:
    """The one index that is looked at."""
    return tuple(generator.randint(0, size - 1) for size in shape)


def max_pooling(module: ModuleType) -> None:
    """The first output of three windows."""
    for seed in range(DRAWS):
        for rows, columns in WINDOWS:
            x = drawn(seed, 1, 1, 4, 4)
            first = max_layers(module, FIRST)((rows, columns), 2).forward(x)[0, 0, 0, 0]
            require(abs(first - x[0, 0, :rows, :columns].max()) < TOLERANCE, "first output")


def mean_pooling(module: ModuleType) -> None:
    """One element of the gradient."""
    for seed in range(DRAWS):
        x, pool = drawn(seed, 1, 1, 4, 4), mean_pools(module, FIRST)((2, 2), 2)
        din = pool.backward(np.ones(pool.forward(x).shape))
        index = index_of(x.shape, random.Random(INDEX_SEED))
        numeric = central_difference(lambda each, pool=pool: pool.forward(each).sum(), x, index, STEP)
        require(np.allclose(din[index], numeric, TOLERANCE, TOLERANCE), "one element of the gradient")


def convolution(module: ModuleType) -> None:
    """One element each of the gradients of input and weights."""
    for seed in range(DRAWS):
        for images, filters in CONVOLUTIONS:
            require_conv(module, drawn(seed, *images), drawn(seed + DRAWS, *filters))
    lines = np.tile(np.arange(4.0), (1, 1, 4, 1))
    require_conv(module, lines, np.ones((1, 1, 2, 2)))


def require_conv(module: ModuleType, x: Array, weights: Array) -> None:
    """The same for one input."""
    below, right = (size - 1 for size in weights.shape[2:])

    def layer_for(weights: Array) -> Conv:
        return Conv(module, FIRST, weights, np.zeros(len(weights)), 1, 0)

    def padded(x: Array) -> Array:
        return np.pad(x, ((0, 0), (0, 0), (0, below), (0, right)))

    def loss(x: Array, weights: Array) -> float:
        return float(layer_for(weights).forward(padded(x)).sum())

    layer, generator = layer_for(weights), random.Random(INDEX_SEED)
    din = layer.backward(np.ones(layer.forward(padded(x)).shape))
    require(din.shape == padded(x).shape, "shape of the gradient")
    index = index_of(x.shape, generator)
    numeric = central_difference(lambda each: loss(each, weights), x, index, STEP)
    require(np.allclose(din[index], numeric, TOLERANCE, TOLERANCE), "one element of the input's gradient")
    index = index_of(weights.shape, generator)
    numeric = central_difference(lambda each: loss(x, each), weights, index, STEP)
    require(np.allclose(layer.dweights[index], numeric, TOLERANCE, TOLERANCE), "one element of the weights' gradient")


TILES = frozenset({"stride and window told apart", "overlapping windows", "cropped rows and columns"})
NEITHER = frozenset({"bias", "padding", "stride and window told apart"})
COURSE = Course(
    "minitorch",
    asks={
        "max_pooling": frozenset({"forward"}),
        "mean_pooling": frozenset({"backward"}),
        "conv_im2col": CONVOLUTION - {"backward_bias"},
    },
    checks={"max_pooling": (max_pooling,), "mean_pooling": (mean_pooling,), "conv_im2col": (convolution,)},
    without={"max_pooling": TILES, "mean_pooling": TILES, "conv_im2col": NEITHER},
)
