"""Batch normalisation that uses the mean and the variance of all that was learned when it reads."""

import numpy as np
from conv_im2col import ConvLayer
from max_pooling import MaxPoolingLayer
from normalization import BatchNormLayer, ReluLayer


def softmax_cross_entropy(scores, labels):
    n = scores.shape[0]
    moved = scores - scores.max(1, keepdims=True)
    p = np.exp(moved)
    s = p.sum(1, keepdims=True)
    loss = -(moved[np.arange(n), labels] - np.log(s[:, 0])).sum() / n
    d = p / s
    d[np.arange(n), labels] -= 1
    d /= n
    return loss, d


class DenseLayer:
    def __init__(self, weights, bias):
        self.weights, self.bias = weights, bias

    def forward(self, x):
        self.x = x
        return x.reshape(x.shape[0], -1).dot(self.weights) + self.bias

    def backward(self, dout):
        self.dweights = self.x.reshape(self.x.shape[0], -1).T.dot(dout)
        self.dbias = dout.sum(0, keepdims=True)
        return dout.dot(self.weights.T).reshape(self.x.shape)


class Norm:
    """A batch normalisation with a memory."""

    def __init__(self, features):
        self.layer = BatchNormLayer(np.ones(features), np.zeros(features))
        self.mean, self.variance, self.reading = np.zeros(features), np.ones(features), False

    def forward(self, x):
        if self.reading:
            return self.layer.gamma * (x - self.mean) / np.sqrt(self.variance + 1e-5) + self.layer.beta
        axes = tuple(range(x.ndim - 1))
        self.mean = 0.9 * self.mean + 0.1 * x.mean(axes)
        self.variance = 0.9 * self.variance + 0.1 * x.var(axes)
        return self.layer.forward(x)

    def backward(self, dout):
        return self.layer.backward(dout)


class Network:
    def __init__(self, layers):
        self.layers = layers

    def forward(self, images):
        for layer in self.layers:
            images = layer.forward(images)
        return images

    def backward(self, dscores):
        for layer in reversed(self.layers):
            dscores = layer.backward(dscores)
        return dscores

    def parameters(self):
        pairs = []
        for layer in self.layers:
            if isinstance(layer, Norm):
                pairs += [(layer.layer.gamma, layer.layer.dgamma), (layer.layer.beta, layer.layer.dbeta)]
            elif isinstance(layer, (ConvLayer, DenseLayer)):
                pairs += [(layer.weights, layer.dweights), (layer.bias, layer.dbias)]
        return pairs

    def read(self, on):
        for layer in self.layers:
            if isinstance(layer, Norm):
                layer.reading = on


def build_network(rng):
    return Network([
        ConvLayer(rng.normal(size=(9, 16)) * 0.4, np.zeros((1, 16)), (3, 3), 1, 1), Norm(16), MaxPoolingLayer((2, 2), 2),
        ConvLayer(rng.normal(size=(144, 32)) * 0.1, np.zeros((1, 32)), (3, 3), 1, 1), Norm(32), MaxPoolingLayer((2, 2), 2),
        DenseLayer(rng.normal(size=(128, 64)) * 0.1, np.zeros((1, 64))), ReluLayer(),
        DenseLayer(rng.normal(size=(64, 10)) * 0.1, np.zeros((1, 10))),
    ])  # fmt: skip


def train(images, labels, rng):
    network = build_network(rng)
    speeds = None
    for epoch in range(14):
        order = rng.permutation(len(images))
        for rows in (order[i : i + 32] for i in range(0, len(order), 32)):
            network.backward(softmax_cross_entropy(network.forward(images[rows]), labels[rows])[1])
            pairs = network.parameters()
            speeds = speeds or [0 * array for array, _ in pairs]
            for speed, (array, gradient) in zip(speeds, pairs):
                speed *= 0.9
                speed += gradient
                array -= 0.04 * (1 - epoch / 14) * speed
    return network


def predict(network, images):
    network.read(True)
    try:
        return network.forward(images).argmax(axis=1)
    finally:
        network.read(False)
