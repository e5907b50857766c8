"""The gradient checker against gradients known to be right, and against planted mistakes."""

from __future__ import annotations

import warnings
from collections.abc import Callable

import numpy as np
import pytest

from autograder.gradients import EPS, Disagreement, agrees, along, disagreement, distinct, slope, weighted_sum

SEEDS = range(20)
SHAPE = (2, 3, 4)


def pooled(x: np.ndarray) -> np.ndarray:
    """The maximum over the last axis, which has kinks."""
    return x.max(axis=-1)


def pooled_gradient(x: np.ndarray, dout: np.ndarray) -> np.ndarray:
    """``dout`` at each maximum, zero elsewhere."""
    din = np.zeros(x.shape)
    np.put_along_axis(din, x.argmax(axis=-1)[..., None], dout[..., None], axis=-1)
    return din


Problem = tuple[Callable[[np.ndarray], float], np.ndarray, np.ndarray]


def smooth(rng: np.random.Generator) -> Problem:
    """A smooth loss, an input and the gradient there, in which no element is 0."""
    x, dout = distinct(rng, SHAPE), rng.uniform(0.5, 2, size=SHAPE)
    return lambda at: float(np.sum(dout * np.tanh(at) + at**2)), x, dout / np.cosh(x) ** 2 + 2 * x


def kinked(rng: np.random.Generator) -> Problem:
    """A loss over maxima, an input far from its kinks and the gradient there."""
    x, dout = distinct(rng, SHAPE), rng.normal(size=SHAPE[:-1])
    return lambda at: float(np.sum(dout * pooled(at))), x, pooled_gradient(x, dout)


def linear(rng: np.random.Generator) -> Problem:
    """A loss whose gradient is the same everywhere."""
    dout = rng.normal(size=SHAPE)
    return lambda at: weighted_sum(at, dout), rng.normal(size=SHAPE), dout


PROBLEMS = (smooth, kinked, linear)


@pytest.mark.parametrize("problem", PROBLEMS)
@pytest.mark.parametrize("seed", SEEDS)
def test_right_gradients_pass(problem: Callable[[np.random.Generator], Problem], seed: int) -> None:
    """The analytic gradient is never complained about."""
    rng = np.random.default_rng(seed)
    loss, x, gradient = problem(rng)
    assert disagreement(loss, x, gradient, rng) is None


@pytest.mark.parametrize("problem", PROBLEMS)
@pytest.mark.parametrize("share", [0.01, -0.01, 0.5, -2.0])
def test_a_mistake_in_one_element_is_caught_in_every_seed(
    problem: Callable[[np.random.Generator], Problem], share: float
) -> None:
    """One element off by as little as 1 % is found in all of twenty seeds, and is the one named."""
    for seed in SEEDS:
        rng = np.random.default_rng(seed)
        loss, x, gradient = problem(rng)
        where = tuple(int(part) for part in np.unravel_index(int(np.argmax(np.abs(gradient))), x.shape))
        planted = gradient.copy()
        planted[where] *= 1 + share
        found = disagreement(loss, x, planted, rng)
        assert found is not None
        assert found.where == where
        assert found.actual == planted[where]
        assert found.numeric == pytest.approx(gradient[where], abs=1e-6)


@pytest.mark.parametrize(
    ("mistake", "wrong"),
    [
        ("sign", lambda din: -din),
        ("doubled", lambda din: 2 * din),
        ("nothing", lambda din: 0 * din),
        ("flipped", lambda din: din[::-1]),
        ("mixed channels", lambda din: np.roll(din, 1, axis=-1)),
        ("averaged", lambda din: np.full(din.shape, din.mean())),
        ("1 % too large", lambda din: 1.01 * din),
        ("NaN", lambda din: np.where(np.arange(din.size).reshape(din.shape) == 5, np.nan, din)),
        ("infinite", lambda din: np.where(np.arange(din.size).reshape(din.shape) == 5, np.inf, din)),
    ],
)
def test_typical_mistakes_are_caught_in_every_seed(mistake: str, wrong: Callable[[np.ndarray], np.ndarray]) -> None:
    """What students get wrong is found in all of twenty seeds, for each kind of loss."""
    for problem in PROBLEMS:
        for seed in SEEDS:
            rng = np.random.default_rng(seed)
            loss, x, gradient = problem(rng)
            assert disagreement(loss, x, wrong(gradient), rng) is not None, f"{mistake}, seed {seed}"


