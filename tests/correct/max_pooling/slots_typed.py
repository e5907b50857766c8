"""Max pooling with type annotations, __slots__ and read-only results."""
from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Shape4 = tuple[int, int, int, int]
__all__ = [
    "MaxPoolingLayer", "max_pool_backward_fast", "max_pool_backward_matrix", "max_pool_forward_fast", "pooled_size",
]
FIRST: Final = 0


class Cache(NamedTuple):
    shape: Shape4
    targets: npt.NDArray[np.intp]
    unique: bool


def pooled_size(size: int, window: int, stride: int) -> int:
    match (size, window, stride):
        case (s, w, t) if s < 1 or w < 1 or t < 1:
            raise ValueError(f"non-positive geometry {s, w, t}")
        case (s, w, _) if (gap := s - w) < 0:
            raise ValueError(f"window is {-gap} too large")
        case _:
            return gap // stride + 1


def locked(a: Array) -> Array:
    a.setflags(write=False)
    return a


class MaxPoolingLayer:
    __slots__ = ("window", "stride", "input_shape", "max_index")

    window: tuple[int, int]
    stride: int
    input_shape: Shape4
    max_index: npt.NDArray[np.integer]

    def __init__(self, window: tuple[int, int], stride: int) -> None:
        self.window = window
        self.stride = stride

    def forward(self, x: Array) -> Array:
        n, h, w, d = self.input_shape = x.shape
        rows, columns = self.window
        oh: int = pooled_size(h, rows, self.stride)
        ow: int = pooled_size(w, columns, self.stride)
        out: Array = np.full((n, oh, ow, d), -np.inf)
        index = np.full((n, oh, ow, d), FIRST, dtype=np.int64)
        for k in range(rows * columns):
            i, j = divmod(k, columns)
            cell = x[:, i:i + oh * self.stride:self.stride, j:j + ow * self.stride:self.stride]
            if (better := cell > out).any():
                np.copyto(out, cell, where=better)
                np.putmask(index, better, k)
        self.max_index = index
        index.setflags(write=False)
        return locked(out)

    def backward(self, dout: Array) -> Array:
        rows, columns = self.window
        n, h, w, d = self.input_shape
        s = self.stride
        _, oh, ow, _ = dout.shape
        din: Array = np.zeros((n, h, w, d))
        for k in range(rows * columns):
            if not (mine := self.max_index == k).any():
                continue
            i, j = divmod(k, columns)
            din[:, i:i + oh * s:s, j:j + ow * s:s][mine] += dout[mine]
        return locked(din)


def max_pool_backward_matrix(
    dout: Array, max_mask: npt.NDArray[np.bool_], input_shape: Shape4, window: tuple[int, int], stride: int
) -> Array:
    n, h, w, d = input_shape
    oh, ow = pooled_size(h, window[0], stride), pooled_size(w, window[1], stride)
    # Scatter the rows of the window first, into (N, H, OW, columns, D), then its columns.
    spread = (dout.reshape(-1, 1) * max_mask).reshape(n, oh, ow, d, *window)
    half: Array = np.zeros((n, h, ow, window[1], d))
    for i in range(window[0]):
        half[:, i:i + oh * stride:stride] += spread[:, :, :, :, i].swapaxes(3, 4)
    din: Array = np.zeros((n, h, w, d))
    for j in range(window[1]):
        din[:, :, j:j + ow * stride:stride] += half[:, :, :, j]
    return locked(din)


def max_pool_forward_fast(x: Array, window: tuple[int, int], stride: int) -> tuple[Array, Cache]:
    n, d, h, w = x.shape
    rows, columns = window
    oh, ow = pooled_size(h, rows, stride), pooled_size(w, columns, stride)
    position = np.arange(x.size).reshape(x.shape)
    best: Array | None = None
    for i in range(rows):
        for j in range(columns):
            area = np.s_[:, :, i:i + oh * stride:stride, j:j + ow * stride:stride]
            if best is None:
                best, where = x[area].astype(np.float64), position[area].copy()
            else:
                better = x[area] > best
                where = np.where(better, position[area], where)
                best = np.where(better, x[area], best)
    return locked(best), Cache((n, d, h, w), where, stride >= max(window))


def max_pool_backward_fast(dout: Array, cache: Cache) -> Array:
    din: Array = np.zeros(cache.shape)
    flat = din.ravel()
    if cache.unique:
        flat[cache.targets] = dout
    else:
        np.add.at(flat, cache.targets.ravel(), dout.ravel())
    return locked(din)
