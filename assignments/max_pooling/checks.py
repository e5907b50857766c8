"""The checks that marks for max pooling come from. Staff only: they compare with the solution."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from autograder.errors import StudentFault, WorkerStopped
from autograder.gradients import distinct, slope
from autograder.protocol import Laid
from autograder.registry import check
from autograder.student import StudentObject
from autograder.trial import Trial


@dataclass(frozen=True)
class Geometry:
    """An input ``(N, H, W, D)``, a window ``(rows, columns)`` and a stride."""

    shape: tuple[int, int, int, int]
    window: tuple[int, int]
    stride: int

    @property
    def pooled(self) -> tuple[int, int, int, int]:
        """The output's shape ``(N, OH, OW, D)``."""
        n, height, width, depth = self.shape
        rows, columns = self.window
        return n, (height - rows) // self.stride + 1, (width - columns) // self.stride + 1, depth

    def __str__(self) -> str:
        sizes = " x ".join(map(str, self.shape))
        return f"x {sizes}, window {self.window[0]} x {self.window[1]}, stride {self.stride}"


HOSTILE = (
    Geometry((2, 6, 6, 2), (2, 2), 2),  # nothing special
    Geometry((1, 5, 7, 1), (2, 3), 1),  # overlapping, rectangular, depth 1, batch 1
    Geometry((2, 8, 6, 3), (3, 2), 2),  # overlapping along rows only, a tail
    Geometry((3, 7, 9, 2), (2, 2), 3),  # gaps between the windows, tails
    Geometry((2, 6, 7, 2), (3, 3), 1),  # up to nine windows over a cell
    Geometry((1, 4, 5, 3), (4, 5), 2),  # one window that is the whole input
    Geometry((2, 5, 9, 1), (3, 1), 4),  # a window one column wide, gaps, a tail
    Geometry((2, 3, 8, 4), (1, 4), 3),  # a window one row high
)
LAYOUTS = ("F", "strided", "reversed")
IMPOSSIBLE = ((4, 5, 1), (3, 0, 1), (5, 2, 0), (5, -1, 1), (5, 2, -1))
"""Sizes, windows and strides along one axis of which none can be pooled."""
REFUSED = (((5, 2), 1), ((2, 5), 1), ((0, 2), 1), ((2, 0), 1), ((2, 2), 0), ((2, 2), -1))
"""Windows and strides of which none fits an input of 4 x 4."""


@dataclass(frozen=True)
class Case:
    """One input with everything the reference makes of it."""

    geometry: Geometry
    x: np.ndarray
    out: np.ndarray
    max_index: np.ndarray
    dout: np.ndarray
    din: np.ndarray

    def __str__(self) -> str:
        return str(self.geometry)


def solved(geometry: Geometry, x: np.ndarray, rng: np.random.Generator, reference: Any) -> Case:
    """The case of ``x``, with a random upstream gradient."""
    layer = reference.MaxPoolingLayer(geometry.window, geometry.stride)
    out = layer.forward(x)
    dout = rng.normal(size=out.shape)
    return Case(geometry, x, out, layer.max_index, dout, layer.backward(dout))


def distinct_cases(rng: np.random.Generator, reference: Any) -> tuple[Case, ...]:
    """Every hostile geometry with distinct values, and once more with negative values only."""
    cases = [solved(each, distinct(rng, each.shape), rng, reference) for each in HOSTILE]
    negative = HOSTILE[2]
    below_zero = distinct(rng, negative.shape)
    return (*cases, solved(negative, below_zero - below_zero.max() - 1, rng, reference))


def tied_cases(rng: np.random.Generator, reference: Any) -> tuple[Case, ...]:
    """Few different values, so that most windows hold their maximum more than once."""
    return tuple(
        solved(each, rng.integers(-2, 1, size=each.shape).astype(float), rng, reference) for each in HOSTILE[:5]
    )


