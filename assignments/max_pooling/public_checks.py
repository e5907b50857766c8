"""What students run themselves for max pooling: the handout's examples, gradients against their own forward, manners.

They are for learning. Marks come from other checks, on harder inputs.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.errors import StudentFault
from autograder.gradients import distinct, weighted_sum
from autograder.model import Text
from autograder.protocol import Laid
from autograder.registry import check
from autograder.student import StudentObject
from autograder.trial import Trial
from autograder.windows import WindowCase

MAPS = np.array(
    [
        [[1, 1, 2, 0], [3, 2, 1, 1], [0, 1, 2, 1], [1, 0, 0, 1]],
        [[5, 1, 0, 2], [2, 3, 1, 1], [1, 2, 2, 0], [0, 1, 1, 2]],
    ],
    dtype=float,
)
"""Two feature maps of 4 x 4: the handout's worked example."""
POOLED = np.array([[[3, 2], [1, 2]], [[5, 2], [2, 2]]], dtype=float)
WINNERS = np.array([[[2, 0], [1, 0]], [[0, 1], [1, 0]]])
UPSTREAM = np.array([[[1, 2], [3, 4]], [[-1, 0.5], [2.5, -2]]])
GRADIENT = np.array(
    [
        [[0, 0, 2, 0], [1, 0, 0, 0], [0, 3, 4, 0], [0, 0, 0, 0]],
        [[-1, 0, 0, 0.5], [0, 0, 0, 0], [0, 2.5, -2, 0], [0, 0, 0, 0]],
    ]
)
MARKS = [(2,), (0,), (0,), (1,), (1, 2), (1,), (0,), (0, 3)]
"""The cells that hold the maximum of each window, as the handout's matrix marks them: at a tie all of them."""
GRADIENT_OF_MARKS = GRADIENT + np.array(
    [
        [[0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0], [3, 0, 0, 0]],
        [[0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, -2]],
    ]
)

# The handout's other example: a window of 2 x 3 at stride 2, one row of the input in no window.
WIDE_MAP = np.array(
    [
        [2, 0, 7, 1, -4, -2, -6],
        [3, 1, 5, 4, -3, -9, -1],
        [0, -8, 2, 6, 1, 3, 0],
        [4, -2, 1, 5, 8, 2, 1],
        [9, 9, 9, 9, 9, 9, 9],
    ],
    dtype=float,
)
WIDE_POOLED = np.array([[7, 7, -1], [4, 8, 8]], dtype=float)
WIDE_WINNERS = np.array([[2, 0, 5], [3, 5, 3]])
WIDE_UPSTREAM = np.array([[1, -2, 0.5], [3, 4, -1]])
WIDE_GRADIENT = np.array(
    [
        [0, 0, -1, 0, 0, 0, 0],
        [0, 0, 0, 0, 0, 0, 0.5],
        [0, 0, 0, 0, 0, 0, 0],
        [3, 0, 0, 0, 3, 0, 0],
        [0, 0, 0, 0, 0, 0, 0],
    ]
)
MIRRORED_CELLS = np.array([2, 1, 0, 5, 4, 3])
"""The number of each cell of a 2 x 3 window, counted from the right."""
LOWER = 10.0
"""The second image of the batch is lower than the first by this much, so most of its windows are negative."""

EXAMPLE = WindowCase("", (1, 4, 4, 2), (2, 2), 2)
EXAMPLE_TWICE = WindowCase("x 2 x 4 x 4 x 2", (2, 4, 4, 2), (2, 2), 2)
EXAMPLE_FAST = WindowCase("", (1, 2, 4, 4), (2, 2), 2, channels_first=True)
SMALL = WindowCase("x 2 x 4 x 5 x 2, window 2 x 3, stride 1", (2, 4, 5, 2), (2, 3), 1)
SMALL_FAST = WindowCase("x 2 x 2 x 4 x 5, window 2 x 3, stride 1", (2, 2, 4, 5), (2, 3), 1, channels_first=True)
WIDE = WindowCase("x 2 x 5 x 7 x 2, window 2 x 3, stride 2", (2, 5, 7, 2), (2, 3), 2)
WIDE_FAST = WindowCase("x 2 x 2 x 5 x 7, window 2 x 3, stride 2", (2, 2, 5, 7), (2, 3), 2, channels_first=True)

