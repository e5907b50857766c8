"""Numeric gradients as the courses take them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from tests.other_courses.adapters import Array


def central_difference(f: Callable[[Array], float], x: Array, index: tuple[int, ...], step: float) -> float:
    """The derivative of ``f`` by one element of ``x``, which is changed in place and put back."""
    old = x[index]
    x[index] = old + step
    above = f(x)
    x[index] = old - step
    below = f(x)
    x[index] = old
    return (above - below) / (2 * step)


def gradient(f: Callable[[Array], float], x: Array, step: float) -> Array:
    """The derivatives of ``f`` by every element of ``x``."""
    found = np.zeros(x.shape)
    for index in np.ndindex(*x.shape):
        found[index] = central_difference(f, x, index, step)
    return found


def gradient_against(f: Callable[[Array], Array], x: Array, dout: Array, step: float) -> Array:
    """The same where ``f`` gives an array: its differences are weighted by ``dout`` before they are added up."""
    found = np.zeros(x.shape)
    for index in np.ndindex(*x.shape):
        old = x[index]
        x[index] = old + step
        above = f(x).copy()
        x[index] = old - step
        below = f(x).copy()
        x[index] = old
        found[index] = np.sum((above - below) * dout) / (2 * step)
    return found
