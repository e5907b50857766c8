"""The checks that marks come from. Inputs are random, from the run's secret seed.

Each exercise is marked on its own. ``im2col`` answers rightly wherever another exercise needs it. Before
``backward`` is asked for, what forward has to store is set to what it has to be; where that does not do, the
student's own forward runs first (whatever it may raise), for it may store more. ``col2im`` may be replaced by a
function that notes what it is asked for: then the arguments tell whether ``backward`` is right.

What several checks read is asked for once, in few frames, and kept with the worker (``Trial.once``). Geometries
come twice, with other numbers, so that an answer remembered from the first time is wrong the second time.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from functools import cached_property, partial
from types import ModuleType
from typing import Any

import numpy as np

from autograder import compare, gradients, messages
from autograder.errors import StudentFault, WorkerStopped
from autograder.facts import Facts, Region, Windows, factors, regions
from autograder.model import Observation, Text
from autograder.protocol import Laid
from autograder.registry import check, probe
from autograder.student import Answer, Calls, StudentObject, Table
from autograder.trial import CaseBook, Trial

LAYOUTS = ("F", "strided", "reversed")
"""How the arrays of the first plain cases lie in memory, where that is what is checked."""
COL2IM = ("columns", "input_shape", "filter_shape", "stride", "padding")
RANDOM_STATE_CHANGED = Text(
    "numpy's global random state was changed: nothing here draws random numbers",
    "numpy 的全局随机状态被改变了:这里不需要随机数",
)
TRIED_OUT = Text(
    "backward should work the gradient out: it takes as long as trying out the numbers one by one",
    "backward 应当推导出梯度:它用的时间相当于把各个数逐一试一遍",
)


@dataclass(frozen=True)
class Geometry:
    """The sizes of one case; ``negative`` makes every input value negative."""

    shape: tuple[int, int, int, int]
    filter_shape: tuple[int, int]
    stride: int = 1
    padding: int = 0
    filters: int = 2
    negative: bool = False

    @property
    def window(self) -> tuple[tuple[int, int], int, int]:
        """What ``im2col`` and the layer take after their arrays."""
        return self.filter_shape, self.stride, self.padding

    @property
    def positions(self) -> tuple[int, int]:
        """Output rows and columns."""
        rows, columns = (
            (length + 2 * self.padding - size) // self.stride + 1
            for length, size in zip(self.shape[1:3], self.filter_shape, strict=True)
        )
        return rows, columns

    @cached_property
    def text(self) -> str:
        """All sizes, as a student reads them."""
        sizes = " x ".join(map(str, self.shape))
        sign = ", all negative" if self.negative else ""
        rows, columns = self.filter_shape
        return f"x {sizes}{sign}, filter {rows} x {columns}, stride {self.stride}, padding {self.padding}"

    def __str__(self) -> str:
        return self.text


PLAIN = (
    Geometry((2, 5, 6, 3), (3, 2), filters=4),
    Geometry((1, 4, 7, 2), (2, 4), filters=3),
    Geometry((3, 3, 4, 1), (1, 1)),
    Geometry((2, 4, 5, 2), (4, 3), filters=3, negative=True),
)
STRIDES = (
    Geometry((2, 6, 8, 2), (3, 3), stride=2, filters=3),
    Geometry((2, 7, 9, 1), (2, 1), stride=3),
    Geometry((1, 7, 4, 3), (3, 2), stride=2, negative=True),
    Geometry((2, 8, 103, 2), (1, 1), stride=6, filters=1),  # more columns than anybody reckons with
)
PADDINGS = (
    Geometry((2, 4, 5, 2), (3, 2), padding=1, filters=3),
    Geometry((2, 3, 2, 3), (2, 3), padding=2, stride=2),
    Geometry((3, 2, 2, 1), (4, 3), padding=1),
    Geometry((1, 106, 2, 2), (1, 1), padding=21, stride=21, negative=True),  # or rows, or padding
    Geometry((2, 5, 4, 2), (3, 3), padding=1, stride=2, filters=3),
)
IMPOSSIBLE = (
    Geometry((2, 3, 6, 2), (4, 2)),
    Geometry((2, 6, 3, 2), (2, 6), padding=1),
    Geometry((2, 5, 6, 2), (0, 2)),
    Geometry((2, 5, 6, 2), (2, 0)),
    Geometry((2, 5, 6, 2), (2, 2), stride=0),
    Geometry((2, 5, 6, 2), (2, 2), stride=-1),
    Geometry((2, 5, 6, 2), (2, 2), padding=-1),
)


def _image(rng: np.random.Generator, geometry: Geometry) -> np.ndarray:
    x = rng.normal(size=geometry.shape)
    return -np.abs(x) if geometry.negative else x


def _note_state(trial: Trial, states: tuple[Answer, Answer], case: object) -> None:
    """Note whether numpy's global random state was the same before and after."""
    before, after = states
    trial.note("random state", case, None if before.value == after.value else RANDOM_STATE_CHANGED)


def _fault_of(call: Callable[..., Any], *args: Any) -> StudentFault | None:
    """What the student's code raised, or None; a worker that is gone is another matter."""
    try:
        call(*args)
    except WorkerStopped:
        raise
    except StudentFault as fault:
        return fault
    return None


# --- what is told of a wrong array ------------------------------------------------------------

EXAMPLE, ROW, COLUMN, DEPTH = Text("example", "样本"), Text("row", "行"), Text("column", "列"), Text("depth", "深度")
POSITION, ENTRY = Text("row of the matrix", "矩阵行"), Text("column of the matrix", "矩阵列")
FILTER = Text("filter", "卷积核")
AXES = {
    "columns": (POSITION, ENTRY),
    "dcolumns": (POSITION, ENTRY),
    "filter_data": (POSITION, FILTER),
    "out": (EXAMPLE, ROW, COLUMN, FILTER),
    "dweights": (Text("row of weights", "权重行"), FILTER),
    "dbias": (ROW, FILTER),
}
"""The axes of everything else are those of the image."""
OF_COLUMNS = {"padding": Text("entries that come from the padding", "来自填充的元素")}
OF_OUTPUTS = {
    "padding": Text("outputs whose patch reaches into the padding", "窗口伸进填充区的输出"),
    "relu-off": Text("outputs where the ReLU is off", "被 ReLU 关闭的输出"),
}
OF_CELLS = {
    "overlap": Text("cells that several patches cover", "被多个窗口覆盖的单元"),
    "padding": Text("cells near the border whose patches reach into the padding", "窗口伸进填充区的边缘单元"),
    "gaps": Text("cells in the gaps between patches", "窗口之间空隙里的单元"),
    "tail": Text("the cropped rows and columns at the end", "末尾被裁掉的行与列"),
    "uncovered": Text("cells that no patch covers", "未被任何窗口覆盖的单元"),
    "last-row": Text("cells of the last row of patches", "最后一行窗口里的单元"),
    "last-column": Text("cells of the last column of patches", "最后一列窗口里的单元"),
    "last": Text("cells of the last row and the last column of patches", "最后一行与最后一列窗口里的单元"),
    "border": Text("the outermost rows and columns", "最外圈的行与列"),
}
FACTORS = {
    "cells": Text("the number of cells of a filter", "卷积核的单元数"),
    "entries": Text("the number of weights of a filter", "一个卷积核的权重个数"),
    "batch": Text("the number of examples in the batch", "批中的样本数"),
    "positions": Text("the number of output positions of an image", "一张图像的输出位置数"),
    "all-positions": Text("the number of output positions of the whole batch", "整批的输出位置总数"),
    "depth": Text("the depth of the input", "输入的深度"),
    "stride": Text("the stride", "步幅"),
    "stride-squared": Text("the square of the stride", "步幅的平方"),
    "filters": Text("the number of filters", "卷积核的个数"),
}


