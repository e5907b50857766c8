"""Comparisons: what is not right is said, what is right passes, and no hidden message tells the answer."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder import messages
from autograder.compare import (
    ATOL,
    RTOL,
    array_problem,
    closeness_problem,
    finite_problem,
    int_problem,
    joined,
    kind_of,
    named,
    number_problem,
    same_problem,
    shape_tuple_problem,
)
from autograder.model import LANGUAGES, Text
from autograder.protocol import Handle

EXPECTED = np.array([[1.0, -2.0, 3.0], [0.0, 1e6, -1e-6]])


def said(problem: Text | None) -> str:
    """The English wording of a problem that must be there."""
    assert problem is not None
    return problem.en


def changed(where: tuple[int, ...], value: float) -> np.ndarray:
    """The expected array with one element exchanged."""
    array = EXPECTED.copy()
    array[where] = value
    return array


def test_equal_values_pass() -> None:
    """The expected array itself is right."""
    assert closeness_problem("out", EXPECTED.copy(), EXPECTED) is None


@pytest.mark.parametrize("array", [np.empty((0, 3)), np.empty(0), np.array(2.5)])
def test_arrays_without_elements_or_axes_pass(array: np.ndarray) -> None:
    """An empty array and one without an axis can be right too."""
    assert closeness_problem("out", array.copy(), array) is None


@pytest.mark.parametrize("factor", [0.5, -0.5])
def test_rounding_passes(factor: float) -> None:
    """Half of what is allowed, up or down, is right in every element."""
    assert closeness_problem("out", EXPECTED + factor * (ATOL + RTOL * np.abs(EXPECTED)), EXPECTED) is None


@pytest.mark.parametrize("where", [(0, 0), (1, 0), (1, 1), (1, 2)])
@pytest.mark.parametrize("factor", [2, -2])
def test_twice_the_tolerance_fails_in_any_one_element(where: tuple[int, ...], factor: float) -> None:
    """One element a little off is found, whatever its size, and is named."""
    wrong = changed(where, EXPECTED[where] + factor * (ATOL + RTOL * abs(EXPECTED[where])))
    text = said(closeness_problem("out", wrong, EXPECTED))
    assert text.startswith(f"1 of 6 values of out are wrong; the worst is at index {where}")


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("where", [(0, 0), (1, 2)])
def test_nan_and_infinity_fail(value: float, where: tuple[int, ...]) -> None:
    """A value that is no ordinary number is found and named."""
    text = said(closeness_problem("out", changed(where, value), EXPECTED))
    assert text == f"out holds 1 values that are NaN or infinite, the first at {where}"


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_nan_and_infinity_fail_even_where_they_are_expected(value: float) -> None:
    """A wrong reference does not make NaN right."""
    expected = changed((0, 1), value)
    assert closeness_problem("out", expected.copy(), expected) is not None


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_no_finite_answer_is_near_nan(value: float) -> None:
    """Against a reference that holds NaN nothing is right."""
    expected = changed((0, 1), np.nan)
    assert closeness_problem("out", EXPECTED, expected) is not None


def test_tolerances_do_not_save_nan() -> None:
    """However much is allowed, NaN is not."""
    assert closeness_problem("out", changed((0, 0), np.nan), EXPECTED, rtol=1e300, atol=1e300) is not None


def test_an_overflow_fails_without_a_warning() -> None:
    """A difference too large for a float is wrong, and nothing is printed over it."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        huge = np.array([np.finfo(float).max])
        assert "1 of 1" in said(closeness_problem("out", huge, -huge))


@pytest.mark.parametrize("shape", [(1, 2, 3), (3, 2), (6,), (2, 1), (1, 3), (), (2, 3, 1), (0, 3)])
def test_shapes_that_would_broadcast_fail(shape: tuple[int, ...]) -> None:
    """Only the expected shape is right, even where numpy would stretch another."""
    text = said(closeness_problem("out", np.zeros(shape), np.zeros((2, 3))))
    assert text == f"out has shape {shape}, expected (2, 3)"


@pytest.mark.parametrize(
    ("dtype", "kinds"),
    [
        ("f8", {"real"}),
        ("f4", {"real"}),
        ("f2", {"real"}),
        ("i8", {"real", "integer"}),
        ("u1", {"real", "integer"}),
        ("?", {"boolean"}),
        ("c16", set()),
        ("O", set()),
        ("U1", set()),
        ("M8[D]", set()),
        ([("a", "f8")], set()),
    ],
)
@pytest.mark.parametrize("kind", ["real", "integer", "boolean"])
def test_dtypes_belong_to_kinds(dtype: Any, kinds: set[str], kind: str) -> None:
    """Each kind of number takes its own dtypes and refuses all others by name."""
    problem = array_problem("out", np.zeros(2, dtype=dtype), (2,), kind)
    if kind in kinds:
        assert problem is None
    else:
        assert said(problem).startswith(f"out has dtype {np.dtype(dtype)}; ")


