"""Typed convolution layer with slots; results are locked or in Fortran order."""
from __future__ import annotations

import typing

import numpy as np
from numpy.typing import NDArray

Array: typing.TypeAlias = NDArray[np.float64]
Pair = tuple[int, int]
Shape = tuple[int, int, int, int]


def _outputs(shape: Shape, filter_shape: Pair, stride: int, padding: int) -> Pair:
    match stride, padding:
        case (s, _) if s < 1:
            raise ValueError(f"stride {s}")
        case (_, p) if p < 0:
            raise ValueError(f"padding {p}")
    sizes = []
    for size, extent in zip(shape[1:3], filter_shape):
        if extent < 1 or (room := size + 2 * padding - extent) < 0:
            raise ValueError(f"filter side {extent} on size {size} with padding {padding}")
        sizes.append(room // stride + 1)
    return sizes[0], sizes[1]


def im2col(x: Array, filter_shape: Pair, stride: int, padding: int) -> Array:
    oh, ow = _outputs(x.shape, filter_shape, stride, padding)
    n, h, w, d = x.shape
    rows, columns = filter_shape
    padded: Array = np.zeros((n, h + 2 * padding, w + 2 * padding, d))
    padded[:, padding:padding + h, padding:padding + w] = x
    # filled entry by entry: one column of the result is one cell of the filter and one depth
    result: Array = np.empty((n * oh * ow, rows * columns * d), order="F")
    for k in range(rows * columns):
        i, j = divmod(k, columns)
        cell = padded[:, i:i + oh * stride:stride, j:j + ow * stride:stride]
        result[:, k * d:(k + 1) * d] = cell.reshape(-1, d)
    return result


def col2im(columns: Array, input_shape: Shape, filter_shape: Pair, stride: int, padding: int) -> Array:
    oh, ow = _outputs(input_shape, filter_shape, stride, padding)
    n, h, w, d = input_shape
    rows, cols = filter_shape
    # first the rows of the filter, then its columns
    blocks = columns.reshape(n, oh, ow, rows, cols, d)
    tall: Array = np.zeros((n, h + 2 * padding, ow, cols, d))
    for i in range(rows):
        tall[:, i:i + oh * stride:stride] += blocks[:, :, :, i]
    wide: Array = np.zeros((n, h, w + 2 * padding, d), order="F")
    for j in range(cols):
        wide[:, :, j:j + ow * stride:stride] += tall[:, padding:padding + h, :, j]
    return wide[:, :, padding:padding + w]


class ConvLayer:
    __slots__ = (
        "_weights", "_bias", "_filter_shape", "_stride", "_padding",
        "input_shape", "columns", "filter_data", "dweights", "dbias",
    )

    def __init__(self, weights: Array, bias: Array, filter_shape: Pair, stride: int = 1, padding: int = 0) -> None:
        if stride < 1 or padding < 0 or min(filter_shape) < 1:
            raise ValueError(f"filter {filter_shape}, stride {stride}, padding {padding}")
        self._weights = weights
        self._bias = bias
        self._filter_shape = filter_shape
        self._stride = stride
        self._padding = padding

    def forward(self, x: Array) -> Array:
        self.input_shape: Shape = x.shape
        oh, ow = _outputs(x.shape, self._filter_shape, self._stride, self._padding)
        self.columns: Array = im2col(x, self._filter_shape, self._stride, self._padding)
        data: Array = self.columns @ self._weights
        data += self._bias
        np.maximum(data, 0.0, out=data)
        data.flags.writeable = False
        self.filter_data: Array = data
        return data.reshape(x.shape[0], oh, ow, data.shape[1])

    def backward(self, dout: Array) -> Array:
        local: Array = np.zeros(self.filter_data.shape)
        np.copyto(local, dout.reshape(local.shape), where=self.filter_data > 0.0)
        self.dweights = np.asfortranarray(self.columns.T @ local)
        self.dbias = local.sum(axis=0, keepdims=True)
        self.dbias.flags.writeable = False
        return col2im(local @ self._weights.T, self.input_shape, self._filter_shape, self._stride, self._padding)
