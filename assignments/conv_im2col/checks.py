"""The checks that marks come from. Inputs are random, from the run's secret seed.

Each exercise is marked on its own. ``im2col`` answers rightly wherever another exercise needs it. Before
``backward`` is asked for, what forward has to store is set to what it has to be; where that does not do, the
student's own forward runs first (whatever it may raise), for it may store more. ``col2im`` may be replaced by a
function that notes what it is asked for: then the arguments tell whether ``backward`` is right.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from types import ModuleType
from typing import Any

import numpy as np

from autograder import gradients, messages
from autograder.errors import StudentFault, WorkerStopped
from autograder.model import Text
from autograder.protocol import Laid
from autograder.registry import check
from autograder.student import Student, StudentObject
from autograder.trial import CaseBook, Trial

LAYOUTS = ("F", "strided", "reversed", "F")
"""How the arrays of the plain cases lie in memory, where that is what is checked."""
COL2IM = ("columns", "input_shape", "filter_shape", "stride", "padding")
RANDOM_STATE_CHANGED = Text(
    "numpy's global random state was changed: nothing here draws random numbers",
    "numpy 的全局随机状态被改变了:这里不需要随机数",
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

    def __str__(self) -> str:
        sizes = " x ".join(map(str, self.shape))
        sign = ", all negative" if self.negative else ""
        rows, columns = self.filter_shape
        return f"x {sizes}{sign}, filter {rows} x {columns}, stride {self.stride}, padding {self.padding}"


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
    Geometry((2, 4, 5, 2), (1, 1), stride=2, filters=1),
)
PADDINGS = (
    Geometry((2, 4, 5, 2), (3, 2), padding=1, filters=3),
    Geometry((2, 3, 2, 3), (2, 3), padding=2, stride=2),
    Geometry((3, 2, 2, 1), (4, 3), padding=1),
    Geometry((1, 4, 5, 2), (1, 1), padding=1, stride=2, negative=True),
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


# --- im2col and col2im ------------------------------------------------------------------------


@dataclass(frozen=True)
class PatchCase:
    """An image and its columns; and other, random columns with the image they add up to."""

    geometry: Geometry
    x: np.ndarray
    columns: np.ndarray
    loose: np.ndarray
    image: np.ndarray

    @property
    def product(self) -> float:
        """``<im2col(x), loose>``, which has to be ``<x, col2im(loose)>``."""
        return float(np.sum(self.columns * self.loose))

    def __str__(self) -> str:
        return str(self.geometry)


def plain_patches(rng: np.random.Generator, reference: ModuleType) -> tuple[PatchCase, ...]:
    """Stride 1, no padding."""
    return tuple(_patch_case(rng, reference, geometry) for geometry in PLAIN)


def strided_patches(rng: np.random.Generator, reference: ModuleType) -> tuple[PatchCase, ...]:
    """Larger strides: less overlap, gaps and cropped tails."""
    return tuple(_patch_case(rng, reference, geometry) for geometry in STRIDES)


def padded_patches(rng: np.random.Generator, reference: ModuleType) -> tuple[PatchCase, ...]:
    """Padding of 1 and 2."""
    return tuple(_patch_case(rng, reference, geometry) for geometry in PADDINGS)


def _patch_case(rng: np.random.Generator, reference: ModuleType, geometry: Geometry) -> PatchCase:
    x = _image(rng, geometry)
    columns = reference.im2col(x, *geometry.window)
    loose = rng.normal(size=columns.shape)
    return PatchCase(geometry, x, columns, loose, reference.col2im(loose, geometry.shape, *geometry.window))


def _image(rng: np.random.Generator, geometry: Geometry) -> np.ndarray:
    x = rng.normal(size=geometry.shape)
    return -np.abs(x) if geometry.negative else x


def _every_patch_case(trial: Trial) -> tuple[PatchCase, ...]:
    return trial.cases(plain_patches) + trial.cases(strided_patches) + trial.cases(padded_patches)


def _im2col(trial: Trial, case: PatchCase) -> Any:
    return trial.student.im2col(case.x, *case.geometry.window)


def _col2im(trial: Trial, case: PatchCase) -> Any:
    return trial.student.col2im(case.loose, case.geometry.shape, *case.geometry.window)


def _expect_columns(trial: Trial, cases: Iterable[PatchCase]) -> None:
    for case in cases:
        trial.expect_close("columns", _im2col(trial, case), case.columns, case)


def _expect_image(trial: Trial, cases: Iterable[PatchCase]) -> None:
    for case in cases:
        trial.expect_close("the image", _col2im(trial, case), case.image, case)


@check("im2col", zh="每个输出位置一行,滤波器的每个元素一列", weight=1)
def im2col_shape(trial: Trial) -> None:
    """One row for every output position, one column for every filter element."""
    for case in _every_patch_case(trial):
        trial.expect_array("columns", _im2col(trial, case), case.columns.shape, case)


@check("im2col", zh="步幅为 1、无填充时,各行各列的次序与数值", weight=7)
def im2col_values(trial: Trial) -> None:
    """Values and their order at stride 1, without padding."""
    _expect_columns(trial, trial.cases(plain_patches))


@check("im2col", zh="更大的步幅:空隙与被裁掉的部分", weight=4)
def im2col_strides(trial: Trial) -> None:
    """Larger strides, with gaps and cropped tails."""
    _expect_columns(trial, trial.cases(strided_patches))


@check("im2col", zh="四周用零填充", weight=4)
def im2col_padding(trial: Trial) -> None:
    """Zeros all around the image."""
    _expect_columns(trial, trial.cases(padded_patches))


@check("im2col", zh="内存不连续的数组也能用", weight=1, requires=("im2col_values",))
def im2col_layouts(trial: Trial) -> None:
    """Images that are not contiguous in memory."""
    for case, layout in zip(trial.cases(plain_patches), LAYOUTS, strict=True):
        columns = trial.student.im2col(Laid(case.x, layout), *case.geometry.window)
        trial.expect_close("columns", columns, case.columns, f"{case}, {layout}")


@check("im2col", zh="不修改 x,也不碰全局随机状态", weight=1, requires=("im2col_values",))
def im2col_leaves_alone(trial: Trial) -> None:
    """The image and numpy's random state stay what they were."""
    for case in trial.cases(plain_patches) + trial.cases(padded_patches):
        x = trial.student.store(case.x)
        with _same_random_state(trial, case):
            trial.student.im2col(x, *case.geometry.window)
        trial.expect_unchanged("x", case.x, x.fetch(), case)


