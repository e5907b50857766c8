"""The reference solutions against plain loops and against finite differences."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

Floats = npt.NDArray[np.float64]

ROOT = Path(__file__).resolve().parents[1]


def load(name: str) -> ModuleType:
    """Import one reference solution from its file."""
    path = ROOT / "solutions" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(f"reference_{name}", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


max_pooling = load("max_pooling")
mean_pooling = load("mean_pooling")
conv_im2col = load("conv_im2col")
normalization = load("normalization")

# Input shape (N, H, W, D), window, stride.
POOLS = {
    "even": ((2, 4, 4, 3), (2, 2), 2),
    "rectangular input": ((2, 4, 6, 2), (2, 2), 2),
    "rectangular window": ((2, 6, 5, 2), (3, 2), 2),
    "wide window": ((1, 4, 9, 2), (2, 3), 3),
    "overlap": ((2, 5, 6, 2), (3, 3), 1),
    "overlap along rows only": ((2, 7, 6, 2), (3, 2), 2),
    "gap": ((2, 7, 8, 2), (2, 1), 3),
    "tail": ((2, 5, 7, 2), (2, 2), 2),
    "tail behind a gap": ((1, 9, 10, 1), (2, 2), 4),
    "batch 1 and depth 1": ((1, 5, 4, 1), (2, 3), 1),
    "window of one cell": ((2, 3, 4, 2), (1, 1), 1),
    "window of one cell with gaps": ((2, 5, 6, 2), (1, 1), 2),
    "window is the input": ((3, 4, 5, 2), (4, 5), 1),
    "stride beyond the input": ((2, 4, 5, 2), (2, 3), 9),
    "input of one cell": ((2, 1, 1, 2), (1, 1), 3),
    "one row": ((2, 1, 7, 3), (1, 3), 2),
}

# Input shape (N, H, W, D), number of filters, filter shape, stride, padding.
CONVS = {
    "plain": ((2, 5, 5, 2), 3, (3, 3), 1, 0),
    "same size": ((2, 4, 5, 2), 3, (3, 3), 1, 1),
    "rectangular filter": ((2, 5, 6, 2), 3, (3, 2), 1, 0),
    "wide filter, padded": ((1, 4, 6, 2), 2, (2, 3), 1, 1),
    "stride 2": ((2, 6, 7, 2), 3, (3, 3), 2, 0),
    "stride 2, padding 1": ((2, 6, 5, 2), 3, (3, 2), 2, 1),
    "padding 2": ((2, 4, 3, 2), 2, (3, 3), 2, 2),
    "gap": ((2, 7, 8, 1), 2, (2, 1), 3, 1),
    "tail": ((1, 6, 8, 2), 2, (3, 3), 2, 0),
    "filter of one cell": ((2, 3, 4, 3), 2, (1, 1), 1, 0),
    "filter of one cell, stride and padding": ((2, 4, 5, 2), 3, (1, 1), 2, 1),
    "one of everything": ((1, 1, 1, 1), 1, (1, 1), 1, 0),
    "filter is the input": ((2, 3, 4, 2), 2, (3, 4), 1, 0),
    "filter larger than the bare input": ((2, 2, 2, 1), 2, (4, 3), 1, 1),
}

# Input shape, epsilon.
NORMS = {
    "vectors": ((6, 3), 1e-5),
    "one feature": ((9, 1), 1e-5),
    "images": ((2, 3, 4, 3), 1e-5),
    "one image": ((1, 3, 5, 2), 1e-5),
    "images of one pixel": ((5, 1, 1, 2), 1e-5),
    "a large epsilon": ((2, 3, 2, 2), 0.7),
    "two examples": ((2, 4), 0.01),
    "one example": ((1, 3), 0.1),
}

pools = pytest.mark.parametrize("pool", POOLS)
convs = pytest.mark.parametrize("conv", CONVS)
norms = pytest.mark.parametrize("norm", NORMS)


# --- helpers: inputs, plain loops, finite differences ------------------------------------------


@pytest.fixture
def rng() -> np.random.Generator:
    """Return random numbers that are the same in every run."""
    return np.random.default_rng(20)


def distinct(rng: np.random.Generator, shape: tuple[int, ...]) -> Floats:
    """Return values of both signs, no two of them nearer than 0.1."""
    size = int(np.prod(shape))
    values = rng.permutation(size).astype(np.float64) * 0.1 - size * 0.05 + 0.03
    return values.reshape(shape)


def windows(
    shape: tuple[int, ...], window: tuple[int, int], stride: int
) -> Iterator[tuple[int, int, int, int, int, int]]:
    """Yield ``n, i, j, d`` of each output and the input row and column where its window begins."""
    batch, height, width, depth = shape
    for n in range(batch):
        for i, top in enumerate(range(0, height - window[0] + 1, stride)):
            for j, left in enumerate(range(0, width - window[1] + 1, stride)):
                for d in range(depth):
                    yield n, i, j, d, top, left


def pooled_shape(
    shape: tuple[int, ...], window: tuple[int, int], stride: int
) -> tuple[int, int, int, int]:
    """Count the windows."""
    last = [position[1:3] for position in windows(shape, window, stride)][-1]
    return shape[0], last[0] + 1, last[1] + 1, shape[3]


def slow_max_pool(
    x: Floats, window: tuple[int, int], stride: int
) -> tuple[Floats, npt.NDArray[np.intp]]:
    """Return maxima and the number of the first cell that holds them, cell by cell."""
    out = np.zeros(pooled_shape(x.shape, window, stride))
    index = np.zeros(out.shape, dtype=np.intp)
    for n, i, j, d, top, left in windows(x.shape, window, stride):
        best = -np.inf
        for row in range(window[0]):
            for column in range(window[1]):
                if x[n, top + row, left + column, d] > best:
                    best = x[n, top + row, left + column, d]
                    index[n, i, j, d] = row * window[1] + column
        out[n, i, j, d] = best
    return out, index


def slow_max_unpool(
    dout: Floats,
    index: npt.NDArray[np.intp],
    shape: tuple[int, ...],
    window: tuple[int, int],
    stride: int,
) -> Floats:
    """Add each gradient to the cell that ``index`` names."""
    din = np.zeros(shape)
    for n, i, j, d, top, left in windows(shape, window, stride):
        row, column = divmod(int(index[n, i, j, d]), window[1])
        din[n, top + row, left + column, d] += dout[n, i, j, d]
    return din


def slow_mean_pool(x: Floats, window: tuple[int, int], stride: int) -> Floats:
    """Return the means, window by window."""
    out = np.zeros(pooled_shape(x.shape, window, stride))
    for n, i, j, d, top, left in windows(x.shape, window, stride):
        total = 0.0
        for row in range(window[0]):
            for column in range(window[1]):
                total += x[n, top + row, left + column, d]
        out[n, i, j, d] = total / (window[0] * window[1])
    return out


def slow_im2col(x: Floats, filter_shape: tuple[int, int], stride: int, padding: int) -> Floats:
    """Collect the entries of every patch one by one; outside the input they are 0."""
    batch, height, width, depth = x.shape
    rows = []
    for n in range(batch):
        for top in range(-padding, height + padding - filter_shape[0] + 1, stride):
            for left in range(-padding, width + padding - filter_shape[1] + 1, stride):
                entries = []
                for r in range(top, top + filter_shape[0]):
                    for c in range(left, left + filter_shape[1]):
                        inside = 0 <= r < height and 0 <= c < width
                        entries += [x[n, r, c, d] if inside else 0.0 for d in range(depth)]
                rows.append(entries)
    return np.array(rows)


def slow_conv(
    x: Floats,
    weights: Floats,
    bias: Floats,
    filter_shape: tuple[int, int],
    stride: int,
    padding: int,
) -> Floats:
    """Convolve and rectify, one output value at a time and without any matrix."""
    batch, height, width, depth = x.shape
    tops = range(-padding, height + padding - filter_shape[0] + 1, stride)
    lefts = range(-padding, width + padding - filter_shape[1] + 1, stride)
    kernel = weights.reshape(*filter_shape, depth, -1)
    out = np.zeros((batch, len(tops), len(lefts), weights.shape[1]))
    for n, i, j, o in np.ndindex(*out.shape):
        total = bias[0, o]
        for r, c, d in np.ndindex(*filter_shape, depth):
            row, column = tops[i] + r, lefts[j] + c
            if 0 <= row < height and 0 <= column < width:
                total += x[n, row, column, d] * kernel[r, c, d, o]
        out[n, i, j, o] = max(total, 0.0)
    return out


def numeric_gradient(function: Callable[[Floats], Floats], at: Floats, dout: Floats) -> Floats:
    """Return the gradient of ``(function(at) * dout).sum()`` by central differences."""
    step = 1e-6
    point = at.copy()
    gradient = np.zeros(at.shape)
    for position in np.ndindex(*at.shape):
        value = point[position]
        point[position] = value + step
        above = (function(point) * dout).sum()
        point[position] = value - step
        below = (function(point) * dout).sum()
        point[position] = value
        gradient[position] = (above - below) / (2 * step)
    return gradient


def scattered(array: Floats) -> Floats:
    """Return the same values in a non-contiguous array."""
    wide = np.full((*array.shape[:-1], 2 * array.shape[-1]), np.nan)
    wide[..., ::2] = array
    view = wide[..., ::2]
    backwards = np.ascontiguousarray(view[:, ::-1].transpose(2, 1, 0, 3))
    return backwards.transpose(2, 1, 0, 3)[:, ::-1]


def close(actual: Floats, desired: Floats) -> None:
    """Require the same shape and, up to rounding, the same values."""
    assert actual.shape == desired.shape
    np.testing.assert_allclose(actual, desired, rtol=1e-12, atol=1e-12)


def near(actual: Floats, numeric: Floats) -> None:
    """Require what finite differences can tell."""
    assert actual.shape == numeric.shape
    np.testing.assert_allclose(actual, numeric, rtol=1e-6, atol=1e-7)


def pool_case(pool: str, rng: np.random.Generator) -> tuple[Floats, Floats, tuple[int, int], int]:
    """Return input, upstream gradient, window and stride."""
    shape, window, stride = POOLS[pool]
    dout = rng.normal(size=pooled_shape(shape, window, stride))
    return distinct(rng, shape), dout, window, stride


def conv_case(conv: str, rng: np.random.Generator) -> tuple[Any, Floats, Floats]:
    """Return a layer that has seen its input, the input, and an upstream gradient.

    The numbers are drawn until no value before the ReLU lies near its kink.
    """
    shape, filters, filter_shape, stride, padding = CONVS[conv]
    entries = filter_shape[0] * filter_shape[1] * shape[3]
    while True:
        x = rng.normal(size=shape)
        weights, bias = rng.normal(size=(entries, filters)), rng.normal(size=(1, filters))
        before = slow_im2col(x, filter_shape, stride, padding) @ weights + bias
        if np.abs(before).min() > 1e-4:
            break
    layer = conv_im2col.ConvLayer(weights, bias, filter_shape, stride, padding)
    return layer, x, rng.normal(size=layer.forward(x).shape)


def norm_case(norm: str, rng: np.random.Generator) -> tuple[Any, Floats, Floats]:
    """Return a layer that has seen its input, the input, and an upstream gradient."""
    shape, epsilon = NORMS[norm]
    gamma, beta = rng.normal(size=shape[-1]), rng.normal(size=shape[-1])
    layer, x = normalization.BatchNormLayer(gamma, beta, epsilon), rng.normal(2.0, 1.5, size=shape)
    return layer, x, rng.normal(size=layer.forward(x).shape)


def slow_norm(x: Floats, gamma: Floats, beta: Floats, epsilon: float) -> tuple[Floats, Floats, list[float]]:
    """Normalise, scale and shift number by number; return the output, what it was before, and the inverse roots."""
    out, normalized, inverses = np.zeros(x.shape), np.zeros(x.shape), []
    for d in range(x.shape[-1]):
        places = [(*where, d) for where in np.ndindex(x.shape[:-1])]
        mean = sum(x[where] for where in places) / len(places)
        variance = sum((x[where] - mean) ** 2 for where in places) / len(places)
        inverses.append((variance + epsilon) ** -0.5)
        for where in places:
            normalized[where] = (x[where] - mean) * inverses[d]
            out[where] = gamma[d] * normalized[where] + beta[d]
    return out, normalized, inverses


def channels_first(array: Floats) -> Floats:
    """Turn ``(N, H, W, D)`` into a contiguous ``(N, D, H, W)``."""
    return np.ascontiguousarray(array.transpose(0, 3, 1, 2))


# --- max pooling -------------------------------------------------------------------------------


@pytest.mark.parametrize("window", range(1, 5))
@pytest.mark.parametrize("stride", range(1, 5))
def test_pooled_size_counts_windows(window: int, stride: int) -> None:
    """The size is the number of places at which a whole window begins."""
    for size in range(window, 12):
        places = len(range(0, size - window + 1, stride))
        assert max_pooling.pooled_size(size, window, stride) == places


@pools
def test_max_forward_and_index(pool: str, rng: np.random.Generator) -> None:
    """Maxima and their cells are those that plain loops find."""
    x, _, window, stride = pool_case(pool, rng)
    layer = max_pooling.MaxPoolingLayer(window, stride)
    out, index = slow_max_pool(x, window, stride)
    close(layer.forward(x), out)
    assert np.issubdtype(layer.max_index.dtype, np.integer)
    assert np.array_equal(layer.max_index, index)
    assert layer.input_shape == x.shape


def test_two_known_feature_maps() -> None:
    """Two 4 x 4 maps are pooled to values known beforehand."""
    first = [[1, 3, 0, 2], [0, 2, 1, 1], [1, 0, 2, 0], [0, 1, 1, 1]]
    second = [[5, 1, 2, 0], [3, 4, 1, 1], [0, 2, 1, 0], [1, 1, 2, 2]]
    x = np.array([first, second], dtype=np.float64).transpose(1, 2, 0)[None]
    out = max_pooling.MaxPoolingLayer((2, 2), 2).forward(x)
    assert out[0, :, :, 0].tolist() == [[3, 2], [1, 2]]
    assert out[0, :, :, 1].tolist() == [[5, 2], [2, 2]]


@pools
def test_max_backward(pool: str, rng: np.random.Generator) -> None:
    """The gradient agrees with plain loops and with finite differences."""
    x, dout, window, stride = pool_case(pool, rng)
    layer = max_pooling.MaxPoolingLayer(window, stride)
    layer.forward(x)
    din = layer.backward(dout)
    close(din, slow_max_unpool(dout, slow_max_pool(x, window, stride)[1], x.shape, window, stride))
    near(din, numeric_gradient(lambda at: slow_max_pool(at, window, stride)[0], x, dout))


@pools
def test_max_backward_needs_only_shape_and_index(pool: str, rng: np.random.Generator) -> None:
    """A layer that was told shape and indices, and never ran forward, gives their gradient."""
    x, dout, window, stride = pool_case(pool, rng)
    layer = max_pooling.MaxPoolingLayer(window, stride)
    layer.input_shape = x.shape
    layer.max_index = rng.integers(window[0] * window[1], size=dout.shape)
    close(layer.backward(dout), slow_max_unpool(dout, layer.max_index, x.shape, window, stride))


@pools
def test_max_backward_matrix_with_one_maximum(pool: str, rng: np.random.Generator) -> None:
    """With one mark per row the matrix form is the layer's backward pass."""
    x, dout, window, stride = pool_case(pool, rng)
    index = slow_max_pool(x, window, stride)[1]
    mask = index.reshape(-1, 1) == np.arange(window[0] * window[1])
    din = max_pooling.max_pool_backward_matrix(dout, mask, x.shape, window, stride)
    close(din, slow_max_unpool(dout, index, x.shape, window, stride))


