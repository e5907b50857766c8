"""What cases know of themselves, and what is said with it of mistakes that nobody has written down."""

# ruff: noqa: F821  (names of the solutions, there once a function stands behind one)

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import numpy as np
import pytest

from autograder.facts import Facts, facts_of
from autograder.model import Diagnosis, Report
from tests.support import mark_inside, rubric_of, solution_source

MEAN, MAX, CONV, NORM = "mean_pooling", "max_pooling", "conv_im2col", "normalization"
HELD = {
    MEAN: {"side_by_side overlapping gaps_and_tails": "din"},
    MAX: {
        "distinct_cases tied_cases pair": "out max_index din",
        "single_marks random_marks": "din",
        "fast_distinct_cases fast_tied_cases fast_pair": "out din",
    },
    CONV: {
        "plain_patches strided_patches padded_patches": "columns image",
        "plain_layers other_layers": "out columns filter_data din dcolumns dweights dbias",
    },
    NORM: {
        "flat_cases map_cases small_variances scaled_cases": "out normalized inverse_std dx dgamma dbeta",
    },
}
"""The builders of cases, and the arrays that are expected of them."""


def told(name: str) -> Iterator[tuple[str, Facts, np.ndarray]]:
    """An array's name, what its case tells of it, and the array, for all the cases of an assignment."""
    rubric = rubric_of(name, 0)
    builders = rubric.checks[0].function.__globals__
    for names, arrays in HELD[name].items():
        for case in (case for each in names.split() for case in rubric.book.of(builders[each])):
            for array in arrays.split():
                expected = getattr(case, array)
                what = "the image" if array == "image" else array
                yield what, facts_of(case, what), getattr(expected, "value", expected)


@pytest.mark.parametrize("name", HELD)
def test_facts_fit_the_array(name: str) -> None:
    """Masks have the array's shape and are not empty, every axis has a name, no factor is 1, ids are unique."""
    for what, facts, expected in told(name):
        assert all(each.mask.shape == expected.shape and each.mask.dtype == bool for each in facts.regions), what
        assert all(each.mask.any() for each in facts.regions), what
        assert len(facts.axes) == expected.ndim, what
        assert all(each.value != 1 for each in facts.factors)
        for ids in ([each.id for each in facts.regions], [each.id for each in facts.factors]):
            assert len(ids) == len(set(ids)), what


@pytest.mark.parametrize("name", [MEAN, MAX, CONV])
def test_uncovered_cells_have_no_gradient(name: str) -> None:
    """Cells in gaps and tails are those where the right gradient is zero, and no window covers them."""
    seen = set()
    for what, facts, expected in told(name):
        masks = {each.id: each.mask for each in facts.regions}
        for outside in {"gaps", "tail", "uncovered"} & masks.keys():
            assert not expected[masks[outside]].any(), what
            assert not (masks[outside] & masks.get("overlap", False)).any(), what
            seen.add(outside)
    assert seen == {"gaps", "tail", "uncovered"}


def test_a_case_in_another_memory_order_tells_the_same() -> None:
    """The records that stand for a case in some order have its facts and its text."""
    rubric = rubric_of(MEAN, 0)
    names = rubric.checks[0].function.__globals__
    case = rubric.book.of(names["overlapping"])[0]
    laid = names["InOrder"](case, "F")
    assert [each.id for each in laid.facts("din").regions] == [each.id for each in case.facts("din").regions]
    assert str(laid) == f"{case}, F"


def test_what_tells_nothing_has_no_facts() -> None:
    """A case in words alone, or one whose facts are something else, is told nothing of."""

    class Odd:
        def facts(self, what: str) -> str:
            return what

    assert facts_of("x", "din") == facts_of(Odd(), "din") == Facts()


# ------------------------------------------------------------------- mistakes that nobody has written down


def spoilt(name: str, replaced: str, spoil: Callable[..., Any]) -> str:
    """The reference with one function, a ``func`` or ``Class.method``, whose answers are spoilt."""
    behind = f"_right = {replaced}\n{replaced} = lambda *args: {spoil.__name__}(_right, *args)\n"
    return f"{solution_source(name)}\n\n{inspect.getsource(spoil)}\n\n{behind}"


def windows_overlap(right, self, dout):
    din, counts = right(self, dout), np.zeros(self.input_shape)
    (rows, columns), s = self.window, self.stride
    for i, j in np.ndindex(*dout.shape[1:3]):
        counts[:, i * s : i * s + rows, j * s : j * s + columns] += 1
    return np.where(counts > 1, 0.7 * din, din)


