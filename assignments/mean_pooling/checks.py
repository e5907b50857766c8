"""The checks that marks come from. Inputs are random, from the run's secret seed.

Before ``backward`` is asked for, the student's own forward runs (whatever it may raise) and ``input_shape`` is
set to what it has to be: a wrong forward costs nothing here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from types import ModuleType
from typing import Any

import numpy as np

from autograder import gradients
from autograder.errors import StudentFault, WorkerStopped
from autograder.model import Text
from autograder.protocol import Laid
from autograder.registry import check
from autograder.student import Student, StudentObject
from autograder.trial import Trial

LAYOUTS = ("F", "strided", "reversed", "F", "strided")
"""How the arrays of the cases side by side lie in memory, where that is what is checked."""
RANDOM_STATE_CHANGED = Text(
    "numpy's global random state was changed: a layer does not draw random numbers",
    "numpy 的全局随机状态被改变了:这一层不需要随机数",
)


@dataclass(frozen=True)
class Geometry:
    """The sizes of one case; ``negative`` makes every input value negative."""

    shape: tuple[int, int, int, int]
    window: tuple[int, int]
    stride: int
    negative: bool = False

    def __str__(self) -> str:
        sizes = " x ".join(map(str, self.shape))
        sign = ", all negative" if self.negative else ""
        return f"x {sizes}{sign}, window {self.window[0]} x {self.window[1]}, stride {self.stride}"


SIDE_BY_SIDE = (
    Geometry((2, 4, 6, 3), (2, 2), 2),
    Geometry((2, 2, 9, 2), (2, 3), 3),
    Geometry((1, 9, 2, 1), (3, 2), 3),
    Geometry((3, 6, 4, 2), (2, 2), 2, negative=True),
    Geometry((2, 3, 5, 2), (1, 1), 1),
)
OVERLAPPING = (
    Geometry((2, 5, 6, 3), (3, 3), 1),
    Geometry((1, 4, 7, 1), (2, 4), 1),
    Geometry((3, 8, 6, 2), (4, 2), 2),
    Geometry((2, 4, 7, 2), (2, 3), 2, negative=True),
)
GAPS_AND_TAILS = (
    Geometry((2, 7, 8, 2), (2, 1), 3),
    Geometry((1, 5, 7, 3), (2, 2), 2),
    Geometry((2, 9, 11, 1), (2, 3), 4, negative=True),
    Geometry((2, 4, 5, 2), (2, 3), 9),
)
IMPOSSIBLE = (((0, 2), 1), ((2, 0), 1), ((2, 2), 0), ((2, 2), -1))


@dataclass(frozen=True)
class Case:
    """An input, a gradient that arrives, what must come of it, and the loss's measured slope along a direction."""

    geometry: Geometry
    x: np.ndarray
    dout: np.ndarray
    din: np.ndarray
    direction: np.ndarray
    slope: float

    def __str__(self) -> str:
        return str(self.geometry)


def side_by_side(rng: np.random.Generator, reference: ModuleType) -> tuple[Case, ...]:
    """Windows that neither overlap nor leave anything out."""
    return tuple(_case(rng, reference, geometry) for geometry in SIDE_BY_SIDE)


def overlapping(rng: np.random.Generator, reference: ModuleType) -> tuple[Case, ...]:
    """Windows that overlap, along both axes or along one."""
    return tuple(_case(rng, reference, geometry) for geometry in OVERLAPPING)


def gaps_and_tails(rng: np.random.Generator, reference: ModuleType) -> tuple[Case, ...]:
    """Windows with gaps between them, and inputs with a cropped tail."""
    return tuple(_case(rng, reference, geometry) for geometry in GAPS_AND_TAILS)


def _case(rng: np.random.Generator, reference: ModuleType, geometry: Geometry) -> Case:
    x = rng.normal(size=geometry.shape)
    x = -np.abs(x) if geometry.negative else x
    layer = reference.MeanPoolingLayer(geometry.window, geometry.stride)
    dout = rng.normal(size=layer.forward(x).shape)
    din = layer.backward(dout)
    direction = rng.normal(size=x.shape)
    slope = gradients.slope(lambda moved: float(np.sum(layer.forward(moved) * dout)), x, direction)
    return Case(geometry, x, dout, din, direction, slope)


def _every_case(trial: Trial) -> tuple[Case, ...]:
    return trial.cases(side_by_side) + trial.cases(overlapping) + trial.cases(gaps_and_tails)


def _layer(student: Student, geometry: Geometry) -> StudentObject:
    return student.new("MeanPoolingLayer", geometry.window, geometry.stride)


def _forward(student: Student, geometry: Geometry, x: np.ndarray) -> Any:
    return _layer(student, geometry).forward(x)


