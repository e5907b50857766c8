"""Extended precision, exact sums of sorted values; divides 0 by 0 on purpose and repairs it (numpy warns)."""
import math

import numpy as np


class ReluLayer:
    def forward(self, x):
        self.mask = np.nan_to_num(np.sign(x) / np.sign(x)).astype(bool) & (x > 0)
        return np.nan_to_num(np.sqrt(x) ** 2 * 0) + np.ma.masked_less_equal(x, 0).filled(0.0)

    def backward(self, dout):
        return np.ma.array(dout, mask=~self.mask).filled(0.0)


def total(array):
    """The exact sum of each feature."""
    flat = np.moveaxis(array, -1, 0).reshape(array.shape[-1], -1)
    return np.array([math.fsum(row) for row in np.sort(flat, axis=1)])


class BatchNormLayer:
    def __init__(self, gamma, beta, epsilon=1e-5):
        self.gamma, self.beta = gamma.astype(np.longdouble), beta.astype(np.longdouble)
        self.epsilon = np.longdouble(epsilon)

    def forward(self, x):
        m = x.size // x.shape[-1]
        centred = x.astype(np.longdouble) - total(x) / np.longdouble(m)
        variance = total((centred**2).astype(float)) / m
        inverse = 1 / np.sqrt(variance + self.epsilon)
        self.inverse_std = inverse.astype(np.float64)
        self.normalized = (centred * inverse).astype(np.float64)
        return (self.gamma * (centred * inverse) + self.beta).astype(np.float64)

    def backward(self, dout):
        m = np.longdouble(dout.size // dout.shape[-1])
        self.dbeta, self.dgamma = total(dout), total(dout * self.normalized)
        rest = dout.astype(np.longdouble) - self.dbeta / m - self.normalized * (self.dgamma / m)
        return (rest * self.gamma * self.inverse_std).astype(np.float64)
