"""The reference layers, ready to be timed. A backward starts from what a forward has stored."""

from __future__ import annotations

from functools import cache
from types import ModuleType
from typing import Any

import numpy as np
import numpy.typing as npt

from autograder.catalog import load_module
from tests.layers.measure import Side
from tests.layers.shapes import Conv, Data, Floats, Parameters, Pool, channels_first, channels_last
from tests.support import ROOT


@cache
def reference(name: str) -> ModuleType:
    """The reference solution of this assignment."""
    return load_module(ROOT / "solutions" / f"{name}.py", f"layers_{name}")


def max_pool_forward(pool: Pool, data: Data) -> Side:
    """``max_pool_forward_fast``, channels-first."""
    module, x = reference("max_pooling"), channels_first(data.x)
    return Side(lambda: module.max_pool_forward_fast(x, pool.window, pool.stride), lambda found: (turned(found[0]),))


def max_pool_backward(pool: Pool, data: Data) -> Side:
    """``max_pool_backward_fast``, channels-first."""
    module, dout = reference("max_pooling"), channels_first(data.dout)
    _, kept = module.max_pool_forward_fast(channels_first(data.x), pool.window, pool.stride)
    return Side(lambda: module.max_pool_backward_fast(dout, kept), lambda din: (turned(din),))


def max_pool_both_ways(pool: Pool, data: Data) -> Side:
    """The fast pair, one after the other."""
    module, x, dout = reference("max_pooling"), channels_first(data.x), channels_first(data.dout)

    def run() -> tuple[Floats, Floats]:
        out, kept = module.max_pool_forward_fast(x, pool.window, pool.stride)
        return out, module.max_pool_backward_fast(dout, kept)

    return Side(run, lambda found: tuple(map(turned, found)))


def max_mask(pool: Pool, data: Data) -> npt.NDArray[np.bool_]:
    """``(N*OH*OW*D, rows*columns)``: which cell of each window held its first maximum."""
    layer = reference("max_pooling").MaxPoolingLayer(pool.window, pool.stride)
    layer.forward(data.x)
    cells = np.arange(pool.window[0] * pool.window[1])
    mask: npt.NDArray[np.bool_] = layer.max_index.reshape(-1, 1) == cells
    return mask


def max_pool_backward_matrix(pool: Pool, data: Data) -> Side:
    """``max_pool_backward_matrix``."""
    module, mask = reference("max_pooling"), max_mask(pool, data)
    return Side(
        lambda: module.max_pool_backward_matrix(data.dout, mask, pool.shape, pool.window, pool.stride),
        lambda din: (din,),
    )


def mean_pool_backward(pool: Pool, data: Data) -> Side:
    """``MeanPoolingLayer.backward``."""
    layer = reference("mean_pooling").MeanPoolingLayer(pool.window, pool.stride)
    layer.forward(data.x)
    return Side(lambda: layer.backward(data.dout), lambda din: (din,))


def conv_layer(conv: Conv, filters: Parameters, x: Floats) -> Any:
    """A ``ConvLayer`` that has seen ``x``."""
    layer = reference("conv_im2col").ConvLayer(
        filters.weights, filters.bias, conv.filter_shape, conv.stride, conv.padding
    )
    layer.forward(x)
    return layer


def conv_forward(conv: Conv, data: Data, filters: Parameters) -> Side:
    """``ConvLayer.forward``."""
    layer = conv_layer(conv, filters, data.x)
    return Side(lambda: layer.forward(data.x), lambda out: (out,))


def conv_backward(conv: Conv, data: Data, filters: Parameters) -> Side:
    """``ConvLayer.backward``: all three gradients."""
    layer = conv_layer(conv, filters, data.x)
    return Side(lambda: layer.backward(data.dout), lambda din: (din, layer.dweights, layer.dbias))


def norm_layer(scale: Parameters, x: Floats) -> Any:
    """A ``BatchNormLayer`` that has seen ``x``."""
    layer = reference("normalization").BatchNormLayer(scale.weights, scale.bias)
    layer.forward(x)
    return layer


def norm_forward(data: Data, scale: Parameters) -> Side:
    """``BatchNormLayer.forward``."""
    layer = norm_layer(scale, data.x)
    return Side(lambda: layer.forward(data.x), lambda out: (out,))


def norm_backward(data: Data, scale: Parameters) -> Side:
    """``BatchNormLayer.backward``: all three gradients."""
    layer = norm_layer(scale, data.x)
    return Side(lambda: layer.backward(data.dout), lambda dx: (dx, layer.dgamma, layer.dbeta))


def turned(values: Floats) -> Floats:
    """Channels-last, as all results are compared."""
    return channels_last(values)
