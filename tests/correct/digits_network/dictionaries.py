"""State in dictionaries by layer name; the step is computed for all before any array is touched."""

import numpy as np
from conv_im2col import ConvLayer
from max_pooling import MaxPoolingLayer
from mean_pooling import MeanPoolingLayer
from normalization import BatchNormLayer, ReluLayer


def softmax_cross_entropy(scores, labels):
    losses, rows = [], []
    for row, label in zip(scores, labels):
        row = row - np.max(row)
        total = np.sum(np.exp(row))
        losses.append(np.log(total) - row[label])
        share = np.exp(row) / total
        share[label] -= 1
        rows.append(share)
    return np.mean(losses), np.array(rows) / len(rows)


class DenseLayer:
    def __init__(self, weights, bias):
        self.__dict__.update(weights=weights, bias=bias, state={})

    def forward(self, x):
        self.state = {"shape": x.shape, "rows": x.reshape(len(x), -1)}
        return np.add(self.state["rows"] @ self.weights, self.bias)

    def backward(self, dout):
        rows = self.state["rows"]
        self.__dict__["dweights"] = sum(np.outer(row, slope) for row, slope in zip(rows, dout)) + 0.0
        self.__dict__["dbias"] = np.cumsum(dout, axis=0)[-1:].copy()
        return np.reshape(dout @ np.transpose(self.weights), self.state["shape"])


class Network:
    LEARNED = {"conv": ("weights", "bias"), "dense": ("weights", "bias"), "norm": ("gamma", "beta")}

    def __init__(self, layers):
        self.layers = layers

    def forward(self, images):
        found = {"": images}
        for name, layer in self.layers.items():
            found = {"": layer.forward(found[""])}
        return found[""]

    def backward(self, dscores):
        for name in reversed(self.layers):
            dscores = self.layers[name].backward(dscores)

    def parameters(self):
        listed = []
        for name, layer in self.layers.items():
            for each in self.LEARNED.get(name.rstrip("0123456789"), ()):
                listed.append((getattr(layer, each), getattr(layer, f"d{each}")))
        return listed


def build_network(rng):
    def drawn(rows, columns):
        return rng.normal(scale=(2 / rows) ** 0.5, size=(rows, columns)), np.zeros((1, columns))

    return Network({
        "norm1": BatchNormLayer(np.ones(1), np.zeros(1)),
        "conv1": ConvLayer(*drawn(9, 16), filter_shape=(3, 3), padding=1),
        "norm2": BatchNormLayer(np.ones(16), np.zeros(16)),
        "max": MaxPoolingLayer((2, 2), 2),
        "relu1": ReluLayer(),
        "conv2": ConvLayer(*drawn(144, 32), filter_shape=(3, 3), padding=1),
        "norm3": BatchNormLayer(np.ones(32), np.zeros(32)),
        "mean": MeanPoolingLayer((2, 2), 2),
        "dense1": DenseLayer(*drawn(128, 10)),
    })


def train(images, labels, rng):
    network, moved = build_network(rng), {}
    for epoch in range(14):
        for start, order in [(s, o) for o in [rng.permutation(len(images))] for s in range(0, len(images), 64)]:
            rows = order[start : start + 64]
            _, slopes = softmax_cross_entropy(network.forward(images[rows]), labels[rows])
            network.backward(slopes)
            pairs = network.parameters()
            moved = {i: 0.9 * moved.get(i, 0.0) - 0.1 * (1 - epoch / 14) * pairs[i][1] for i in range(len(pairs))}
            for i in moved:
                pairs[i][0][...] = pairs[i][0] + moved[i]
    return network


def predict(network, images):
    best, digits = np.full(len(images), -np.inf), np.zeros(len(images), dtype=int)
    for digit, scores in enumerate(network.forward(images).T):
        better = scores > best
        best, digits = np.where(better, scores, best), np.where(better, digit, digits)
    return digits
