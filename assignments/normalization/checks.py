"""The checks that marks come from. Inputs are random, from the run's secret seed.

Each exercise is marked on its own. Before ``backward`` is asked for, the student's own forward runs (whatever it may
raise, for it may store more than it has to) and then the attributes that the exercise names are set to what they have
to be; where that does not do, a layer is asked that has only those attributes and has seen no forward. So a wrong
forward costs nothing here.

The gradient of batch normalisation reaches its input straight, through the mean and through the variance. The three
parts stand at right angles to each other, so each can be told from the answer and counts by itself.

What several checks read is asked for once, in few frames, and kept with the worker (``Trial.once``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from types import ModuleType
from typing import Any

import numpy as np

from autograder import compare, gradients
from autograder.errors import StudentFault, WorkerStopped
from autograder.facts import Facts, factors, regions
from autograder.model import Kind, Observation, Text
from autograder.protocol import Laid
from autograder.registry import check, probe
from autograder.student import Answer, StudentObject
from autograder.trial import CaseBook, Trial

LAYOUTS = ("F", "strided", "reversed")
"""How the arrays of the first cases lie in memory, where that is what is checked."""
RANDOM_STATE_CHANGED = Text(
    "numpy's global random state was changed: nothing here draws random numbers",
    "numpy 的全局随机状态被改变了:这里不需要随机数",
)
CLOSE = 1e-9
"""How far an answer may be off, beside the largest number that it could hold: room for another order of summation.

Sums of m numbers are good to m * 1e-16 of the largest, and no case sums more than a hundred.
"""
CLOSE_FAR_FROM_0 = 1e-6
"""The same where values lie a million standard deviations away from 0.

Such a number holds its last digit to 1e-10 of a standard deviation, and so does, times the m of the sum, a mean of
them: whoever centres first, in one pass or in two, is right to 1e-8. The mean of the squares less the square of the
mean is the difference of two numbers near 1e12 that are good to 1e-4, and right to one digit if any.
"""


def _note_state(trial: Trial, states: tuple[Answer, Answer], case: object) -> None:
    """Note whether numpy's global random state was the same before and after."""
    before, after = states
    trial.note("random state", case, None if before.value == after.value else RANDOM_STATE_CHANGED)


def _note_unchanged(trial: Trial, case: Any, after: dict[str, Answer]) -> None:
    for name, array in after.items():
        trial.expect_unchanged(name, getattr(case, name), array.value, case)


def _sizes(shape: tuple[int, ...]) -> str:
    return f"x {' x '.join(map(str, shape))}" if len(shape) > 1 else f"x of {shape[0]} numbers"


@dataclass(frozen=True)
class InOrder:
    """A case whose arrays lie in some memory order."""

    case: Any
    layout: str

    def facts(self, what: str) -> Facts:
        """Those of the case."""
        facts: Facts = self.case.facts(what)
        return facts

    def __str__(self) -> str:
        return f"{self.case}, {self.layout}"


# --- one way of asking, or another ------------------------------------------------------------

AFTER_FORWARD, ALONE = "after forward", "alone"
"""Ways of asking for a backward: see the top of this file."""
WAYS = (AFTER_FORWARD, ALONE)


@dataclass(frozen=True)
class Noted:
    """What an attempt observed, and the fault it ended with, if any."""

    observations: tuple[Observation, ...]
    fault: StudentFault | None

    @property
    def right(self) -> bool:
        """Whether it came to its end and nothing is wrong."""
        return self.fault is None and all(each.problem is None for each in self.observations)


def _attempted(trial: Trial, attempt: Callable[[Trial], None]) -> Noted:
    aside, fault = Trial(trial.student, CaseBook(0, None)), None
    try:
        attempt(aside)
    except WorkerStopped:
        raise
    except StudentFault as raised:
        fault = raised
    return Noted(tuple(aside.observations), fault)


def _first_right(trial: Trial, attempts: Iterable[Callable[[Trial], None]]) -> None:
    """Note what the first attempt that is all right observes; where none is, what the first one of all does."""
    tried: list[Noted] = []
    for attempt in attempts:
        tried.append(_attempted(trial, attempt))
        if tried[-1].right:
            break
    told = tried[-1] if tried[-1].right else tried[0]
    trial.observations.extend(told.observations)
    if told.fault is not None:
        raise told.fault


# --- the ReLU: cases --------------------------------------------------------------------------


@dataclass(frozen=True)
class ReluCase:
    """An input, what its forward gives and stores, a random upstream gradient and what comes of it."""

    x: np.ndarray
    out: np.ndarray
    mask: np.ndarray
    dout: np.ndarray
    dx: np.ndarray

    @property
    def turned(self) -> ReluCase:
        """The same in reverse order: other data of the same shape to mix this up with."""
        return ReluCase(*map(np.flip, (self.x, self.out, self.mask, self.dout, self.dx)))

    def facts(self, what: str) -> Facts:
        """What to say of a wrong array."""
        masks = {"positive": self.x > 0, "negative": self.x < 0, "zero": self.x == 0}
        return Facts(regions(SIGNS, masks))

    def __str__(self) -> str:
        return _sizes(self.x.shape)


