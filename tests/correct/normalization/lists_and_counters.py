# A beginner's: lists, counters, prints.
import numpy as np

calls = 0


class ReluLayer:
    def forward(self, x):
        global calls
        calls = calls + 1
        flat = x.flatten().tolist()
        self.mask = np.array([number > 0 for number in flat]).reshape(x.shape)
        print("relu", x.shape)
        return np.array([number if number > 0 else 0.0 for number in flat]).reshape(x.shape)

    def backward(self, dout):
        result = []
        for number, passed in zip(dout.flatten().tolist(), self.mask.flatten().tolist()):
            if passed:
                result.append(number)
            else:
                result.append(0.0)
        return np.array(result).reshape(dout.shape)


class BatchNormLayer:
    def __init__(self, gamma, beta, epsilon=1e-5):
        self.gamma = gamma
        self.beta = beta
        self.epsilon = epsilon

    def columns(self, array):
        rows = array.reshape(-1, array.shape[-1]).tolist()
        return [[row[d] for row in rows] for d in range(array.shape[-1])]

    def put_together(self, columns, shape):
        return np.array(list(zip(*columns))).reshape(shape)

    def forward(self, x):
        global calls
        calls = calls + 1
        normalized, inverse, out = [], [], []
        for d, column in enumerate(self.columns(x)):
            mean = sum(column) / len(column)
            var = sum([(value - mean) ** 2 for value in column]) / len(column)
            inverse.append(1 / (var + self.epsilon) ** 0.5)
            normalized.append([(value - mean) * inverse[d] for value in column])
            out.append([self.gamma[d] * value + self.beta[d] for value in normalized[d]])
        self.inverse_std = np.array(inverse)
        self.normalized = self.put_together(normalized, x.shape)
        print("forward number", calls)
        return self.put_together(out, x.shape)

    def backward(self, dout):
        dx, dgamma, dbeta = [], [], []
        for d, (column, z) in enumerate(zip(self.columns(dout), self.columns(self.normalized))):
            m = len(column)
            dbeta.append(sum(column))
            dgamma.append(sum([a * b for a, b in zip(column, z)]))
            factor = self.gamma[d] * self.inverse_std[d]
            dx.append([factor * (a - dbeta[d] / m - b * dgamma[d] / m) for a, b in zip(column, z)])
        self.dgamma = np.array(dgamma)
        self.dbeta = np.array(dbeta)
        return self.put_together(dx, dout.shape)
