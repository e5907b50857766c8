"""Convolution layer with one dictionary for its state and another for its gradients."""
import numpy as np


def im2col(x, filter_shape, stride, padding):
    rows, columns = filter_shape
    if rows <= 0 or columns <= 0 or stride <= 0:
        raise ValueError("filter sides and stride must be positive")
    padded = np.pad(x, [(0, 0), (padding, padding), (padding, padding), (0, 0)])
    tops = range(0, padded.shape[1] - rows + 1, stride)
    lefts = range(0, padded.shape[2] - columns + 1, stride)
    if len(tops) == 0 or len(lefts) == 0:
        raise ValueError("filter larger than the padded input")
    n, depth = x.shape[0], x.shape[3]
    result = np.empty((n, len(tops), len(lefts), rows * columns * depth))
    for r, top in enumerate(tops):
        for c, left in enumerate(lefts):
            result[:, r, c] = padded[:, top : top + rows, left : left + columns].reshape(n, -1)
    return result.reshape(-1, rows * columns * depth)


def col2im(columns, input_shape, filter_shape, stride, padding):
    n, h, w, depth = input_shape
    rows, cols = filter_shape
    if rows <= 0 or cols <= 0 or stride <= 0:
        raise ValueError("filter sides and stride must be positive")
    if padding < 0:
        raise ValueError("padding must not be negative")
    tops = range(0, h + 2 * padding - rows + 1, stride)
    lefts = range(0, w + 2 * padding - cols + 1, stride)
    if len(tops) == 0 or len(lefts) == 0:
        raise ValueError("filter larger than the padded input")
    patches = columns.reshape(n, len(tops), len(lefts), rows, cols, depth)
    padded = np.zeros((n, h + 2 * padding, w + 2 * padding, depth))
    for r, top in enumerate(tops):
        for c, left in enumerate(lefts):
            padded[:, top : top + rows, left : left + cols] += patches[:, r, c]
    inside = slice(padding, padding + h), slice(padding, padding + w)
    return padded[:, inside[0], inside[1]]


def stored(key):
    """A property kept in self.state."""

    def get(self):
        try:
            return self.state[key]
        except KeyError:
            raise AttributeError(f"{key} is not known before forward") from None

    def put(self, value):
        self.state[key] = value

    return property(get, put)


class ConvLayer:
    input_shape = stored("input_shape")
    columns = stored("columns")
    filter_data = stored("filter_data")

    def __init__(self, weights, bias, filter_shape, stride=1, padding=0):
        self.parameters = {"weights": weights, "bias": bias}
        self.gradients = {}
        self.state = {}
        self.options = {"filter_shape": filter_shape, "stride": stride, "padding": padding}

    @property
    def dweights(self):
        return self.gradients["weights"]

    @property
    def dbias(self):
        return self.gradients["bias"]

    def forward(self, x):
        self.state.clear()
        columns = im2col(x, **self.options)
        linear = columns @ self.parameters["weights"] + self.parameters["bias"]
        self.state.update(input_shape=x.shape, columns=columns, filter_data=np.fmax(linear, 0.0))
        rows = self.options["filter_shape"][0]
        oh = (x.shape[1] + 2 * self.options["padding"] - rows) // self.options["stride"] + 1
        ow = len(columns) // (x.shape[0] * oh)
        return self.filter_data.reshape(x.shape[0], oh, ow, -1)

    def backward(self, dout):
        gradient = dout.reshape(self.filter_data.shape)
        gradient = np.multiply(gradient, self.filter_data > 0)
        self.gradients = {
            "weights": self.columns.T @ gradient,
            "bias": gradient.sum(axis=0, keepdims=True),
        }
        return col2im(gradient @ self.parameters["weights"].T, self.input_shape, **self.options)