@pools
def test_max_backward_matrix_with_any_marks(pool: str, rng: np.random.Generator) -> None:
    """Every marked cell gets its window's gradient, be it none, one or several."""
    x, dout, window, stride = pool_case(pool, rng)
    mask = rng.random((dout.size, window[0] * window[1])) < 0.4
    desired = np.zeros(x.shape)
    for line, (n, i, j, d, top, left) in enumerate(windows(x.shape, window, stride)):
        for cell in np.flatnonzero(mask[line]):
            row, column = divmod(int(cell), window[1])
            desired[n, top + row, left + column, d] += dout[n, i, j, d]
    din = max_pooling.max_pool_backward_matrix(dout, mask, x.shape, window, stride)
    close(din, desired)


@pools
def test_fast_equals_the_layer(pool: str, rng: np.random.Generator) -> None:
    """The channels-first functions give the layer's output and gradient."""
    x, dout, window, stride = pool_case(pool, rng)
    out, index = slow_max_pool(x, window, stride)
    fast, cache = max_pooling.max_pool_forward_fast(channels_first(x), window, stride)
    close(fast, channels_first(out))
    din = max_pooling.max_pool_backward_fast(channels_first(dout), cache)
    close(din, channels_first(slow_max_unpool(dout, index, x.shape, window, stride)))