def test_values_of_another_dtype_pass() -> None:
    """Integers and halves that hold the right values are right."""
    expected = np.array([1.0, 2.0])
    for dtype in ("f2", "f4", "i1", "u8"):
        assert closeness_problem("out", expected.astype(dtype), expected) is None


def test_booleans_are_compared() -> None:
    """A wrong mask is found."""
    expected = np.array([True, False])
    assert closeness_problem("mask", expected.copy(), expected, kind="boolean") is None
    assert "1 of 2" in said(closeness_problem("mask", np.array([True, True]), expected, kind="boolean"))


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (None, "NoneType"),
        (1.0, "float"),
        ([1.0, 2.0], "list"),
        (np.float64(1), "float64"),
        (np.ma.masked_array([1.0, 2.0]), "MaskedArray"),
        (np.zeros(2).view(np.recarray), "recarray"),
        (Handle(3, "Tensor"), "Tensor"),
        ("text", "str"),
    ],
)
def test_what_is_no_plain_array_fails(value: Any, kind: str) -> None:
    """A subclass, a list, a number or an object that stayed behind is named and refused."""
    assert said(array_problem("out", value, (2,))) == f"out should be a numpy array, but it is {kind}"
    assert kind_of(value) == kind


def test_the_worst_element_is_named_and_all_are_counted() -> None:
    """Among several wrong values the one farthest off is shown."""
    wrong = EXPECTED.copy()
    wrong[0, 0] += 1
    wrong[1, 2] -= 40
    text = said(closeness_problem("out", wrong, EXPECTED))
    assert text == "2 of 6 values of out are wrong; the worst is at index (1, 2), where yours is -40"


def test_an_element_within_tolerance_is_never_the_worst() -> None:
    """A large value a little off within its tolerance does not hide a small one that is wrong."""
    wrong = EXPECTED.copy()
    wrong[1, 1] += 5e-4
    wrong[1, 0] = 1e-4
    assert "1 of 6 values of out are wrong; the worst is at index (1, 0)" in said(
        closeness_problem("out", wrong, EXPECTED)
    )


def test_finiteness_counts_and_locates() -> None:
    """The number of bad values and the first place in order are told."""
    array = np.array([[1.0, np.nan], [np.inf, 2.0]])
    assert said(finite_problem("x", array)) == "x holds 2 values that are NaN or infinite, the first at (0, 1)"
    assert finite_problem("x", np.array([1, 2])) is None


# ------------------------------------------------------------------------ what messages may tell

SECRET = 73912.5


@pytest.mark.parametrize(
    "actual",
    [
        np.zeros((2, 3)),
        np.full((2, 3), -1.0),
        np.full((2, 3), np.nan),
        np.zeros((2, 2)),
        np.zeros((2, 3), dtype=complex),
        np.zeros((2, 3), dtype=bool),
        None,
        [1.0],
    ],
    ids=str,
)
def test_hidden_messages_never_tell_the_expected_value(actual: Any) -> None:
    """Whatever is wrong with an array, neither wording holds the number that was expected."""
    problem = closeness_problem("out", actual, np.full((2, 3), SECRET))
    assert problem is not None
    assert not any("73912" in problem.into(language) for language in LANGUAGES)


@given(st.floats(-1e9, 1e9), st.floats(1, 1e9))
def test_hidden_messages_do_not_depend_on_the_expected_value(actual: float, off: float) -> None:
    """Two expectations that an answer misses are told in the same words."""
    answer = np.array([actual])
    one, other = (closeness_problem("out", answer, answer + step) for step in (2 * off, -3 * off))
    assert said(one) == said(other)


def test_revealed_messages_tell_the_expected_value() -> None:
    """Where a student checks their own work both wordings hold the number."""
    problem = closeness_problem("out", np.zeros(2), np.full(2, 73912.0), reveal=True)
    assert problem is not None
    assert all("73912" in problem.into(language) for language in LANGUAGES)


def test_an_int_is_revealed_only_on_request() -> None:
    """A wrong int shows the expected one where that is allowed and nowhere else."""
    hidden, open_ = int_problem("size", 3, 73912), int_problem("size", 3, 73912, reveal=True)
    assert said(hidden) == "size is 3, which is not right"
    assert said(open_) == "size is 3, which is not right (expected 73912)"


def test_a_shape_is_not_revealed() -> None:
    """A wrong stored shape shows the student's own."""
    assert said(shape_tuple_problem("shape", (1, 2), (73912, 2))) == "shape is (1, 2), which is not right"