LAYOUTS = ("C", "F")
"""Memory orders: the axes of an array run from the last to the first, or from the first to the last."""
CALLS = ("din", "din of the second call")
IMPOSSIBLE = (((5, 2), 1), ((2, 5), 1), ((0, 2), 1), ((2, 2), 0))
"""Windows and strides of which none fits an input of 4 x 4."""
RANDOM_STATE_CHANGED = Text(
    "numpy's global random state was changed: pooling does not draw random numbers",
    "改动了 numpy 的全局随机状态:池化不需要随机数",
)


def channels_last(maps: np.ndarray) -> np.ndarray:
    """Feature maps ``(D, H, W)`` as a batch of one, ``(1, H, W, D)``."""
    return np.ascontiguousarray(maps.transpose(1, 2, 0)[np.newaxis])


def batch_of(plain: np.ndarray, mirrored: np.ndarray, lower: float = 0) -> np.ndarray:
    """The example's map beside its mirror image, and an image with the two exchanged; ``(2, H, W, 2)``."""
    images = [(plain, mirrored), (mirrored - lower, plain - lower)]
    return np.ascontiguousarray(np.array(images).transpose(0, 2, 3, 1))


def wide_batch(of_map: np.ndarray, lower: float = 0) -> np.ndarray:
    """The batch of a map (or of what belongs to one): mirrored, its columns run backwards."""
    return batch_of(of_map, of_map[:, ::-1], lower)


def wide_winners() -> np.ndarray:
    """Whose cells are mirrored, too."""
    return batch_of(WIDE_WINNERS, MIRRORED_CELLS[WIDE_WINNERS[:, ::-1]])


def channels_first(array: np.ndarray) -> np.ndarray:
    """``(N, H, W, D)`` as ``(N, D, H, W)``."""
    return array.transpose(0, 3, 1, 2).copy()


def marks_of(cells: Sequence[Sequence[int]], count: int) -> np.ndarray:
    """A matrix with a row for each window, ``count`` columns, and marks in these cells."""
    return np.array([[cell in marked for cell in range(count)] for marked in cells])


def layer_with(trial: Trial, window: tuple[int, int], shape: tuple[int, ...], max_index: np.ndarray) -> StudentObject:
    """A layer of stride 2 that knows what forward would have stored."""
    layer = trial.student.new("MaxPoolingLayer", window, 2)
    layer.set("input_shape", shape)
    layer.set("max_index", max_index)
    return layer


def index_after_forward(layer: StudentObject, x: Any) -> Any:
    """``max_index`` as forward stores it, even where the rest of forward is unfinished."""
    done = layer.later.forward(x)
    stored = layer.later.get("max_index")
    if stored.fault is not None and done.fault is not None:
        raise done.fault
    return stored.value


def expect_refusals(trial: Trial, what: str, ask: Callable[[tuple[int, int], int], Any]) -> None:
    """``ask(window, stride)`` is a ValueError for all that fits no input of 4 x 4."""
    for window, stride in IMPOSSIBLE:

        def refused(window: tuple[int, int] = window, stride: int = stride) -> Any:
            return ask(window, stride)

        trial.expect_value_error(what, refused, f"input 4 x 4, window {window[0]} x {window[1]}, stride {stride}")


def small_input(rng: np.random.Generator, reference: object) -> tuple[np.ndarray, np.ndarray]:
    """An input whose 2 x 3 windows at stride 1 overlap, and an upstream gradient."""
    return distinct(rng, (2, 4, 5, 2)), rng.normal(size=(2, 3, 3, 2))


def forward_fast(trial: Trial, x: np.ndarray, window: tuple[int, int], stride: int) -> tuple[Any, Any]:
    """Your ``(out, cache)``; the cache stays where it is."""
    answer = trial.student.max_pool_forward_fast(x, window, stride, keep=1)
    if type(answer) is tuple and len(answer) == 2:
        return answer
    raise StudentFault("TypeError", "max_pool_forward_fast should return (out, cache)")


@check("pooled_size", zh="手算可验证的几个例子")
def public_pooled_size(trial: Trial) -> None:
    """A few sizes that can be checked by hand."""
    for sizes, expected in (((4, 2, 2), 2), ((5, 2, 2), 2), ((5, 3, 1), 3), ((7, 2, 3), 2)):
        case = "size {}, window {}, stride {}".format(*sizes)
        trial.expect_int("pooled_size", trial.student.pooled_size(*sizes), expected, case)