@pools
@pytest.mark.parametrize("offset", [0, -5])
def test_ties_go_to_the_first(pool: str, offset: int, rng: np.random.Generator) -> None:
    """Where several cells hold the maximum, the first one row by row gets all the gradient."""
    x, dout, window, stride = pool_case(pool, rng)
    x = rng.integers(offset, offset + 3, size=x.shape).astype(np.float64)
    out, index = slow_max_pool(x, window, stride)
    din = slow_max_unpool(dout, index, x.shape, window, stride)
    layer = max_pooling.MaxPoolingLayer(window, stride)
    close(layer.forward(x), out)
    assert np.array_equal(layer.max_index, index)
    close(layer.backward(dout), din)
    fast, cache = max_pooling.max_pool_forward_fast(channels_first(x), window, stride)
    close(fast, channels_first(out))
    close(max_pooling.max_pool_backward_fast(channels_first(dout), cache), channels_first(din))


def test_constant_input_is_one_great_tie() -> None:
    """Each window of a constant input sends its gradient to its first cell."""
    layer = max_pooling.MaxPoolingLayer((2, 3), 1)
    layer.forward(np.full((1, 3, 4, 1), -2.0))
    din = layer.backward(np.array([[1.0, 2.0], [3.0, 4.0]])[None, :, :, None])
    assert din[0, :, :, 0].tolist() == [[1, 2, 0, 0], [3, 4, 0, 0], [0, 0, 0, 0]]


