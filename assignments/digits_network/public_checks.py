"""What students run themselves for the capstone: the handout's examples, numeric gradients, and a fifth held back.

The network's gradient is compared with slopes of its own forward, so a mistake in an earlier module shows here, too:
check those modules first. Learning is tried on four fifths of the digits and judged on the last fifth.

They are for learning. Marks come from other checks, on other images.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from autograder import compare, gradients
from autograder.model import Text
from autograder.registry import check
from autograder.student import StudentObject
from autograder.trial import Trial

# The handout's example: two examples, three classes.
SCORES = np.array([[2.0, 1.0, 0.0], [0.0, 0.0, 0.0]])
LABELS = np.array([0, 2])
LOSS = 0.7531091265562453
D_SCORES = np.array([[-0.167379522113, 0.122364235527, 0.045015286585], [1 / 6, 1 / 6, -1 / 3]])

# The handout's dense layer: two examples of two numbers, three outputs.
X = np.array([[1.0, 2.0], [3.0, -1.0]])
WEIGHTS = np.array([[1.0, 0.0, -1.0], [2.0, 1.0, 0.0]])
BIAS = np.array([[0.5, 0.0, -1.0]])
OUT = np.array([[5.5, 2.0, -2.0], [1.5, -1.0, -4.0]])
UPSTREAM = np.array([[1.0, 0.0, 2.0], [-1.0, 3.0, 1.0]])
D_WEIGHTS = np.array([[-2.0, 9.0, 5.0], [3.0, -3.0, 3.0]])
D_BIAS = np.array([[0.0, 3.0, 3.0]])
D_X = np.array([[-1.0, 2.0], [-2.0, 1.0]])

ENOUGH = 90
"""Percent of the last fifth; full marks need 97 % of images that nobody has seen."""


# --- softmax and cross-entropy ----------------------------------------------------------------


def _parts(answer: Any) -> tuple[Any, Any]:
    """The loss and its gradient; None for both where there are not two things."""
    return (answer[0], answer[1]) if type(answer) in (tuple, list) and len(answer) == 2 else (None, None)


@check("softmax_cross_entropy", zh="讲义中的例子:两个样本,三个类别")
def public_loss(trial: Trial) -> None:
    """The handout's example: two examples, three classes."""
    loss, dscores = _parts(trial.student.softmax_cross_entropy(SCORES, LABELS))
    trial.expect_number("loss", loss, LOSS)
    trial.expect_close("dscores", dscores, D_SCORES)


@check("softmax_cross_entropy", zh="与自己的损失的数值梯度一致")
def public_loss_gradient(trial: Trial) -> None:
    """The gradient agrees with finite differences of your own loss."""
    scores, labels = trial.cases(small_scores)
    _, dscores = _parts(trial.student.softmax_cross_entropy(scores, labels))

    def loss(moved: np.ndarray) -> float:
        value = _parts(trial.student.softmax_cross_entropy(moved, labels))[0]
        return value if type(value) is float else float("nan")

    trial.expect_gradient("dscores", dscores, loss, scores, "scores 4 x 5")


def small_scores(rng: np.random.Generator, reference: object) -> tuple[np.ndarray, np.ndarray]:
    """Scores and labels."""
    return rng.normal(size=(4, 5)), rng.integers(5, size=4)


@check("softmax_cross_entropy", zh="分数为 10,000 时依然正确")
def public_large_scores(trial: Trial) -> None:
    """Scores of 10,000."""
    for sign, expected in ((1.0, 0.0), (-1.0, 2e4)):
        scores = sign * np.array([[1e4, -1e4]])
        loss, dscores = _parts(trial.student.softmax_cross_entropy(scores, np.array([0])))
        case = f"scores {scores.tolist()}, label 0"
        trial.expect_number("loss", loss, expected, case)
        right = np.zeros((1, 2)) if sign > 0 else np.array([[-1.0, 1.0]])
        trial.expect_close("dscores", dscores, right, case)


# --- the dense layer --------------------------------------------------------------------------


@check("dense", zh="讲义中的例子")
def public_dense(trial: Trial) -> None:
    """The handout's example."""
    layer = trial.student.new("DenseLayer", WEIGHTS, BIAS)
    trial.expect_close("out", layer.forward(X), OUT)
    trial.expect_close("dx", layer.backward(UPSTREAM), D_X)
    trial.expect_close("dweights", layer.get("dweights"), D_WEIGHTS)
    trial.expect_close("dbias", layer.get("dbias"), D_BIAS)


@check("dense", zh="特征图被展平,反向恢复原来的形状")
def public_dense_maps(trial: Trial) -> None:
    """Feature maps are flattened, and backward gives their shape back."""
    layer = trial.student.new("DenseLayer", WEIGHTS, BIAS)
    trial.expect_close("out", layer.forward(X.reshape(2, 1, 2, 1)), OUT, "x 2 x 1 x 2 x 1")
    trial.expect_close("dx", layer.backward(UPSTREAM), D_X.reshape(2, 1, 2, 1), "x 2 x 1 x 2 x 1")


# --- the network ------------------------------------------------------------------------------

ATTEMPTS = 4
STEPS = (1e-6, 1e-7)
"""A slope that lies across the kink of a ReLU or of a maximum means nothing; a shorter one may not."""
NO_NETWORK = Text(
    "build_network should give an object with forward, backward and parameters, but it gives {kind}",
    "build_network 应当返回一个有 forward、backward 和 parameters 方法的对象,得到的却是 {kind}",
)
NO_LIST = Text(
    "parameters() should be a list of pairs of arrays of the same shape (array, gradient)",
    "parameters() 应当是由形状相同的两个数组 (数组, 梯度) 组成的列表",
)
WRONG_SLOPE = Text(
    "the gradient of parameters()[{index}], of shape {shape}, does not match the slope of the network's own forward; "
    "run the checks of the earlier modules first: the mistake may lie there",
    "parameters()[{index}](形状 {shape})的梯度与网络自身前向传播的斜率不一致;请先运行前几份作业的检查:错误可能在那里",
)


