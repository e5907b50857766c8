"""What students run themselves for the capstone: the handout's examples, numeric gradients, and a fifth held back.

The network's gradient is compared with slopes of its own forward, so a mistake in an earlier module shows here, too:
check those modules first. What ``parameters()`` lists is looked at on top of idle layers, which answer ones. Learning
is tried on four fifths of the digits and judged on the last fifth.

They are for learning. Marks come from other checks, on other images.
"""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from autograder import compare, gradients
from autograder.errors import StudentFault, WorkerStopped
from autograder.facts import Facts
from autograder.model import Text
from autograder.protocol import Laid
from autograder.registry import check
from autograder.student import Answer, StudentObject
from autograder.trial import Trial
from autograder.windows import AXES

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

# The handout's example of flattening: with the identity as weights, what comes out is what goes in, laid out in a row.
MAPS = np.array([[[[1.0, 2.0], [3.0, 4.0]]], [[[5.0, 6.0], [7.0, 8.0]]]])
FLATTENED = np.arange(1.0, 9.0).reshape(2, 4)

LAYOUTS = ("C", "F")
"""Memory orders: the axes of an array run from the last to the first, or from the first to the last."""
RANDOM_STATE_CHANGED = Text(
    "numpy's global random state was changed: draw from the rng that is passed in, and from nothing else",
    "numpy 的全局随机状态被改变了:请只用传入的 rng 取随机数",
)
EXAMPLE, CLASS = AXES[0], Text("class", "类别")
INPUT, OUTPUT = Text("number that goes in", "输入数"), Text("number that comes out", "输出数")
NAMES = {
    "scores": (EXAMPLE, CLASS),
    "dscores": (EXAMPLE, CLASS),
    "out": (EXAMPLE, OUTPUT),
    "dx": (EXAMPLE, INPUT),
    "dweights": (INPUT, OUTPUT),
    "dbias": (AXES[1], OUTPUT),
}
"""What the axes of an array are called."""


@dataclass(frozen=True)
class Named:
    """A case, in words, that knows what the axes are called."""

    text: str = ""
    maps: bool = False

    def __str__(self) -> str:
        return self.text

    def facts(self, what: str) -> Facts:
        """Those of the array ``what``, be it of a first or of a later call; ``maps`` have four."""
        array = what.split()[0]
        return Facts(axes=AXES if self.maps and array == "dx" else NAMES.get(array, ()))


OF_EXAMPLE = Named()
OF_SLOPES = Named("scores 4 x 5")
OF_ROWS = Named("scores [[10000, -10000], [-10000, -10000]], labels 0 and 1")
OF_MAPS = Named("x 2 x 1 x 2 x 1", maps=True)
OF_CHANNELS = Named("x 2 x 1 x 2 x 2", maps=True)

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
    trial.expect_close("dscores", dscores, D_SCORES, OF_EXAMPLE)


@check("softmax_cross_entropy", zh="与自己的损失的数值梯度一致")
def public_loss_gradient(trial: Trial) -> None:
    """The gradient agrees with finite differences of your own loss."""
    scores, labels = trial.cases(small_scores)
    _, dscores = _parts(trial.student.softmax_cross_entropy(scores, labels))

    def loss(moved: np.ndarray) -> float:
        value = _parts(trial.student.softmax_cross_entropy(moved, labels))[0]
        return value if type(value) is float else float("nan")

    trial.expect_gradient("dscores", dscores, loss, scores, OF_SLOPES)


def small_scores(rng: np.random.Generator, reference: object) -> tuple[np.ndarray, np.ndarray]:
    """Scores and labels."""
    return rng.normal(size=(4, 5)), rng.integers(5, size=4)


@check("softmax_cross_entropy", zh="分数为 10,000 时依然正确")
def public_large_scores(trial: Trial) -> None:
    """Scores of 10,000."""
    for sign, expected in ((1.0, 0.0), (-1.0, 2e4)):
        scores = sign * np.array([[1e4, -1e4]])
        loss, dscores = _parts(trial.student.softmax_cross_entropy(scores, np.array([0])))
        case = Named(f"scores {scores.tolist()}, label 0")
        trial.expect_number("loss", loss, expected, case)
        right = np.zeros((1, 2)) if sign > 0 else np.array([[-1.0, 1.0]])
        trial.expect_close("dscores", dscores, right, case)