def patch_facts(geometry: Geometry, what: str) -> Facts:
    """What there is to say of ``columns`` or of an image that they add up to."""
    (rows, columns), (n, _, _, depth) = geometry.filter_shape, geometry.shape
    found = _regions_of_columns(geometry) if "columns" in what else _regions_of_cells(geometry)
    values = {
        "cells": rows * columns,
        "entries": rows * columns * depth,
        "batch": n,
        "positions": geometry.positions[0] * geometry.positions[1],
        "all-positions": n * geometry.positions[0] * geometry.positions[1],
        "depth": depth,
        "stride": geometry.stride,
        "stride-squared": geometry.stride**2,
    }
    of_an_image = "columns" not in what and what not in AXES
    windows = Windows(geometry.filter_shape, geometry.stride, geometry.padding) if of_an_image else None
    return Facts(found, factors(FACTORS, values), AXES.get(what, (EXAMPLE, ROW, COLUMN, DEPTH)), windows)


def layer_facts(geometry: Geometry, filter_data: np.ndarray, what: str) -> Facts:
    """What there is to say of what a layer stores or gives."""
    facts = patch_facts(geometry, what)
    if what in ("out", "filter_data"):
        every = (geometry.shape[0], *geometry.positions, geometry.filters)
        padded = np.broadcast_to(_outside(geometry).any(axis=(2, 3))[..., np.newaxis], every)
        shape = every if what == "out" else filter_data.shape
        masks = {"padding": padded.reshape(shape), "relu-off": (filter_data <= 0).reshape(shape)}
        facts = replace(facts, regions=regions(OF_OUTPUTS, masks))
    elif what in ("dweights", "dbias"):
        facts = replace(facts, regions=())
    return replace(facts, factors=(*facts.factors, *factors(FACTORS, {"filters": geometry.filters})))


def _regions_of_columns(geometry: Geometry) -> tuple[Region, ...]:
    (n, _, _, depth), (rows, columns) = geometry.shape, geometry.filter_shape
    every = (n, *geometry.positions, rows, columns, depth)
    outside = np.broadcast_to(_outside(geometry)[np.newaxis, ..., np.newaxis], every)
    return regions(OF_COLUMNS, {"padding": outside.reshape(-1, rows * columns * depth)})


def _regions_of_cells(geometry: Geometry) -> tuple[Region, ...]:
    every = np.ones(geometry.positions, dtype=bool)
    row, column = np.indices(every.shape, sparse=True)
    last_row, last_column = row == geometry.positions[0] - 1, column == geometry.positions[1] - 1
    counts = _patches_over(geometry, every)
    tail, border = (np.ones(geometry.shape, dtype=bool) for _ in range(2))
    ends = [
        max((positions - 1) * geometry.stride + size - geometry.padding, 0)
        for positions, size in zip(geometry.positions, geometry.filter_shape, strict=True)
    ]
    tail[:, : ends[0], : ends[1]] = False
    border[:, 1:-1, 1:-1] = False
    masks = {
        "overlap": counts > 1,
        "padding": _patches_over(geometry, _outside(geometry).any(axis=(2, 3))) > 0,
        "gaps": (counts == 0) & ~tail,
        "tail": tail,
        "uncovered": counts == 0,
        "last-row": _patches_over(geometry, every & last_row) > 0,
        "last-column": _patches_over(geometry, every & last_column) > 0,
        "last": _patches_over(geometry, last_row | last_column) > 0,
        "border": border,
    }
    return regions(OF_CELLS, masks)


def _outside(geometry: Geometry) -> np.ndarray:
    """``(OH, OW, rows, columns)``: which entries of which patch lie in the padding."""
    inside = []
    for count, size, length in zip(geometry.positions, geometry.filter_shape, geometry.shape[1:3], strict=True):
        places = np.add.outer(np.arange(count) * geometry.stride - geometry.padding, np.arange(size))
        inside.append((places >= 0) & (places < length))
    return np.asarray(~(inside[0][:, np.newaxis, :, np.newaxis] & inside[1][np.newaxis, :, np.newaxis, :]))


def _patches_over(geometry: Geometry, patches: np.ndarray) -> np.ndarray:
    """How many of the ``patches (OH, OW)`` cover each cell of the image."""
    (n, height, width, depth), padding, stride = geometry.shape, geometry.padding, geometry.stride
    counts = np.zeros((height + 2 * padding, width + 2 * padding), dtype=int)
    for row, column in np.ndindex(*geometry.filter_shape):
        rows = slice(row, row + patches.shape[0] * stride, stride)
        columns = slice(column, column + patches.shape[1] * stride, stride)
        counts[rows, columns] += patches
    inside = counts[padding : padding + height, padding : padding + width]
    return np.broadcast_to(inside[np.newaxis, ..., np.newaxis], (n, height, width, depth))


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


# --- im2col and col2im ------------------------------------------------------------------------


@dataclass(frozen=True)
class PatchCase:
    """An image and its columns; and other, random columns with the image they add up to."""

    geometry: Geometry
    x: np.ndarray
    columns: np.ndarray
    loose: np.ndarray
    image: np.ndarray

    def facts(self, what: str) -> Facts:
        """What to say of a wrong array."""
        return patch_facts(self.geometry, what)

    def __str__(self) -> str:
        return self.geometry.text


def plain_patches(rng: np.random.Generator, reference: ModuleType) -> tuple[PatchCase, ...]:
    """Stride 1, no padding."""
    return tuple(_patch_case(rng, reference, geometry) for geometry in PLAIN * 2)


def strided_patches(rng: np.random.Generator, reference: ModuleType) -> tuple[PatchCase, ...]:
    """Larger strides: less overlap, gaps and cropped tails."""
    return tuple(_patch_case(rng, reference, geometry) for geometry in STRIDES * 2)


def padded_patches(rng: np.random.Generator, reference: ModuleType) -> tuple[PatchCase, ...]:
    """Padding of 1 and 2, and a large one."""
    return tuple(_patch_case(rng, reference, geometry) for geometry in PADDINGS * 2)


def _patch_case(rng: np.random.Generator, reference: ModuleType, geometry: Geometry) -> PatchCase:
    x = _image(rng, geometry)
    columns = reference.im2col(x, *geometry.window)
    loose = rng.normal(size=columns.shape)
    return PatchCase(geometry, x, columns, loose, reference.col2im(loose, geometry.shape, *geometry.window))