@check("pooled_size", zh="不可能的尺寸应抛出 ValueError")
def public_pooled_size_impossible(trial: Trial) -> None:
    """A window larger than the input, or a window or stride below 1, is a ValueError."""
    for size, window, stride in ((3, 5, 1), (4, 0, 1), (4, -1, 2), (4, 2, 0)):

        def refused(sizes: tuple[int, int, int] = (size, window, stride)) -> None:
            trial.student.pooled_size(*sizes)

        trial.expect_value_error("pooled_size", refused, f"size {size}, window {window}, stride {stride}")


@check("forward", zh="讲义中的例子:两张 4 x 4 特征图,2 x 2 窗口,步幅 2")
def public_forward_golden(trial: Trial) -> None:
    """The handout's example: two 4 x 4 maps, a 2 x 2 window, stride 2."""
    out = trial.student.new("MaxPoolingLayer", (2, 2), 2).forward(channels_last(MAPS))
    trial.expect_close("out", out, channels_last(POOLED), EXAMPLE)


@check("forward", zh="矩形输入与重叠窗口的输出形状")
def public_forward_shape(trial: Trial) -> None:
    """The output has the right shape for a rectangular window that overlaps."""
    x, dout = trial.cases(small_input)
    out = trial.student.new("MaxPoolingLayer", (2, 3), 1).forward(x)
    trial.expect_array("out", out, dout.shape, SMALL)


@check("forward", zh="讲义中 2 x 3 窗口的例子:有重叠、有裁掉的行、有全为负数的窗口")
def public_forward_wide(trial: Trial) -> None:
    """The handout's window of 2 x 3: overlaps, a cropped row, windows of negative numbers only.

    Two images of two maps: the example and its mirror image, then the same two exchanged and lowered by 10.
    """
    layer = trial.student.new("MaxPoolingLayer", (2, 3), 2)
    trial.expect_close("out", layer.forward(wide_batch(WIDE_MAP, LOWER)), wide_batch(WIDE_POOLED, LOWER), WIDE)
    trial.expect_shape_tuple("input_shape", layer.get("input_shape"), WIDE.shape)


@check("forward", zh="不修改输入与全局随机状态,输入不连续时结果相同", requires=("public_forward_golden",))
def public_forward_untouched(trial: Trial) -> None:
    """The input and the random state are left alone, and an input that is not contiguous gives the same."""
    before, layer = trial.student.random_state(), trial.student.new("MaxPoolingLayer", (2, 2), 2)
    for layout in LAYOUTS:
        x = trial.student.store(Laid(channels_last(MAPS), layout))
        trial.expect_close("out", layer.forward(x), channels_last(POOLED), EXAMPLE)
        trial.expect_unchanged("x", channels_last(MAPS), x.fetch())
    trial.note("random state", "", RANDOM_STATE_CHANGED if trial.student.random_state() != before else None)


@check("forward", zh="不可能的几何参数应抛出 ValueError", requires=("public_forward_golden",))
def public_forward_impossible(trial: Trial) -> None:
    """A window larger than the input or below 1, or a stride below 1, is a ValueError, sooner or later."""
    blank = np.zeros((1, 4, 4, 1))
    expect_refusals(trial, "the layer", lambda *made: trial.student.new("MaxPoolingLayer", *made).forward(blank))


@check("max_index", zh="讲义例子中每个窗口的最大值位置")
def public_max_index_golden(trial: Trial) -> None:
    """The winning cells of the handout's example, the first one at a tie."""
    stored = index_after_forward(trial.student.new("MaxPoolingLayer", (2, 2), 2), channels_last(MAPS))
    trial.expect_close("max_index", stored, channels_last(WINNERS), EXAMPLE, kind="integer")


@check("max_index", zh="讲义中 2 x 3 窗口的例子里最大值的位置,输入在内存中不连续")
def public_max_index_wide(trial: Trial) -> None:
    """The winning cells of the handout's window of 2 x 3, for inputs that are not contiguous, too."""
    for layout in LAYOUTS:
        layer = trial.student.new("MaxPoolingLayer", (2, 3), 2)
        stored = index_after_forward(layer, Laid(wide_batch(WIDE_MAP, LOWER), layout))
        trial.expect_close("max_index", stored, wide_winners(), WIDE, kind="integer")