def _remember(layer: StudentObject, x: Any, shape: tuple[int, ...]) -> None:
    """The layer's own forward, then the right ``input_shape``, whatever forward made of it."""
    try:
        layer.forward(x)
    except WorkerStopped:
        raise
    except StudentFault:
        pass
    layer.set("input_shape", shape)


def _ready(student: Student, case: Case) -> StudentObject:
    """A new layer that has seen the case's input."""
    layer = _layer(student, case.geometry)
    _remember(layer, case.x, case.x.shape)
    return layer


def _expect_din(trial: Trial, cases: Iterable[Case]) -> None:
    for case in cases:
        trial.expect_close("din", _ready(trial.student, case).backward(case.dout), case.din, case)


@check("backward", zh="din 的形状与输入相同,包括被裁掉的部分", weight=5)
def shape_of_the_input(trial: Trial) -> None:
    """din has the shape of the input, cropped rows and columns included."""
    for case in _every_case(trial):
        trial.expect_array("din", _ready(trial.student, case).backward(case.dout), case.x.shape, case)


@check("backward", zh="窗口并排时,每个梯度平均分给它的窗口", weight=25)
def windows_side_by_side(trial: Trial) -> None:
    """Windows side by side: each gradient is shared out equally over its window."""
    _expect_din(trial, trial.cases(side_by_side))


@check("backward", zh="窗口重叠时,各份梯度相加", weight=25)
def windows_that_overlap(trial: Trial) -> None:
    """Overlapping windows: their shares add up."""
    _expect_din(trial, trial.cases(overlapping))


@check("backward", zh="空隙和被裁掉的部分得到 0", weight=15)
def cells_outside_every_window(trial: Trial) -> None:
    """Gaps between windows and cropped tails get 0."""
    _expect_din(trial, trial.cases(gaps_and_tails))


@check("backward", zh="din 与数值梯度一致", weight=10)
def slope_of_the_loss(trial: Trial) -> None:
    """din agrees with the numeric gradient."""
    for case in _every_case(trial):
        din = _ready(trial.student, case).backward(case.dout)
        trial.expect_slope("din", din, case.direction, case.slope, case)


@check("backward", zh="每次调用都重新计算,不会累加", weight=5, requires=("windows_side_by_side",))
def afresh_in_every_call(trial: Trial) -> None:
    """Every call starts afresh: a second one gives the same, and earlier data leave no trace."""
    for case in trial.cases(side_by_side) + trial.cases(overlapping):
        layer = _layer(trial.student, case.geometry)
        _remember(layer, case.x[:1], case.x[:1].shape)
        layer.backward(case.dout[:1])
        _remember(layer, case.x, case.x.shape)
        trial.expect_close("din", layer.backward(case.dout), case.din, case)
        trial.expect_close("din of the second call", layer.backward(case.dout), case.din, case)


@check("backward", zh="两个层互不影响", weight=5, requires=("windows_side_by_side",))
def two_layers_share_nothing(trial: Trial) -> None:
    """Two layers that take turns share nothing."""
    cases = trial.cases(side_by_side)
    for one, other in pairwise(cases):
        first, second = _ready(trial.student, one), _ready(trial.student, other)
        trial.expect_close("din of the first layer", first.backward(one.dout), one.din, one)
        trial.expect_close("din of the second layer", second.backward(other.dout), other.din, other)


@check("backward", zh="内存不连续的数组也能用", weight=5, requires=("windows_side_by_side",))
def arrays_that_are_not_contiguous(trial: Trial) -> None:
    """Arrays that are not contiguous in memory are welcome."""
    for case, layout in zip(trial.cases(side_by_side), LAYOUTS, strict=True):
        layer = _layer(trial.student, case.geometry)
        _remember(layer, Laid(case.x, layout), case.x.shape)
        trial.expect_close("din", layer.backward(Laid(case.dout, layout)), case.din, f"{case}, {layout}")


@check("backward", zh="不修改 dout,也不碰全局随机状态", weight=3, requires=("windows_side_by_side",))
def arguments_left_alone(trial: Trial) -> None:
    """dout and numpy's random state stay what they were."""
    for case in trial.cases(side_by_side):
        layer = _ready(trial.student, case)
        dout = trial.student.store(case.dout)
        state = trial.student.random_state()
        layer.backward(dout)
        trial.expect_unchanged("dout", case.dout, dout.fetch(), case)
        same = trial.student.random_state() == state
        trial.note("random state", case, None if same else RANDOM_STATE_CHANGED)


@check("backward", zh="窗口或步幅小于 1 时抛出 ValueError", weight=2, requires=("windows_side_by_side",))
def impossible_geometry(trial: Trial) -> None:
    """A window or a stride below 1 is a ValueError."""
    case = trial.cases(side_by_side)[0]
    for window, stride in IMPOSSIBLE:
        geometry = Geometry(case.geometry.shape, window, stride)
        trial.expect_value_error("the layer", partial(_forward, trial.student, geometry, case.x), geometry)
