"""What students run themselves for ReLU and batch normalisation: the handout's examples, numeric gradients, manners.

The handout's example tests backward by itself: what forward stores is filled in. The numeric gradients need your own
forward, so they come into their own when that is done.

They are for learning. Marks come from other checks, on harder inputs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.errors import StudentFault, WorkerStopped
from autograder.facts import Facts
from autograder.gradients import distinct, weighted_sum
from autograder.model import Text
from autograder.protocol import Laid
from autograder.registry import check
from autograder.student import StudentObject
from autograder.trial import Trial
from autograder.windows import AXES

# The handout's example: four values of two features, and an epsilon of 4 that makes the numbers plain.
INPUT = np.array([[1, 2], [3, 2], [5, 2], [7, 2]], dtype=float)
GAMMA = np.array([3, 2], dtype=float)
BETA = np.array([1, -1], dtype=float)
EPSILON = 4.0
INVERSE_STD = np.array([1 / 3, 1 / 2])
NORMALIZED = np.array([[-1, 0], [-1 / 3, 0], [1 / 3, 0], [1, 0]])
OUTPUT = np.array([[-2, -1], [0, -1], [2, -1], [4, -1]], dtype=float)
UPSTREAM = np.array([[1, 4], [2, 0], [-4, -2], [9, 2]], dtype=float)
D_GAMMA = np.array([6, 0], dtype=float)
D_BETA = np.array([8, 4], dtype=float)
D_INPUT = np.array([[0.5, 3], [0.5, -1], [-6.5, -3], [5.5, 1]])

# The handout's other batch for the same layer: its features are not symmetrical.
OTHER_INPUT = np.array([[0, -6], [0, 2], [0, 2], [8, 10]], dtype=float)
OTHER_INVERSE_STD = np.array([1 / 4, 1 / 6])
OTHER_NORMALIZED = np.array([[-1 / 2, -4 / 3], [-1 / 2, 0], [-1 / 2, 0], [3 / 2, 4 / 3]])
OTHER_OUTPUT = np.array([[-1 / 2, -11 / 3], [-1 / 2, -1], [-1 / 2, -1], [11 / 2, 5 / 3]])
FAR = 1e6
"""Far from 0, for numbers that lie so near each other."""

NUMBERS = np.array([[3, -1, 0], [-2, 4, -5]], dtype=float)
PASSED = np.array([[3, 0, 0], [0, 4, 0]], dtype=float)
NUMBERS_UPSTREAM = np.array([[-7, 2, 5], [1, 6, 3]], dtype=float)
NUMBERS_GRADIENT = np.array([[-7, 0, 0], [0, 6, 0]], dtype=float)
TINY = 1e-200

LAYOUTS = ("C", "F")
"""Memory orders: the axes of an array run from the last to the first, or from the first to the last."""
RANDOM_STATE_CHANGED = Text(
    "numpy's global random state was changed: these layers draw no random numbers",
    "改动了 numpy 的全局随机状态:这些层不需要随机数",
)
FEATURE = Text("feature", "特征")


@dataclass(frozen=True)
class Named:
    """A case, in words, whose input has these axes."""

    axes: tuple[Text, ...]
    text: str = ""

    def __str__(self) -> str:
        return self.text

    def facts(self, what: str) -> Facts:
        """The names of the axes of the array ``what``: some have one axis only, that of the features."""
        of_features = what.split()[0] in ("inverse_std", "dgamma", "dbeta")
        return Facts(axes=self.axes[-1:] if of_features else self.axes)


ROWS = Named((AXES[0], FEATURE))
IMAGES = Named((*AXES[:3], FEATURE), "x 2 x 2 x 1 x 2")
OTHER_ROWS = Named(ROWS.axes, "another batch")
FAR_ROWS = Named(ROWS.axes, "(x + 1,000,000) / 3, epsilon 4/9")
MATRIX = Named((AXES[1], AXES[2]))
THREE_AXES = Named(
    (Text("first axis", "第一个轴"), Text("second axis", "第二个轴"), Text("third axis", "第三个轴")), "x 3 x 4 x 2"
)


def as_images(matrix: np.ndarray) -> np.ndarray:
    """The example's four rows as the pixels of two images of 2 x 1."""
    return matrix.reshape(2, 2, 1, 2)