# ------------------------------------------------------------------------------- ints and shapes


@pytest.mark.parametrize("value", [True, 3.0, "3", None, np.array(3), Handle(1, "int64")])
def test_only_an_int_is_an_int(value: Any) -> None:
    """A bool, a float or an array is no int, whatever it holds."""
    assert said(int_problem("size", value, 3)).startswith("size should be an int")


def test_the_right_int_passes() -> None:
    """The expected int is right."""
    assert int_problem("size", 3, 3) is None


@pytest.mark.parametrize("value", [(2, 3), [2, 3]])
def test_a_shape_may_be_a_tuple_or_a_list(value: Any) -> None:
    """Either holds a shape."""
    assert shape_tuple_problem("shape", value, (2, 3)) is None


@pytest.mark.parametrize("value", [(2, 3.0), (True, 3), ("2", 3), 6, None, np.array([2, 3]), "23", {2: 3}])
def test_what_is_no_shape_fails(value: Any) -> None:
    """Anything but ints in a tuple or list is refused."""
    assert "should be a tuple of ints" in said(shape_tuple_problem("shape", value, (2, 3)))


@pytest.mark.parametrize("value", [(2,), (3, 2), (2, 3, 1), ()])
def test_another_shape_fails(value: Any) -> None:
    """Sizes missing, swapped or added are wrong."""
    assert "not right" in said(shape_tuple_problem("shape", value, (2, 3)))


@pytest.mark.parametrize("problem", [int_problem("size", 10**300, 1), shape_tuple_problem("s", [9] * 10_000, (1,))])
def test_long_answers_are_cut(problem: Text | None) -> None:
    """An answer of any length makes a message of a line."""
    assert len(said(problem)) < 150


# --------------------------------------------------------------------------------------- arguments


def test_an_untouched_argument_is_the_same() -> None:
    """Equal values are the same, in any memory order."""
    assert same_problem("x", EXPECTED, np.asfortranarray(EXPECTED)) is None


@pytest.mark.parametrize(
    "after", [EXPECTED + 1e-15, changed((0, 0), np.nan), EXPECTED[:1], EXPECTED.tolist(), None, EXPECTED.reshape(3, 2)]
)
def test_a_changed_argument_is_noticed(after: Any) -> None:
    """The smallest change, another shape or no array at all is told."""
    assert same_problem("x", EXPECTED, after) == messages.CHANGED.format(what="x")


def test_texts_are_joined_in_every_language() -> None:
    """Each wording continues its own."""
    assert joined(Text("a", "甲"), Text("b", "乙")) == Text("ab", "甲乙")


@pytest.mark.parametrize("value", [2.5, 2.5 + 1e-12, np.array(2.5)])
def test_a_number_may_be_plain_or_without_axes(value: Any) -> None:
    """A float and an array without axes are numbers, right up to rounding."""
    assert number_problem("loss", value, 2.5) is None


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 2.6, np.array(np.nan), 3])
def test_another_number_is_told(value: Any) -> None:
    """NaN is not right, and what is expected is told only where it may be."""
    assert said(number_problem("loss", value, 2.5)).startswith("loss is ")
    assert "2.5" not in said(number_problem("loss", value, 2.5))
    assert "expected 2.5" in said(number_problem("loss", value, 2.5, reveal=True))


@pytest.mark.parametrize("value", [True, None, "2.5", np.array([2.5]), [2.5]])
def test_what_is_no_number_is_told(value: Any) -> None:
    """A truth, a text and an array with axes are none."""
    assert "should be a number" in said(number_problem("loss", value, 2.5))


# ------------------------------------------------------------------------------------------ names


@pytest.mark.parametrize(
    ("what", "zh"),
    [
        ("din", "din"),
        ("the image", "图像"),
        ("the sum of dx", "dx 之和"),
        ("the sum of dx * normalized", "dx * normalized 之和"),
        ("dgamma of the second call", "第二次调用的 dgamma"),
        ("second din", "第二次的 din"),
        ("din of minus dout", "dout 变号后的 din"),
        ("din of another dout", "另一个 dout 的 din"),
    ],
)
def test_what_is_no_identifier_has_a_name_in_chinese(what: str, zh: str) -> None:
    """The words around an array's name are translated, the name is not."""
    assert named(what) == Text(what, zh)


def test_chinese_sentences_have_no_gaps() -> None:
    """Spaces stand beside identifiers and numbers, and between Chinese characters nowhere."""
    problem = closeness_problem("the image", np.zeros(3), np.ones(3))
    assert problem is not None
    assert problem.zh.startswith("图像的 3 个值中有 3 个不对")
    assert problem.en.startswith("3 of 3 values of the image are wrong")
