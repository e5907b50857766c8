"""A beginner's: one conv layer, global counters, prints, everything written out."""

import numpy as np
from conv_im2col import ConvLayer as my_conv
from max_pooling import *
from normalization import *

steps_done = 0
losses = []


def softmax_cross_entropy(scores, labels):
    N = len(scores)
    biggest = np.zeros((N, 1))
    for i in range(N):
        biggest[i] = max(scores[i])
    e = np.exp(scores - biggest)
    total = e.sum(axis=1).reshape(N, 1)
    loss = 0
    for i in range(N):
        loss = loss + np.log(total[i, 0]) - (scores[i, labels[i]] - biggest[i, 0])
    loss = loss / N
    dscores = e / total
    for i in range(N):
        dscores[i, labels[i]] = dscores[i, labels[i]] - 1
    dscores = dscores / N
    return loss, dscores


class DenseLayer:
    def __init__(self, weights, bias):
        self.weights = weights
        self.bias = bias
        self.dweights = np.zeros(weights.shape)
        self.dbias = np.zeros(bias.shape)

    def forward(self, x):
        self.old_shape = x.shape
        if len(x.shape) == 4:
            x = x.reshape(x.shape[0], x.shape[1] * x.shape[2] * x.shape[3])
        self.x = x
        return x.dot(self.weights) + self.bias

    def backward(self, dout):
        self.dweights = self.x.T.dot(dout)
        self.dbias = np.array([sum(dout)])
        dx = dout.dot(self.weights.T)
        if len(self.old_shape) == 4:
            dx = dx.reshape(self.old_shape)
        return dx


class MyNet:
    def forward(self, images):
        self.a = self.conv.forward(images)
        self.b = self.bn.forward(self.a)
        self.c = self.pool.forward(self.b)
        self.d = self.fc1.forward(self.c)
        self.e = self.relu.forward(self.d)
        self.f = self.fc2.forward(self.e)
        return self.f

    def backward(self, dscores):
        d = self.fc2.backward(dscores)
        d = self.relu.backward(d)
        d = self.fc1.backward(d)
        d = self.pool.backward(d)
        d = self.bn.backward(d)
        d = self.conv.backward(d)

    def parameters(self):
        result = []
        result.append((self.conv.weights, self.conv.dweights))
        result.append((self.conv.bias, self.conv.dbias))
        result.append((self.bn.gamma, self.bn.dgamma))
        result.append((self.bn.beta, self.bn.dbeta))
        result.append((self.fc1.weights, self.fc1.dweights))
        result.append((self.fc1.bias, self.fc1.dbias))
        result.append((self.fc2.weights, self.fc2.dweights))
        result.append((self.fc2.bias, self.fc2.dbias))
        return result


def build_network(rng):
    net = MyNet()
    net.conv = my_conv(rng.standard_normal((25, 24)) * 0.28, np.zeros((1, 24)), (5, 5), 1, 2)
    net.bn = BatchNormLayer(np.ones(24), np.zeros(24))
    net.pool = MaxPoolingLayer((2, 2), 2)
    net.fc1 = DenseLayer(rng.standard_normal((4 * 4 * 24, 64)) * 0.07, np.zeros((1, 64)))
    net.relu = ReluLayer()
    net.fc2 = DenseLayer(rng.standard_normal((64, 10)) * 0.15, np.zeros((1, 10)))
    return net


def train(images, labels, rng):
    global steps_done
    net = build_network(rng)
    velocity = [0, 0, 0, 0, 0, 0, 0, 0]
    learning_rate = 0.05
    for epoch in range(15):
        order = list(range(len(images)))
        rng.shuffle(order)
        i = 0
        while i < len(order):
            batch = order[i : i + 32]
            loss, dscores = softmax_cross_entropy(net.forward(images[batch]), labels[batch])
            net.backward(dscores)
            k = 0
            for array, gradient in net.parameters():
                velocity[k] = 0.9 * velocity[k] - learning_rate * gradient
                array += velocity[k]
                k = k + 1
            losses.append(loss)
            steps_done = steps_done + 1
            i = i + 32
        print("epoch", epoch, "loss", loss)
        learning_rate = learning_rate * 0.8
    return net


def predict(network, images):
    scores = network.forward(images)
    answer = []
    for i in range(len(scores)):
        answer.append(list(scores[i]).index(max(scores[i])))
    return np.array(answer)