@dataclass(frozen=True)
class Small:
    """A small layer for numeric gradients."""

    gamma: np.ndarray
    beta: np.ndarray
    x: np.ndarray
    upstream: np.ndarray

    def __str__(self) -> str:
        return f"x {' x '.join(map(str, self.x.shape))}"

    def facts(self, what: str) -> Facts:
        """The names of the axes."""
        return (ROWS if self.x.ndim == 2 else IMAGES).facts(what)


def small_layers(rng: np.random.Generator, reference: object) -> tuple[Small, ...]:
    """A batch of vectors and one of images; the last feature has a gamma of 0."""
    return tuple(
        Small(rng.normal(size=3) * [1, 1, 0], rng.normal(size=3), rng.normal(size=shape), rng.normal(size=shape))
        for shape in ((5, 3), (2, 3, 2, 3))
    )


def small_numbers(rng: np.random.Generator, reference: object) -> tuple[np.ndarray, np.ndarray]:
    """Numbers of both signs well away from 0, and an upstream gradient."""
    return distinct(rng, (3, 4, 2)), rng.normal(size=(3, 4, 2))


def loss_of(trial: Trial, small: Small, name: str) -> Callable[[np.ndarray], float]:
    """The loss ``sum(out * upstream)`` of your own forward, as a function of the array ``name``."""

    def loss(moved: np.ndarray) -> float:
        given = {"x": small.x, "gamma": small.gamma, "beta": small.beta, name: moved}
        layer = trial.student.new("BatchNormLayer", given["gamma"], given["beta"])
        return weighted_sum(layer.forward(given["x"]), small.upstream)

    return loss


def example_after_forward(trial: Trial, shaped: Callable[[np.ndarray], np.ndarray]) -> StudentObject:
    """The example's layer with everything forward would have stored."""
    layer = trial.student.new("BatchNormLayer", GAMMA, BETA, EPSILON)
    layer.later.forward(shaped(INPUT), send=False)
    layer.set("normalized", shaped(NORMALIZED))
    layer.set("inverse_std", INVERSE_STD)
    return layer


def relu_after_forward(trial: Trial) -> StudentObject:
    """The example's ReLU with the mask that forward would have stored."""
    layer = trial.student.new("ReluLayer")
    layer.later.forward(NUMBERS, send=False)
    layer.set("mask", PASSED > 0)
    return layer


def expect_normalised(
    trial: Trial, layer: StudentObject, x: np.ndarray, batch: tuple[np.ndarray, ...], case: Named
) -> None:
    """forward of ``x`` gives and stores ``out``, ``normalized`` and ``inverse_std``, which ``batch`` holds."""
    trial.expect_close("out", layer.forward(x), batch[0], case)
    trial.expect_close("normalized", layer.get("normalized"), batch[1], case)
    trial.expect_close("inverse_std", layer.get("inverse_std"), batch[2], case)


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


@check("relu", zh="讲义中的例子:前向的输出与 mask")
def public_relu_forward(trial: Trial) -> None:
    """The handout's example: output and mask of forward."""
    layer = trial.student.new("ReluLayer")
    trial.expect_close("out", layer.forward(NUMBERS), PASSED, MATRIX)
    trial.expect_close("mask", layer.get("mask"), PASSED > 0, MATRIX, kind="boolean")


@check("relu", zh="讲义中的例子:反向的梯度")
def public_relu_backward(trial: Trial) -> None:
    """The handout's example: the gradient of backward."""
    layer = relu_after_forward(trial)
    trial.expect_close("dx", layer.backward(NUMBERS_UPSTREAM), NUMBERS_GRADIENT, MATRIX)


@check("relu", zh="dx 与自己前向传播的数值梯度一致")
def public_relu_gradient(trial: Trial) -> None:
    """dx agrees with finite differences of your own forward, for an input of three axes."""
    x, upstream = trial.cases(small_numbers)

    def loss(moved: np.ndarray) -> float:
        return weighted_sum(trial.student.new("ReluLayer").forward(moved), upstream)

    layer = trial.student.new("ReluLayer")
    if trial.expect_array("out", layer.forward(x), x.shape, THREE_AXES):
        trial.expect_gradient("dx", layer.backward(upstream), loss, x, THREE_AXES)


