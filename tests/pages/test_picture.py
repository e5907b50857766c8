"""The map of where an answer is wrong: true to the answer, and silent about what is right."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.diagnosis.picture import LARGEST, picture_of
from autograder.facts import Facts, Windows
from autograder.model import CheckResult, Kind, Observation, Picture, Text, Verdict
from tests.support import mark_inside, misconceptions, solution_source, wrong_source

AXES = (Text("example", "样本"), Text("row", "行"), Text("column", "列"), Text("depth", "深度"))
SHARES = {0: 0.0, 1: 0.1, 2: 0.5, 3: 2.0}
"""How far off an answer is put for each level, as a share of a typical value."""

SEED_OF_VALUES = st.integers(0, 2**32 - 1)


@dataclass(frozen=True)
class Case:
    """A case that knows its axes and windows."""

    windows: Windows | None = None
    axes: tuple[Text, ...] = AXES

    def facts(self, what: str) -> Facts:
        """What it knows."""
        return Facts(axes=self.axes, windows=self.windows)

    def __str__(self) -> str:
        return "a case"


def seen(actual: np.ndarray, expected: np.ndarray, case: Case | None = None, what: str = "din") -> Picture | None:
    """The picture of one wrong answer."""
    subject = case or Case()
    noted = Observation(what, str(subject), Text("wrong", "错"), Kind.VALUES, actual, expected, subject)
    return picture_of([CheckResult("a", Text("A", "A"), 1, Verdict.FAILED, observations=(noted,))])


def found(actual: np.ndarray, expected: np.ndarray, case: Case | None = None) -> Picture:
    """The same, where there is one."""
    picture = seen(actual, expected, case)
    assert picture is not None
    return picture


def two_of(actual: np.ndarray, expected: np.ndarray, case: Case) -> Picture:
    """The picture of an answer that was wrong in two checks: from one alone no sum is told."""
    noted = Observation("din", str(case), Text("wrong", "错"), Kind.VALUES, actual, expected, case)
    text = Text("A", "A")
    checks = [CheckResult(name, text, 1, Verdict.FAILED, observations=(noted,)) for name in ("a", "b")]
    picture = picture_of(checks)
    assert picture is not None
    return picture


def values(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    """Numbers none of which is zero or far smaller than the others."""
    return np.asarray(rng.uniform(0.5, 1.5, shape) * rng.choice([-1, 1], shape) * 10 ** rng.uniform(-3, 3))


def missed(expected: np.ndarray, levels: np.ndarray) -> np.ndarray:
    """An answer that is so far off; the first of the worst cells a little further."""
    shares = np.vectorize(SHARES.__getitem__)(levels).astype(float)
    shares.flat[np.argmax(levels)] *= 1.1
    return np.asarray(expected + shares * np.sqrt(np.mean(expected**2)))


@given(
    levels=st.lists(st.integers(0, 3), min_size=24, max_size=24).filter(any),
    one=SEED_OF_VALUES,
    other=SEED_OF_VALUES,
)
def test_a_picture_tells_no_value(levels: list[int], one: int, other: int) -> None:
    """Two right answers that have nothing in common, missed in the same way, give the same picture."""
    wanted = np.array(levels).reshape(1, 4, 6, 1)
    pictures = []
    for seed in (one, other):
        expected = values(np.random.default_rng(seed), wanted.shape)
        pictures.append(found(missed(expected, wanted), expected))
    assert pictures[0] == pictures[1]
    assert pictures[0].levels == tuple("".join(map(str, row)) for row in wanted[0, :, :, 0].tolist())


def test_a_right_answer_has_no_picture() -> None:
    """Rounding is no mistake, and neither is another float type an array of which is right."""
    expected = values(np.random.default_rng(0), (1, 3, 3, 1))
    assert seen(expected * (1 + 1e-12), expected) is None


@pytest.mark.parametrize("actual", [np.zeros((1, 3, 2, 1)), [0.0], None, np.full((1, 3, 3, 1), "a")])
def test_what_is_no_such_array_has_no_picture(actual: object) -> None:
    """Neither another shape nor anything but numbers can be laid over the right answer."""
    assert seen(actual, np.ones((1, 3, 3, 1))) is None  # type: ignore[arg-type]


def test_the_slice_is_the_one_of_the_worst_cell() -> None:
    """Example and depth are those of the cell that is furthest off, and the map's axes those of the image."""
    expected = values(np.random.default_rng(1), (2, 3, 4, 2))
    actual = expected.copy()
    actual[0, 0, 0, 0] += 1e-3 * abs(expected).max()
    actual[1, 2, 3, 1] += 9 * abs(expected).max()
    picture = found(actual, expected)
    assert (picture.place.en, picture.worst) == ("example 1, depth 1", (2, 3))
    assert picture.levels == ("0000", "0000", "0003")


def test_channels_first_are_turned_by_their_names() -> None:
    """Rows go down and columns across wherever they stand among the axes."""
    expected = np.ones((2, 3, 4, 5))
    actual = expected.copy()
    actual[1, 2, 3, 0] = 9
    picture = found(actual, expected, Case(axes=(AXES[0], AXES[3], AXES[1], AXES[2])))
    assert (picture.place.en, picture.worst, picture.whole) == ("example 1, depth 2", (3, 0), (4, 5))


