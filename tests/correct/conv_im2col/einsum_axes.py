"""im2col is linear and works on rows and columns apart: a 0/1 matrix for each, joined by einsum.

Padding needs no padded array: a position outside the input is a line of zeros.
"""
import numpy as np


def selector(size, extent, stride, padding):
    """S[o, k, p] = 1 where entry k of output o is input position p."""
    if extent < 1 or stride < 1 or padding < 0 or extent > size + 2 * padding:
        raise ValueError(f"size {size}, filter {extent}, stride {stride}, padding {padding}")
    out = (size + 2 * padding - extent) // stride + 1
    position = stride * np.arange(out)[:, None] + np.arange(extent) - padding
    return (position[:, :, None] == np.arange(size)).astype(np.float32)       # 0 and 1 are exact


def _selectors(shape, filter_shape, stride, padding):
    return (
        selector(shape[1], filter_shape[0], stride, padding),
        selector(shape[2], filter_shape[1], stride, padding),
    )


def im2col(x, filter_shape, stride, padding):
    rows, columns = _selectors(x.shape, filter_shape, stride, padding)
    windows = np.einsum("rih,cjw,nhwd->nrcijd", rows, columns, x, optimize=["einsum_path", (0, 2), (0, 1)])
    n, r, c, i, j, d = windows.shape
    return windows.reshape(n * r * c, i * j * d)


def col2im(columns, input_shape, filter_shape, stride, padding):
    rows, cols = _selectors(input_shape, filter_shape, stride, padding)
    r, i, _ = rows.shape
    c, j, _ = cols.shape
    windows = columns.reshape(input_shape[0], r, c, i, j, input_shape[3])
    return np.einsum("rih,cjw,nrcijd->nhwd", rows, cols, windows, optimize=["einsum_path", (1, 2), (0, 1)])


class ConvLayer:
    def __init__(self, weights, bias, filter_shape, stride=1, padding=0):
        self.weights = weights
        self.bias = bias
        self.how = dict(filter_shape=filter_shape, stride=stride, padding=padding)

    def forward(self, x):
        rows, columns = _selectors(x.shape, **self.how)
        self.input_shape = x.shape
        self.columns = im2col(x, **self.how)
        self.filter_data = np.einsum("lk,ko->lo", self.columns, self.weights) + self.bias
        self.filter_data *= np.heaviside(self.filter_data, 0)
        return self.filter_data.reshape(len(x), len(rows), len(columns), -1)

    def backward(self, dout):
        gradient = dout.reshape(self.filter_data.shape) * np.heaviside(self.filter_data, 0)
        self.dweights = np.einsum("lk,lo->ko", self.columns, gradient)
        self.dbias = np.einsum("lo->o", gradient)[None, :].copy()
        return col2im(np.einsum("lo,ko->lk", gradient, self.weights), self.input_shape, **self.how)