PatchCases = Callable[[np.random.Generator, ModuleType], tuple[PatchCase, ...]]
PATCHES: tuple[PatchCases, ...] = (plain_patches, strided_patches, padded_patches)


@dataclass(frozen=True)
class Made:
    """What became of a case's image or columns: the answer, and the argument itself where it was watched."""

    case: PatchCase
    answer: Answer
    argument: Answer | None


@dataclass(frozen=True)
class Making:
    """The answers to all the cases of each builder, and numpy's global random state before and after them."""

    made: dict[PatchCases, tuple[Made, ...]]
    states: tuple[Answer, Answer]

    @property
    def every(self) -> tuple[Made, ...]:
        """The answers to all the cases."""
        return tuple(each for made in self.made.values() for each in made)


def _ask_im2col(trial: Trial, array: Any, geometry: Geometry) -> Answer:
    return trial.student.later.im2col(array, *geometry.window)


def _ask_col2im(trial: Trial, array: Any, geometry: Geometry) -> Answer:
    return trial.student.later.col2im(array, geometry.shape, *geometry.window)


def im2cols(trial: Trial) -> Making:
    """Every image laid out in columns."""
    return _making(trial, _ask_im2col, "x")


def col2ims(trial: Trial, helped: bool) -> Making:
    """Every matrix of columns added back."""
    with _right_numbers(trial) if helped else nullcontext():
        return _making(trial, _ask_col2im, "loose")


def needs_help(trial: Trial) -> bool:
    """Whether ``col2im`` is not right everywhere with the student's own ``im2col``, which it may ask."""
    aside = Trial(trial.student, CaseBook(0, None))

    def compare() -> None:
        for made in trial.once(col2ims, False).every:
            aside.expect_close("the image", made.answer.value, made.case.image, made.case)

    return _fault_of(compare) is not None or aside.failed


def _col2ims(trial: Trial) -> Making:
    return trial.once(col2ims, trial.once(needs_help))


def _making(trial: Trial, ask: Callable[[Trial, Any, Geometry], Answer], name: str) -> Making:
    def watched(case: PatchCase) -> Made:
        argument = trial.student.store(getattr(case, name))
        return Made(case, ask(trial, argument, case.geometry), argument.later.fetch())

    def again(case: PatchCase) -> Made:
        return Made(case, ask(trial, getattr(case, name), case.geometry), None)

    def halves(cases: tuple[PatchCase, ...]) -> tuple[Made, ...]:
        half = len(cases) // 2
        return (*map(watched, cases[:half]), *map(again, cases[half:]))

    before = trial.student.later.random_state()
    made = {build: halves(trial.cases(build)) for build in PATCHES}
    return Making(made, (before, trial.student.later.random_state()))


def numbers_table(rng: np.random.Generator, reference: ModuleType) -> Table:
    """What ``im2col`` makes of an image of running numbers: a ``col2im`` may ask it where its entries go."""
    pairs: list[tuple[tuple[Any, ...], Any]] = []
    for geometry in PLAIN + STRIDES + PADDINGS:
        numbers = np.arange(np.prod(geometry.shape)).reshape(geometry.shape)
        pairs += [((x, *geometry.window), reference.im2col(x, *geometry.window)) for x in (numbers, numbers + 1)]
    return Table(tuple(pairs))


def refusals_table(rng: np.random.Generator, reference: ModuleType) -> Table:
    """That ``im2col`` refuses impossible geometry, asked of the same numbers."""
    numbers = [(geometry, np.arange(np.prod(geometry.shape)).reshape(geometry.shape)) for geometry in IMPOSSIBLE]
    return Table(tuple(((x + first, *geometry.window), None) for geometry, x in numbers for first in (0, 1)))


def _right_numbers(trial: Trial) -> Any:
    """Let ``im2col`` answer rightly for running numbers."""
    return trial.student.standing_in("im2col", table=trial.cases(numbers_table))


def _expect_columns(trial: Trial, build: PatchCases) -> None:
    for made in trial.once(im2cols).made[build]:
        trial.expect_close("columns", made.answer.value, made.case.columns, made.case)


def _expect_image(trial: Trial, build: PatchCases) -> None:
    for made in _col2ims(trial).made[build]:
        trial.expect_close("the image", made.answer.value, made.case.image, made.case)


@check("im2col", zh="每个输出位置一行,滤波器的每个元素一列", weight=1)
def im2col_shape(trial: Trial) -> None:
    """One row for every output position, one column for every filter element."""
    for made in trial.once(im2cols).every:
        trial.expect_array("columns", made.answer.value, made.case.columns.shape, made.case)


@check("im2col", zh="步幅为 1、无填充时,各行各列的次序与数值", weight=7)
def im2col_values(trial: Trial) -> None:
    """Values and their order at stride 1, without padding."""
    _expect_columns(trial, plain_patches)


@check("im2col", zh="更大的步幅:空隙与被裁掉的部分", weight=4)
def im2col_strides(trial: Trial) -> None:
    """Larger strides, with gaps and cropped tails."""
    _expect_columns(trial, strided_patches)


@check("im2col", zh="四周用零填充", weight=4)
def im2col_padding(trial: Trial) -> None:
    """Zeros all around the image."""
    _expect_columns(trial, padded_patches)


@check("im2col", zh="内存不连续的数组也能用", weight=1, requires=("im2col_values",))
def im2col_layouts(trial: Trial) -> None:
    """Images that are not contiguous in memory."""
    asked = [
        (case, layout, _ask_im2col(trial, Laid(case.x, layout), case.geometry))
        for case, layout in zip(trial.cases(plain_patches), LAYOUTS, strict=False)
    ]
    for case, layout, columns in asked:
        trial.expect_close("columns", columns.value, case.columns, InOrder(case, layout))


@check("im2col", zh="不修改 x,也不碰全局随机状态", weight=1, requires=("im2col_values",))
def im2col_leaves_alone(trial: Trial) -> None:
    """The image and numpy's random state stay what they were."""
    making = trial.once(im2cols)
    _note_state(trial, making.states, "")
    for made in making.every:
        if made.argument is not None:
            trial.expect_unchanged("x", made.case.x, made.argument.value, made.case)


@check("im2col", zh="不可能的几何参数应抛出 ValueError", weight=2, requires=("im2col_values",))
def im2col_impossible(trial: Trial) -> None:
    """Impossible geometry is a ValueError."""
    answers = [_ask_im2col(trial, np.ones(geometry.shape), geometry) for geometry in IMPOSSIBLE]
    _expect_refused(trial, "im2col", answers)


def _expect_refused(trial: Trial, what: str, answers: list[Answer]) -> None:
    for geometry, answer in zip(IMPOSSIBLE, answers, strict=True):
        trial.expect_value_error(what, partial(_same, answer), geometry)


def _same(answer: Answer) -> Answer:
    return answer


@check("col2im", zh="结果的形状是 input_shape", weight=1)
def col2im_shape(trial: Trial) -> None:
    """The result has the shape of the input, without the padding."""
    for made in _col2ims(trial).every:
        trial.expect_array("the image", made.answer.value, made.case.image.shape, made.case)


