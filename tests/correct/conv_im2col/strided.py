"""im2col is one strided view and one reshape; col2im adds into the same view of a gradient."""
import numpy as np
from numpy.lib.stride_tricks import as_strided


def _padded_view(padded, filter_shape, stride):
    n, h, w, d = padded.shape
    rows, columns = filter_shape
    if min(rows, columns, stride) < 1 or rows > h or columns > w:
        raise ValueError(f"filter {filter_shape}, stride {stride} on a padded input of {h} x {w}")
    oh, ow = (h - rows) // stride + 1, (w - columns) // stride + 1
    sn, sh, sw, sd = padded.strides
    return as_strided(padded, (n, oh, ow, rows, columns, d), (sn, stride * sh, stride * sw, sh, sw, sd))


def im2col(x, filter_shape, stride, padding):
    if padding < 0:
        raise ValueError("negative padding")
    if padding:
        x = np.pad(x, [(0, 0), (padding, padding), (padding, padding), (0, 0)])
    view = _padded_view(x, filter_shape, stride)
    n, oh, ow, rows, columns, d = view.shape
    # copies, except for a 1 x 1 filter, where the columns may be a view of x
    return view.reshape(n * oh * ow, rows * columns * d)


def col2im(columns, input_shape, filter_shape, stride, padding):
    if padding < 0:
        raise ValueError("negative padding")
    n, h, w, d = input_shape
    padded = np.zeros((n, h + 2 * padding, w + 2 * padding, d))
    view = _padded_view(padded, filter_shape, stride)
    blocks = columns.reshape(view.shape)
    for i, j in np.ndindex(view.shape[3:5]):
        view[:, :, :, i, j] += blocks[:, :, :, i, j]
    return padded[:, padding:padding + h, padding:padding + w]


class ConvLayer:
    def __init__(self, weights, bias, filter_shape, stride=1, padding=0):
        self.weights, self.bias = weights, bias
        self.filter_shape, self.stride, self.padding = filter_shape, stride, padding
        self.input_shape = self.columns = self.filter_data = None
        self.dweights = self.dbias = None

    def forward(self, x):
        columns = im2col(x, self.filter_shape, self.stride, self.padding)
        self.columns = columns.copy() if np.shares_memory(columns, x) else columns
        self.input_shape = x.shape
        self.filter_data = np.maximum(self.columns @ self.weights + self.bias, 0)
        n, h, w, _ = x.shape
        oh = (h + 2 * self.padding - self.filter_shape[0]) // self.stride + 1
        return self.filter_data.reshape(n, oh, -1, self.filter_data.shape[1])

    def backward(self, dout):
        delta = dout.reshape(self.filter_data.shape) * (self.filter_data > 0)
        self.dweights = self.columns.T @ delta
        self.dbias = delta.sum(0, keepdims=True)
        return col2im(delta @ self.weights.T, self.input_shape, self.filter_shape, self.stride, self.padding)
