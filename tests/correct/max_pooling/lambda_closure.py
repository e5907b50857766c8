"""Max pooling with lambdas, partial functions and a closure for a cache."""
import functools
import itertools
import operator

import numpy as np


def _fail(message):
    raise ValueError(message)


fits = lambda size, window, stride: stride >= 1 and 1 <= window <= size
pooled_size = lambda size, window, stride: (
    operator.floordiv(size - window, stride) + 1
    if fits(size, window, stride)
    else _fail(f"no pooling of {size} by {window}, stride {stride}")
)
every = lambda start, count, stride: slice(start, start + count * stride, stride)
cells_of = lambda window: itertools.product(range(window[0]), range(window[1]))


def _areas(height, width, window, stride, lead):
    """One index per cell of the window, `lead` axes before the rows."""
    oh = pooled_size(height, window[0], stride)
    ow = pooled_size(width, window[1], stride)
    whole = (slice(None),) * lead
    return [whole + (every(i, oh, stride), every(j, ow, stride)) for i, j in cells_of(window)]


def _add(total, piece):
    area, value = piece
    total[area] += value
    return total


def _pull(areas, shape):
    """Returns the function that carries a list of cell gradients back to an input of `shape`."""
    return lambda pieces: functools.reduce(_add, zip(areas, pieces), np.zeros(shape))


def _better(pair, challenger):
    (best, index), (k, value) = pair, challenger
    wins = value > best
    return np.where(wins, value, best), np.where(wins, k, index)


def _contest(values):
    first = (values[0], np.zeros(values[0].shape, dtype=int))
    return functools.reduce(_better, enumerate(values[1:], 1), (first[0].copy(), first[1]))


class MaxPoolingLayer:
    def __init__(self, window, stride):
        self.areas = functools.partial(_areas, window=window, stride=stride, lead=1)
        self.cells = range(window[0] * window[1])

    def forward(self, x):
        areas = self.areas(*x.shape[1:3])
        out, self.max_index = _contest([x[area] for area in areas])
        self.input_shape = x.shape
        return out

    def backward(self, dout):
        pull = _pull(self.areas(*self.input_shape[1:3]), self.input_shape)
        return pull(map(lambda k: dout * (self.max_index == k), self.cells))


def max_pool_backward_matrix(dout, max_mask, input_shape, window, stride):
    pull = _pull(_areas(*input_shape[1:3], window, stride, lead=1), input_shape)
    return pull(dout * column.reshape(dout.shape) for column in max_mask.T)


def max_pool_forward_fast(x, window, stride):
    areas = _areas(*x.shape[2:], window, stride, lead=2)
    out, index = _contest([x[area] for area in areas])
    pull = _pull(areas, x.shape)

    def backward(dout):
        return pull(dout * (index == k) for k in range(len(areas)))

    return out, backward


def max_pool_backward_fast(dout, cache):
    return cache(dout)
