"""What students run themselves for the convolution: shapes, the handout's example, numeric gradients.

The handout's example tests every exercise by itself: what it needs of another one is answered by the numbers below.
The numeric gradients need your own forward, so they come into their own when that is done.

They are for learning. Marks come from other checks, on harder inputs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.errors import StudentFault, WorkerStopped
from autograder.facts import Facts
from autograder.gradients import weighted_sum
from autograder.registry import check
from autograder.student import StudentObject
from autograder.trial import Trial
from autograder.windows import WindowCase

# The handout's example: one image of 3 x 3, two filters of 3 x 2, stride 2, padding 1.
IMAGE = np.arange(1.0, 10.0).reshape(1, 3, 3, 1)
EXAMPLE = ((3, 2), 2, 1)
COLUMNS = np.array([[0, 0, 0, 1, 0, 4], [0, 0, 2, 3, 5, 6], [0, 4, 0, 7, 0, 0], [5, 6, 8, 9, 0, 0]], dtype=float)
WEIGHTS = np.array([[1, 0], [0, 1], [-1, 1], [2, -1], [0, 1], [1, 0]], dtype=float)
BIAS = np.array([[1, -2]], dtype=float)
FILTER_DATA = np.array([[7, 0], [11, 2], [15, 0], [16, 3]], dtype=float)
UPSTREAM = np.array([[1, 2], [-1, 3], [2, -2], [3, 1]], dtype=float)
D_BIAS = np.array([[5, 4]], dtype=float)
D_WEIGHTS = np.array([[15, 5], [26, 6], [22, 14], [39, 18], [-5, 15], [-2, 18]], dtype=float)
D_COLUMNS = np.array(
    [[1, 0, -1, 2, 0, 1], [-1, 3, 4, -5, 3, -1], [2, 0, -2, 4, 0, 2], [3, 1, -2, 5, 1, 3]], dtype=float
)
D_IMAGE = np.array([[2, 4, -5], [1, 6, 0], [4, -2, 5]], dtype=float).reshape(1, 3, 3, 1)

COVERED = np.array([[1, 2, 1], [2, 4, 2], [1, 2, 1]], dtype=float).reshape(1, 3, 3, 1)
"""How many 2 x 2 patches lie over each cell at stride 1, without padding."""

OF_EXAMPLE = WindowCase("", (1, 3, 3, 1), (3, 2), 2, padding=1)
COUNTING = WindowCase("", (1, 3, 3, 1), (2, 2), 1)
OF_SMALL = WindowCase(
    "x 2 x 4 x 5 x 2, filter 3 x 2, stride 2, padding 1, 3 filters", (2, 4, 5, 2), (3, 2), 2, padding=1
)


@dataclass(frozen=True)
class Small:
    """A small layer for numeric gradients: no sum is nearer to 0 than a half, where the ReLU has its kink."""

    x: np.ndarray
    weights: np.ndarray
    bias: np.ndarray
    upstream: np.ndarray

    def __str__(self) -> str:
        return str(OF_SMALL)

    def facts(self, what: str) -> Facts:
        """Which cells of the input the patches cover."""
        return OF_SMALL.facts(what) if what == "din" else Facts()


def small_layer(rng: np.random.Generator, reference: object) -> Small:
    """Whole numbers and a bias halfway between two of them."""
    return Small(
        x=rng.integers(-3, 4, size=(2, 4, 5, 2)).astype(float),
        weights=rng.integers(-2, 3, size=(12, 3)).astype(float),
        bias=rng.integers(-2, 2, size=(1, 3)) + 0.5,
        upstream=rng.normal(size=(2, 2, 3, 3)),
    )


def as_output(matrix: np.ndarray) -> np.ndarray:
    """The example's ``(N*OH*OW, OD)`` as ``(N, OH, OW, OD)``."""
    return matrix.reshape(1, 2, 2, 2)


def example_after_forward(trial: Trial) -> StudentObject:
    """The example's layer with everything forward would have stored."""
    layer = trial.student.new("ConvLayer", WEIGHTS, BIAS, *EXAMPLE)
    for name, stored in (("input_shape", IMAGE.shape), ("columns", COLUMNS), ("filter_data", FILTER_DATA)):
        layer.set(name, stored)
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


def loss_of(trial: Trial, small: Small, name: str) -> Callable[[np.ndarray], float]:
    """The loss ``sum(out * upstream)`` of your own forward, as a function of the array ``name``."""

    def loss(moved: np.ndarray) -> float:
        given = {"x": small.x, "weights": small.weights, "bias": small.bias, name: moved}
        layer = trial.student.new("ConvLayer", given["weights"], given["bias"], (3, 2), 2, 1)
        return weighted_sum(layer.forward(given["x"]), small.upstream)

    return loss


def small_after_forward(trial: Trial, small: Small) -> StudentObject | None:
    """A layer that your own forward has gone through; None where its output cannot be used."""
    layer = trial.student.new("ConvLayer", small.weights, small.bias, (3, 2), 2, 1)
    usable = trial.expect_array("out", layer.forward(small.x), small.upstream.shape, small)
    return layer if usable else None


@check("im2col", zh="讲义中的例子:3 x 3 的图像,3 x 2 的滤波器,步幅 2,填充 1")
def public_im2col_golden(trial: Trial) -> None:
    """The handout's example: an image of 3 x 3, a filter of 3 x 2, stride 2, padding 1."""
    trial.expect_close("columns", trial.student.im2col(IMAGE, *EXAMPLE), COLUMNS)


