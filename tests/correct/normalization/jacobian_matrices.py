"""The gradient as a product with the Jacobian of each feature, (m, m), written out."""
import numpy as np


class ReluLayer:
    def forward(self, x):
        self.mask = x > 0
        return x * self.mask

    def backward(self, dout):
        diagonal = self.mask.ravel().astype(float)
        if diagonal.size > 500:
            return dout * self.mask
        return (np.diag(diagonal) @ dout.ravel()).reshape(dout.shape)


class BatchNormLayer:
    def __init__(self, gamma, beta, epsilon=1e-5):
        self.gamma = gamma
        self.beta = beta
        self.epsilon = epsilon

    def forward(self, x):
        m = x[..., 0].size
        rows = x.reshape(m, -1)
        away = np.eye(m) - np.full((m, m), 1 / m)      # takes the mean away
        centred = away @ (rows - rows[:1])
        self.inverse_std = 1 / np.sqrt(np.square(centred).mean(0) + self.epsilon)
        self.normalized = (centred * self.inverse_std).reshape(x.shape)
        return self.gamma * self.normalized + self.beta

    def backward(self, dout):
        m = dout[..., 0].size
        rows, z = dout.reshape(m, -1), self.normalized.reshape(m, -1)
        dx = np.empty(rows.shape)
        for d in range(rows.shape[1]):
            jacobian = np.eye(m) - 1 / m - np.outer(z[:, d], z[:, d]) / m
            dx[:, d] = self.gamma[d] * self.inverse_std[d] * (jacobian.T @ rows[:, d])
        self.dbeta, self.dgamma = np.ones(m) @ rows, np.einsum("md,md->d", rows, z)
        return dx.reshape(dout.shape)