@check("relu", zh="分界就是 0:再小的数也要区分正负;每次前向重新设置 mask", requires=("public_relu_forward",))
def public_relu_next_input(trial: Trial) -> None:
    """Each forward sets the mask afresh, and the border is 0 itself, however small a number is."""
    layer = trial.student.new("ReluLayer")
    layer.forward(NUMBERS)
    trial.expect_close("out", layer.forward(-NUMBERS), PASSED - NUMBERS, MATRIX)
    layer.forward(NUMBERS)
    layer.forward(-TINY * NUMBERS)
    trial.expect_close("mask", layer.get("mask"), NUMBERS < 0, MATRIX, kind="boolean")


@check("relu", zh="不修改 x 与 dout,不连续也可以;再次调用从零算起;两个层互不影响", requires=("public_relu_backward",))
def public_relu_second_call(trial: Trial) -> None:
    """x and dout, which need not be contiguous, are left alone; each call starts afresh; two layers share nothing."""
    before, layer = trial.student.random_state(), relu_after_forward(trial)
    trial.student.new("ReluLayer").forward(-NUMBERS)
    for what, layout in zip(("dx", "dx of the second call"), LAYOUTS, strict=True):
        dout = trial.student.store(Laid(NUMBERS_UPSTREAM, layout))
        trial.expect_close(what, layer.backward(dout), NUMBERS_GRADIENT, MATRIX)
        trial.expect_unchanged("dout", NUMBERS_UPSTREAM, dout.fetch())
    for layout in LAYOUTS:
        x = trial.student.store(Laid(NUMBERS, layout))
        trial.expect_close("out", layer.forward(x), PASSED, MATRIX)
        trial.expect_unchanged("x", NUMBERS, x.fetch())
    trial.note("random state", "", RANDOM_STATE_CHANGED if trial.student.random_state() != before else None)


@check("batchnorm_forward", zh="讲义中的例子:形状 (4, 2),epsilon 为 4")
def public_forward_golden(trial: Trial) -> None:
    """The handout's example: shape (4, 2), an epsilon of 4."""
    layer = trial.student.new("BatchNormLayer", GAMMA, BETA, EPSILON)
    expect_normalised(trial, layer, INPUT, (OUTPUT, NORMALIZED, INVERSE_STD), ROWS)


@check("batchnorm_forward", zh="同样的数,作为两张 2 x 1 的图像")
def public_forward_images(trial: Trial) -> None:
    """The same numbers as two images of 2 x 1: nothing else may change."""
    layer = trial.student.new("BatchNormLayer", GAMMA, BETA, EPSILON)
    right = as_images(OUTPUT), as_images(NORMALIZED), INVERSE_STD
    expect_normalised(trial, layer, as_images(INPUT), right, IMAGES)


@check("batchnorm_forward", zh="讲义中的另一批数据,同一个层:每次前向只看这一批")
def public_forward_next_batch(trial: Trial) -> None:
    """The handout's other batch, in the same layer: each forward knows the batch at hand only."""
    layer = trial.student.new("BatchNormLayer", GAMMA, BETA, EPSILON)
    layer.forward(INPUT)
    expect_normalised(trial, layer, OTHER_INPUT, (OTHER_OUTPUT, OTHER_NORMALIZED, OTHER_INVERSE_STD), OTHER_ROWS)


@check("batchnorm_forward", zh="远离 0 的数:加上一百万再除以 3,前六位小数不变", requires=("public_forward_golden",))
def public_forward_far_from_zero(trial: Trial) -> None:
    """Numbers far from 0: a million more, and a third of that, gives the same to six decimals."""
    out = trial.student.new("BatchNormLayer", GAMMA, BETA, EPSILON / 9).forward((INPUT + FAR) / 3)
    usable = trial.expect_array("out", out, OUTPUT.shape, FAR_ROWS)
    trial.expect_close("out", np.round(out, 6) if usable else out, OUTPUT, FAR_ROWS)