def pairs(rng: np.random.Generator, reference: Any) -> tuple[tuple[Case, Case], ...]:
    """Two inputs for one geometry, the second of another batch size and size."""
    def larger(each: Geometry) -> Geometry:
        n, height, width, depth = each.shape
        return Geometry((n + 1, height + 2, width + 1, depth), each.window, each.stride)

    def filled(each: Geometry) -> Case:
        return solved(each, distinct(rng, each.shape), rng, reference)

    return tuple((filled(each), filled(larger(each))) for each in (HOSTILE[1], HOSTILE[2]))


def layer_of(trial: Trial, case: Case) -> StudentObject:
    """A new layer of the student's for the case."""
    return trial.student.new("MaxPoolingLayer", case.geometry.window, case.geometry.stride)


def ready_for_backward(trial: Trial, case: Case) -> StudentObject:
    """A layer that has seen ``x``, with the contract's attributes set to the right values.

    Its own forward is called first, for it may store more than the contract asks; whatever is wrong
    in it is not held against ``backward``.
    """
    layer = layer_of(trial, case)
    try:
        layer.forward(case.x)
    except WorkerStopped:
        raise
    except StudentFault:
        pass
    layer.set("input_shape", case.geometry.shape)
    layer.set("max_index", case.max_index)
    return layer


@contextmanager
def right_sizes(trial: Trial, geometries: tuple[Geometry, ...]) -> Iterator[None]:
    """Answer ``pooled_size`` rightly for these geometries, so that a mistake in it costs its own exercise only."""
    table = [
        ((size, window, each.stride), pooled)
        for each in geometries
        for size, window, pooled in zip(each.shape[1:3], each.window, each.pooled[1:3], strict=True)
    ]
    with trial.student.standing_in("pooled_size", table=table):
        yield