@check("col2im", zh="步幅为 1、无填充时,重叠处相加", weight=9)
def col2im_values(trial: Trial) -> None:
    """Overlapping patches add up, at stride 1 without padding."""
    _expect_image(trial, plain_patches)


@check("col2im", zh="更大的步幅:空隙与被裁掉的部分为 0", weight=5)
def col2im_strides(trial: Trial) -> None:
    """Larger strides: gaps and cropped tails get 0."""
    _expect_image(trial, strided_patches)


@check("col2im", zh="填充被裁掉", weight=6)
def col2im_padding(trial: Trial) -> None:
    """The padding is cut off."""
    _expect_image(trial, padded_patches)


@check("col2im", zh="内存不连续的数组也能用", weight=1, requires=("col2im_values",))
def col2im_layouts(trial: Trial) -> None:
    """Columns that are not contiguous in memory."""
    with _right_numbers(trial) if trial.once(needs_help) else nullcontext():
        asked = [
            (case, layout, _ask_col2im(trial, Laid(case.loose, layout), case.geometry))
            for case, layout in zip(trial.cases(plain_patches), LAYOUTS, strict=False)
        ]
    for case, layout, image in asked:
        trial.expect_close("the image", image.value, case.image, InOrder(case, layout))


@check("col2im", zh="不修改 columns,也不碰全局随机状态", weight=1, requires=("col2im_values",))
def col2im_leaves_alone(trial: Trial) -> None:
    """The columns and numpy's random state stay what they were."""
    making = _col2ims(trial)
    _note_state(trial, making.states, "")
    for made in making.every:
        if made.argument is not None:
            trial.expect_unchanged("columns", made.case.loose, made.argument.value, made.case)


@check("col2im", zh="不可能的几何参数应抛出 ValueError", weight=2, requires=("col2im_values",))
def col2im_impossible(trial: Trial) -> None:
    """Impossible geometry is a ValueError."""
    with trial.student.standing_in("im2col", table=trial.cases(refusals_table)):
        answers = [_ask_col2im(trial, np.ones((2, 8)), geometry) for geometry in IMPOSSIBLE]
    _expect_refused(trial, "col2im", answers)


# --- the layer: cases -------------------------------------------------------------------------


@dataclass(frozen=True)
class Gradient:
    """A gradient, and what it is called."""

    what: str
    value: np.ndarray


@dataclass(frozen=True)
class LayerCase:
    """A layer, its input and what its forward is to store and give; the gradients of a random upstream one.

    ``canned`` has the shape of the input and no meaning: ``col2im`` answers it where it is replaced.
    """

    geometry: Geometry
    weights: np.ndarray
    bias: np.ndarray
    x: np.ndarray
    columns: np.ndarray
    filter_data: np.ndarray
    out: np.ndarray
    dout: np.ndarray
    din: Gradient
    dcolumns: Gradient
    dweights: Gradient
    dbias: Gradient
    canned: np.ndarray

    @property
    def first_image(self) -> LayerCase:
        """The same layer with the first image alone: other data to mix this up with. Its gradients are not known."""
        positions = len(self.columns) // len(self.x)
        return replace(
            self,
            x=self.x[:1],
            columns=self.columns[:positions],
            filter_data=self.filter_data[:positions],
            out=self.out[:1],
            dout=self.dout[:1],
        )

    def facts(self, what: str) -> Facts:
        """What to say of a wrong array."""
        return layer_facts(self.geometry, self.filter_data, what)

    def __str__(self) -> str:
        return self.text

    @cached_property
    def text(self) -> str:
        """All sizes, as a student reads them."""
        return f"{self.geometry}, {self.geometry.filters} filters"


def plain_layers(rng: np.random.Generator, reference: ModuleType) -> tuple[LayerCase, ...]:
    """Stride 1, no padding."""
    return tuple(_layer_case(rng, reference, geometry) for geometry in PLAIN * 2)


def other_layers(rng: np.random.Generator, reference: ModuleType) -> tuple[LayerCase, ...]:
    """Larger strides and padding; once each, for they count where the plain cases are right."""
    return tuple(_layer_case(rng, reference, geometry) for geometry in STRIDES + PADDINGS)


LayerCases = Callable[[np.random.Generator, ModuleType], tuple[LayerCase, ...]]


def _layer_case(rng: np.random.Generator, reference: ModuleType, geometry: Geometry) -> LayerCase:
    return _solved(rng, reference, geometry, _image(rng, geometry), lambda sums: -_thresholds(sums))


def _solved(
    rng: np.random.Generator,
    reference: ModuleType,
    geometry: Geometry,
    x: np.ndarray,
    bias_for: Callable[[np.ndarray], np.ndarray],
) -> LayerCase:
    """The case of ``x`` with random weights, and the bias that is chosen for what comes before it."""
    columns = reference.im2col(x, *geometry.window)
    weights = rng.normal(size=(columns.shape[1], geometry.filters))
    bias = bias_for(columns @ weights)
    layer = reference.ConvLayer(weights, bias, *geometry.window)
    out = layer.forward(x)
    dout = rng.normal(size=out.shape)
    din = layer.backward(dout)
    dcolumns = np.where(layer.filter_data > 0, dout.reshape(layer.filter_data.shape), 0.0) @ weights.T
    return LayerCase(
        geometry,
        weights,
        bias,
        x,
        columns,
        layer.filter_data,
        out,
        dout,
        din=Gradient("din", din),
        dcolumns=Gradient("dcolumns", dcolumns),
        dweights=Gradient("dweights", layer.dweights),
        dbias=Gradient("dbias", layer.dbias),
        canned=rng.normal(size=geometry.shape),
    )


def _thresholds(sums: np.ndarray) -> np.ndarray:
    """For each filter a value well between two of its sums, so that some lie above it, some below and none near.

    A wide gap is good and so is one in the middle: the product of its width and both counts decides.
    """
    ordered = np.sort(sums, axis=0)
    below = np.arange(1, len(sums))[:, np.newaxis]
    chosen = np.argmax(np.diff(ordered, axis=0) * below * (len(sums) - below), axis=0)[np.newaxis]
    lower, upper = (np.take_along_axis(ordered, place, axis=0) for place in (chosen, chosen + 1))
    middle: np.ndarray = (lower + upper) / 2
    return middle


# --- the layer: running it --------------------------------------------------------------------


def columns_table(trial: Trial) -> Table:
    """What ``im2col`` makes of the cases' images; other questions are the student's own affair."""
    cases = trial.cases(plain_layers)
    firsts = [case.first_image for case in _of_several_images(trial)]
    return Table(
        tuple(((case.x, *case.geometry.window), case.columns) for case in (*cases, *trial.cases(other_layers), *firsts))
    )


def _right_im2col(trial: Trial) -> Any:
    return trial.student.standing_in("im2col", table=trial.once(columns_table))


def _of_several_images(trial: Trial) -> tuple[LayerCase, ...]:
    """Plain cases that are not the same as their first image alone."""
    return trial.cases(plain_layers)[: len(PLAIN) : 2]


def _layer(trial: Trial, case: LayerCase) -> StudentObject:
    return trial.student.new("ConvLayer", case.weights, case.bias, *case.geometry.window)