@check("im2col", zh="不可能的几何参数应抛出 ValueError", weight=2, requires=("im2col_values",))
def im2col_impossible(trial: Trial) -> None:
    """Impossible geometry is a ValueError."""
    for geometry in IMPOSSIBLE:
        call = partial(trial.student.im2col, np.ones(geometry.shape), *geometry.window)
        trial.expect_value_error("im2col", call, geometry)


@check("col2im", zh="结果的形状是 input_shape", weight=1)
def col2im_shape(trial: Trial) -> None:
    """The result has the shape of the input, without the padding."""
    for case in _every_patch_case(trial):
        trial.expect_array("the image", _col2im(trial, case), case.image.shape, case)


@check("col2im", zh="步幅为 1、无填充时,重叠处相加", weight=8)
def col2im_values(trial: Trial) -> None:
    """Overlapping patches add up, at stride 1 without padding."""
    _expect_image(trial, trial.cases(plain_patches))


@check("col2im", zh="更大的步幅:空隙与被裁掉的部分为 0", weight=4)
def col2im_strides(trial: Trial) -> None:
    """Larger strides: gaps and cropped tails get 0."""
    _expect_image(trial, trial.cases(strided_patches))


@check("col2im", zh="填充被裁掉", weight=5)
def col2im_padding(trial: Trial) -> None:
    """The padding is cut off."""
    _expect_image(trial, trial.cases(padded_patches))


@check("col2im", zh="它是 im2col 的转置:<im2col(x), c> = <x, col2im(c)>", weight=3)
def col2im_adjoint(trial: Trial) -> None:
    """It is the transpose of im2col: <im2col(x), c> = <x, col2im(c)>."""
    for case in _every_patch_case(trial):
        trial.expect_slope("the image", _col2im(trial, case), case.x, case.product, case)