@check("max_index", zh="第二个层的前向传播不影响第一个层", requires=("public_max_index_golden",))
def public_max_index_of_two_layers(trial: Trial) -> None:
    """The forward of a second layer leaves that of the first alone."""
    first, second = (trial.student.new("MaxPoolingLayer", (2, 2), 2) for _ in range(2))
    for layer, x in ((first, MAPS), (second, MAPS[::-1])):
        layer.later.forward(channels_last(x), send=False)
    trial.expect_close("max_index", first.get("max_index"), channels_last(WINNERS), EXAMPLE, kind="integer")


@check("backward", zh="讲义例子的梯度")
def public_backward_golden(trial: Trial) -> None:
    """The gradient of the handout's example."""
    layer = layer_with(trial, (2, 2), EXAMPLE.shape, channels_last(WINNERS))
    trial.expect_close("din", layer.backward(channels_last(UPSTREAM)), channels_last(GRADIENT), EXAMPLE)


@check("backward", zh="与自己前向传播的数值梯度一致")
def public_backward_gradient(trial: Trial) -> None:
    """backward agrees with finite differences of your own forward, where windows overlap."""
    x, dout = trial.cases(small_input)
    layer = trial.student.new("MaxPoolingLayer", (2, 3), 1)

    def loss(moved: np.ndarray) -> float:
        return weighted_sum(trial.student.new("MaxPoolingLayer", (2, 3), 1).forward(moved), dout)

    trial.expect_array("out", layer.forward(x), dout.shape)
    trial.expect_gradient("din", layer.backward(dout), loss, x, SMALL)


@check("backward", zh="讲义中 2 x 3 窗口的例子的梯度:一行被裁掉,有重叠")
def public_backward_wide(trial: Trial) -> None:
    """The gradient of the handout's window of 2 x 3: a cropped row, and windows that overlap."""
    layer = layer_with(trial, (2, 3), WIDE.shape, wide_winners())
    trial.expect_close("din", layer.backward(wide_batch(WIDE_UPSTREAM)), wide_batch(WIDE_GRADIENT), WIDE)


@check("backward", zh="再次调用从零算起,不修改 dout 与 max_index;同一层可换输入", requires=("public_backward_golden",))
def public_backward_second_call(trial: Trial) -> None:
    """Each call starts afresh, with another input, too; dout and max_index are still what they were."""
    dout, winners = channels_last(UPSTREAM), channels_last(WINNERS)
    layer = layer_with(trial, (2, 2), EXAMPLE.shape, winners)
    for what, layout in zip(CALLS, LAYOUTS, strict=True):
        given = trial.student.store(Laid(dout, layout))
        trial.expect_close(what, layer.backward(given), channels_last(GRADIENT), EXAMPLE)
        trial.expect_unchanged("dout", dout, given.fetch())
    trial.expect_unchanged("max_index", winners, layer.get("max_index"))
    layer.set("input_shape", (2, 4, 4, 2))
    layer.set("max_index", np.concatenate([winners, winners]))
    of_two = layer.backward(np.concatenate([dout, -dout]))
    expected = np.concatenate([channels_last(GRADIENT), -channels_last(GRADIENT)])
    trial.expect_close("din of another input", of_two, expected, EXAMPLE_TWICE)


@check("backward_matrix", zh="讲义例子的梯度,由标记矩阵得到")
def public_matrix_golden(trial: Trial) -> None:
    """The gradient of the handout's example, from a matrix with one mark a window."""
    max_mask = channels_last(WINNERS).reshape(-1, 1) == np.arange(4)
    din = trial.student.max_pool_backward_matrix(channels_last(UPSTREAM), max_mask, (1, 4, 4, 2), (2, 2), 2)
    trial.expect_close("din", din, channels_last(GRADIENT), EXAMPLE)


