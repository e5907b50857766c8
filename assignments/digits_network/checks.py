"""The checks that marks come from. Inputs are random, from the run's secret seed.

A network is looked at on two grounds: on top of the student's own layers and, where its gradient is wrong there, on top
of stand-ins (``kept/``) that have the same interface and are right in their own way. A gradient that is right on either
is the network's doing, so a wrong layer costs no more here than what says so, and is named.

Any network is right that keeps to the interface. Its gradient is compared with slopes of its own forward, so nothing is
asked of its layers but that they make one. Where a slope lies across the kink of a ReLU or of a maximum it means
nothing; smaller steps and, in the end, other images and weights are tried before a gradient is called wrong.

Reading is taught with labels in a secret order and judged on images that no student gets.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

import numpy as np

from autograder import compare, gradients
from autograder.errors import StudentFault, WorkerStopped
from autograder.model import Kind, Observation, Text
from autograder.protocol import Laid
from autograder.registry import check
from autograder.requests import Companion
from autograder.student import Answer, Student, StudentObject
from autograder.trial import CaseBook, Trial

T = TypeVar("T")

FOLDER = Path(__file__).parent
NAME = "digits_network"
USED = ("conv_im2col", "max_pooling", "mean_pooling", "normalization", NAME)
"""Modules that stand-ins are kept for; that of the capstone itself holds its dense layer."""
DIGITS = 10
LAYOUTS = ("F", "strided", "reversed")
"""How arrays lie in memory, where that is what is checked."""
RANDOM_STATE_CHANGED = Text(
    "numpy's global random state was changed: draw from the rng that is passed in, and from nothing else",
    "numpy 的全局随机状态被改变了:请只用传入的 rng 取随机数",
)


def _note_state(trial: Trial, states: tuple[Answer, Answer], case: object = "") -> None:
    before, after = states
    trial.note("random state", case, None if before.value == after.value else RANDOM_STATE_CHANGED)


@dataclass(frozen=True)
class InOrder:
    """A case whose arrays lie in some memory order."""

    case: Any
    layout: str

    def __str__(self) -> str:
        return f"{self.case}, {self.layout}"


# --- softmax and cross-entropy: cases ---------------------------------------------------------


@dataclass(frozen=True)
class LossCase:
    """Scores and labels, and what comes of them."""

    name: str
    scores: np.ndarray
    labels: np.ndarray
    loss: float
    dscores: np.ndarray

    def __str__(self) -> str:
        return f"{self.name}, scores {self.scores.shape[0]} x {self.scores.shape[1]}"


LossCases = Callable[[np.random.Generator, ModuleType], tuple[LossCase, ...]]


def _loss_case(reference: ModuleType, name: str, scores: np.ndarray, labels: Any) -> LossCase:
    return LossCase(name, scores, np.asarray(labels), *reference.softmax_cross_entropy(scores, np.asarray(labels)))


def loss_cases(rng: np.random.Generator, reference: ModuleType) -> tuple[LossCase, ...]:
    """Scores of usual size, in batches of several sizes."""
    return tuple(
        _loss_case(reference, "random", rng.normal(scale=2.0, size=shape), rng.integers(shape[1], size=shape[0]))
        for shape in ((8, 10), (5, 3), (3, 7), (12, 4))
    )


def large_cases(rng: np.random.Generator, reference: ModuleType) -> tuple[LossCase, ...]:
    """Scores of 10,000: all of one sign, of both, and with the right class at either end."""
    scores = rng.normal(size=(6, 5))
    labels = rng.integers(5, size=6)
    far = np.where(np.arange(5) == labels[:, np.newaxis], 1e4, -1e4)
    return (
        _loss_case(reference, "scores near 10,000", scores + 1e4, labels),
        _loss_case(reference, "scores near -10,000", scores - 1e4, labels),
        _loss_case(reference, "rows far from each other", scores + np.linspace(-1e4, 1e4, 6)[:, np.newaxis], labels),
        _loss_case(reference, "the right class 20,000 above the others", far, labels),
        _loss_case(reference, "the right class 20,000 below the others", -far, labels),
        _loss_case(reference, "scores up to 10,000 of both signs", scores * 5e3, labels),
        _loss_case(reference, "one probability of 1e-40", scores * 0 - 92.0 * (far > 0), labels),
    )


def edge_cases(rng: np.random.Generator, reference: ModuleType) -> tuple[LossCase, ...]:
    """One example, two classes, one class, ties, and the first and the last class."""
    return (
        _loss_case(reference, "one example", rng.normal(size=(1, 6)), [int(rng.integers(6))]),
        _loss_case(reference, "two classes", rng.normal(size=(7, 2)), rng.integers(2, size=7)),
        _loss_case(reference, "one class", rng.normal(size=(3, 1)), [0, 0, 0]),
        _loss_case(reference, "all scores equal", np.full((4, 5), rng.normal()), rng.integers(5, size=4)),
        _loss_case(reference, "the largest score twice", np.repeat(rng.normal(size=(4, 3)), 2, 1), [0, 1, 4, 5]),
        _loss_case(reference, "the first class", rng.normal(size=(5, 4)), [0] * 5),
        _loss_case(reference, "the last class", rng.normal(size=(5, 4)), [3] * 5),
    )


# --- softmax and cross-entropy: answers -------------------------------------------------------


@dataclass(frozen=True)
class Loss:
    """The answer to a case, its arguments afterwards, and numpy's random state before and after."""

    case: Any
    answer: Answer
    scores: Answer
    labels: Answer
    states: tuple[Answer, Answer]

    def part(self, index: int) -> Any:
        """The loss or its gradient; None where there are not two things."""
        value = self.answer.value
        return value[index] if type(value) in (tuple, list) and len(value) == 2 else None


def losses(trial: Trial, build: LossCases) -> tuple[Loss, ...]:
    """Every case of ``build``."""
    return tuple(_loss(trial.student, case, case.scores, case.labels) for case in trial.cases(build))


def _loss(student: Student, case: object, scores: Any, labels: Any) -> Loss:
    kept = student.store(scores), student.store(labels)
    before = student.later.random_state()
    answer = student.later.softmax_cross_entropy(*kept)
    states = before, student.later.random_state()
    return Loss(case, answer, kept[0].later.fetch(), kept[1].later.fetch(), states)


def _expect_losses(trial: Trial, runs: Iterable[Loss]) -> None:
    for run in runs:
        trial.expect_number("loss", run.part(0), _plain(run.case).loss, run.case)


def _expect_dscores(trial: Trial, runs: Iterable[Loss]) -> None:
    for run in runs:
        trial.expect_close("dscores", run.part(1), _plain(run.case).dscores, run.case)


def _plain(case: Any) -> Any:
    return case.case if isinstance(case, InOrder) else case


@check("softmax_cross_entropy", zh="损失:正确类别的负对数概率,对整批取平均", weight=4)
def loss_is_right(trial: Trial) -> None:
    """The loss: minus the logarithm of the right class's probability, as a mean over the batch."""
    _expect_losses(trial, trial.once(losses, loss_cases))


