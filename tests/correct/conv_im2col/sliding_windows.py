import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def _margins(padding):
    return (0, 0), (padding, padding), (padding, padding), (0, 0)


def _check(filter_shape, stride):
    if stride < 1:
        raise ValueError("stride must be positive")
    if filter_shape[0] < 1 or filter_shape[1] < 1:
        raise ValueError("filter must be positive")


def im2col(x, filter_shape, stride, padding):
    _check(filter_shape, stride)
    padded = np.pad(x, _margins(padding))               # refuses a negative padding
    view = sliding_window_view(padded, filter_shape, axis=(1, 2))     # refuses a filter that is too large
    view = view[:, ::stride, ::stride]
    # the window's axes come last, behind the depth: (N, OH, OW, D, rows, columns)
    n, oh, ow, d, rows, columns = view.shape
    return view.transpose(0, 1, 2, 4, 5, 3).reshape(n * oh * ow, rows * columns * d)


def col2im(columns, input_shape, filter_shape, stride, padding):
    _check(filter_shape, stride)
    if padding < 0:
        raise ValueError("padding must not be negative")
    n, h, w, d = input_shape
    padded = np.zeros((n, h + 2 * padding, w + 2 * padding, d))
    view = sliding_window_view(padded, filter_shape, axis=(1, 2), writeable=True)[:, ::stride, ::stride]
    blocks = columns.reshape(n, *view.shape[1:3], *filter_shape, d)
    rows_per_step = -(-filter_shape[0] // stride)
    columns_per_step = -(-filter_shape[1] // stride)
    # windows that are this many steps apart do not overlap: they can be added together
    for a in range(rows_per_step):
        for b in range(columns_per_step):
            free = view[:, a::rows_per_step, b::columns_per_step]
            free += blocks[:, a::rows_per_step, b::columns_per_step].transpose(0, 1, 2, 5, 3, 4)
    return padded[:, padding : padding + h, padding : padding + w].copy()


class ConvLayer:
    def __init__(self, weights, bias, filter_shape, stride=1, padding=0):
        self.weights = weights
        self.bias = bias
        self.geometry = (filter_shape, stride, padding)

    def forward(self, x):
        filter_shape, stride, padding = self.geometry
        self.input_shape = x.shape
        self.columns = im2col(x, *self.geometry)
        self.filter_data = np.clip(self.columns @ self.weights + self.bias, 0, None)
        oh = 1 + (x.shape[1] + 2 * padding - filter_shape[0]) // stride
        ow = 1 + (x.shape[2] + 2 * padding - filter_shape[1]) // stride
        return self.filter_data.reshape(len(x), oh, ow, -1).copy()

    def backward(self, dout):
        gradient = np.where(self.filter_data > 0, dout.reshape(self.filter_data.shape), 0.0)
        self.dbias = gradient.sum(axis=0).reshape(1, -1)
        self.dweights = self.columns.T.dot(gradient)
        return col2im(gradient.dot(self.weights.T), self.input_shape, *self.geometry)
