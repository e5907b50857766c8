"""What is said of wrong answers: known mistakes by their names, others by their looks, and never a right value."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from dataclasses import replace
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from autograder import messages
from autograder.diagnosis import wording
from autograder.diagnosis.describe import describe
from autograder.diagnosis.evidence import Evidence, alike, evidence_of, same
from autograder.diagnosis.naming import Suspect, name
from autograder.errors import StudentFault
from autograder.misconceptions import Misconception, several, splice
from autograder.model import CheckResult, Exercise, Kind, Observation, Report, Text, Verdict
from autograder.report import wording as report_wording
from autograder.report.feedback import feedback
from autograder.report.gradescope import results
from autograder.report.tables import exercises_csv
from autograder.rubrics import Rubric
from tests.support import (
    InsideBench,
    load_source,
    mark_inside,
    misconceptions,
    rubric_of,
    solution_source,
    template_source,
    variant_source,
    wrong_source,
)

SAID = Text("said", "说")
WRONG = Text("wrong", "错")


def by_id(assignment: str, id: str) -> Misconception:
    """One of the kit's misconceptions."""
    return next(each for each in misconceptions(assignment) if each.id == id)


def diagnoses(report: Report, exercise: str) -> list[str]:
    """The ids given for an exercise."""
    (result,) = (each for each in report.exercises if each.exercise.name == exercise)
    return [each.id for each in result.diagnoses]


def unknown(exercise: str, replaces: str, function: Callable[..., Any]) -> Misconception:
    """A mistake that nobody has written down."""
    return Misconception("unknown", exercise, replaces, SAID, SAID, function)


# ------------------------------------------------------------------------------------ the whole way


def test_two_mistakes_in_two_exercises_are_both_named() -> None:
    """Exercises are diagnosed one by one."""
    both = by_id("max_pooling", "size-rounded-up"), by_id("max_pooling", "matrix-assigned-not-added")
    report = mark_inside(several(solution_source("max_pooling"), both), "max_pooling")
    assert diagnoses(report, "pooled_size") == ["size-rounded-up"]
    assert diagnoses(report, "backward_matrix") == ["matrix-assigned-not-added"]


def assigned_and_overwritten(self, dout):
    rows, columns = self.window
    dout /= rows * columns
    din = np.zeros(self.input_shape)
    for i in range(dout.shape[1]):
        for j in range(dout.shape[2]):
            top, left = i * self.stride, j * self.stride
            din[:, top : top + rows, left : left + columns] = dout[:, i : i + 1, j : j + 1]
    return din


def test_two_mistakes_in_one_function_are_both_named() -> None:
    """Each is recognised by what it alone does: one in the gradient, the other in the argument."""
    wrong = unknown("backward", "MeanPoolingLayer.backward", assigned_and_overwritten)
    report = mark_inside(splice(solution_source("mean_pooling"), wrong), "mean_pooling")
    assert set(diagnoses(report, "backward")) == {"assigned-not-added", "argument-overwritten"}


def test_a_mistake_is_named_in_a_style_of_its_own() -> None:
    """What counts is what comes out: the same mistake in other code has the same name."""
    source = variant_source("mean_pooling", "nested_loops")
    lines = [line.replace("+=", "=") if "[" in line else line for line in source.split("\n")]
    assert diagnoses(mark_inside("\n".join(lines), "mean_pooling"), "backward") == ["assigned-not-added"]


def test_a_mistake_computed_in_single_precision_is_named() -> None:
    """Rounding hides no mistake, and is told as one more."""
    source = wrong_source("mean_pooling", by_id("mean_pooling", "copied-not-shared"))
    single = source.replace("return din", "return din.astype(np.float32).astype(float)")
    assert single != source
    assert diagnoses(mark_inside(single, "mean_pooling"), "backward") == ["copied-not-shared", "imprecise"]


def scaled(self, dout):
    return 0.3 * np.ones(self.input_shape)


def test_an_unknown_mistake_is_described() -> None:
    """Nothing is named that does not answer exactly so."""
    source = splice(solution_source("mean_pooling"), unknown("backward", "MeanPoolingLayer.backward", scaled))
    (result,) = mark_inside(source, "mean_pooling").exercises
    assert result.diagnoses
    assert not any(each.named for each in result.diagnoses)