@check("softmax_cross_entropy", zh="损失对分数的梯度", weight=6)
def dscores_is_right(trial: Trial) -> None:
    """The gradient of that by the scores."""
    _expect_dscores(trial, trial.once(losses, loss_cases))


@check("softmax_cross_entropy", zh="分数大到 10,000 时,损失依然正确", weight=4)
def loss_of_large_scores(trial: Trial) -> None:
    """The loss of scores up to 10,000."""
    _expect_losses(trial, trial.once(losses, large_cases))


@check("softmax_cross_entropy", zh="分数大到 10,000 时,梯度依然正确", weight=3)
def dscores_of_large_scores(trial: Trial) -> None:
    """The gradient at scores up to 10,000."""
    _expect_dscores(trial, trial.once(losses, large_cases))


@check("softmax_cross_entropy", zh="一个样本、两个类别、分数相等、第一类与最后一类", weight=2)
def losses_at_the_edges(trial: Trial) -> None:
    """One example, two classes, equal scores, the first and the last class."""
    runs = trial.once(losses, edge_cases)
    _expect_losses(trial, runs)
    _expect_dscores(trial, runs)


@check("softmax_cross_entropy", zh="不修改参数,不碰随机状态;内存不连续的数组也能用", requires=("loss_is_right",))
def loss_leaves_alone(trial: Trial) -> None:
    """Arguments and random state stay what they were; arrays need not be contiguous."""
    cases = trial.cases(loss_cases)
    for run in (*trial.once(losses, loss_cases), *trial.once(losses, large_cases)):
        trial.expect_unchanged("scores", run.case.scores, run.scores.value, run.case)
        trial.expect_unchanged("labels", run.case.labels, run.labels.value, run.case)
        _note_state(trial, run.states, run.case)
    laid = [
        _loss(trial.student, InOrder(case, layout), Laid(case.scores, layout), Laid(case.labels, layout))
        for case, layout in zip(cases, LAYOUTS, strict=False)
    ]
    _expect_losses(trial, laid)
    _expect_dscores(trial, laid)


# --- the dense layer: cases and answers -------------------------------------------------------

FLAT = ((5, 7, 3), (1, 4, 6), (6, 2, 1))
"""Examples, numbers in, numbers out."""
MAPS = ((4, 3, 2, 5, 6), (1, 2, 4, 3, 2), (3, 1, 1, 4, 3))
"""Examples, rows, columns, channels, numbers out."""


@dataclass(frozen=True)
class DenseCase:
    """A layer's parameters, an input, an upstream gradient, and what comes of them; and a second such pair."""

    weights: np.ndarray
    bias: np.ndarray
    x: np.ndarray
    out: np.ndarray
    dout: np.ndarray
    dx: np.ndarray
    dweights: np.ndarray
    dbias: np.ndarray

    def __str__(self) -> str:
        return f"x {' x '.join(map(str, self.x.shape))}, weights {' x '.join(map(str, self.weights.shape))}"


DenseCases = Callable[[np.random.Generator, ModuleType], tuple[DenseCase, ...]]


def flat_cases(rng: np.random.Generator, reference: ModuleType) -> tuple[DenseCase, ...]:
    """Rows of numbers."""
    return tuple(_dense_case(rng, reference, (n, inputs), outputs) for n, inputs, outputs in FLAT)


def map_cases(rng: np.random.Generator, reference: ModuleType) -> tuple[DenseCase, ...]:
    """Feature maps."""
    return tuple(_dense_case(rng, reference, tuple(shape), outputs) for *shape, outputs in MAPS)


def _dense_case(
    rng: np.random.Generator, reference: ModuleType, shape: tuple[int, ...], outputs: int
) -> DenseCase:
    weights, bias = rng.normal(size=(int(np.prod(shape[1:])), outputs)), rng.normal(size=(1, outputs))
    x, dout = rng.normal(size=shape), rng.normal(size=(shape[0], outputs))
    layer = reference.DenseLayer(weights, bias)
    out, dx = layer.forward(x), layer.backward(dout)
    return DenseCase(weights, bias, x, out, dout, dx, layer.dweights, layer.dbias)


@dataclass(frozen=True)
class Dense:
    """What a layer gave and set, what became of its arguments, and numpy's random state before and after."""

    case: Any
    out: Answer
    dx: Answer
    dweights: Answer
    dbias: Answer
    after: Mapping[str, Answer]
    states: tuple[Answer, Answer]


def denses(trial: Trial, build: DenseCases) -> tuple[Dense, ...]:
    """A new layer's forward and backward for every case."""
    return tuple(_dense(trial.student, case, case.x, case.dout) for case in trial.cases(build))


def _dense(student: Student, case: Any, x: Any, dout: Any) -> Dense:
    plain = _plain(case)
    kept = {"weights": plain.weights, "bias": plain.bias, "x": x, "dout": dout}
    stored = {name: student.store(value) for name, value in kept.items()}
    before = student.later.random_state()
    layer = student.new("DenseLayer", stored["weights"], stored["bias"])
    out, dx = layer.later.forward(stored["x"]), layer.later.backward(stored["dout"])
    after = {name: each.later.fetch() for name, each in stored.items()}
    gradients_set = layer.later.get("dweights"), layer.later.get("dbias")
    return Dense(case, out, dx, *gradients_set, after, (before, student.later.random_state()))


def _expect_parameter(trial: Trial, run: Dense, name: str) -> None:
    """The attribute that backward sets; where there is none, what backward raised tells more."""
    try:
        gradient = getattr(run, name).value
    except StudentFault as missing:
        raise run.dx.fault or missing from None
    trial.expect_close(name, gradient, getattr(_plain(run.case), name), run.case)


@check("dense", zh="前向:每个样本是一行,与权重相乘再加偏置", weight=3)
def dense_forward(trial: Trial) -> None:
    """forward: a row for each example, times the weights, plus the bias."""
    for run in trial.once(denses, flat_cases):
        trial.expect_close("out", run.out.value, run.case.out, run.case)


@check("dense", zh="前向:把特征图展平", weight=2)
def dense_forward_of_maps(trial: Trial) -> None:
    """forward of feature maps, which are flattened."""
    for run in trial.once(denses, map_cases):
        trial.expect_close("out", run.out.value, run.case.out, run.case)


@check("dense", zh="反向:权重的梯度 dweights", weight=4)
def dense_dweights(trial: Trial) -> None:
    """backward: dweights."""
    for run in (*trial.once(denses, flat_cases), *trial.once(denses, map_cases)):
        _expect_parameter(trial, run, "dweights")


@check("dense", zh="反向:偏置的梯度 dbias,形状 (1, M)", weight=3)
def dense_dbias(trial: Trial) -> None:
    """backward: dbias, of shape (1, M)."""
    for run in (*trial.once(denses, flat_cases), *trial.once(denses, map_cases)):
        _expect_parameter(trial, run, "dbias")


