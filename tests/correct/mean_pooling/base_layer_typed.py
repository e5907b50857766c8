"""Mean pooling on top of a small abstract pooling layer."""
from __future__ import annotations

import abc
import itertools
import typing as t

import numpy as np

if t.TYPE_CHECKING:
    from numpy.typing import NDArray


class Pooling(abc.ABC):
    """Knows where the windows are; what to do with one is left to the subclass."""

    __slots__ = ("window", "stride", "_shape")

    def __init__(self, window: tuple[int, int], stride: int) -> None:
        match window:
            case (int(rows), int(columns)) if rows > 0 and columns > 0:
                self.window = (rows, columns)
            case _:
                raise ValueError(f"bad window {window!r}")
        if stride < 1:
            raise ValueError(f"bad stride {stride!r}")
        self.stride = stride
        self._shape: tuple[int, ...] | None = None

    @property
    def input_shape(self) -> tuple[int, ...] | None:
        return self._shape

    @input_shape.setter
    def input_shape(self, shape: t.Iterable[int]) -> None:
        self._shape = tuple(int(s) for s in shape)

    def starts(self, axis: int) -> range:
        found = range(0, self._shape[axis + 1] - self.window[axis] + 1, self.stride)
        if not found:
            raise ValueError(f"window {self.window} does not fit in input {self._shape}")
        return found

    def corners(self) -> t.Iterator[tuple[tuple[int, int], tuple[slice, slice]]]:
        rows, columns = self.window
        for (r, top), (c, left) in itertools.product(enumerate(self.starts(0)), enumerate(self.starts(1))):
            yield (r, c), (slice(top, top + rows), slice(left, left + columns))

    @abc.abstractmethod
    def reduce(self, patch: NDArray) -> NDArray: ...

    @abc.abstractmethod
    def share(self, gradient: NDArray) -> NDArray: ...

    def forward(self, x: NDArray) -> NDArray:
        self.input_shape = x.shape
        out = np.empty((len(x), len(self.starts(0)), len(self.starts(1)), x.shape[-1]), order="F")
        for (r, c), (down, across) in self.corners():
            out[:, r, c] = self.reduce(x[:, down, across])
        out.flags.writeable = False
        return out

    def backward(self, dout: NDArray) -> NDArray:
        din = np.zeros(self.input_shape, order="F")
        for (r, c), (down, across) in self.corners():
            din[:, down, across] += self.share(dout[:, r : r + 1, c : c + 1])
        din.flags.writeable = False
        return din


class MeanPoolingLayer(Pooling):
    __slots__ = ()

    def reduce(self, patch: NDArray) -> NDArray:
        return patch.mean(axis=(1, 2))

    def share(self, gradient: NDArray) -> NDArray:
        return gradient / (self.window[0] * self.window[1])