@check("softmax_cross_entropy", zh="一行的分数远低于另一行")
def public_rows_apart(trial: Trial) -> None:
    """One row of scores far below the other, both of them ordinary: a loss of 0 and one of log 2."""
    scores = np.array([[1e4, -1e4], [-1e4, -1e4]])
    loss, dscores = _parts(trial.student.softmax_cross_entropy(scores, np.array([0, 1])))
    trial.expect_number("loss", loss, np.log(2) / 2, OF_ROWS)
    trial.expect_close("dscores", dscores, np.array([[0.0, 0.0], [0.25, -0.25]]), OF_ROWS)


@check("softmax_cross_entropy", zh="不修改 scores 与 labels,scores 不连续时结果相同", requires=("public_loss",))
def public_loss_untouched(trial: Trial) -> None:
    """scores and labels are left alone, and scores that are not contiguous give the same."""
    before = trial.student.random_state()
    for layout in LAYOUTS:
        scores, labels = trial.student.store(Laid(SCORES, layout)), trial.student.store(LABELS)
        loss, dscores = _parts(trial.student.softmax_cross_entropy(scores, labels))
        trial.expect_number("loss", loss, LOSS)
        trial.expect_close("dscores", dscores, D_SCORES, OF_EXAMPLE)
        trial.expect_unchanged("scores", SCORES, scores.fetch())
        trial.expect_unchanged("labels", LABELS, labels.fetch())
    _expect_state(trial, before)


def _expect_state(trial: Trial, before: str) -> None:
    """Nobody has drawn from numpy's global random state, or seeded it, since it was ``before``."""
    trial.note("random state", "", RANDOM_STATE_CHANGED if trial.student.random_state() != before else None)


# --- the dense layer --------------------------------------------------------------------------


@check("dense", zh="讲义中的例子")
def public_dense(trial: Trial) -> None:
    """The handout's example."""
    layer = trial.student.new("DenseLayer", WEIGHTS, BIAS)
    trial.expect_close("out", layer.forward(X), OUT, OF_EXAMPLE)
    trial.expect_close("dx", layer.backward(UPSTREAM), D_X, OF_EXAMPLE)
    trial.expect_close("dweights", layer.get("dweights"), D_WEIGHTS, OF_EXAMPLE)
    trial.expect_close("dbias", layer.get("dbias"), D_BIAS, OF_EXAMPLE)


@check("dense", zh="特征图被展平,反向恢复原来的形状")
def public_dense_maps(trial: Trial) -> None:
    """Feature maps are flattened, and backward gives their shape back."""
    layer = trial.student.new("DenseLayer", WEIGHTS, BIAS)
    trial.expect_close("out", layer.forward(X.reshape(2, 1, 2, 1)), OUT, OF_MAPS)
    trial.expect_close("dx", layer.backward(UPSTREAM), D_X.reshape(2, 1, 2, 1), OF_MAPS)


@check("dense", zh="讲义中展平的例子:顺序为行、列、通道")
def public_dense_order(trial: Trial) -> None:
    """The handout's example of flattening: row, column, channel."""
    layer = trial.student.new("DenseLayer", np.eye(4), np.zeros((1, 4)))
    trial.expect_close("out", layer.forward(MAPS), FLATTENED, OF_CHANNELS)
    trial.expect_close("dx", layer.backward(10 * FLATTENED), 10 * MAPS, OF_CHANNELS)


