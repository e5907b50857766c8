"""Loops over everything: no numpy function that knows about axes."""
import math

import numpy as np


class ReluLayer:
    def forward(self, x):
        out = np.zeros(x.shape)
        self.mask = np.zeros(x.shape, dtype=bool)
        for where in np.ndindex(x.shape):
            if x[where] > 0:
                out[where] = x[where]
                self.mask[where] = True
        return out

    def backward(self, dout):
        dx = np.zeros(dout.shape)
        for where in np.ndindex(dout.shape):
            if self.mask[where]:
                dx[where] = dout[where]
        return dx


class BatchNormLayer:
    def __init__(self, gamma, beta, epsilon=1e-5):
        self.gamma = gamma
        self.beta = beta
        self.epsilon = epsilon

    def forward(self, x):
        out = np.zeros(x.shape)
        self.normalized = np.zeros(x.shape)
        self.inverse_std = np.zeros(x.shape[-1])
        for d in range(x.shape[-1]):
            values = x[..., d]
            count, total = 0, 0.0
            for where in np.ndindex(values.shape):
                count += 1
                total += values[where]
            mean = total / count
            squares = 0.0
            for where in np.ndindex(values.shape):
                squares += (values[where] - mean) ** 2
            self.inverse_std[d] = 1 / math.sqrt(squares / count + self.epsilon)
            for where in np.ndindex(values.shape):
                z = (values[where] - mean) * self.inverse_std[d]
                self.normalized[where + (d,)] = z
                out[where + (d,)] = self.gamma[d] * z + self.beta[d]
        return out

    def backward(self, dout):
        dx = np.zeros(dout.shape)
        self.dgamma = np.zeros(dout.shape[-1])
        self.dbeta = np.zeros(dout.shape[-1])
        for d in range(dout.shape[-1]):
            places = list(np.ndindex(dout.shape[:-1]))
            for where in places:
                self.dbeta[d] += dout[where + (d,)]
                self.dgamma[d] += dout[where + (d,)] * self.normalized[where + (d,)]
            for where in places:
                rest = len(places) * dout[where + (d,)] - self.dbeta[d] - self.normalized[where + (d,)] * self.dgamma[d]
                dx[where + (d,)] = self.gamma[d] * self.inverse_std[d] / len(places) * rest
        return dx