@check("backward_matrix", zh="讲义中的标记矩阵:并列的最大值全部标记")
def public_matrix_marks(trial: Trial) -> None:
    """The handout's matrix, which marks all maxima at a tie; then one that marks nothing in half of its rows."""
    max_mask = marks_of(MARKS, 4)
    din = trial.student.max_pool_backward_matrix(channels_last(UPSTREAM), max_mask, (1, 4, 4, 2), (2, 2), 2)
    trial.expect_close("din", din, channels_last(GRADIENT_OF_MARKS), EXAMPLE)
    max_mask[::2] = False
    din = trial.student.max_pool_backward_matrix(channels_last(UPSTREAM), max_mask, (1, 4, 4, 2), (2, 2), 2)
    trial.expect_close("din", din, channels_last(GRADIENT_OF_MARKS * [[[0]], [[1]]]), EXAMPLE)


@check("backward_matrix", zh="讲义中 2 x 3 窗口的例子:两张图像、两张特征图,有重叠")
def public_matrix_wide(trial: Trial) -> None:
    """The handout's window of 2 x 3, for two images of two maps: windows overlap, and rows have an order."""
    max_mask = marks_of(wide_winners().reshape(-1, 1).tolist(), 6)
    din = trial.student.max_pool_backward_matrix(wide_batch(WIDE_UPSTREAM), max_mask, WIDE.shape, (2, 3), 2)
    trial.expect_close("din", din, wide_batch(WIDE_GRADIENT), WIDE)


@check("backward_matrix", zh="再次调用从零算起,不修改参数", requires=("public_matrix_golden",))
def public_matrix_second_call(trial: Trial) -> None:
    """A second call starts afresh, and the arguments are still what they were; they need not be contiguous."""
    given = {"dout": channels_last(UPSTREAM), "max_mask": marks_of(MARKS, 4)}
    for what, layout in zip(CALLS, LAYOUTS, strict=True):
        stored = {name: trial.student.store(Laid(array, layout)) for name, array in given.items()}
        din = trial.student.max_pool_backward_matrix(*stored.values(), (1, 4, 4, 2), (2, 2), 2)
        trial.expect_close(what, din, channels_last(GRADIENT_OF_MARKS), EXAMPLE)
        for name, array in given.items():
            trial.expect_unchanged(name, array, stored[name].fetch())


@check("backward_matrix", zh="不可能的几何参数应抛出 ValueError", requires=("public_matrix_golden",))
def public_matrix_impossible(trial: Trial) -> None:
    """A window larger than the input or below 1, or a stride below 1, is a ValueError."""
    given = np.zeros((1, 1, 1, 1)), np.zeros((1, 4), dtype=bool), (1, 4, 4, 1)
    expect_refusals(
        trial, "max_pool_backward_matrix", lambda *made: trial.student.max_pool_backward_matrix(*given, *made)
    )


@check("fast", zh="讲义的例子,通道在前")
def public_fast_golden(trial: Trial) -> None:
    """The handout's example, channels-first, forward and backward."""
    out, cache = forward_fast(trial, MAPS[np.newaxis], (2, 2), 2)
    trial.expect_close("out", out, POOLED[np.newaxis], EXAMPLE_FAST)
    din = trial.student.max_pool_backward_fast(UPSTREAM[np.newaxis], cache)
    trial.expect_close("din", din, GRADIENT[np.newaxis], EXAMPLE_FAST)


@check("fast", zh="与自己前向传播的数值梯度一致", requires=("public_fast_golden",))
def public_fast_gradient(trial: Trial) -> None:
    """The backward pass agrees with finite differences of your own forward, where windows overlap."""
    x, dout = (np.ascontiguousarray(array.transpose(0, 3, 1, 2)) for array in trial.cases(small_input))

    def loss(moved: np.ndarray) -> float:
        return weighted_sum(forward_fast(trial, moved, (2, 3), 1)[0], dout)

    _, cache = forward_fast(trial, x, (2, 3), 1)
    din = trial.student.max_pool_backward_fast(dout, cache)
    trial.expect_gradient("din", din, loss, x, SMALL_FAST)


@check("fast", zh="讲义中 2 x 3 窗口的例子:有重叠、有裁掉的行、有全为负数的窗口")
def public_fast_wide(trial: Trial) -> None:
    """The handout's window of 2 x 3, both passes: overlaps, a cropped row, windows of negative numbers only."""
    out, cache = forward_fast(trial, channels_first(wide_batch(WIDE_MAP, LOWER)), (2, 3), 2)
    trial.expect_close("out", out, channels_first(wide_batch(WIDE_POOLED, LOWER)), WIDE_FAST)
    din = trial.student.max_pool_backward_fast(channels_first(wide_batch(WIDE_UPSTREAM)), cache)
    trial.expect_close("din", din, channels_first(wide_batch(WIDE_GRADIENT)), WIDE_FAST)


