"""The reference layers beside plain loops."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from tests.layers import loops, ours
from tests.layers.measure import Contest, Side
from tests.layers.shapes import FEATURE_MAPS, WIDE_LAYER, WIDE_MAPS, Conv, Pool, channels_first, data_for, filters_for

WINDOWS, ELEMENTS, PRODUCTS = "a loop over windows", "a loop over windows and channels", "products and loops"


def contests(rng: np.random.Generator) -> Iterator[Contest]:
    """The steps that introductory texts write as loops, on the sizes they are written for."""
    yield from pools(WIDE_MAPS, FEATURE_MAPS, rng)
    yield convolution(WIDE_LAYER, rng)


def pools(by_matrix: Pool, by_input: Pool, rng: np.random.Generator) -> Iterator[Contest]:
    """Max pooling, from a matrix of maxima and from the input."""
    data = data_for(by_matrix, rng)
    mask = ours.max_mask(by_matrix, data)
    looped = Side(lambda: loops.pool_backward_from_matrix(by_matrix, data.dout, mask), lambda din: (din,))
    mine = ours.max_pool_backward_matrix(by_matrix, data)
    yield Contest("max pooling, backward from a matrix", str(by_matrix), WINDOWS, mine, looped)
    yield pool_from_input(by_input, rng)


def pool_from_input(pool: Pool, rng: np.random.Generator) -> Contest:
    """Forward and backward together, for this loop looks for the maxima on the way back."""
    data = data_for(pool, rng)
    x, dout = channels_first(data.x), channels_first(data.dout)
    looped = Side(
        lambda: (loops.pool_forward_strided(pool, x), loops.pool_backward_from_input(pool, x, dout)),
        lambda found: tuple(map(ours.turned, found)),
    )
    mine = ours.max_pool_both_ways(pool, data)
    return Contest("max pooling, forward and backward", str(pool), ELEMENTS, mine, looped)


def convolution(conv: Conv, rng: np.random.Generator) -> Contest:
    """All three gradients of a convolution."""
    data, filters = data_for(conv, rng), filters_for(conv, rng)
    seen = ours.conv_layer(conv, filters, data.x)
    looped = Side(
        lambda: loops.conv_backward(conv, data.dout, seen.columns, seen.filter_data, filters.weights),
        lambda found: found,
    )
    return Contest("convolution, backward", str(conv), PRODUCTS, ours.conv_backward(conv, data, filters), looped)