@pytest.mark.parametrize("place", [(0, 0), (63, 143), (30, 70)])
def test_a_large_map_is_cut_around_the_worst_cell(place: tuple[int, int]) -> None:
    """At most so many rows and columns are shown, the worst cell among them."""
    expected = np.ones((64, 144))
    actual = expected.copy()
    actual[place] = 9
    picture = found(actual, expected, Case(axes=AXES[1:3]))
    assert (len(picture.levels), len(picture.levels[0])) == (LARGEST, LARGEST)
    assert picture.levels[picture.worst[0]][picture.worst[1]] == "3"
    assert (picture.corner[0] + picture.worst[0], picture.corner[1] + picture.worst[1]) == place
    assert picture.whole == (64, 144)


def test_a_vector_is_one_row() -> None:
    """What has a single axis goes across."""
    picture = found(np.array([1.0, 5.0, 1.0]), np.ones(3), Case(axes=AXES[3:]))
    assert (picture.levels, picture.axes[1].en, picture.place.en) == (("030",), "depth", "")


def test_zeros_among_fractions_are_told() -> None:
    """Zero where something belongs, and something where nothing does."""
    picture = found(np.array([[0.0, 2.0], [1.0, 0.0]]), np.array([[2.0, 0.0], [1.0, 0.0]]), Case(axes=AXES[1:3]))
    assert picture.signs == ("0+", "..")


@pytest.mark.parametrize("kind", [int, bool])
def test_zeros_of_indices_and_masks_are_not_told(kind: type) -> None:
    """They would be the answer itself."""
    expected = np.array([[1, 0], [0, 1]]).astype(kind)
    assert found(1 - expected.astype(int), expected, Case(axes=AXES[1:3])).signs == ("..", "..")


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_what_is_not_finite_is_the_worst(value: float) -> None:
    """NaN and infinities have a level of their own."""
    picture = found(np.array([[9.0, value]]), np.ones((1, 2)), Case(axes=AXES[1:3]))
    assert (picture.levels, picture.worst) == (("34",), (0, 1))


@given(
    size=st.tuples(st.integers(1, 3), st.integers(1, 3)),
    stride=st.integers(1, 3),
    padding=st.integers(0, 1),
    place=st.tuples(st.integers(0, 5), st.integers(0, 6)),
)
def test_windows_are_those_that_cover_the_worst_cell(
    size: tuple[int, int], stride: int, padding: int, place: tuple[int, int]
) -> None:
    """Their number, the first of them and all of them together, counted out one by one."""
    expected = np.ones((1, 6, 7, 1))
    actual = expected.copy()
    actual[0, place[0], place[1], 0] = 9
    picture = found(actual, expected, Case(Windows(size, stride, padding)))
    starts = [
        (row, column)
        for row in range(-padding, 6 + padding - size[0] + 1, stride)
        for column in range(-padding, 7 + padding - size[1] + 1, stride)
        if row <= place[0] < row + size[0] and column <= place[1] < column + size[1]
    ]
    assert picture.covering == len(starts)
    assert (picture.window is not None, picture.reach is not None) == (bool(starts), len(starts) > 1)
    for shown, first, last in ((picture.window, 0, 0), (picture.reach, 0, -1)):
        if shown is not None:
            assert (shown.top, shown.left) == (max(starts[first][0], 0), max(starts[first][1], 0))
            assert shown.top + shown.height == min(starts[last][0] + size[0], 6)
            assert shown.left + shown.width == min(starts[last][1] + size[1], 7)


def test_sums_are_told() -> None:
    """Whether anything is lost or lies elsewhere, and whether the only window over the worst cell has its share."""
    side_by_side = Case(Windows((1, 2), 2), AXES[1:3])
    expected = np.array([[1.0, 2.0, 5.0, 7.0]])
    exchanged = two_of(np.array([[2.0, 1.0, 5.0, 7.0]]), expected, side_by_side)
    assert [each.en for each in exchanged.notes] == [
        "The sum of all cells is right: nothing is lost, it is in the wrong places."
    ]
    within = found(np.array([[1.0, 2.5, 9.0, 3.0]]), expected, side_by_side)
    assert [each.en for each in within.notes] == ["The only window over the worst cell has the right sum."]
    copied = found(np.array([[1.0, 2.0, 5.0, 17.0]]), expected, side_by_side)
    assert [each.en for each in copied.notes] == ["The only window over the worst cell does not have the right sum."]


def test_marking_draws_what_is_wrong() -> None:
    """A known mistake shows where it is: in cells that several windows cover, with the windows over the worst."""
    mistake = next(each for each in misconceptions("mean_pooling") if each.id == "assigned-not-added")
    (result,) = mark_inside(wrong_source("mean_pooling", mistake), "mean_pooling").exercises
    assert result.picture is not None
    assert result.picture.what == "din"
    assert result.picture.covering > 1
    assert "cells that several windows cover" in " ".join(each.en for each in result.picture.notes)


def test_right_work_costs_no_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is drawn, and nothing is looked for, where no points were lost."""
    monkeypatch.setattr("autograder.marking.picture_of", lambda *_: pytest.fail("drawn"))
    report = mark_inside(solution_source("mean_pooling"), "mean_pooling")
    assert all(result.picture is None for result in report.exercises)
