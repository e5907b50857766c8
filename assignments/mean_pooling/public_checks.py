"""What students run themselves for mean pooling: the handout's examples, gradients against their own forward, manners.

They are for learning. Marks come from other checks, on harder inputs.
"""

from __future__ import annotations

import numpy as np

from autograder.gradients import weighted_sum
from autograder.model import Text
from autograder.protocol import Laid
from autograder.registry import check
from autograder.trial import Trial
from autograder.windows import WindowCase

EXAMPLE = np.array([[2, 4, 6], [0, 8, 2], [4, 0, 6]], dtype=float)
"""The handout's example: 2 x 2 windows that overlap at stride 1."""
UPSTREAM = np.array([[4, 8], [12, -16]], dtype=float)
SHARED_OUT = np.array([[1, 3, 2], [4, 2, -2], [3, -1, -4]], dtype=float)

COVERED = np.array(
    [
        [1, 1, 2, 1, 1, 0],
        [1, 1, 2, 1, 1, 0],
        [2, 2, 4, 2, 2, 0],
        [1, 1, 2, 1, 1, 0],
        [1, 1, 2, 1, 1, 0],
    ],
    dtype=float,
)
"""How many 3 x 3 windows lie over each cell at stride 2."""

OVERLAPPING = WindowCase("", (1, 3, 3, 1), (2, 2), 1)
COUNTING = WindowCase("", (1, 5, 6, 1), (3, 3), 2)
RANDOM_STATE_CHANGED = Text(
    "numpy's global random state was changed: pooling does not draw random numbers",
    "改动了 numpy 的全局随机状态:池化不需要随机数",
)
SMALL = WindowCase("x 2 x 6 x 5 x 2, window 3 x 2, stride 2", (2, 6, 5, 2), (3, 2), 2)


def one_map(numbers: np.ndarray) -> np.ndarray:
    """One image with one feature map, ``(1, H, W, 1)``."""
    return numbers[np.newaxis, :, :, np.newaxis]


def small_input(rng: np.random.Generator, reference: object) -> tuple[np.ndarray, np.ndarray]:
    """An input whose 3 x 2 windows at stride 2 overlap along the rows and leave a tail; an upstream gradient."""
    return rng.normal(size=(2, 6, 5, 2)), rng.normal(size=(2, 2, 2, 2))


@check("backward", zh="din 的形状与输入相同")
def public_shape(trial: Trial) -> None:
    """din has the shape of the input: tails, gaps and overlaps included."""
    for shape, window, stride, pooled in (
        ((2, 5, 7, 3), (2, 2), 2, (2, 2, 3, 3)),
        ((1, 7, 4, 1), (2, 1), 3, (1, 2, 2, 1)),
        ((2, 4, 5, 2), (3, 2), 1, (2, 2, 4, 2)),
    ):
        layer = trial.student.new("MeanPoolingLayer", window, stride)
        layer.forward(np.ones(shape))
        case = f"x {shape}, window {window}, stride {stride}"
        trial.expect_array("din", layer.backward(np.ones(pooled)), shape, case)


@check("backward", zh="讲义中的例子:2 x 2 窗口,步幅 1,窗口重叠")
def public_golden(trial: Trial) -> None:
    """The handout's example: 2 x 2 windows that overlap at stride 1."""
    layer = trial.student.new("MeanPoolingLayer", (2, 2), 1)
    layer.forward(one_map(EXAMPLE))
    trial.expect_close("din", layer.backward(one_map(UPSTREAM)), one_map(SHARED_OUT), OVERLAPPING)


@check("backward", zh="讲义中的例子:每个单元被几个窗口覆盖")
def public_coverage(trial: Trial) -> None:
    """The handout's count of the windows over each cell: every gradient is 9, so every share is 1."""
    layer = trial.student.new("MeanPoolingLayer", (3, 3), 2)
    layer.forward(one_map(COVERED))
    trial.expect_close("din", layer.backward(np.full((1, 2, 2, 1), 9.0)), one_map(COVERED), COUNTING)


@check("backward", zh="与自己前向传播的数值梯度一致")
def public_gradient(trial: Trial) -> None:
    """backward agrees with finite differences of your own forward."""
    x, upstream = trial.cases(small_input)

    def loss(moved: np.ndarray) -> float:
        return weighted_sum(trial.student.new("MeanPoolingLayer", (3, 2), 2).forward(moved), upstream)

    layer = trial.student.new("MeanPoolingLayer", (3, 2), 2)
    if trial.expect_array("out", layer.forward(x), upstream.shape, SMALL):
        trial.expect_gradient("din", layer.backward(upstream), loss, x, SMALL)


@check("backward", zh="再次调用结果相同;dout 不被修改,不连续也可以", requires=("public_golden",))
def public_second_call(trial: Trial) -> None:
    """A second call gives the same; dout, which need not be contiguous, is still what it was."""
    layer = trial.student.new("MeanPoolingLayer", (2, 2), 1)
    layer.forward(one_map(EXAMPLE))
    for what, layout in (("din", "C"), ("din of the second call", "F")):
        upstream = trial.student.store(Laid(one_map(UPSTREAM), layout))
        trial.expect_close(what, layer.backward(upstream), one_map(SHARED_OUT), OVERLAPPING)
        trial.expect_unchanged("dout", one_map(UPSTREAM), upstream.fetch())


@check("backward", zh="两个层互不影响,也不改动全局随机状态", requires=("public_golden",))
def public_two_layers(trial: Trial) -> None:
    """The forward of a second layer changes nothing for the first, and the random state is left alone."""
    before = trial.student.random_state()
    first, second = (trial.student.new("MeanPoolingLayer", (2, 2), 1) for _ in range(2))
    first.forward(one_map(EXAMPLE))
    second.forward(one_map(COVERED))
    trial.expect_close("din", first.backward(one_map(UPSTREAM)), one_map(SHARED_OUT), OVERLAPPING)
    trial.note("random state", "", RANDOM_STATE_CHANGED if trial.student.random_state() != before else None)


@check("backward", zh="不可能的几何参数应抛出 ValueError", requires=("public_golden",))
def public_impossible(trial: Trial) -> None:
    """A window larger than the input or below 1, or a stride below 1, is a ValueError."""
    for window, stride in (((4, 2), 1), ((2, 4), 1), ((0, 2), 1), ((2, 2), 0)):

        def refused(window: tuple[int, int] = window, stride: int = stride) -> None:
            trial.student.new("MeanPoolingLayer", window, stride).forward(one_map(EXAMPLE))

        trial.expect_value_error("the layer", refused, f"x 1 x 3 x 3 x 1, window {window}, stride {stride}")
