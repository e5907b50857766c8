"""Einsum for the dense layer, averages of the parameters towards the end, Nesterov's momentum."""

import numpy as np
from conv_im2col import ConvLayer
from max_pooling import MaxPoolingLayer
from normalization import BatchNormLayer


def softmax_cross_entropy(scores, labels):
    centred = scores - np.einsum("n->n", scores.max(axis=1))[:, None]
    odds = np.exp(centred)
    one = (np.arange(scores.shape[1])[None, :] == np.asarray(labels)[:, None]).astype(float)
    sums = np.einsum("nc->n", odds)
    loss = (np.log(sums) - np.einsum("nc,nc->n", np.where(one > 0, centred, 0.0), one)).mean()
    return loss, (odds / sums[:, None] - one) / len(scores)


class DenseLayer:
    def __init__(self, weights, bias):
        self.weights, self.bias = weights, bias

    def forward(self, x):
        self.x = x
        if x.ndim == 4:
            shaped = self.weights.reshape(*x.shape[1:], -1)
            return np.einsum("nhwd,hwdm->nm", x, shaped, optimize=True) + self.bias
        return np.einsum("nd,dm->nm", x, self.weights, optimize=True) + self.bias

    def backward(self, dout):
        self.dbias = np.einsum("nm->m", dout)[None]
        flat = self.x.reshape(len(self.x), -1)
        self.dweights = np.einsum("nd,nm->dm", flat, dout, optimize=True)
        return np.einsum("nm,dm->nd", dout, self.weights, optimize=True).reshape(self.x.shape)


class Sequential:
    def __init__(self, *layers):
        self.layers = layers

    def forward(self, images):
        out = images
        for each in self.layers:
            out = each.forward(out)
        return out

    def backward(self, dscores):
        back = dscores
        for each in self.layers[::-1]:
            back = each.backward(back)
        return back

    def parameters(self):
        kinds = {ConvLayer: ("weights", "bias"), DenseLayer: ("weights", "bias"), BatchNormLayer: ("gamma", "beta")}
        return [
            (getattr(each, name), getattr(each, "d" + name))
            for each in self.layers
            for name in kinds.get(type(each), ())
        ]


def build_network(rng):
    def he(rows, columns):
        return rng.normal(size=(rows, columns)) * np.sqrt(2.0 / rows), np.zeros((1, columns))

    def unit(features):
        return np.ones(features), np.zeros(features)

    return Sequential(
        ConvLayer(*he(9, 12), (3, 3), 1, 1), BatchNormLayer(*unit(12)),
        ConvLayer(*he(108, 16), (3, 3), 1, 1), BatchNormLayer(*unit(16)),
        MaxPoolingLayer((2, 2), 2), DenseLayer(*he(256, 10)),
    )  # fmt: skip


def train(images, labels, rng):
    network = build_network(rng)
    speed, average, seen, epochs = [], [], 0, 12
    for epoch in range(epochs):
        order = rng.permutation(len(images))
        for start in range(0, len(order), 32):
            rows = order[start : start + 32]
            network.backward(softmax_cross_entropy(network.forward(images[rows]), labels[rows])[1])
            pairs = network.parameters()
            speed = speed or [np.zeros(array.shape) for array, _ in pairs]
            rate = 0.04 * (1 - epoch / epochs)
            for v, (array, gradient) in zip(speed, pairs):
                before = v.copy()
                v *= 0.9
                v -= rate * gradient
                array += 1.9 * v - 0.9 * before
        if epoch >= epochs - 3:
            arrays = [array.copy() for array, _ in network.parameters()]
            average = [a + b for a, b in zip(average, arrays)] if average else arrays
            seen += 1
    for mean, (array, _) in zip(average, network.parameters()):
        array[...] = mean / seen
    return network


def predict(network, images):
    return np.einsum("nc->nc", network.forward(images)).argmax(axis=1)