@check("dense", zh="反向:输入的梯度", weight=4)
def dense_dx(trial: Trial) -> None:
    """backward: the gradient of the input."""
    for run in trial.once(denses, flat_cases):
        trial.expect_close("dx", run.dx.value, run.case.dx, run.case)


@check("dense", zh="反向:特征图的梯度恢复原来的形状", weight=2)
def dense_dx_of_maps(trial: Trial) -> None:
    """backward of feature maps gives their shape back."""
    for run in trial.once(denses, map_cases):
        trial.expect_close("dx", run.dx.value, run.case.dx, run.case)


@check("dense", zh="每次调用都重新计算,两个层互不影响", requires=("dense_dweights",))
def dense_afresh(trial: Trial) -> None:
    """Every call starts afresh, and two layers share nothing."""
    case = trial.cases(flat_cases)[0]
    one, other = (trial.student.new("DenseLayer", case.weights, case.bias) for _ in range(2))
    one.later.forward(case.x[::-1], send=False)
    one.later.backward(case.dout * 2, send=False)
    one.later.forward(case.x, send=False)
    other.later.forward(case.x + 1, send=False)
    other.later.backward(case.dout + 1, send=False)
    one.later.backward(case.dout, send=False)
    again = one.later.backward(case.dout)
    after = {name: one.later.get(name) for name in ("dweights", "dbias")}
    trial.expect_close("dx of the second call", again.value, case.dx, case)
    for name, answer in after.items():
        trial.expect_close(f"{name} after the second call", answer.value, getattr(case, name), case)


@check("dense", zh="不修改参数、x 和 dout,不碰随机状态;内存不连续的数组也能用", requires=("dense_forward",))
def dense_leaves_alone(trial: Trial) -> None:
    """weights, bias, x, dout and random state stay what they were; arrays need not be contiguous."""
    for run in (*trial.once(denses, flat_cases), *trial.once(denses, map_cases)):
        for name, answer in run.after.items():
            trial.expect_unchanged(name, getattr(run.case, name), answer.value, run.case)
        _note_state(trial, run.states, run.case)
    laid = [InOrder(case, layout) for case, layout in zip(trial.cases(map_cases), LAYOUTS, strict=True)]
    for case in laid:
        run = _dense(trial.student, case, Laid(case.case.x, case.layout), Laid(case.case.dout, case.layout))
        trial.expect_close("out", run.out.value, case.case.out, case)
        _expect_parameter(trial, run, "dweights")
        trial.expect_close("dx", run.dx.value, case.case.dx, case)


# --- a network, and what it stands on ---------------------------------------------------------

OWN, STAND_INS = "own", "stand-ins"
NO_NETWORK = Text(
    "{what} should give an object with forward, backward and parameters, but it gives {kind}",
    "{what} 应当返回一个有 forward、backward 和 parameters 方法的对象,得到的却是 {kind}",
)
NO_PAIRS = Text(
    "parameters() should be a list of pairs (array, gradient), but {what} is {kind}",
    "parameters() 应当是由 (数组, 梯度) 组成的列表,而 {what} 是 {kind}",
)
OTHER_LIST = Text(
    "parameters() lists other arrays after a second backward: the list and its order must stay",
    "第二次 backward 之后,parameters() 列出的数组变了:列表及其顺序应当不变",
)
NO_PARAMETERS = Text("parameters() is empty: there is nothing to learn", "parameters() 是空的:没有可以学习的东西")


@dataclass(frozen=True)
class Pair:
    """A parameter and its gradient as they are now."""

    array: np.ndarray
    gradient: np.ndarray


def _stand_in(name: str, change: str = "") -> Companion:
    """What stands in for a module; ``change`` makes another one of it."""
    return name, (FOLDER / "kept" / f"{name}.py").read_text(encoding="utf-8") + f"\n{change}\n", ""


def on_stand_ins(trial: Trial) -> StudentObject:
    """The student's module once more, on top of stand-ins for all that it uses."""
    return trial.student.loaded_again(tuple(map(_stand_in, USED)))


def _built(trial: Trial, ground: str, seed: int) -> StudentObject | None:
    """A network on some ground, None (which is noted) where it is no object."""
    place = trial.student if ground == OWN else trial.once(on_stand_ins)
    return _as_network(trial, "build_network", place.build_network(np.random.default_rng(seed)))


def _as_network(trial: Trial, what: str, made: Any) -> StudentObject | None:
    if isinstance(made, StudentObject):
        return made
    trial.note(what, "", NO_NETWORK.format(what=what, kind=compare.kind_of(made)))
    return None


def _pairs_of(trial: Trial, network: StudentObject) -> tuple[Pair, ...] | None:
    """What ``parameters()`` lists, None (which is noted) where that is no list of pairs of like arrays."""
    listed = network.parameters()
    if type(listed) not in (list, tuple):
        trial.note("parameters()", "", NO_PAIRS.format(what="parameters()", kind=compare.kind_of(listed)))
        return None
    if not listed:
        trial.note("parameters()", "", NO_PARAMETERS)
        return None
    right = [_is_pair(trial, f"parameters()[{index}]", entry) for index, entry in enumerate(listed)]
    return tuple(Pair(*entry) for entry in listed) if all(right) else None


def _is_pair(trial: Trial, what: str, entry: Any) -> bool:
    if type(entry) not in (list, tuple) or len(entry) != 2:
        return trial.note(what, "", NO_PAIRS.format(what=what, kind=compare.kind_of(entry)))
    array, gradient = entry
    shape = array.shape if type(array) is np.ndarray else ()
    problem = compare.array_problem(f"{what}[0]", array, shape) or compare.array_problem(f"{what}[1]", gradient, shape)
    problem = problem or compare.finite_problem(f"{what}[0]", array) or compare.finite_problem(f"{what}[1]", gradient)
    return trial.note(what, "", problem, gradient)


class Arrays:
    """The arrays of a network's parameters, to be written into."""

    def __init__(self, network: StudentObject, values: Iterable[np.ndarray]) -> None:
        listed = network.later.parameters(keep=0, send=False)
        self.values = tuple(values)
        self._kept = [listed.part(index).part(0) for index in range(len(self.values))]

    def fill(self, values: Mapping[int, np.ndarray]) -> None:
        """Write into those that are named."""
        for index, value in values.items():
            self._kept[index].fill(value)

    def restore(self) -> None:
        """Write what they hold into all."""
        self.fill(dict(enumerate(self.values)))


# --- the gradient of a whole network ----------------------------------------------------------

ATTEMPTS = 3
"""How often other images and weights are tried where a gradient seems wrong."""
SPREAD = 0.1
"""How far parameters are moved away from where they begin: nothing is to lie on a kink, as a bias of 0 may."""
DIRECTIONS = 2
STEPS = (1e-6, 1e-7)
"""The longer the step, the less rounding counts; the shorter, the fewer kinks lie across it."""
WRONG_SLOPE = Text(
    "{what} does not match the slope of the network's own forward, measured by moving {moved} a little",
    "{what} 与网络自身前向传播的斜率不一致(斜率是把 {moved} 稍微移动后测得的)",
)
ALL = Text("all parameters at once", "全部参数")
ONE = Text("this array alone", "这一个数组")