def test_fast_with_a_window_of_many_cells(rng: np.random.Generator) -> None:
    """More than 256 cells in a window are counted as well as four."""
    x = distinct(rng, (2, 20, 19, 2))
    out, index = slow_max_pool(x, (18, 17), 1)
    dout = rng.normal(size=out.shape)
    fast, cache = max_pooling.max_pool_forward_fast(channels_first(x), (18, 17), 1)
    close(fast, channels_first(out))
    assert index.max() > 256
    din = slow_max_unpool(dout, index, x.shape, (18, 17), 1)
    close(max_pooling.max_pool_backward_fast(channels_first(dout), cache), channels_first(din))


def test_fast_keeps_nothing_of_its_input(rng: np.random.Generator) -> None:
    """Changing input and output after the forward pass does not change the gradient."""
    x, dout, window, stride = pool_case("overlap", rng)
    x, dout = channels_first(x), channels_first(dout)
    out, cache = max_pooling.max_pool_forward_fast(x, window, stride)
    desired = max_pooling.max_pool_backward_fast(dout, cache)
    x[...] = 0
    out[...] = 0
    close(max_pooling.max_pool_backward_fast(dout, cache), desired)


# --- mean pooling ------------------------------------------------------------------------------


@pools
def test_mean_forward(pool: str, rng: np.random.Generator) -> None:
    """The means are those that plain loops find."""
    x, _, window, stride = pool_case(pool, rng)
    layer = mean_pooling.MeanPoolingLayer(window, stride)
    close(layer.forward(x), slow_mean_pool(x, window, stride))
    assert layer.input_shape == x.shape