def _first_right(trial: Trial, *attempts: Callable[[Trial], None]) -> None:
    """Note what the first attempt that is all right observes; where none is, what the last one with an answer does."""
    answered: list[Trial] = []
    fault: StudentFault | None = None
    for attempt in attempts:
        aside = Trial(trial.student, CaseBook(0, None))
        fault = _fault_of(attempt, aside)
        if fault is None:
            answered.append(aside)
            if not aside.failed:
                break
    if fault is not None and not answered:
        raise fault
    trial.observations.extend(answered[-1].observations)


@dataclass(frozen=True)
class Held:
    """Arrays of a case that were put into the worker, by their names there, to see what becomes of them."""

    case: LayerCase
    objects: dict[str, StudentObject]

    def layer(self, trial: Trial) -> StudentObject:
        """A layer of the case, with the very parameters that are held."""
        weights, bias = (self.objects.get(name, getattr(self.case, name)) for name in ("weights", "bias"))
        return trial.student.new("ConvLayer", weights, bias, *self.case.geometry.window)

    def after(self) -> dict[str, Answer]:
        """The arrays as they are by then."""
        return {name: held.later.fetch() for name, held in self.objects.items()}


def _hold(trial: Trial, case: LayerCase, *names: str) -> Held:
    return Held(case, {name: trial.student.store(getattr(case, name)) for name in names})


def _note_unchanged(trial: Trial, case: LayerCase, after: dict[str, Answer]) -> None:
    for name, array in after.items():
        trial.expect_unchanged(name, getattr(case, name), array.value, case)


# --- forward ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Forward:
    """What a forward gave and, where that was looked at, what it stored and what became of the arrays it was given."""

    case: LayerCase
    out: Answer
    stored: dict[str, Answer]
    after: dict[str, Answer]


@dataclass(frozen=True)
class Forwards:
    """Several forwards, and numpy's global random state before and after them."""

    runs: tuple[Forward, ...]
    states: tuple[Answer, Answer]


STORED = ("input_shape", "columns", "filter_data")


def forwards(trial: Trial, build: LayerCases) -> Forwards:
    """A new layer's forward for each case; at the first of each geometry it is looked more closely."""

    def watched(case: LayerCase) -> Forward:
        held = _hold(trial, case, *(("x", "weights", "bias") if build is plain_layers else ()))
        layer = held.layer(trial)
        out = layer.later.forward(held.objects.get("x", case.x))
        return Forward(case, out, _stored_by(layer), held.after())

    def again(case: LayerCase) -> Forward:
        return Forward(case, _layer(trial, case).later.forward(case.x), {}, {})

    cases = trial.cases(build)
    first = len({each.geometry for each in cases})
    with _right_im2col(trial):
        before = trial.student.later.random_state()
        runs = (*map(watched, cases[:first]), *map(again, cases[first:]))
        return Forwards(runs, (before, trial.student.later.random_state()))


def _stored_by(layer: StudentObject) -> dict[str, Answer]:
    return {name: layer.later.get(name) for name in STORED}


def _expect_out(trial: Trial, build: LayerCases) -> None:
    for run in trial.once(forwards, build).runs:
        trial.expect_close("out", run.out.value, run.case.out, run.case)


def _expect_remembered(trial: Trial, stored: dict[str, Answer], case: LayerCase) -> None:
    trial.expect_shape_tuple("input_shape", stored["input_shape"].value, case.x.shape, case)
    trial.expect_close("columns", stored["columns"].value, case.columns, case)
    trial.expect_close("filter_data", stored["filter_data"].value, case.filter_data, case)


@check("forward", zh="步幅为 1、无填充时的输出", weight=7)
def forward_values(trial: Trial) -> None:
    """The output at stride 1, without padding."""
    _expect_out(trial, plain_layers)


@check("forward", zh="更大的步幅与填充", weight=5)
def forward_strides_and_padding(trial: Trial) -> None:
    """The output with larger strides and padding."""
    _expect_out(trial, other_layers)


@check("forward", zh="记下 backward 需要的 input_shape、columns 与 filter_data", weight=4)
def forward_remembers(trial: Trial) -> None:
    """input_shape, columns and filter_data are stored for backward."""
    for build in (plain_layers, other_layers):
        for run in trial.once(forwards, build).runs:
            run.out.value  # noqa: B018  (what forward raised tells more than that something is missing)
            if run.stored:
                _expect_remembered(trial, run.stored, run.case)


@check("forward", zh="两个层互不影响,再次调用时重新计算", weight=1, requires=("forward_values",))
def forward_shares_nothing(trial: Trial) -> None:
    """Two layers share nothing, and a second call starts afresh."""

    def run(case: LayerCase) -> tuple[LayerCase, Answer, dict[str, Answer]]:
        layer, other = _layer(trial, case), _layer(trial, case)
        layer.later.forward(case.first_image.x, send=False)
        out = layer.later.forward(case.x)
        other.later.forward(case.first_image.x, send=False)
        return case, out, _stored_by(layer)

    with _right_im2col(trial):
        runs = [run(case) for case in _of_several_images(trial)]
    for case, out, stored in runs:
        trial.expect_close("out", out.value, case.out, case)
        _expect_remembered(trial, stored, case)


@check("forward", zh="内存不连续的数组也能用", weight=1, requires=("forward_values",))
def forward_layouts(trial: Trial) -> None:
    """Inputs that are not contiguous in memory."""
    with _right_im2col(trial):
        asked = [
            (case, layout, _layer(trial, case).later.forward(Laid(case.x, layout)))
            for case, layout in zip(trial.cases(plain_layers), LAYOUTS, strict=False)
        ]
    for case, layout, out in asked:
        trial.expect_close("out", out.value, case.out, InOrder(case, layout))


@check("forward", zh="不修改 x、weights 和 bias,也不碰全局随机状态", weight=1, requires=("forward_values",))
def forward_leaves_alone(trial: Trial) -> None:
    """The input, the parameters and numpy's random state stay what they were."""
    done = trial.once(forwards, plain_layers)
    _note_state(trial, done.states, "")
    for run in done.runs:
        _note_unchanged(trial, run.case, run.after)


@check("forward", zh="不可能的几何参数应抛出 ValueError", weight=1, requires=("forward_values",))
def forward_impossible(trial: Trial) -> None:
    """Impossible geometry is a ValueError, of the constructor, of forward or of the im2col it calls."""
    answers = [_forward_with_ones(trial, geometry) for geometry in IMPOSSIBLE]
    for geometry, answer in zip(IMPOSSIBLE, answers, strict=True):
        _first_right(trial, partial(_refused, geometry, answer), partial(_left_to_im2col, geometry))


def _forward_with_ones(trial: Trial, geometry: Geometry) -> Answer:
    weights = np.ones((geometry.filter_shape[0] * geometry.filter_shape[1] * geometry.shape[3], geometry.filters))
    layer = trial.student.new("ConvLayer", weights, np.ones((1, geometry.filters)), *geometry.window)
    return layer.later.forward(np.ones(geometry.shape))


def _refused(geometry: Geometry, answer: Answer, trial: Trial) -> None:
    trial.expect_value_error("the layer", partial(_same, answer), geometry)


