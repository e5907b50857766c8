"""What students run themselves for the convolution: the handout's examples, numeric gradients, manners.

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
from autograder.model import Text
from autograder.protocol import Laid
from autograder.registry import check
from autograder.student import StudentObject
from autograder.trial import Trial
from autograder.windows import AXES, WindowCase

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

# The handout's example of the two orders: two images of 3 x 3 with two channels, a filter of 2 x 2. The digits of each
# number are its own indices n, u, v and d.
ADDRESSES = np.array([1000 * n + 100 * u + 10 * v + d for n, u, v, d in np.ndindex(2, 3, 3, 2)], dtype=float)
ADDRESSES = ADDRESSES.reshape(2, 3, 3, 2)
FIRST_IMAGE = np.array(
    [
        [0, 1, 10, 11, 100, 101, 110, 111],
        [10, 11, 20, 21, 110, 111, 120, 121],
        [100, 101, 110, 111, 200, 201, 210, 211],
        [110, 111, 120, 121, 210, 211, 220, 221],
    ],
    dtype=float,
)
IN_ORDER = np.concatenate([FIRST_IMAGE, FIRST_IMAGE + 1000])

COVERED = np.array([[1, 2, 1], [2, 4, 2], [1, 2, 1]], dtype=float).reshape(1, 3, 3, 1)
"""How many 2 x 2 patches lie over each cell at stride 1, without padding."""

OF_EXAMPLE = WindowCase("", (1, 3, 3, 1), (3, 2), 2, padding=1)
COUNTING = WindowCase("", (1, 3, 3, 1), (2, 2), 1)
ORDERING = WindowCase("x 2 x 3 x 3 x 2, filter 2 x 2, stride 1, padding 0", (2, 3, 3, 2), (2, 2), 1)
OF_SMALL = WindowCase(
    "x 2 x 4 x 5 x 2, filter 3 x 2, stride 2, padding 1, 3 filters", (2, 4, 5, 2), (3, 2), 2, padding=1
)
OF_UNPADDED = WindowCase("x 2 x 4 x 5 x 2, filter 2 x 3, stride 2, padding 0, 3 filters", (2, 4, 5, 2), (2, 3), 2)

IMPOSSIBLE = (((4, 1), 1, 0), ((1, 6), 1, 1), ((2, 0), 1, 0), ((2, 2), 0, 0))
"""Filter shapes, strides and paddings of which none fits an image of 3 x 3."""
RANDOM_STATE_CHANGED = Text(
    "numpy's global random state was changed: a convolution draws no random numbers",
    "numpy 的全局随机状态被改变了:卷积不需要随机数",
)
ROW, FILTER = AXES[1], Text("filter", "卷积核")
NAMES = {
    "columns": (Text("row of the matrix", "矩阵行"), Text("column of the matrix", "矩阵列")),
    "filter_data": (Text("row of the matrix", "矩阵行"), FILTER),
    "out": (*AXES[:3], FILTER),
    "dweights": (Text("row of weights", "权重行"), FILTER),
    "dbias": (ROW, FILTER),
}
"""What the axes of an array are called; the others are images."""


@dataclass(frozen=True)
class Patches:
    """A case that knows what the axes are called, and of an image which cells the patches cover."""

    geometry: WindowCase

    def __str__(self) -> str:
        return str(self.geometry)

    def facts(self, what: str) -> Facts:
        """Those of the array ``what``, be it of a first or of a later call."""
        array = what.split()[0]
        return Facts(axes=NAMES[array]) if array in NAMES else self.geometry.facts(what)


EXAMPLE_CASE, COUNTED, ORDERED = Patches(OF_EXAMPLE), Patches(COUNTING), Patches(ORDERING)


@dataclass(frozen=True)
class Small:
    """A small layer for numeric gradients: no sum is nearer to 0 than a half, where the ReLU has its kink."""

    geometry: WindowCase
    x: np.ndarray
    weights: np.ndarray
    bias: np.ndarray
    upstream: np.ndarray

    @property
    def settings(self) -> tuple[tuple[int, int], int, int]:
        """Filter shape, stride and padding."""
        return self.geometry.window, self.geometry.stride, self.geometry.padding

    def __str__(self) -> str:
        return str(self.geometry)

    def facts(self, what: str) -> Facts:
        """The names of the axes, and which cells of the input the patches cover."""
        return Patches(self.geometry).facts(what)


def small_layer(rng: np.random.Generator, reference: object) -> Small:
    """One with padding."""
    return whole_numbers(rng, OF_SMALL, (2, 2, 3, 3))


def unpadded_layer(rng: np.random.Generator, reference: object) -> Small:
    """One without."""
    return whole_numbers(rng, OF_UNPADDED, (2, 2, 2, 3))


def whole_numbers(rng: np.random.Generator, geometry: WindowCase, pooled: tuple[int, int, int, int]) -> Small:
    """Whole numbers and a bias halfway between two of them."""
    return Small(
        geometry,
        x=rng.integers(-3, 4, size=geometry.shape).astype(float),
        weights=rng.integers(-2, 3, size=(12, 3)).astype(float),
        bias=rng.integers(-2, 2, size=(1, 3)) + 0.5,
        upstream=rng.normal(size=pooled),
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
        layer = trial.student.new("ConvLayer", given["weights"], given["bias"], *small.settings)
        return weighted_sum(layer.forward(given["x"]), small.upstream)

    return loss


def small_after_forward(trial: Trial, small: Small) -> StudentObject | None:
    """A layer that your own forward has gone through; None where its output cannot be used."""
    layer = trial.student.new("ConvLayer", small.weights, small.bias, *small.settings)
    usable = trial.expect_array("out", layer.forward(small.x), small.upstream.shape, small)
    return layer if usable else None


def expect_refusals(trial: Trial, what: str, ask: Callable[[tuple[int, int], int, int], Any]) -> None:
    """``ask(filter_shape, stride, padding)`` is a ValueError for all that fits no image of 3 x 3."""
    for filter_shape, stride, padding in IMPOSSIBLE:

        def refused(made: tuple[tuple[int, int], int, int] = (filter_shape, stride, padding)) -> Any:
            return ask(*made)

        case = f"image 3 x 3, filter {filter_shape[0]} x {filter_shape[1]}, stride {stride}, padding {padding}"
        trial.expect_value_error(what, refused, case)


def expect_second_call(trial: Trial, name: str, expected: np.ndarray) -> None:
    """What backward stores as ``name`` is the same after another call, and after that of another layer."""
    first, second = example_after_forward(trial), example_after_forward(trial)
    stored_by_backward(first, as_output(UPSTREAM), name)
    trial.expect_close(
        f"{name} of the second call", stored_by_backward(first, as_output(UPSTREAM), name), expected, EXAMPLE_CASE
    )
    stored_by_backward(second, -as_output(UPSTREAM), name)
    trial.expect_close(f"{name} after another layer's call", first.get(name), expected, EXAMPLE_CASE)


@check("im2col", zh="讲义中的例子:3 x 3 的图像,3 x 2 的滤波器,步幅 2,填充 1")
def public_im2col_golden(trial: Trial) -> None:
    """The handout's example: an image of 3 x 3, a filter of 3 x 2, stride 2, padding 1."""
    trial.expect_close("columns", trial.student.im2col(IMAGE, *EXAMPLE), COLUMNS, EXAMPLE_CASE)


