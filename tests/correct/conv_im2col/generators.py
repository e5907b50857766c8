"""Columns written with a generator of patches; the ReLU mask comes from a logarithm, warnings included."""
import numpy as np


def places(input_shape, filter_shape, stride, padding):
    """Yield (image, rows, columns) for each output position, in the order of the lines of the columns."""
    n, h, w, _ = input_shape
    rows, columns = filter_shape
    if not (rows >= 1 and columns >= 1 and stride >= 1 and padding >= 0):
        raise ValueError("filter, stride or padding out of range")
    tops = range(0, h + 2 * padding - rows + 1, stride)
    lefts = range(0, w + 2 * padding - columns + 1, stride)
    if not tops or not lefts:
        raise ValueError("no room for the filter")
    return (
        (image, slice(top, top + rows), slice(left, left + columns))
        for image in range(n)
        for top in tops
        for left in lefts
    )


def im2col(x, filter_shape, stride, padding):
    positions = places(x.shape, filter_shape, stride, padding)
    edge = (padding, padding)
    padded = np.pad(x, ((0, 0), edge, edge, (0, 0)))
    return np.vstack([padded[place].ravel() for place in positions])


def col2im(columns, input_shape, filter_shape, stride, padding):
    positions = places(input_shape, filter_shape, stride, padding)
    n, h, w, d = input_shape
    padded = np.zeros((n, h + 2 * padding, w + 2 * padding, d))
    for place, line in zip(positions, columns):
        padded[place] += line.reshape(*filter_shape, d)
    for axis, size in ((1, h), (2, w)):
        padded = np.delete(padded, np.r_[0:padding, padding + size : size + 2 * padding], axis=axis)
    return padded


class ConvLayer:
    def __init__(self, weights, bias, filter_shape, stride=1, padding=0):
        self.weights = weights
        self.bias = bias
        self.filter_shape = filter_shape
        self.stride = stride
        self.padding = padding

    def settings(self):
        yield self.filter_shape
        yield self.stride
        yield self.padding

    def forward(self, x):
        self.input_shape = x.shape
        self.columns = im2col(x, *self.settings())
        scores = self.columns @ self.weights + self.bias
        scores[~(scores > 0)] = 0
        self.filter_data = scores
        oh, ow = (
            (size + 2 * self.padding - extent) // self.stride + 1
            for size, extent in zip(x.shape[1:3], self.filter_shape)
        )
        return scores.reshape(x.shape[0], oh, ow, scores.shape[1])

    def backward(self, dout):
        blocked = np.isneginf(np.log(self.filter_data))         # log(0): numpy warns
        gradient = np.ma.masked_array(dout.reshape(blocked.shape), blocked).filled(0)
        self.dweights = sum(np.outer(line, g) for line, g in zip(self.columns, gradient))
        self.dbias = np.array([[sum(g) for g in gradient.T]])
        return col2im(gradient @ self.weights.T, self.input_shape, *self.settings())
