"""The checks that marks for max pooling come from. Staff only: they compare with the solution.

What several checks read is asked for once, in one frame, and kept with the worker (``Trial.once``). What may end
the worker (arrays that are not contiguous, impossible sizes) goes in frames of its own, after the rest has counted.
An exercise draws its own cases where an earlier one has been told what they come to.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import Any

import numpy as np

from autograder.compare import closeness_problem
from autograder.errors import StudentFault
from autograder.facts import Facts, Windows, factors, regions
from autograder.gradients import DIRECTIONS, EPS, distinct, weighted_sum
from autograder.model import Text
from autograder.protocol import Laid
from autograder.registry import check, probe
from autograder.student import Answer, Calls, StudentObject, Table
from autograder.trial import Trial


@dataclass(frozen=True)
class Geometry:
    """An input ``(N, H, W, D)``, a window ``(rows, columns)`` and a stride."""

    shape: tuple[int, int, int, int]
    window: tuple[int, int]
    stride: int

    @cached_property
    def pooled(self) -> tuple[int, int, int, int]:
        """The output's shape ``(N, OH, OW, D)``."""
        n, height, width, depth = self.shape
        rows, columns = self.window
        return n, (height - rows) // self.stride + 1, (width - columns) // self.stride + 1, depth

    @cached_property
    def text(self) -> str:
        """All sizes, as a student reads them."""
        sizes = " x ".join(map(str, self.shape))
        return f"x {sizes}, window {self.window[0]} x {self.window[1]}, stride {self.stride}"

    def __str__(self) -> str:
        return self.text


HOSTILE = (
    Geometry((2, 6, 4, 2), (3, 2), 1),  # overlapping along both axes
    Geometry((2, 5, 8, 3), (2, 3), 2),  # overlapping along columns only, tails
    Geometry((2, 8, 6, 1), (1, 2), 3),  # a window one row high, gaps between the windows, tails, depth 1
    Geometry((1, 4, 5, 3), (4, 5), 2),  # one window that is the whole input, batch 1
)
"""Where there are several windows, they are not as many along rows as along columns."""
BELOW_ZERO = HOSTILE[1]
"""Here every value is negative."""
TIED = (
    HOSTILE[0],  # again, with other numbers: what was worked out for a size is of no use
    Geometry((2, 8, 7, 2), (4, 1), 3),  # overlapping along rows only, a window one column wide, a tail
)
PAIRED = (Geometry((1, 4, 4, 2), (2, 2), 2), Geometry((2, 5, 6, 2), (2, 2), 2))
"""Nothing special, for one window and stride; the second of another batch size and size."""
LAYOUTS = ("F", "reversed")
EITHER_ORDER = ("C", "F")
"""A reshape is a view of an array in the first memory order, and a copy in the second."""
SIZES = ((1, 1, 1), (5, 1, 1), (5, 2, 3), (5, 5, 3), (8, 3, 2), (8, 4, 3), (9, 4, 3), (12, 5, 4))
IMPOSSIBLE = ((4, 5, 1), (3, 0, 1), (5, 2, 0), (5, -1, 1), (5, 2, -1))
"""Sizes, windows and strides along one axis of which none can be pooled."""
REFUSED = {
    "MaxPoolingLayer": (((5, 2), 1), ((2, 0), 1), ((2, 2), 0)),
    "max_pool_backward_matrix": (((2, 5), 1), ((0, 2), 1), ((2, 2), -1)),
    "max_pool_forward_fast": (((2, 5), 1), ((0, 2), 1), ((2, 2), 0)),
}
"""Windows and strides of which none fits an input of 4 x 4."""


RANDOM_STATE_CHANGED = Text(
    "numpy's global random state was changed: pooling does not draw random numbers",
    "改动了 numpy 的全局随机状态:池化不需要随机数",
)


# ---------------------------------------------------------------------- what is told of a wrong array

AXES = (Text("example", "样本"), Text("row", "行"), Text("column", "列"), Text("depth", "深度"))
AXES_CHANNELS_FIRST = (AXES[0], AXES[3], AXES[1], AXES[2])
OF_WINDOWS = {
    "ties": Text("windows that hold their maximum more than once", "最大值出现不止一次的窗口"),
    "negative": Text("windows that hold negative values only", "全是负数的窗口"),
}
OF_CELLS = {
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
    "ties": Text("cells of windows that hold their maximum more than once", "最大值出现不止一次的窗口里的单元"),
    "shared": Text("cells that are the maximum of several windows", "同时是多个窗口最大值的单元"),
    "losers": Text("cells that are the maximum of no window", "在任何窗口里都不是最大值的单元"),
    "several-marks": Text("cells of windows with several marks", "含多个标记的窗口里的单元"),
    "no-mark": Text("cells of windows without a mark", "毫无标记的窗口里的单元"),
    "shared-marks": Text("cells that several windows mark", "被多个窗口标记的单元"),
    "unmarked": Text("cells that no window marks", "未被任何窗口标记的单元"),
}
FACTORS = {
    "cells": Text("the number of cells of a window", "一个窗口的单元数"),
    "batch": Text("the number of examples in the batch", "批中的样本数"),
    "positions": Text("the number of windows of a map", "一张特征图上的窗口数"),
    "depth": Text("the depth", "深度"),
    "stride": Text("the stride", "步幅"),
    "stride-squared": Text("the square of the stride", "步幅的平方"),
}


def pooling_facts(geometry: Geometry, x: np.ndarray, what: str) -> Facts:
    """What there is to say of ``out``, ``max_index`` or some gradient of the input ``x``."""
    held = maxima(geometry, x)
    tied = held.sum(axis=-1) > 1
    if "din" not in what:
        below_zero = windows_of(geometry, x).max(axis=-1) < 0
        return facts_about(geometry, what, OF_WINDOWS, {"ties": tied, "negative": below_zero})
    wins = spread(geometry, held & (held.cumsum(axis=-1) == 1))
    cells = spread(geometry, np.broadcast_to(tied[..., np.newaxis], held.shape))
    masks = {"ties": cells > 0, "shared": wins > 1, "losers": wins == 0}
    return facts_about(geometry, what, OF_CELLS, covered(geometry) | masks)


def marking_facts(geometry: Geometry, max_mask: np.ndarray, what: str) -> Facts:
    """What there is to say of the gradient that comes of these marks."""
    marks = max_mask.reshape(*geometry.pooled, -1)
    counts = marks.sum(axis=-1, keepdims=True)
    several, none = (spread(geometry, np.broadcast_to(each, marks.shape)) > 0 for each in (counts > 1, counts == 0))
    marked_by = spread(geometry, marks)
    masks = {
        "several-marks": several,
        "no-mark": none,
        "shared-marks": marked_by > 1,
        "unmarked": marked_by == 0,
    }
    return facts_about(geometry, what, OF_CELLS, covered(geometry) | masks)