@check("col2im", zh="内存不连续的数组也能用", weight=1, requires=("col2im_values",))
def col2im_layouts(trial: Trial) -> None:
    """Columns that are not contiguous in memory."""
    for case, layout in zip(trial.cases(plain_patches), LAYOUTS, strict=True):
        image = trial.student.col2im(Laid(case.loose, layout), case.geometry.shape, *case.geometry.window)
        trial.expect_close("the image", image, case.image, f"{case}, {layout}")


@check("col2im", zh="不修改 columns,也不碰全局随机状态", weight=1, requires=("col2im_values",))
def col2im_leaves_alone(trial: Trial) -> None:
    """The columns and numpy's random state stay what they were."""
    for case in trial.cases(plain_patches) + trial.cases(padded_patches):
        columns = trial.student.store(case.loose)
        with _same_random_state(trial, case):
            trial.student.col2im(columns, case.geometry.shape, *case.geometry.window)
        trial.expect_unchanged("columns", case.loose, columns.fetch(), case)


@check("col2im", zh="不可能的几何参数应抛出 ValueError", weight=2, requires=("col2im_values",))
def col2im_impossible(trial: Trial) -> None:
    """Impossible geometry is a ValueError."""
    for geometry in IMPOSSIBLE:
        call = partial(trial.student.col2im, np.ones((2, 8)), geometry.shape, *geometry.window)
        trial.expect_value_error("col2im", call, geometry)


# --- the layer: cases -------------------------------------------------------------------------


@dataclass(frozen=True)
class Gradient:
    """A gradient, and the slope of the loss measured along one direction."""

    what: str
    value: np.ndarray
    direction: np.ndarray
    slope: float


@dataclass(frozen=True)
class LayerCase:
    """A layer, its input and what its forward is to store and give; the gradients of a random upstream one.

    ``canned`` has the shape of the input and no meaning: ``col2im`` answers it where it is replaced. With
    ``own_forward`` the student's forward runs before their backward.
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
    own_forward: bool = False

    @property
    def after_forward(self) -> LayerCase:
        """The same case with the student's own forward before backward."""
        return replace(self, own_forward=True)

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

    def __str__(self) -> str:
        return f"{self.geometry}, {self.geometry.filters} filters"


def plain_layers(rng: np.random.Generator, reference: ModuleType) -> tuple[LayerCase, ...]:
    """Stride 1, no padding."""
    return tuple(_layer_case(rng, reference, geometry) for geometry in PLAIN)


def other_layers(rng: np.random.Generator, reference: ModuleType) -> tuple[LayerCase, ...]:
    """Larger strides and padding."""
    return tuple(_layer_case(rng, reference, geometry) for geometry in STRIDES + PADDINGS)