SIGNS = {
    "positive": Text("places where x is positive", "x 为正的位置"),
    "negative": Text("places where x is negative", "x 为负的位置"),
    "zero": Text("places where x is exactly 0", "x 恰好为 0 的位置"),
}
RELU_SHAPES = ((12, 5), (3, 4, 5, 2), (25,), (4, 3, 6), (6, 1), (1, 2, 3, 1))
SMALLEST = 5e-324
"""The smallest number above 0."""
KINKS = (0.0, -0.0, SMALLEST, -SMALLEST, 1e-300, -1e-300, 1e-12, -1e-12, 3.0, -2.0)


def relu_cases(rng: np.random.Generator, reference: ModuleType) -> tuple[ReluCase, ...]:
    """Inputs of every number of axes, with numbers of both signs in each and none near 0."""
    return tuple(_relu_case(rng, reference, gradients.distinct(rng, shape)) for shape in RELU_SHAPES)


def relu_kinks(rng: np.random.Generator, reference: ModuleType) -> tuple[ReluCase, ...]:
    """Zeros of both signs, and numbers as near to 0 as there are."""
    return tuple(
        _relu_case(rng, reference, rng.permutation(KINKS * 2).reshape(shape)) for shape in ((20,), (4, 5), (2, 1, 5, 2))
    )


def _relu_case(rng: np.random.Generator, reference: ModuleType, x: np.ndarray) -> ReluCase:
    layer = reference.ReluLayer()
    out, dout = layer.forward(x), rng.normal(size=x.shape)
    return ReluCase(x, out, layer.mask, dout, layer.backward(dout))


ReluCases = Callable[[np.random.Generator, ModuleType], tuple[ReluCase, ...]]


# --- the ReLU: forward ------------------------------------------------------------------------


@dataclass(frozen=True)
class ReluForward:
    """What a forward gave and stored, what became of its argument, and numpy's random state before and after."""

    case: ReluCase
    out: Answer
    mask: Answer
    after: dict[str, Answer]
    states: tuple[Answer, Answer]


def relu_forwards(trial: Trial, build: ReluCases) -> tuple[ReluForward, ...]:
    """A new layer's forward for each case."""

    def run(case: ReluCase) -> ReluForward:
        layer, x = trial.student.new("ReluLayer"), trial.student.store(case.x)
        before = trial.student.later.random_state()
        out = layer.later.forward(x)
        states = before, trial.student.later.random_state()
        return ReluForward(case, out, layer.later.get("mask"), {"x": x.later.fetch()}, states)

    return tuple(run(case) for case in trial.cases(build))


@check("relu", zh="前向:正数通过,其余变成 0,任意形状都行", weight=3)
def relu_forward(trial: Trial) -> None:
    """forward: positive numbers pass, all others become 0, in any shape."""
    for run in trial.once(relu_forwards, relu_cases):
        trial.expect_close("out", run.out.value, run.case.out, run.case)


@check("relu", zh="前向记下布尔数组 mask", weight=2)
def relu_mask(trial: Trial) -> None:
    """forward stores mask, an array of booleans."""
    for run in trial.once(relu_forwards, relu_cases):
        run.out.value  # noqa: B018  (what forward raised tells more than that something is missing)
        trial.expect_close("mask", run.mask.value, run.case.mask, run.case, kind="boolean")


def _truth(mask: Any) -> Any:
    """Numbers as booleans: that a mask holds numbers has cost its points already."""
    return mask != 0 if type(mask) is np.ndarray and mask.dtype.kind in "iuf" else mask


# --- the ReLU: backward -----------------------------------------------------------------------


def _relu_ready(trial: Trial, way: str, case: ReluCase) -> StudentObject:
    """A new layer that knows the case's input."""
    layer = trial.student.new("ReluLayer")
    if way == AFTER_FORWARD:
        layer.later.forward(case.x, send=False)
    layer.set("mask", case.mask)
    return layer


@dataclass(frozen=True)
class ReluBackward:
    """What a backward gave, what became of its argument, and numpy's random state before and after."""

    case: ReluCase
    dx: Answer
    after: dict[str, Answer]
    states: tuple[Answer, Answer]


def relu_backwards(trial: Trial, build: ReluCases, way: str) -> tuple[ReluBackward, ...]:
    """A new layer's backward for each case."""

    def run(case: ReluCase) -> ReluBackward:
        layer, dout = _relu_ready(trial, way, case), trial.student.store(case.dout)
        before = trial.student.later.random_state()
        dx = layer.later.backward(dout)
        return ReluBackward(case, dx, {"dout": dout.later.fetch()}, (before, trial.student.later.random_state()))

    return tuple(run(case) for case in trial.cases(build))


