"""The computation graph, one node a line, forward and backward. Everything that a node needs is kept in a cache;
``backward`` reads the cache, and the two attributes only where nothing else knows them."""
import numpy as np


class ReluLayer:
    def forward(self, x):
        self.x = x.copy()
        self.mask = np.greater(x, 0)
        return np.maximum(x, 0)

    def backward(self, dout):
        return dout * (self.x > 0)


class BatchNormLayer:
    def __init__(self, gamma, beta, epsilon=1e-5):
        self.gamma, self.beta, self.epsilon = gamma, beta, epsilon
        self.cache = None

    def forward(self, x):
        shape = x.shape
        x2 = x.reshape(-1, shape[-1])
        m = x2.shape[0]
        mu = np.sum(x2, axis=0) / m
        xmu = x2 - mu
        sq = xmu**2
        var = np.sum(sq, axis=0) / m
        shifted = var + self.epsilon
        sqrtvar = np.sqrt(shifted)
        ivar = 1.0 / sqrtvar
        xhat = xmu * ivar
        gammax = self.gamma * xhat
        out = gammax + self.beta
        self.cache = (m, xmu, shifted, sqrtvar, ivar, xhat)
        self.normalized = xhat.reshape(shape)
        self.inverse_std = ivar
        return out.reshape(shape)

    def backward(self, dout):
        m, xmu, shifted, sqrtvar, ivar, xhat = self.cache
        d = dout.reshape(-1, dout.shape[-1])
        # out = gammax + beta
        self.dbeta = np.sum(d, axis=0)
        dgammax = d
        # gammax = gamma * xhat
        self.dgamma = np.sum(dgammax * xhat, axis=0)
        dxhat = dgammax * self.gamma
        # xhat = xmu * ivar
        divar = np.sum(dxhat * xmu, axis=0)
        dxmu1 = dxhat * ivar
        # ivar = 1 / sqrtvar
        dsqrtvar = -1.0 / sqrtvar**2 * divar
        # sqrtvar = sqrt(shifted)
        dvar = 0.5 / np.sqrt(shifted) * dsqrtvar
        # var = sum(sq) / m
        dsq = np.ones(d.shape) / m * dvar
        # sq = xmu ** 2
        dxmu2 = 2 * xmu * dsq
        # xmu = x - mu
        dx1 = dxmu1 + dxmu2
        dmu = -1 * np.sum(dxmu1 + dxmu2, axis=0)
        # mu = sum(x) / m
        dx2 = np.ones(d.shape) / m * dmu
        return (dx1 + dx2).reshape(dout.shape)