@dataclass(frozen=True)
class Probe:
    """Where a network comes from, images, a random gradient of the scores, and where directions come from."""

    seed: int
    images: np.ndarray
    dscores: np.ndarray
    directions: int

    @property
    def count(self) -> int:
        """How many images."""
        return len(self.images)

    def __str__(self) -> str:
        return f"{self.count} images"


def probes(rng: np.random.Generator, reference: ModuleType | None) -> tuple[Probe, ...]:
    """One for each attempt."""
    return tuple(
        Probe(int(seed), rng.uniform(size=(size, 8, 8, 1)), rng.normal(size=(size, DIGITS)), int(directions))
        for size, (seed, directions) in enumerate(rng.integers(1 << 30, size=(ATTEMPTS, 2)), start=4)
    )


@dataclass(frozen=True)
class Noted:
    """What an attempt observed, and the fault it ended with, if any."""

    observations: tuple[Observation, ...]
    fault: StudentFault | None

    @property
    def right(self) -> bool:
        """Whether it came to its end and nothing is wrong."""
        return self.fault is None and all(each.problem is None for each in self.observations)

    def only(self, trial: Trial, *names: str) -> None:
        """Note those of these names; where there are none, whatever is wrong."""
        told = [each for each in self.observations if each.what.startswith(names)]
        trial.observations.extend(told or self.observations)
        if self.fault is not None and (not told or not trial.failed):
            raise self.fault


def _attempted(trial: Trial, attempt: Callable[[Trial], None]) -> Noted:
    aside, fault = Trial(trial.student, CaseBook(0, None)), None
    try:
        attempt(aside)
    except WorkerStopped:
        raise
    except StudentFault as raised:
        fault = raised
    return Noted(tuple(aside.observations), fault)


def gradient_on(trial: Trial, ground: str) -> Noted:
    """The whole gradient on some ground: of the first attempt that is right, or of the first of all."""
    tried: list[Noted] = []
    for probe in trial.cases(probes):
        tried.append(_attempted(trial, partial(_measure, ground, probe)))
        if tried[-1].right or tried[-1].fault is not None:
            break
    return tried[-1] if tried[-1].right else tried[0]


def ground_of(trial: Trial) -> str:
    """What the network is looked at on: stand-ins where its gradient is right there and not on the student's layers."""
    if not trial.once(gradient_on, OWN).right and trial.once(gradient_on, STAND_INS).right:
        return STAND_INS
    return OWN


WHOLE = "the gradient of all parameters"


def _measure(ground: str, probe: Probe, trial: Trial) -> None:
    """Note the gradient of one network, as a whole and array by array."""
    network = _built(trial, ground, probe.seed)
    if network is None or not _gives_scores(trial, network, probe):
        return
    network.later.backward(probe.dscores, send=False)
    first = _pairs_of(trial, network)
    if first is None:
        return
    arrays = _moved_away(network, [pair.array for pair in first], probe)
    arrays.restore()
    network.later.forward(probe.images, send=False)
    network.later.backward(probe.dscores, send=False)
    pairs = _pairs_of(trial, network)
    if pairs is None or not trial.note("parameters()", probe, _listed_otherwise(pairs, arrays)):
        return
    _note_slopes(trial, network, arrays, [pair.gradient for pair in pairs], probe)


def _listed_otherwise(pairs: tuple[Pair, ...], arrays: Arrays) -> Text | None:
    same = [pair.gradient.shape for pair in pairs] == [value.shape for value in arrays.values]
    return None if same else OTHER_LIST


def _gives_scores(trial: Trial, network: StudentObject, probe: Probe) -> bool:
    scores = network.forward(probe.images)
    problem = compare.array_problem("scores", scores, probe.dscores.shape) or compare.finite_problem("scores", scores)
    return trial.note("scores", probe, problem, scores)


@dataclass(frozen=True)
class Direction:
    """A way to move some arrays, and the slope that their gradients claim."""

    what: str
    moved: Text
    parts: Mapping[int, np.ndarray]
    claimed: float


def _directions(gradient: list[np.ndarray], rng: np.random.Generator) -> Iterator[Direction]:
    """Some that move everything, then one for each array."""
    for _ in range(DIRECTIONS):
        parts = {index: rng.normal(size=each.shape) for index, each in enumerate(gradient)}
        yield Direction(WHOLE, ALL, parts, sum(gradients.along(gradient[index], part) for index, part in parts.items()))
    for index, each in enumerate(gradient):
        part = rng.normal(size=each.shape)
        what = f"the gradient of parameters()[{index}], of shape {each.shape},"
        yield Direction(what, ONE, {index: part}, gradients.along(each, part))


def _note_slopes(
    trial: Trial,
    network: StudentObject,
    arrays: Arrays,
    gradient: list[np.ndarray],
    probe: Probe,
) -> None:
    directions = list(_directions(gradient, np.random.default_rng(probe.directions + 1)))
    agreed: set[int] = set()
    for eps in STEPS:
        left = [number for number in range(len(directions)) if number not in agreed]
        answers = {number: _either_side(network, arrays, directions[number], probe.images, eps) for number in left}
        for number, (ahead, behind) in answers.items():
            rise = _weighted(ahead, probe) - _weighted(behind, probe)
            if gradients.agrees(directions[number].claimed, rise / (2 * eps)):
                agreed.add(number)
    for number, each in enumerate(directions):
        problem = None if number in agreed else WRONG_SLOPE.format(what=each.what, moved="{moved}")
        filled = problem and Text(problem.en.format(moved=each.moved.en), problem.zh.format(moved=each.moved.zh))
        trial.note(each.what, probe, filled, np.asarray(each.claimed), kind=Kind.SLOPE)


def _either_side(
    network: StudentObject, arrays: Arrays, direction: Direction, images: np.ndarray, eps: float
) -> tuple[Answer, Answer]:
    """The scores a little ahead along the direction, and a little behind."""

    def scores(step: float) -> Answer:
        arrays.fill({index: arrays.values[index] + step * part for index, part in direction.parts.items()})
        return network.later.forward(images)

    both = scores(eps), scores(-eps)
    arrays.fill({index: arrays.values[index] for index in direction.parts})
    return both


def _weighted(answer: Answer, probe: Probe) -> float:
    return gradients.weighted_sum(answer.value, probe.dscores)


# --- which earlier module is wrong ------------------------------------------------------------