def _left_to_im2col(geometry: Geometry, trial: Trial) -> None:
    """Whether the layer asks ``im2col``, whose business the geometry then is."""
    with trial.student.standing_in("im2col") as calls:
        _forward_with_ones(trial, geometry)
    trial.note("the layer", geometry, None if calls else messages.NO_ERROR.format(what="the layer"))


# --- backward: asking for it ------------------------------------------------------------------

ALONE, AFTER_FORWARD, BY_ITSELF = "alone", "after forward", "by itself"
"""Ways of asking: with what forward has to store set and ``col2im`` replaced; after the student's own forward as
well; and then with their own ``col2im``."""
WAYS = {"din": (ALONE, AFTER_FORWARD, BY_ITSELF), "dweights": (ALONE, AFTER_FORWARD), "dbias": (ALONE, AFTER_FORWARD)}


@dataclass(frozen=True)
class Backward:
    """What a backward gave and stored; the calls of ``col2im``, where that was replaced.

    Where it was watched, also what became of the arrays it was given and of numpy's global random state.
    """

    case: LayerCase
    din: Answer
    calls: Calls | None
    dweights: Answer
    dbias: Answer
    after: dict[str, Answer]
    states: tuple[Answer, Answer] | None = None


Act = Callable[[Trial, str, LayerCase, int], Backward]
Expect = Callable[[Trial, Any, Gradient, LayerCase], Any]


def _remember(trial: Trial, way: str, layer: StudentObject, case: LayerCase) -> StudentObject:
    """Set what forward has to store, whatever the layer's own forward made of it, if that runs at all."""
    if way != ALONE:
        large = any(case.geometry in geometries for geometries in LARGE.values())
        table = [((case.x, *case.geometry.window), case.columns)] if large else trial.once(columns_table)
        with trial.student.standing_in("im2col", table=table):
            layer.later.forward(case.x, send=False)
    layer.set("input_shape", case.x.shape)
    layer.set("columns", case.columns)
    layer.set("filter_data", case.filter_data)
    return layer


def _ready(trial: Trial, way: str, case: LayerCase) -> StudentObject:
    """A new layer that knows the case's input."""
    return _remember(trial, way, _layer(trial, case), case)


@contextmanager
def _noted_col2im(trial: Trial, way: str, case: LayerCase) -> Iterator[Calls | None]:
    """Replace ``col2im``, where that is the way."""
    replaced: Any = nullcontext() if way == BY_ITSELF else trial.student.standing_in("col2im", returns=case.canned)
    with replaced as calls:
        yield calls


def _answered(
    case: LayerCase, layer: StudentObject, din: Answer, calls: Calls | None, after: dict[str, Answer] | None = None
) -> Backward:
    return Backward(case, din, calls, layer.later.get("dweights"), layer.later.get("dbias"), after or {})


def once(trial: Trial, way: str, case: LayerCase, index: int) -> Backward:
    """A backward of a new layer."""
    layer = _ready(trial, way, case)
    with _noted_col2im(trial, way, case) as calls:
        din = layer.later.backward(case.dout)
    return _answered(case, layer, din, calls)


def watched(trial: Trial, way: str, case: LayerCase, index: int) -> Backward:
    """A backward of a new layer; what it was given and the random state are looked at afterwards."""
    held = _hold(trial, case, "dout", "weights", "bias")
    layer = _remember(trial, way, held.layer(trial), case)
    with _noted_col2im(trial, way, case) as calls:
        before = trial.student.later.random_state()
        din = layer.later.backward(held.objects["dout"])
        states = before, trial.student.later.random_state()
    return replace(_answered(case, layer, din, calls, held.after()), states=states)


def afresh(trial: Trial, way: str, case: LayerCase, index: int) -> Backward:
    """The same layer sees other data first, and is asked twice."""
    other = case.first_image
    layer = _ready(trial, way, other)
    with _noted_col2im(trial, way, case) as calls:
        layer.later.backward(other.dout, send=False)
        _remember(trial, way, layer, case)
        layer.later.backward(case.dout, send=False)
        din = layer.later.backward(case.dout)
    return _answered(case, layer, din, calls)


def taking_turns(trial: Trial, way: str, case: LayerCase, index: int) -> Backward:
    """Another layer goes forward and backward before and after this one's backward."""
    other = case.first_image
    layer, another = _ready(trial, way, case), _ready(trial, way, other)
    with _noted_col2im(trial, way, case) as calls:
        another.later.backward(other.dout, send=False)
        din = layer.later.backward(case.dout)
    with _noted_col2im(trial, way, case):
        another.later.backward(other.dout, send=False)
    return _answered(case, layer, din, calls)


def laid_out(trial: Trial, way: str, case: LayerCase, index: int) -> Backward:
    """A backward of a dout that is not contiguous in memory."""
    layer = _ready(trial, way, case)
    with _noted_col2im(trial, way, case) as calls:
        din = layer.later.backward(Laid(case.dout, LAYOUTS[index]))
    return _answered(case, layer, din, calls)


def backwards(trial: Trial, build: LayerCases, act: Act, way: str) -> tuple[Backward, ...]:
    """``act`` for each case; one that is watched, or mixed up with others, for some of them."""
    cases = trial.cases(build)
    if act in (afresh, taking_turns):
        cases = _of_several_images(trial)
    elif act is laid_out:
        cases = cases[: len(LAYOUTS)]
    plainly = len(PLAIN) if build is plain_layers else 0
    acts = [once if act is watched and index >= plainly else act for index in range(len(cases))]
    return tuple(one(trial, way, case, index) for index, (one, case) in enumerate(zip(acts, cases, strict=True)))


# --- backward: what is expected ---------------------------------------------------------------


def _value(trial: Trial, actual: Any, expected: Gradient, case: LayerCase) -> None:
    trial.expect_close(expected.what, actual, expected.value, case)


def _value_alone(trial: Trial, actual: Any, expected: Gradient, case: LayerCase) -> None:
    """The value, of a call that is to change nothing else: see ``_expect_gradient``."""
    _value(trial, actual, expected, case)


def _expect(trial: Trial, name: str, run: Backward, expect: Expect = _value) -> None:
    """The gradient ``name`` of one backward is right; for din what ``col2im`` was asked is, where it was replaced."""
    if name != "din":
        expect(trial, _stored(run, name), getattr(run.case, name), run.case)
    elif run.calls is None:
        expect(trial, run.din.value, run.case.din, run.case)
    else:
        _expect_through_col2im(trial, run.din.value, run.calls, expect, run.case)


def _expect_through_col2im(trial: Trial, din: Any, calls: Calls, expect: Expect, case: LayerCase) -> None:
    dcolumns, input_shape, filter_shape, stride, padding = _last_call(calls, COL2IM)
    expect(trial, dcolumns, case.dcolumns, case)
    trial.expect_shape_tuple("input_shape", _plain(input_shape), case.geometry.shape, case)
    trial.expect_shape_tuple("filter_shape", _plain(filter_shape), case.geometry.filter_shape, case)
    trial.expect_int("stride", _plain(stride), case.geometry.stride, case)
    trial.expect_int("padding", _plain(padding), case.geometry.padding, case)
    trial.expect_close("din", din, case.canned, case)