@check("im2col", zh="矩阵的形状")
def public_im2col_shape(trial: Trial) -> None:
    """The shape of the matrix, for several geometries."""
    for shape, filter_shape, stride, padding, expected in (
        ((2, 5, 6, 3), (3, 2), 1, 0, (2 * 3 * 5, 3 * 2 * 3)),
        ((1, 7, 4, 2), (2, 1), 3, 1, (1 * 3 * 2, 2 * 1 * 2)),
        ((3, 2, 2, 1), (3, 4), 1, 1, (3 * 2 * 1, 3 * 4 * 1)),
    ):
        case = f"x {shape}, filter {filter_shape}, stride {stride}, padding {padding}"
        made = trial.student.im2col(np.ones(shape), filter_shape, stride, padding)
        trial.expect_array("columns", made, expected, case)


@check("im2col", zh="滤波器比填充后的图像还大时抛出 ValueError", requires=("public_im2col_golden",))
def public_im2col_impossible(trial: Trial) -> None:
    """A filter that does not fit into the padded image, or a stride of 0, is a ValueError."""
    for filter_shape, stride, padding in (((4, 1), 1, 0), ((1, 6), 1, 1), ((2, 2), 0, 0)):

        def refused(window: tuple[tuple[int, int], int, int] = (filter_shape, stride, padding)) -> None:
            trial.student.im2col(IMAGE, *window)

        case = f"x 1 x 3 x 3 x 1, filter {filter_shape}, stride {stride}, padding {padding}"
        trial.expect_value_error("im2col", refused, case)


@check("col2im", zh="讲义中的例子:中间一行被两个窗口覆盖")
def public_col2im_golden(trial: Trial) -> None:
    """The handout's example: two windows meet in the middle row."""
    trial.expect_close("the image", trial.student.col2im(D_COLUMNS, IMAGE.shape, *EXAMPLE), D_IMAGE, OF_EXAMPLE)


@check("col2im", zh="全为 1 的矩阵:数出每个单元被几个小块覆盖")
def public_col2im_coverage(trial: Trial) -> None:
    """Columns of ones count the patches over each cell: filter 2 x 2, stride 1, no padding."""
    image = trial.student.col2im(np.ones((4, 4)), (1, 3, 3, 1), (2, 2), 1, 0)
    trial.expect_close("the image", image, COVERED, COUNTING)


@check("forward", zh="讲义例子的输出与所记下的数组")
def public_forward_golden(trial: Trial) -> None:
    """The handout's example: the output, and what is stored for backward."""
    with trial.student.standing_in("im2col", table=[((IMAGE, *EXAMPLE), COLUMNS)]):
        layer = trial.student.new("ConvLayer", WEIGHTS, BIAS, *EXAMPLE)
        trial.expect_close("out", layer.forward(IMAGE), as_output(FILTER_DATA))
    trial.expect_shape_tuple("input_shape", layer.get("input_shape"), IMAGE.shape)
    for name, stored in (("columns", COLUMNS), ("filter_data", FILTER_DATA)):
        trial.expect_close(name, layer.get(name), stored)


@check("backward_input", zh="讲义例子的 din")
def public_input_golden(trial: Trial) -> None:
    """din of the handout's example."""
    with trial.student.standing_in("col2im", table=[((D_COLUMNS, IMAGE.shape, *EXAMPLE), D_IMAGE)]):
        din = example_after_forward(trial).backward(as_output(UPSTREAM))
        trial.expect_close("din", din, D_IMAGE, OF_EXAMPLE)


@check("backward_input", zh="din 与自己前向传播的数值梯度一致")
def public_input_gradient(trial: Trial) -> None:
    """din agrees with finite differences of your own forward."""
    small = trial.cases(small_layer)
    layer = small_after_forward(trial, small)
    if layer is not None:
        trial.expect_gradient("din", layer.backward(small.upstream), loss_of(trial, small, "x"), small.x, small)


@check("backward_weights", zh="讲义例子的 dweights")
def public_weights_golden(trial: Trial) -> None:
    """dweights of the handout's example."""
    layer = example_after_forward(trial)
    trial.expect_close("dweights", stored_by_backward(layer, as_output(UPSTREAM), "dweights"), D_WEIGHTS)


@check("backward_weights", zh="dweights 与自己前向传播的数值梯度一致")
def public_weights_gradient(trial: Trial) -> None:
    """dweights agrees with finite differences of your own forward."""
    small = trial.cases(small_layer)
    layer = small_after_forward(trial, small)
    if layer is not None:
        stored = stored_by_backward(layer, small.upstream, "dweights")
        trial.expect_gradient("dweights", stored, loss_of(trial, small, "weights"), small.weights, small)


@check("backward_bias", zh="讲义例子的 dbias")
def public_bias_golden(trial: Trial) -> None:
    """dbias of the handout's example."""
    layer = example_after_forward(trial)
    trial.expect_close("dbias", stored_by_backward(layer, as_output(UPSTREAM), "dbias"), D_BIAS)


@check("backward_bias", zh="dbias 与自己前向传播的数值梯度一致")
def public_bias_gradient(trial: Trial) -> None:
    """dbias agrees with finite differences of your own forward."""
    small = trial.cases(small_layer)
    layer = small_after_forward(trial, small)
    if layer is not None:
        stored = stored_by_backward(layer, small.upstream, "dbias")
        trial.expect_gradient("dbias", stored, loss_of(trial, small, "bias"), small.bias, small)