TROUBLE = Text(
    "the trouble lies in {modules}: mend it there (autograder check {first})",
    "问题出在 {modules}:请在那里改正(autograder check {first})",
)
CALLED_BY_ITSELF = Text("{file}: {what}, called by itself, {problem}", "{file}:单独调用时,{what} {problem}")
GIVES_WRONG = Text("gives a wrong {name}", "给出的 {name} 不对")
SETS_WRONG = Text("sets a wrong {name}", "设置的 {name} 不对")
RAISES = Text("raises {error}", "抛出了 {error}")
ELSEWHERE = Text(
    "on top of layers that are known to be right the same network is right, and on top of your own it is not: look for "
    "the mistake in DenseLayer, conv_im2col.py, max_pooling.py, mean_pooling.py and normalization.py",
    "把同一个网络放在已知正确的层上,它是对的;放在你自己的层上却不对:"
    "请在 DenseLayer、conv_im2col.py、max_pooling.py、mean_pooling.py 与 normalization.py 里找错误",
)


@dataclass(frozen=True)
class LayerCase:
    """A layer of an earlier module, an input, an upstream gradient, and what must come of them."""

    module: str
    kind: str
    args: tuple[Any, ...]
    x: np.ndarray
    dout: np.ndarray
    out: np.ndarray
    din: np.ndarray
    attributes: Mapping[str, np.ndarray]

    @property
    def name(self) -> str:
        """The class, as a check calls it."""
        return self.kind if self.module == NAME else f"{self.module}.{self.kind}"


def layer_cases(rng: np.random.Generator, reference: ModuleType) -> tuple[LayerCase, ...]:
    """A few of each layer that a network may be made of."""

    def case(module: str, kind: str, args: tuple[Any, ...], shape: tuple[int, ...], *names: str) -> LayerCase:
        layer = getattr(reference, kind)(*args)
        x = gradients.distinct(rng, shape)
        out = layer.forward(x)
        dout = rng.normal(size=out.shape)
        din = layer.backward(dout)
        return LayerCase(module, kind, args, x, dout, out, din, {name: getattr(layer, name) for name in names})

    def filters(inputs: int, outputs: int) -> tuple[np.ndarray, np.ndarray]:
        return rng.normal(size=(inputs, outputs)), rng.normal(size=(1, outputs))

    def scales(features: int) -> tuple[np.ndarray, np.ndarray]:
        return rng.normal(size=features), rng.normal(size=features)

    conv, norm = ("dweights", "dbias"), ("dgamma", "dbeta")
    return (
        case("conv_im2col", "ConvLayer", (*filters(9, 4), (3, 3), 1, 1), (3, 8, 8, 1), *conv),
        case("conv_im2col", "ConvLayer", (*filters(18, 3), (3, 3), 1, 0), (2, 6, 5, 2), *conv),
        case("max_pooling", "MaxPoolingLayer", ((2, 2), 2), (3, 8, 8, 2)),
        case("max_pooling", "MaxPoolingLayer", ((3, 2), 1), (2, 5, 7, 3)),
        case("mean_pooling", "MeanPoolingLayer", ((2, 2), 2), (3, 8, 8, 2)),
        case("mean_pooling", "MeanPoolingLayer", ((3, 2), 1), (2, 5, 7, 3)),
        case("normalization", "ReluLayer", (), (4, 5)),
        case("normalization", "ReluLayer", (), (2, 3, 4, 2)),
        case("normalization", "BatchNormLayer", scales(3), (4, 5, 3, 3), *norm),
        case("normalization", "BatchNormLayer", scales(4), (6, 4), *norm),
        case(NAME, "DenseLayer", filters(12, 5), (4, 12), *conv),
        case(NAME, "DenseLayer", filters(12, 3), (3, 2, 2, 3), *conv),
    )


def troubles(trial: Trial) -> tuple[tuple[str, Text], ...]:
    """The earlier modules in use that are wrong by themselves, each with the first thing that is wrong in it."""
    used = {NAME, *(PARTS[part][0] for part in trial.once(used_parts))}
    found: dict[str, Text] = {}
    for case in trial.cases(layer_cases):
        if case.module in used - found.keys():
            said = _wrong_in(trial, case)
            if said is not None:
                found[case.module] = said
    return tuple(found.items())


def _wrong_in(trial: Trial, case: LayerCase) -> Text | None:
    """What is wrong with one layer, in words."""
    layer = trial.student.new(case.name, *case.args)
    answers = [
        ("forward", GIVES_WRONG, "out", layer.later.forward(case.x), case.out),
        ("backward", GIVES_WRONG, "din", layer.later.backward(case.dout), case.din),
        ("backward", GIVES_WRONG, "din of the second call", layer.later.backward(case.dout), case.din),
        *(("backward", SETS_WRONG, name, layer.later.get(name), right) for name, right in case.attributes.items()),
    ]
    for method, wrong, name, answer, right in answers:
        if answer.fault is not None:
            problem = RAISES.format(error=answer.fault)
        elif compare.closeness_problem(name, answer.value, right) is not None:
            problem = wrong.format(name=name)
        else:
            continue
        text = CALLED_BY_ITSELF.format(file=f"{case.module}.py", what=f"{case.kind}.{method}", problem="{problem}")
        return Text(text.en.format(problem=problem.en), text.zh.format(problem=problem.zh))
    return None


def _trouble_beside(trial: Trial) -> Text | None:
    """Which earlier modules are wrong by themselves; None where none is seen to be."""
    found = trial.once(troubles)
    if not found:
        return None
    first = found[0][0]
    return Text(
        TROUBLE.en.format(modules="; ".join(text.en for _, text in found), first=first),
        TROUBLE.zh.format(modules=";".join(text.zh for _, text in found), first=first),
    )


PARTS = {
    "convolution": ("conv_im2col", "SEED = 10"),
    "max pooling": ("max_pooling", "SEED = 20"),
    "mean pooling": ("mean_pooling", "SEED = 30"),
    "ReLU": ("normalization", "RELU = 4.0"),
    "batch normalisation": ("normalization", "BATCH_NORM = 2.0"),
}
"""What a network may be made of: the module, and what makes another stand-in of it."""


def used_parts(trial: Trial) -> frozenset[str]:
    """The ``PARTS`` of the network: with another stand-in in its place, the network gives other scores.

    All of them where the network cannot do with stand-ins: then nobody knows.
    """
    probe = trial.cases(probes)[0]
    base = _scores_of(trial.once(on_stand_ins), probe)
    return frozenset(
        part for part, change in PARTS.items() if not _same_scores(base, _scores_of(_changed(trial, *change), probe))
    )


def _changed(trial: Trial, module: str, change: str) -> StudentObject:
    """The student's module on stand-ins, one of which is another than usual."""
    return trial.student.loaded_again(tuple(_stand_in(name, change if name == module else "") for name in USED))


def _scores_of(place: StudentObject, probe: Probe) -> Any:
    """What a network of this place says of the images; None where it raises or is none."""
    try:
        network = place.build_network(np.random.default_rng(probe.seed))
        network.forward(probe.images)
        network.backward(probe.dscores)
        _moved_away(network, [array for array, _ in network.parameters()], probe).restore()
        return network.forward(probe.images)
    except WorkerStopped:
        raise
    except (AttributeError, TypeError, ValueError, StudentFault):  # no network, or no list of pairs of arrays
        return None