@pools
def test_mean_backward(pool: str, rng: np.random.Generator) -> None:
    """The gradient agrees with plain loops and finite differences, and none of it is lost."""
    x, dout, window, stride = pool_case(pool, rng)
    layer = mean_pooling.MeanPoolingLayer(window, stride)
    layer.forward(x)
    din = layer.backward(dout)
    desired = np.zeros(x.shape)
    for n, i, j, d, top, left in windows(x.shape, window, stride):
        share = dout[n, i, j, d] / (window[0] * window[1])
        desired[n, top : top + window[0], left : left + window[1], d] += share
    close(din, desired)
    near(din, numeric_gradient(lambda at: slow_mean_pool(at, window, stride), x, dout))
    assert din.sum() == pytest.approx(dout.sum())


# --- convolution -------------------------------------------------------------------------------


@convs
def test_im2col(conv: str, rng: np.random.Generator) -> None:
    """The matrix is the one collected entry by entry."""
    shape, _, filter_shape, stride, padding = CONVS[conv]
    x = rng.normal(size=shape)
    columns = conv_im2col.im2col(x, filter_shape, stride, padding)
    assert np.array_equal(columns, slow_im2col(x, filter_shape, stride, padding))


@convs
def test_col2im_is_the_transpose(conv: str, rng: np.random.Generator) -> None:
    """For every unit input the product with a matrix is that input's entry of col2im."""
    shape, _, filter_shape, stride, padding = CONVS[conv]
    matrix = rng.normal(size=slow_im2col(np.zeros(shape), filter_shape, stride, padding).shape)
    desired = np.zeros(shape)
    for position in np.ndindex(*shape):
        unit = np.zeros(shape)
        unit[position] = 1.0
        desired[position] = (slow_im2col(unit, filter_shape, stride, padding) * matrix).sum()
    close(conv_im2col.col2im(matrix, shape, filter_shape, stride, padding), desired)


@convs
def test_conv_forward(conv: str, rng: np.random.Generator) -> None:
    """Output and stored matrices agree with a convolution written without matrices."""
    shape, filters, filter_shape, stride, padding = CONVS[conv]
    layer, x, _ = conv_case(conv, rng)
    desired = slow_conv(x, layer.weights, layer.bias, filter_shape, stride, padding)
    close(layer.forward(x), desired)
    close(layer.filter_data, desired.reshape(-1, filters))
    close(layer.columns, slow_im2col(x, filter_shape, stride, padding))
    assert layer.input_shape == shape


@convs
def test_conv_backward(conv: str, rng: np.random.Generator) -> None:
    """All three gradients agree with finite differences of the plain convolution."""
    _, _, filter_shape, stride, padding = CONVS[conv]
    layer, x, dout = conv_case(conv, rng)
    weights, bias = layer.weights, layer.bias
    geometry = (filter_shape, stride, padding)
    din = layer.backward(dout)
    near(din, numeric_gradient(lambda at: slow_conv(at, weights, bias, *geometry), x, dout))
    near(
        layer.dweights,
        numeric_gradient(lambda at: slow_conv(x, at, bias, *geometry), weights, dout),
    )
    near(layer.dbias, numeric_gradient(lambda at: slow_conv(x, weights, at, *geometry), bias, dout))


def test_conv_gradient_is_zero_at_the_kink() -> None:
    """Where the ReLU's input is exactly 0 no gradient passes."""
    layer = conv_im2col.ConvLayer(np.ones((1, 1)), np.zeros((1, 1)), (1, 1))
    layer.forward(np.array([-1.0, 0.0, 2.0]).reshape(1, 1, 3, 1))
    din = layer.backward(np.array([5.0, 6.0, 7.0]).reshape(1, 1, 3, 1))
    assert din.ravel().tolist() == [0, 0, 7]
    assert layer.dbias.tolist() == [[7]]
    assert layer.dweights.tolist() == [[14]]


def test_conv_backward_needs_only_what_forward_stores(rng: np.random.Generator) -> None:
    """A layer that was given the stored attributes, and never ran forward, gives the gradients."""
    layer, _, dout = conv_case("stride 2, padding 1", rng)
    din = layer.backward(dout)
    other = conv_im2col.ConvLayer(
        layer.weights, layer.bias, layer.filter_shape, layer.stride, layer.padding
    )
    other.input_shape, other.columns = layer.input_shape, layer.columns
    other.filter_data = layer.filter_data
    close(other.backward(dout), din)
    close(other.dweights, layer.dweights)
    close(other.dbias, layer.dbias)


def test_conv_defaults() -> None:
    """Without further words the stride is 1 and there is no padding."""
    layer = conv_im2col.ConvLayer(np.ones((4, 1)), np.zeros((1, 1)), (2, 2))
    assert (layer.stride, layer.padding) == (1, 0)


