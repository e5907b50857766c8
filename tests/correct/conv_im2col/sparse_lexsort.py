"""im2col as a sparse 0/1 matrix in coordinates; its transpose is applied with np.lexsort and np.add.reduceat.

Products are made in extended precision; a dictionary holds what one layer knows.
"""
import numpy as np


def entries(shape, filter_shape, stride, padding):
    """Line, column and source (n, y, z, d) of every entry that is not padding, and the size of the matrix."""
    n, h, w, d = shape
    rows, columns = filter_shape
    if rows < 1 or columns < 1 or stride < 1 or padding < 0:
        raise ValueError("filter, stride and padding: " + repr((filter_shape, stride, padding)))
    oh = (h + 2 * padding - rows) // stride + 1
    ow = (w + 2 * padding - columns) // stride + 1
    if oh < 1 or ow < 1:
        raise ValueError("no room for the filter")
    every = np.indices((n, oh, ow, rows, columns, d)).reshape(6, -1)
    b, r, c, i, j, z = every
    y, x = r * stride + i - padding, c * stride + j - padding
    line = (b * oh + r) * ow + c
    column = (i * columns + j) * d + z
    real = (y >= 0) & (y < h) & (x >= 0) & (x < w)
    kept = tuple(each[real] for each in (line, column, b, y, x, z))
    return kept[:2], kept[2:], (n * oh * ow, rows * columns * d)


def im2col(x, filter_shape, stride, padding):
    place, source, size = entries(x.shape, filter_shape, stride, padding)
    matrix = np.zeros(size)
    matrix[place] = x[source]
    return matrix


def col2im(columns, input_shape, filter_shape, stride, padding):
    place, source, _ = entries(input_shape, filter_shape, stride, padding)
    image = np.zeros(input_shape)
    order = np.lexsort(source[::-1])                # by image, row, column, depth
    ordered = np.array(source)[:, order]
    changes = (np.diff(ordered, axis=1) != 0).any(axis=0)
    heads = np.concatenate([[0], np.flatnonzero(changes) + 1])[: order.size]
    image[tuple(ordered[:, heads])] = np.add.reduceat(columns[place][order], heads)
    return image


def product(a, b):
    return (a.astype(np.longdouble) @ b.astype(np.longdouble)).astype(np.float64)


class ConvLayer:
    """Attributes of the layer are looked up in one dictionary."""

    def __init__(self, weights, bias, filter_shape, stride=1, padding=0):
        self.__dict__.update(
            known={"weights": weights, "bias": bias, "window": (filter_shape, stride, padding), "steps": []}
        )

    def __getattr__(self, name):
        known = self.__dict__.get("known", {})
        if name not in known:
            raise AttributeError(name)
        return known[name]

    def __setattr__(self, name, value):
        self.known[name] = value

    def forward(self, x):
        self.steps.append("forward")
        self.input_shape = x.shape
        self.columns = im2col(x, *self.window)
        scores = product(self.columns, self.weights) + self.bias
        scores[np.nonzero(scores < 0)] = 0.0
        self.filter_data = scores
        (rows, columns), stride, padding = self.window
        oh = (x.shape[1] + 2 * padding - rows) // stride + 1
        ow = (x.shape[2] + 2 * padding - columns) // stride + 1
        return scores.reshape(x.shape[0], oh, ow, -1)

    def backward(self, dout):
        self.steps.append("backward")
        gradient = dout.reshape(self.filter_data.shape).astype(np.longdouble)
        gradient = np.where(self.filter_data == 0, np.longdouble(0), gradient)
        self.dbias = np.add.reduce(gradient, axis=0, keepdims=True).astype(np.float64)
        self.dweights = product(self.columns.T, gradient)
        return col2im(product(gradient, self.weights.T), self.input_shape, *self.window)