def _expect_relu_dx(trial: Trial, build: ReluCases) -> None:
    def attempt(way: str, aside: Trial) -> None:
        for run in trial.once(relu_backwards, build, way):
            aside.expect_close("dx", run.dx.value, run.case.dx, run.case)

    _first_right(trial, [partial(attempt, way) for way in WAYS])


@check("relu", zh="反向:输入通过之处,梯度也通过", weight=4)
def relu_backward(trial: Trial) -> None:
    """backward: the gradient passes where the input passed."""
    _expect_relu_dx(trial, relu_cases)


@check("relu", zh="恰好为 0 时 mask 为假、梯度为 0;再小的正数也算正数", weight=3)
def relu_at_zero(trial: Trial) -> None:
    """At exactly 0 the mask is False and the gradient 0; the smallest positive number is positive."""
    for run in trial.once(relu_forwards, relu_kinks):
        trial.expect_close("out", run.out.value, run.case.out, run.case)
        trial.expect_close("mask", _truth(run.mask.value), run.case.mask, run.case, kind="boolean")
    _expect_relu_dx(trial, relu_kinks)


@check("relu", zh="两个层互不影响,每次调用都重新计算", requires=("relu_forward", "relu_backward"))
def relu_afresh(trial: Trial) -> None:
    """Two layers share nothing, and every call starts afresh."""
    runs = [(case, _in_turns(trial, case)) for case in trial.cases(relu_cases)[:3]]
    for case, (out, mask, dx, again) in runs:
        trial.expect_close("out", out.value, case.out, case)
        trial.expect_close("mask", _truth(mask.value), case.mask, case, kind="boolean")
        trial.expect_close("dx", dx.value, case.dx, case)
        trial.expect_close("dx of the second call", again.value, case.dx, case)


def _in_turns(trial: Trial, case: ReluCase) -> tuple[Answer, ...]:
    """A layer that has seen other data goes forward, then another one does, then both go backward."""
    layer = _relu_ready(trial, AFTER_FORWARD, case.turned)
    layer.later.backward(case.turned.dout, send=False)
    out, mask = layer.later.forward(case.x), layer.later.get("mask")
    layer.set("mask", case.mask)
    other = _relu_ready(trial, AFTER_FORWARD, case.turned)
    other.later.backward(case.turned.dout, send=False)
    return out, mask, layer.later.backward(case.dout), layer.later.backward(case.dout)


@check("relu", zh="内存不连续的数组也能用", requires=("relu_forward", "relu_backward"))
def relu_layouts(trial: Trial) -> None:
    """Arrays that are not contiguous in memory."""
    cases = list(zip(trial.cases(relu_cases), LAYOUTS, strict=False))
    runs = [(InOrder(case, layout), *_relu_laid_out(trial, case, layout)) for case, layout in cases]
    for case, out, dx in runs:
        trial.expect_close("out", out.value, case.case.out, case)
        trial.expect_close("dx", dx.value, case.case.dx, case)


def _relu_laid_out(trial: Trial, case: ReluCase, layout: str) -> tuple[Answer, Answer]:
    layer = trial.student.new("ReluLayer")
    out = layer.later.forward(Laid(case.x, layout))
    layer.set("mask", case.mask)
    return out, layer.later.backward(Laid(case.dout, layout))


@check("relu", zh="不修改 x 和 dout,也不碰全局随机状态", requires=("relu_forward", "relu_backward"))
def relu_leaves_alone(trial: Trial) -> None:
    """x, dout and numpy's random state stay what they were."""
    forwards = trial.once(relu_forwards, relu_cases)
    for run in (*forwards, *trial.once(relu_backwards, relu_cases, AFTER_FORWARD)):
        _note_unchanged(trial, run.case, run.after)
        _note_state(trial, run.states, run.case)


# --- batch normalisation: cases ---------------------------------------------------------------


@dataclass(frozen=True)
class Setting:
    """The sizes of one case, and where its numbers lie; without an ``epsilon`` the layer's own is used.

    ``constant`` features do not vary at all; ``muted`` ones have a ``gamma`` of 0. The numbers of different features
    may be of sizes that ``spread`` over so many powers of ten to either side.
    """

    shape: tuple[int, ...]
    epsilon: float | None = None
    scale: float = 1.0
    offset: float = 0.0
    constant: int = 0
    muted: int = 0
    spread: int = 0

    def __str__(self) -> str:
        parts = [_sizes(self.shape)]
        parts += [f"values near {self.offset:g}"] * bool(self.offset)
        parts += [f"values of size {self.scale:g}"] * (self.scale != 1)
        parts += ["values of many sizes"] * bool(self.spread)
        parts += ["one feature constant"] * self.constant + ["one gamma 0"] * self.muted
        if self.epsilon is not None:
            parts.append(f"epsilon {self.epsilon:g}")
        return ", ".join(parts)


