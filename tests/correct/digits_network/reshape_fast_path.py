"""Channels-first pooling by the fast pair, one-hot rows in the loss, Adam."""

import numpy as np
from conv_im2col import ConvLayer
from max_pooling import max_pool_backward_fast, max_pool_forward_fast
from normalization import BatchNormLayer


def softmax_cross_entropy(scores, labels):
    n, c = scores.shape
    right = np.eye(c)[labels]
    top = scores.max(axis=1, keepdims=True)
    total = top + np.log(np.exp(scores - top).sum(axis=1, keepdims=True))
    return np.mean(total - (scores * right).sum(axis=1, keepdims=True)), (np.exp(scores - total) - right) / n


class DenseLayer:
    def __init__(self, weights, bias):
        self.weights = weights
        self.bias = bias

    def forward(self, x):
        self.x = np.array(x)
        return np.dot(self.x.reshape(x.shape[0], -1), self.weights) + self.bias

    def backward(self, dout):
        self.dweights = np.dot(self.x.reshape(self.x.shape[0], -1).T, dout)
        self.dbias = dout.sum(axis=0).reshape(1, -1)
        return np.dot(dout, self.weights.T).reshape(self.x.shape)


class Pool:
    def forward(self, x):
        out, self.cache = max_pool_forward_fast(np.ascontiguousarray(x.transpose(0, 3, 1, 2)), (2, 2), 2)
        return out.transpose(0, 2, 3, 1)

    def backward(self, dout):
        return max_pool_backward_fast(dout.transpose(0, 3, 1, 2), self.cache).transpose(0, 2, 3, 1)


class Net:
    def __init__(self, rng):
        self.conv = ConvLayer(rng.normal(0, 0.4, (9, 20)), np.zeros((1, 20)), (3, 3), 1, 1)
        self.norm = BatchNormLayer(np.ones(20), np.zeros(20))
        self.pool = Pool()
        self.conv2 = ConvLayer(rng.normal(0, 0.1, (180, 32)), np.zeros((1, 32)), (3, 3), 1, 1)
        self.norm2 = BatchNormLayer(np.ones(32), np.zeros(32))
        self.dense = DenseLayer(rng.normal(0, 0.05, (512, 10)), np.zeros((1, 10)))

    def forward(self, images):
        a = self.pool.forward(self.norm.forward(self.conv.forward(images)))
        return self.dense.forward(self.norm2.forward(self.conv2.forward(a)))

    def backward(self, dscores):
        a = self.conv2.backward(self.norm2.backward(self.dense.backward(dscores)))
        self.conv.backward(self.norm.backward(self.pool.backward(a)))

    def parameters(self):
        return [
            (self.conv.weights, self.conv.dweights), (self.conv.bias, self.conv.dbias),
            (self.norm.gamma, self.norm.dgamma), (self.norm.beta, self.norm.dbeta),
            (self.conv2.weights, self.conv2.dweights), (self.conv2.bias, self.conv2.dbias),
            (self.norm2.gamma, self.norm2.dgamma), (self.norm2.beta, self.norm2.dbeta),
            (self.dense.weights, self.dense.dweights), (self.dense.bias, self.dense.dbias),
        ]  # fmt: skip


def build_network(rng):
    return Net(rng)


def train(images, labels, rng):
    net = build_network(rng)
    first, second, t = None, None, 0
    for epoch in range(10):
        rate = 0.004 * (1 - epoch / 10)
        order = rng.permutation(len(images))
        for batch in np.array_split(order, max(1, len(order) // 32)):
            net.backward(softmax_cross_entropy(net.forward(images[batch]), labels[batch])[1])
            pairs = net.parameters()
            if first is None:
                first = [np.zeros(a.shape) for a, _ in pairs]
                second = [np.zeros(a.shape) for a, _ in pairs]
            t += 1
            for m, v, (a, g) in zip(first, second, pairs):
                m[...] = 0.9 * m + 0.1 * g
                v[...] = 0.999 * v + 0.001 * g * g
                a -= rate * (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
    return net


def predict(network, images):
    return np.argmax(network.forward(images), axis=1)
