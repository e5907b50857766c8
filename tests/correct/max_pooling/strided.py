"""Everything through numpy.lib.stride_tricks.as_strided, results handed out as views."""

import numpy as np
from numpy.lib.stride_tricks import as_strided


def pooled_size(size, window, stride):
    if min(size, window, stride) < 1 or size < window:
        raise ValueError("impossible pooling geometry: size=%r window=%r stride=%r" % (size, window, stride))
    return len(range(0, size - window + 1, stride))


def _windows(a, axes, window, stride, writeable=False):
    """A view of `a` with two more axes at the end: row and column inside the window."""
    shape, strides = list(a.shape), list(a.strides)
    for axis, extent in zip(axes, window):
        shape[axis] = pooled_size(a.shape[axis], extent, stride)
        strides[axis] = a.strides[axis] * stride
    shape += list(window)
    strides += [a.strides[axis] for axis in axes]
    return as_strided(a, shape=shape, strides=strides, writeable=writeable)


def _scatter(values, cells, out, axes, window, stride):
    """Add each value to the chosen cell of its own window of `out`."""
    targets = _windows(out, axes, window, stride, writeable=True)
    for i, j in np.ndindex(*window):
        # a single cell of every window never overlaps itself
        target = targets[..., i, j]
        target += np.where(cells == i * window[1] + j, values, 0.0)
    return out


class MaxPoolingLayer:
    def __init__(self, window, stride):
        if stride < 1 or min(window) < 1:
            raise ValueError("window and stride must be positive")
        self.window = tuple(window)
        self.stride = stride

    def forward(self, x):
        view = _windows(x, (1, 2), self.window, self.stride)
        flat = view.reshape(view.shape[:4] + (-1,))
        self.input_shape = x.shape
        self.max_index = flat.argmax(axis=-1)
        out = flat.max(axis=-1)
        return out[...]

    def backward(self, dout):
        din = np.zeros(self.input_shape)
        return _scatter(dout, self.max_index, din, (1, 2), self.window, self.stride)


def max_pool_backward_matrix(dout, max_mask, input_shape, window, stride):
    din = np.zeros(input_shape)
    targets = _windows(din, (1, 2), window, stride, writeable=True)
    marked = max_mask.reshape(targets.shape)
    for i, j in np.ndindex(*window):
        targets[..., i, j] += dout * marked[..., i, j]
    return din


def max_pool_forward_fast(x, window, stride):
    view = _windows(x, (2, 3), window, stride)
    flat = view.reshape(view.shape[:4] + (-1,))
    cells = flat.argmax(axis=-1)
    out = np.take_along_axis(flat, cells[..., None], axis=-1)[..., 0]
    return out, (cells, x.shape, tuple(window), stride)


def max_pool_backward_fast(dout, cache):
    cells, shape, window, stride = cache
    return _scatter(dout, cells, np.zeros(shape), (2, 3), window, stride)
