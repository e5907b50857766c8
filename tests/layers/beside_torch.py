"""The reference layers beside torch's kernels; this module alone needs torch."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from tests.layers import kernels, ours
from tests.layers.measure import Contest
from tests.layers.shapes import CONVS, NORMS, POOLS, Conv, Norm, Pool, data_for, filters_for, scale_for


def contests(rng: np.random.Generator) -> Iterator[Contest]:
    """Every layer both ways; of mean pooling the way back alone, which is what students write."""
    for pool in POOLS:
        yield from pooling(pool, rng)
    for conv in CONVS:
        yield from convolution(conv, rng)
    for norm in NORMS:
        yield from normalization(norm, rng)


def pooling(pool: Pool, rng: np.random.Generator) -> Iterator[Contest]:
    """Max pooling and mean pooling."""
    data = data_for(pool, rng)
    for step, mine, theirs in (
        ("max pooling, forward", ours.max_pool_forward, kernels.max_pool_forward),
        ("max pooling, backward", ours.max_pool_backward, kernels.max_pool_backward),
        ("mean pooling, backward", ours.mean_pool_backward, kernels.mean_pool_backward),
    ):
        yield Contest(step, str(pool), "torch", mine(pool, data), theirs(pool, data))


def convolution(conv: Conv, rng: np.random.Generator) -> Iterator[Contest]:
    """A convolution with its ReLU."""
    data, filters = data_for(conv, rng), filters_for(conv, rng)
    for step, mine, theirs in (
        ("convolution, forward", ours.conv_forward, kernels.conv_forward),
        ("convolution, backward", ours.conv_backward, kernels.conv_backward),
    ):
        yield Contest(step, str(conv), "torch", mine(conv, data, filters), theirs(conv, data, filters))


def normalization(norm: Norm, rng: np.random.Generator) -> Iterator[Contest]:
    """Batch normalisation."""
    data, scale = data_for(norm, rng), scale_for(norm, rng)
    for step, mine, theirs in (
        ("batch normalisation, forward", ours.norm_forward, kernels.norm_forward),
        ("batch normalisation, backward", ours.norm_backward, kernels.norm_backward),
    ):
        yield Contest(step, str(norm), "torch", mine(data, scale), theirs(data, scale))