def _last_call(calls: Calls, names: tuple[str, ...]) -> list[Any]:
    """The arguments of the last call in the order of ``names``; None where there is none."""
    call = calls[-1] if calls else {}
    args, keywords = call.get("args"), call.get("keywords")
    if type(args) is not tuple or type(keywords) is not dict:
        return [None] * len(names)
    bound = {**dict(zip(names, args, strict=False)), **keywords}
    return [bound.get(name) for name in names]


def _plain(value: Any) -> Any:
    """A size or a shape that may be kept as an array."""
    return value.tolist() if type(value) is np.ndarray else value


def _stored(run: Backward, name: str) -> Any:
    """The attribute that backward sets; what backward raises for another gradient's sake does not matter."""
    fault = run.din.fault
    try:
        gradient = getattr(run, name).value
    except StudentFault as missing:
        raise fault or missing from None
    if fault is not None and type(gradient) is not np.ndarray:
        raise fault
    return gradient


def _expect_gradient(trial: Trial, name: str, build: LayerCases, act: Act = watched, expect: Expect = _value) -> None:
    """``act`` gives the right gradient in each case, by one of the ways of asking."""

    def attempt(way: str, index: int, aside: Trial) -> None:
        run = trial.once(backwards, build, act, way)[index]
        _expect(aside, name, run, expect)
        if expect is _value_alone and run.states is not None:
            _note_unchanged(aside, run.case, run.after)
            _note_state(aside, run.states, run.case)

    for index in range(len(trial.once(backwards, build, act, ALONE))):
        _first_right(trial, *[partial(attempt, way, index) for way in WAYS[name]])


def values_noted(trial: Trial, name: str, build: LayerCases) -> tuple[Observation, ...]:
    """What is observed of the gradient ``name`` in all the cases."""
    before = len(trial.observations)
    try:
        _expect_gradient(trial, name, build)
        return tuple(trial.observations[before:])
    finally:
        del trial.observations[before:]


def _expect_values(trial: Trial, name: str, build: LayerCases) -> None:
    trial.observations.extend(trial.once(values_noted, name, build))


# --- backward: derived, not tried out ---------------------------------------------------------

LARGE = {
    "din": tuple(Geometry((1, rows, 9, 64), (1, 2), filters=1) for rows in (44, 45, 46, 47)),
    "dweights": tuple(Geometry((1, 8, 8, 2), (8, 8), filters=filters) for filters in (352, 356, 360, 364)),
    "dbias": tuple(Geometry((1, 2, 1, 1), (1, 1), filters=filters) for filters in (12000, 11900, 11800, 11700)),
}
"""Layers of many inputs, many weights or many biases, and few positions; several, so that none is asked for twice.

Scalar loops take up to fifty thousand steps for a product there, differences tens of thousands of forwards. But there
are few weights where there are many inputs, and few inputs where there are many weights or biases.
"""
NEAR = 3e-8
"""So near to its kink is the ReLU of some filters there that a difference over any step of use reaches beyond it."""
LOOPS = 8.0
"""How many scalar loops over one product a backward may take, in CPU time."""
HOPELESS = 4.0
HOPELESS_SECONDS = 1.0
"""A backward that takes so many times what it may, and so long, is not asked again."""


@dataclass(frozen=True)
class Search:
    """The large layers for each gradient, and the CPU seconds of one step of a scalar loop."""

    cases: dict[str, tuple[LayerCase, ...]]
    step_seconds: float


def searches(rng: np.random.Generator, reference: ModuleType) -> Search:
    """The cases that tell a derivation from differences."""

    def near_kinks(sums: np.ndarray) -> np.ndarray:
        """Biases by which, in turn, a filter's lowest output is just above 0, well above, or shut."""
        bias: np.ndarray = NEAR - sums.min(axis=0, keepdims=True)
        bias[:, 1::3] += 1.0
        bias[:, 2::3] -= 1.0
        return bias

    cases = {
        name: tuple(_solved(rng, reference, each, _image(rng, each), near_kinks) for each in geometries)
        for name, geometries in LARGE.items()
    }
    return Search(cases, min(_step_seconds(cases["dweights"][0]) for _ in range(3)))


def _step_seconds(case: LayerCase) -> float:
    """CPU seconds of a step of the plainest loop: the gradient of the weights, number by number."""
    started = time.process_time()
    upstream, total = case.dout.reshape(case.filter_data.shape), np.zeros(case.weights.shape)
    for position, row, column in np.ndindex(len(case.columns), *case.weights.shape):
        total[row, column] += case.columns[position, row] * upstream[position, column]
    return (time.process_time() - started) / _steps(case)


def _steps(case: LayerCase) -> int:
    """The steps of a scalar loop over one of the products."""
    return len(case.columns) * case.weights.size


@dataclass(frozen=True)
class Attempt:
    """A large backward: what is observed of it or its fault, and its CPU time, also as a share of what it may take."""

    observations: tuple[Observation, ...]
    fault: StudentFault | None
    seconds: float
    share: float

    @property
    def right(self) -> bool:
        """Whether it is, however long it took."""
        return self.fault is None and all(each.problem is None for each in self.observations)

    @property
    def hopeless(self) -> bool:
        """Whether it takes too long by far, which no hiccup of the machine explains."""
        return self.share > HOPELESS and self.seconds > HOPELESS_SECONDS


def _attempt(trial: Trial, name: str, way: str, case: LayerCase, step_seconds: float) -> Attempt:
    """One large backward of a new layer; the clock runs from before anything of the case is known."""
    started = trial.student.cpu_seconds()
    run = once(trial, way, case, 0)
    seconds = trial.student.cpu_seconds() - started
    share = seconds / (LOOPS * _steps(case) * step_seconds)
    aside = Trial(trial.student, CaseBook(0, None))
    fault = _fault_of(_expect, aside, name, run)
    return Attempt(tuple(aside.observations), fault, seconds, share)


def _attempts(trial: Trial, name: str) -> Iterator[Attempt]:
    """Every way of asking until one is right, that one once more if it was slow; each with a layer of its own.

    No more of them once it is clear that a backward takes too long.
    """
    search = trial.cases(searches)
    fresh = iter(search.cases[name])
    for way in WAYS[name]:
        attempt = _attempt(trial, name, way, next(fresh), search.step_seconds)
        yield attempt
        if attempt.hopeless:
            return
        if attempt.right:
            if attempt.share > 1.0:  # the machine may have been busier than when the loop was timed
                again = next(fresh)
                yield _attempt(trial, name, way, again, max(search.step_seconds, _step_seconds(again)))
            return


def _expect_derived(trial: Trial, name: str) -> None:
    """The gradient is right somewhere, and then right for a large layer, too, in no time to speak of."""
    if not any(_all_right(trial, name, build) for build in (plain_layers, other_layers)):
        _expect_values(trial, name, plain_layers)
        _expect_values(trial, name, other_layers)
        return
    attempts = list(_attempts(trial, name))
    last = next((each for each in reversed(attempts) if each.fault is None), attempts[-1])
    slow = last.share > (1.0 if last.right else HOPELESS)
    if last.fault is not None and not slow:
        raise last.fault
    trial.note(name, "", TRIED_OUT if slow else None)
    trial.observations.extend(last.observations)


