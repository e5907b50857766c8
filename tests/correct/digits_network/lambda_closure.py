"""The network is a namespace of functions, and keeps its arrays itself: layers may hide theirs."""

from types import SimpleNamespace

import numpy as np
from conv_im2col import ConvLayer
from max_pooling import MaxPoolingLayer
from mean_pooling import MeanPoolingLayer
from normalization import BatchNormLayer


def softmax_cross_entropy(scores, labels):
    top = scores.max(axis=1)
    log_sum = top + np.log(np.exp(scores - top[:, None]).sum(axis=1))
    one = np.zeros(scores.shape)
    one[np.arange(len(labels)), labels] = 1.0
    share = np.exp(scores - log_sum[:, None]) - one
    return float(np.average(log_sum - scores[np.arange(len(labels)), labels])), share / len(share)


class DenseLayer:
    def __init__(self, weights, bias):
        def forward(x):
            rows = x.reshape(len(x), -1)

            def backward(dout):
                self.dweights, self.dbias = rows.T @ dout, dout.sum(axis=0, keepdims=True)
                return (dout @ weights.T).reshape(x.shape)

            self.backward = backward
            return rows @ weights + bias

        self.forward = forward


def build_network(rng):
    held = []

    def made(kind, names, arrays, *more):
        layer = kind(*arrays, *more)
        held.extend((array, layer, name) for name, array in zip(names, arrays))
        return layer

    he = lambda i, o: (rng.normal(size=(i, o)) * np.sqrt(2 / i), np.zeros((1, o)))
    ones = lambda d: (np.ones(d), np.zeros(d))
    wb, gb = ("weights", "bias"), ("gamma", "beta")
    layers = [
        made(ConvLayer, wb, he(9, 16), (3, 3), 1, 1), made(BatchNormLayer, gb, ones(16)), MaxPoolingLayer((2, 2), 2),
        made(ConvLayer, wb, he(144, 32), (3, 3), 1, 1), made(BatchNormLayer, gb, ones(32)),
        MeanPoolingLayer((2, 2), 2), made(DenseLayer, wb, he(128, 10)),
    ]  # fmt: skip

    def forward(images):
        for layer in layers:
            images = layer.forward(images)
        return images

    def backward(dscores):
        for layer in layers[::-1]:
            dscores = layer.backward(dscores)

    parameters = lambda: [(array, getattr(layer, "d" + name)) for array, layer, name in held]
    return SimpleNamespace(forward=forward, backward=backward, parameters=parameters)


def train(images, labels, rng):
    network, speeds = build_network(rng), {}
    for epoch in range(14):
        order = rng.permutation(len(images))
        for start in range(0, len(order), 32):
            rows = order[start : start + 32]
            network.backward(softmax_cross_entropy(network.forward(images[rows]), labels[rows])[1])
            for key, (array, gradient) in enumerate(network.parameters()):
                speeds[key] = 0.9 * speeds.get(key, 0.0) + gradient
                array -= 0.05 * (1 - epoch / 14) * speeds[key]
    return network


predict = lambda network, images: network.forward(images).argmax(axis=1)