@check("dense", zh="再次调用从零算起;不修改参数,参数不连续也可以;两个层互不影响", requires=("public_dense",))
def public_dense_second_call(trial: Trial) -> None:
    """Each call starts afresh; x and dout, which need not be contiguous, are left alone; two layers share nothing."""
    layer, other = (trial.student.new("DenseLayer", WEIGHTS, BIAS) for _ in range(2))
    for call, layout in zip(("", " of the second call"), LAYOUTS, strict=True):
        x, dout = (trial.student.store(Laid(array, layout)) for array in (X, UPSTREAM))
        trial.expect_close(f"out{call}", layer.forward(x), OUT, OF_EXAMPLE)
        other.forward(-X)
        trial.expect_close(f"dx{call}", layer.backward(dout), D_X, OF_EXAMPLE)
        other.backward(-UPSTREAM)
        trial.expect_close(f"dweights{call}", layer.get("dweights"), D_WEIGHTS, OF_EXAMPLE)
        trial.expect_close(f"dbias{call}", layer.get("dbias"), D_BIAS, OF_EXAMPLE)
        trial.expect_unchanged("x", X, x.fetch())
        trial.expect_unchanged("dout", UPSTREAM, dout.fetch())


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


SEEDS_DIFFER = Text(
    "two networks of equal generators begin with different parameters: draw from rng alone",
    "两个相同的 rng 得到的网络初始参数不同:请只从 rng 取随机数",
)
SEEDS_AGREE = Text(
    "networks of different generators begin with the same parameters: draw the weights from rng",
    "不同的 rng 得到的网络初始参数相同:权重应当从 rng 取得",
)
ALL_ALIKE = Text(
    "all weights of an array begin with the same number: then all filters learn the same",
    "同一个数组里的权重一开始全都相同:这样所有卷积核学到的东西都一样",
)


@check("network_gradient", zh="初始权重各不相同,只取决于 rng", requires=("public_scores",))
def public_first_weights(trial: Trial) -> None:
    """The first weights differ from each other, and depend on rng alone."""
    before, (one, other) = trial.student.random_state(), trial.cases(attempts)[:2]
    first, again, others = (_first_parameters(trial, attempt) for attempt in (one, one, other))
    matrices = (array for array in first if len(array.shape) > 1 and min(array.shape) > 1)
    trial.note("weights", "", ALL_ALIKE if any(array.min() == array.max() for array in matrices) else None)
    trial.note("equal generators", "", None if _same(first, again) else SEEDS_DIFFER)
    trial.note("different generators", "", SEEDS_AGREE if _same(first, others) else None)
    _expect_state(trial, before)


def _first_parameters(trial: Trial, attempt: Attempt) -> list[np.ndarray]:
    """The arrays that a new network lists once it has gone forward and backward; none where it does not get so far."""
    network = built(trial, attempt)
    if network is None:
        return []
    network.backward(attempt.dscores)
    return [array for array, _ in network.parameters()]


def _same(one: list[np.ndarray], other: list[np.ndarray]) -> bool:
    """Whether two networks begin with the same numbers."""
    return [array.tolist() for array in one] == [array.tolist() for array in other]


# --- what the network is made of, and what it lists -------------------------------------------


class ConvLayer:
    """An idle convolution: ones of the right shape; ``at_work`` lists all that have gone backward."""

    at_work: list[ConvLayer] = []  # noqa: RUF012 - one list for all is what it is for

    def __init__(self, weights, bias, filter_shape, stride=1, padding=0):
        self.weights, self.bias = weights, bias
        self.filter_shape, self.stride, self.padding = filter_shape, stride, padding

    def forward(self, x):
        """``(N, OH, OW, OD)``."""
        self.input_shape = x.shape
        ends = [size + 2 * self.padding - part for size, part in zip(x.shape[1:3], self.filter_shape, strict=True)]
        return np.ones((len(x), *[len(range(0, end + 1, self.stride)) for end in ends], self.weights.shape[1]))

    def backward(self, dout):
        """``(N, H, W, D)``."""
        self.at_work.append(self)
        self.dweights, self.dbias = np.ones_like(self.weights), np.ones_like(self.bias)
        return np.ones(self.input_shape)


class BatchNormLayer:
    """An idle batch normalisation."""

    at_work: list[BatchNormLayer] = []  # noqa: RUF012

    def __init__(self, gamma, beta, epsilon=1e-5):
        self.gamma, self.beta, self.epsilon = gamma, beta, epsilon

    def forward(self, x):
        """The shape of ``x``."""
        self.normalized, self.inverse_std = np.ones(x.shape), np.ones(x.shape[-1])
        return np.ones(x.shape)

    def backward(self, dout):
        """The shape of ``dout``."""
        self.at_work.append(self)
        self.dgamma, self.dbeta = np.ones_like(self.gamma), np.ones_like(self.beta)
        return np.ones(dout.shape)


