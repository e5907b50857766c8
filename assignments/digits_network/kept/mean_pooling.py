"""Stands in for a student's mean pooling while the network on top of it is looked at: same interface, other numbers.

An output is a fixed mixture of cells from anywhere in its map.
"""

from __future__ import annotations

import numpy as np

SEED = 3


def _mixture(size, window, stride):
    """``(H*W, OH, OW)``: how much of every cell is in each output."""
    positions = tuple((whole - part) // stride + 1 for whole, part in zip(size, window, strict=True))
    return np.random.default_rng([SEED, *positions]).normal(size=(size[0] * size[1], *positions)) / np.sqrt(size[0])


class MeanPoolingLayer:
    """Mixes."""

    def __init__(self, window, stride):
        self.window, self.stride = window, stride

    def forward(self, x):
        """``(N, OH, OW, D)``."""
        self.input_shape = x.shape
        mixture = _mixture(x.shape[1:3], self.window, self.stride)
        return np.einsum("nid,ihw->nhwd", x.reshape(len(x), -1, x.shape[3]), mixture)

    def backward(self, dout):
        """``din``."""
        mixture = _mixture(self.input_shape[1:3], self.window, self.stride)
        return np.einsum("nhwd,ihw->nid", dout, mixture).reshape(self.input_shape)
