"""What students run themselves for max pooling: shapes, the golden case, gradients against their own forward.

They are for learning. Marks come from other checks, on harder inputs.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.errors import StudentFault
from autograder.gradients import distinct, weighted_sum
from autograder.registry import check
from autograder.trial import Trial
from autograder.windows import WindowCase

MAPS = np.array(
    [
        [[1, 1, 2, 0], [3, 2, 1, 1], [0, 1, 2, 1], [1, 0, 0, 1]],
        [[5, 1, 0, 2], [2, 3, 1, 1], [1, 2, 2, 0], [0, 1, 1, 2]],
    ],
    dtype=float,
)
"""Two feature maps of 4 x 4: the handout's worked example."""
POOLED = np.array([[[3, 2], [1, 2]], [[5, 2], [2, 2]]], dtype=float)
WINNERS = np.array([[[2, 0], [1, 0]], [[0, 1], [1, 0]]])
UPSTREAM = np.array([[[1, 2], [3, 4]], [[-1, 0.5], [2.5, -2]]])
GRADIENT = np.array(
    [
        [[0, 0, 2, 0], [1, 0, 0, 0], [0, 3, 4, 0], [0, 0, 0, 0]],
        [[-1, 0, 0, 0.5], [0, 0, 0, 0], [0, 2.5, -2, 0], [0, 0, 0, 0]],
    ]
)
EXAMPLE = WindowCase("", (1, 4, 4, 2), (2, 2), 2)
EXAMPLE_FAST = WindowCase("", (1, 2, 4, 4), (2, 2), 2, channels_first=True)
SMALL = WindowCase("x 2 x 4 x 5 x 2, window 2 x 3, stride 1", (2, 4, 5, 2), (2, 3), 1)
SMALL_FAST = WindowCase("x 2 x 2 x 4 x 5, window 2 x 3, stride 1", (2, 2, 4, 5), (2, 3), 1, channels_first=True)


def channels_last(maps: np.ndarray) -> np.ndarray:
    """Feature maps ``(D, H, W)`` as a batch of one, ``(1, H, W, D)``."""
    return np.ascontiguousarray(maps.transpose(1, 2, 0)[np.newaxis])


def small_input(rng: np.random.Generator, reference: object) -> tuple[np.ndarray, np.ndarray]:
    """An input whose 2 x 3 windows at stride 1 overlap, and an upstream gradient."""
    return distinct(rng, (2, 4, 5, 2)), rng.normal(size=(2, 3, 3, 2))


def forward_fast(trial: Trial, x: np.ndarray, window: tuple[int, int], stride: int) -> tuple[Any, Any]:
    """Your ``(out, cache)``; the cache stays where it is."""
    answer = trial.student.max_pool_forward_fast(x, window, stride, keep=1)
    if type(answer) is tuple and len(answer) == 2:
        return answer
    raise StudentFault("TypeError", "max_pool_forward_fast should return (out, cache)")


@check("pooled_size", zh="手算可验证的几个例子")
def public_pooled_size(trial: Trial) -> None:
    """A few sizes that can be checked by hand."""
    for sizes, expected in (((4, 2, 2), 2), ((5, 2, 2), 2), ((5, 3, 1), 3), ((7, 2, 3), 2)):
        case = "size {}, window {}, stride {}".format(*sizes)
        trial.expect_int("pooled_size", trial.student.pooled_size(*sizes), expected, case)


@check("forward", zh="讲义中的例子:两张 4 x 4 特征图,2 x 2 窗口,步幅 2")
def public_forward_golden(trial: Trial) -> None:
    """The handout's example: two 4 x 4 maps, a 2 x 2 window, stride 2."""
    out = trial.student.new("MaxPoolingLayer", (2, 2), 2).forward(channels_last(MAPS))
    trial.expect_close("out", out, channels_last(POOLED), EXAMPLE)


@check("forward", zh="矩形输入与重叠窗口的输出形状")
def public_forward_shape(trial: Trial) -> None:
    """The output has the right shape for a rectangular window that overlaps."""
    x, dout = trial.cases(small_input)
    out = trial.student.new("MaxPoolingLayer", (2, 3), 1).forward(x)
    trial.expect_array("out", out, dout.shape, SMALL)


@check("max_index", zh="讲义例子中每个窗口的最大值位置")
def public_max_index_golden(trial: Trial) -> None:
    """The winning cells of the handout's example, the first one at a tie."""
    layer = trial.student.new("MaxPoolingLayer", (2, 2), 2)
    layer.forward(channels_last(MAPS))
    trial.expect_close("max_index", layer.get("max_index"), channels_last(WINNERS), EXAMPLE, kind="integer")


@check("backward", zh="讲义例子的梯度")
def public_backward_golden(trial: Trial) -> None:
    """The gradient of the handout's example."""
    layer = trial.student.new("MaxPoolingLayer", (2, 2), 2)
    layer.set("input_shape", (1, 4, 4, 2))
    layer.set("max_index", channels_last(WINNERS))
    trial.expect_close("din", layer.backward(channels_last(UPSTREAM)), channels_last(GRADIENT), EXAMPLE)


@check("backward", zh="与自己前向传播的数值梯度一致")
def public_backward_gradient(trial: Trial) -> None:
    """backward agrees with finite differences of your own forward, where windows overlap."""
    x, dout = trial.cases(small_input)
    layer = trial.student.new("MaxPoolingLayer", (2, 3), 1)

    def loss(moved: np.ndarray) -> float:
        return weighted_sum(trial.student.new("MaxPoolingLayer", (2, 3), 1).forward(moved), dout)

    trial.expect_array("out", layer.forward(x), dout.shape)
    trial.expect_gradient("din", layer.backward(dout), loss, x, SMALL)


@check("backward_matrix", zh="讲义例子的梯度,由标记矩阵得到")
def public_matrix_golden(trial: Trial) -> None:
    """The gradient of the handout's example, from a matrix with one mark a window."""
    max_mask = channels_last(WINNERS).reshape(-1, 1) == np.arange(4)
    din = trial.student.max_pool_backward_matrix(channels_last(UPSTREAM), max_mask, (1, 4, 4, 2), (2, 2), 2)
    trial.expect_close("din", din, channels_last(GRADIENT), EXAMPLE)


@check("fast", zh="讲义的例子,通道在前")
def public_fast_golden(trial: Trial) -> None:
    """The handout's example, channels-first, forward and backward."""
    out, cache = forward_fast(trial, MAPS[np.newaxis], (2, 2), 2)
    trial.expect_close("out", out, POOLED[np.newaxis], EXAMPLE_FAST)
    din = trial.student.max_pool_backward_fast(UPSTREAM[np.newaxis], cache)
    trial.expect_close("din", din, GRADIENT[np.newaxis], EXAMPLE_FAST)


@check("fast", zh="与自己前向传播的数值梯度一致", requires=("public_fast_golden",))
def public_fast_gradient(trial: Trial) -> None:
    """The backward pass agrees with finite differences of your own forward, where windows overlap."""
    x, dout = (np.ascontiguousarray(array.transpose(0, 3, 1, 2)) for array in trial.cases(small_input))

    def loss(moved: np.ndarray) -> float:
        return weighted_sum(forward_fast(trial, moved, (2, 3), 1)[0], dout)

    _, cache = forward_fast(trial, x, (2, 3), 1)
    din = trial.student.max_pool_backward_fast(dout, cache)
    trial.expect_gradient("din", din, loss, x, SMALL_FAST)