def gaps_and_tail_filled(right, self, dout):
    din, counts = right(self, dout), np.zeros(self.input_shape)
    (rows, columns), s = self.window, self.stride
    for i, j in np.ndindex(*dout.shape[1:3]):
        counts[:, i * s : i * s + rows, j * s : j * s + columns] += 1
    return np.where(counts == 0, -0.3, din)


def tail_filled(right, self, dout):
    din = right(self, dout)
    din[:, (dout.shape[1] - 1) * self.stride + self.window[0] :] = 1.5
    return din


def last_row_of_windows_left_out(right, self, dout):
    dout = dout.copy()
    dout[:, -1] = 0
    return right(self, dout)


def bottom_of_windows_left_out(right, self, dout):
    rows, columns = self.window
    din = np.zeros(self.input_shape)
    for i, j in np.ndindex(*dout.shape[1:3]):
        top, left = i * self.stride, j * self.stride
        din[:, top : top + rows - 1, left : left + columns] += dout[:, i : i + 1, j : j + 1] / (rows * columns)
    return din


def cut_to_integers(right, self, dout):
    return right(self, dout).astype(int)


def first_example_for_all(right, self, x):
    out = right(self, x)
    return np.repeat(out[:1], len(out), axis=0)


def first_depth_alone(right, columns, *geometry):
    image = right(columns, *geometry)
    image[..., 1:] = 0
    return image


def first_depth_halved(right, self, dout):
    din = right(self, dout)
    din[..., 0] *= 0.5
    return din


def last_column_halved(right, self, dout):
    din = right(self, dout)
    din[:, :, -1] *= 0.5
    return din


def times_the_columns(right, self, dout):
    return right(self, dout) * self.window[1]


def divided_twice(right, self, dout):
    return right(self, dout) / (self.window[0] * self.window[1])


def divided_by_the_batch(right, self, dout):
    return right(self, dout) / len(dout)


def times_the_stride(right, self, dout):
    return right(self, dout) * self.stride


def doubled_the_second_time(right, self, dout):
    again, self.last = getattr(self, "last", None), dout.copy()
    return right(self, dout) * (1.7 if np.array_equal(again, dout) else 1.0)


def sign_turned(right, self, dout):
    return -right(self, dout)


def upside_down(right, self, dout):
    return right(self, dout)[:, ::-1].copy()


def one_column_to_the_right(right, self, dout):
    return np.roll(right(self, dout), 1, axis=2)


def larger_of_two(right, self, dout):
    din = np.zeros(self.input_shape)
    for n, i, j, d in np.ndindex(*dout.shape):
        row, column = divmod(int(self.max_index[n, i, j, d]), self.window[1])
        where = n, i * self.stride + row, j * self.stride + column, d
        din[where] = max(din[where], dout[n, i, j, d], key=abs)
    return din


def losers_get_a_little(right, self, dout):
    din = right(self, dout)
    return np.where(din == 0, 1e-3, din)


def negative_halved(right, self, x):
    out = right(self, x)
    return np.where(out < 0, 0.5 * out, out)


def second_of_the_tied(right, self, x):
    out, s = right(self, x), self.stride
    windows = np.lib.stride_tricks.sliding_window_view(x, self.window, axis=(1, 2))[:, ::s, ::s]
    held = (windows == out[..., None, None]).reshape(*out.shape, -1)
    second = ((held.cumsum(axis=-1) == 2) & held).argmax(axis=-1)
    self.max_index = np.where(held.sum(axis=-1) > 1, second, self.max_index)
    return out


def counted_from_one(right, self, x):
    out = right(self, x)
    self.max_index = self.max_index + 1
    return out


def unmarked_to_first(right, dout, max_mask, *geometry):
    max_mask = max_mask.copy()
    max_mask[~max_mask.any(axis=1), 0] = True
    return right(dout, max_mask, *geometry)


def several_marks_weaker(right, dout, max_mask, *geometry):
    return right(dout * np.where(max_mask.sum(axis=1) > 1, 0.7, 1.0).reshape(dout.shape), max_mask, *geometry)


def ties_shared_unevenly(right, dout, cache):
    input_shape, x, window, s = cache
    din = np.zeros(input_shape)
    for n, d, i, j in np.ndindex(*dout.shape):
        cells = x[n, d, i * s : i * s + window[0], j * s : j * s + window[1]]
        places = np.argwhere(cells == cells.max())
        for (row, column), share in zip((places[0], places[-1]), (0.3, 0.7), strict=True):
            din[n, d, i * s + row, j * s + column] += share * dout[n, d, i, j]
    return din