# --- ReLU and batch normalisation --------------------------------------------------------------


@pytest.mark.parametrize("shape", [(), (7,), (3, 4), (2, 3, 4), (2, 3, 2, 2), (0, 3)])
def test_relu_of_any_shape(shape: tuple[int, ...], rng: np.random.Generator) -> None:
    """Value, mask and gradient are those of each number by itself."""
    x, dout, layer = distinct(rng, shape), rng.normal(size=shape), normalization.ReluLayer()
    out = layer.forward(x)
    dx = layer.backward(dout)
    assert out.shape == layer.mask.shape == dx.shape == shape
    for where in np.ndindex(shape):
        assert (out[where], bool(layer.mask[where])) == (max(x[where], 0.0), x[where] > 0)
        assert dx[where] == (dout[where] if x[where] > 0 else 0.0)


def test_relu_at_and_next_to_zero() -> None:
    """A zero of either sign stops the gradient; the smallest positive number lets it pass."""
    layer = normalization.ReluLayer()
    out = layer.forward(np.array([0.0, -0.0, 5e-324, -5e-324]))
    assert out.tolist() == [0, 0, 5e-324, 0]
    assert layer.mask.dtype == bool
    assert layer.backward(np.array([1.0, 2.0, 3.0, 4.0])).tolist() == [0, 0, 3, 0]


@norms
def test_norm_forward(norm: str, rng: np.random.Generator) -> None:
    """The output and what is stored are those of plain loops."""
    layer, x, _ = norm_case(norm, rng)
    out, normalized, inverses = slow_norm(x, layer.gamma, layer.beta, NORMS[norm][1])
    close(layer.forward(x), out)
    close(layer.normalized, normalized)
    close(layer.inverse_std, np.array(inverses))


@norms
def test_norm_backward(norm: str, rng: np.random.Generator) -> None:
    """All three gradients are those that differences of plain loops measure, and have the shapes of their arrays."""
    layer, x, dout = norm_case(norm, rng)
    gamma, beta, epsilon = layer.gamma, layer.beta, NORMS[norm][1]
    near(layer.backward(dout), numeric_gradient(lambda at: slow_norm(at, gamma, beta, epsilon)[0], x, dout))
    near(layer.dgamma, numeric_gradient(lambda at: slow_norm(x, at, beta, epsilon)[0], gamma, dout))
    near(layer.dbeta, numeric_gradient(lambda at: slow_norm(x, gamma, at, epsilon)[0], beta, dout))


@norms
def test_norm_gradient_has_no_effect_where_the_loss_has_none(norm: str, rng: np.random.Generator) -> None:
    """dx adds up to 0, and dx times the normalised input to what epsilon leaves."""
    layer, _, dout = norm_case(norm, rng)
    dx, axes = layer.backward(dout), tuple(range(dout.ndim - 1))
    close(dx.sum(axis=axes), np.zeros(dx.shape[-1]))
    left = layer.gamma * layer.inverse_std**3 * NORMS[norm][1] * layer.dgamma
    close((dx * layer.normalized).sum(axis=axes), left)


def test_norm_of_a_constant_feature() -> None:
    """Where nothing varies the output is beta, and epsilon decides how large the gradient is."""
    layer = normalization.BatchNormLayer(np.array([2.0]), np.array([-3.0]), epsilon=0.25)
    assert layer.forward(np.full((4, 1), 7.0)).ravel().tolist() == [-3, -3, -3, -3]
    assert layer.inverse_std.tolist() == [2]
    assert layer.backward(np.array([[4.0], [0.0], [-2.0], [2.0]])).ravel().tolist() == [12, -4, -12, 4]
    assert (layer.dgamma.tolist(), layer.dbeta.tolist()) == ([0], [4])


def test_norm_needs_only_what_forward_stores(rng: np.random.Generator) -> None:
    """A layer that was given the stored attributes, and never ran forward, gives the gradients; epsilon is 1e-5."""
    layer, _, dout = norm_case("images", rng)
    other = normalization.BatchNormLayer(layer.gamma, layer.beta)
    assert other.epsilon == layer.epsilon == 1e-5
    other.normalized, other.inverse_std = layer.normalized, layer.inverse_std
    close(other.backward(dout), layer.backward(dout))
    close(other.dgamma, layer.dgamma)
    close(other.dbeta, layer.dbeta)


@norms
def test_norm_has_manners(norm: str, rng: np.random.Generator) -> None:
    """Read-only and scattered arrays will do, a second backward gives the same, and a second layer changes nothing."""
    layer, x, dout = norm_case(norm, rng)
    dx, dgamma = layer.backward(dout), layer.dgamma.copy()
    locked(x, dout, layer.gamma, layer.beta, layer.normalized, layer.inverse_std)
    other = normalization.BatchNormLayer(layer.gamma, layer.beta, layer.epsilon)
    out = other.forward(np.asfortranarray(x))
    other.forward(-x[::-1])
    close(out, layer.forward(x))
    close(layer.backward(np.asfortranarray(dout)), dx)
    close(layer.dgamma, dgamma)


