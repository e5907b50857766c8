"""The checks that marks come from. Inputs are random, from the run's secret seed.

Before ``backward`` is asked for, the student's own forward runs (whatever it may raise) and ``input_shape`` is
set to what it has to be: a wrong forward costs nothing here. What several checks read is asked for once, in one
frame, and kept with the worker (``Trial.once``). Checks on state ask for themselves.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np

from autograder import compare
from autograder.facts import Facts, Windows, factors, regions
from autograder.model import Text
from autograder.protocol import Laid
from autograder.registry import check
from autograder.student import Answer, Student, StudentObject
from autograder.trial import Trial

LAYOUTS = ("F", "strided", "reversed")
"""How the arrays of the first cases side by side lie in memory, where that is what is checked."""
RANDOM_STATE_CHANGED = Text(
    "numpy's global random state was changed: a layer does not draw random numbers",
    "numpy 的全局随机状态被改变了:这一层不需要随机数",
)

TRIED_OUT = Text(
    "backward should work the gradient out: it takes as long as trying out every cell of the input",
    "backward 应当推导出梯度:它用的时间相当于把输入的每个单元逐一试一遍",
)
SMALL_ONLY = Text(
    "backward should work the gradient out for any size of input: it is right for small ones, not for a large one",
    "backward 应当对任意大小的输入都推导出梯度:小的输入算对了,大的输入却不行",
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


AXES = (Text("example", "样本"), Text("row", "行"), Text("column", "列"), Text("depth", "深度"))
REGIONS = {
    "overlap": Text("cells that several windows cover", "被多个窗口覆盖的单元"),
    "gaps": Text("cells in the gaps between windows", "窗口之间空隙里的单元"),
    "tail": Text("the cropped rows and columns at the end", "末尾被裁掉的行与列"),
    "uncovered": Text("cells that no window covers", "未被任何窗口覆盖的单元"),
    "last-row": Text("cells of the last row of windows", "最后一行窗口里的单元"),
    "last-column": Text("cells of the last column of windows", "最后一列窗口里的单元"),
    "last": Text("cells of the last row and the last column of windows", "最后一行与最后一列窗口里的单元"),
    "bottom": Text("cells at the bottom of some window", "窗口内最下一行的单元"),
    "right": Text("cells at the right edge of some window", "窗口内最右一列的单元"),
    "border": Text("the outermost rows and columns", "最外圈的行与列"),
}
FACTORS = {
    "cells": Text("the number of cells of a window", "一个窗口的单元数"),
    "rows": Text("the number of rows of a window", "一个窗口的行数"),
    "columns": Text("the number of columns of a window", "一个窗口的列数"),
    "batch": Text("the number of examples in the batch", "批中的样本数"),
    "positions": Text("the number of windows of a map", "一张特征图上的窗口数"),
    "depth": Text("the depth", "深度"),
    "stride": Text("the stride", "步幅"),
    "stride-squared": Text("the square of the stride", "步幅的平方"),
}


def gradient_facts(geometry: Geometry, positions: tuple[int, int], what: str) -> Facts:
    """What there is to say of a gradient of the input, of so many rows and columns of windows.

    Where only a later call is wrong, no size of the case is to blame.
    """
    (rows, columns), stride = geometry.window, geometry.stride
    last_row, last_column = ((number - 1) * stride for number in positions)
    every = np.zeros((*positions, *geometry.shape), dtype=bool)
    bottom, right = (np.zeros(geometry.shape, dtype=bool) for _ in range(2))
    for row, column in np.ndindex(*positions):
        top, left = row * stride, column * stride
        every[row, column, :, top : top + rows, left : left + columns] = True
        bottom[:, top + rows - 1, left : left + columns] = True
        right[:, top : top + rows, left + columns - 1] = True
    counts = every.sum(axis=(0, 1))
    tail, border = (np.ones(geometry.shape, dtype=bool) for _ in range(2))
    tail[:, : last_row + rows, : last_column + columns] = False
    border[:, 1:-1, 1:-1] = False
    last_rows, last_columns = every[-1].any(axis=0), every[:, -1].any(axis=0)
    masks = {
        "overlap": counts > 1,
        "gaps": (counts == 0) & ~tail,
        "tail": tail,
        "uncovered": counts == 0,
        "last-row": last_rows,
        "last-column": last_columns,
        "last": last_rows | last_columns,
        "bottom": bottom,
        "right": right,
        "border": border,
    }
    values = {
        "cells": rows * columns,
        "rows": rows,
        "columns": columns,
        "batch": geometry.shape[0],
        "positions": positions[0] * positions[1],
        "depth": geometry.shape[3],
        "stride": stride,
        "stride-squared": stride**2,
    }
    windows = Windows(geometry.window, stride)
    return Facts(regions(REGIONS, masks), factors(FACTORS, values if what == "din" else {}), AXES, windows)


@dataclass(frozen=True)
class Case:
    """An input and a gradient that arrives, with what must come of it, and the same of another gradient."""

    geometry: Geometry
    x: np.ndarray
    dout: np.ndarray
    din: np.ndarray
    other_dout: np.ndarray
    other_din: np.ndarray

    def facts(self, what: str) -> Facts:
        """What to say of a wrong gradient."""
        return gradient_facts(self.geometry, self.dout.shape[1:3], what)

    def __str__(self) -> str:
        return str(self.geometry)


@dataclass(frozen=True)
class InOrder:
    """A case whose arrays lie in some memory order."""

    case: Case
    layout: str

    def facts(self, what: str) -> Facts:
        """Those of the case."""
        return self.case.facts(what)

    def __str__(self) -> str:
        return f"{self.case}, {self.layout}"


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
    other = rng.normal(size=dout.shape)
    return Case(geometry, x, dout, layer.backward(dout), other, layer.backward(other))


def _layer(student: Student, geometry: Geometry) -> StudentObject:
    return student.new("MeanPoolingLayer", geometry.window, geometry.stride)


def _remember(layer: StudentObject, x: Any, shape: tuple[int, ...]) -> None:
    """The layer's own forward, then the right ``input_shape``, whatever forward made of it."""
    layer.later.forward(x, send=False)
    layer.set("input_shape", shape)


