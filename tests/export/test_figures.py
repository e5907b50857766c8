"""Points as digits and back."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.export.figures import cell, number, rounded
from tests.export.made_up import PATIENT


@pytest.mark.parametrize(
    ("points", "decimals", "text"),
    [
        (Fraction(1, 200), 2, "0.01"),
        (Fraction(1, 200) - Fraction(1, 10**30), 2, "0"),
        (Fraction(9161, 100), 2, "91.61"),
        (Fraction(1, 3), 5, "0.33333"),
        (Fraction(2, 3), 2, "0.67"),
        (Fraction(99995, 1000), 2, "100"),
        (Fraction(99994, 1000), 2, "99.99"),
        (Fraction(2675, 1000), 2, "2.68"),  # as a float it lies below
        (Fraction(-1, 200), 2, "-0.01"),
        (Fraction(-1, 1000), 2, "0"),
        (Fraction(100), 0, "100"),
        (Fraction(10), 2, "10"),
    ],
)
def test_halves_are_rounded_up(points: Fraction, decimals: int, text: str) -> None:
    """Rounding is exact, and so is what is half-way."""
    assert rounded(points, decimals) == text


@PATIENT
@given(st.fractions(min_value=-1000, max_value=1000), st.integers(0, 5))
def test_rounding_is_as_near_as_can_be(points: Fraction, decimals: int) -> None:
    """What is written is at most half a unit away, and is read back as it is written."""
    text = rounded(points, decimals)
    back = number(text)
    assert back == Fraction(text) and abs(back - points) * 2 * 10**decimals <= 1


def test_no_mark_is_an_empty_cell() -> None:
    """No mark is nothing at all, and 0 points are 0."""
    assert (cell(None, 2), cell(Fraction(0), 2)) == ("", "0")


@pytest.mark.parametrize(
    ("text", "value"),
    [("100.00", 100), ("12,5", Fraction(25, 2)), ("1,234.5", Fraction(2469, 2)), (" 7 ", 7), ("3.", 3), ("-2", -2),
     ("", None), ("EX", None), ("1e5", None), ("٣", None), ("-", None), (".", None)],
)  # fmt: skip
def test_numbers_of_platforms(text: str, value: Fraction | None) -> None:
    """The last point or comma is the decimal one; what is no number is none."""
    assert number(text) == value