@check("batchnorm_forward", zh="不修改 x 与全局随机状态,x 不连续时结果相同", requires=("public_forward_golden",))
def public_forward_untouched(trial: Trial) -> None:
    """x and the random state are left alone, and an x that is not contiguous gives the same."""
    before, layer = trial.student.random_state(), trial.student.new("BatchNormLayer", GAMMA, BETA, EPSILON)
    for layout in LAYOUTS:
        x = trial.student.store(Laid(INPUT, layout))
        trial.expect_close("out", layer.forward(x), OUTPUT, ROWS)
        trial.expect_unchanged("x", INPUT, x.fetch())
    trial.note("random state", "", RANDOM_STATE_CHANGED if trial.student.random_state() != before else None)


@check("batchnorm_backward", zh="讲义例子的 dbeta 和 dgamma")
def public_parameters_golden(trial: Trial) -> None:
    """dbeta and dgamma of the handout's example."""
    for name, expected in (("dbeta", D_BETA), ("dgamma", D_GAMMA)):
        layer = example_after_forward(trial, np.array)
        trial.expect_close(name, stored_by_backward(layer, UPSTREAM, name), expected, ROWS)


@check("batchnorm_backward", zh="讲义例子的 dx")
def public_input_golden(trial: Trial) -> None:
    """dx of the handout's example."""
    trial.expect_close("dx", example_after_forward(trial, np.array).backward(UPSTREAM), D_INPUT, ROWS)


@check("batchnorm_backward", zh="同样的数,作为两张 2 x 1 的图像")
def public_input_images(trial: Trial) -> None:
    """The same numbers as two images of 2 x 1: nothing else may change."""
    layer = example_after_forward(trial, as_images)
    trial.expect_close("dx", layer.backward(as_images(UPSTREAM)), as_images(D_INPUT), IMAGES)
    trial.expect_close("dbeta", layer.get("dbeta"), D_BETA, IMAGES)
    trial.expect_close("dgamma", layer.get("dgamma"), D_GAMMA, IMAGES)


@check("batchnorm_backward", zh="dx、dgamma、dbeta 与自己前向传播的数值梯度一致")
def public_gradients(trial: Trial) -> None:
    """dx, dgamma and dbeta agree with finite differences of your own forward."""
    for small in trial.cases(small_layers):
        layer = trial.student.new("BatchNormLayer", small.gamma, small.beta)
        if trial.expect_array("out", layer.forward(small.x), small.upstream.shape, small):
            dx = layer.backward(small.upstream)
            trial.expect_gradient("dx", dx, loss_of(trial, small, "x"), small.x, small)
            for name in ("gamma", "beta"):
                at, gradient = getattr(small, name), layer.get(f"d{name}")
                trial.expect_gradient(f"d{name}", gradient, loss_of(trial, small, name), at, small)


@check(
    "batchnorm_backward",
    zh="再次调用结果相同;dout 不被修改,不连续也可以;两个层互不影响",
    requires=("public_input_golden",),
)
def public_second_call(trial: Trial) -> None:
    """A second call gives the same; dout, which need not be contiguous, is left alone; two layers share nothing."""
    layer, other = (example_after_forward(trial, np.array) for _ in range(2))
    other.later.forward(OTHER_INPUT, send=False)
    for call, layout in zip(("", " of the second call"), LAYOUTS, strict=True):
        upstream = trial.student.store(Laid(UPSTREAM, layout))
        trial.expect_close(f"dx{call}", layer.backward(upstream), D_INPUT, ROWS)
        trial.expect_unchanged("dout", UPSTREAM, upstream.fetch())
        for name, expected in (("dgamma", D_GAMMA), ("dbeta", D_BETA)):
            trial.expect_close(f"{name}{call}", layer.get(name), expected, ROWS)
    other.backward(-UPSTREAM)
    trial.expect_close("dgamma after another layer's call", layer.get("dgamma"), D_GAMMA, ROWS)
    for name, stored in (("normalized", NORMALIZED), ("inverse_std", INVERSE_STD)):
        trial.expect_unchanged(name, stored, layer.get(name))
