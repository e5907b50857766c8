"""dlsys (CMU 10-714), homework 4: the local tests of the convolution, and what is sent to its grading server.

Operator, no bias: seed 0, normal numbers times 5, seventeen square geometries with filters of 1, 3 and 5, strides 1
and 2, paddings 0 to 2; the output is compared by its sum, the gradients by the norm of their difference (below 1e-2).
Layer, with a bias: square images, filters of 3, padding 1, strides 1 and 2; output and gradients by the norm of their
difference (below 1e-3). The server gets the shape and the first 64 numbers of some outputs and gradients, of whole
numbers from 1 to 9 and filters up to 7. Every loss is a sum, so every upstream gradient is all ones.

The server's tolerance is not public; 1e-3 is taken. Images and filters are square, filters are one number. There is no
pooling. Numbers are float64 here, and drawn with numpy where the homework's own library draws them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from types import ModuleType

import numpy as np

from tests.other_courses.adapters import LAST, Array, Conv
from tests.other_courses.course import CONVOLUTION, Course, reference, require

SEED = 0
LAYER_FORWARD = ((4, 8, 16, 3, 1), (32, 8, 16, 3, 2), (32, 8, 8, 3, 2), (32, 16, 8, 3, 1), (32, 16, 8, 3, 2))
LAYER_BACKWARD = (
    (4, 1, 1, 3, 1), (14, 8, 16, 3, 1), (14, 8, 16, 3, 2), (14, 8, 8, 3, 1),
    (14, 8, 8, 3, 2), (14, 16, 8, 3, 1), (14, 16, 8, 3, 2),
)  # fmt: skip
"""Size of the image, channels in and out, size of the filter, stride."""
OPERATOR = (
    (3, 14, 8, 3, 16, 1, 0), (3, 14, 8, 3, 16, 1, 1), (3, 16, 8, 3, 16, 1, 2), (3, 16, 8, 3, 14, 1, 0),
    (3, 16, 2, 3, 14, 1, 0), (3, 14, 8, 3, 16, 2, 0), (3, 14, 8, 3, 16, 2, 1), (3, 16, 8, 3, 16, 2, 2),
    (3, 16, 8, 3, 14, 2, 0), (3, 16, 2, 3, 14, 2, 0), (3, 16, 24, 3, 14, 1, 0), (3, 14, 8, 5, 16, 1, 0),
    (3, 17, 8, 5, 16, 1, 0), (3, 17, 1, 5, 16, 1, 0), (3, 17, 16, 5, 1, 1, 0), (3, 17, 16, 1, 1, 1, 0),
    (1, 14, 2, 3, 2, 1, 0),
)  # fmt: skip
"""Batch, size of the image, channels in, size of the filter, channels out, stride, padding."""
SENT_OPERATOR = (
    (2, 1, 2, 4, 1, 1, 0), (2, 1, 2, 4, 1, 1, 2), (2, 3, 1, 6, 1, 2, 2), (2, 1, 2, 4, 3, 1, 0),
    (3, 1, 2, 4, 3, 1, 2), (1, 1, 3, 6, 5, 2, 2), (2, 3, 1, 6, 1, 2, 0), (2, 1, 2, 10, 3, 1, 1),
    (2, 3, 1, 8, 3, 2, 2), (2, 1, 3, 8, 5, 1, 2), (2, 1, 2, 6, 3, 1, 1), (2, 3, 1, 6, 3, 2, 2),
)  # fmt: skip
SENT_LAYER = (
    (3, 2, 4, 6, 3, 1, 1), (3, 4, 2, 6, 3, 1, 1), (1, 1, 1, 12, 3, 2, 1), (1, 1, 1, 12, 1, 1, 0),
    (1, 2, 1, 12, 7, 1, 3), (1, 1, 3, 12, 7, 4, 3),
)  # fmt: skip
"""Batch, channels in and out, size of the image, size of the filter, stride, padding."""
SENT = 64
SENT_TOLERANCE = 1e-3


@dataclass(frozen=True)
class Case:
    """A convolution and its input."""

    x: Array
    weights: Array
    bias: Array
    stride: int
    padding: int


Answers = tuple[Array, Array, Array, Array]
"""Output, and the gradients of input, weights and bias for ones upstream."""


def answers(module: ModuleType, case: Case) -> Answers:
    """What a module makes of a case."""
    layer = Conv(module, LAST, case.weights, case.bias, case.stride, case.padding)
    out = layer.forward(case.x)
    din = layer.backward(np.ones(out.shape))
    return out, din, layer.dweights, layer.dbias


def layer_case(geometry: tuple[int, ...], batch: int) -> Case:
    """Weights and bias drawn as the homework's layer draws them, uniform numbers as input."""
    size, depth, filters, kernel, stride = geometry
    random = np.random.RandomState(SEED)
    weights, bias = layer_parameters(random, kernel, depth, filters)
    return Case(random.rand(batch, size, size, depth), weights, bias, stride, kernel // 2)


def layer_parameters(random: np.random.RandomState, kernel: int, depth: int, filters: int) -> tuple[Array, Array]:
    """Uniform, with bounds that depend on how many numbers go into an output."""
    taken = kernel * kernel * depth
    wide, narrow = np.sqrt(6.0 / taken), 1.0 / np.sqrt(taken)
    return random.uniform(-wide, wide, (kernel, kernel, depth, filters)), random.uniform(-narrow, narrow, filters)


def operator_case(geometry: tuple[int, ...]) -> Case:
    """Normal numbers times 5, no bias."""
    batch, size, depth, kernel, filters, stride, padding = geometry
    random = np.random.RandomState(SEED)
    x, weights = random.randn(batch, size, size, depth) * 5, random.randn(kernel, kernel, depth, filters) * 5
    return Case(x, weights, np.zeros(filters), stride, padding)


def whole_numbers(*shape: int) -> Array:
    """From 1 to 9, with a seed that depends on the shape."""
    random = np.random.RandomState(int(np.prod(shape)) * len(shape))
    return random.randint(1, 10, size=shape).astype(np.float64)


def sent_case(geometry: tuple[int, ...], layer: bool) -> Case:
    """Of whole numbers, except for the parameters of a layer."""
    batch, depth, filters, size, kernel, stride, padding = geometry
    x, bias = whole_numbers(batch, size, size, depth), np.zeros(filters)
    if layer:
        weights, bias = layer_parameters(np.random.RandomState(SEED), kernel, depth, filters)
    else:
        weights = whole_numbers(kernel, kernel, depth, filters)
    return Case(x, weights, bias, stride, padding)


def sent_cases() -> Iterator[Case]:
    """Everything of which something is sent."""
    yield from (sent_case(geometry, layer=False) for geometry in SENT_OPERATOR)
    yield from (sent_case(geometry, layer=True) for geometry in SENT_LAYER)


def all_cases() -> dict[str, list[Case]]:
    """The inputs of every check."""
    return {
        "forward": [layer_case(geometry, 10) for geometry in LAYER_FORWARD],
        "backward": [layer_case(geometry, 1) for geometry in LAYER_BACKWARD],
        "operator": [operator_case(geometry) for geometry in OPERATOR],
        "sent": list(sent_cases()),
    }


@cache
def right() -> dict[str, list[Answers]]:
    """The right answers."""
    module = reference("conv_im2col")
    return {name: [answers(module, case) for case in cases] for name, cases in all_cases().items()}


def near(found: Array, expected: Array, bound: float, what: str) -> None:
    """The norm of the difference is small."""
    require(np.linalg.norm(found - expected) < bound, what)


def convolution(module: ModuleType) -> None:
    """The local tests."""
    cases = all_cases()
    for case, expected in zip(cases["forward"], right()["forward"], strict=True):
        layer = Conv(module, LAST, case.weights, case.bias, case.stride, case.padding)
        near(layer.forward(case.x), expected[0], 1e-3, "output")
    for case, expected in zip(cases["backward"], right()["backward"], strict=True):
        for found, wanted in zip(answers(module, case)[1:], expected[1:], strict=True):
            near(found, wanted, 1e-3, "a gradient")
    for case, expected in zip(cases["operator"], right()["operator"], strict=True):
        out, din, dweights, _ = answers(module, case)
        near(np.sum(out), np.sum(expected[0]), 1e-1, "sum of the output")
        near(din, expected[1], 1e-2, "gradient of the input")
        near(dweights, expected[2], 1e-2, "gradient of the weights")


def sent_to_the_server(module: ModuleType) -> None:
    """Shapes and first numbers of outputs, and of the gradients of weights and input."""
    for case, expected in zip(all_cases()["sent"], right()["sent"], strict=True):
        for found, wanted in zip(answers(module, case)[:3], expected[:3], strict=True):
            require(found.shape == wanted.shape, "shape of what is sent")
            close = np.allclose(found.ravel()[:SENT], wanted.ravel()[:SENT], SENT_TOLERANCE, SENT_TOLERANCE)
            require(close, "first numbers of what is sent")


RECTANGULAR = frozenset({"rectangular windows"})
COURSE = Course(
    "dlsys",
    asks={"conv_im2col": CONVOLUTION},
    checks={"conv_im2col": (convolution, sent_to_the_server)},
    without={"conv_im2col": RECTANGULAR},
)