def _all_right(trial: Trial, name: str, build: LayerCases) -> bool:
    noted: list[Observation] = []
    fault = _fault_of(lambda: noted.extend(trial.once(values_noted, name, build)))
    return fault is None and all(each.problem is None for each in noted)


# --- backward: the gradient of the input ------------------------------------------------------


@check("backward_input", zh="din 由推导得出,而不是逐个试出来", timed=True)
def input_derived(trial: Trial) -> None:
    """din is derived, not tried out number by number."""
    _expect_derived(trial, "din")


@check("backward_input", zh="步幅为 1、无填充时的 din", weight=9, requires=("input_derived",))
def input_values(trial: Trial) -> None:
    """din at stride 1, without padding."""
    _expect_values(trial, "din", plain_layers)


@check("backward_input", zh="更大的步幅与填充", weight=6, requires=("input_derived", "input_values"))
def input_strides_and_padding(trial: Trial) -> None:
    """din with larger strides and padding."""
    _expect_values(trial, "din", other_layers)


@check("backward_input", zh="每次调用都重新计算", weight=2, requires=("input_derived", "input_values"))
def input_afresh(trial: Trial) -> None:
    """Every call starts afresh: earlier calls and earlier data leave no trace."""
    _expect_gradient(trial, "din", plain_layers, act=afresh)


@check("backward_input", zh="两个层互不影响", weight=1, requires=("input_derived", "input_values"))
def input_taking_turns(trial: Trial) -> None:
    """Two layers that take turns share nothing."""
    _expect_gradient(trial, "din", plain_layers, act=taking_turns)


@check("backward_input", zh="内存不连续的 dout 也能用", weight=1, requires=("input_derived", "input_values"))
def input_layouts(trial: Trial) -> None:
    """A dout that is not contiguous in memory."""
    _expect_gradient(trial, "din", plain_layers, act=laid_out)


@check(
    "backward_input",
    zh="不修改 dout、weights 和 bias,也不碰全局随机状态",
    weight=1,
    requires=("input_derived", "input_values"),
)
def input_leaves_alone(trial: Trial) -> None:
    """dout, the parameters and numpy's random state stay what they were."""
    _expect_gradient(trial, "din", plain_layers, expect=_value_alone)


PROBED = Geometry((2, 6, 5, 2), (3, 2), stride=2, padding=1, filters=2)


@dataclass(frozen=True)
class Probed:
    """A layer, and directions along which a submission's own forward is measured."""

    case: LayerCase
    directions: tuple[np.ndarray, ...]


def probed(rng: np.random.Generator, reference: ModuleType) -> Probed:
    """Overlapping along rows, a filter that is not square, a stride, padding and a tail."""
    x = _image(rng, PROBED)
    case = _solved(rng, reference, PROBED, x, lambda sums: -_thresholds(sums))
    return Probed(case, tuple(rng.normal(size=x.shape) for _ in range(gradients.DIRECTIONS)))


@probe("backward_input")
def input_of_own_forward(trial: Trial) -> None:
    """The layer's backward beside the slope of its own forward, which is compared with the right one."""
    told = trial.cases(probed)
    case, layer = told.case, _layer(trial, told.case)
    out = layer.forward(case.x)
    trial.expect_close("out", out, case.out, case)
    dout = np.resize(case.dout, out.shape) if type(out) is np.ndarray else case.dout
    din = layer.backward(dout)
    if type(din) is np.ndarray and din.any() and compare.closeness_problem("din", din, case.din.value) is not None:
        _expect_slopes_of_own_forward(trial, din, dout)


def _expect_slopes_of_own_forward(trial: Trial, din: np.ndarray, dout: np.ndarray) -> None:
    told, eps = trial.cases(probed), gradients.EPS
    moved = [
        [_layer(trial, told.case).later.forward(told.case.x + step * direction) for step in (eps, -eps)]
        for direction in told.directions
    ]
    for direction, answers in zip(told.directions, moved, strict=True):
        ahead, behind = (gradients.weighted_sum(answer.value, dout) for answer in answers)
        trial.expect_slope("din", din, direction, (ahead - behind) / (2 * eps), told.case)


# --- backward: the gradients of weights and bias ----------------------------------------------


@check("backward_weights", zh="dweights 由推导得出,而不是逐个试出来", timed=True)
def weights_derived(trial: Trial) -> None:
    """dweights is derived, not tried out number by number."""
    _expect_derived(trial, "dweights")


@check("backward_weights", zh="步幅为 1、无填充时的 dweights", weight=7, requires=("weights_derived",))
def weights_values(trial: Trial) -> None:
    """dweights at stride 1, without padding."""
    _expect_values(trial, "dweights", plain_layers)


@check("backward_weights", zh="更大的步幅与填充", weight=5, requires=("weights_derived", "weights_values"))
def weights_strides_and_padding(trial: Trial) -> None:
    """dweights with larger strides and padding."""
    _expect_values(trial, "dweights", other_layers)


@check(
    "backward_weights",
    zh="每次调用都重新计算,不会累加",
    weight=2,
    requires=("weights_derived", "weights_values"),
)
def weights_afresh(trial: Trial) -> None:
    """Every call starts afresh: nothing is added to an earlier dweights."""
    _expect_gradient(trial, "dweights", plain_layers, act=afresh)


@check("backward_weights", zh="两个层互不影响", weight=1, requires=("weights_derived", "weights_values"))
def weights_taking_turns(trial: Trial) -> None:
    """Two layers that take turns share nothing."""
    _expect_gradient(trial, "dweights", plain_layers, act=taking_turns)


@check("backward_bias", zh="dbias 由推导得出,而不是逐个试出来", timed=True)
def bias_derived(trial: Trial) -> None:
    """dbias is derived, not tried out number by number."""
    _expect_derived(trial, "dbias")


@check("backward_bias", zh="步幅为 1、无填充时的 dbias", weight=5, requires=("bias_derived",))
def bias_values(trial: Trial) -> None:
    """dbias at stride 1, without padding."""
    _expect_values(trial, "dbias", plain_layers)


@check("backward_bias", zh="更大的步幅与填充", weight=3, requires=("bias_derived", "bias_values"))
def bias_strides_and_padding(trial: Trial) -> None:
    """dbias with larger strides and padding."""
    _expect_values(trial, "dbias", other_layers)


@check("backward_bias", zh="每次调用都重新计算,不会累加", weight=1, requires=("bias_derived", "bias_values"))
def bias_afresh(trial: Trial) -> None:
    """Every call starts afresh: nothing is added to an earlier dbias."""
    _expect_gradient(trial, "dbias", plain_layers, act=afresh)


@check("backward_bias", zh="两个层互不影响", weight=1, requires=("bias_derived", "bias_values"))
def bias_taking_turns(trial: Trial) -> None:
    """Two layers that take turns share nothing."""
    _expect_gradient(trial, "dbias", plain_layers, act=taking_turns)