def _moved_away(network: StudentObject, values: Iterable[np.ndarray], probe: Probe) -> Arrays:
    """The network's arrays with values somewhat different from these, the same for the same probe."""
    rng = np.random.default_rng(probe.directions)
    return Arrays(network, [value + SPREAD * rng.normal(size=value.shape) for value in values])


def _same_scores(one: Any, other: Any) -> bool:
    both = type(one) is np.ndarray and type(other) is np.ndarray and one.shape == other.shape
    return both and np.array_equal(one, other)


# --- network_gradient: the checks -------------------------------------------------------------


@check("network_gradient", zh="前向给出 (N, 10) 的分数;相同的图像与参数,分数相同", weight=3)
def scores_of_images(trial: Trial) -> None:
    """forward gives (N, 10) scores, the same for the same images and parameters."""
    first, second = trial.cases(probes)[:2]
    network = _built(trial, trial.once(ground_of), first.seed)
    if network is not None and _gives_scores(trial, network, first) and _gives_scores(trial, network, second):
        before, _, after = [network.later.forward(each.images) for each in (first, second, first)]
        trial.expect_close("scores of the same images once more", after.value, before.value, first)


@check("network_gradient", zh="沿任意方向移动全部参数,梯度都与网络自身前向的斜率一致", weight=10)
def whole_gradient(trial: Trial) -> None:
    """The gradient of all parameters is the slope of the network's own forward, along any direction."""
    trial.once(gradient_on, trial.once(ground_of)).only(trial, WHOLE)


@check("network_gradient", zh="每一个参数数组的梯度", weight=6)
def gradient_of_each_parameter(trial: Trial) -> None:
    """The gradient of every parameter by itself."""
    trial.once(gradient_on, trial.once(ground_of)).only(trial, "the gradient of parameters()[")


NOT_YOUR_LAYERS = Text(
    "build_network does not use your {what}: a stand-in in its place changes nothing",
    "build_network 没有用到你的 {what}:换成别的实现,结果没有变化",
)
NEEDED = (
    (Text("convolution (conv_im2col.py)", "卷积(conv_im2col.py)"), {"convolution"}),
    (Text("batch normalisation (normalization.py)", "批归一化(normalization.py)"), {"batch normalisation"}),
    (
        Text("pooling (max_pooling.py or mean_pooling.py)", "池化(max_pooling.py 或 mean_pooling.py)"),
        {"max pooling", "mean pooling"},
    ),
)


@check("network_gradient", zh="在你自己的层之上,整个网络的梯度也对", weight=2)
def gradient_on_own_layers(trial: Trial) -> None:
    """The whole gradient is right on top of your own layers, too."""
    noted = trial.once(gradient_on, OWN)
    trouble = _trouble_beside(trial) if trial.once(ground_of) == STAND_INS else None
    if trouble is not None:
        trial.note("your own layers", "", trouble)
    elif noted.fault is None and trial.once(ground_of) == STAND_INS:
        trial.note("your own layers", "", ELSEWHERE)
    else:
        noted.only(trial, WHOLE)


@check("network_gradient", zh="网络由你自己的卷积、池化与批归一化组成", weight=2, requires=("scores_of_images",))
def built_of_own_layers(trial: Trial) -> None:
    """The network is built of your own convolution, pooling and batch normalisation."""
    used = trial.once(used_parts)
    for what, parts in NEEDED:
        text = Text(NOT_YOUR_LAYERS.en.format(what=what.en), NOT_YOUR_LAYERS.zh.format(what=what.zh))
        trial.note("your own layers", "", None if used & parts else text)


def fresh_network(trial: Trial) -> tuple[StudentObject, tuple[Pair, ...]] | None:
    """A network that has gone forward and backward once, with what it lists; None (which is noted) where it fails."""
    probe = trial.cases(probes)[0]
    network = _built(trial, trial.once(ground_of), probe.seed)
    if network is None or not _gives_scores(trial, network, probe):
        return None
    network.later.backward(probe.dscores, send=False)
    pairs = _pairs_of(trial, network)
    return (network, pairs) if pairs is not None else None


COPIES = Text(
    "parameters() gives copies: what is written into its arrays changes nothing in the network",
    "parameters() 给出的是副本:改写其中的数组,网络不受影响",
)
NOT_LISTED = Text(
    "{what} of a layer is not among parameters(): nobody can train it",
    "有一层的 {what} 不在 parameters() 里:它无法得到训练",
)
LEARNED_BY = {"ConvLayer": ("weights", "bias"), "BatchNormLayer": ("gamma", "beta")}


@check("network_gradient", zh="parameters() 列出各层全部参数的数组本身,连同形状相同的梯度", weight=4)
def parameters_listed(trial: Trial) -> None:
    """parameters() lists the arrays of every layer themselves, with gradients of the same shapes."""
    made = fresh_network(trial)
    if made is None:
        return
    network, pairs = made
    probe = trial.cases(probes)[0]
    before = network.later.forward(probe.images)
    _moved_away(network, [pair.array for pair in pairs], probe).restore()
    after = network.later.forward(probe.images)
    trial.note("parameters()", "", COPIES if _same_scores(before.value, after.value) else None)
    for what, listed in _listed(trial).items():
        trial.note(what, "", None if listed else NOT_LISTED.format(what=what))


def _listed(trial: Trial) -> dict[str, bool]:
    """For each kind of parameter of the layers that a network on stand-ins has: whether all of them are listed.

    Every array that is listed is filled with a large number; an array that is not listed keeps its own.
    """
    place = trial.student.loaded_again(tuple(map(_stand_in, USED)))
    probe = trial.cases(probes)[0]
    try:
        network = place.build_network(np.random.default_rng(probe.seed))
        network.forward(probe.images)
        network.backward(probe.dscores)
        pairs = _pairs_of(Trial(trial.student, CaseBook(0, None)), network) or ()
        Arrays(network, (np.full(pair.array.shape, LARGE) for pair in pairs)).restore()
        return {
            f"{kind}.{name}": all(map(_is_filled, _values(place, kind, name)))
            for kind, names in LEARNED_BY.items()
            for name in names
        }
    except WorkerStopped:
        raise
    except (AttributeError, StudentFault):  # a network that stand-ins do not fit
        return {}


def _values(place: StudentObject, kind: str, name: str) -> list[Any]:
    """What the layers of this kind hold that have gone backward."""
    layers = place.later.get(kind).value.later.get("at_work").value
    return [layers.part(index).get(name) for index in range(layers.__len__())]


LARGE = 1000.5


def _is_filled(value: Any) -> bool:
    return type(value) is np.ndarray and bool((value == LARGE).all())


