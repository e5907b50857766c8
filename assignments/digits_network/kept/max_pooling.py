"""Stands in for a student's max pooling while the network on top of it is looked at: the same interface, other numbers.

An output is a fixed mixture of cells from anywhere in its map.
"""

from __future__ import annotations

import numpy as np

SEED = 2


def pooled_size(size, window, stride):
    """As ever."""
    return (size - window) // stride + 1


def _mixture(size, window, stride):
    """``(H*W, OH, OW)``: how much of every cell is in each output."""
    positions = tuple(map(pooled_size, size, window, (stride, stride)))
    return np.random.default_rng([SEED, *positions]).normal(size=(size[0] * size[1], *positions)) / np.sqrt(size[0])


class MaxPoolingLayer:
    """Mixes; ``max_index`` holds nothing of use."""

    def __init__(self, window, stride):
        self.window, self.stride = window, stride

    def forward(self, x):
        """``(N, OH, OW, D)``."""
        self.input_shape = x.shape
        mixture = _mixture(x.shape[1:3], self.window, self.stride)
        out = np.einsum("nid,ihw->nhwd", x.reshape(len(x), -1, x.shape[3]), mixture)
        self.max_index = np.zeros(out.shape, dtype=int)
        return out

    def backward(self, dout):
        """``din``."""
        mixture = _mixture(self.input_shape[1:3], self.window, self.stride)
        return np.einsum("nhwd,ihw->nid", dout, mixture).reshape(self.input_shape)


def max_pool_forward_fast(x, window, stride):
    """The same, channels-first; the cache is the layer."""
    layer = MaxPoolingLayer(window, stride)
    return layer.forward(x.transpose(0, 2, 3, 1)).transpose(0, 3, 1, 2), layer


def max_pool_backward_fast(dout, cache):
    """The same, channels-first."""
    return cache.backward(dout.transpose(0, 2, 3, 1)).transpose(0, 3, 1, 2)