@pytest.mark.parametrize("assignment", ["max_pooling", "mean_pooling", "conv_im2col", "normalization"])
def test_the_stub_and_the_reference_have_no_diagnosis(assignment: str) -> None:
    """There is nothing to say of what is right, and nothing more of what is not written than that."""
    for source in (solution_source(assignment), template_source(assignment)):
        assert not any(result.diagnoses for result in mark_inside(source, assignment).exercises)


def test_diagnosing_changes_no_mark(monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault of ours in it is told to staff, and every point stays what it was."""

    class Broken:
        def of(self, exercise: Exercise, rubric: Rubric) -> tuple[Suspect, ...]:
            raise RuntimeError("the line-up fell down")

    from autograder.marking import mark_exercise

    rubric = replace(rubric_of("mean_pooling", 0), lineup=Broken())
    module = load_source(wrong_source("mean_pooling", misconceptions("mean_pooling")[0]), "mean_pooling")
    (exercise,) = rubric.assignment.exercises
    result = mark_exercise(exercise, rubric, InsideBench(module))
    assert "the line-up fell down" in result.staff_detail
    assert result.diagnoses == ()
    marked = mark_inside(wrong_source("mean_pooling", misconceptions("mean_pooling")[0]), "mean_pooling").exercises[0]
    assert (result.score, result.checks) == (marked.score, marked.checks)


def test_students_read_it_in_their_language() -> None:
    """Feedback and results hold sentence and hint in the language asked for, the table of exercises the id."""
    record = by_id("mean_pooling", "copied-not-shared")
    report = mark_inside(wrong_source("mean_pooling", record), "mean_pooling")
    for language in ("en", "zh"):
        said = [record.explanation.into(language), record.hint.into(language)]
        page, outputs = feedback(report, language), [test["output"] for test in results(report, language)["tests"]]
        assert all(text.replace("*", "\\*") in page for text in said)
        assert sum(all(text in output for text in said) for output in outputs) == 1
    (line,) = csv.DictReader(exercises_csv([report], "zh").splitlines())
    assert (line["diagnosis"], line["message"]) == (record.id, record.explanation.zh)


# ------------------------------------------------------------------------- what counts as the same


def seen(actual: Any, *, wrong: bool = True, kind: Kind = Kind.VALUES, what: str = "din") -> Observation:
    """An observation of an answer."""
    return Observation(what, "", WRONG if wrong else None, kind, actual)


def evidence(*observations: Observation, slow: tuple[str, ...] = ()) -> Evidence:
    """What one check saw."""
    late = Observation("pair", "", WRONG, Kind.SPEED)
    return Evidence(
        {("check", number): each for number, each in enumerate(observations)}, {("speed", case): late for case in slow}
    )


def suspect(id: str, *observations: Observation, slow: tuple[str, ...] = ()) -> Suspect:
    """A known mistake that was seen so."""
    return Suspect(id, SAID, SAID, evidence(*observations, slow=slow))


ONE, TWO, THREE = (np.array([1.0, 2.0, 4.0]) * factor for factor in (1, 2, 3))


def test_the_one_that_answers_so_everywhere_is_named() -> None:
    """All of what it gets wrong must be the same, and all that is wrong must be its doing."""
    found = name(evidence(seen(ONE), seen(TWO)), [suspect("a", seen(ONE), seen(TWO)), suspect("b", seen(ONE))])
    assert [each.id for each in found.suspects] == ["a"]
    assert not found.unexplained


@pytest.mark.parametrize(
    "others",
    [
        (suspect("a", seen(ONE), seen(THREE)),),
        (suspect("a", seen(ONE), seen(TWO)), suspect("b", seen(ONE), seen(TWO))),
        (suspect("a", seen(TWO), seen(ONE)),),
        (),
    ],
    ids=["one answer differs", "two answer alike", "in another order", "nobody"],
)
def test_nobody_is_named_without_being_the_only_one(others: tuple[Suspect, ...]) -> None:
    """One answer that differs acquits, and of two who answer alike neither is named."""
    found = name(evidence(seen(ONE), seen(TWO)), others)
    assert found.suspects == ()
    assert found.unexplained == {("check", 0), ("check", 1)}


def test_a_part_is_named_and_the_rest_is_left() -> None:
    """What two mistakes do in different places is told apart; what nobody does is left over."""
    right = seen(ONE, wrong=False)
    found = name(
        evidence(seen(ONE), seen(TWO), seen(THREE)),
        [suspect("a", seen(ONE), right, right), suspect("b", right, seen(TWO))],
    )
    assert {each.id for each in found.suspects} == {"a", "b"}
    assert found.unexplained == {("check", 2)}


def test_an_array_of_one_value_names_nobody_in_part() -> None:
    """Zeros are what many mistakes give: they are no reason to name one of them for a part."""
    zeros = seen(np.zeros(3))
    assert name(evidence(zeros, seen(TWO)), [suspect("a", zeros, seen(ONE, wrong=False))]).suspects == ()


def test_the_clock_names_only_who_is_slow_in_the_same_cases() -> None:
    """Time is no evidence but for those who have nothing wrong otherwise."""
    both = [suspect("a", slow=("many images",)), suspect("b", slow=("many channels",))]
    assert [each.id for each in name(evidence(slow=("many images",)), both).suspects] == ["a"]
    assert name(evidence(seen(ONE), slow=("many images",)), both).suspects == ()


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        (ONE, ONE + 1e-9, True),
        (ONE, ONE + 1e-3, False),
        (ONE, ONE.reshape(1, 3), False),
        (np.array([np.nan, 1]), np.array([np.nan, 1]), True),
        (np.array([np.nan, 1]), np.array([0, 1]), False),
        (np.array([True, False]), np.array([1, 0]), True),
        (3, 3, True),
        (3, True, False),
        ((1, 2), (1, 2), True),
        ((1, 2), [1, 2], False),
        (StudentFault("KeyError", "x", line=3), StudentFault("KeyError", "x", line=9), True),
        (StudentFault("KeyError", "x"), StudentFault("KeyError", "y"), False),
        (None, ONE, False),
    ],
)
def test_answers_are_the_same_up_to_rounding(one: Any, other: Any, is_same: bool) -> None:
    """Arrays by their values, faults by class and text, everything else by its type and value."""
    assert same(one, other) is is_same
    assert alike(seen(one), seen(other)) is is_same


def test_right_answers_are_no_evidence() -> None:
    """Two observations are alike only where both are wrong, about the same thing."""
    assert not alike(seen(ONE, wrong=False), seen(ONE))
    assert not alike(seen(ONE), seen(ONE, what="out"))
    assert not alike(seen(ONE), seen(ONE, kind=Kind.SLOPE))


def test_what_goes_by_the_clock_is_kept_apart() -> None:
    """A timed check's observations are no evidence; where it failed is noted."""
    result = CheckResult("speed", SAID, 1, Verdict.FAILED, None, observations=(
        Observation("pair", "many images", WRONG, Kind.SPEED), Observation("pair", "many channels", None, Kind.SPEED),
    ))  # fmt: skip
    found = evidence_of([result], frozenset({"speed"}))
    assert not found.seen
    assert found.slow.keys() == {("speed", "many images")}


def test_how_a_timed_check_ended_early_is_evidence() -> None:
    """Code that raises or ends the process there is not called slow."""
    stopped = Observation("", "", WRONG, Kind.STOP, StudentFault("exit", "gone"))
    result = CheckResult("speed", SAID, 1, Verdict.FAILED, None, observations=(stopped,))
    found = evidence_of([result], frozenset({"speed"}))
    assert not found.slow
    assert [each.id for each in describe(found, found.wrong)] == ["stopped"]


def test_a_gradient_that_was_tried_out_is_told_so() -> None:
    """What a timed check has to say of it, and not that it is slow."""
    tried = Observation("din", "", WRONG, Kind.OTHER)
    (said,) = describe(Evidence({}, {("derived", ""): tried}), frozenset())
    assert (said.id, said.text) == ("not-derived", WRONG)


@pytest.mark.parametrize("module", [wording, report_wording, messages], ids=["diagnosis", "report", "messages"])
def test_chinese_has_its_own_punctuation(module: ModuleType) -> None:
    """Commas, colons and brackets beside Chinese characters are as wide as these."""
    texts = [each for each in vars(module).values() if isinstance(each, Text)]
    tables = [table for name, table in vars(module).items() if isinstance(table, dict) and name.isupper()]
    texts += [each for table in tables for each in table.values() if isinstance(each, Text)]
    assert texts
    for text in texts:
        assert not re.search("[\u4e00-\u9fff] ?[,:;()?!]|[,:;(?!] ?[\u4e00-\u9fff]", text.zh), text.zh
