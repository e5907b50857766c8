"""The cells of a window play a knock-out tournament; results lie inside larger Fortran arrays, locked.

What stands around a result in its buffer is NaN (or -1), and nobody is to read it.
"""
import numpy as np


class PoolingError(ValueError):
    pass


class WindowError(PoolingError):
    pass


def pooled_size(size, window, stride):
    if window > size:
        raise WindowError(window)
    if window < 1 or stride < 1:
        raise PoolingError(window, stride)
    # halve the positions until a single one is left
    return count_starts(0, size - window + 1, stride)


def count_starts(low, high, stride):
    """How many multiples of the stride there are in low .. high - 1."""
    if high - low <= 1:
        return int(high > low and low % stride == 0)
    middle = (low + high) // 2
    return count_starts(low, middle, stride) + count_starts(middle, high, stride)


def framed(values, around):
    """A locked copy in the middle of a larger array in Fortran order."""
    buffer = np.full((len(values) + 3, *values.shape[1:]), around, dtype=values.dtype, order="F")
    inside = buffer[1:-2]
    inside[...] = values
    inside.flags.writeable = False
    return inside


class Pool:
    """Where the windows are; `rows` is the axis of the input's rows."""

    def __init__(self, shape, window, stride, rows):
        self.shape, self.window, self.stride, self.rows = tuple(shape), tuple(window), stride, rows
        self.counts = [pooled_size(shape[rows + k], window[k], stride) for k in (0, 1)]
        self.cells = list(np.ndindex(*self.window))

    def at(self, cell):
        lead = (slice(None),) * self.rows
        return lead + tuple(slice(k, k + n * self.stride, self.stride) for k, n in zip(cell, self.counts))


class ForwardPool(Pool):
    def __call__(self, x):
        self.number = np.min_scalar_type(len(self.cells) - 1)
        return self.play(x, 0, len(self.cells))

    def play(self, x, low, high):
        if high - low == 1:
            values = x[self.at(self.cells[low])]
            return values, np.broadcast_to(np.array(low, dtype=self.number), values.shape)
        middle = (low + high) // 2
        left, mine = self.play(x, low, middle)
        right, yours = self.play(x, middle, high)
        beaten = left < right       # at a tie the left one stays: it came first
        return np.where(beaten, right, left), np.where(beaten, yours, mine)


class BackwardPool(Pool):
    def __call__(self, dout, weight):
        """weight(k): what share of each gradient cell k gets, 0 or 1."""
        din = np.zeros(self.shape, order="F")
        self.spread(din, dout, weight, 0, len(self.cells))
        return framed(din, np.nan)

    def spread(self, din, dout, weight, low, high):
        if high - low > 1:
            middle = (low + high) // 2
            self.spread(din, dout, weight, low, middle)
            self.spread(din, dout, weight, middle, high)
        else:
            din[self.at(self.cells[low])] += dout * weight(low).astype(np.float32)      # 0 and 1 are exact


class MaxPoolingLayer:
    def __init__(self, window, stride):
        self.window = window
        self.stride = stride

    def forward(self, x):
        out, winner = ForwardPool(x.shape, self.window, self.stride, rows=1)(x)
        self.input_shape = list(x.shape)
        self.max_index = framed(winner.astype(np.int32), -1)
        return framed(out, np.nan)

    def backward(self, dout):
        pool = BackwardPool(self.input_shape, self.window, self.stride, rows=1)
        return pool(dout, lambda k: self.max_index == k)


def max_pool_backward_matrix(dout, max_mask, input_shape, window, stride):
    pool = BackwardPool(input_shape, window, stride, rows=1)
    marks = max_mask.reshape(dout.shape + (len(pool.cells),))
    return pool(dout, lambda k: marks[..., k])


def max_pool_forward_fast(x, window, stride):
    pool = ForwardPool(x.shape, window, stride, rows=2)
    out, pool.winner = pool(x)
    return framed(out, np.nan), pool


def max_pool_backward_fast(dout, cache):
    pool = BackwardPool(cache.shape, cache.window, cache.stride, rows=2)
    return pool(dout, lambda k: cache.winner == k)