def _layer_case(rng: np.random.Generator, reference: ModuleType, geometry: Geometry) -> LayerCase:
    x = _image(rng, geometry)
    columns = reference.im2col(x, *geometry.window)
    weights = rng.normal(size=(columns.shape[1], geometry.filters))
    bias = -_thresholds(columns @ weights)
    layer = reference.ConvLayer(weights, bias, *geometry.window)
    out = layer.forward(x)
    dout = rng.normal(size=out.shape)
    din = layer.backward(dout)
    dcolumns = np.where(layer.filter_data > 0, dout.reshape(layer.filter_data.shape), 0.0) @ weights.T

    def loss(moved: np.ndarray, weights: np.ndarray, bias: np.ndarray) -> float:
        return float(np.sum(reference.ConvLayer(weights, bias, *geometry.window).forward(moved) * dout))

    def measured(what: str, value: np.ndarray, at: np.ndarray, along: Callable[[np.ndarray], float]) -> Gradient:
        direction = rng.normal(size=at.shape)
        return Gradient(what, value, direction, gradients.slope(along, at, direction))

    by_x = measured("din", din, x, lambda moved: loss(moved, weights, bias))
    return LayerCase(
        geometry,
        weights,
        bias,
        x,
        columns,
        layer.filter_data,
        out,
        dout,
        din=by_x,
        dcolumns=Gradient("dcolumns", dcolumns, reference.im2col(by_x.direction, *geometry.window), by_x.slope),
        dweights=measured("dweights", layer.dweights, weights, lambda moved: loss(x, moved, bias)),
        dbias=measured("dbias", layer.dbias, bias, lambda moved: loss(x, weights, moved)),
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


@contextmanager
def _right_im2col(student: Student, case: LayerCase) -> Iterator[None]:
    """Let ``im2col`` answer rightly for the case's images; other questions are its own."""
    table = [((each.x, *each.geometry.window), each.columns) for each in (case, case.first_image)]
    with student.standing_in("im2col", table=table):
        yield


@contextmanager
def _same_random_state(trial: Trial, case: object) -> Iterator[None]:
    """Note whether numpy's global random state is the same afterwards."""
    before = trial.student.random_state()
    yield
    same = trial.student.random_state() == before
    trial.note("random state", case, None if same else RANDOM_STATE_CHANGED)


def _layer_of(student: Student, weights: Any, bias: Any, geometry: Geometry) -> StudentObject:
    return student.new("ConvLayer", weights, bias, *geometry.window)


def _layer(student: Student, case: LayerCase) -> StudentObject:
    return _layer_of(student, case.weights, case.bias, case.geometry)


def _fault_of(call: Callable[..., Any], *args: Any) -> StudentFault | None:
    """What the student's code raised, or None; a worker that is gone is another matter."""
    try:
        call(*args)
    except WorkerStopped:
        raise
    except StudentFault as fault:
        return fault
    return None


def _remember(student: Student, layer: StudentObject, case: LayerCase) -> None:
    """Set what forward has to store, whatever the layer's own forward made of it, if that runs at all."""
    if case.own_forward:
        with _right_im2col(student, case):
            _fault_of(layer.forward, case.x)
    layer.set("input_shape", case.x.shape)
    layer.set("columns", case.columns)
    layer.set("filter_data", case.filter_data)


def _ready(student: Student, case: LayerCase) -> StudentObject:
    """A new layer that knows the case's input."""
    layer = _layer(student, case)
    _remember(student, layer, case)
    return layer


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


# --- forward ----------------------------------------------------------------------------------


def _expect_out(trial: Trial, cases: Iterable[LayerCase]) -> None:
    for case in cases:
        with _right_im2col(trial.student, case):
            out = _layer(trial.student, case).forward(case.x)
        trial.expect_close("out", out, case.out, case)


def _expect_remembered(trial: Trial, layer: StudentObject, case: LayerCase) -> None:
    trial.expect_shape_tuple("input_shape", layer.get("input_shape"), case.x.shape, case)
    trial.expect_close("columns", layer.get("columns"), case.columns, case)
    trial.expect_close("filter_data", layer.get("filter_data"), case.filter_data, case)


@check("forward", zh="步幅为 1、无填充时的输出", weight=7)
def forward_values(trial: Trial) -> None:
    """The output at stride 1, without padding."""
    _expect_out(trial, trial.cases(plain_layers))


@check("forward", zh="更大的步幅与填充", weight=5)
def forward_strides_and_padding(trial: Trial) -> None:
    """The output with larger strides and padding."""
    _expect_out(trial, trial.cases(other_layers))


@check("forward", zh="记下 backward 需要的 input_shape、columns 与 filter_data", weight=4)
def forward_remembers(trial: Trial) -> None:
    """input_shape, columns and filter_data are stored for backward."""
    for case in trial.cases(plain_layers) + trial.cases(other_layers):
        with _right_im2col(trial.student, case):
            layer = _layer(trial.student, case)
            layer.forward(case.x)
        _expect_remembered(trial, layer, case)


@check("forward", zh="两个层互不影响,再次调用时重新计算", weight=1, requires=("forward_values",))
def forward_shares_nothing(trial: Trial) -> None:
    """Two layers share nothing, and a second call starts afresh."""
    for case in trial.cases(plain_layers):
        with _right_im2col(trial.student, case):
            layer, other = _layer(trial.student, case), _layer(trial.student, case)
            layer.forward(case.first_image.x)
            trial.expect_close("out", layer.forward(case.x), case.out, case)
            other.forward(case.first_image.x)
        _expect_remembered(trial, layer, case)


@check("forward", zh="内存不连续的数组也能用", weight=1, requires=("forward_values",))
def forward_layouts(trial: Trial) -> None:
    """Inputs that are not contiguous in memory."""
    for case, layout in zip(trial.cases(plain_layers), LAYOUTS, strict=True):
        with _right_im2col(trial.student, case):
            out = _layer(trial.student, case).forward(Laid(case.x, layout))
        trial.expect_close("out", out, case.out, f"{case}, {layout}")


@check("forward", zh="不修改 x、weights 和 bias,也不碰全局随机状态", weight=1, requires=("forward_values",))
def forward_leaves_alone(trial: Trial) -> None:
    """The input, the parameters and numpy's random state stay what they were."""
    for case in trial.cases(plain_layers):
        before = {"x": case.x, "weights": case.weights, "bias": case.bias}
        held = {name: trial.student.store(array) for name, array in before.items()}
        with _right_im2col(trial.student, case), _same_random_state(trial, case):
            _layer_of(trial.student, held["weights"], held["bias"], case.geometry).forward(held["x"])
        for name, array in before.items():
            trial.expect_unchanged(name, array, held[name].fetch(), case)


@check("forward", zh="不可能的几何参数应抛出 ValueError", weight=1, requires=("forward_values",))
def forward_impossible(trial: Trial) -> None:
    """Impossible geometry is a ValueError, of the constructor, of forward or of the im2col it calls."""
    for geometry in IMPOSSIBLE:
        _first_right(trial, partial(_refused, geometry), partial(_left_to_im2col, geometry))


def _forward_with_ones(student: Student, geometry: Geometry) -> None:
    weights = np.ones((geometry.filter_shape[0] * geometry.filter_shape[1] * geometry.shape[3], geometry.filters))
    bias = np.ones((1, geometry.filters))
    _layer_of(student, weights, bias, geometry).forward(np.ones(geometry.shape))


def _refused(geometry: Geometry, trial: Trial) -> None:
    trial.expect_value_error("the layer", partial(_forward_with_ones, trial.student, geometry), geometry)


def _left_to_im2col(geometry: Geometry, trial: Trial) -> None:
    """Whether the layer asks ``im2col``, whose business the geometry then is."""
    with trial.student.standing_in("im2col") as calls:
        _fault_of(_forward_with_ones, trial.student, geometry)
    trial.note("the layer", geometry, None if calls else messages.NO_ERROR.format(what="the layer"))


# --- backward: the gradient of the input ------------------------------------------------------

Act = Callable[[Trial, LayerCase], Any]
Expect = Callable[[Trial, Any, Gradient, LayerCase], Any]


def _value(trial: Trial, actual: Any, expected: Gradient, case: LayerCase) -> None:
    trial.expect_close(expected.what, actual, expected.value, case)


def _slope(trial: Trial, actual: Any, expected: Gradient, case: LayerCase) -> None:
    trial.expect_slope(expected.what, actual, expected.direction, expected.slope, case)


def _din(trial: Trial, case: LayerCase) -> Any:
    return _ready(trial.student, case).backward(case.dout)


def _expect_din(trial: Trial, cases: Iterable[LayerCase], act: Act = _din, expect: Expect = _value) -> None:
    """``act`` gives the right din, or hands the right dcolumns to ``col2im`` and gives its answer."""
    for case in cases:
        _first_right(
            trial,
            partial(_through_col2im, case, act, expect),
            partial(_through_col2im, case.after_forward, act, expect),
            partial(_by_itself, case.after_forward, act, expect),
        )


def _by_itself(case: LayerCase, act: Act, expect: Expect, trial: Trial) -> None:
    expect(trial, act(trial, case), case.din, case)


def _through_col2im(case: LayerCase, act: Act, expect: Expect, trial: Trial) -> None:
    with trial.student.standing_in("col2im", returns=case.canned) as calls:
        din = act(trial, case)
    dcolumns, input_shape, filter_shape, stride, padding = _last_call(calls, COL2IM)
    expect(trial, dcolumns, case.dcolumns, case)
    trial.expect_shape_tuple("input_shape", _plain(input_shape), case.geometry.shape, case)
    trial.expect_shape_tuple("filter_shape", _plain(filter_shape), case.geometry.filter_shape, case)
    trial.expect_int("stride", _plain(stride), case.geometry.stride, case)
    trial.expect_int("padding", _plain(padding), case.geometry.padding, case)
    trial.expect_close("din", din, case.canned, case)


def _last_call(calls: list[dict[str, Any]], names: tuple[str, ...]) -> list[Any]:
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


def _din_afresh(trial: Trial, case: LayerCase) -> Any:
    """The same layer sees other data first, and is asked twice."""
    layer = _ready(trial.student, case.first_image)
    layer.backward(case.first_image.dout)
    _remember(trial.student, layer, case)
    layer.backward(case.dout)
    return layer.backward(case.dout)


def _din_taking_turns(trial: Trial, case: LayerCase) -> Any:
    """Another layer goes forward and backward between this one's forward and backward."""
    layer = _ready(trial.student, case)
    _ready(trial.student, case.first_image).backward(case.first_image.dout)
    return layer.backward(case.dout)


def _din_of_laid(layout: str, trial: Trial, case: LayerCase) -> Any:
    return _ready(trial.student, case).backward(Laid(case.dout, layout))


def _din_leaving_alone(trial: Trial, case: LayerCase) -> Any:
    before = {"dout": case.dout, "weights": case.weights, "bias": case.bias}
    held = {name: trial.student.store(array) for name, array in before.items()}
    layer = _layer_of(trial.student, held["weights"], held["bias"], case.geometry)
    _remember(trial.student, layer, case)
    with _same_random_state(trial, case):
        din = layer.backward(held["dout"])
    for name, array in before.items():
        trial.expect_unchanged(name, array, held[name].fetch(), case)
    return din


@check("backward_input", zh="步幅为 1、无填充时的 din", weight=7)
def input_values(trial: Trial) -> None:
    """din at stride 1, without padding."""
    _expect_din(trial, trial.cases(plain_layers))


@check("backward_input", zh="更大的步幅与填充", weight=5)
def input_strides_and_padding(trial: Trial) -> None:
    """din with larger strides and padding."""
    _expect_din(trial, trial.cases(other_layers))


@check("backward_input", zh="din 与数值梯度一致", weight=3)
def input_slope(trial: Trial) -> None:
    """din agrees with the numeric gradient."""
    _expect_din(trial, trial.cases(plain_layers), expect=_slope)


@check("backward_input", zh="每次调用都重新计算", weight=2, requires=("input_values",))
def input_afresh(trial: Trial) -> None:
    """Every call starts afresh: earlier calls and earlier data leave no trace."""
    _expect_din(trial, trial.cases(plain_layers), act=_din_afresh)


@check("backward_input", zh="两个层互不影响", weight=1, requires=("input_values",))
def input_taking_turns(trial: Trial) -> None:
    """Two layers that take turns share nothing."""
    _expect_din(trial, trial.cases(plain_layers), act=_din_taking_turns)


@check("backward_input", zh="内存不连续的 dout 也能用", weight=1, requires=("input_values",))
def input_layouts(trial: Trial) -> None:
    """A dout that is not contiguous in memory."""
    for case, layout in zip(trial.cases(plain_layers), LAYOUTS, strict=True):
        _expect_din(trial, [case], act=partial(_din_of_laid, layout))


@check("backward_input", zh="不修改 dout、weights 和 bias,也不碰全局随机状态", weight=1, requires=("input_values",))
def input_leaves_alone(trial: Trial) -> None:
    """dout, the parameters and numpy's random state stay what they were."""
    _expect_din(trial, trial.cases(plain_layers), act=_din_leaving_alone)


# --- backward: the gradients of weights and bias ----------------------------------------------

Take = Callable[[Student, LayerCase, str], Any]


def _after_backward(layer: StudentObject, case: LayerCase, name: str) -> Any:
    """The attribute that backward sets; what backward raises for another gradient's sake does not matter."""
    fault = _fault_of(layer.backward, case.dout)
    try:
        gradient = layer.get(name)
    except StudentFault as missing:
        raise fault or missing from None
    if fault is not None and type(gradient) is not np.ndarray:
        raise fault
    return gradient


def _once(student: Student, case: LayerCase, name: str) -> Any:
    return _after_backward(_ready(student, case), case, name)


def _afresh(student: Student, case: LayerCase, name: str) -> Any:
    """The same layer sees other data first, and is asked twice."""
    layer = _ready(student, case.first_image)
    _fault_of(layer.backward, case.first_image.dout)
    _remember(student, layer, case)
    _fault_of(layer.backward, case.dout)
    return _after_backward(layer, case, name)


def _taking_turns(student: Student, case: LayerCase, name: str) -> Any:
    """Another layer goes forward and backward in between."""
    layer, other = _ready(student, case), _ready(student, case.first_image)
    _after_backward(layer, case, name)
    _fault_of(other.backward, case.first_image.dout)
    return layer.get(name)


def _expect_stored(
    trial: Trial, cases: Iterable[LayerCase], name: str, take: Take = _once, expect: Expect = _value
) -> None:
    """The attribute ``name`` is right after backward, whatever ``im2col`` and ``col2im`` are like."""
    for case in cases:
        _first_right(
            trial, partial(_stored, case, name, take, expect), partial(_stored, case.after_forward, name, take, expect)
        )


def _stored(case: LayerCase, name: str, take: Take, expect: Expect, trial: Trial) -> None:
    with trial.student.standing_in("col2im", returns=case.canned):
        gradient = take(trial.student, case, name)
    expect(trial, gradient, getattr(case, name), case)


@check("backward_weights", zh="步幅为 1、无填充时的 dweights", weight=6)
def weights_values(trial: Trial) -> None:
    """dweights at stride 1, without padding."""
    _expect_stored(trial, trial.cases(plain_layers), "dweights")


@check("backward_weights", zh="更大的步幅与填充", weight=4)
def weights_strides_and_padding(trial: Trial) -> None:
    """dweights with larger strides and padding."""
    _expect_stored(trial, trial.cases(other_layers), "dweights")


@check("backward_weights", zh="dweights 与数值梯度一致", weight=2)
def weights_slope(trial: Trial) -> None:
    """dweights agrees with the numeric gradient."""
    _expect_stored(trial, trial.cases(plain_layers), "dweights", expect=_slope)


@check("backward_weights", zh="每次调用都重新计算,不会累加", weight=2, requires=("weights_values",))
def weights_afresh(trial: Trial) -> None:
    """Every call starts afresh: nothing is added to an earlier dweights."""
    _expect_stored(trial, trial.cases(plain_layers), "dweights", take=_afresh)


@check("backward_weights", zh="两个层互不影响", weight=1, requires=("weights_values",))
def weights_taking_turns(trial: Trial) -> None:
    """Two layers that take turns share nothing."""
    _expect_stored(trial, trial.cases(plain_layers), "dweights", take=_taking_turns)


@check("backward_bias", zh="步幅为 1、无填充时的 dbias", weight=4)
def bias_values(trial: Trial) -> None:
    """dbias at stride 1, without padding."""
    _expect_stored(trial, trial.cases(plain_layers), "dbias")


@check("backward_bias", zh="更大的步幅与填充", weight=2)
def bias_strides_and_padding(trial: Trial) -> None:
    """dbias with larger strides and padding."""
    _expect_stored(trial, trial.cases(other_layers), "dbias")


@check("backward_bias", zh="dbias 与数值梯度一致", weight=2)
def bias_slope(trial: Trial) -> None:
    """dbias agrees with the numeric gradient."""
    _expect_stored(trial, trial.cases(plain_layers), "dbias", expect=_slope)


@check("backward_bias", zh="每次调用都重新计算,不会累加", weight=1, requires=("bias_values",))
def bias_afresh(trial: Trial) -> None:
    """Every call starts afresh: nothing is added to an earlier dbias."""
    _expect_stored(trial, trial.cases(plain_layers), "dbias", take=_afresh)


@check("backward_bias", zh="两个层互不影响", weight=1, requires=("bias_values",))
def bias_taking_turns(trial: Trial) -> None:
    """Two layers that take turns share nothing."""
    _expect_stored(trial, trial.cases(plain_layers), "dbias", take=_taking_turns)