@contextmanager
def right_refusals(trial: Trial) -> Iterator[None]:
    """Let ``pooled_size`` refuse what is in ``REFUSED``, and answer rightly along an axis that fits."""
    table = [
        ((4, size, stride), (4 - size) // stride + 1 if 1 <= size <= 4 and stride >= 1 else None)
        for window, stride in REFUSED
        for size in window
    ]
    with trial.student.standing_in("pooled_size", table=table):
        yield


def expect_refusals(trial: Trial, what: str, call: Callable[[tuple[int, int], int], Any]) -> None:
    """``call(window, stride)`` is a ValueError for all of ``REFUSED``."""
    with right_refusals(trial):
        for window, stride in REFUSED:
            case = f"input 4 x 4, window {window[0]} x {window[1]}, stride {stride}"
            trial.expect_value_error(what, partial(call, window, stride), case)


# ---------------------------------------------------------------------------------- pooled_size


@check("pooled_size", zh="窗口数量正确,末尾不足一个窗口的部分被舍去", weight=4)
def pooled_size_values(trial: Trial) -> None:
    """The number of windows is right, and a tail that fills no window is cropped."""
    for size in (1, 2, 5, 8):
        for window in range(1, size + 1):
            for stride in (1, 2, 3):
                actual = trial.student.pooled_size(size, window, stride)
                case = f"size {size}, window {window}, stride {stride}"
                trial.expect_int("pooled_size", actual, (size - window) // stride + 1, case)


@check("pooled_size", zh="不可能的尺寸抛出 ValueError", requires=("pooled_size_values",))
def pooled_size_refuses(trial: Trial) -> None:
    """A window larger than the input, or a size below 1, is a ValueError."""
    for sizes in IMPOSSIBLE:
        case = "size {}, window {}, stride {}".format(*sizes)
        trial.expect_value_error("pooled_size", partial(trial.student.pooled_size, *sizes), case)


# -------------------------------------------------------------------------------------- forward


@check("forward", zh="输出的形状正确")
def forward_shape(trial: Trial) -> None:
    """The output has the right shape."""
    with right_sizes(trial, HOSTILE):
        for case in trial.cases(distinct_cases):
            trial.expect_array("out", layer_of(trial, case).forward(case.x), case.out.shape, case)


@check("forward", zh="每个输出都是其窗口的最大值", weight=8, requires=("forward_shape",))
def forward_values(trial: Trial) -> None:
    """Each output is the maximum of its window."""
    with right_sizes(trial, HOSTILE):
        for case in (*trial.cases(distinct_cases), *trial.cases(tied_cases)):
            trial.expect_close("out", layer_of(trial, case).forward(case.x), case.out, case)


@check("forward", zh="记录输入的形状", requires=("forward_values",))
def forward_input_shape(trial: Trial) -> None:
    """The shape of the input is kept in self.input_shape."""
    with right_sizes(trial, HOSTILE):
        for case in trial.cases(distinct_cases)[:3]:
            layer = layer_of(trial, case)
            layer.forward(case.x)
            trial.expect_shape_tuple("input_shape", layer.get("input_shape"), case.geometry.shape, case)


@check("forward", zh="输入在内存中不连续时同样正确", requires=("forward_values",))
def forward_layouts(trial: Trial) -> None:
    """An input that is not contiguous in memory gives the same result."""
    with right_sizes(trial, HOSTILE):
        for case, layout in zip(trial.cases(distinct_cases)[1:], LAYOUTS, strict=False):
            out = layer_of(trial, case).forward(Laid(case.x, layout))
            trial.expect_close("out", out, case.out, f"{case}, memory order {layout}")


@check("forward", zh="不修改输入,也不改动全局随机状态", requires=("forward_values",))
def forward_untouched(trial: Trial) -> None:
    """The input and numpy's global random state are left as they were."""
    with right_sizes(trial, HOSTILE):
        for case in trial.cases(distinct_cases)[:4]:
            x, state = trial.student.store(case.x), trial.student.random_state()
            layer_of(trial, case).forward(x)
            trial.expect_unchanged("x", case.x, x.fetch(), case)
            trial.expect_int("random state", int(state == trial.student.random_state()), 1, case)


@check("forward", zh="不可能的窗口抛出 ValueError", requires=("forward_values",))
def forward_refuses(trial: Trial) -> None:
    """Impossible geometry is a ValueError, in the constructor or in forward."""
    x = np.zeros((1, 4, 4, 1))
    expect_refusals(
        trial,
        "MaxPoolingLayer",
        lambda window, stride: trial.student.new("MaxPoolingLayer", window, stride).forward(x),
    )


# ------------------------------------------------------------------------------------ max_index


def max_index_of(trial: Trial, case: Case, layer: StudentObject | None = None, x: Any = None) -> Any:
    """``self.max_index`` after a forward, which may have failed once it had set it."""
    layer = layer or layer_of(trial, case)
    fault: StudentFault | None = None
    try:
        layer.forward(case.x if x is None else x)
    except WorkerStopped:
        raise
    except StudentFault as raised:
        fault = raised
    try:
        return layer.get("max_index")
    except WorkerStopped:
        raise
    except StudentFault as missing:
        raise fault or missing from missing


@check("max_index", zh="最大值的位置按行编号,与窗口一一对应", weight=5)
def max_index_values(trial: Trial) -> None:
    """The cell of each window's maximum is found, counted row by row."""
    with right_sizes(trial, HOSTILE):
        for case in trial.cases(distinct_cases):
            trial.expect_close("max_index", max_index_of(trial, case), case.max_index, case, kind="integer")


@check("max_index", zh="并列时取第一个最大值", weight=3, requires=("max_index_values",))
def max_index_ties(trial: Trial) -> None:
    """At a tie the first of the maxima counts."""
    with right_sizes(trial, HOSTILE):
        for case in trial.cases(tied_cases):
            trial.expect_close("max_index", max_index_of(trial, case), case.max_index, case, kind="integer")


@check("max_index", zh="每次前向传播重新设置,各层互不影响", requires=("max_index_values",))
def max_index_afresh(trial: Trial) -> None:
    """Every forward sets it afresh, and two layers share nothing."""
    both = trial.cases(pairs)
    with right_sizes(trial, tuple(case.geometry for pair in both for case in pair)):
        for one, two in both:
            first, second = layer_of(trial, one), layer_of(trial, two)
            max_index_of(trial, one, first)
            max_index_of(trial, two, second)
            trial.expect_close("max_index", first.get("max_index"), one.max_index, one, kind="integer")
            again = max_index_of(trial, two, first)
            trial.expect_close("max_index", again, two.max_index, two, kind="integer")


@check("max_index", zh="输入在内存中不连续时同样正确", requires=("max_index_values",))
def max_index_layouts(trial: Trial) -> None:
    """An input that is not contiguous in memory gives the same result."""
    with right_sizes(trial, HOSTILE):
        for case, layout in zip(trial.cases(distinct_cases)[1:], LAYOUTS, strict=False):
            actual = max_index_of(trial, case, x=Laid(case.x, layout))
            trial.expect_close("max_index", actual, case.max_index, f"{case}, memory order {layout}", kind="integer")


# ------------------------------------------------------------------------------------- backward


@check("backward", zh="梯度的形状与输入相同")
def backward_shape(trial: Trial) -> None:
    """The gradient has the shape of the input."""
    with right_sizes(trial, HOSTILE):
        for case in trial.cases(distinct_cases):
            din = ready_for_backward(trial, case).backward(case.dout)
            trial.expect_array("din", din, case.x.shape, case)


@check("backward", zh="每个梯度只传给其窗口的最大值,重叠处相加", weight=8, requires=("backward_shape",))
def backward_values(trial: Trial) -> None:
    """Each gradient goes to its window's maximum only, and overlapping windows add up."""
    with right_sizes(trial, HOSTILE):
        for case in trial.cases(distinct_cases):
            din = ready_for_backward(trial, case).backward(case.dout)
            trial.expect_close("din", din, case.din, case)


@dataclass(frozen=True)
class Slope:
    """A case with the measured slope of ``sum(dout * forward(x))`` along a random direction."""

    case: Case
    direction: np.ndarray
    slope: float


def slopes(rng: np.random.Generator, reference: Any) -> tuple[Slope, ...]:
    """Three directions for each of the hostile geometries, measured on the reference's forward."""

    def measured(case: Case) -> Slope:
        layer = reference.MaxPoolingLayer(case.geometry.window, case.geometry.stride)
        direction = rng.normal(size=case.x.shape)
        return Slope(case, direction, slope(lambda x: float(np.sum(case.dout * layer.forward(x))), case.x, direction))

    return tuple(measured(case) for case in distinct_cases(rng, reference) for _ in range(3))


@check("backward", zh="与数值梯度一致", weight=2, requires=("backward_values",))
def backward_numeric(trial: Trial) -> None:
    """The gradient is the measured slope of the loss along random directions."""
    with right_sizes(trial, HOSTILE):
        for each in trial.cases(slopes):
            din = ready_for_backward(trial, each.case).backward(each.case.dout)
            trial.expect_slope("din", din, each.direction, each.slope, each.case)


@check("backward", zh="并列时整个梯度只归第一个最大值", weight=3, requires=("backward_shape",))
def backward_ties(trial: Trial) -> None:
    """At a tie the whole gradient goes to the first maximum."""
    with right_sizes(trial, HOSTILE):
        for case in trial.cases(tied_cases):
            din = ready_for_backward(trial, case).backward(case.dout)
            trial.expect_close("din", din, case.din, case)


@check("backward", zh="只依据 input_shape 与 max_index 计算", weight=2, requires=("backward_values",))
def backward_from_stored(trial: Trial) -> None:
    """It needs self.input_shape and self.max_index alone."""
    with right_sizes(trial, HOSTILE):
        for case in trial.cases(distinct_cases)[:4]:
            layer = layer_of(trial, case)
            layer.set("input_shape", case.geometry.shape)
            layer.set("max_index", case.max_index)
            trial.expect_close("din", layer.backward(case.dout), case.din, case)


@check("backward", zh="连续两次结果相同,不累加", weight=2, requires=("backward_values",))
def backward_twice(trial: Trial) -> None:
    """Called twice it gives the same gradient twice: nothing accumulates."""
    with right_sizes(trial, HOSTILE):
        for case in trial.cases(distinct_cases)[:3]:
            layer = ready_for_backward(trial, case)
            first = trial.student.store(case.dout)
            layer.backward(first)
            trial.expect_close("second din", layer.backward(case.dout), case.din, case)
            trial.expect_close("din of minus dout", layer.backward(-case.dout), -case.din, case)


@check("backward", zh="两个层互不影响", weight=1, requires=("backward_values",))
def backward_interleaved(trial: Trial) -> None:
    """Two layers used in turn do not disturb each other."""
    both = trial.cases(pairs)
    with right_sizes(trial, tuple(case.geometry for pair in both for case in pair)):
        for one, two in both:
            first, second = ready_for_backward(trial, one), ready_for_backward(trial, two)
            trial.expect_close("din of the first layer", first.backward(one.dout), one.din, one)
            trial.expect_close("din of the second layer", second.backward(two.dout), two.din, two)


@check("backward", zh="不修改 dout 与 max_index,dout 不连续时同样正确", weight=2, requires=("backward_values",))
def backward_untouched(trial: Trial) -> None:
    """dout and max_index are left as they were, and dout need not be contiguous."""
    with right_sizes(trial, HOSTILE):
        for case, layout in zip(trial.cases(distinct_cases)[1:], LAYOUTS, strict=False):
            layer = ready_for_backward(trial, case)
            dout = trial.student.store(Laid(case.dout, layout))
            trial.expect_close("din", layer.backward(dout), case.din, f"{case}, memory order {layout}")
            trial.expect_unchanged("dout", case.dout, dout.fetch(), case)
            trial.expect_unchanged("max_index", case.max_index, layer.get("max_index"), case)


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

    return tuple(with_random_mask(geometry) for geometry in HOSTILE)


@check("backward_matrix", zh="梯度的形状与输入相同")
def matrix_shape(trial: Trial) -> None:
    """The gradient has the shape of the input."""
    with right_sizes(trial, HOSTILE):
        for case in trial.cases(single_marks):
            din = trial.student.max_pool_backward_matrix(*case.arguments)
            trial.expect_array("din", din, case.geometry.shape, case)


@check("backward_matrix", zh="每个标记的单元得到其窗口的梯度,重叠处相加", weight=8, requires=("matrix_shape",))
def matrix_values(trial: Trial) -> None:
    """Each marked cell gets its window's gradient, and overlapping windows add up."""
    with right_sizes(trial, HOSTILE):
        for case in trial.cases(single_marks):
            trial.expect_close("din", trial.student.max_pool_backward_matrix(*case.arguments), case.din, case)


@check("backward_matrix", zh="一个窗口可以有多个标记,也可以没有", weight=3, requires=("matrix_shape",))
def matrix_many_marks(trial: Trial) -> None:
    """A window may have several marks or none."""
    with right_sizes(trial, HOSTILE):
        for case in trial.cases(random_marks):
            trial.expect_close("din", trial.student.max_pool_backward_matrix(*case.arguments), case.din, case)


@check("backward_matrix", zh="不修改参数,参数不连续时同样正确", weight=2, requires=("matrix_values",))
def matrix_untouched(trial: Trial) -> None:
    """The arguments are left as they were and need not be contiguous."""
    with right_sizes(trial, HOSTILE):
        for case, layout in zip(trial.cases(random_marks)[1:], LAYOUTS, strict=False):
            dout = trial.student.store(Laid(case.dout, layout))
            max_mask = trial.student.store(Laid(case.max_mask, layout))
            din = trial.student.max_pool_backward_matrix(dout, max_mask, *case.arguments[2:])
            trial.expect_close("din", din, case.din, f"{case}, memory order {layout}")
            trial.expect_unchanged("dout", case.dout, dout.fetch(), case)
            trial.expect_unchanged("max_mask", case.max_mask, max_mask.fetch(), case)


@check("backward_matrix", zh="多次调用互不影响", requires=("matrix_values",))
def matrix_twice(trial: Trial) -> None:
    """Nothing is carried over from one call to the next."""
    with right_sizes(trial, HOSTILE):
        for case in trial.cases(random_marks)[:3]:
            trial.student.max_pool_backward_matrix(*case.arguments)
            din = trial.student.max_pool_backward_matrix(*case.arguments)
            trial.expect_close("second din", din, case.din, case)


@check("backward_matrix", zh="不可能的窗口抛出 ValueError", requires=("matrix_values",))
def matrix_refuses(trial: Trial) -> None:
    """Impossible geometry is a ValueError."""
    dout, max_mask = np.zeros((1, 1, 1, 1)), np.zeros((1, 4), dtype=bool)
    expect_refusals(
        trial,
        "max_pool_backward_matrix",
        lambda window, stride: trial.student.max_pool_backward_matrix(dout, max_mask, (1, 4, 4, 1), window, stride),
    )


# ----------------------------------------------------------------------------------------- fast


def first(array: np.ndarray) -> np.ndarray:
    """Channels-last to channels-first, contiguous."""
    return np.ascontiguousarray(array.transpose(0, 3, 1, 2))


def forward_fast(trial: Trial, case: Case, x: Any = None) -> tuple[Any, Any]:
    """The student's ``(out, cache)``; the cache stays with them."""
    x = first(case.x) if x is None else x
    answer = trial.student.max_pool_forward_fast(x, case.geometry.window, case.geometry.stride, keep=1)
    if type(answer) is tuple and len(answer) == 2:
        return answer
    raise StudentFault("TypeError", "max_pool_forward_fast should return (out, cache)")


@check("fast", zh="前向传播正确", weight=3)
def fast_forward_values(trial: Trial) -> None:
    """The forward pass gives each window's maximum."""
    with right_sizes(trial, HOSTILE):
        for case in (*trial.cases(distinct_cases), *trial.cases(tied_cases)):
            out, _ = forward_fast(trial, case)
            trial.expect_close("out", out, first(case.out), case)


@check("fast", zh="反向传播正确,重叠处相加", weight=5, requires=("fast_forward_values",))
def fast_backward_values(trial: Trial) -> None:
    """The backward pass gives the same gradient as the layer."""
    with right_sizes(trial, HOSTILE):
        for case in trial.cases(distinct_cases):
            _, cache = forward_fast(trial, case)
            din = trial.student.max_pool_backward_fast(first(case.dout), cache)
            trial.expect_close("din", din, first(case.din), case)


@check("fast", zh="并列时整个梯度只归第一个最大值", weight=3, requires=("fast_backward_values",))
def fast_ties(trial: Trial) -> None:
    """At a tie the whole gradient goes to the first maximum."""
    with right_sizes(trial, HOSTILE):
        for case in trial.cases(tied_cases):
            _, cache = forward_fast(trial, case)
            din = trial.student.max_pool_backward_fast(first(case.dout), cache)
            trial.expect_close("din", din, first(case.din), case)


@check("fast", zh="不修改参数,多次反向结果相同,各 cache 互不影响", weight=2, requires=("fast_backward_values",))
def fast_untouched(trial: Trial) -> None:
    """Arguments are left as they were, nothing accumulates, and every cache stands for itself."""
    both = trial.cases(pairs)
    with right_sizes(trial, tuple(case.geometry for pair in both for case in pair)):
        for (one, two), layout in zip(both, LAYOUTS, strict=False):
            x = trial.student.store(Laid(first(one.x), layout))
            dout = trial.student.store(Laid(first(one.dout), layout))
            out, cache = forward_fast(trial, one, x)
            trial.expect_close("out", out, first(one.out), f"{one}, memory order {layout}")
            forward_fast(trial, two)
            trial.student.max_pool_backward_fast(dout, cache)
            din = trial.student.max_pool_backward_fast(dout, cache)
            trial.expect_close("second din", din, first(one.din), one)
            trial.expect_unchanged("x", first(one.x), x.fetch(), one)
            trial.expect_unchanged("dout", first(one.dout), dout.fetch(), one)


@check("fast", zh="不可能的窗口抛出 ValueError", requires=("fast_backward_values",))
def fast_refuses(trial: Trial) -> None:
    """Impossible geometry is a ValueError."""
    x = np.zeros((1, 1, 4, 4))
    expect_refusals(
        trial,
        "max_pool_forward_fast",
        lambda window, stride: trial.student.max_pool_forward_fast(x, window, stride, keep=1),
    )


SPEEDUP = 4.0
"""How many times faster than the plain loop a vectorised answer must be, in CPU time.

The slowest of the correct corpus is 12 times faster than the loop; a loop over batch, depth or
position alone, or one over plain lists, is at most about twice as fast.
"""
ATTEMPTS = 8


@dataclass(frozen=True)
class Race:
    """A large input along one axis, and the CPU seconds that the plain loop took for it."""

    axis: str
    x: np.ndarray
    dout: np.ndarray
    loop_seconds: float

    def __str__(self) -> str:
        return f"many {self.axis}"


def races(rng: np.random.Generator, reference: Any) -> tuple[Race, ...]:
    """One race against a loop over batch, one over depth and one over output positions."""
    shapes = {"images": (2000, 1, 4, 4), "channels": (1, 2000, 4, 4), "positions": (1, 1, 140, 140)}

    def prepared(axis: str, shape: tuple[int, int, int, int]) -> Race:
        x = rng.normal(size=shape)
        dout = rng.normal(size=(*shape[:2], shape[2] // 2, shape[3] // 2))
        return Race(axis, x, dout, min(loop_seconds(x, dout) for _ in range(3)))

    return tuple(prepared(axis, shape) for axis, shape in shapes.items())


def loop_seconds(x: np.ndarray, dout: np.ndarray) -> float:
    """CPU seconds of the plainest loop: 2 x 2 windows, stride 2, one window at a time."""
    started = time.process_time()
    out, din = np.empty(dout.shape), np.zeros(x.shape)
    for where in np.ndindex(*dout.shape):
        n, depth, row, column = where
        window = x[n, depth, 2 * row : 2 * row + 2, 2 * column : 2 * column + 2]
        winner = int(window.argmax())
        out[where] = window.flat[winner]
        din[n, depth, 2 * row + winner // 2, 2 * column + winner % 2] += dout[where]
    return time.process_time() - started


@check("fast", zh="无须循环,速度达标", weight=6, requires=("fast_backward_values",))
def fast_speed(trial: Trial) -> None:
    """It is as fast as only whole-array numpy can be, over images, channels and positions."""
    sizes = (Geometry((1, side, side, 1), (2, 2), 2) for side in (4, 140))
    with right_sizes(trial, tuple(sizes)):
        for race in trial.cases(races):
            trial.expect_within("the fast pair", share_of_loop(trial, race), 1 / SPEEDUP, race)


def share_of_loop(trial: Trial, race: Race) -> float:
    """The student's CPU time as a share of the loop's: the best of a few attempts.

    A machine under load slows both down, but not always at the same moment. So an attempt that is
    too slow against the loop's time noted at the start is held against a loop run just after it.
    """
    x, dout = trial.student.store(race.x), trial.student.store(race.dout)
    best = float("inf")
    for _ in range(ATTEMPTS):
        seconds = fast_seconds(trial, x, dout)
        share = seconds / race.loop_seconds
        if share > 1 / SPEEDUP:
            share = seconds / max(race.loop_seconds, loop_seconds(race.x, race.dout))
        best = min(best, share)
        if best <= 1 / SPEEDUP:
            break
    return best


def fast_seconds(trial: Trial, x: StudentObject, dout: StudentObject) -> float:
    """CPU seconds of one forward and backward of the student's."""
    started = trial.student.cpu_seconds()
    _, cache = trial.student.max_pool_forward_fast(x, (2, 2), 2, keep=0)
    trial.student.max_pool_backward_fast(dout, cache)
    return trial.student.cpu_seconds() - started