class MaxPoolingLayer:
    """An idle pooling, of either kind."""

    at_work: list[MaxPoolingLayer] = []  # noqa: RUF012

    def __init__(self, window, stride):
        self.window, self.stride = window, stride

    def forward(self, x):
        """``(N, OH, OW, D)``."""
        self.input_shape = x.shape
        ends = [size - part for size, part in zip(x.shape[1:3], self.window, strict=True)]
        return np.ones((len(x), *[len(range(0, end + 1, self.stride)) for end in ends], x.shape[3]))

    def backward(self, dout):
        """``(N, H, W, D)``."""
        self.at_work.append(self)
        return np.ones(self.input_shape)


class ReluLayer:
    """An idle ReLU."""

    def forward(self, x):
        """The shape of ``x``."""
        self.mask = np.ones(x.shape, dtype=bool)
        return np.ones(x.shape)

    def backward(self, dout):
        """The shape of ``dout``."""
        return np.ones(dout.shape)


def max_pool_forward_fast(x, window, stride):
    """Idle as well, channels-first; the cache is the layer."""
    layer = MaxPoolingLayer(window, stride)
    return np.moveaxis(layer.forward(np.moveaxis(x, 1, -1)), -1, 1), layer


def max_pool_backward_fast(dout, cache):
    """The same."""
    return np.moveaxis(cache.backward(dout), -1, 1)


IDLE = (ConvLayer, BatchNormLayer, MaxPoolingLayer, ReluLayer, max_pool_forward_fast, max_pool_backward_fast)
LEARNED_BY = {"ConvLayer": ("weights", "bias"), "BatchNormLayer": ("gamma", "beta")}
NEEDED = {
    "ConvLayer": Text(
        "build_network does not use your convolution (conv_im2col.py)", "build_network 没有用到你的卷积(conv_im2col.py)"
    ),
    "BatchNormLayer": Text(
        "build_network does not use your batch normalisation (normalization.py)",
        "build_network 没有用到你的批归一化(normalization.py)",
    ),
    "MaxPoolingLayer": Text(
        "build_network does not use your pooling (max_pooling.py or mean_pooling.py)",
        "build_network 没有用到你的池化(max_pooling.py 或 mean_pooling.py)",
    ),
}
"""What the handout asks for, by the idle layer that takes its place."""
MARK = 1234.5
NOT_LISTED = Text(
    "parameters() does not list the {what} of every layer: what is not listed is never trained",
    "parameters() 没有列出每一层的 {what}:没有列出的参数不会得到训练",
)


def idle_modules() -> tuple[tuple[str, str, str], ...]:
    """Modules of idle layers in place of the four earlier ones; the student's own knows them as ``idle_layers``."""
    parts = "\n\n".join(map(inspect.getsource, IDLE))
    text = f"from __future__ import annotations\nimport numpy as np\n{parts}\nMeanPoolingLayer = MaxPoolingLayer\n"
    earlier = ("conv_im2col", "max_pooling", "mean_pooling", "normalization")
    return (
        ("idle_layers", text, ""),
        *((name, "from idle_layers import *", "") for name in earlier),
        ("digits_network", "import idle_layers", ""),
    )


@check(
    "network_gradient", zh="网络由你自己的层组成,parameters() 列出它们的全部参数", requires=("public_network_gradient",)
)
def public_parameters(trial: Trial) -> None:
    """The network is made of your own layers, and parameters() lists weights, bias, gamma and beta of all of them.

    It is built once more on top of layers that only answer ones. Where they do not fit it, nothing is said.
    """
    try:
        at_work = _at_work(trial)
    except WorkerStopped:
        raise
    except (AttributeError, TypeError, ValueError, StudentFault):
        return
    for kind, problem in NEEDED.items():
        trial.note("your own layers", "", None if at_work[kind] else problem)
    for kind, names in LEARNED_BY.items():
        for name in names:
            listed = all(_is_marked(layer.get(name)) for layer in at_work[kind])
            trial.note(f"{kind}.{name}", "", None if listed else NOT_LISTED.format(what=name))