WIDE = Setting((12, 4000), spread=3)
"""Cheap to work a gradient out for, and tens of thousands of forwards to try out number by number.

Whoever moves all features at once needs few; but no step is small beside the small numbers and large enough for the
large ones.
"""
FLAT = (Setting((7, 3)), Setting((5, 4)), Setting((16, 1)), Setting((6, 5)))
MAPS = (Setting((2, 3, 4, 3)), Setting((3, 4, 2, 2)), Setting((1, 3, 5, 2)), Setting((5, 1, 2, 1)))
SMALL_VARIANCES = (
    Setting((6, 4), epsilon=0.1, muted=1),
    Setting((2, 2, 3, 2), epsilon=1e-3),
    Setting((2, 5)),
    Setting((2, 3), epsilon=1e-12, muted=1),
    Setting((7, 3), constant=1),
    Setting((3, 2, 2, 3), constant=1),
    Setting((1, 3)),
)
SCALES = (
    Setting((9, 3), scale=1e6),
    Setting((8, 4), scale=1e-6),
    Setting((10, 3), epsilon=1e-14, scale=1e-6),
    Setting((11, 4), offset=1e6),
    Setting((6, 5), offset=-1e6),
)

EXAMPLE, FEATURE = Text("example", "样本"), Text("feature", "特征")
AXES = {2: (EXAMPLE, FEATURE), 4: (EXAMPLE, Text("row", "行"), Text("column", "列"), FEATURE)}
"""By the number of axes."""
OF_FEATURES = {
    "constant": Text("features that do not vary", "不变化的特征"),
    "muted": Text("features whose gamma is 0", "gamma 为 0 的特征"),
    "negative-gamma": Text("features whose gamma is negative", "gamma 为负的特征"),
}
FACTORS = {
    "values": Text("the number of values of a feature, over the whole batch", "一个特征在整批中的值的个数"),
    "batch": Text("the number of examples in the batch", "批中的样本数"),
    "pixels": Text("the number of pixels of an example", "一个样本的像素数"),
    "features": Text("the number of features", "特征的个数"),
}


@dataclass(frozen=True)
class Case:
    """A layer, its input, what its forward gives and stores, a random upstream gradient and the gradients by it."""

    setting: Setting
    gamma: np.ndarray
    beta: np.ndarray
    x: np.ndarray
    out: np.ndarray
    normalized: np.ndarray
    inverse_std: np.ndarray
    dout: np.ndarray
    dx: np.ndarray
    dgamma: np.ndarray
    dbeta: np.ndarray
    text: str

    @property
    def close(self) -> float:
        """How far an answer may be off, beside the largest number that it could hold."""
        return CLOSE_FAR_FROM_0 if self.setting.offset else CLOSE

    @property
    def dx_size(self) -> float:
        """What numbers ``dx`` is made of: where a batch has two examples, next to nothing is left of them."""
        return float(np.abs(self.gamma * self.inverse_std * self.dout).max())

    def facts(self, what: str) -> Facts:
        """What to say of a wrong array."""
        shape = self.x.shape if what in ("out", "normalized") or what.startswith("dx") else self.gamma.shape
        of_features = {
            "constant": np.ptp(self.x.reshape(-1, self.gamma.size), axis=0) == 0,
            "muted": self.gamma == 0,
            "negative-gamma": self.gamma < 0,
        }
        masks = {name: np.broadcast_to(mask, shape) for name, mask in of_features.items()}
        values = {
            "values": self.x.size // self.gamma.size,
            "batch": len(self.x),
            "pixels": self.x[0].size // self.gamma.size,
            "features": self.gamma.size,
        }
        axes = AXES[self.x.ndim] if shape == self.x.shape else (FEATURE,)
        return Facts(regions(OF_FEATURES, masks), factors(FACTORS, values), axes)

    def __str__(self) -> str:
        return self.text


def flat_cases(rng: np.random.Generator, reference: ModuleType) -> tuple[Case, ...]:
    """Batches of vectors; the first is as wide as no other."""
    return tuple(_case(rng, reference, setting) for setting in (WIDE, *FLAT))


def map_cases(rng: np.random.Generator, reference: ModuleType) -> tuple[Case, ...]:
    """Batches of images."""
    return tuple(_case(rng, reference, setting) for setting in MAPS)


def small_variances(rng: np.random.Generator, reference: ModuleType) -> tuple[Case, ...]:
    """Where ``epsilon`` has a say: large ones, tiny batches, features that do not vary; and some ``gamma`` are 0."""
    return tuple(_case(rng, reference, setting) for setting in SMALL_VARIANCES)


def scaled_cases(rng: np.random.Generator, reference: ModuleType) -> tuple[Case, ...]:
    """Large numbers, small ones, and numbers far from 0."""
    return tuple(_case(rng, reference, setting) for setting in SCALES)


def second_cases(rng: np.random.Generator, reference: ModuleType) -> tuple[Case, ...]:
    """The other layer, or the other data, of three of the flat cases and of the maps."""
    return tuple(_case(rng, reference, setting) for setting in MIXED)