def input_kept(right, x, window, stride):
    return right(x, window, stride)[0], (x.shape, x.copy(), window, stride)


def fast_times_the_batch(right, dout, cache):
    return right(dout, cache) * len(dout)


def padded_with_ones(right, x, *geometry):
    return right(x, *geometry) + 1 - right(np.ones(x.shape), *geometry)


def last_patch_left_out(right, x, *geometry):
    columns = right(x, *geometry)
    columns[-1] = 0
    return columns


def patches_overlap(right, columns, *geometry):
    image, counts = right(columns, *geometry), right(np.ones(columns.shape), *geometry)
    return np.where(counts > 1, 0.7 * image, image)


def inverse_for_one_cell(right, columns, input_shape, filter_shape, *others):
    return right(columns, input_shape, filter_shape, *others) / (filter_shape[0] * filter_shape[1])


def near_the_padding_halved(right, columns, input_shape, filter_shape, stride, padding):
    padded = (input_shape[0], *(length + 2 * padding for length in input_shape[1:3]), input_shape[3])
    inside = np.zeros(padded)
    inside[:, padding : padded[1] - padding, padding : padded[2] - padding] = 1
    sticks_out = im2col(inside, filter_shape, stride, 0).min(axis=1) == 0
    touched = right(np.ones(columns.shape) * sticks_out[:, None], input_shape, filter_shape, stride, padding)
    image = right(columns, input_shape, filter_shape, stride, padding)
    return np.where(touched > 0, 0.5 * image, image)


def leaking(right, self, x):
    out = right(self, x)
    raw = self.columns @ self.weights + self.bias
    self.filter_data = np.where(raw > 0, raw, 0.01 * raw)
    return self.filter_data.reshape(out.shape)


def divided_by_the_positions(right, self, dout):
    return right(self, dout) / (len(self.columns) / len(dout))


def weights_times_the_depth(right, self, dout):
    din = right(self, dout)
    self.dweights = self.dweights * self.input_shape[3]
    return din


def first_filter_tripled(right, self, dout):
    din = right(self, dout)
    self.dweights[:, 0] *= 3
    return din


def bias_times_the_batch(right, self, dout):
    din = right(self, dout)
    self.dbias = self.dbias * len(dout)
    return din


def bias_divided_by_the_filters(right, self, dout):
    din = right(self, dout)
    self.dbias = self.dbias / self.dbias.size
    return din


def relu_negative_halved(right, self, x):
    out = right(self, x)
    return np.where(x < 0, x / 2, out)


def scaled_by_the_size_of_gamma(right, self, x):
    right(self, x)
    return abs(self.gamma) * self.normalized + self.beta


def dbeta_times_the_features(right, self, dout):
    dx = right(self, dout)
    self.dbeta = self.dbeta * self.dbeta.size
    return dx


