"""Shape, dtype, finiteness and closeness: each says in one sentence what is wrong, or None.

Every test is written so that NaN fails. Messages tell where and what the student's own value is;
the expected value is added only where ``reveal`` allows it (public checks).
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from autograder import messages
from autograder.model import Text

RTOL = 1e-9
ATOL = 1e-10
"""Room for another order of float64 summation, and for nothing else."""

KINDS = {"real": "iuf", "integer": "iu", "boolean": "b"}
_WRONG_KIND = {
    "real": messages.NOT_A_NUMBER_TYPE,
    "integer": messages.NOT_AN_INTEGER_TYPE,
    "boolean": messages.NOT_A_BOOLEAN_TYPE,
}


def joined(first: Text, second: Text) -> Text:
    """Two texts, one after the other."""
    return Text(first.en + second.en, first.zh + second.zh)


def named(what: str) -> Text:
    """The name of an answer in both languages: identifiers stay what they are, the words around them do not."""
    for words, zh in messages.NAMES:
        found = re.fullmatch(words, what)
        if found is not None:
            return Text(what, zh.format(*(named(each).zh for each in found.groups())))
    return Text(what, what)


def _said(text: Text, what: str, **values: object) -> Text:
    """A sentence about the answer called ``what``."""
    name = named(what)
    return Text(text.en.format(what=name.en, **values), close_up(text.zh.format(what=name.zh, **values)))


def close_up(zh: str) -> str:
    """Chinese text without spaces between two of its characters: they belong beside identifiers and numbers only."""
    return re.sub(r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])", "", zh)


def kind_of(value: Any) -> str:
    """The type of an answer in words, for values and for handles to objects that stayed behind."""
    return str(getattr(value, "type", type(value).__name__))


def array_problem(what: str, actual: Any, shape: tuple[int, ...], kind: str = "real") -> Text | None:
    """Whether ``actual`` is an ndarray of ``shape`` whose dtype is of ``kind`` (a key of ``KINDS``)."""
    if type(actual) is not np.ndarray:
        return _said(messages.NOT_AN_ARRAY, what, kind=kind_of(actual))
    if actual.shape != shape:
        return _said(messages.WRONG_SHAPE, what, actual=actual.shape, expected=shape)
    if actual.dtype.kind not in KINDS[kind]:
        return _said(_WRONG_KIND[kind], what, dtype=actual.dtype)
    return None


def finite_problem(what: str, actual: np.ndarray) -> Text | None:
    """Whether every value is an ordinary number."""
    wrong = ~np.isfinite(actual)
    if not wrong.any():
        return None
    return _said(messages.NOT_FINITE, what, count=int(wrong.sum()), where=_first(wrong))


def closeness_problem(
    what: str,
    actual: Any,
    expected: np.ndarray,
    *,
    kind: str = "real",
    rtol: float = RTOL,
    atol: float = ATOL,
    reveal: bool = False,
) -> Text | None:
    """Whether ``|actual - expected| <= atol + rtol*|expected|`` holds in every element."""
    problem = array_problem(what, actual, expected.shape, kind)
    if problem is None and _as_near_as(atol, actual, expected):
        return None
    problem = problem or finite_problem(what, actual)
    if problem is not None:
        return problem
    mine = actual.astype(np.float64)
    theirs = expected.astype(np.float64)
    with np.errstate(over="ignore"):
        error = np.abs(mine - theirs)
    right = error <= atol + rtol * np.abs(theirs)
    if right.all():
        return None
    where = _index(int(np.argmax(np.where(right, -1.0, error))), expected.shape)
    count, size = int((~right).sum()), expected.size
    text = _said(messages.WRONG_VALUES, what, count=count, size=size, where=where, actual=mine[where])
    return joined(text, messages.EXPECTED_HERE.format(expected=theirs[where])) if reveal else text


def _as_near_as(atol: float, actual: np.ndarray, expected: np.ndarray) -> bool:
    """Whether no element differs by more than ``atol``: the quick way to say that all is well.

    Where anything is infinite or NaN the largest difference is, too, and nothing is said.
    """
    if actual.dtype.kind == "b" or not actual.size:
        return False
    with np.errstate(all="ignore"):
        return bool(np.abs(actual - expected).max() <= atol)


def int_problem(what: str, actual: Any, expected: int, *, reveal: bool = False) -> Text | None:
    """Whether ``actual`` is the int ``expected`` (a bool is none)."""
    if type(actual) is not int:
        return _said(messages.NOT_AN_INT, what, kind=kind_of(actual))
    if actual == expected:
        return None
    text = _said(messages.WRONG_VALUE, what, actual=_short(actual))
    return joined(text, messages.EXPECTED_VALUE.format(expected=expected)) if reveal else text


def number_problem(what: str, actual: Any, expected: float, *, reveal: bool = False) -> Text | None:
    """Whether ``actual``, a number or an array without axes, is ``expected`` up to float64 rounding."""
    value = actual.item() if type(actual) is np.ndarray and actual.ndim == 0 else actual
    if type(value) is not float and type(value) is not int:
        return _said(messages.NOT_ONE_NUMBER, what, kind=kind_of(actual))
    if abs(value - expected) <= ATOL + RTOL * abs(expected):
        return None
    text = _said(messages.WRONG_VALUE, what, actual=_short(f"{value:.6g}"))
    return joined(text, messages.EXPECTED_HERE.format(expected=expected)) if reveal else text


def shape_tuple_problem(what: str, actual: Any, expected: tuple[int, ...]) -> Text | None:
    """Whether ``actual`` is the tuple (or list) of ints ``expected``."""
    if type(actual) not in (tuple, list) or any(type(size) is not int for size in actual):
        return _said(messages.NOT_A_SHAPE, what, kind=kind_of(actual))
    if tuple(actual) == expected:
        return None
    return _said(messages.WRONG_VALUE, what, actual=_short(tuple(actual)))


def same_problem(what: str, before: np.ndarray, after: Any) -> Text | None:
    """Whether an argument still holds the values it was sent with."""
    if type(after) is np.ndarray and (_same_bytes(before, after) or np.array_equal(after, before)):
        return None
    return _said(messages.CHANGED, what)


def _same_bytes(before: np.ndarray, after: np.ndarray) -> bool:
    return before.dtype == after.dtype and before.shape == after.shape and before.tobytes() == after.tobytes()


def _short(value: object) -> str:
    """The value written out, or the beginning of it."""
    text = str(value)
    return text if len(text) <= 80 else f"{text[:79]}…"


def _first(mask: np.ndarray) -> tuple[int, ...]:
    return _index(int(np.argmax(mask)), mask.shape)


def _index(flat: int, shape: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(int(part) for part in np.unravel_index(flat, shape))
