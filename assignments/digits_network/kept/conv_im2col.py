"""Stands in for a student's convolution while the network on top of it is looked at: the same interface, other numbers.

A patch is a fixed choice of cells from anywhere in the image, and a smooth curve takes the place of the ReLU.
"""

from __future__ import annotations

import numpy as np

SEED = 1


def _chosen(input_shape, filter_shape, stride, padding):
    """``(OH, OW, cells)``: which number of an image stands where."""
    (_, height, width, depth), (rows, columns) = input_shape, filter_shape
    positions = tuple((size + 2 * padding - part) // stride + 1 for size, part in ((height, rows), (width, columns)))
    rng = np.random.default_rng([SEED, *positions, depth])
    return rng.integers(height * width * depth, size=(*positions, rows * columns * depth))


def im2col(x, filter_shape, stride, padding):
    """The chosen numbers, a row for each output position."""
    chosen = _chosen(x.shape, filter_shape, stride, padding)
    return x.reshape(len(x), -1)[:, chosen].reshape(-1, chosen.shape[2])


def col2im(columns, input_shape, filter_shape, stride, padding):
    """Its transpose."""
    chosen = _chosen(input_shape, filter_shape, stride, padding)
    image = np.zeros((input_shape[0], int(np.prod(input_shape[1:]))))
    for one, of_one in zip(image, columns.reshape(len(image), -1), strict=True):
        np.add.at(one, chosen.ravel(), of_one)
    return image.reshape(input_shape)


class ConvLayer:
    """Chooses, multiplies, bends; ``at_work`` lists all that have gone backward."""

    at_work: list[ConvLayer] = []  # noqa: RUF012 - one list for all is what it is for

    def __init__(self, weights, bias, filter_shape, stride=1, padding=0):
        self.weights, self.bias = weights, bias
        self.filter_shape, self.stride, self.padding = filter_shape, stride, padding

    def forward(self, x):
        """``(N, OH, OW, OD)``."""
        self.input_shape = x.shape
        self.columns = im2col(x, self.filter_shape, self.stride, self.padding)
        bent = self.columns @ self.weights + self.bias
        self.filter_data = (bent + np.sqrt(bent * bent + 1)) / 2
        self.slope = (1 + bent / np.sqrt(bent * bent + 1)) / 2
        positions = _chosen(x.shape, self.filter_shape, self.stride, self.padding).shape[:2]
        return self.filter_data.reshape(len(x), *positions, -1)

    def backward(self, dout):
        """``din``; sets ``dweights`` and ``dbias``."""
        self.at_work.append(self)
        dbent = dout.reshape(self.slope.shape) * self.slope
        self.dweights, self.dbias = self.columns.T @ dbent, dbent.sum(axis=0, keepdims=True)
        return col2im(dbent @ self.weights.T, self.input_shape, self.filter_shape, self.stride, self.padding)
