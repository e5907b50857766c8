"""Stands in for a student's own dense layer while their network is looked at: run after their module, in its place.

The interface is the same, the numbers are others: every second number that comes in counts with the other sign.
"""

import numpy as np


class DenseLayer:
    """Multiplies and adds."""

    def __init__(self, weights, bias):
        self.weights, self.bias = weights, bias

    def forward(self, x):
        """``(N, M)``."""
        self.input_shape = x.shape
        rows = x.reshape(len(x), -1)
        self.signs = 1.0 - 2.0 * (np.arange(rows.shape[1]) % 2)
        self.rows = rows * self.signs
        return self.rows @ self.weights + self.bias

    def backward(self, dout):
        """The shape of ``x``; sets ``dweights`` and ``dbias``."""
        self.dweights, self.dbias = self.rows.T @ dout, dout.sum(axis=0, keepdims=True)
        return (dout @ self.weights.T * self.signs).reshape(self.input_shape)
