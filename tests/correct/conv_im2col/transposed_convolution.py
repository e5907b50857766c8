"""din without col2im: a convolution of the opened-up gradient with the filters turned round.

forward needs no im2col either; self.columns is worked out when somebody asks for it.
"""
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def span(size, extent, stride, padding):
    if min(extent, stride) < 1 or padding < 0 or extent > size + 2 * padding:
        raise ValueError(f"size {size}, extent {extent}, stride {stride}, padding {padding}")
    return (size + 2 * padding - extent) // stride + 1


def frame(x, padding):
    """x with zeros around it, always a copy."""
    around = (0, 0), (padding, padding), (padding, padding), (0, 0)
    return np.pad(x, around)


def im2col(x, filter_shape, stride, padding):
    counts = [span(size, extent, stride, padding) for size, extent in zip(x.shape[1:3], filter_shape)]
    down, across = (np.add.outer(np.arange(k) * stride, np.arange(e)) for k, e in zip(counts, filter_shape))
    picked = frame(x, padding).take(down, axis=1).take(across, axis=3)     # (N, OH, rows, OW, columns, D)
    return np.swapaxes(picked, 2, 3).reshape(len(x) * counts[0] * counts[1], -1)


def meeting(size, extent, stride, padding):
    """For each position of an axis the pairs (output, entry of the filter) that touch it."""
    pairs = {position: [] for position in range(size)}
    for o in range(span(size, extent, stride, padding)):
        for k in range(extent):
            pairs.get(o * stride + k - padding, []).append((o, k))
    return pairs.items()


def col2im(columns, input_shape, filter_shape, stride, padding):
    n, h, w, d = input_shape
    rows, cols = filter_shape
    over, across = meeting(h, rows, stride, padding), meeting(w, cols, stride, padding)
    blocks = columns.reshape(n, -1, span(w, cols, stride, padding), rows, cols, d)
    nothing = np.zeros((n, d))
    lines = [
        [sum((blocks[:, r, c, i, j] for r, i in vertical for c, j in horizontal), nothing) for _, horizontal in across]
        for _, vertical in over
    ]
    return np.array(lines).transpose(2, 0, 1, 3)


class ConvLayer:
    def __init__(self, weights, bias, filter_shape, stride=1, padding=0):
        self.weights = weights
        self.bias = bias
        self.filter_shape = filter_shape
        self.stride = stride
        self.padding = padding
        self._x = self._columns = None

    @property
    def columns(self):
        if self._columns is None:
            if self._x is None:
                raise AttributeError("columns: there was no forward yet")
            self._columns = im2col(self._x, self.filter_shape, self.stride, self.padding)
        return self._columns

    @columns.setter
    def columns(self, matrix):
        self._columns = matrix

    def filters(self, depth):
        return self.weights.reshape(*self.filter_shape, depth, self.weights.shape[1])

    def forward(self, x):
        for size, extent in zip(x.shape[1:3], self.filter_shape):
            span(size, extent, self.stride, self.padding)
        self.input_shape = x.shape
        self._x, self._columns = x.copy(), None
        windows = sliding_window_view(frame(x, self.padding), self.filter_shape, axis=(1, 2))
        windows = windows[:, :: self.stride, :: self.stride]
        scores = np.tensordot(windows, self.filters(x.shape[3]), axes=((4, 5, 3), (0, 1, 2))) + self.bias[0]
        out = scores.clip(min=0.0)
        self.filter_data = out.reshape(-1, self.weights.shape[1])
        return out

    def backward(self, dout):
        n, h, w, d = self.input_shape
        (rows, cols), p, s = self.filter_shape, self.padding, self.stride
        arriving = dout * (self.filter_data.reshape(dout.shape) > 0)
        lines = arriving.reshape(-1, dout.shape[3])
        self.dweights = np.tensordot(self.columns, lines, axes=(0, 0))
        self.dbias = arriving.sum((0, 1, 2)).reshape(1, -1)
        oh, ow = dout.shape[1:3]
        opened = np.zeros((n, h + 2 * p + rows - 1, w + 2 * p + cols - 1, dout.shape[3]))
        opened[:, rows - 1 :: s, cols - 1 :: s][:, :oh, :ow] = arriving
        windows = sliding_window_view(opened[:, p : p + h + rows - 1, p : p + w + cols - 1], (rows, cols), axis=(1, 2))
        return np.tensordot(windows, self.filters(d)[::-1, ::-1], axes=((3, 4, 5), (3, 0, 1)))
