# The backward pass is a function that forward leaves behind; who set other values is listened to.
import numpy as np


class ReluLayer:
    def forward(self, x):
        self.mask = np.heaviside(x, 0.0) == 1
        return (lambda mask: np.choose(mask, [np.zeros_like(x), x]))(self.mask)

    backward = lambda self, dout: np.choose(self.mask, [0.0 * dout, dout])


def over(array):
    return tuple(range(array.ndim - 1))


class BatchNormLayer:
    def __init__(self, gamma, beta, epsilon=1e-5):
        self.parameters = lambda: (gamma, beta, epsilon)

    def forward(self, x):
        gamma, beta, epsilon = self.parameters()
        centred = np.subtract(x, np.mean(x, over(x)))
        inverse = np.power(np.mean(centred * centred, over(x)) + epsilon, -0.5)
        z = centred * inverse
        project = lambda v: v - v.mean(over(v)) - z * (v * z).mean(over(v))
        self.gradient = lambda dout: project(gamma * inverse * dout)
        self.normalized, self.inverse_std = z, inverse
        return z * gamma + beta

    def backward(self, dout):
        self.dgamma, self.dbeta = np.sum(dout * self.normalized, over(dout)), np.sum(dout, over(dout))
        return self.gradient(dout)