@dataclass(frozen=True)
class Attempt:
    """A seed, images, and a gradient of the scores."""

    seed: int
    images: np.ndarray
    dscores: np.ndarray

    def __str__(self) -> str:
        return f"{len(self.images)} images"


def attempts(rng: np.random.Generator, reference: object) -> tuple[Attempt, ...]:
    """Where the first one meets a kink, another one will not."""
    seeds = rng.integers(1 << 30, size=ATTEMPTS)
    return tuple(Attempt(int(seed), rng.uniform(size=(4, 8, 8, 1)), rng.normal(size=(4, 10))) for seed in seeds)


def built(trial: Trial, attempt: Attempt) -> StudentObject | None:
    """A network that gives scores, or None, which is noted."""
    network = trial.student.build_network(np.random.default_rng(attempt.seed))
    if not isinstance(network, StudentObject):
        trial.note("build_network", attempt, NO_NETWORK.format(kind=compare.kind_of(network)))
        return None
    return network if trial.expect_array("scores", network.forward(attempt.images), (4, 10), attempt) else None


@check("network_gradient", zh="网络对 N 张图像给出 (N, 10) 的分数")
def public_scores(trial: Trial) -> None:
    """The network gives (N, 10) scores."""
    built(trial, trial.cases(attempts)[0])


@check("network_gradient", zh="每个参数的梯度都与网络自身前向的斜率一致", requires=("public_scores",))
def public_network_gradient(trial: Trial) -> None:
    """The gradient of every parameter matches the slope of the network's own forward."""
    tried = []
    for attempt in trial.cases(attempts):
        tried.append(_wrong_parameter(trial, attempt))
        if tried[-1] is None:
            break
    trial.note("the gradient", trial.cases(attempts)[0], tried[0] if tried[-1] is not None else None)


def _wrong_parameter(trial: Trial, attempt: Attempt) -> Text | None:
    """What is wrong with the first parameter whose gradient is not the slope; None where all are right."""
    network = built(trial, attempt)
    if network is None:
        return NO_LIST
    network.backward(attempt.dscores)
    rng = np.random.default_rng(attempt.seed)
    values = []
    for index, pair in enumerate(network.parameters()):
        if type(pair) not in (tuple, list) or len(pair) != 2 or compare.array_problem("", pair[1], np.shape(pair[0])):
            return NO_LIST
        values.append(pair[0] + 0.1 * rng.normal(size=pair[0].shape))
        _array(network, index).fill(values[-1])
    network.forward(attempt.images)
    network.backward(attempt.dscores)
    for index, (_, gradient) in enumerate(network.parameters()):
        if not _is_slope(network, index, values[index], gradient, attempt, rng):
            return WRONG_SLOPE.format(index=index, shape=gradient.shape)
    return None


def _array(network: StudentObject, index: int) -> StudentObject:
    return network.later.parameters(keep=0, send=False).part(index).part(0)


def _is_slope(
    network: StudentObject, index: int, value: np.ndarray, gradient: np.ndarray, attempt: Attempt, rng: Any
) -> bool:
    direction, array = rng.normal(size=value.shape), _array(network, index)

    def loss(moved: np.ndarray) -> float:
        array.fill(moved)
        return gradients.weighted_sum(network.forward(attempt.images), attempt.dscores)

    slopes = [gradients.slope(loss, value, direction, eps) for eps in STEPS]
    array.fill(value)
    return any(gradients.agrees(gradients.along(gradient, direction), slope) for slope in slopes)


# --- reading ----------------------------------------------------------------------------------

TOO_FEW = Text(
    "the network reads {share:.1%} of the last fifth rightly, and {needed} % are asked for here",
    "最后五分之一的图像中,网络读对 {share:.1%};这里要求 {needed} %",
)


def digits(rng: np.random.Generator, reference: object) -> Mapping[str, np.ndarray]:
    """The images that are handed out, in random order."""
    with np.load(Path(__file__).parent / "data" / "digits.npz", allow_pickle=False) as file:
        order = rng.permutation(len(file["labels"]))
        return {"images": file["images"][order] / 16.0, "labels": file["labels"][order].astype(int)}


@check("accuracy", zh="predict 对每张图像给出一个整数")
def public_predict(trial: Trial) -> None:
    """predict gives an int for each image."""
    network = trial.student.build_network(np.random.default_rng(0))
    given = trial.student.predict(network, trial.cases(digits)["images"][:7])
    trial.expect_array("predict(network, images)", given, (7,), "7 images", kind="integer")


@check("accuracy", zh="从五分之四的图像学习,读对最后五分之一中的 90 %", requires=("public_predict",))
def public_accuracy(trial: Trial) -> None:
    """Having learned from four fifths of the images, the network reads 90 % of the last fifth."""
    images, labels = trial.cases(digits).values()
    cut = len(labels) * 4 // 5
    network = trial.student.train(images[:cut], labels[:cut], np.random.default_rng(0))
    given = trial.student.predict(network, images[cut:])
    if trial.expect_array("predict(network, images)", given, labels[cut:].shape, kind="integer"):
        share = float(np.mean(given == labels[cut:]))
        problem = None if share >= ENOUGH / 100 else TOO_FEW.format(share=share, needed=ENOUGH)
        trial.note("accuracy", "", problem)
