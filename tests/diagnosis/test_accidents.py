"""What one small case shows by accident is never said, and what holds in all of them is.

Every mistake is made in the reference by exchanging some of its text.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from autograder.diagnosis.describe import describe
from autograder.diagnosis.evidence import Evidence
from autograder.facts import Facts, Windows
from autograder.model import LANGUAGES, Diagnosis, ExerciseResult, Kind, Observation, Text
from autograder.report import maps
from tests.support import mark_inside, solution_source

MAX, CONV, NORM, MEAN, NET = "max_pooling", "conv_im2col", "normalization", "mean_pooling", "digits_network"
Mistake = tuple[str, str, str, str]
"""Assignment, exercise, what stands in the reference, and what is wrong instead."""

RELU_OF_SUMS = "np.maximum(self.columns @ self.weights + self.bias, 0.0)"
SUMS = "self.columns @ self.weights + self.bias"
ARGMAX, MAXIMA = "self.max_index = windows.argmax(axis=-1)", "out: Floats = windows.max(axis=-1)"
CENTRED = "dout - dout.mean(axis=axes) - through_variance"
OPEN = " * (self.filter_data > 0)\n"
GAMMA = "return self.gamma * self.inverse_std * (dout"
SHARED = "dout / (rows * columns)"

SUM_ALWAYS_KEPT: dict[str, Mistake] = {
    "epsilon outside": (
        NORM, "batchnorm_forward", "np.sqrt(variance + self.epsilon)", "(np.sqrt(variance) + self.epsilon)"
    ),
    "ddof": (NORM, "batchnorm_forward", "(centred * centred).mean(axis=axes)", "x.var(axis=axes, ddof=1)"),
    "no path through the variance": (NORM, "batchnorm_backward", CENTRED, "dout - dout.mean(axis=axes)"),
    "sign of a path": (NORM, "batchnorm_backward", CENTRED, "dout - dout.mean(axis=axes) + through_variance"),
    "no gamma": (NORM, "batchnorm_backward", GAMMA, "return self.inverse_std * (dout"),
    "divided by the inverse": (NORM, "batchnorm_backward", GAMMA, "return self.gamma / self.inverse_std * (dout"),
    "not divided by N": (NET, "softmax_cross_entropy", "dscores / len(labels)", "dscores"),
    "no bias": (CONV, "forward", RELU_OF_SUMS, "np.maximum(self.columns @ self.weights, 0.0)"),
}  # fmt: skip
LOOKS_LIKE_A_LINE: dict[str, Mistake] = {
    "maximum over all": (
        MAX, "forward", MAXIMA,
        "out = np.broadcast_to(windows.max(axis=(0, 3, 4))[None, :, :, None], windows.shape[:4]).copy()",
    ),
    "last maximum": (
        MAX, "max_index", ARGMAX, "self.max_index = windows.shape[-1] - 1 - windows[..., ::-1].argmax(axis=-1)"
    ),
    "no stride": (
        MAX, "backward", "dout.shape[1:3], self.stride)\n        for", "dout.shape[1:3], 1)\n        for"
    ),
    "no mask in din": (CONV, "backward_input", OPEN, "\n"),
    "no mask in dweights": (CONV, "backward_weights", OPEN, "\n"),
    "mask of dout": (CONV, "backward_input", OPEN, " * (dout.reshape(self.filter_data.shape) > 0)\n"),
    "no relu": (CONV, "forward", RELU_OF_SUMS, SUMS),
    "zero counts as positive": (NORM, "relu", "self.mask = x > 0", "self.mask = x >= 0"),
    "over the batch alone": (NORM, "batchnorm_forward", "axes = tuple(range(x.ndim - 1))", "axes = 0"),
    "accumulated": (
        NORM, "batchnorm_backward", "self.dgamma = weighted.sum(axis=axes)",
        "self.dgamma = getattr(self, 'dgamma', 0) + weighted.sum(axis=axes)",
    ),
}  # fmt: skip
IN_THE_INPUT = """self.max_index = (lambda cell: (
            (cell // self.window[1] + self.stride * np.arange(out_shape[0])[:, None, None]) * x.shape[2]
            + cell % self.window[1] + self.stride * np.arange(out_shape[1])[:, None]
        ))(windows.argmax(axis=-1))"""
TOLD: dict[str, tuple[Mistake, str, str]] = {
    "no relu": (LOOKS_LIKE_A_LINE["no relu"], "negative-for-zero", "out is negative where it should be 0"),
    "relu too late": (
        (CONV, "forward", f"{RELU_OF_SUMS}\n        return self.filter_data.reshape",
         f"{SUMS}\n        return np.maximum(self.filter_data, 0.0).reshape"),
        "negative-for-zero", "filter_data is negative where it should be 0",
    ),
    "place in the input": ((MAX, "max_index", ARGMAX, IN_THE_INPUT), "outside-the-window", "no cell of a window"),
    "zero counts as positive": (
        LOOKS_LIKE_A_LINE["zero counts as positive"], "true-where-false", "True in places where it should be False"
    ),
    "accumulated": (
        LOOKS_LIKE_A_LINE["accumulated"], "twice-the-first", "dgamma of the second call is twice what it should be"
    ),
    "floats as flags": (
        (NORM, "relu", "self.mask = x > 0\n        return np.where(self.mask, x, 0.0)",
         "self.mask = (x > 0).astype(float)\n        return self.mask * x"),
        "wrong-dtype", "mask has dtype float64; booleans are expected",
    ),
    "floats as indices": (
        (MAX, "max_index", ARGMAX, "self.max_index = np.zeros(windows.shape[:4])"),
        "wrong-dtype", "max_index has dtype float64; integers are expected",
    ),
    "turned": (
        (CONV, "im2col", "out_columns, rows * columns * depth)\n", "out_columns, rows * columns * depth).T\n"),
        "transposed", "two axes exchanged (row",
    ),
    "an axis kept": (
        (NORM, "batchnorm_backward", "self.dbeta = dout.sum(axis=axes)",
         "self.dbeta = dout.sum(axis=axes, keepdims=True)"),
        "wrong-shape-right-contents", "the right contents, in the right order",
    ),
    "rows plus columns": (
        (MEAN, "backward", SHARED, "dout / (rows + columns)"), "varying-factor", "it is 1.2, 1.5 times",
    ),
    "square of the rows": ((MEAN, "backward", SHARED, "dout / rows**2"), "varying-factor", "it is 0.6667 times"),
    "square of the columns": ((MEAN, "backward", SHARED, "dout / columns**2"), "varying-factor", "it is 1.5 times"),
}  # fmt: skip


@cache
def marked(mistake: Mistake) -> ExerciseResult:
    """What public checks say of the reference with one mistake."""
    name, exercise, right, wrong = mistake
    source = solution_source(name)
    assert right in source
    (result,) = mark_inside(source.replace(right, wrong), name, public=True, exercises=(exercise,)).exercises
    assert result.diagnoses
    assert not result.staff_detail
    return result


def read(result: ExerciseResult) -> str:
    """All that is said of an exercise but of single checks, in English."""
    remarks = maps.remarks(result.picture, drawn=False) if result.picture else ()
    return "\n".join(text.en for text in (*(each.text for each in result.diagnoses), *remarks))


@pytest.mark.parametrize("mistake", SUM_ALWAYS_KEPT.values(), ids=SUM_ALWAYS_KEPT)
def test_no_sum_is_praised_that_every_mistake_keeps(mistake: Mistake) -> None:
    """That of a centred array tells nothing, nor does one that agrees in a single example."""
    said = read(marked(mistake))
    assert "right sum" not in said
    assert "The sum of all cells is right" not in said


@pytest.mark.parametrize("mistake", LOOKS_LIKE_A_LINE.values(), ids=LOOKS_LIKE_A_LINE)
def test_no_line_of_a_small_example_is_blamed(mistake: Mistake) -> None:
    """Where two cells of a few are wrong, that they lie in one row or column is chance."""
    (only,) = marked(mistake).diagnoses
    assert only.id not in ("only-at", "right-at", "only-border", "shifted", "flipped")


@pytest.mark.parametrize(("mistake", "id", "said"), TOLD.values(), ids=TOLD)
def test_what_holds_everywhere_is_said(mistake: Mistake, id: str, said: str) -> None:
    """The plain facts: too many to be chance, and true in every case that fails."""
    (only,) = marked(mistake).diagnoses
    assert only.id == id
    assert said in only.text.en


def test_what_is_spread_over_windows_may_keep_its_sum() -> None:
    """There a mistake usually loses some of it, so it is worth saying that this one did not."""
    result = marked(LOOKS_LIKE_A_LINE["no stride"])
    assert [each.id for each in result.diagnoses] == ["same-sum"]
    assert "The sum of all cells is right" in read(result)


def test_the_map_shows_what_the_headline_is_about() -> None:
    """Of a name whose arrays are partly NaN, one of those is drawn, and its NaN as such."""
    naive = solution_source(NET).replace("scores - scores.max(axis=1, keepdims=True)", "scores")
    source = naive.replace("dscores / len(labels)", "dscores")
    (result,) = mark_inside(source, NET, public=True, exercises=("softmax_cross_entropy",)).exercises
    assert [each.id for each in result.diagnoses] == ["not-finite"]
    assert result.picture is not None
    assert "!" in "".join(maps.cells(result.picture))


# ----------------------------------------------------------------- compared with one's own forward


def test_a_gradient_is_not_blamed_for_a_wrong_forward() -> None:
    """Slopes of a forward that is wrong itself tell nothing: that is said, and that forward comes first."""
    mistake = LOOKS_LIKE_A_LINE["no relu"]
    for exercise in ("backward_input", "backward_weights", "backward_bias"):
        (only,) = marked((CONV, exercise, *mistake[2:])).diagnoses
        assert only.id == "own-forward-wrong"
        assert "your own forward pass, which is wrong itself" in only.text.en


def test_what_is_wrong_with_right_values_is_said_all_the_same() -> None:
    """The forward comes first, then what the handout's example shows of the backward."""
    source = solution_source(CONV).replace(RELU_OF_SUMS, SUMS).replace(OPEN, " * -1.0\n")
    (result,) = mark_inside(source, CONV, public=True, exercises=("backward_bias",)).exercises
    first, second = result.diagnoses
    assert first.id == "own-forward-wrong"
    assert second.text.en.startswith("dbias ")


def test_a_right_forward_is_not_blamed() -> None:
    """The gradient alone is wrong, and its map says what it was compared with."""
    result = marked(LOOKS_LIKE_A_LINE["no mask in din"])
    assert [each.id for each in result.diagnoses] == ["different"]
    only_slopes = marked((MEAN, "backward", SHARED, "dout / rows**2"))
    assert "compared with the slope of your own forward" in read(only_slopes)


# ------------------------------------------------------------------------------- by small arrays


class Case:
    """A case that knows windows, or nothing."""

    def __init__(self, windows: Windows | None = None) -> None:
        self._windows = windows

    def facts(self, what: str) -> Facts:
        """What it knows."""
        return Facts(windows=self._windows)


OVER_ALL = Case(Windows((2, 2), 1))


def described(*arrays: tuple[object, object], right: np.ndarray | None = None, case: Case | None = None) -> Diagnosis:
    """What is said of wrong arrays beside the right ones, and perhaps one that is right."""
    wrong = Text("wrong", "错")
    seen = [Observation("din", "", wrong, Kind.VALUES, np.array(one), np.array(two), case) for one, two in arrays]
    if right is not None:
        seen.append(Observation("din", "", None, Kind.VALUES, right, right, case))
    evidence = Evidence({("check", number): each for number, each in enumerate(seen)}, {})
    (only,) = describe(evidence, evidence.wrong)
    return only


RNG = np.random.default_rng(7)
LARGE = RNG.normal(size=(5, 6))


def spoilt(where: object, by: float = 1.0) -> np.ndarray:
    """The large array with something added in some places."""
    array = LARGE.copy()
    array[where] += by  # type: ignore[index]
    return array


def test_a_line_of_a_large_array_is_named() -> None:
    """The last column of six, wrong in all its five cells, is no chance; one cell of it is."""
    assert described((spoilt(np.s_[:, -1]), LARGE)).text.en == "din is wrong in the last column only"
    assert described((spoilt(np.s_[2, -1]), LARGE)).id == "partly-different"


def test_one_case_that_disagrees_refutes_a_line() -> None:
    """All failing cases must have it, however well one of them shows it."""
    both = (spoilt(np.s_[:, -1]), LARGE), (spoilt(np.s_[1, 1]), LARGE)
    assert described(*both).id == "partly-different"


def test_a_sum_is_told_of_two_cases_that_windows_cover() -> None:
    """One case is not enough, nor is an array of which nobody says that windows share it out."""
    moved = spoilt(np.s_[0, :]) - spoilt(np.s_[1, :]) + LARGE
    assert described((moved, LARGE), (moved + 0, LARGE), case=OVER_ALL).id == "same-sum"
    assert described((moved, LARGE), case=OVER_ALL).id == "partly-different"
    assert described((moved, LARGE), (moved, LARGE)).id == "partly-different"


def test_a_sum_of_nothing_is_not_praised() -> None:
    """Where the right numbers cancel out, every mistake that keeps them centred does."""
    centred, others = (array - array.mean() for array in (LARGE, LARGE**3))
    assert described((others, centred), (2 * centred[::-1], centred), case=OVER_ALL).id == "different"


def test_a_case_that_is_right_refutes_a_factor() -> None:
    """There the factor is 1, so it is not the same everywhere."""
    assert described((3 * LARGE, LARGE)).id == "constant-factor"
    assert described((3 * LARGE, LARGE), right=LARGE).id == "varying-factor"


def test_many_factors_are_told_by_a_few() -> None:
    """The first three, and that there are others."""
    said = described(*((factor * LARGE, LARGE) for factor in (2, 3, 4, 5))).text
    assert "it is 2, 3, 4 or some other number of times what it should be" in said.en
    assert "2、3、4 或其他倍" in said.zh


def test_two_numbers_share_no_factor() -> None:
    """A ratio of two numbers in one example may be anything."""
    assert described(([2.0, 4.0], [1.0, 2.0])).id == "different"


def test_single_precision_is_told_only_of_such_numbers() -> None:
    """A number that float32 does not hold was not computed in it."""
    single = LARGE.astype(np.float32).astype(float)
    assert "single precision" in described((single, LARGE)).text.en
    assert "single precision" not in described((LARGE * (1 + 1e-7), LARGE)).text.en


@pytest.mark.parametrize(
    ("actual", "id"),
    [
        (LARGE.T, "transposed"),
        (LARGE.reshape(3, 10), "wrong-shape-right-contents"),
        (LARGE[::-1].reshape(3, 10), "wrong-shape-other-order"),
        (LARGE[:4], "wrong-shape"),
        (np.moveaxis(LARGE.reshape(5, 2, 3), 0, 2), "wrong-shape-other-order"),
    ],
)
def test_arrays_of_another_shape_are_told_apart(actual: np.ndarray, id: str) -> None:
    """Only where the order is right, too, is the shape all that is missing."""
    assert described((actual, LARGE)).id == id


def test_axes_in_another_order_are_told() -> None:
    """Three axes moved at once are no exchange of two."""
    image = RNG.normal(size=(2, 3, 4))
    assert described((image.transpose(1, 2, 0), image)).id == "axes-in-another-order"
    assert described((image.transpose(2, 1, 0), image)).id == "transposed"


def test_a_problem_of_another_kind_speaks_for_itself() -> None:
    """What a check found besides numbers is the headline."""
    problem = Text("the random state was changed", "改动了随机状态")
    evidence = Evidence({("check", 0): Observation("random state", "", problem)}, {})
    (only,) = describe(evidence, evidence.wrong)
    assert only.text == problem


def test_a_wrong_dtype_is_no_wrong_shape() -> None:
    """Where only the form of an array counts, what is wrong with it is told."""
    problem = Text("labels has dtype float64; integers are expected", "labels 的 dtype 是 float64；应当是整数")
    evidence = Evidence({("check", 0): Observation("labels", "", problem, Kind.SHAPE, np.ones(3), (3,))}, {})
    (only,) = describe(evidence, evidence.wrong)
    assert (only.id, only.text) == ("wrong-dtype", problem)


@pytest.mark.parametrize("language", LANGUAGES)
def test_axes_without_names_read_well(language: str) -> None:
    """Those of a matrix are rows and columns, those of more axes are numbered."""
    batch = RNG.normal(size=(4, 3, 5))
    wrong = batch.copy()
    wrong[:, :, -1] += 1
    said = described((wrong, batch)).text.into(language)
    assert said == {
        "en": "din is wrong in the last place along axis 2 only",
        "zh": "din 只有轴 2 的最后一个位置不对，其余都对",
    }[language]
