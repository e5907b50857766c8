"""What the layers are measured on: geometries, and random arrays for them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Shape = tuple[int, ...]


@dataclass(frozen=True)
class Pool:
    """Windows over an input ``(N, H, W, D)``."""

    shape: Shape
    window: tuple[int, int]
    stride: int

    @property
    def out_shape(self) -> Shape:
        """``(N, OH, OW, D)``."""
        return _out_shape(self.shape, self.window, self.stride, 0, self.shape[3])

    def __str__(self) -> str:
        return f"{_times(self.shape)}, window {_times(self.window)}, stride {self.stride}"


@dataclass(frozen=True)
class Conv:
    """Filters over an input ``(N, H, W, D)``."""

    shape: Shape
    filters: int
    filter_shape: tuple[int, int]
    stride: int
    padding: int

    @property
    def out_shape(self) -> Shape:
        """``(N, OH, OW, OD)``."""
        return _out_shape(self.shape, self.filter_shape, self.stride, self.padding, self.filters)

    def __str__(self) -> str:
        geometry = f"{_times(self.filter_shape)}, stride {self.stride}, padding {self.padding}"
        return f"{_times(self.shape)}, {self.filters} filters {geometry}"


@dataclass(frozen=True)
class Norm:
    """An input ``(N, H, W, D)`` or ``(N, D)``, normalised over all axes but the last."""

    shape: Shape

    @property
    def out_shape(self) -> Shape:
        """That of the input."""
        return self.shape

    def __str__(self) -> str:
        return _times(self.shape)


FEATURE_MAPS = Pool((32, 28, 28, 16), (2, 2), 2)
OVERLAPPING = Pool((32, 28, 28, 16), (3, 3), 2)
WIDE_MAPS = Pool((8, 32, 48, 16), (2, 2), 2)
POOLS = (FEATURE_MAPS, OVERLAPPING, WIDE_MAPS)

FIRST_LAYER = Conv((32, 28, 28, 1), 8, (5, 5), 1, 2)
INNER_LAYER = Conv((32, 16, 16, 16), 32, (3, 3), 1, 1)
WIDE_LAYER = Conv((8, 32, 48, 16), 32, (3, 3), 1, 1)
CONVS = (FIRST_LAYER, INNER_LAYER, WIDE_LAYER)

NORMS = (Norm((32, 28, 28, 16)), Norm((256, 512)))


@dataclass(frozen=True)
class Data:
    """An input, and the gradient of the loss by the output."""

    x: Floats
    dout: Floats


@dataclass(frozen=True)
class Parameters:
    """Weights ``(rows*columns*D, OD)`` and bias ``(1, OD)``; or a scale and a shift, ``(D,)`` each."""

    weights: Floats
    bias: Floats


def data_for(case: Pool | Conv | Norm, rng: np.random.Generator) -> Data:
    """Normally distributed numbers: no two of them tie."""
    return Data(rng.normal(size=case.shape), rng.normal(size=case.out_shape))


def filters_for(conv: Conv, rng: np.random.Generator) -> Parameters:
    """Weights that keep the size of what goes through them."""
    entries = conv.filter_shape[0] * conv.filter_shape[1] * conv.shape[3]
    weights = rng.normal(size=(entries, conv.filters)) / np.sqrt(entries)
    return Parameters(weights, rng.normal(size=(1, conv.filters)))


def scale_for(norm: Norm, rng: np.random.Generator) -> Parameters:
    """A scale and a shift of every feature."""
    return Parameters(rng.normal(size=norm.shape[-1]), rng.normal(size=norm.shape[-1]))


def channels_first(x: Floats) -> Floats:
    """``(N, H, W, D)`` as a contiguous ``(N, D, H, W)``; ``(N, D)`` stays."""
    return np.ascontiguousarray(np.moveaxis(x, -1, 1))


def channels_last(x: Floats) -> Floats:
    """``(N, D, H, W)`` as a contiguous ``(N, H, W, D)``; ``(N, D)`` stays."""
    return np.ascontiguousarray(np.moveaxis(x, 1, -1))


def _out_shape(shape: Shape, window: tuple[int, int], stride: int, padding: int, depth: int) -> Shape:
    spans = zip(shape[1:3], window, strict=True)
    return (shape[0], *((size + 2 * padding - span) // stride + 1 for size, span in spans), depth)


def _times(shape: Shape) -> str:
    return " × ".join(map(str, shape))