@check("im2col", zh="讲义中关于顺序的例子:两张图像、两个通道,每个数就是自己的下标")
def public_im2col_order(trial: Trial) -> None:
    """The handout's example of the orders: two images, two channels, every number tells its own indices."""
    trial.expect_close("columns", trial.student.im2col(ADDRESSES, (2, 2), 1, 0), IN_ORDER, ORDERED)


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


@check("im2col", zh="不修改图像与全局随机状态,图像不连续时结果相同", requires=("public_im2col_golden",))
def public_im2col_untouched(trial: Trial) -> None:
    """The image and the random state are left alone, and an image that is not contiguous gives the same."""
    before = trial.student.random_state()
    for layout in ("C", "F"):
        x = trial.student.store(Laid(ADDRESSES, layout))
        trial.expect_close("columns", trial.student.im2col(x, (2, 2), 1, 0), IN_ORDER, ORDERED)
        trial.expect_unchanged("x", ADDRESSES, x.fetch())
    trial.note("random state", "", RANDOM_STATE_CHANGED if trial.student.random_state() != before else None)


@check("im2col", zh="滤波器比填充后的图像还大时抛出 ValueError", requires=("public_im2col_golden",))
def public_im2col_impossible(trial: Trial) -> None:
    """A filter that does not fit into the padded image, or a size or stride of 0, is a ValueError."""
    expect_refusals(trial, "im2col", lambda *made: trial.student.im2col(IMAGE, *made))


@check("col2im", zh="讲义中的例子:中间一行被两个窗口覆盖")
def public_col2im_golden(trial: Trial) -> None:
    """The handout's example: two windows meet in the middle row."""
    trial.expect_close("the image", trial.student.col2im(D_COLUMNS, IMAGE.shape, *EXAMPLE), D_IMAGE, EXAMPLE_CASE)


