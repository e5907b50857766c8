"""All state lives in one dictionary; the attributes are properties over it, and inverse_std is worked out from the
standard deviation that is really kept."""
import numpy as np


class Stateful:
    def __init__(self):
        self._state = {}


def kept(name):
    return property(lambda self: self._state[name], lambda self, value: self._state.__setitem__(name, value))


class ReluLayer(Stateful):
    mask = kept("mask")

    def forward(self, x):
        self.mask = x > 0
        return np.pad(np.maximum(x, 0.0), 1)[(slice(1, -1),) * x.ndim]

    def backward(self, dout):
        padded = np.pad(dout, 1)[(slice(1, -1),) * dout.ndim]
        padded *= self.mask
        return padded


class BatchNormLayer(Stateful):
    gamma, beta, epsilon = kept("gamma"), kept("beta"), kept("epsilon")
    normalized, dgamma, dbeta = kept("normalized"), kept("dgamma"), kept("dbeta")

    def __init__(self, gamma, beta, epsilon=1e-5):
        super().__init__()
        self._state.update(gamma=gamma, beta=beta, epsilon=epsilon, history=[])

    @property
    def inverse_std(self):
        return 1 / self._state["std"]

    @inverse_std.setter
    def inverse_std(self, value):
        self._state["std"] = 1 / value

    def forward(self, x):
        batch = tuple(range(x.ndim - 1))
        self._state["std"] = np.sqrt(np.var(x, axis=batch, ddof=0) + self.epsilon)
        self._state["history"].append(x.shape)
        self.normalized = (x - x.mean(batch)) / self._state["std"]
        return np.multiply(self.gamma, self.normalized) + self.beta

    def backward(self, dout):
        batch = tuple(range(dout.ndim - 1))
        self.dgamma, self.dbeta = (dout * self.normalized).sum(batch), dout.sum(batch)
        rest = dout.copy()
        rest -= dout.mean(batch)
        rest -= self.normalized * (dout * self.normalized).mean(batch)
        return rest * (self.gamma / self._state["std"])
