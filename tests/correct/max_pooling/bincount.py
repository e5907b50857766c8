# Every gradient is a weight, every input cell a bin: np.bincount adds them up.
import math

import numpy as np


def pooled_size(size, window, stride):
    if stride < 1 or window < 1:
        raise ValueError("stride and window must be >= 1")
    if size < window:
        raise ValueError("the window does not fit")
    return math.floor((size - window) / stride) + 1


def cell_numbers(shape, window, stride):
    """Number of the cell (in C order of `shape`, channels last) under each cell of each window.

    The result is (N, OH, OW, D, rows * columns).
    """
    n, h, w, d = shape
    oh = pooled_size(h, window[0], stride)
    ow = pooled_size(w, window[1], stride)
    b = np.arange(n).reshape(n, 1, 1, 1, 1, 1)
    r = stride * np.arange(oh).reshape(1, oh, 1, 1, 1, 1) + np.arange(window[0]).reshape(-1, 1)
    c = stride * np.arange(ow).reshape(1, 1, ow, 1, 1, 1) + np.arange(window[1])
    z = np.arange(d).reshape(1, 1, 1, d, 1, 1)
    numbers = ((b * h + r) * w + c) * d + z
    return numbers.reshape(n, oh, ow, d, window[0] * window[1])


def pour(numbers, weights, shape):
    total = np.bincount(numbers.ravel(), weights=weights.ravel(), minlength=math.prod(shape))
    return total.reshape(shape).astype(float)      # without any weight bincount counts in integers


class MaxPoolingLayer:
    def __init__(self, window, stride):
        self.window, self.stride = window, stride
        self.input_shape = ()
        self.max_index = np.empty((0, 0, 0, 0), dtype=int)

    def forward(self, x):
        numbers = cell_numbers(x.shape, self.window, self.stride)
        values = np.ravel(x)[numbers]
        self.input_shape = x.shape
        self.max_index = np.argmax(values, axis=-1)
        return np.max(values, axis=-1)

    def backward(self, dout):
        numbers = cell_numbers(self.input_shape, self.window, self.stride)
        chosen = np.take_along_axis(numbers, self.max_index[..., None], axis=-1)
        return pour(chosen, dout, self.input_shape)


def max_pool_backward_matrix(dout, max_mask, input_shape, window, stride):
    numbers = cell_numbers(input_shape, window, stride).reshape(max_mask.shape)
    weights = np.broadcast_to(dout.reshape(-1, 1), max_mask.shape)
    return pour(numbers[max_mask], weights[max_mask], input_shape)


def max_pool_forward_fast(x, window, stride):
    n, d, h, w = x.shape
    # N * D maps of depth one
    numbers = cell_numbers((n * d, h, w, 1), window, stride)
    values = x.ravel().take(numbers)
    best = values.argmax(axis=-1)[..., None]
    source = np.take_along_axis(numbers, best, axis=-1)
    out = np.take_along_axis(values, best, axis=-1)
    oh, ow = numbers.shape[1:3]
    return out.reshape(n, d, oh, ow), (source, x.shape)


def max_pool_backward_fast(dout, cache):
    source, shape = cache
    return pour(source, dout, shape)