# --- manners: memory layout, arguments, repetition, independence -------------------------------


@pools
def test_pooling_of_non_contiguous_arrays(pool: str, rng: np.random.Generator) -> None:
    """How an array lies in memory makes no difference to any pooling function."""
    x, dout, window, stride = pool_case(pool, rng)
    for kind in (max_pooling.MaxPoolingLayer, mean_pooling.MeanPoolingLayer):
        plain, other = kind(window, stride), kind(window, stride)
        close(other.forward(scattered(x)), plain.forward(x))
        close(other.backward(scattered(dout)), plain.backward(dout))
    index = slow_max_pool(x, window, stride)[1]
    mask = index.reshape(-1, 1) == np.arange(window[0] * window[1])
    geometry = (x.shape, window, stride)
    close(
        max_pooling.max_pool_backward_matrix(scattered(dout), np.asfortranarray(mask), *geometry),
        max_pooling.max_pool_backward_matrix(dout, mask, *geometry),
    )
    out, cache = max_pooling.max_pool_forward_fast(x.transpose(0, 3, 1, 2), window, stride)
    plain_out, plain_cache = max_pooling.max_pool_forward_fast(channels_first(x), window, stride)
    close(out, plain_out)
    close(
        max_pooling.max_pool_backward_fast(dout.transpose(0, 3, 1, 2), cache),
        max_pooling.max_pool_backward_fast(channels_first(dout), plain_cache),
    )


@convs
def test_convolution_of_non_contiguous_arrays(conv: str, rng: np.random.Generator) -> None:
    """How an array lies in memory makes no difference to the convolution."""
    shape, _, filter_shape, stride, padding = CONVS[conv]
    layer, x, dout = conv_case(conv, rng)
    other = conv_im2col.ConvLayer(
        np.asfortranarray(layer.weights), layer.bias, filter_shape, stride, padding
    )
    close(other.forward(scattered(x)), layer.forward(x))
    close(other.backward(scattered(dout)), layer.backward(dout))
    close(other.dweights, layer.dweights)
    matrix = rng.normal(size=layer.columns.shape)
    close(
        conv_im2col.col2im(np.asfortranarray(matrix), shape, filter_shape, stride, padding),
        conv_im2col.col2im(matrix, shape, filter_shape, stride, padding),
    )


def locked(*arrays: npt.NDArray[Any]) -> None:
    """Make every write to the arrays an error."""
    for array in arrays:
        array.flags.writeable = False


@pools
def test_pooling_leaves_its_arguments_alone(pool: str, rng: np.random.Generator) -> None:
    """Read-only arguments and stored indices are enough for every pooling function."""
    x, dout, window, stride = pool_case(pool, rng)
    first_x, first_dout = channels_first(x), channels_first(dout)
    mask = rng.random((dout.size, window[0] * window[1])) < 0.5
    locked(x, dout, first_x, first_dout, mask)
    layer = max_pooling.MaxPoolingLayer(window, stride)
    layer.forward(x)
    locked(layer.max_index)
    layer.backward(dout)
    mean = mean_pooling.MeanPoolingLayer(window, stride)
    mean.forward(x)
    mean.backward(dout)
    max_pooling.max_pool_backward_matrix(dout, mask, x.shape, window, stride)
    _, cache = max_pooling.max_pool_forward_fast(first_x, window, stride)
    max_pooling.max_pool_backward_fast(first_dout, cache)


@convs
def test_convolution_leaves_its_arguments_alone(conv: str, rng: np.random.Generator) -> None:
    """Read-only arguments, parameters and stored matrices are enough for the convolution."""
    layer, x, dout = conv_case(conv, rng)
    locked(x, dout, layer.weights, layer.bias)
    layer.forward(x)
    locked(layer.columns, layer.filter_data)
    layer.backward(dout)
    conv_im2col.col2im(layer.columns, x.shape, layer.filter_shape, layer.stride, layer.padding)


def test_results_are_the_callers_own(rng: np.random.Generator) -> None:
    """Writing into a result changes neither the arguments nor the next gradient."""
    x, dout, _, _ = pool_case("window of one cell", rng)
    for kind in (max_pooling.MaxPoolingLayer, mean_pooling.MeanPoolingLayer):
        layer = kind((1, 1), 1)
        out = layer.forward(x)
        din = layer.backward(dout)
        desired = din.copy()
        assert not np.shares_memory(out, x)
        assert not np.shares_memory(din, dout)
        out[...] = din[...] = 0
        close(layer.backward(dout), desired)
    assert not np.shares_memory(conv_im2col.im2col(x, (1, 1), 1, 0), x)
    matrix = x.reshape(-1, x.shape[3])
    assert not np.shares_memory(conv_im2col.col2im(matrix, x.shape, (1, 1), 1, 0), matrix)


