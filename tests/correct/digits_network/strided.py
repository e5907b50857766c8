"""A convolution with stride 2 instead of a second pooling; pairs are lists; plain steps with weight decay."""

import numpy as np
import conv_im2col
import max_pooling
import normalization


def softmax_cross_entropy(scores, labels):
    shifted = scores - np.amax(scores, axis=-1, keepdims=True)
    log_probabilities = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    picked = np.take_along_axis(log_probabilities, labels[:, None], axis=1)
    gradient = np.exp(log_probabilities)
    np.put_along_axis(gradient, labels[:, None], np.take_along_axis(gradient, labels[:, None], 1) - 1, axis=1)
    return -picked.mean(), gradient / scores.shape[0]


class DenseLayer(object):
    def __init__(self, weights, bias):
        self.weights, self.bias = weights, bias

    def forward(self, x):
        self.shape = x.shape
        self.flat = np.reshape(x, (x.shape[0], self.weights.shape[0]))
        return self.bias + self.flat @ self.weights

    def backward(self, dout):
        self.dweights = np.tensordot(self.flat, dout, axes=(0, 0))
        self.dbias = np.ones((1, dout.shape[0])) @ dout
        return np.inner(dout, self.weights).reshape(self.shape)


class Chain(list):
    def forward(self, images):
        x = images
        for layer in self:
            x = layer.forward(x)
        return x

    def backward(self, dscores):
        g = dscores
        for layer in self[::-1]:
            g = layer.backward(g)
        return g

    def parameters(self):
        found = []
        for layer in self:
            for name in ("weights", "bias", "gamma", "beta"):
                array = getattr(layer, name, None)
                if array is not None:
                    found.append([array, getattr(layer, "d" + name)])
        return found


def build_network(rng):
    w1 = rng.uniform(-0.5, 0.5, (9, 16))
    w2 = rng.uniform(-0.15, 0.15, (144, 40))
    w3 = rng.uniform(-0.1, 0.1, (160, 10))
    return Chain([
        conv_im2col.ConvLayer(w1, np.zeros((1, 16)), (3, 3), padding=1),
        normalization.BatchNormLayer(np.ones(16), np.zeros(16)),
        max_pooling.MaxPoolingLayer((2, 2), 2),
        conv_im2col.ConvLayer(w2, np.zeros((1, 40)), (3, 3), stride=2, padding=1),
        normalization.BatchNormLayer(np.ones(40), np.zeros(40)),
        DenseLayer(w3, np.zeros((1, 10))),
    ])


def train(images, labels, rng):
    net = build_network(rng)
    for rate in np.linspace(0.3, 0.01, 18):
        order = np.arange(len(images))
        rng.shuffle(order)
        for start in range(0, len(order), 32):
            rows = order[start : start + 32]
            loss, dscores = softmax_cross_entropy(net.forward(images[rows]), labels[rows])
            net.backward(dscores)
            for array, gradient in net.parameters():
                array *= 1 - 1e-3 * rate
                array -= rate * gradient
    return net


def predict(network, images):
    scores = network.forward(images)
    return np.array([int(np.argmax(row)) for row in scores])