def facts_about(geometry: Geometry, what: str, texts: dict[str, Text], masks: dict[str, np.ndarray]) -> Facts:
    """These parts of an array, with the sizes of the case; none is to blame where only a later call is wrong."""
    n, out_rows, out_columns, depth = geometry.pooled
    values = {
        "cells": geometry.window[0] * geometry.window[1],
        "batch": n,
        "positions": out_rows * out_columns,
        "depth": depth,
        "stride": geometry.stride,
        "stride-squared": geometry.stride**2,
    }
    windows = Windows(geometry.window, geometry.stride) if "din" in what else None
    return Facts(regions(texts, masks), factors(FACTORS, values if what in ("out", "din") else {}), AXES, windows)


def channels_first(facts: Facts) -> Facts:
    """The same of an array whose depth comes before its rows."""
    turned = tuple(replace(each, mask=each.mask.transpose(0, 3, 1, 2)) for each in facts.regions)
    return replace(facts, regions=turned, axes=AXES_CHANNELS_FIRST)


def windows_of(geometry: Geometry, x: np.ndarray) -> np.ndarray:
    """``(N, OH, OW, D, cells)``: what every window holds."""
    every = np.lib.stride_tricks.sliding_window_view(x, geometry.window, axis=(1, 2))
    return every[:, :: geometry.stride, :: geometry.stride].reshape(*geometry.pooled, -1)


def maxima(geometry: Geometry, x: np.ndarray) -> np.ndarray:
    """``(N, OH, OW, D, cells)``: where every window holds its maximum."""
    windows = windows_of(geometry, x)
    return np.asarray(windows == windows.max(axis=-1, keepdims=True))


def spread(geometry: Geometry, marks: np.ndarray) -> np.ndarray:
    """How many windows mark each cell of the input; ``marks`` is ``(N, OH, OW, D, cells)``."""
    counts = np.zeros(geometry.shape, dtype=int)
    _, out_rows, out_columns, _ = geometry.pooled
    for cell, (row, column) in enumerate(np.ndindex(*geometry.window)):
        rows = slice(row, row + out_rows * geometry.stride, geometry.stride)
        columns = slice(column, column + out_columns * geometry.stride, geometry.stride)
        counts[:, rows, columns] += marks[..., cell]
    return counts


def covered(geometry: Geometry) -> dict[str, np.ndarray]:
    """The cells that several windows cover, that none does, that the last do, and those at the border."""
    (rows, columns), stride = geometry.window, geometry.stride
    _, out_rows, out_columns, _ = geometry.pooled
    every = np.ones((*geometry.pooled, rows * columns), dtype=bool)
    _, row, column, _, _ = np.indices(every.shape, sparse=True)
    counts = spread(geometry, every)
    tail, border = (np.ones(geometry.shape, dtype=bool) for _ in range(2))
    tail[:, : (out_rows - 1) * stride + rows, : (out_columns - 1) * stride + columns] = False
    border[:, 1:-1, 1:-1] = False
    last_row, last_column = row == out_rows - 1, column == out_columns - 1
    cell_row, cell_column = np.divmod(np.arange(rows * columns), columns)
    return {
        "overlap": counts > 1,
        "gaps": (counts == 0) & ~tail,
        "tail": tail,
        "uncovered": counts == 0,
        "last-row": spread(geometry, every & last_row) > 0,
        "last-column": spread(geometry, every & last_column) > 0,
        "last": spread(geometry, every & (last_row | last_column)) > 0,
        "bottom": spread(geometry, every & (cell_row == rows - 1)) > 0,
        "right": spread(geometry, every & (cell_column == columns - 1)) > 0,
        "border": border,
    }


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
        return f"{self.case}, memory order {self.layout}"


@dataclass(frozen=True)
class Case:
    """One input with everything the reference makes of it."""

    geometry: Geometry
    x: np.ndarray
    out: np.ndarray
    max_index: np.ndarray
    dout: np.ndarray
    din: np.ndarray

    def facts(self, what: str) -> Facts:
        """What to say of a wrong array."""
        return pooling_facts(self.geometry, self.x, what)

    def __str__(self) -> str:
        return self.geometry.text


def solved(geometry: Geometry, x: np.ndarray, rng: np.random.Generator, reference: Any) -> Case:
    """The case of ``x``, with a random upstream gradient."""
    layer = reference.MaxPoolingLayer(geometry.window, geometry.stride)
    out = layer.forward(x)
    dout = rng.normal(size=out.shape)
    return Case(geometry, x, out, layer.max_index, dout, layer.backward(dout))


def distinct_cases(rng: np.random.Generator, reference: Any) -> tuple[Case, ...]:
    """Every hostile geometry with distinct values, one of them with negative values only."""
    return tuple(solved(each, distinct_values(each, rng), rng, reference) for each in HOSTILE)


def distinct_values(geometry: Geometry, rng: np.random.Generator) -> np.ndarray:
    """An input without a tie."""
    x = distinct(rng, geometry.shape)
    return x - x.max() - 1 if geometry is BELOW_ZERO else x


def tied_cases(rng: np.random.Generator, reference: Any) -> tuple[Case, ...]:
    """Inputs where most windows hold their maximum more than once."""
    return tuple(solved(each, tied_values(each, rng), rng, reference) for each in TIED)


def tied_values(geometry: Geometry, rng: np.random.Generator) -> np.ndarray:
    """An input of few different values."""
    return rng.integers(-2, 1, size=geometry.shape).astype(float)


def pair(rng: np.random.Generator, reference: Any) -> tuple[Case, Case]:
    """Two inputs for one window and stride."""
    one, two = (solved(each, distinct_values(each, rng), rng, reference) for each in PAIRED)
    return one, two


WIDE = Geometry((1, 64, 144, 1), (2, 2), 72)
"""Many cells and two windows: cheap to derive a gradient for, dear to try out cell by cell."""
RACED = {
    "images": Geometry((1200, 1, 4, 1), (1, 2), 1),
    "channels": Geometry((1, 1, 4, 1200), (1, 2), 1),
    "positions": Geometry((1, 62, 61, 1), (3, 2), 1),
}
"""Small windows that overlap: a loop takes as long as over large ones, and few numbers have to travel."""


