# State in complex numbers: the normalised value is the real part, the output the imaginary one.
import numpy as np


class ReluLayer:
    def forward(self, x):
        self.state = x + 1j * (x > 0)
        self.mask = self.state.imag > 0.5
        return (self.state.real * self.state.imag)

    def backward(self, dout):
        return (dout * (self.mask + 0j)).real


class BatchNormLayer:
    def __init__(self, gamma, beta, epsilon=1e-5):
        self.scale = gamma + 1j * beta
        self.epsilon = epsilon

    def forward(self, x):
        axes = tuple(range(x.ndim - 1))
        centred = (x - x.mean(axis=axes)).astype(complex)
        power = (centred * np.conj(centred)).real.mean(axis=axes)
        self.inverse_std = (1 / np.sqrt(power + self.epsilon + 0j)).real
        self.both = centred * self.inverse_std
        self.both = self.both.real + 1j * (self.both.real * self.scale.real + self.scale.imag)
        self.normalized = self.both.real
        return self.both.imag

    def backward(self, dout):
        axes = tuple(range(dout.ndim - 1))
        # sum(dout) and sum(dout * z) are the two parts of one sum
        sums = (dout * (1 + 1j * self.normalized)).sum(axis=axes)
        self.dbeta, self.dgamma = sums.real, sums.imag
        means = sums / (dout.size / dout.shape[-1])
        correction = (np.conj(means) * (1 + 1j * self.normalized)).real
        return self.scale.real * self.inverse_std * (dout - correction)
