"""All parameters are views of one vector, and so are the gradients that are handed out; one step moves everything."""

import numpy as np
from conv_im2col import ConvLayer
from max_pooling import MaxPoolingLayer
from normalization import BatchNormLayer, ReluLayer

SHAPES = [(9, 16), (1, 16), (16,), (16,), (256, 64), (1, 64), (64,), (64,), (64, 10), (1, 10)]
SIZES = [int(np.prod(shape)) for shape in SHAPES]
NAMES = [(0, "weights"), (0, "bias"), (1, "gamma"), (1, "beta"), (3, "weights"), (3, "bias"), (4, "gamma"),
         (4, "beta"), (6, "weights"), (6, "bias")]


def softmax_cross_entropy(scores, labels):
    scores = np.asarray(scores, dtype=np.longdouble)
    scores = scores - scores.max(axis=1, keepdims=True)
    logs = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
    loss = -logs[np.arange(len(labels)), labels].mean()
    gradient = np.exp(logs) - (np.arange(scores.shape[1]) == labels[:, None])
    return float(loss), (gradient / len(labels)).astype(float)


class DenseLayer:
    def __init__(self, weights, bias):
        self.weights = weights
        self.bias = bias

    def forward(self, x):
        self.before = x
        return x.reshape(x.shape[0], -1) @ self.weights + self.bias[0]

    def backward(self, dout):
        x = self.before.reshape(self.before.shape[0], -1)
        self.dweights = (dout.T @ x).T
        self.dbias = np.sum(dout, axis=0, keepdims=True)
        return (self.weights @ dout.T).T.reshape(self.before.shape)


def views(vector):
    return [part.reshape(shape) for part, shape in zip(np.split(vector, np.cumsum(SIZES)[:-1]), SHAPES)]


class Network:
    def __init__(self, vector):
        self.vector = vector
        self.slopes = np.zeros_like(vector)
        w, b, g, s, w2, b2, g2, s2, w3, b3 = views(vector)
        self.layers = (ConvLayer(w, b, (3, 3), padding=1), BatchNormLayer(g, s), MaxPoolingLayer((2, 2), 2),
                       DenseLayer(w2, b2), BatchNormLayer(g2, s2), ReluLayer(), DenseLayer(w3, b3))

    def forward(self, images):
        for layer in self.layers:
            images = layer.forward(images)
        return images

    def backward(self, dscores):
        for layer in reversed(self.layers):
            dscores = layer.backward(dscores)
        for view, (number, name) in zip(views(self.slopes), NAMES):
            view[...] = getattr(self.layers[number], "d" + name)
        return dscores

    def parameters(self):
        return list(zip(views(self.vector), views(self.slopes)))


def build_network(rng):
    vector = np.zeros(sum(SIZES))
    for view, shape, (_, name) in zip(views(vector), SHAPES, NAMES):
        if name == "weights":
            view[...] = rng.normal(size=shape) * np.sqrt(2 / shape[0])
        elif name == "gamma":
            view[...] = 1
    return Network(vector)


def train(images, labels, rng):
    network = build_network(rng)
    speed = np.zeros_like(network.vector)
    for epoch in range(18):
        order = rng.permutation(len(labels))
        for start in range(0, len(labels), 32):
            rows = order[start : start + 32]
            _, slope = softmax_cross_entropy(network.forward(images[rows]), labels[rows])
            network.backward(slope)
            speed = 0.9 * speed - 0.05 * (1 - epoch / 18) * network.slopes
            network.vector += speed
    return network


def predict(network, images):
    return network.forward(images).argmax(axis=1).astype(np.int32)
