"""CMU 11-785, homework 2 part 1, the autograder's tests of pooling and of the two-dimensional convolution.

Pooling: windows of 3 to 6, square, images of 50 to 99, square, once with stride 1 and once with 3 or 4, so windows
overlap, leave gaps and do not fill the image; seeds 11485, 11685 and 11785 for max pooling, three rounds from 11785
for mean pooling. The upstream gradient is the forward pass's own output. Convolution: two rounds from 11785, filters
of 3 to 6 on images of 60 to 79, no padding, normal weights, a bias of zeros, a normal upstream gradient. Everything
is compared elementwise, ``allclose`` with numpy's own tolerances; types and shapes have to agree as well.

Windows and filters are one number and the convolution has no padding, so nothing about either is asked. The
homework builds stride from resampling layers; here a stride is given to the layer.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from types import ModuleType
from typing import Any

import numpy as np

from tests.other_courses.adapters import FIRST, Array, Conv, MakePool, max_pools, mean_pools
from tests.other_courses.course import CONVOLUTION, MAX_POOLING, Course, reference, require

SEEDS = (11485, 11685, 11785)
SEED = 11785
MEAN_ROUNDS, CONV_ROUNDS = 3, 2


@dataclass(frozen=True)
class PoolCase:
    """A pooling and its input."""

    window: int
    stride: int
    x: Array


@dataclass(frozen=True)
class ConvCase:
    """A convolution, its input and the upstream gradient."""

    weights: Array
    stride: int
    x: Array
    dout: Array


def same(found: Any, right: Array, what: str) -> None:
    """Same type, same shape, close."""
    require(type(found) is np.ndarray and found.shape == right.shape and np.allclose(found, right), what)


def pool_case(random: np.random.RandomState, strided: bool) -> PoolCase:
    """The next one, drawn in the homework's order."""
    window = random.randint(3, 7)
    stride = random.randint(3, 5) if strided else 1
    width, depth, batch = random.randint(50, 100), random.randint(5, 15), random.randint(1, 4)
    return PoolCase(window, stride, random.randn(batch, depth, width, width))


def max_cases() -> Iterator[PoolCase]:
    """A seed for each."""
    for strided in (False, True):
        for seed in SEEDS:
            yield pool_case(np.random.RandomState(seed), strided)


def mean_cases() -> Iterator[PoolCase]:
    """Several from one seed."""
    for strided in (False, True):
        random = np.random.RandomState(SEED)
        for _ in range(MEAN_ROUNDS):
            yield pool_case(random, strided)


def conv_cases() -> Iterator[ConvCase]:
    """Several from one seed."""
    for strided in (False, True):
        random = np.random.RandomState(SEED)
        for _ in range(CONV_ROUNDS):
            depth, filters, size = random.randint(5, 15), random.randint(5, 15), random.randint(3, 7)
            stride = random.randint(3, 5) if strided else 1
            width, batch = random.randint(60, 80), random.randint(1, 4)
            x, weights = random.randn(batch, depth, width, width), random.normal(0, 1.0, (filters, depth, size, size))
            out = (width - size) // stride + 1
            yield ConvCase(weights, stride, x, random.randn(batch, filters, out, out))


def pooled(make: MakePool, case: PoolCase) -> tuple[Array, Array]:
    """Output, and the gradient where the output itself is the upstream gradient."""
    pool = make((case.window, case.window), case.stride)
    out = pool.forward(case.x)
    return out, pool.backward(out)


def convolved(module: ModuleType, case: ConvCase) -> tuple[Array, Array, Array, Array]:
    """Output, and the gradients of input, weights and bias."""
    layer = Conv(module, FIRST, case.weights, np.zeros(len(case.weights)), case.stride, 0)
    out = layer.forward(case.x)
    return out, layer.backward(case.dout), layer.dweights, layer.dbias


@cache
def right_max() -> tuple[tuple[Array, Array], ...]:
    """The right answers, which are the same for both of our max poolings."""
    make, _ = max_pools(reference("max_pooling"), FIRST)
    return tuple(pooled(make, case) for case in max_cases())


@cache
def right_mean() -> tuple[tuple[Array, Array], ...]:
    """The right answers."""
    make = mean_pools(reference("mean_pooling"), FIRST)
    return tuple(pooled(make, case) for case in mean_cases())


@cache
def right_conv() -> tuple[tuple[Array, Array, Array, Array], ...]:
    """The right answers."""
    return tuple(convolved(reference("conv_im2col"), case) for case in conv_cases())


def max_pooling(module: ModuleType) -> None:
    """Both of our max poolings."""
    for make in max_pools(module, FIRST):
        for case, right in zip(max_cases(), right_max(), strict=True):
            for found, expected in zip(pooled(make, case), right, strict=True):
                same(found, expected, "max pooling")


def mean_pooling(module: ModuleType) -> None:
    """Mean pooling."""
    make = mean_pools(module, FIRST)
    for case, (right_out, right_din) in zip(mean_cases(), right_mean(), strict=True):
        pool = make((case.window, case.window), case.stride)
        out = pool.forward(case.x)
        same(out, right_out, "mean pooling forward")  # before backward can write into it, unlike max pooling's
        same(pool.backward(out), right_din, "mean pooling backward")


def convolution(module: ModuleType) -> None:
    """The convolution."""
    for case, right in zip(conv_cases(), right_conv(), strict=True):
        for found, expected in zip(convolved(module, case), right, strict=True):
            same(found, expected, "convolution")


COURSE = Course(
    "CMU 11-785",
    asks={
        "max_pooling": MAX_POOLING,
        "mean_pooling": frozenset({"backward"}),
        "conv_im2col": CONVOLUTION,
    },
    checks={"max_pooling": (max_pooling,), "mean_pooling": (mean_pooling,), "conv_im2col": (convolution,)},
    without={
        "max_pooling": frozenset({"rectangular windows"}),
        "mean_pooling": frozenset({"rectangular windows"}),
        "conv_im2col": frozenset({"rectangular windows", "padding"}),
    },
)