def _at_work(trial: Trial) -> dict[str, list[StudentObject]]:
    """The idle layers of every kind that a network has used; all that it lists is filled with one number."""
    attempt, place = trial.cases(attempts)[0], trial.student.loaded_again(idle_modules())
    network = place.build_network(np.random.default_rng(attempt.seed))
    network.forward(attempt.images)
    network.backward(attempt.dscores)
    for index, (array, _) in enumerate(network.parameters()):
        _array(network, index).fill(np.full(array.shape, MARK))
    layers = place.get("idle_layers")
    found = {kind: layers.get(kind).get("at_work") for kind in NEEDED}
    return {kind: [held.part(index) for index in range(held.__len__())] for kind, held in found.items()}


def _is_marked(value: Any) -> bool:
    return type(value) is np.ndarray and bool((value == MARK).all())


# --- reading ----------------------------------------------------------------------------------

TOO_FEW = Text(
    "the network reads {share:.1%} of the last fifth rightly, and {needed} % are asked for here",
    "最后五分之一的图像中,网络读对 {share:.1%};这里要求 {needed} %",
)


Read = tuple[np.ndarray, np.ndarray]
"""Images and what they show."""


def digits(rng: np.random.Generator, reference: object) -> tuple[Read, Read]:
    """The images that are handed out, in random order: four fifths to learn from, and the last fifth."""
    with np.load(Path(__file__).parent / "data" / "digits.npz", allow_pickle=False) as file:
        order = rng.permutation(len(file["labels"]))
        images, labels = file["images"][order] / 16.0, file["labels"][order].astype(int)
    cut = len(labels) * 4 // 5
    return (images[:cut], labels[:cut]), (images[cut:], labels[cut:])


@dataclass(frozen=True)
class Trained:
    """What a trained network reads in the last fifth, what became of the arguments, and the random states."""

    given: Any
    images: Answer
    labels: Answer
    before: Answer
    after: Answer


def trained(trial: Trial) -> Trained:
    """The one training of all checks."""
    (images, labels), (others, _) = trial.cases(digits)
    student, held = trial.student, tuple(map(trial.student.store, (images, labels)))
    before = student.later.random_state()
    network = student.train(*held, np.random.default_rng(0))
    after = student.later.random_state()
    given = student.predict(network, others)
    return Trained(given, held[0].later.fetch(), held[1].later.fetch(), before, after)


@check("accuracy", zh="predict 对每张图像给出一个整数")
def public_predict(trial: Trial) -> None:
    """predict gives an int for each image."""
    network = trial.student.build_network(np.random.default_rng(0))
    (images, _), _ = trial.cases(digits)
    given = trial.student.predict(network, images[:7])
    trial.expect_array("predict(network, images)", given, (7,), "7 images", kind="integer")


@check("accuracy", zh="从五分之四的图像学习,读对最后五分之一中的 90 %", requires=("public_predict",))
def public_accuracy(trial: Trial) -> None:
    """Having learned from four fifths of the images, the network reads 90 % of the last fifth."""
    _, (_, labels) = trial.cases(digits)
    given = trial.once(trained).given
    if trial.expect_array("predict(network, images)", given, labels.shape, kind="integer"):
        share = float(np.mean(given == labels))
        problem = None if share >= ENOUGH / 100 else TOO_FEW.format(share=share, needed=ENOUGH)
        trial.note("accuracy", "", problem)


@check("accuracy", zh="训练不修改图像与标签,只用传入的 rng", requires=("public_accuracy",))
def public_training_untouched(trial: Trial) -> None:
    """Training leaves images and labels as they are, and draws from rng alone."""
    (images, labels), _ = trial.cases(digits)
    done = trial.once(trained)
    trial.expect_unchanged("images", images, done.images.value)
    trial.expect_unchanged("labels", labels, done.labels.value)
    drawn = done.before.value != done.after.value
    trial.note("random state", "", RANDOM_STATE_CHANGED if drawn else None)
