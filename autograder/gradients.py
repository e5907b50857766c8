"""Numeric gradients: what a backward pass must agree with, measured from a forward pass alone.

A random direction ``v`` turns a whole gradient check into two forwards: the slope of the loss
along ``v`` must be ``sum(gradient * v)``. Once a direction disagrees, sampled coordinates name the
worst element. Central differences in float64 with ``EPS`` 1e-6 are good to about 1e-8 of the loss's
scale. Sources: Baydin et al., "Automatic differentiation in machine learning" (JMLR 2018), 2.1;
the checkers of autograd and JAX, which use the same random projections.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

EPS = 1e-6
TOLERANCE = 1e-6
DIRECTIONS = 3
SAMPLES = 24
DIGITS = 6
"""Decimals of a central difference that mean something, for losses of ordinary size."""

Loss = Callable[[np.ndarray], float]


@dataclass(frozen=True)
class Disagreement:
    """A gradient that is not the slope of its loss; ``where`` is None if no sampled element shows it."""

    where: tuple[int, ...] | None
    actual: float
    numeric: float


def distinct(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    """Values of ``shape`` in random order, 0.1 apart, about half negative, none near 0.

    No two are closer than a hundred thousand ``EPS``, so a maximum never changes hands, and none
    is nearer to 0 than 0.05, so a ReLU never does either.
    """
    size = int(np.prod(shape))
    return (rng.permutation(size) * 0.1 - (size // 2) * 0.1 + 0.05).reshape(shape)


def weighted_sum(out: Any, dout: np.ndarray) -> float:
    """The loss ``sum(dout * out)``, whose gradient by ``out`` is ``dout``; NaN where the shapes differ."""
    fits = type(out) is np.ndarray and out.shape == dout.shape
    return float(np.sum(dout * out)) if fits else float("nan")


def along(gradient: np.ndarray, direction: np.ndarray) -> float:
    """The slope along ``direction`` that ``gradient`` claims; infinite or NaN where it overflows."""
    with np.errstate(over="ignore", invalid="ignore"):
        return float(np.sum(gradient * direction))


def slope(loss: Loss, x: np.ndarray, direction: np.ndarray, eps: float = EPS) -> float:
    """The derivative of ``loss`` at ``x`` along ``direction``, by central differences."""
    return (loss(x + eps * direction) - loss(x - eps * direction)) / (2 * eps)


def disagreement(
    loss: Loss,
    x: np.ndarray,
    gradient: np.ndarray,
    rng: np.random.Generator,
    *,
    directions: int = DIRECTIONS,
    samples: int = SAMPLES,
) -> Disagreement | None:
    """Where ``gradient`` (shape of ``x``) is not the gradient of ``loss`` at ``x``; None where it is."""
    for _ in range(directions):
        direction = rng.normal(size=x.shape)
        numeric = slope(loss, x, direction)
        if not agrees(along(gradient, direction), numeric):
            return _worst_element(loss, x, gradient, rng, samples)
    return None


def completed(loss: Loss, x: np.ndarray, gradient: np.ndarray) -> np.ndarray:
    """The gradient of ``loss`` at ``x`` element by element; where ``gradient`` agrees, as ``gradient`` says it.

    So what a difference is uncertain about is no difference. Costs two losses an element.
    """
    numeric = np.empty(x.shape)
    for where in np.ndindex(x.shape):
        unit = np.zeros(x.shape)
        unit[where] = 1.0
        slope_here = slope(loss, x, unit)
        numeric[where] = gradient[where] if agrees(float(gradient[where]), slope_here) else round(slope_here, DIGITS)
    return numeric


def agrees(actual: float, numeric: float) -> bool:
    """Whether two slopes are the same to ``TOLERANCE``, absolute near 0 and relative above 1."""
    return abs(actual - numeric) <= TOLERANCE * max(1.0, abs(numeric))


def _worst_element(
    loss: Loss, x: np.ndarray, gradient: np.ndarray, rng: np.random.Generator, samples: int
) -> Disagreement:
    worst = Disagreement(None, float("nan"), float("nan"))
    largest = 0.0
    for flat in rng.permutation(x.size)[:samples]:
        where = tuple(int(part) for part in np.unravel_index(int(flat), x.shape))
        unit = np.zeros(x.shape)
        unit[where] = 1.0
        numeric = slope(loss, x, unit)
        actual = float(gradient[where])
        if not agrees(actual, numeric) and not abs(actual - numeric) <= largest:
            largest = abs(actual - numeric)
            worst = Disagreement(where, actual, numeric)
    return worst