def test_the_worst_of_several_is_named() -> None:
    """Among wrong elements the one farthest off is shown, whichever is tried first."""
    for seed in SEEDS:
        rng = np.random.default_rng(seed)
        loss, x, gradient = linear(rng)
        planted = gradient.copy()
        planted[0, 1, 2] += 0.5
        planted[1, 2, 3] -= 3.0
        planted[1, 0, 0] += 0.1
        found = disagreement(loss, x, planted, rng)
        assert found is not None
        assert found.where == (1, 2, 3)


def test_an_element_that_is_not_sampled_is_not_named() -> None:
    """Where no sampled element shows the mistake, none is blamed."""
    rng = np.random.default_rng(0)
    loss, x, gradient = linear(rng)
    found = disagreement(loss, x, gradient + 1, rng, samples=0)
    assert found is not None
    assert found.where is None


def test_a_loss_that_is_nan_agrees_with_nothing() -> None:
    """A forward pass that gives NaN confirms no gradient."""
    x = np.ones(3)
    assert disagreement(lambda at: float("nan"), x, np.zeros(3), np.random.default_rng(0)) is not None


def test_overflow_disagrees_without_a_warning() -> None:
    """A gradient too large to be summed is wrong, and nothing is printed over it."""
    huge = np.array([1e308, 1e308, -1e308, -1e308])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert not agrees(along(huge, np.full(4, 100.0)), 0.0)


@pytest.mark.parametrize(
    ("actual", "numeric", "same"),
    [
        (0.0, 5e-7, True),
        (0.0, 5e-6, False),
        (1000.0, 1000.0005, True),
        (1000.0, 1000.005, False),
        (float("nan"), 0.0, False),
        (0.0, float("nan"), False),
        (float("inf"), float("inf"), False),
        (float("inf"), 0.0, False),
    ],
)
def test_slopes_agree_absolutely_near_zero_and_relatively_above_one(actual: float, numeric: float, same: bool) -> None:
    """Two slopes are the same up to a millionth, and NaN or infinity never."""
    assert agrees(actual, numeric) is same


def test_slope_is_the_derivative_along_a_direction() -> None:
    """For a cubic it is what calculus says."""
    x, direction = np.array([1.0, -2.0]), np.array([0.5, 3.0])
    assert slope(lambda at: float(np.sum(at**3)), x, direction) == pytest.approx(float(3 * x**2 @ direction))


def test_the_input_is_not_changed() -> None:
    """Measuring leaves input and gradient as they were."""
    rng = np.random.default_rng(0)
    loss, x, gradient = smooth(rng)
    before = x.copy(), gradient.copy()
    disagreement(loss, x, 2 * gradient, rng)
    assert np.array_equal(x, before[0])
    assert np.array_equal(gradient, before[1])


@pytest.mark.parametrize("out", [None, [1.0, 2.0], np.ones(3), np.ones((1, 2)), 2.0])
def test_a_loss_over_a_wrong_shape_is_nan(out: object) -> None:
    """An output that does not fit its weights has no loss, and is not stretched to have one."""
    assert np.isnan(weighted_sum(out, np.ones(2)))


def test_the_loss_is_the_weighted_sum() -> None:
    """An output that fits is weighted element by element."""
    assert weighted_sum(np.array([1.0, 2.0]), np.array([10.0, -1.0])) == 8.0


@pytest.mark.parametrize("shape", [(7,), (2, 3, 4), (1, 5, 7, 3), (2,), (1, 1, 2)])
@pytest.mark.parametrize("seed", range(5))
def test_distinct_values_have_gaps_and_both_signs(shape: tuple[int, ...], seed: int) -> None:
    """Values are far apart against the step, none near zero, about half of them negative."""
    x = distinct(np.random.default_rng(seed), shape)
    ordered = np.sort(x, axis=None)
    assert x.shape == shape
    assert np.diff(ordered).min() > 10_000 * EPS
    assert np.abs(x).min() > 10_000 * EPS
    assert np.count_nonzero(x < 0) == x.size // 2


def test_distinct_values_are_shuffled() -> None:
    """Another seed gives another order of the same values, and the same seed the same."""
    one, again, other = (distinct(np.random.default_rng(seed), (4, 5)) for seed in (1, 1, 2))
    assert np.array_equal(one, again)
    assert not np.array_equal(one, other)
    assert np.array_equal(np.sort(one, axis=None), np.sort(other, axis=None))


def test_a_disagreement_is_a_record() -> None:
    """It cannot be changed once it was found."""
    with pytest.raises(AttributeError):
        Disagreement(None, 1.0, 2.0).actual = 3.0  # type: ignore[misc]
