"""A small framework: geometry, layers in a hierarchy, one flat vector for all gradients; whatever is given out is locked.

Images live inside larger arrays in Fortran order, with NaN around them.
"""
from __future__ import annotations

import abc
from dataclasses import dataclass, field

import numpy as np


# --- geometry

@dataclass(frozen=True, order=True)
class Axis:
    size: int
    extent: int
    stride: int
    padding: int
    count: int = field(init=False)

    def __post_init__(self):
        room = self.size + 2 * self.padding - self.extent
        if self.extent < 1 or self.stride < 1 or self.padding < 0 or room < 0:
            raise ValueError(f"cannot convolve along {self}")
        object.__setattr__(self, "count", room // self.stride + 1)

    def __str__(self):
        return f"{self.size} by {self.extent}, stride {self.stride}, padding {self.padding}"

    def taps(self):
        """(filter position, outputs, inputs): slices of equal length, padding left out."""
        for k in range(self.extent):
            outputs = [o for o in range(self.count) if 0 <= o * self.stride + k - self.padding < self.size]
            if outputs:
                first = outputs[0] * self.stride + k - self.padding
                inputs = slice(first, first + len(outputs) * self.stride, self.stride)
                yield k, slice(outputs[0], outputs[-1] + 1), inputs


@dataclass(frozen=True)
class Window:
    rows: Axis
    columns: Axis

    @classmethod
    def over(cls, shape, filter_shape, stride, padding):
        return cls(*(Axis(size, extent, stride, padding) for size, extent in zip(shape[1:3], filter_shape)))

    def taps(self):
        across = list(self.columns.taps())
        return [(down, side) for down in self.rows.taps() for side in across]


# --- storage

def lock(array):
    array.flags.writeable = False
    return array


def inside(shape):
    """Zeros, in Fortran order, in the midst of something that is no number."""
    array = np.full([side + 2 for side in shape], np.nan, order="F")[(slice(1, -1),) * len(shape)]
    array[...] = 0
    return array


# --- unfolding and folding

def im2col(x, filter_shape, stride, padding):
    window = Window.over(x.shape, filter_shape, stride, padding)
    n, _, _, d = x.shape
    blocks = np.zeros((n, window.rows.count, window.columns.count, window.rows.extent, window.columns.extent, d))
    for (i, r, y), (j, c, z) in window.taps():
        blocks[:, r, c, i, j] = x[:, y, z]
    matrix = inside((n * window.rows.count * window.columns.count, window.rows.extent * window.columns.extent * d))
    matrix[...] = blocks.reshape(matrix.shape)
    return lock(matrix)


def col2im(columns, input_shape, filter_shape, stride, padding):
    window = Window.over(input_shape, filter_shape, stride, padding)
    n, _, _, d = input_shape
    blocks = columns.reshape(n, window.rows.count, window.columns.count, window.rows.extent, window.columns.extent, d)
    image = inside(input_shape)
    for (i, r, y), (j, c, z) in window.taps():
        image[:, y, z] += blocks[:, r, c, i, j]
    return lock(image)


# --- layers

class Layer(abc.ABC):
    trained = False

    @abc.abstractmethod
    def forward(self, x): ...

    @abc.abstractmethod
    def backward(self, dout): ...


class Trained(Layer):
    """Keeps the gradients of all its parameters in one vector, in which each is a view."""

    trained = True

    def __init__(self, **parameters):
        self.parameters = parameters
        self.gradient = np.zeros(sum(each.size for each in parameters.values()))

    def store(self, **gradients):
        self.gradient = np.concatenate([gradients[name].ravel() for name in self.parameters])
        lock(self.gradient)
        start = 0
        for name, value in self.parameters.items():
            setattr(self, "d" + name, self.gradient[start : start + value.size].reshape(value.shape))
            start += value.size


class ConvLayer(Trained):
    def __init__(self, weights, bias, filter_shape, stride=1, padding=0):
        super().__init__(weights=weights, bias=bias)
        self.window = {"filter_shape": filter_shape, "stride": stride, "padding": padding}

    def forward(self, x):
        window = Window.over(x.shape, **self.window)
        self.input_shape = tuple(x.shape)
        self.columns = im2col(x, **self.window)
        self.filter_data = lock(self.positive(self.columns @ self.parameters["weights"] + self.parameters["bias"]))
        out = inside((len(x), window.rows.count, window.columns.count, self.filter_data.shape[1]))
        out[...] = self.filter_data.reshape(out.shape)
        return lock(out)

    @staticmethod
    def positive(scores):
        return np.asfortranarray(scores * (scores > 0).astype(np.float32))      # 0 and 1 are exact

    def backward(self, dout):
        upstream = dout.reshape(self.filter_data.shape) * (self.filter_data > 0).astype(np.float32)
        self.store(weights=self.columns.T @ upstream, bias=upstream.sum(axis=0))
        return col2im(lock(upstream @ self.parameters["weights"].T), self.input_shape, **self.window)