@check("col2im", zh="讲义中关于顺序的例子放回原处:每个数乘以覆盖它的小块数")
def public_col2im_order(trial: Trial) -> None:
    """The handout's example of the orders, laid back: each number times the patches that cover it."""
    image = trial.student.col2im(IN_ORDER, ADDRESSES.shape, (2, 2), 1, 0)
    trial.expect_close("the image", image, ADDRESSES * COVERED, ORDERED)


@check("col2im", zh="全为 1 的矩阵:数出每个单元被几个小块覆盖")
def public_col2im_coverage(trial: Trial) -> None:
    """Columns of ones count the patches over each cell: filter 2 x 2, stride 1, no padding."""
    image = trial.student.col2im(np.ones((4, 4)), (1, 3, 3, 1), (2, 2), 1, 0)
    trial.expect_close("the image", image, COVERED, COUNTED)


@check("col2im", zh="不修改矩阵,矩阵不连续时结果相同", requires=("public_col2im_golden",))
def public_col2im_untouched(trial: Trial) -> None:
    """The matrix is left alone, and one that is not contiguous gives the same."""
    for layout in ("C", "F"):
        columns = trial.student.store(Laid(D_COLUMNS, layout))
        trial.expect_close("the image", trial.student.col2im(columns, IMAGE.shape, *EXAMPLE), D_IMAGE, EXAMPLE_CASE)
        trial.expect_unchanged("columns", D_COLUMNS, columns.fetch())


@check("col2im", zh="滤波器比填充后的图像还大时抛出 ValueError", requires=("public_col2im_golden",))
def public_col2im_impossible(trial: Trial) -> None:
    """A filter that does not fit into the padded image, or a size or stride of 0, is a ValueError."""
    expect_refusals(trial, "col2im", lambda *made: trial.student.col2im(np.zeros((1, 1)), IMAGE.shape, *made))


@check("forward", zh="讲义例子的输出与所记下的数组")
def public_forward_golden(trial: Trial) -> None:
    """The handout's example: the output, and what is stored for backward."""
    with trial.student.standing_in("im2col", table=[((IMAGE, *EXAMPLE), COLUMNS)]):
        layer = trial.student.new("ConvLayer", WEIGHTS, BIAS, *EXAMPLE)
        trial.expect_close("out", layer.forward(IMAGE), as_output(FILTER_DATA), EXAMPLE_CASE)
    trial.expect_shape_tuple("input_shape", layer.get("input_shape"), IMAGE.shape)
    for name, stored in (("columns", COLUMNS), ("filter_data", FILTER_DATA)):
        trial.expect_close(name, layer.get(name), stored, EXAMPLE_CASE)


@check("forward", zh="一批两张图像的输出,与逐张计算的相同")
def public_forward_batch(trial: Trial) -> None:
    """A batch of two images gives what each of them gives alone; rows and columns differ in number."""
    small = trial.cases(small_layer)
    layer = trial.student.new("ConvLayer", small.weights, small.bias, *small.settings)
    if trial.expect_array("out", layer.forward(small.x), small.upstream.shape, small):
        alone = [layer.forward(small.x[[n]]) for n in range(2)]
        if all(trial.expect_array("out", out, (1, *small.upstream.shape[1:]), "one image") for out in alone):
            trial.expect_close("out", layer.forward(small.x), np.concatenate(alone), small)


@check("forward", zh="不修改图像,图像不连续时结果相同;两个层互不影响", requires=("public_forward_golden",))
def public_forward_untouched(trial: Trial) -> None:
    """The image is left alone, one that is not contiguous gives the same, and two layers share nothing."""
    first, second = (trial.student.new("ConvLayer", WEIGHTS, BIAS, *EXAMPLE) for _ in range(2))
    with trial.student.standing_in("im2col", table=[((IMAGE, *EXAMPLE), COLUMNS), ((-IMAGE, *EXAMPLE), -COLUMNS)]):
        for layout in ("C", "F"):
            x = trial.student.store(Laid(IMAGE, layout))
            trial.expect_close("out", first.forward(x), as_output(FILTER_DATA), EXAMPLE_CASE)
            trial.expect_unchanged("x", IMAGE, x.fetch())
        second.forward(-IMAGE)
    for name, stored in (("columns", COLUMNS), ("filter_data", FILTER_DATA)):
        trial.expect_close(f"{name} after another layer's forward", first.get(name), stored, EXAMPLE_CASE)


