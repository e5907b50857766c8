import numpy as np


class ReluLayer:
    def forward(self, x):
        out = np.array(x, dtype=np.float64, order="C")
        self.mask = np.empty(x.shape, dtype=np.bool_)
        np.greater(out, 0.0, out=self.mask)
        np.putmask(out, ~self.mask, 0.0)
        return out

    def backward(self, dout):
        dx = np.array(dout, copy=True)
        dx[np.logical_not(self.mask)] *= 0.0
        return dx


class BatchNormLayer:
    """Two passes, with one buffer for each result and out= everywhere."""

    def __init__(self, gamma, beta, epsilon=1e-5):
        self.gamma = gamma
        self.beta = beta
        self.epsilon = epsilon

    def forward(self, x):
        z = x.copy()
        axes = tuple(range(x.ndim))[:-1]
        z -= z.mean(axis=axes)
        z -= z.mean(axis=axes)              # once more takes the rounding of the first mean away
        scratch = np.square(z)
        s = scratch.mean(axis=axes)
        s += self.epsilon
        np.sqrt(s, out=s)
        np.divide(1.0, s, out=s)
        z *= s
        self.normalized, self.inverse_std = z, s
        np.multiply(z, self.gamma, out=scratch)
        scratch += self.beta
        return scratch

    def backward(self, dout):
        axes = tuple(range(dout.ndim))[:-1]
        m = float(np.prod(dout.shape[:-1]))
        dx = dout * self.normalized
        self.dgamma = dx.sum(axis=axes)
        np.multiply(self.normalized, self.dgamma, out=dx)
        self.dbeta = dout.sum(axis=axes)
        dx += self.dbeta
        dx /= -m
        dx += dout
        dx *= self.gamma * self.inverse_std
        return dx