@check("network_gradient", zh="每次 backward 都重新计算梯度,不会累加", weight=3)
def network_afresh(trial: Trial) -> None:
    """Every backward sets the gradients afresh: nothing is added to what an earlier one left."""
    made = fresh_network(trial)
    if made is None:
        return
    network, pairs = made
    first, second = trial.cases(probes)[:2]
    network.later.backward(first.dscores, send=False)
    once_more = network.later.parameters()
    network.later.forward(second.images, send=False)
    network.later.backward(second.dscores, send=False)
    network.later.forward(first.images, send=False)
    network.later.backward(first.dscores, send=False)
    in_between = network.later.parameters()
    for when, answer in (("a second backward", once_more), ("other images in between", in_between)):
        for index, (pair, entry) in enumerate(zip(pairs, answer.value, strict=True)):
            trial.expect_close(f"the gradient of parameters()[{index}] after {when}", entry[1], pair.gradient, first)


SEEDS_DIFFER = Text(
    "two networks of equal generators begin with different parameters: draw from rng alone",
    "两个相同的 rng 得到的网络初始参数不同:请只从 rng 取随机数",
)
SEEDS_AGREE = Text(
    "networks of different generators begin with the same parameters: draw the weights from rng",
    "不同的 rng 得到的网络初始参数相同:权重应当从 rng 取得",
)
SAME_NUMBERS = Text(
    "all weights of an array begin with the same number: then all filters learn the same",
    "同一个数组里的权重一开始全都相同:这样所有卷积核学到的东西都一样",
)
SHARED = Text(
    "two networks share arrays: make new ones in build_network", "两个网络共用数组:build_network 应当新建数组"
)


@check("network_gradient", zh="初始权重只取决于 rng,两个网络互不影响", weight=2)
def networks_from_generators(trial: Trial) -> None:
    """The first weights depend on rng alone, and two networks share nothing."""
    before = trial.student.later.random_state()
    seeds = [probe.seed for probe in trial.cases(probes)[:2]]
    ground = trial.once(ground_of)
    networks = [_built(trial, ground, seed) for seed in (seeds[0], seeds[0], seeds[1])]
    states = before, trial.student.later.random_state()
    listed = [_seen(trial, network) for network in networks if network is not None]
    if len(listed) < len(networks) or any(each is None for each in listed):
        return
    one, same, other = ([pair.array for pair in each or ()] for each in listed)
    trial.note("equal generators", "", None if _equal(one, same) else SEEDS_DIFFER)
    trial.note("different generators", "", SEEDS_AGREE if _equal(one, other) else None)
    matrices = [array for array in one if array.ndim > 1 and min(array.shape) > 1]
    trial.note("weights", "", SAME_NUMBERS if any(np.ptp(each) == 0 for each in matrices) else None)
    _note_state(trial, states)
    Arrays(networks[0], (np.full(array.shape, 7.0) for array in one)).restore()
    after = _pairs_of(trial, networks[1])
    trial.note("two networks", "", None if after and _equal(same, [pair.array for pair in after]) else SHARED)


def _seen(trial: Trial, network: StudentObject) -> tuple[Pair, ...] | None:
    """What a network lists after a forward and a backward."""
    probe = trial.cases(probes)[0]
    network.later.forward(probe.images, send=False)
    network.later.backward(probe.dscores, send=False)
    return _pairs_of(trial, network)


def _equal(one: list[np.ndarray], other: list[np.ndarray]) -> bool:
    return len(one) == len(other) and all(map(np.array_equal, one, other))


# --- accuracy: cases and the training ---------------------------------------------------------

STEPS_OF_ACCURACY = (80, 90, 95, 97)
"""In percent; the reference and all right networks that were tried read more than the last with every seed."""
CHANCE = 0.6
"""What no network reads by chance, though weights that nobody has trained may guess some digits."""
AGREE = 0.9
"""What share of the images ``predict`` and the scores read alike: a network may normalise differently in the two."""


@dataclass(frozen=True)
class Lesson:
    """Images and labels to learn from and to be tried on; labels are in a secret order, and so are the images."""

    images: np.ndarray
    labels: np.ndarray
    kept_images: np.ndarray
    kept_labels: np.ndarray
    seed: int

    @property
    def count(self) -> int:
        """How many images a network is tried on."""
        return len(self.kept_labels)

    def __str__(self) -> str:
        return f"{self.count} images kept back"

    def accuracy(self, digits: Any) -> float:
        """The share of kept images that are read rightly."""
        return float(np.mean(np.asarray(digits) == self.kept_labels))


def lesson(rng: np.random.Generator, reference: ModuleType | None) -> Lesson:
    """What a network learns in this run."""
    images, labels = _read("data/digits.npz")
    kept_images, kept_labels = _read("kept/kept_back.npz")
    names, order = rng.permutation(DIGITS), rng.permutation(len(labels))
    return Lesson(images[order], names[labels[order]], kept_images, names[kept_labels], int(rng.integers(1 << 30)))


def _read(path: str) -> tuple[np.ndarray, np.ndarray]:
    with np.load(FOLDER / path, allow_pickle=False) as file:
        return np.true_divide(file["images"], 16), np.array(file["labels"], dtype=int)


@dataclass(frozen=True)
class Trained:
    """A trained network and what it reads, what became of the arguments, numpy's random state before and after."""

    network: StudentObject
    digits: Any
    scores: Any
    images: Answer
    labels: Answer
    states: tuple[Answer, Answer]


def trained(trial: Trial) -> Trained | Noted:
    """The one training of a submission."""
    given, student = trial.cases(lesson), trial.student
    images, labels = student.store(given.images), student.store(given.labels)
    before = student.later.random_state()
    made = student.train(images, labels, np.random.default_rng(given.seed))
    states = before, student.later.random_state()
    aside = Trial(student, CaseBook(0, None))
    network = _as_network(aside, "train", made)
    if network is None:
        return Noted(tuple(aside.observations), None)
    digits, scores = student.later.predict(network, given.kept_images), network.later.forward(given.kept_images)
    return Trained(network, digits.value, scores.value, images.later.fetch(), labels.later.fetch(), states)


def _attended(trial: Trial, act: Callable[[], T]) -> T | None:
    """What ``act`` gives; what is raised in a layer that is wrong by itself is noted as that layer's."""
    try:
        return act()
    except WorkerStopped:
        raise
    except StudentFault as fault:
        trouble = _trouble_beside(trial) if fault.file or fault.unfinished else None
        if trouble is None:
            raise
        trial.note("a layer", "", trouble, fault, kind=Kind.FAULT)
        return None


def _trained(trial: Trial) -> Trained | None:
    """The trained network; None (which is noted) where ``train`` gives none."""
    result = _attended(trial, lambda: trial.once(trained))
    if isinstance(result, Noted):
        result.only(trial)
        return None
    return result


def _expect_digits(trial: Trial, what: str, digits: Any, case: Probe | Lesson) -> bool:
    """``digits`` are as many ints from 0 to 9 as the case has images."""
    count = case.count
    problem = compare.array_problem(what, digits, (count,), "integer")
    if problem is None and not ((digits >= 0) & (digits < DIGITS)).all():
        problem = NO_DIGITS.format(what=what)
    return trial.note(what, case, problem, digits, kind=Kind.SHAPE, expected=(count,))


