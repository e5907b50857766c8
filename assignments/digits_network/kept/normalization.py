"""Stands in for a student's ReLU and batch normalisation while the network on top of them is looked at.

The interface is the same, the numbers are others: nothing is normalised, and both bend what they are given.
"""

from __future__ import annotations

import numpy as np

RELU = BATCH_NORM = 1.0
"""How sharply the two bend."""


class ReluLayer:
    """A smooth curve."""

    def forward(self, x):
        """The shape of ``x``."""
        self.mask = x > 0
        root = np.sqrt(x * x + RELU)
        self.slope = (1 + x / root) / 2
        return (x + root) / 2

    def backward(self, dout):
        """The shape of ``dout``."""
        return dout * self.slope


class BatchNormLayer:
    """Another smooth curve, scaled and shifted; ``at_work`` lists all that have gone backward."""

    at_work: list[BatchNormLayer] = []  # noqa: RUF012 - one list for all is what it is for

    def __init__(self, gamma, beta, epsilon=1e-5):
        self.gamma, self.beta, self.epsilon = gamma, beta, epsilon

    def forward(self, x):
        """The shape of ``x``."""
        self.normalized = np.tanh(BATCH_NORM * x)
        self.inverse_std = np.ones(x.shape[-1])
        return self.gamma * self.normalized + self.beta

    def backward(self, dout):
        """``dx``; sets ``dgamma`` and ``dbeta``."""
        self.at_work.append(self)
        axes = tuple(range(dout.ndim - 1))
        self.dgamma, self.dbeta = (dout * self.normalized).sum(axis=axes), dout.sum(axis=axes)
        return dout * self.gamma * BATCH_NORM * (1 - self.normalized**2)