def dgamma_divided_by_the_pixels(right, self, dout):
    dx = right(self, dout)
    self.dgamma = self.dgamma / (dout[0].size // self.dgamma.size)
    return dx


MEAN_BACKWARD, MAX_FORWARD, MAX_BACKWARD = (
    "MeanPoolingLayer.backward",
    "MaxPoolingLayer.forward",
    "MaxPoolingLayer.backward",
)
MATRIX, FAST = "max_pool_backward_matrix", "max_pool_backward_fast"
MADE_UP: tuple[tuple[str, str, str, Callable[..., Any], str], ...] = (
    (MEAN, "backward", MEAN_BACKWARD, windows_overlap, "only-overlap"),
    (MEAN, "backward", MEAN_BACKWARD, gaps_and_tail_filled, "only-uncovered"),
    (MEAN, "backward", MEAN_BACKWARD, tail_filled, "only-tail"),
    (MEAN, "backward", MEAN_BACKWARD, last_row_of_windows_left_out, "only-last-row"),
    (MEAN, "backward", MEAN_BACKWARD, first_depth_halved, "only-at"),
    (MEAN, "backward", MEAN_BACKWARD, last_column_halved, "only-at"),
    (MEAN, "backward", MEAN_BACKWARD, times_the_columns, "times-columns"),
    (MEAN, "backward", MEAN_BACKWARD, divided_twice, "divided-by-cells"),
    (MEAN, "backward", MEAN_BACKWARD, times_the_stride, "times-stride"),
    (MEAN, "backward", MEAN_BACKWARD, bottom_of_windows_left_out, "only-bottom"),
    (MEAN, "backward", MEAN_BACKWARD, cut_to_integers, "whole-numbers"),
    (MEAN, "backward", MEAN_BACKWARD, doubled_the_second_time, "constant-factor"),
    (MEAN, "backward", MEAN_BACKWARD, sign_turned, "sign"),
    (MEAN, "backward", MEAN_BACKWARD, upside_down, "flipped"),
    (MEAN, "backward", MEAN_BACKWARD, one_column_to_the_right, "shifted"),
    (MAX, "forward", MAX_FORWARD, negative_halved, "only-negative"),
    (MAX, "forward", MAX_FORWARD, first_example_for_all, "only-at"),
    (MAX, "max_index", MAX_FORWARD, second_of_the_tied, "only-ties"),
    (MAX, "max_index", MAX_FORWARD, counted_from_one, "offset"),
    (MAX, "backward", MAX_BACKWARD, windows_overlap, "only-overlap"),
    (MAX, "backward", MAX_BACKWARD, larger_of_two, "only-shared"),
    (MAX, "backward", MAX_BACKWARD, losers_get_a_little, "only-losers"),
    (MAX, "backward", MAX_BACKWARD, divided_by_the_batch, "divided-by-batch"),
    (MAX, "backward_matrix", MATRIX, unmarked_to_first, "only-no-mark"),
    (MAX, "backward_matrix", MATRIX, several_marks_weaker, "only-several-marks"),
    (MAX, "fast", FAST, fast_times_the_batch, "times-batch"),
    (CONV, "im2col", "im2col", padded_with_ones, "only-padding"),
    (CONV, "im2col", "im2col", last_patch_left_out, "only-at"),
    (CONV, "col2im", "col2im", patches_overlap, "only-overlap"),
    (CONV, "col2im", "col2im", near_the_padding_halved, "only-padding"),
    (CONV, "col2im", "col2im", first_depth_alone, "right-at"),
    (CONV, "col2im", "col2im", inverse_for_one_cell, "divided-by-cells"),
    (CONV, "forward", "ConvLayer.forward", leaking, "only-relu-off"),
    (CONV, "backward_input", "ConvLayer.backward", divided_by_the_positions, "divided-by-positions"),
    (CONV, "backward_weights", "ConvLayer.backward", weights_times_the_depth, "times-depth"),
    (CONV, "backward_weights", "ConvLayer.backward", first_filter_tripled, "only-at"),
    (CONV, "backward_bias", "ConvLayer.backward", bias_times_the_batch, "times-batch"),
    (CONV, "backward_bias", "ConvLayer.backward", bias_divided_by_the_filters, "divided-by-filters"),
    (NORM, "relu", "ReluLayer.forward", relu_negative_halved, "only-negative"),
    (NORM, "batchnorm_forward", "BatchNormLayer.forward", scaled_by_the_size_of_gamma, "only-negative-gamma"),
    (NORM, "batchnorm_backward", "BatchNormLayer.backward", dbeta_times_the_features, "times-features"),
    (NORM, "batchnorm_backward", "BatchNormLayer.backward", dgamma_divided_by_the_pixels, "divided-by-pixels"),
)
"""Assignment, exercise, the function that is spoilt, how, and what is to be said of it."""


@cache
def marked(name: str, replaced: str, spoil: Callable[..., Any]) -> Report:
    """The report on the reference with one function spoilt."""
    return mark_inside(spoilt(name, replaced, spoil), name)


def diagnosed(report: Report, exercise: str) -> tuple[Diagnosis, ...]:
    """What was said of an exercise."""
    (result,) = (each for each in report.exercises if each.exercise.name == exercise)
    assert not result.staff_detail
    return result.diagnoses


@pytest.mark.parametrize(
    ("name", "exercise", "replaced", "spoil", "id"), MADE_UP, ids=[f"{each[1]}-{each[3].__name__}" for each in MADE_UP]
)
def test_a_mistake_that_nobody_has_written_down_is_described(
    name: str, exercise: str, replaced: str, spoil: Callable[..., Any], id: str
) -> None:
    """Part, factor or axis are told by their names, and no known mistake is claimed."""
    (only,) = diagnosed(marked(name, replaced, spoil), exercise)
    assert only.id == id
    assert not only.named


def test_ties_shared_unevenly_are_described() -> None:
    """What is wrong at ties alone, channels-first, is said so."""
    both = [spoilt(MAX, "max_pool_forward_fast", input_kept), spoilt(MAX, FAST, ties_shared_unevenly)]
    behind = both[1].removeprefix(solution_source(MAX)).replace("_right", "_right_backward")
    (only,) = diagnosed(mark_inside(both[0] + behind, MAX), "fast")
    assert only.id == "only-ties"


def _wordings(diagnosis: Diagnosis) -> Iterator[str]:
    for text in (diagnosis.text, diagnosis.hint):
        yield from (text.en, text.zh)


def test_no_sentence_tells_an_expected_value() -> None:
    """Neither sentence nor hint holds the digits of a value that would have been right, in any language."""
    compared = 0
    for name, exercise, replaced, spoil, _ in MADE_UP:
        report = marked(name, replaced, spoil)
        (result,) = (each for each in report.exercises if each.exercise.name == exercise)
        seen = [each.expected for check in result.checks for each in check.observations if each.problem is not None]
        values = np.concatenate([each.ravel() for each in seen if isinstance(each, np.ndarray)]).astype(float)
        right = {f"{abs(value):.3g}" for value in values if value != round(value)}
        said = "".join(text for each in result.diagnoses for text in _wordings(each))
        assert right.isdisjoint(re.findall(r"\d+\.?\d*", said))
        compared += len(right)
    assert compared


# ------------------------------------------------------------------ one mistake in forward and backward

WINDOWS = {
    "exchanged": "(window[1], window[0])",
    "always 2 x 2": "(2, 2)",
    "stride as window": "(stride, stride)",
    "square": "(window[0], window[0])",
}


def with_window(window: str) -> str:
    """Max pooling that works with another window throughout, as one expression says."""
    return f"""{solution_source(MAX)}

_init, _fast = MaxPoolingLayer.__init__, max_pool_forward_fast

def __init__(self, window, stride):
    _init(self, window, stride)
    self.window = {window}

MaxPoolingLayer.__init__ = __init__

def max_pool_forward_fast(x, window, stride):
    return _fast(x, {window}, stride)
"""


@pytest.mark.parametrize("window", WINDOWS.values(), ids=WINDOWS)
def test_one_mistake_in_both_passes_is_told_apart(window: str) -> None:
    """Where the backward is the gradient of its own wrong forward, that is said first."""
    report = mark_inside(with_window(window), MAX)
    for exercise in ("backward", "fast"):
        first, *others = diagnosed(report, exercise)
        assert first.id == "consistent-but-wrong"
        assert not any(each.named for each in others)


def with_layer_change(name: str, layer: str, forward: str, backward: str) -> str:
    """A solution whose forward gives one expression of ``out`` and its backward one of ``din``."""
    return f"""{solution_source(name)}

_forward, _backward = {layer}.forward, {layer}.backward

def forward(self, x):
    out = _forward(self, x)
    return {forward}

def backward(self, dout):
    din = _backward(self, dout)
    return {backward}

{layer}.forward, {layer}.backward = forward, backward
"""


@pytest.mark.parametrize(
    ("forward", "backward", "shared"),
    [
        ("0.3 * out", "0.3 * din", True),
        ("out", "0.3 * din", False),
        ("out + 1", "0.3 * din", False),
        ("out + 1", "din if self.window != (4, 1) else 0.3 * din", False),
        ("0.0 * out", "0.0 * din", False),
        ("None", "0.3 * din", False),
    ],
    ids=["both", "backward alone", "two mistakes", "elsewhere", "zeros", "no forward"],
)
@pytest.mark.parametrize(
    ("name", "layer", "exercise"),
    [(MAX, "MaxPoolingLayer", "backward"), (CONV, "ConvLayer", "backward_input")],
)
def test_two_mistakes_are_not_taken_for_one(
    name: str, layer: str, exercise: str, forward: str, backward: str, shared: bool
) -> None:
    """A right forward, a gradient that does not belong to it, or one that tells nothing are no shared mistake."""
    if name == CONV:
        backward = backward.replace("self.window != (4, 1)", "self.filter_shape != (2, 4)")
    report = mark_inside(with_layer_change(name, layer, forward, backward), name)
    ids = [each.id for each in diagnosed(report, exercise)]
    assert ids
    assert ("consistent-but-wrong" in ids) is shared
