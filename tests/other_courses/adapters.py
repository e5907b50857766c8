"""A module of our contract, in the form that another course's checks expect.

Axes are exchanged by views, never by copies, so a module that writes into its arguments does so in the course's
own arrays. Our convolution ends in a ReLU and theirs do not, so what they compare with has the ReLU too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]


def channels_last(x: Array) -> Array:
    """``(N, D, H, W)`` seen as ``(N, H, W, D)``."""
    return x.transpose(0, 2, 3, 1)


def channels_first(x: Array) -> Array:
    """``(N, H, W, D)`` seen as ``(N, D, H, W)``."""
    return x.transpose(0, 3, 1, 2)


def as_it_is(x: Array) -> Array:
    """No axis moved."""
    return x


@dataclass(frozen=True)
class Axes:
    """How a course orders images, and how weights become our ``(rows, columns, D, OD)`` and are made of them."""

    to_last: Callable[[Array], Array]
    from_last: Callable[[Array], Array]
    to_first: Callable[[Array], Array]
    from_first: Callable[[Array], Array]
    weights_to_ours: tuple[int, ...]
    weights_to_theirs: tuple[int, ...]


FIRST = Axes(channels_last, channels_first, as_it_is, as_it_is, (2, 3, 1, 0), (3, 2, 0, 1))
"""Images ``(N, D, H, W)``, weights ``(OD, D, rows, columns)``."""
LAST = Axes(as_it_is, as_it_is, channels_first, channels_last, (0, 1, 2, 3), (0, 1, 2, 3))
"""Images ``(N, H, W, D)``, weights ``(rows, columns, D, OD)``."""


@dataclass(frozen=True)
class Pool:
    """One pooling, its arrays in the course's order."""

    forward: Callable[[Array], Array]
    backward: Callable[[Array], Array]


MakePool = Callable[[tuple[int, int], int], Pool]
"""Makes a pooling of a window ``(rows, columns)`` and a stride."""


def layer_pool(layer: Any, axes: Axes) -> Pool:
    """One of our pooling layers."""
    return Pool(
        lambda x: axes.from_last(layer.forward(axes.to_last(x))),
        lambda dout: axes.from_last(layer.backward(axes.to_last(dout))),
    )


def fast_pool(module: ModuleType, window: tuple[int, int], stride: int, axes: Axes) -> Pool:
    """The pair of functions without loops; the last cache is kept between them."""
    caches: list[Any] = []

    def forward(x: Array) -> Array:
        out, cache = module.max_pool_forward_fast(axes.to_first(x), window, stride)
        caches[:] = [cache]
        return axes.from_first(out)

    return Pool(forward, lambda dout: axes.from_first(module.max_pool_backward_fast(axes.to_first(dout), caches[0])))


def max_layers(module: ModuleType, axes: Axes) -> MakePool:
    """Max pooling by the layer."""
    return lambda window, stride: layer_pool(module.MaxPoolingLayer(window, stride), axes)


def max_pools(module: ModuleType, axes: Axes) -> tuple[MakePool, MakePool]:
    """Max pooling as we have it twice: the layer, and the pair without loops."""
    return max_layers(module, axes), lambda window, stride: fast_pool(module, window, stride, axes)


def mean_pools(module: ModuleType, axes: Axes) -> MakePool:
    """Mean pooling."""
    return lambda window, stride: layer_pool(module.MeanPoolingLayer(window, stride), axes)


class Conv:
    """Our convolutional layer, its images and weights in the course's order, its bias ``(OD,)``."""

    def __init__(
        self, module: ModuleType, axes: Axes, weights: Array, bias: Sequence[float] | Array, stride: int, padding: int
    ) -> None:
        ours = weights.transpose(axes.weights_to_ours)
        rows, columns, depth, filters = self._shape = ours.shape
        matrix, row = ours.reshape(rows * columns * depth, filters), np.reshape(bias, (1, filters))
        self._axes = axes
        self._layer = module.ConvLayer(matrix, row, (rows, columns), stride, padding)

    def forward(self, x: Array) -> Array:
        """The output, in the course's order."""
        return self._axes.from_last(self._layer.forward(self._axes.to_last(x)))

    def backward(self, dout: Array) -> Array:
        """The gradient of the input, in the course's order."""
        return self._axes.from_last(self._layer.backward(self._axes.to_last(dout)))

    @property
    def dweights(self) -> Array:
        """The gradient of the weights as the course has them; one of a wrong shape stays as it is, for it to see."""
        rows, columns, depth, filters = self._shape
        found: Array = self._layer.dweights
        if found.shape != (rows * columns * depth, filters):
            return found
        return found.reshape(self._shape).transpose(self._axes.weights_to_theirs)

    @property
    def dbias(self) -> Array:
        """The gradient of the bias, ``(OD,)`` if it is ``(1, OD)`` as our contract says, else of some other shape."""
        found: Array = self._layer.dbias[0]
        return found