@check("forward", zh="不可能的几何参数应抛出 ValueError", requires=("public_forward_golden",))
def public_forward_impossible(trial: Trial) -> None:
    """A filter that does not fit into the padded image, or a size or stride of 0, is a ValueError, sooner or later."""

    def ask(filter_shape: tuple[int, int], stride: int, padding: int) -> Any:
        weights = np.ones((filter_shape[0] * filter_shape[1], 2))
        return trial.student.new("ConvLayer", weights, BIAS, filter_shape, stride, padding).forward(IMAGE)

    expect_refusals(trial, "the layer", ask)


@check("backward_input", zh="讲义例子的 din")
def public_input_golden(trial: Trial) -> None:
    """din of the handout's example."""
    with trial.student.standing_in("col2im", table=[((D_COLUMNS, IMAGE.shape, *EXAMPLE), D_IMAGE)]):
        din = example_after_forward(trial).backward(as_output(UPSTREAM))
        trial.expect_close("din", din, D_IMAGE, EXAMPLE_CASE)


@check("backward_input", zh="din 与自己前向传播的数值梯度一致,有填充与无填充")
def public_input_gradient(trial: Trial) -> None:
    """din agrees with finite differences of your own forward, with padding and without."""
    for small in (trial.cases(small_layer), trial.cases(unpadded_layer)):
        layer = small_after_forward(trial, small)
        if layer is not None:
            trial.expect_gradient("din", layer.backward(small.upstream), loss_of(trial, small, "x"), small.x, small)


@check("backward_input", zh="再次调用从零算起,不修改 dout 与已存的数组", requires=("public_input_golden",))
def public_input_second_call(trial: Trial) -> None:
    """A second call starts afresh; dout, which need not be contiguous, and what is stored are still what they were."""
    layer, dout = example_after_forward(trial), as_output(UPSTREAM)
    with trial.student.standing_in("col2im", table=[((D_COLUMNS, IMAGE.shape, *EXAMPLE), D_IMAGE)]):
        for what, layout in (("din", "C"), ("din of the second call", "F")):
            given = trial.student.store(Laid(dout, layout))
            trial.expect_close(what, layer.backward(given), D_IMAGE, EXAMPLE_CASE)
            trial.expect_unchanged("dout", dout, given.fetch())
    for name, stored in (("columns", COLUMNS), ("filter_data", FILTER_DATA)):
        trial.expect_unchanged(name, stored, layer.get(name))


@check("backward_weights", zh="讲义例子的 dweights")
def public_weights_golden(trial: Trial) -> None:
    """dweights of the handout's example."""
    layer = example_after_forward(trial)
    trial.expect_close("dweights", stored_by_backward(layer, as_output(UPSTREAM), "dweights"), D_WEIGHTS, EXAMPLE_CASE)


@check("backward_weights", zh="dweights 与自己前向传播的数值梯度一致")
def public_weights_gradient(trial: Trial) -> None:
    """dweights agrees with finite differences of your own forward."""
    small = trial.cases(small_layer)
    layer = small_after_forward(trial, small)
    if layer is not None:
        stored = stored_by_backward(layer, small.upstream, "dweights")
        trial.expect_gradient("dweights", stored, loss_of(trial, small, "weights"), small.weights, small)


@check("backward_weights", zh="再次调用从零算起,两个层互不影响", requires=("public_weights_golden",))
def public_weights_second_call(trial: Trial) -> None:
    """dweights is set afresh by each call, and two layers share nothing."""
    expect_second_call(trial, "dweights", D_WEIGHTS)


@check("backward_bias", zh="讲义例子的 dbias")
def public_bias_golden(trial: Trial) -> None:
    """dbias of the handout's example."""
    layer = example_after_forward(trial)
    trial.expect_close("dbias", stored_by_backward(layer, as_output(UPSTREAM), "dbias"), D_BIAS, EXAMPLE_CASE)


@check("backward_bias", zh="dbias 与自己前向传播的数值梯度一致")
def public_bias_gradient(trial: Trial) -> None:
    """dbias agrees with finite differences of your own forward."""
    small = trial.cases(small_layer)
    layer = small_after_forward(trial, small)
    if layer is not None:
        stored = stored_by_backward(layer, small.upstream, "dbias")
        trial.expect_gradient("dbias", stored, loss_of(trial, small, "bias"), small.bias, small)


@check("backward_bias", zh="再次调用从零算起,两个层互不影响", requires=("public_bias_golden",))
def public_bias_second_call(trial: Trial) -> None:
    """dbias is set afresh by each call, and two layers share nothing."""
    expect_second_call(trial, "dbias", D_BIAS)