def right_sizes_table(rng: np.random.Generator, reference: Any) -> Table:
    """What ``pooled_size`` should say wherever a check may lead to it."""
    everywhere = (*HOSTILE, *TIED, *PAIRED, WIDE, *RACED.values())
    fits = [
        ((size, window, each.stride), pooled)
        for each in everywhere
        for size, window, pooled in zip(each.shape[1:3], each.window, each.pooled[1:3], strict=True)
    ]
    refused = [
        ((4, size, stride), (4 - size) // stride + 1 if 1 <= size <= 4 and stride >= 1 else None)
        for window, stride in itertools.chain(*REFUSED.values())
        for size in window
    ]
    return Table((*fits, *refused))


def right_sizes(trial: Trial) -> AbstractContextManager[Calls]:
    """Answer ``pooled_size`` rightly, so that a mistake in it costs its own exercise only."""
    return trial.student.standing_in("pooled_size", table=trial.cases(right_sizes_table))


def layer_of(trial: Trial, case: Case) -> StudentObject:
    """A new layer of the student's for the case."""
    return trial.student.new("MaxPoolingLayer", case.geometry.window, case.geometry.stride)


def expected_next(layer: StudentObject, case: Case) -> StudentObject:
    """The layer with the contract's attributes set to the right values, as the case's forward should have left it."""
    layer.set("input_shape", case.geometry.shape)
    layer.set("max_index", case.max_index)
    return layer


def refusals(trial: Trial, what: str, ask: Callable[[tuple[int, int], int], Answer]) -> tuple[Answer, ...]:
    """``ask(window, stride)`` for all that ``what`` should refuse."""
    with right_sizes(trial):
        return tuple(ask(window, stride) for window, stride in REFUSED[what])


def expect_refusals(trial: Trial, what: str, answers: tuple[Answer, ...]) -> None:
    """Each of the answers is a ValueError."""
    for (window, stride), answer in zip(REFUSED[what], answers, strict=True):
        case = f"input 4 x 4, window {window[0]} x {window[1]}, stride {stride}"
        trial.expect_value_error(what, partial(value_of, answer), case)


def value_of(answer: Answer) -> Any:
    """The answer, or the fault it is."""
    return answer.value


@dataclass(frozen=True)
class Dice:
    """numpy's global random state before and after some calls."""

    before: Answer
    after: Answer

    def expect_untouched(self, trial: Trial) -> None:
        """The calls between have left it as it was."""
        same = self.before.value == self.after.value
        trial.note("random state", "", None if same else RANDOM_STATE_CHANGED)


# ---------------------------------------------------------------------------------- pooled_size


def sizes_that_fit(trial: Trial) -> tuple[Answer, ...]:
    """The number of windows, where there are any."""
    return tuple(trial.student.later.pooled_size(*sizes) for sizes in SIZES)


def sizes_that_do_not(trial: Trial) -> tuple[Answer, ...]:
    """The number of windows, where there can be none."""
    return tuple(trial.student.later.pooled_size(*sizes) for sizes in IMPOSSIBLE)


@check("pooled_size", zh="窗口数量正确,末尾不足一个窗口的部分被舍去", weight=4, reads=(sizes_that_fit,))
def pooled_size_values(trial: Trial) -> None:
    """The number of windows is right, and a tail that fills no window is cropped."""
    answers = trial.once(sizes_that_fit)
    for (size, window, stride), answer in zip(SIZES, answers, strict=True):
        case = f"size {size}, window {window}, stride {stride}"
        trial.expect_int("pooled_size", answer.value, (size - window) // stride + 1, case)


@check(
    "pooled_size",
    zh="不可能的尺寸抛出 ValueError",
    requires=("pooled_size_values",),
    reads=(sizes_that_do_not,),
)
def pooled_size_refuses(trial: Trial) -> None:
    """A window larger than the input, or a size below 1, is a ValueError."""
    answers = trial.once(sizes_that_do_not)
    for sizes, answer in zip(IMPOSSIBLE, answers, strict=True):
        case = "size {}, window {}, stride {}".format(*sizes)
        trial.expect_value_error("pooled_size", partial(value_of, answer), case)


# -------------------------------------------------------------------------------------- forward


@dataclass(frozen=True)
class Forward:
    """A layer that was asked for one forward, and what came of it."""

    case: Case
    layer: StudentObject
    out: Answer
    max_index: Answer

    def index(self) -> Any:
        """``self.max_index``, which forward may have set before it failed."""
        return index_after(self.out, self.max_index)


def index_after(out: Answer, max_index: Answer) -> Any:
    """``self.max_index`` after a forward; where there is none, the fault in forward tells more."""
    if max_index.fault is not None and out.fault is not None:
        raise out.fault
    return max_index.value


@dataclass(frozen=True)
class Forwards:
    """Forwards without a tie and with ties, and two of one layer.

    The index of ``first`` is read when all other layers have had their forward; ``shape`` is what ``second`` has
    stored, and ``x`` what became of the input of the first without a tie.
    """

    distinct: tuple[Forward, ...]
    tied: tuple[Forward, ...]
    first: Forward
    second: Forward
    shape: Answer
    x: Answer
    dice: Dice


def forward_of(trial: Trial, case: Case, x: Any) -> Forward:
    """Ask a new layer for its forward."""
    return forward_by(layer_of(trial, case), case, x)


def forward_by(layer: StudentObject, case: Case, x: Any) -> Forward:
    """Ask this layer."""
    return Forward(case, layer, layer.later.forward(x), layer.later.get("max_index"))


def forwards(trial: Trial) -> Forwards:
    """One forward of a new layer for each case, and two of one more."""
    one, two = trial.cases(pair)
    case, *cases = trial.cases(distinct_cases)
    with right_sizes(trial):
        before = trial.student.later.random_state()
        layer = layer_of(trial, one)
        out = layer.later.forward(one.x)
        x = trial.student.store(case.x)
        plain = (forward_of(trial, case, x), *[forward_of(trial, each, each.x) for each in cases])
        tied = tuple(forward_of(trial, each, each.x) for each in trial.cases(tied_cases))
        first = Forward(one, layer, out, layer.later.get("max_index"))
        second = forward_by(layer, two, two.x)
        shape, after = layer.later.get("input_shape"), x.later.fetch()
        return Forwards(plain, tied, first, second, shape, after, Dice(before, trial.student.later.random_state()))


@dataclass(frozen=True)
class LaidForward:
    """A forward of an input in some memory order, and what became of the input."""

    run: Forward
    layout: str
    x: Answer

    def facts(self, what: str) -> Facts:
        """Those of the case."""
        return self.run.case.facts(what)

    def __str__(self) -> str:
        return f"{self.run.case}, memory order {self.layout}"


def laid_out_forwards(trial: Trial) -> tuple[LaidForward, ...]:
    """Forwards of inputs that are not contiguous."""
    with right_sizes(trial):
        return tuple(
            laid_out_forward(trial, case, layout)
            for case, layout in zip(trial.cases(distinct_cases), LAYOUTS, strict=False)
        )


def laid_out_forward(trial: Trial, case: Case, layout: str) -> LaidForward:
    """One of them."""
    x = trial.student.store(Laid(case.x, layout))
    return LaidForward(forward_of(trial, case, x), layout, x.later.fetch())


@check("forward", zh="输出的形状正确", reads=(forwards,))
def forward_shape(trial: Trial) -> None:
    """The output has the right shape."""
    for run in trial.once(forwards).distinct:
        trial.expect_array("out", run.out.value, run.case.out.shape, run.case)


@check("forward", zh="每个输出都是其窗口的最大值", weight=8, requires=("forward_shape",))
def forward_values(trial: Trial) -> None:
    """Each output is the maximum of its window."""
    done = trial.once(forwards)
    for run in (*done.distinct, *done.tied, done.first, done.second):
        trial.expect_close("out", run.out.value, run.case.out, run.case)


@check("forward", zh="记录输入的形状", requires=("forward_values",))
def forward_input_shape(trial: Trial) -> None:
    """The shape of the input is kept in self.input_shape."""
    done = trial.once(forwards)
    case = done.second.case
    trial.expect_shape_tuple("input_shape", done.shape.value, case.geometry.shape, case)


@check(
    "forward", zh="输入在内存中不连续时同样正确", requires=("forward_values",), reads=(laid_out_forwards,)
)
def forward_layouts(trial: Trial) -> None:
    """An input that is not contiguous in memory gives the same result."""
    for laid in trial.once(laid_out_forwards):
        trial.expect_close("out", laid.run.out.value, laid.run.case.out, laid)


@check("forward", zh="不修改输入,也不改动全局随机状态", requires=("forward_values",))
def forward_untouched(trial: Trial) -> None:
    """The input and numpy's global random state are left as they were."""
    done = trial.once(forwards)
    case = done.distinct[0].case
    trial.expect_unchanged("x", case.x, done.x.value, case)
    for laid in trial.once(laid_out_forwards):
        trial.expect_unchanged("x", laid.run.case.x, laid.x.value, laid)
    done.dice.expect_untouched(trial)


def refused_forwards(trial: Trial) -> tuple[Answer, ...]:
    """A forward of layers that cannot be, or cannot take their input."""
    x = np.zeros((1, 4, 4, 1))
    return refusals(
        trial,
        "MaxPoolingLayer",
        lambda window, stride: trial.student.new("MaxPoolingLayer", window, stride).later.forward(x),
    )


@check("forward", zh="不可能的窗口抛出 ValueError", requires=("forward_values",), reads=(refused_forwards,))
def forward_refuses(trial: Trial) -> None:
    """Impossible geometry is a ValueError, in the constructor or in forward."""
    expect_refusals(trial, "MaxPoolingLayer", trial.once(refused_forwards))


# ------------------------------------------------------------------------------------ max_index


@check("max_index", zh="最大值的位置按行编号,与窗口一一对应", weight=5)
def max_index_values(trial: Trial) -> None:
    """The cell of each window's maximum is found, counted row by row."""
    for run in trial.once(forwards).distinct:
        trial.expect_close("max_index", run.index(), run.case.max_index, run.case, kind="integer")


@check("max_index", zh="并列时取第一个最大值", weight=3, requires=("max_index_values",))
def max_index_ties(trial: Trial) -> None:
    """At a tie the first of the maxima counts."""
    for run in trial.once(forwards).tied:
        trial.expect_close("max_index", run.index(), run.case.max_index, run.case, kind="integer")


@check("max_index", zh="每次前向传播重新设置,各层互不影响", requires=("max_index_values",))
def max_index_afresh(trial: Trial) -> None:
    """Every forward sets it afresh, and two layers share nothing."""
    done = trial.once(forwards)
    for run in (done.first, done.second):
        trial.expect_close("max_index", run.index(), run.case.max_index, run.case, kind="integer")


@check("max_index", zh="输入在内存中不连续时同样正确", requires=("max_index_values",))
def max_index_layouts(trial: Trial) -> None:
    """An input that is not contiguous in memory gives the same result."""
    for laid in trial.once(laid_out_forwards):
        trial.expect_close("max_index", laid.run.index(), laid.run.case.max_index, laid, kind="integer")


# ------------------------------------------------------------------------------------- backward

TRIED_OUT = Text(
    "backward should work the gradient out: it takes as long as trying out every cell of the input",
    "backward 应当推导出梯度:它用的时间相当于把输入的每个单元逐一试一遍",
)


LOOPS = 8.0
"""How many plain loops over all cells a forward with its backward may take, in CPU time.

A loop over windows takes a hundredth of one here, a loop over cells about one, and one over cells and windows about
three. Differences take a forward for each cell, which is as much as twenty steps of a loop or more.
"""


@dataclass(frozen=True)
class Search:
    """An input of many cells and few windows, and the CPU seconds of a plain loop over its cells."""

    case: Case
    loop_seconds: float


def searches(rng: np.random.Generator, reference: Any) -> Search:
    """The case that tells a derivation from differences by its time."""
    case = solved(WIDE, rng.normal(size=WIDE.shape), rng, reference)
    return Search(case, min(seconds_over_cells(case) for _ in range(3)))


def seconds_over_cells(case: Case) -> float:
    """CPU seconds of a loop that does one small thing for every cell."""
    started = time.process_time()
    total = np.zeros(case.x.shape)
    for where in np.ndindex(*case.x.shape):
        total[where] += case.x[where]
    return time.process_time() - started


@dataclass(frozen=True)
class Searched:
    """What a layer gave for the case of a ``Search``, and how many loops over the cells it took for it."""

    case: Case
    din: Answer
    loops: float


def searched(trial: Trial) -> Searched:
    """A forward and its backward: what is tried out must be tried in one of the two."""
    search = trial.cases(searches)
    with right_sizes(trial):
        layer = layer_of(trial, search.case)
        layer.later.forward(search.case.x, send=False)  # it may store more than the contract asks
        return timed(trial, search, expected_next(layer, search.case))


def searched_without_forward(trial: Trial) -> Searched:
    """The backward of a layer that has only what the contract names."""
    search = trial.cases(searches)
    with right_sizes(trial):
        return timed(trial, search, bare_layer(trial, search.case))


def timed(trial: Trial, search: Search, layer: StudentObject) -> Searched:
    """The layer's backward, with the time of all that waits."""
    din = layer.later.backward(search.case.dout)
    return Searched(search.case, din, trial.student.timed_flush() / search.loop_seconds)


def bare_layer(trial: Trial, case: Case) -> StudentObject:
    """A layer without a forward, on which the contract's attributes are set and no others."""
    return expected_next(layer_of(trial, case), case)


@check("backward", zh="推导出梯度,而不是逐个试出来", timed=True)
def backward_derived(trial: Trial) -> None:
    """The gradient is derived, not tried out."""
    trial.once(backwards)  # first, for a first call may import something, and that takes time
    trial.student.flush()
    done = trial.once(searched)
    trial.expect_array("din", done.din.value, done.case.x.shape, done.case)
    derived = done.loops <= LOOPS or is_only_slow_before(trial)
    trial.note("din", done.case, None if derived else TRIED_OUT)


def is_only_slow_before(trial: Trial) -> bool:
    """Whether it is the forward that takes long, for without one the gradient is right and quick."""
    alone = trial.once(searched_without_forward)
    if alone.din.fault is not None or alone.loops > LOOPS:
        return False
    return closeness_problem("din", alone.din.value, alone.case.din) is None


@dataclass(frozen=True)
class Backward:
    """The answer of one layer's backward."""

    case: Case
    din: Answer


@dataclass(frozen=True)
class Backwards:
    """Backwards without a tie and with ties, of one layer for two inputs in turn, and of one that had no forward.

    The first without a tie is asked again, and for ``-dout``; then ``dout`` and ``max_index`` are read.
    """

    distinct: tuple[Backward, ...]
    tied: tuple[Backward, ...]
    again: Answer
    minus: Answer
    dout: Answer
    max_index: Answer
    in_turn: tuple[Backward, Backward]
    alone: Backward
    dice: Dice


def backwards(trial: Trial) -> Backwards:
    """Backwards of all layers that have had a forward; whatever is wrong in that is not held against them."""
    done = trial.once(forwards)
    first, *others = done.distinct
    with right_sizes(trial):
        before = trial.student.later.random_state()
        dout = trial.student.store(first.case.dout)
        din = backward_of(first, dout)
        plain, tied = (tuple(map(backward_of, runs)) for runs in (others, done.tied))
        second = backward_of(done.second)
        again, minus = (first.layer.later.backward(each) for each in (first.case.dout, -first.case.dout))
        after = dout.later.fetch(), first.layer.later.get("max_index")
        alone = Backward(others[0].case, bare_layer(trial, others[0].case).later.backward(others[0].case.dout))
        dice = Dice(before, trial.student.later.random_state())
        done.first.layer.later.forward(done.first.case.x, send=False)  # it may store more than the contract asks
        in_turn = second, backward_of(done.first)
        return Backwards((din, *plain), tied, again, minus, *after, in_turn, alone, dice)


def backward_of(run: Forward, dout: Any = None) -> Backward:
    """Ask a layer that has had its forward."""
    layer = expected_next(run.layer, run.case)
    return Backward(run.case, layer.later.backward(run.case.dout if dout is None else dout))


@check("backward", zh="梯度的形状与输入相同", requires=("backward_derived",))
def backward_shape(trial: Trial) -> None:
    """The gradient has the shape of the input."""
    for run in trial.once(backwards).distinct:
        trial.expect_array("din", run.din.value, run.case.x.shape, run.case)


@check(
    "backward",
    zh="每个梯度只传给其窗口的最大值,重叠处相加",
    weight=10,
    requires=("backward_derived", "backward_shape"),
)
def backward_values(trial: Trial) -> None:
    """Each gradient goes to its window's maximum only, and overlapping windows add up."""
    for run in trial.once(backwards).distinct:
        trial.expect_close("din", run.din.value, run.case.din, run.case)
    wide = trial.once(searched)
    trial.expect_close("din", wide.din.value, wide.case.din, wide.case)


@check(
    "backward",
    zh="并列时整个梯度只归第一个最大值",
    weight=3,
    requires=("backward_derived", "backward_shape"),
)
def backward_ties(trial: Trial) -> None:
    """At a tie the whole gradient goes to the first maximum."""
    for run in trial.once(backwards).tied:
        trial.expect_close("din", run.din.value, run.case.din, run.case)


@check(
    "backward",
    zh="只依据 input_shape 与 max_index 计算",
    weight=2,
    requires=("backward_derived", "backward_values"),
)
def backward_from_stored(trial: Trial) -> None:
    """It needs self.input_shape and self.max_index alone."""
    run = trial.once(backwards).alone
    trial.expect_close("din", run.din.value, run.case.din, run.case)


@check("backward", zh="连续两次结果相同,不累加", weight=2, requires=("backward_derived", "backward_values"))
def backward_twice(trial: Trial) -> None:
    """Called twice it gives the same gradient twice: nothing accumulates."""
    done = trial.once(backwards)
    case = done.distinct[0].case
    trial.expect_close("second din", done.again.value, case.din, case)
    trial.expect_close("din of minus dout", done.minus.value, -case.din, case)


@check("backward", zh="换一个输入后重新计算", weight=1, requires=("backward_derived", "backward_values"))
def backward_next_input(trial: Trial) -> None:
    """A layer that goes on to an input of another size starts afresh."""
    for run in trial.once(backwards).in_turn:
        trial.expect_close("din", run.din.value, run.case.din, run.case)


def laid_out_backwards(trial: Trial) -> list[tuple[LaidForward, Answer, Answer]]:
    """Backwards of a ``dout`` that is not contiguous, and what became of it."""
    runs = trial.once(laid_out_forwards)
    with right_sizes(trial):
        return [(laid, *laid_out_backward(trial, laid)) for laid in runs]


def laid_out_backward(trial: Trial, laid: LaidForward) -> tuple[Answer, Answer]:
    """One of them."""
    dout = trial.student.store(Laid(laid.run.case.dout, laid.layout))
    return backward_of(laid.run, dout).din, dout.later.fetch()


@check(
    "backward",
    zh="不修改 dout、max_index 与全局随机状态,dout 不连续时同样正确",
    weight=2,
    requires=("backward_derived", "backward_values"),
)
def backward_untouched(trial: Trial) -> None:
    """dout, max_index and numpy's random state are left as they were, and dout need not be contiguous."""
    done = trial.once(backwards)
    case = done.distinct[0].case
    trial.expect_unchanged("dout", case.dout, done.dout.value, case)
    trial.expect_unchanged("max_index", case.max_index, done.max_index.value, case)
    for laid, din, dout in trial.once(laid_out_backwards):
        trial.expect_close("din", din.value, laid.run.case.din, laid)
        trial.expect_unchanged("dout", laid.run.case.dout, dout.value, laid)
    done.dice.expect_untouched(trial)


PROBED = Geometry((2, 8, 6, 2), (3, 2), 2)
"""Overlapping along rows, a window that is not square, and a tail."""


@dataclass(frozen=True)
class Probed:
    """An input without a tie, and directions along which a submission's own forward is measured."""

    case: Case
    directions: tuple[np.ndarray, ...]


def probed(rng: np.random.Generator, reference: Any) -> Probed:
    """What both probes ask about."""
    case = solved(PROBED, distinct_values(PROBED, rng), rng, reference)
    return Probed(case, tuple(rng.normal(size=case.x.shape) for _ in range(DIRECTIONS)))


@probe("backward")
def backward_of_own_forward(trial: Trial) -> None:
    """The layer's backward beside the slope of its own forward, which is compared with the right one."""
    told = trial.cases(probed)
    case, layer = told.case, layer_of(trial, told.case)
    out = layer.forward(case.x)
    trial.expect_close("out", out, case.out, case)
    dout = like(case.dout, out)
    din = layer.backward(dout)
    if may_be_shared(din, case.din):
        moved = [[layer_of(trial, case).later.forward(x) for x in both] for both in steps(case.x, told.directions)]
        for direction, answers in zip(told.directions, moved, strict=True):
            ahead, behind = (weighted_sum(answer.value, dout) for answer in answers)
            trial.expect_slope("din", din, direction, (ahead - behind) / (2 * EPS), case)


def like(dout: np.ndarray, out: Any) -> np.ndarray:
    """An upstream gradient for whatever ``out`` is."""
    return np.resize(dout, out.shape) if type(out) is np.ndarray else dout


def may_be_shared(din: Any, right: np.ndarray) -> bool:
    """Whether it is a gradient that is wrong, and tells something."""
    return type(din) is np.ndarray and bool(din.any()) and closeness_problem("din", din, right) is not None


def steps(x: np.ndarray, directions: Iterable[np.ndarray]) -> list[tuple[np.ndarray, np.ndarray]]:
    """The input moved a little along each direction, and against it."""
    return [(x + EPS * direction, x - EPS * direction) for direction in directions]


# ------------------------------------------------------------------------------ backward_matrix


@dataclass(frozen=True)
class Marked:
    """A matrix of marks, with the gradient the reference makes of it."""

    geometry: Geometry
    dout: np.ndarray
    max_mask: np.ndarray
    din: np.ndarray

    @property
    def arguments(self) -> tuple[Any, ...]:
        """What ``max_pool_backward_matrix`` takes."""
        return self.dout, self.max_mask, self.geometry.shape, self.geometry.window, self.geometry.stride

    def facts(self, what: str) -> Facts:
        """What to say of a wrong gradient."""
        return marking_facts(self.geometry, self.max_mask, what)

    def __str__(self) -> str:
        return str(self.geometry)


def marked(geometry: Geometry, dout: np.ndarray, max_mask: np.ndarray, reference: Any) -> Marked:
    """The solved case of a mask."""
    din = reference.max_pool_backward_matrix(dout, max_mask, geometry.shape, geometry.window, geometry.stride)
    return Marked(geometry, dout, max_mask, din)


def single_marks(rng: np.random.Generator, reference: Any) -> tuple[Marked, ...]:
    """One mark a window, where its maximum is."""
    cases = distinct_cases(rng, reference)
    cells = [np.arange(case.geometry.window[0] * case.geometry.window[1]) for case in cases]
    return tuple(
        marked(case.geometry, case.dout, case.max_index.reshape(-1, 1) == cell, reference)
        for case, cell in zip(cases, cells, strict=True)
    )


def random_marks(rng: np.random.Generator, reference: Any) -> tuple[Marked, ...]:
    """Several marks in some windows and none in others."""

    def with_random_mask(geometry: Geometry) -> Marked:
        rows, columns = geometry.window
        max_mask = rng.random((int(np.prod(geometry.pooled)), rows * columns)) < 0.4
        return marked(geometry, rng.normal(size=geometry.pooled), max_mask, reference)

    return tuple(with_random_mask(geometry) for geometry in (*TIED, PAIRED[1]))


MarkedAnswers = tuple[tuple[Marked, Answer], ...]


@dataclass(frozen=True)
class Matrices:
    """Gradients where each window has one mark, and where it has any number."""

    single: MarkedAnswers
    many: MarkedAnswers
    dice: Dice


def matrices(trial: Trial) -> Matrices:
    """Ask for all of them."""
    single, many = trial.cases(single_marks), trial.cases(random_marks)
    with right_sizes(trial):
        before = trial.student.later.random_state()
        ones, others = (matrix_answers(trial, cases) for cases in (single, many))
        return Matrices(ones, others, Dice(before, trial.student.later.random_state()))


def matrix_answers(trial: Trial, cases: tuple[Marked, ...]) -> MarkedAnswers:
    """The gradient of each case."""
    return tuple((case, trial.student.later.max_pool_backward_matrix(*case.arguments)) for case in cases)


@check("backward_matrix", zh="梯度的形状与输入相同", reads=(matrices,))
def matrix_shape(trial: Trial) -> None:
    """The gradient has the shape of the input."""
    for case, din in trial.once(matrices).single:
        trial.expect_array("din", din.value, case.geometry.shape, case)


@check("backward_matrix", zh="每个标记的单元得到其窗口的梯度,重叠处相加", weight=8, requires=("matrix_shape",))
def matrix_values(trial: Trial) -> None:
    """Each marked cell gets its window's gradient, and overlapping windows add up."""
    for case, din in trial.once(matrices).single:
        trial.expect_close("din", din.value, case.din, case)


@check("backward_matrix", zh="一个窗口可以有多个标记,也可以没有", weight=4, requires=("matrix_shape",))
def matrix_many_marks(trial: Trial) -> None:
    """A window may have several marks or none."""
    for case, din in trial.once(matrices).many:
        trial.expect_close("din", din.value, case.din, case)


def laid_out_matrices(trial: Trial) -> list[tuple[Marked, str, tuple[Answer, Answer, Answer]]]:
    """Gradients of arguments in either memory order."""
    asked = zip(trial.cases(random_marks), EITHER_ORDER, strict=False)
    with right_sizes(trial):
        return [(case, layout, matrix_and_after(trial, case, layout)) for case, layout in asked]


def matrix_and_after(trial: Trial, case: Marked, layout: str) -> tuple[Answer, Answer, Answer]:
    """A gradient, and what became of the arguments."""
    dout = trial.student.store(Laid(case.dout, layout))
    max_mask = trial.student.store(Laid(case.max_mask, layout))
    din = trial.student.later.max_pool_backward_matrix(dout, max_mask, *case.arguments[2:])
    return din, dout.later.fetch(), max_mask.later.fetch()


@check(
    "backward_matrix",
    zh="不修改参数与全局随机状态,参数不连续时同样正确",
    weight=2,
    requires=("matrix_values",),
    reads=(laid_out_matrices,),
)
def matrix_untouched(trial: Trial) -> None:
    """The arguments and numpy's random state are left as they were, and arguments need not be contiguous."""
    for case, layout, (din, dout, max_mask) in trial.once(laid_out_matrices):
        trial.expect_close("din", din.value, case.din, InOrder(case, layout))
        trial.expect_unchanged("dout", case.dout, dout.value, case)
        trial.expect_unchanged("max_mask", case.max_mask, max_mask.value, case)
    trial.once(matrices).dice.expect_untouched(trial)


def refused_matrices(trial: Trial) -> tuple[Answer, ...]:
    """The gradients of windows that do not fit."""
    dout, max_mask = np.zeros((1, 1, 1, 1)), np.zeros((1, 4), dtype=bool)
    return refusals(
        trial,
        "max_pool_backward_matrix",
        lambda window, stride: trial.student.later.max_pool_backward_matrix(
            dout, max_mask, (1, 4, 4, 1), window, stride
        ),
    )


@check("backward_matrix", zh="不可能的窗口抛出 ValueError", requires=("matrix_values",), reads=(refused_matrices,))
def matrix_refuses(trial: Trial) -> None:
    """Impossible geometry is a ValueError."""
    expect_refusals(trial, "max_pool_backward_matrix", trial.once(refused_matrices))


# ----------------------------------------------------------------------------------------- fast


def first(array: np.ndarray) -> np.ndarray:
    """Channels-last to channels-first, contiguous."""
    return np.ascontiguousarray(array.transpose(0, 3, 1, 2))


@dataclass(frozen=True)
class FastCase:
    """A case channels-first."""

    geometry: Geometry
    x: np.ndarray
    out: np.ndarray
    dout: np.ndarray
    din: np.ndarray

    def facts(self, what: str) -> Facts:
        """What to say of a wrong array."""
        return channels_first(pooling_facts(self.geometry, self.x.transpose(0, 2, 3, 1), what))

    def __str__(self) -> str:
        return self.geometry.text


def fast_case(geometry: Geometry, x: np.ndarray, rng: np.random.Generator, reference: Any) -> FastCase:
    """The solved case of ``x`` (channels-last)."""
    case = solved(geometry, x, rng, reference)
    return FastCase(geometry, first(case.x), first(case.out), first(case.dout), first(case.din))


def fast_distinct_cases(rng: np.random.Generator, reference: Any) -> tuple[FastCase, ...]:
    """Every hostile geometry with values that no other exercise has seen, for there they came with their max_index."""
    return tuple(fast_case(each, distinct_values(each, rng), rng, reference) for each in HOSTILE)


def fast_tied_cases(rng: np.random.Generator, reference: Any) -> tuple[FastCase, ...]:
    """The same with ties."""
    return tuple(fast_case(each, tied_values(each, rng), rng, reference) for each in TIED)


def fast_pair(rng: np.random.Generator, reference: Any) -> tuple[FastCase, FastCase]:
    """Two inputs for one geometry."""
    one, two = (fast_case(each, distinct_values(each, rng), rng, reference) for each in PAIRED)
    return one, two


@dataclass(frozen=True)
class Fast:
    """The answers of the fast pair; the cache stays with the student."""

    case: FastCase
    answer: Answer
    cache: StudentObject
    din: Answer

    @property
    def out(self) -> Any:
        """The first of ``(out, cache)``."""
        return out_of(self.answer)


def out_of(answer: Answer) -> Any:
    """The first of ``(out, cache)``."""
    value = answer.value
    if type(value) is tuple and len(value) == 2:
        return value[0]
    raise StudentFault("TypeError", "max_pool_forward_fast should return (out, cache)")


def fast_of(trial: Trial, case: FastCase) -> Fast:
    """Ask for the case's ``(out, cache)``, and for the gradient that the cache gives."""
    return fast_backward(trial, case, fast_forward(trial, case, case.x), case.dout)


def fast_forward(trial: Trial, case: FastCase, x: Any) -> Answer:
    """Ask for ``(out, cache)``."""
    return trial.student.later.max_pool_forward_fast(x, case.geometry.window, case.geometry.stride, keep=1)


def fast_backward(trial: Trial, case: FastCase, answer: Answer, dout: Any) -> Fast:
    """Ask for the gradient that the answer's cache gives."""
    cache = answer.part(1)
    return Fast(case, answer, cache, trial.student.later.max_pool_backward_fast(dout, cache))


@dataclass(frozen=True)
class Fasts:
    """Both passes without a tie and with ties."""

    distinct: tuple[Fast, ...]
    tied: tuple[Fast, ...]
    dice: Dice


def fasts(trial: Trial) -> Fasts:
    """Both passes of each case."""
    with right_sizes(trial):
        before = trial.student.later.random_state()
        distinct_ones = tuple(fast_of(trial, case) for case in trial.cases(fast_distinct_cases))
        tied = tuple(fast_of(trial, case) for case in trial.cases(fast_tied_cases))
        return Fasts(distinct_ones, tied, Dice(before, trial.student.later.random_state()))


@check("fast", zh="前向传播正确", weight=3, reads=(fasts,))
def fast_forward_values(trial: Trial) -> None:
    """The forward pass gives each window's maximum."""
    done = trial.once(fasts)
    for run in (*done.distinct, *done.tied):
        trial.expect_close("out", run.out, run.case.out, run.case)


@check("fast", zh="反向传播正确,重叠处相加", weight=5, requires=("fast_forward_values",))
def fast_backward_values(trial: Trial) -> None:
    """The backward pass gives the same gradient as the layer."""
    for run in trial.once(fasts).distinct:
        trial.expect_close("din", run.din.value, run.case.din, run.case)


@check("fast", zh="并列时整个梯度只归第一个最大值", weight=3, requires=("fast_backward_values",))
def fast_ties(trial: Trial) -> None:
    """At a tie the whole gradient goes to the first maximum."""
    for run in trial.once(fasts).tied:
        trial.expect_close("din", run.din.value, run.case.din, run.case)


@dataclass(frozen=True)
class LaidFast:
    """Both passes of arguments in some memory order, for some the gradient once more, and what became of them."""

    run: Fast
    layout: str
    again: Answer | None
    x: Answer
    dout: Answer

    def facts(self, what: str) -> Facts:
        """Those of the case."""
        return self.run.case.facts(what)

    def __str__(self) -> str:
        return f"{self.run.case}, memory order {self.layout}"


def fast_in_turn(trial: Trial) -> tuple[LaidFast, ...]:
    """Two forwards, then the backwards of each, of the first two."""
    cases = trial.cases(fast_pair)
    with right_sizes(trial):
        stored = [
            [trial.student.store(Laid(each, layout)) for each in (case.x, case.dout)]
            for case, layout in zip(cases, EITHER_ORDER, strict=True)
        ]
        answers = [fast_forward(trial, case, x) for case, (x, _) in zip(cases, stored, strict=True)]
        runs = [
            fast_backward(trial, case, answer, dout)
            for case, answer, (_, dout) in zip(cases, answers, stored, strict=True)
        ]
        again = trial.student.later.max_pool_backward_fast(stored[0][1], runs[0].cache)
        return tuple(
            LaidFast(run, layout, second, x.later.fetch(), dout.later.fetch())
            for run, layout, second, (x, dout) in zip(runs, EITHER_ORDER, (again, None), stored, strict=True)
        )


@check(
    "fast",
    zh="不修改参数与全局随机状态,多次反向结果相同,各 cache 互不影响",
    weight=2,
    requires=("fast_backward_values",),
    reads=(fast_in_turn,),
)
def fast_untouched(trial: Trial) -> None:
    """Arguments and numpy's random state are left alone, nothing accumulates, and every cache stands for itself."""
    for done in trial.once(fast_in_turn):
        run, case = done.run, done.run.case
        trial.expect_close("out", run.out, case.out, done)
        trial.expect_close("din", run.din.value, case.din, done)
        if done.again is not None:
            trial.expect_close("second din", done.again.value, case.din, done)
        trial.expect_unchanged("x", case.x, done.x.value, case)
        trial.expect_unchanged("dout", case.dout, done.dout.value, case)
    trial.once(fasts).dice.expect_untouched(trial)


def refused_fasts(trial: Trial) -> tuple[Answer, ...]:
    """Forwards of windows that do not fit."""
    x = np.zeros((1, 1, 4, 4))
    return refusals(
        trial,
        "max_pool_forward_fast",
        lambda window, stride: trial.student.later.max_pool_forward_fast(x, window, stride),
    )


@check("fast", zh="不可能的窗口抛出 ValueError", requires=("fast_backward_values",), reads=(refused_fasts,))
def fast_refuses(trial: Trial) -> None:
    """Impossible geometry is a ValueError."""
    expect_refusals(trial, "max_pool_forward_fast", trial.once(refused_fasts))


@probe("fast")
def fast_of_own_forward(trial: Trial) -> None:
    """The same of the fast pair."""
    told = trial.cases(probed)
    slow = told.case
    case = FastCase(slow.geometry, *map(first, (slow.x, slow.out, slow.dout, slow.din)))
    answer = fast_forward(trial, case, case.x)
    out = out_of(answer)
    trial.expect_close("out", out, case.out, case)
    dout = like(case.dout, out)
    din = fast_backward(trial, case, answer, dout).din.value
    if may_be_shared(din, case.din):
        directions = [first(direction) for direction in told.directions]
        moved = [[fast_forward(trial, case, x) for x in both] for both in steps(case.x, directions)]
        for direction, answers in zip(directions, moved, strict=True):
            ahead, behind = (weighted_sum(out_of(each), dout) for each in answers)
            trial.expect_slope("din", din, direction, (ahead - behind) / (2 * EPS), case)


SPEEDUP = 4.0
"""How many times faster than the plain loop a vectorised answer must be, in CPU time.

The slowest of the correct corpus is 10 times faster than the loop by itself, and 5 times with the way of its
arrays to the worker and back on a machine under load. A loop over batch, depth or position alone is no faster than
the plain loop, one over plain lists at most two and a half times as fast.
"""
ATTEMPTS = 8


@dataclass(frozen=True)
class Race:
    """A large input along one axis for each attempt, and the CPU seconds that the plain loop took for the first."""

    axis: str
    seed: int
    reference: Any
    attempts: dict[int, FastCase] = field(default_factory=dict)

    def attempt(self, number: int) -> FastCase:
        """The inputs of one attempt: what was computed in an earlier one is of no use. Few need more than the first."""
        if number not in self.attempts:
            geometry, rng = RACED[self.axis], np.random.default_rng([self.seed, number])
            self.attempts[number] = fast_case(geometry, rng.normal(size=geometry.shape), rng, self.reference)
        return self.attempts[number]

    @cached_property
    def loop_seconds(self) -> float:
        """The plain loop's time at its best."""
        return min(loop_seconds(self.attempt(0)) for _ in range(3))

    def __str__(self) -> str:
        return f"many {self.axis}"


def races(rng: np.random.Generator, reference: Any) -> tuple[Race, ...]:
    """One race against a loop over batch, one over depth and one over output positions."""
    return tuple(Race(axis, int(rng.integers(1 << 32)), reference) for axis in RACED)


def loop_seconds(case: FastCase) -> float:
    """CPU seconds of the plainest loop: one window at a time."""
    started = time.process_time()
    (rows, columns), stride = case.geometry.window, case.geometry.stride
    out, din = np.empty(case.out.shape), np.zeros(case.x.shape)
    for where in np.ndindex(*out.shape):
        n, depth, row, column = where
        top, left = row * stride, column * stride
        window = case.x[n, depth, top : top + rows, left : left + columns]
        winner = int(window.argmax())
        out[where] = window.flat[winner]
        din[n, depth, top + winner // columns, left + winner % columns] += case.dout[where]
    return time.process_time() - started


@check("fast", zh="无须循环,速度达标", weight=6, requires=("fast_backward_values",), timed=True)
def fast_speed(trial: Trial) -> None:
    """It is as fast as only whole-array numpy can be, over images, channels and positions."""
    with right_sizes(trial):
        for race in trial.cases(races):
            trial.expect_within("the fast pair", share_of_loop(trial, race), 1 / SPEEDUP, race)


def share_of_loop(trial: Trial, race: Race) -> float:
    """The student's CPU time as a share of the loop's: the best of a few attempts, whose answers must all be right.

    A machine under load slows both down, but not always at the same moment. So an attempt that is
    too slow against the loop's time noted at the start is held against a loop run just after it.
    The time counts from before the arguments arrive until the answers have left.
    """
    best = float("inf")
    for number in range(ATTEMPTS):
        case = race.attempt(number)
        run = fast_of(trial, case)
        share = trial.student.timed_flush() / race.loop_seconds
        right = trial.expect_close("out", run.out, case.out, race)
        right = trial.expect_close("din", run.din.value, case.din, race) and right
        if share > 1 / SPEEDUP:
            share *= race.loop_seconds / max(race.loop_seconds, loop_seconds(case))
        best = min(best, share)
        if best <= 1 / SPEEDUP or not right:
            break
    return best