@check("fast", zh="每个 cache 互不影响,可用两次;不修改参数", requires=("public_fast_golden",))
def public_fast_second_call(trial: Trial) -> None:
    """Each cache stands for itself and serves twice; arguments, which need not be contiguous, stay what they were."""
    maps, upstream = MAPS[np.newaxis], UPSTREAM[np.newaxis]
    for layout in LAYOUTS:
        x, dout = (trial.student.store(Laid(array, layout)) for array in (maps, upstream))
        _, cache = forward_fast(trial, x, (2, 2), 2)
        forward_fast(trial, maps[:, ::-1, ::-1], (2, 2), 2)
        for what in CALLS:
            din = trial.student.max_pool_backward_fast(dout, cache)
            trial.expect_close(what, din, GRADIENT[np.newaxis], EXAMPLE_FAST)
        trial.expect_unchanged("x", maps, x.fetch())
        trial.expect_unchanged("dout", upstream, dout.fetch())


@check("fast", zh="不可能的几何参数应抛出 ValueError", requires=("public_fast_golden",))
def public_fast_impossible(trial: Trial) -> None:
    """A window larger than the input or below 1, or a stride below 1, is a ValueError."""
    blank = np.zeros((1, 1, 4, 4))
    expect_refusals(trial, "max_pool_forward_fast", lambda *made: trial.student.max_pool_forward_fast(blank, *made))


LARGE = {"images": (1200, 1, 1, 4), "channels": (1, 1200, 1, 4), "positions": (1, 1, 61, 62)}
"""Shapes, channels-first, with many of one kind and few of the others: a loop over any of them is told apart."""
QUICKER = 4.0
"""How many times faster than a plain loop over all windows the pair must be, in CPU time. Whole arrays are 10 times."""
TRIES = 6


@dataclass(frozen=True)
class Many:
    """A large input of one kind."""

    kind: str
    x: np.ndarray
    dout: np.ndarray

    def __str__(self) -> str:
        return f"many {self.kind}"


def large_inputs(rng: np.random.Generator, reference: object) -> tuple[Many, ...]:
    """One with many images, one with many channels, one with many positions, for a window of 1 x 2 at stride 1."""
    return tuple(
        Many(kind, rng.normal(size=shape), rng.normal(size=(*shape[:3], shape[3] - 1))) for kind, shape in LARGE.items()
    )


@check("fast", zh="速度:比逐窗口的循环快得多", requires=("public_fast_golden",), timed=True)
def public_fast_speed(trial: Trial) -> None:
    """Far faster than a loop over images, channels or output positions can be."""
    for many in trial.cases(large_inputs):
        share = min_share(trial, many)
        trial.expect_within("the fast pair", share, 1 / QUICKER, many)


def min_share(trial: Trial, many: Many) -> float:
    """The CPU time of both passes as a share of a plain loop's, at its best.

    Other work on the machine slows both down, but not always at the same moment: so it is tried several times, the
    loop anew beside each.
    """
    shares = []
    while not shares or (min(shares) > 1 / QUICKER and len(shares) < TRIES):
        answer = trial.student.later.max_pool_forward_fast(many.x, (1, 2), 1, keep=1)
        din = trial.student.later.max_pool_backward_fast(many.dout, answer.part(1))
        shares.append(trial.student.timed_flush() / loop_seconds(many))
        trial.expect_array("din", din.value, many.x.shape, many)
    return min(shares)


def loop_seconds(many: Many) -> float:
    """CPU seconds of a loop that looks into every window, and writes one number and adds one."""
    before = time.process_time()
    seen, added = np.empty(many.dout.shape), np.zeros(many.x.shape)
    for n, d, i, j in np.ndindex(*many.dout.shape):
        window = many.x[n, d, i : i + 1, j : j + 2]
        seen[n, d, i, j] = window.sum()
        added[n, d, i, j + int(window.size) % 2] += many.dout[n, d, i, j]
    return time.process_time() - before