MIXED = (*FLAT[:2], *MAPS[:1])
"""What is mixed up with other data: the same sizes, for that is where mixing up goes unnoticed."""


def mixed_cases(rng: np.random.Generator, reference: ModuleType) -> tuple[Case, ...]:
    """Cases that are asked while something else goes on."""
    return tuple(_case(rng, reference, setting) for setting in MIXED)


Cases = Callable[[np.random.Generator, ModuleType], tuple[Case, ...]]


def _case(rng: np.random.Generator, reference: ModuleType, setting: Setting) -> Case:
    features = setting.shape[-1]
    signs = np.where(np.arange(features) % 2 == rng.integers(2), 1.0, -1.0)
    gamma, beta = signs * rng.uniform(0.5, 2.0, size=features), rng.normal(size=features)
    gamma[: setting.muted] = 0.0
    sizes = setting.scale * 10.0 ** rng.uniform(-setting.spread, setting.spread, size=features)
    x = setting.offset + sizes * _shifted_normal(rng, setting.shape)
    x[..., features - setting.constant :] = rng.normal(size=setting.constant)
    return _solved(reference, setting, gamma, beta, x, sizes * _shifted_normal(rng, setting.shape))


def _shifted_normal(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    """Normal numbers about a mean that is another one for each feature."""
    return rng.normal(rng.normal(size=shape[-1]), 1.0, size=shape)


def _solved(
    reference: ModuleType, setting: Setting, gamma: np.ndarray, beta: np.ndarray, x: np.ndarray, dout: np.ndarray
) -> Case:
    """The case with what comes of it; ``dout`` is as large as ``x``, so that ``dx`` is near 1."""
    layer = reference.BatchNormLayer(gamma, beta, *_given(setting))
    out, dx = layer.forward(x), layer.backward(dout)
    stored = layer.normalized, layer.inverse_std
    return Case(setting, gamma, beta, x, out, *stored, dout, dx, layer.dgamma, layer.dbeta, str(setting))


def _given(setting: Setting) -> tuple[float, ...]:
    """What a layer is given after its arrays."""
    return () if setting.epsilon is None else (setting.epsilon,)


def _new(trial: Trial, case: Case, held: Mapping[str, StudentObject] | None = None) -> StudentObject:
    """A new layer of the case; its parameters are those ``held`` in the worker already, if they are."""
    gamma, beta = ((held or {}).get(name, getattr(case, name)) for name in ("gamma", "beta"))
    return trial.student.new("BatchNormLayer", gamma, beta, *_given(case.setting))


def _expect_near(trial: Trial, what: str, actual: Any, expected: np.ndarray, case: Any, size: float = 0.0) -> None:
    """``actual`` is ``expected`` as nearly as the case allows, beside ``size`` or else its largest number."""
    plain: Case = case.case if isinstance(case, InOrder) else case
    size = size or float(np.abs(expected).max()) or 1.0
    problem = compare.closeness_problem(what, actual, expected, rtol=plain.close, atol=plain.close * size)
    trial.note(what, case, problem, actual, kind=Kind.VALUES, expected=expected)


# --- batch normalisation: forward -------------------------------------------------------------


@dataclass(frozen=True)
class Forward:
    """What a forward gave and stored, what became of the arrays it was given, and of numpy's random state."""

    case: Case
    out: Answer
    normalized: Answer
    inverse_std: Answer
    after: dict[str, Answer]
    states: tuple[Answer, Answer]


def forwards(trial: Trial, build: Cases) -> tuple[Forward, ...]:
    """A new layer's forward for each case."""

    def run(case: Case) -> Forward:
        held = {name: trial.student.store(getattr(case, name)) for name in ("x", "gamma", "beta")}
        layer = _new(trial, case, held)
        before = trial.student.later.random_state()
        out = layer.later.forward(held["x"])
        states = before, trial.student.later.random_state()
        after = {name: array.later.fetch() for name, array in held.items()}
        return Forward(case, out, *_stored_by(layer), after, states)

    cases = trial.cases(build)
    return tuple(run(case) for case in cases if case.setting != WIDE)


def _stored_by(layer: StudentObject) -> tuple[Answer, Answer]:
    return layer.later.get("normalized"), layer.later.get("inverse_std")


def _expect_out(trial: Trial, build: Cases) -> None:
    for run in trial.once(forwards, build):
        _expect_near(trial, "out", run.out.value, run.case.out, run.case)


def _expect_stored(trial: Trial, stored: tuple[Answer, Answer], case: Case) -> None:
    for name, array in zip(("normalized", "inverse_std"), stored, strict=True):
        _expect_near(trial, name, array.value, getattr(case, name), case)


@check("batchnorm_forward", zh="(N, D) 的输入", weight=6)
def forward_flat(trial: Trial) -> None:
    """Inputs of shape (N, D)."""
    _expect_out(trial, flat_cases)


@check("batchnorm_forward", zh="(N, H, W, D) 的输入:每个特征跨样本和像素求平均", weight=6)
def forward_maps(trial: Trial) -> None:
    """Inputs of shape (N, H, W, D): every feature over all examples and pixels."""
    _expect_out(trial, map_cases)


@check("batchnorm_forward", zh="由 epsilon 决定之处:较大的 epsilon、极小的批、不变化的特征", weight=4)
def forward_small_variances(trial: Trial) -> None:
    """Where epsilon decides: a large one, tiny batches, a feature that does not vary."""
    _expect_out(trial, small_variances)


@check("batchnorm_forward", zh="很大、很小和远离 0 的数", weight=2)
def forward_scales(trial: Trial) -> None:
    """Large numbers, small ones, and numbers far from 0."""
    _expect_out(trial, scaled_cases)


@check("batchnorm_forward", zh="记下 backward 需要的 normalized 与 inverse_std", weight=4)
def forward_remembers(trial: Trial) -> None:
    """normalized and inverse_std are stored for backward."""
    for build in (flat_cases, map_cases, small_variances):
        for run in trial.once(forwards, build):
            run.out.value  # noqa: B018  (what forward raised tells more than that something is missing)
            _expect_stored(trial, (run.normalized, run.inverse_std), run.case)


@check("batchnorm_forward", zh="两个层互不影响,再次调用时重新计算", requires=("forward_flat",))
def forward_afresh(trial: Trial) -> None:
    """Two layers share nothing, and a second call starts afresh."""

    def run(case: Case, other: Case) -> tuple[Case, Answer, tuple[Answer, Answer]]:
        layer, another = _new(trial, case), _new(trial, other)
        layer.later.forward(other.x, send=False)
        out = layer.later.forward(case.x)
        another.later.forward(other.x, send=False)
        return case, out, _stored_by(layer)

    runs = [run(*pair) for pair in zip(trial.cases(mixed_cases), trial.cases(second_cases), strict=True)]
    for case, out, stored in runs:
        _expect_near(trial, "out", out.value, case.out, case)
        _expect_stored(trial, stored, case)


@check("batchnorm_forward", zh="内存不连续的数组也能用", requires=("forward_flat",))
def forward_layouts(trial: Trial) -> None:
    """Inputs that are not contiguous in memory."""
    asked = [
        (case, layout, _new(trial, case).later.forward(Laid(case.x, layout)))
        for case, layout in _in_layouts(trial)
    ]
    for case, layout, out in asked:
        _expect_near(trial, "out", out.value, case.out, InOrder(case, layout))


def _in_layouts(trial: Trial) -> list[tuple[Case, str]]:
    """Each memory order for vectors and for images."""
    cases = trial.cases(flat_cases)[1:], trial.cases(map_cases)
    return [pair for these in cases for pair in zip(these, LAYOUTS, strict=False)]


@check("batchnorm_forward", zh="不修改 x、gamma 和 beta,也不碰全局随机状态", requires=("forward_flat",))
def forward_leaves_alone(trial: Trial) -> None:
    """x, gamma, beta and numpy's random state stay what they were."""
    for run in trial.once(forwards, flat_cases):
        _note_unchanged(trial, run.case, run.after)
        _note_state(trial, run.states, run.case)


# --- batch normalisation: asking for a backward -----------------------------------------------


@dataclass(frozen=True)
class Backward:
    """What a backward gave and stored.

    Where it was watched, also what became of the arrays it was given and of numpy's global random state.
    """

    case: Any
    dx: Answer
    dgamma: Answer
    dbeta: Answer
    after: dict[str, Answer]
    states: tuple[Answer, Answer] | None = None


Act = Callable[[Trial, str, Case, int], Backward]


def _remember(layer: StudentObject, way: str, case: Case) -> StudentObject:
    """Set what forward has to store, whatever the layer's own forward made of it, if that runs at all."""
    if way == AFTER_FORWARD:
        layer.later.forward(case.x, send=False)
    layer.set("normalized", case.normalized)
    layer.set("inverse_std", case.inverse_std)
    return layer


def _answered(case: Any, layer: StudentObject, dx: Answer) -> Backward:
    return Backward(case, dx, layer.later.get("dgamma"), layer.later.get("dbeta"), {})


def once(trial: Trial, way: str, case: Case, index: int) -> Backward:
    """A backward of a new layer; what it was given and the random state are looked at afterwards."""
    watched = () if case.setting == WIDE else ("dout", "gamma", "beta")
    held = {name: trial.student.store(getattr(case, name)) for name in watched}
    layer = _remember(_new(trial, case, held), way, case)
    before = trial.student.later.random_state()
    dx = layer.later.backward(held.get("dout", case.dout))
    states = before, trial.student.later.random_state()
    after = {name: array.later.fetch() for name, array in held.items()}
    return replace(_answered(case, layer, dx), after=after, states=states)


def afresh(trial: Trial, way: str, case: Case, index: int) -> Backward:
    """The same layer sees other data first, and is asked twice."""
    other = trial.cases(second_cases)[index]
    layer = _remember(_new(trial, case), way, other)
    layer.later.backward(other.dout, send=False)
    _remember(layer, way, case)
    layer.later.backward(case.dout, send=False)
    return _answered(case, layer, layer.later.backward(case.dout))


def taking_turns(trial: Trial, way: str, case: Case, index: int) -> Backward:
    """Another layer goes forward and backward before and after this one's backward."""
    other = trial.cases(second_cases)[index]
    layer, another = _remember(_new(trial, case), way, case), _remember(_new(trial, other), way, other)
    another.later.backward(other.dout, send=False)
    dx = layer.later.backward(case.dout)
    another.later.backward(other.dout, send=False)
    return _answered(case, layer, dx)


def backwards(trial: Trial, build: Cases, act: Act, way: str) -> tuple[Backward, ...]:
    """``act`` for each case."""
    return tuple(act(trial, way, case, index) for index, case in enumerate(trial.cases(build)))


def laid_out(trial: Trial, way: str) -> tuple[Backward, ...]:
    """Backwards of a dout that is not contiguous in memory."""

    def run(case: Case, layout: str) -> Backward:
        layer = _remember(_new(trial, case), way, case)
        return _answered(InOrder(case, layout), layer, layer.later.backward(Laid(case.dout, layout)))

    return tuple(run(case, layout) for case, layout in _in_layouts(trial))


# --- batch normalisation: what is expected of a backward --------------------------------------

Expect = Callable[[Trial, Backward], None]


def _expect_of(trial: Trial, runs: Callable[[str], tuple[Backward, ...]], *expectations: Expect) -> None:
    """Everything expected of the backwards, by one of the ways of asking."""

    def attempt(way: str, aside: Trial) -> None:
        for run in runs(way):
            for expect in expectations:
                expect(aside, run)

    _first_right(trial, [partial(attempt, way) for way in WAYS])


def _expect(trial: Trial, build: Cases, *expectations: Expect, act: Act = once) -> None:
    _expect_of(trial, partial(trial.once, backwards, build, act), *expectations)


def _dx(trial: Trial, run: Backward) -> None:
    case: Case = run.case.case if isinstance(run.case, InOrder) else run.case
    _expect_near(trial, "dx", run.dx.value, case.dx, run.case, case.dx_size)


def _parameter(name: str, trial: Trial, run: Backward) -> None:
    """The attribute that backward sets; what backward raises for another gradient's sake does not matter."""
    case: Case = run.case.case if isinstance(run.case, InOrder) else run.case
    try:
        gradient = getattr(run, name).value
    except StudentFault as missing:
        raise run.dx.fault or missing from None
    _expect_near(trial, name, gradient, getattr(case, name), run.case)


_dgamma, _dbeta = partial(_parameter, "dgamma"), partial(_parameter, "dbeta")


@dataclass(frozen=True)
class Parts:
    """The three parts of a gradient: its sum and its sum times ``normalized`` by feature, and what has neither."""

    total: np.ndarray
    weighted: np.ndarray
    straight: np.ndarray


def _parts(dx: np.ndarray, normalized: np.ndarray) -> Parts:
    with np.errstate(all="ignore"):
        total, weighted = dx.sum(axis=0), (dx * normalized).sum(axis=0)
        along = weighted / (normalized * normalized).sum(axis=0)
        return Parts(total, weighted, dx - total / len(dx) - along * normalized)


def _part(what: str, part: str, trial: Trial, run: Backward) -> None:
    """One part of ``dx``: it sums up a feature's numbers, so it may be off by as many times as much as one."""
    case: Case = run.case
    if compare.array_problem("dx", run.dx.value, case.dx.shape) is not None:
        trial.expect_array("dx", run.dx.value, case.dx.shape, case)
        return
    actual, expected = (getattr(_parts(dx, case.normalized), part) for dx in (run.dx.value, case.dx))
    _expect_near(trial, what, actual, expected, case, case.dx_size * len(case.x))


def _alone(trial: Trial, run: Backward) -> None:
    _note_unchanged(trial, run.case, run.after)
    if run.states is not None:
        _note_state(trial, run.states, run.case)


# --- batch normalisation: the gradients of the parameters -------------------------------------


@check("batchnorm_backward", zh="dbeta,形状 (D,)", weight=6)
def backward_dbeta(trial: Trial) -> None:
    """dbeta, of shape (D,)."""
    _expect(trial, flat_cases, _dbeta)
    _expect(trial, map_cases, _dbeta)


@check("batchnorm_backward", zh="dgamma,形状 (D,)", weight=8)
def backward_dgamma(trial: Trial) -> None:
    """dgamma, of shape (D,)."""
    _expect(trial, flat_cases, _dgamma)
    _expect(trial, map_cases, _dgamma)


# --- batch normalisation: the gradient of the input -------------------------------------------

STRAIGHT = "the straight part of dx"


@check("batchnorm_backward", zh="dx 中直接到达输入的那一部分", weight=9)
def backward_straight(trial: Trial) -> None:
    """The part of dx that takes the straight path, past mean and variance."""
    _expect(trial, flat_cases, partial(_part, STRAIGHT, "straight"))


@check("batchnorm_backward", zh="穿过均值的路径:每个特征的 dx 之和为 0", weight=9, requires=("backward_straight",))
def backward_through_mean(trial: Trial) -> None:
    """The path through the mean: dx adds up to 0 in each feature."""
    _expect(trial, flat_cases, partial(_part, "the sum of dx", "total"))


@check(
    "batchnorm_backward",
    zh="穿过方差的路径:每个特征的 dx * normalized 之和几乎为 0",
    weight=9,
    requires=("backward_straight",),
)
def backward_through_variance(trial: Trial) -> None:
    """The path through the variance: dx * normalized adds up to almost 0 in each feature."""
    _expect(trial, flat_cases, partial(_part, "the sum of dx * normalized", "weighted"))


@check("batchnorm_backward", zh="(N, H, W, D) 的 dx", weight=9, requires=("backward_straight",))
def backward_maps(trial: Trial) -> None:
    """dx of shape (N, H, W, D)."""
    _expect(trial, map_cases, _dx)


@check(
    "batchnorm_backward",
    zh="由 epsilon 决定之处:较大的 epsilon、极小的批、不变化的特征;以及 gamma 为 0",
    weight=4,
    requires=("backward_straight",),
)
def backward_small_variances(trial: Trial) -> None:
    """Where epsilon decides: a large one, tiny batches, a feature that does not vary; and a gamma of 0."""
    _expect(trial, small_variances, _dx, _dgamma, _dbeta)


@check("batchnorm_backward", zh="很大、很小和远离 0 的数", weight=2, requires=("backward_straight",))
def backward_scales(trial: Trial) -> None:
    """Large numbers, small ones, and numbers far from 0."""
    _expect(trial, scaled_cases, _dx, _dgamma, _dbeta)


@check("batchnorm_backward", zh="每次调用都重新计算,不会累加", requires=("backward_straight",))
def backward_afresh(trial: Trial) -> None:
    """Every call starts afresh: nothing is added to what an earlier one left."""
    _expect(trial, mixed_cases, _dx, _dgamma, _dbeta, act=afresh)


@check("batchnorm_backward", zh="两个层互不影响", requires=("backward_straight",))
def backward_taking_turns(trial: Trial) -> None:
    """Two layers that take turns share nothing."""
    _expect(trial, mixed_cases, _dx, _dgamma, _dbeta, act=taking_turns)


@check("batchnorm_backward", zh="内存不连续的 dout 也能用", requires=("backward_straight",))
def backward_layouts(trial: Trial) -> None:
    """A dout that is not contiguous in memory."""
    _expect_of(trial, partial(trial.once, laid_out), _dx, _dgamma, _dbeta)


@check("batchnorm_backward", zh="不修改 dout、gamma 和 beta,也不碰全局随机状态", requires=("backward_straight",))
def backward_leaves_alone(trial: Trial) -> None:
    """dout, gamma, beta and numpy's random state stay what they were."""
    _expect(trial, flat_cases, _alone)


# --- batch normalisation: beside the submission's own forward ---------------------------------

PROBED = Setting((3, 2, 2, 2), epsilon=0.5)


@dataclass(frozen=True)
class Probed:
    """A layer, and directions along which a submission's own forward is measured."""

    case: Case
    directions: tuple[np.ndarray, ...]


def probed(rng: np.random.Generator, reference: ModuleType) -> Probed:
    """Images, and an epsilon that counts."""
    case = _case(rng, reference, PROBED)
    return Probed(case, tuple(rng.normal(size=case.x.shape) for _ in range(gradients.DIRECTIONS)))


@probe("batchnorm_backward")
def backward_of_own_forward(trial: Trial) -> None:
    """The layer's backward beside the slope of its own forward, which is compared with the right one."""
    case = trial.cases(probed).case
    layer = _new(trial, case)
    trial.expect_close("out", layer.forward(case.x), case.out, case)
    dx = layer.backward(case.dout)
    if type(dx) is np.ndarray and dx.any() and compare.closeness_problem("dx", dx, case.dx) is not None:
        _expect_slopes_of_own_forward(trial, dx)


def _expect_slopes_of_own_forward(trial: Trial, dx: np.ndarray) -> None:
    told, eps = trial.cases(probed), gradients.EPS
    moved = [
        [_new(trial, told.case).later.forward(told.case.x + step * direction) for step in (eps, -eps)]
        for direction in told.directions
    ]
    for direction, answers in zip(told.directions, moved, strict=True):
        ahead, behind = (gradients.weighted_sum(answer.value, told.case.dout) for answer in answers)
        trial.expect_slope("dx", dx, direction, (ahead - behind) / (2 * eps), told.case)