NO_DIGITS = Text("{what} holds numbers that are no digits", "{what} 里有不是 0 到 9 的数")
NOT_THE_HIGHEST = Text(
    "predict does not give the digit with the highest score for most images",
    "对多数图像,predict 给出的不是分数最高的数字",
)
ANOTHER_NETWORK = Text(
    "train gives another network than build_network builds: their parameters differ in number or shape",
    "train 返回的网络与 build_network 建的不是同一种:参数的个数或形状不同",
)
NOT_FROM_PARAMETERS = Text(
    "with every parameter at 0 the network still reads {share:.1%} rightly: what it knows must be in its parameters",
    "把全部参数置 0 之后,网络仍能读对 {share:.1%}:它学到的东西应当在参数里",
)
KNOWS_BEFORE = Text(
    "a network that nobody has trained reads {share:.1%} rightly: it must learn from the images it is given",
    "没有训练过的网络就能读对 {share:.1%}:它应当从给它的图像中学习",
)
TOO_FEW = Text(
    "the network reads {share:.1%} of the images kept back rightly; this step needs {needed} %",
    "留出的图像中,网络读对 {share:.1%};这一档需要 {needed} %",
)
AS_BY_CHANCE = Text(
    ": no better than by chance. Does the loss fall while it learns, and do the arrays of the network change?",
    ":与随机猜测差不多。训练时损失在下降吗?网络里的数组真的改变了吗?",
)
LEARNS_SLOWLY = Text(
    ". Watch the loss: does it fall to nearly 0, or is it still falling at the end?",
    "。请观察损失:它降到接近 0 了吗?还是到最后仍在下降?",
)
ALSO = Text(". Besides, {trouble}", "。另外,{trouble}")


# --- accuracy: the checks ---------------------------------------------------------------------


ANSWERS, READS = ("a_digit_for_each_image",), ("read_by_the_network",)


@check("accuracy", zh="predict 对 N 张图像给出 N 个 0 到 9 的整数", weight=3)
def a_digit_for_each_image(trial: Trial) -> None:
    """predict gives an int from 0 to 9 for each image."""
    for probe in trial.cases(probes):
        network = _attended(trial, lambda probe=probe: _built(trial, OWN, probe.seed))
        if network is None:
            return
        digits = _attended(trial, lambda network=network, probe=probe: trial.student.predict(network, probe.images))
        if not trial.failed:
            _expect_digits(trial, "predict(network, images)", digits, probe)


@check("accuracy", zh="答案来自训练过的参数,而不是背下来的", weight=4, requires=ANSWERS, costly=True)
def read_by_the_network(trial: Trial) -> None:
    """Answers come from the parameters that were trained, not from a table."""
    result, given = _trained(trial), trial.cases(lesson)
    if result is None or not _expect_digits(trial, "predict(network, images)", result.digits, given):
        return
    problem = compare.array_problem("scores", result.scores, (len(given.kept_labels), DIGITS))
    if trial.note("scores", "", problem or compare.finite_problem("scores", result.scores)):
        alike = float(np.mean(result.scores.argmax(axis=1) == result.digits))
        trial.note("predict(network, images)", "", None if alike >= AGREE else NOT_THE_HIGHEST)
    new = trial.student.build_network(np.random.default_rng(given.seed))
    untrained = given.accuracy(trial.student.predict(new, given.kept_images))
    trial.note("untrained", "", None if untrained <= CHANCE else KNOWS_BEFORE.format(share=untrained))
    trial.note("network", "", None if _is_built(trial, result.network, new) else ANOTHER_NETWORK)
    emptied = _accuracy_of_nothing(trial, result.network, given)
    trial.note("parameters at 0", "", None if emptied <= CHANCE else NOT_FROM_PARAMETERS.format(share=emptied))


def _is_built(trial: Trial, network: StudentObject, new: Any) -> bool:
    """Whether the trained network has the parameters of one that ``build_network`` builds."""
    probe = trial.cases(probes)[0]
    new.later.forward(probe.images, send=False)
    new.later.backward(probe.dscores, send=False)
    listed = [_pairs_of(trial, each) or () for each in (network, new)]
    trained, built = ([pair.array.shape for pair in pairs] for pairs in listed)
    return trained == built


def _accuracy_of_nothing(trial: Trial, network: StudentObject, given: Lesson) -> float:
    """What the trained network reads once its parameters hold nothing; they are put back."""
    pairs = _pairs_of(trial, network)
    if pairs is None:
        return 1.0
    arrays = Arrays(network, (pair.array for pair in pairs))
    arrays.fill({index: np.zeros_like(pair.array) for index, pair in enumerate(pairs)})
    digits = trial.student.later.predict(network, given.kept_images)
    arrays.restore()
    return given.accuracy(digits.value)


@check("accuracy", zh="训练不修改图像与标签,只用传入的 rng", requires=ANSWERS, costly=True)
def training_leaves_alone(trial: Trial) -> None:
    """Training leaves images and labels as they are, and draws from rng alone."""
    result, given = _trained(trial), trial.cases(lesson)
    if result is not None:
        trial.expect_unchanged("images", given.images, result.images.value)
        trial.expect_unchanged("labels", given.labels, result.labels.value)
        _note_state(trial, result.states)


def _expect_accuracy(trial: Trial, percent: int) -> None:
    result, given = _trained(trial), trial.cases(lesson)
    if result is None:
        return
    share = given.accuracy(result.digits)
    right = share >= percent / 100
    trial.note("accuracy", f"{percent} %", None if right else _too_few(trial, share, percent))


def _too_few(trial: Trial, share: float, percent: int) -> Text:
    text = compare.joined(TOO_FEW.format(share=share, needed=percent), AS_BY_CHANCE if share < 0.3 else LEARNS_SLOWLY)
    trouble = _trouble_beside(trial)
    if trouble is None:
        return text
    return compare.joined(text, Text(ALSO.en.format(trouble=trouble.en), ALSO.zh.format(trouble=trouble.zh)))


@check("accuracy", zh="读对 80 %", weight=6, requires=READS, costly=True)
def reads_80_percent(trial: Trial) -> None:
    """80 % of the images kept back are read rightly."""
    _expect_accuracy(trial, 80)


@check("accuracy", zh="读对 90 %", weight=5, requires=READS, costly=True)
def reads_90_percent(trial: Trial) -> None:
    """90 % of the images kept back are read rightly."""
    _expect_accuracy(trial, 90)


@check("accuracy", zh="读对 95 %", weight=5, requires=READS, costly=True)
def reads_95_percent(trial: Trial) -> None:
    """95 % of the images kept back are read rightly."""
    _expect_accuracy(trial, 95)


@check("accuracy", zh="读对 97 %", weight=6, requires=READS, costly=True)
def reads_97_percent(trial: Trial) -> None:
    """97 % of the images kept back are read rightly."""
    _expect_accuracy(trial, 97)
