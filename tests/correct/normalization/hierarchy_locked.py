"""A small framework: abstract layers, nodes of a graph that each know their own gradient; results are locked."""
from __future__ import annotations

import abc
import typing as t

import numpy as np


def locked(array: np.ndarray) -> np.ndarray:
    array = array.view()
    array.flags.writeable = False
    return array


class Node(abc.ABC):
    @abc.abstractmethod
    def forward(self, x: np.ndarray) -> np.ndarray: ...

    @abc.abstractmethod
    def backward(self, dout: np.ndarray) -> np.ndarray: ...


class Centre(Node):
    """Takes the mean away; it is its own transpose."""

    def forward(self, x):
        return x - x.mean(axis=tuple(range(x.ndim - 1)))

    backward = forward


class Divide(Node):
    """Divides by the root of the mean square."""

    def __init__(self, epsilon: float) -> None:
        self.epsilon = epsilon

    def forward(self, x):
        axes = tuple(range(x.ndim - 1))
        self.inverse = 1 / np.sqrt((x * x).mean(axis=axes) + self.epsilon)
        self.z = x * self.inverse
        return self.z

    def backward(self, dout):
        axes = tuple(range(dout.ndim - 1))
        return self.inverse * (dout - self.z * (dout * self.z).mean(axis=axes))


class Scale(Node):
    def __init__(self, gamma: np.ndarray) -> None:
        self.gamma = gamma

    def forward(self, x):
        self.x = x
        return x * self.gamma

    def backward(self, dout):
        self.gradient = (dout * self.x).sum(axis=tuple(range(dout.ndim - 1)))
        return dout * self.gamma


class Shift(Node):
    def __init__(self, beta: np.ndarray) -> None:
        self.beta = beta

    def forward(self, x):
        return x + self.beta

    def backward(self, dout):
        self.gradient = dout.sum(axis=tuple(range(dout.ndim - 1)))
        return dout


class ReluLayer(Node):
    def forward(self, x):
        self.mask = locked(x > 0)
        return locked(np.maximum(x, 0.0))

    def backward(self, dout):
        return locked(np.where(self.mask, dout, 0.0))


class BatchNormLayer(Node):
    def __init__(self, gamma, beta, epsilon=1e-5):
        self.nodes: t.Final = (Centre(), Divide(epsilon), Scale(gamma), Shift(beta))

    @property
    def normalized(self):
        return self.nodes[1].z

    @normalized.setter
    def normalized(self, value):
        self.nodes[1].z = self.nodes[2].x = value

    @property
    def inverse_std(self):
        return self.nodes[1].inverse

    @inverse_std.setter
    def inverse_std(self, value):
        self.nodes[1].inverse = value

    @property
    def dgamma(self):
        return locked(self.nodes[2].gradient)

    @property
    def dbeta(self):
        return locked(self.nodes[3].gradient)

    def forward(self, x):
        for node in self.nodes:
            x = node.forward(x)
        return locked(x)

    def backward(self, dout):
        for node in reversed(self.nodes):
            dout = node.backward(dout)
        return locked(dout)