def _ready(student: Student, case: Case) -> StudentObject:
    """A new layer that has seen the case's input."""
    layer = _layer(student, case.geometry)
    _remember(layer, case.x, case.x.shape)
    return layer


# --------------------------------------------------------------- one backward of each case, for several checks


@dataclass(frozen=True)
class Run:
    """What came of a case: the answer, ``dout`` after it, and numpy's random state just before and just after."""

    case: Case
    din: Answer
    dout: Answer
    states: tuple[Answer, Answer] | None

    @property
    def fits(self) -> bool:
        """Whether the answer is a gradient of the right shape."""
        return self.din.fault is None and compare.array_problem("din", self.din.value, self.case.x.shape) is None

    @property
    def right(self) -> bool:
        """Whether the answer is the right gradient."""
        return self.din.fault is None and compare.closeness_problem("din", self.din.value, self.case.din) is None


Build = Callable[[np.random.Generator, ModuleType], tuple[Case, ...]]


def asked(trial: Trial, build: Build) -> tuple[Run, ...]:
    """A layer and one backward for each case."""
    return tuple(_run(trial.student, case, watched=build is side_by_side) for case in trial.cases(build))


def _run(student: Student, case: Case, *, watched: bool = False) -> Run:
    layer, dout = _ready(student, case), student.store(case.dout)
    before = student.later.random_state() if watched else None
    din = layer.later.backward(dout)
    states = (before, student.later.random_state()) if before is not None else None
    return Run(case, din, dout.later.fetch(), states)


def _every_run(trial: Trial) -> tuple[Run, ...]:
    """Asked for together, before any answer is read: they all go in one frame."""
    return tuple(run for build in (side_by_side, overlapping, gaps_and_tails) for run in trial.once(asked, build))


def _expect_din(trial: Trial, runs: Iterable[Run]) -> None:
    for run in runs:
        trial.expect_close("din", run.din.value, run.case.din, run.case)


# -------------------------------------------------------------------------------------- derived, not measured

LOOPS = 100.0
"""How many plain loops over all cells a layer may take, in CPU time, forward included.

Vectorised answers take a tenth of one to ten, plain loops over windows about one, plain loops that search all
windows for each cell about fifteen, and several numpy calls for each cell about thirty. Differences take a forward
for each cell: three hundred and more.
"""


@dataclass(frozen=True)
class Large:
    """An input of many cells and few windows, and the CPU seconds of a plain loop over its cells."""

    case: Case
    loop_seconds: float


def large_input(rng: np.random.Generator, reference: ModuleType) -> Large:
    """Cheap to work a gradient out for, dear to try out cell by cell.

    Its sizes are random, so no answer can lie ready. Tall and narrow windows are what a forward is slowest for, and
    a forward of all cells moved at once does not fit into a worker's memory.
    """
    height, width = (int(size) for size in rng.integers(110, 119, size=2))
    window = (height - int(rng.integers(24, 32)), 3)
    case = _case(rng, reference, Geometry((1, height, width, 1), window, 8))
    return Large(case, min(_loop_seconds(case.x) for _ in range(3)))


def _loop_seconds(x: np.ndarray) -> float:
    """CPU seconds of a loop that does one small thing for every cell."""
    started = time.process_time()
    total = np.zeros(x.shape)
    for where in np.ndindex(*x.shape):
        total[where] += x[where]
    return time.process_time() - started


def _tried_out(trial: Trial, runs: tuple[Run, ...]) -> Text | None:
    """What tells differences from a derivation: their time, or that they are given up where they would take too long.

    A machine under load slows everything down, so what seems slow is held against a loop run just after it, too.
    """
    large = trial.cases(large_input)
    started = trial.student.cpu_seconds()
    run = _run(trial.student, large.case)
    seconds = trial.student.cpu_seconds() - started
    if seconds > LOOPS * large.loop_seconds and seconds > LOOPS * _loop_seconds(large.case.x):
        return TRIED_OUT
    return None if run.right or not all(each.right for each in runs) else SMALL_ONLY