def test_backward_twice_gives_the_same_twice(rng: np.random.Generator) -> None:
    """Nothing accumulates from one backward pass to the next."""
    x, dout, window, stride = pool_case("overlap", rng)
    for kind in (max_pooling.MaxPoolingLayer, mean_pooling.MeanPoolingLayer):
        layer = kind(window, stride)
        layer.forward(x)
        close(layer.backward(dout), layer.backward(dout))
    first_dout = channels_first(dout)
    _, cache = max_pooling.max_pool_forward_fast(channels_first(x), window, stride)
    once = max_pooling.max_pool_backward_fast(first_dout, cache)
    close(max_pooling.max_pool_backward_fast(first_dout, cache), once)
    layer, _, dout = conv_case("same size", rng)
    din = layer.backward(dout)
    dweights, dbias = layer.dweights.copy(), layer.dbias.copy()
    close(layer.backward(dout), din)
    close(layer.dweights, dweights)
    close(layer.dbias, dbias)


def test_layers_share_nothing(rng: np.random.Generator) -> None:
    """Two layers used in turns do not disturb each other, nor does a second forward pass."""
    x, dout, window, stride = pool_case("rectangular window", rng)
    for kind in (max_pooling.MaxPoolingLayer, mean_pooling.MeanPoolingLayer):
        alone = kind(window, stride)
        alone.forward(x)
        one, two = kind(window, stride), kind((1, 2), 3)
        one.forward(-x[:1])
        one.forward(x)
        two.forward(x[:, :, ::2])
        close(one.backward(dout), alone.backward(dout))


# --- impossible geometry -----------------------------------------------------------------------

BAD_WINDOWS = [((0, 2), 1), ((2, 0), 1), ((-1, 2), 1), ((2, 2), 0), ((2, 2), -1)]
LARGE_WINDOWS = [((5, 2), 1), ((2, 6), 1), ((5, 6), 3)]


@pytest.mark.parametrize(
    ("size", "window", "stride"),
    [(4, 5, 1), (4, 0, 1), (4, -1, 1), (4, 2, 0), (4, 2, -2), (0, 1, 1)],
)
def test_pooled_size_refuses(size: int, window: int, stride: int) -> None:
    """A window that does not fit, and sizes below 1, have no number of windows."""
    with pytest.raises(ValueError, match=r"at least 1|does not fit"):
        max_pooling.pooled_size(size, window, stride)


@pytest.mark.parametrize("module", [max_pooling, mean_pooling], ids=["max", "mean"])
@pytest.mark.parametrize(("window", "stride"), BAD_WINDOWS)
def test_pooling_layers_refuse_when_made(
    module: ModuleType, window: tuple[int, int], stride: int
) -> None:
    """A size or stride below 1 is refused by the constructor, which names the value."""
    kind = getattr(module, "MaxPoolingLayer", None) or module.MeanPoolingLayer
    with pytest.raises(ValueError, match=r"at least 1, got (0|-1)"):
        kind(window, stride)


@pytest.mark.parametrize(("window", "stride"), LARGE_WINDOWS)
def test_pooling_layers_refuse_a_window_beyond_the_input(
    window: tuple[int, int], stride: int
) -> None:
    """A window larger than the input, along either axis, is refused by forward."""
    x = np.zeros((2, 4, 5, 1))
    with pytest.raises(ValueError, match="does not fit"):
        max_pooling.MaxPoolingLayer(window, stride).forward(x)
    with pytest.raises(ValueError, match="does not fit"):
        mean_pooling.MeanPoolingLayer(window, stride).forward(x)


@pytest.mark.parametrize(("window", "stride"), BAD_WINDOWS + LARGE_WINDOWS)
def test_pooling_functions_refuse(window: tuple[int, int], stride: int) -> None:
    """The functions that take the geometry check all of it."""
    with pytest.raises(ValueError, match=r"at least 1|does not fit"):
        max_pooling.max_pool_forward_fast(np.zeros((2, 1, 4, 5)), window, stride)
    dout, mask = np.zeros((2, 1, 1, 1)), np.zeros((2, 4), dtype=bool)
    with pytest.raises(ValueError, match=r"at least 1|does not fit"):
        max_pooling.max_pool_backward_matrix(dout, mask, (2, 4, 5, 1), window, stride)


@pytest.mark.parametrize(
    ("filter_shape", "stride", "padding"),
    [
        *((window, stride, 0) for window, stride in BAD_WINDOWS + LARGE_WINDOWS),
        ((2, 2), 1, -1),
        ((7, 2), 1, 1),
        ((2, 8), 1, 1),
    ],
)
def test_convolution_refuses(filter_shape: tuple[int, int], stride: int, padding: int) -> None:
    """im2col, col2im and the layer all refuse a geometry that cannot be."""
    x = np.zeros((2, 4, 5, 1))
    message = r"at least 1|does not fit|not be negative"
    with pytest.raises(ValueError, match=message):
        conv_im2col.im2col(x, filter_shape, stride, padding)
    with pytest.raises(ValueError, match=message):
        conv_im2col.col2im(np.zeros((2, 4)), x.shape, filter_shape, stride, padding)
    with pytest.raises(ValueError, match=message):
        conv_im2col.ConvLayer(
            np.zeros((4, 1)), np.zeros((1, 1)), filter_shape, stride, padding
        ).forward(x)
