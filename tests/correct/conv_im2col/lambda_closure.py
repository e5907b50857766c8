"""Convolution with lambdas, closures and functools: im2col and col2im are one function and its adjoint."""
from functools import lru_cache, partial, reduce
from itertools import product
from operator import mul

import numpy as np


@lru_cache(maxsize=None)
def plan(input_shape, filter_shape, stride, padding):
    """A pair of functions for this geometry, (gather, scatter)."""
    n, h, w, d = input_shape
    rows, columns = filter_shape
    possible = (
        stride >= 1,
        padding >= 0,
        1 <= rows <= h + 2 * padding,
        1 <= columns <= w + 2 * padding,
    )
    if not all(possible):
        raise ValueError("impossible geometry: " + repr((input_shape, filter_shape, stride, padding)))
    count = lambda size, extent: (size + 2 * padding - extent) // stride + 1
    oh, ow = count(h, rows), count(w, columns)
    span = lambda start, outputs: slice(start, start + outputs * stride, stride)
    areas = [np.s_[:, span(i, oh), span(j, ow), :] for i, j in product(range(rows), range(columns))]
    frame = (n, h + 2 * padding, w + 2 * padding, d)
    inner = np.s_[:, padding : padding + h, padding : padding + w, :]

    def gather(x):
        padded = np.zeros(frame)
        padded[inner] = x
        return np.concatenate([padded[area] for area in areas], axis=3).reshape(n * oh * ow, -1)

    def scatter(matrix):
        parts = np.split(matrix.reshape(n, oh, ow, -1), len(areas), axis=3)

        def add(total, step):
            area, part = step
            total[area] += part
            return total

        return reduce(add, zip(areas, parts), np.zeros(frame))[inner]

    gather.outputs = scatter.outputs = (n, oh, ow)
    return gather, scatter


_key = lambda shape, filter_shape, stride, padding: (tuple(shape), tuple(filter_shape), stride, padding)
im2col = lambda x, filter_shape, stride, padding: plan(*_key(x.shape, filter_shape, stride, padding))[0](x)
col2im = lambda columns, input_shape, filter_shape, stride, padding: plan(
    *_key(input_shape, filter_shape, stride, padding)
)[1](columns)

relu = lambda z: np.where(z > 0, z, 0.0)
gate = lambda y, g: np.where(y > 0, g, 0.0)


class ConvLayer:
    def __init__(self, weights, bias, filter_shape, stride=1, padding=0):
        options = dict(filter_shape=filter_shape, stride=stride, padding=padding)
        self.unfold = partial(im2col, **options)
        self.fold = partial(col2im, **options)
        self.outputs = lambda shape: plan(*_key(shape, **options))[0].outputs
        self.linear = lambda matrix: matrix @ weights + bias
        self.pull = lambda gradient: gradient @ weights.T

    def forward(self, x):
        self.input_shape = x.shape
        self.columns = self.unfold(x)
        self.filter_data = relu(self.linear(self.columns))
        outputs = self.outputs(x.shape)
        assert reduce(mul, outputs) == len(self.columns)
        return self.filter_data.reshape(*outputs, -1)

    def backward(self, dout):
        gradient = gate(self.filter_data, dout.reshape(self.filter_data.shape))
        self.dweights, self.dbias = self.columns.T @ gradient, gradient.sum(0, keepdims=True)
        return self.fold(self.pull(gradient), input_shape=self.input_shape)
