"""What the warm parent does before its first fork: what every submission will do, once, with code of our own.

A fork inherits what Python has learnt by then: specialised bytecode, filled caches, modules that numpy
imports when a function is first called. Without it each worker would learn all this again.
"""

from __future__ import annotations

import io
import linecache
import sys

import numpy as np

from autograder.protocol import Handle, Laid
from autograder.requests import pack_request
from autograder.worker import serve

ROUNDS = 9
"""Python 3.11 specialises a function once it has been called some ten times."""

NAME = "rehearsal"
SOURCE = '''
from __future__ import annotations

import math
import unicodedata  # imported by Python itself where a name is not in ASCII
from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import as_strided, sliding_window_view
from numpy.typing import NDArray


@dataclass
class State:
    shape: tuple[int, ...]


class Layer:
    def __init__(self, window, stride=1):
        self.window, self.stride = window, stride
        self.state = None

    def forward(self, x: NDArray[np.float64]) -> NDArray[np.float64]:
        rows, columns = self.window
        self.state = State(x.shape)
        n, height, width, depth = x.shape
        windows = sliding_window_view(x, (rows, columns), axis=(1, 2))[:, :: self.stride, :: self.stride]
        flat = windows.reshape(*windows.shape[:4], rows * columns)
        self.index = flat.argmax(axis=-1)
        out = np.empty(flat.shape[:-1])
        for i in range(out.shape[1]):
            for j in range(out.shape[2]):
                patch = x[:, i : i + rows, j : j + columns, :]
                out[:, i, j, :] = np.max(patch, axis=(1, 2))
        return np.take_along_axis(flat, self.index[..., None], axis=-1)[..., 0]

    def backward(self, dout):
        din = np.zeros(self.state.shape)
        where = np.indices(dout.shape)
        np.add.at(din, tuple(where), dout)
        for position in np.ndindex(*dout.shape):
            din[position] += dout[position]
        return din


def size(height, window, stride):
    if window < 1 or stride < 1 or window > height:
        raise ValueError(f"window {window} does not fit {height}")
    return (height - window) // stride + 1


def tour(x):
    flat = np.ascontiguousarray(x.transpose(0, 3, 1, 2)).reshape(x.shape[0], -1)
    strided = as_strided(x, shape=x.shape, strides=x.strides, writeable=False)
    padded = np.pad(x, ((0, 0), (1, 1), (1, 1), (0, 0)))
    np.einsum("nhwd,nhwd->n", strided, x)
    np.bincount(np.arange(flat.size) % 7, weights=flat.ravel(), minlength=9)
    np.add.reduceat(flat, [0, 1], axis=1)
    np.tensordot(flat, flat, axes=(1, 1))
    np.repeat(np.where(x > 0, x, 0.0), 2, axis=1)
    np.stack([x, x]).mean(axis=0, keepdims=True)
    np.concatenate([x.sum(axis=(1, 2)), x.std(axis=(1, 2))])
    np.unravel_index(flat.argmax(axis=1), flat.shape)
    np.unique(flat)
    np.arange(6).reshape(2, 3).T @ np.eye(2)
    np.allclose(np.sqrt(np.square(x)), np.abs(x))
    assert padded[:, 1:-1, 1:-1].shape == x.shape and math.prod(x.shape)
    return flat.copy(), {"x": x.astype(np.float32)}
'''


def rehearse() -> None:
    """Serve requests of our own, as a fork will serve those for a submission, and leave nothing of them behind."""
    finders = list(sys.meta_path)
    for _ in range(ROUNDS):
        serve(io.BytesIO(_load() + _calls()), io.BytesIO())
        sys.meta_path[:] = finders
    sys.modules.pop(NAME, None)
    linecache.cache.pop(f"{NAME}.py", None)


def _load() -> bytes:
    return pack_request(1, [["load", None, NAME, SOURCE, ("numpy",)]])


def _calls() -> bytes:
    x = np.arange(144.0).reshape(2, 6, 6, 2)[:, ::-1]
    return pack_request(
        2,
        [
            ["table", 1, [((6, 2, 1), 5), ((6, 9, 1), None)]],
            ["stand_in", 1, "size", None],
            ["store", 2, Laid(x, "strided")],
            ["new", 3, "Layer", ((2, 2), 1)],
            ["call", 3, "forward", (Handle(2),)],
            ["get", 3, "index"],
            ["set", 3, "index", x],
            ["fetch", 2],
            ["random_state", None],
            ["call", 3, "backward", (Laid(x[:, 1:, 1:], "F"),)],
            ["hold", 4, None, "tour", (x,), 1, True],
            ["part", 5, 4, 1],
            ["call", None, "size", (6, 2, 1)],
            ["call", None, "size", (6, 9, 1)],
            ["stand_out", None, "size"],
            ["call", None, "size", (2, 9, 1)],
            ["forget", None, [2, 3, 4, 5]],
        ],
    )