@check("backward", zh="梯度是推导出来的,而不是逐个试出来的", timed=True)
def backward_derived(trial: Trial) -> None:
    """The gradient is worked out, not measured by moving the input."""
    runs = _every_run(trial)
    if any(run.fits for run in runs):  # anything else that is wrong is another check's matter
        trial.note("din", trial.cases(large_input).case, _tried_out(trial, runs))
    else:
        trial.expect_array("din", runs[0].din.value, runs[0].case.x.shape, runs[0].case)


# --------------------------------------------------------------------------------------------- right gradients


@check("backward", zh="din 的形状与输入相同,包括被裁掉的部分", weight=4, requires=("backward_derived",))
def shape_of_the_input(trial: Trial) -> None:
    """din has the shape of the input, cropped rows and columns included."""
    for run in _every_run(trial):
        trial.expect_array("din", run.din.value, run.case.x.shape, run.case)


@check("backward", zh="窗口并排时,每个梯度平均分给它的窗口", weight=26, requires=("backward_derived",))
def windows_side_by_side(trial: Trial) -> None:
    """Windows side by side: each gradient is shared out equally over its window."""
    _expect_din(trial, trial.once(asked, side_by_side))


@check("backward", zh="窗口重叠时,各份梯度相加", weight=31, requires=("backward_derived",))
def windows_that_overlap(trial: Trial) -> None:
    """Overlapping windows: their shares add up."""
    _expect_din(trial, trial.once(asked, overlapping))


@check("backward", zh="空隙和被裁掉的部分得到 0", weight=20, requires=("backward_derived",))
def cells_outside_every_window(trial: Trial) -> None:
    """Gaps between windows and cropped tails get 0."""
    _expect_din(trial, trial.once(asked, gaps_and_tails))


# ------------------------------------------------------------------------------------------- state and manners

RIGHT_ONCE = ("backward_derived", "windows_side_by_side")


@check("backward", zh="每次调用都重新计算,只取决于这一次的 dout,不会累加", weight=5, requires=RIGHT_ONCE)
def afresh_in_every_call(trial: Trial) -> None:
    """Every call starts afresh: the same dout gives the same, another one its own, and earlier data leave no trace."""
    cases = [trial.cases(side_by_side)[0], *trial.cases(overlapping)[2:]]
    answers = [(case, _one_after_another(trial.student, case)) for case in cases]
    for case, (din, second, other, minus) in answers:
        trial.expect_close("din", din.value, case.din, case)
        trial.expect_close("din of the second call", second.value, case.din, case)
        trial.expect_close("din of another dout", other.value, case.other_din, case)
        trial.expect_close("din of minus dout", minus.value, -case.din, case)


def _one_after_another(student: Student, case: Case) -> list[Answer]:
    """Four backwards of one layer that has been used on a smaller batch before."""
    layer = _layer(student, case.geometry)
    _remember(layer, case.x[:1], case.x[:1].shape)
    layer.later.backward(case.dout[:1], send=False)
    _remember(layer, case.x, case.x.shape)
    return [layer.later.backward(dout) for dout in (case.dout, case.dout, case.other_dout, -case.dout)]


@check("backward", zh="两个层互不影响", weight=5, requires=RIGHT_ONCE)
def two_layers_share_nothing(trial: Trial) -> None:
    """Two layers that take turns share nothing."""
    cases = trial.cases(side_by_side)
    answers = [(one, other, _in_turns(trial.student, one, other)) for one, other in (cases[:2], cases[2:4])]
    for one, other, (first, second) in answers:
        trial.expect_close("din of the first layer", first.value, one.din, one)
        trial.expect_close("din of the second layer", second.value, other.din, other)


def _in_turns(student: Student, one: Case, other: Case) -> tuple[Answer, Answer]:
    first, second = _ready(student, one), _ready(student, other)
    return first.later.backward(one.dout), second.later.backward(other.dout)


@check("backward", zh="内存不连续的数组也能用", weight=5, requires=RIGHT_ONCE)
def arrays_that_are_not_contiguous(trial: Trial) -> None:
    """Arrays that are not contiguous in memory are welcome."""
    cases = list(zip(trial.cases(side_by_side), LAYOUTS, strict=False))
    answers = [_laid_out(trial.student, case, layout) for case, layout in cases]
    for (case, layout), din in zip(cases, answers, strict=True):
        trial.expect_close("din", din.value, case.din, InOrder(case, layout))


def _laid_out(student: Student, case: Case, layout: str) -> Answer:
    layer = _layer(student, case.geometry)
    _remember(layer, Laid(case.x, layout), case.x.shape)
    return layer.later.backward(Laid(case.dout, layout))


@check("backward", zh="不修改 dout,也不碰全局随机状态", weight=3, requires=RIGHT_ONCE)
def arguments_left_alone(trial: Trial) -> None:
    """dout and numpy's random state stay what they were."""
    for run in trial.once(asked, side_by_side):
        trial.expect_unchanged("dout", run.case.dout, run.dout.value, run.case)
        if run.states is not None:
            before, after = run.states
            trial.note("random state", run.case, None if before.value == after.value else RANDOM_STATE_CHANGED)
