"""Looks like the mean of the squares less the square of the mean, but of values that were first shifted by one of them:
that is stable wherever the mean is."""
import numpy as np


class ReluLayer(object):
    def forward(self, x):
        self.out = (np.abs(x) + x) / 2
        self.mask = self.out > 0
        if (self.mask != (x > 0)).any():        # half of the smallest number is rounded to 0
            self.mask = x > 0
        return self.out

    def backward(self, dout):
        return np.multiply(dout, self.mask)


class BatchNormLayer(object):
    def __init__(self, gamma, beta, epsilon=1e-5):
        self.gamma = gamma
        self.beta = beta
        self.epsilon = epsilon

    def forward(self, x):
        axes = tuple(range(x.ndim - 1))
        anchor = x[(0,) * (x.ndim - 1)]
        moved = x - anchor
        mean, square = np.mean(moved, axis=axes), np.mean(moved**2, axis=axes)
        var = np.maximum(square - mean**2, 0)
        self.inverse_std = (var + self.epsilon) ** -0.5
        self.normalized = (moved - mean) * self.inverse_std
        return self.normalized * self.gamma + self.beta

    def backward(self, dout):
        axes = tuple(range(dout.ndim - 1))
        m = self.normalized[..., :1].size
        dz = dout * self.gamma
        self.dgamma = np.add.reduce(dout * self.normalized, axis=axes)
        self.dbeta = np.add.reduce(dout, axis=axes)
        return self.inverse_std / m * (m * dz - dz.sum(axes) - self.normalized * (dz * self.normalized).sum(axes))
