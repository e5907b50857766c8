"""All state lives in one dictionary; a tail that is cropped or short is handled with np.pad."""

import numpy as np


def pooled_size(size, window, stride):
    for name, value in {"size": size, "window": window, "stride": stride}.items():
        if value < 1:
            raise ValueError(name + " must be at least 1, got " + str(value))
    if window > size:
        raise ValueError("window must not be larger than size")
    return 1 + (size - window) // stride


class MaxPoolingLayer:
    def __init__(self, window, stride):
        self.state = dict(window=tuple(window), stride=stride, input_shape=None, max_index=None)
        self.history = []

    @property
    def input_shape(self):
        return self.state["input_shape"]

    @input_shape.setter
    def input_shape(self, shape):
        self.state["input_shape"] = tuple(shape)

    @property
    def max_index(self):
        return self.state["max_index"]

    @max_index.setter
    def max_index(self, index):
        self.state["max_index"] = np.asarray(index, dtype=np.int32)

    def forward(self, x):
        out, cache = max_pool_forward_fast(np.moveaxis(x, 3, 1), self.state["window"], self.state["stride"])
        self.input_shape = x.shape
        self.max_index = np.moveaxis(cache["index"], 1, 3)
        self.history.append(x.shape)
        return np.moveaxis(out, 1, 3)

    def backward(self, dout):
        n, h, w, d = self.input_shape
        cache = dict(
            index=np.moveaxis(self.max_index, 3, 1),
            shape=(n, d, h, w),
            window=self.state["window"],
            stride=self.state["stride"],
        )
        din = max_pool_backward_fast(np.moveaxis(dout, 3, 1), cache)
        return np.moveaxis(din, 1, 3)


def _place(values, i, j, stride, shape):
    """Put a grid of values on every stride-th cell from (i, j) of an empty input of that shape."""
    n, d, oh, ow = values.shape
    opened = np.zeros((n, d, oh, stride, ow, stride))
    opened[:, :, :, 0, :, 0] = values
    opened = opened.reshape(n, d, oh * stride, ow * stride)
    h, w = shape[2:]
    opened = opened[:, :, : h - i, : w - j]
    below = h - i - opened.shape[2]
    right = w - j - opened.shape[3]
    return np.pad(opened, ((0, 0), (0, 0), (i, below), (j, right)))


def max_pool_backward_matrix(dout, max_mask, input_shape, window, stride):
    n, h, w, d = input_shape
    rows, columns = window
    oh, ow = pooled_size(h, rows, stride), pooled_size(w, columns, stride)
    marked = max_mask.reshape(n, oh, ow, d, rows, columns).transpose(4, 5, 0, 3, 1, 2)
    gradient = np.moveaxis(dout, 3, 1)
    total = np.zeros((n, d, h, w))
    for i in range(rows):
        for j in range(columns):
            total = total + _place(gradient * marked[i, j], i, j, stride, total.shape)
    return np.ascontiguousarray(np.moveaxis(total, 1, 3))


def max_pool_forward_fast(x, window, stride):
    h, w = x.shape[2:]
    rows, columns = window
    oh, ow = pooled_size(h, rows, stride), pooled_size(w, columns, stride)
    # minus infinity never wins, so the padded tail makes every slice the same length
    padded = np.pad(x.astype(float), ((0, 0), (0, 0), (0, stride), (0, stride)), constant_values=-np.inf)
    layers = [
        padded[:, :, i : i + oh * stride : stride, j : j + ow * stride : stride]
        for i in range(rows)
        for j in range(columns)
    ]
    stacked = np.stack(layers)
    return stacked.max(axis=0), dict(index=stacked.argmax(axis=0), shape=x.shape, window=window, stride=stride)


def max_pool_backward_fast(dout, cache):
    rows, columns = cache["window"]
    total = np.zeros(cache["shape"])
    for k in range(rows * columns):
        values = np.where(cache["index"] == k, dout, 0.0)
        total += _place(values, k // columns, k % columns, cache["stride"], total.shape)
    return total
