# One pass over the values, as Welford does it: mean and squares are updated example by example.
import numpy as np


def welford(rows):
    mean, squares = np.zeros(rows.shape[1]), np.zeros(rows.shape[1])
    for count, row in enumerate(rows, start=1):
        before = row - mean
        mean += before / count
        squares += before * (row - mean)
    return mean, squares / len(rows)


class ReluLayer:
    mask = None

    def forward(self, x):
        self.mask = x > 0
        out = x.copy()
        out[~self.mask] = 0
        return out

    def backward(self, dout):
        dx = dout.copy()
        dx[~self.mask] = 0
        return dx


class BatchNormLayer:
    def __init__(self, gamma, beta, epsilon=1e-5):
        self.gamma, self.beta, self.epsilon = gamma, beta, epsilon

    def forward(self, x):
        rows = x.reshape(-1, x.shape[-1])
        mean, variance = welford(rows)
        self.inverse_std = 1 / np.sqrt(variance + self.epsilon)
        self.normalized = ((rows - mean) * self.inverse_std).reshape(x.shape)
        return self.gamma * self.normalized + self.beta

    def backward(self, dout):
        rows, z = (array.reshape(-1, array.shape[-1]) for array in (dout, self.normalized))
        mean, mean_z = np.zeros(rows.shape[1]), np.zeros(rows.shape[1])
        for count, (row, row_z) in enumerate(zip(rows, z), start=1):
            mean += (row - mean) / count
            mean_z += (row * row_z - mean_z) / count
        self.dbeta, self.dgamma = mean * len(rows), mean_z * len(rows)
        return (self.gamma * self.inverse_std * (rows - mean - z * mean_z)).reshape(dout.shape)
