"""Marks for ReLU and batch normalisation: every right answer earns 100, no exercise pays for a mistake in another."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograder.gradients import disagreement, weighted_sum
from autograder.marking import _report, mark_exercise
from autograder.misconceptions import Misconception
from autograder.model import Report, Submission, Verdict
from autograder.student import Inside, Student
from tests.support import (
    InsideBench,
    complaints,
    load_source,
    lost,
    mark_inside,
    marker_for,
    misconceptions,
    rubric_of,
    solution_source,
    template_source,
    variant_source,
    variants,
    wrong_source,
)

NAME = "normalization"
EXERCISES = ("relu", "batchnorm_forward", "batchnorm_backward")
BUILDERS = ("flat_cases", "map_cases", "small_variances", "scaled_cases")
MOST_FRAMES = 30

UNFINISHED = "raise NotImplementedError"
NONSENSE = "return 3"
SPOILS_ITS_PARAMETERS = """
    self.gamma *= 2
    self.normalized, self.inverse_std = "lost", None
    return self.gamma * x
"""
WRONG_OUTPUT_ONLY = """
    axes = tuple(range(x.ndim - 1))
    self.centred = x - x.mean(axis=axes)
    self.inverse_std = 1.0 / np.sqrt((self.centred**2).mean(axis=axes) + self.epsilon)
    self.normalized = self.centred * self.inverse_std
    return self.normalized
"""
USES_WHAT_FORWARD_KEPT = """
    axes = tuple(range(dout.ndim - 1))
    normalized = self.centred * self.inverse_std
    self.dbeta, self.dgamma = dout.sum(axis=axes), (dout * normalized).sum(axis=axes)
    passed = dout - dout.mean(axis=axes) - normalized * (dout * normalized).mean(axis=axes)
    return self.gamma * self.inverse_std * passed
"""
PARAMETERS_ONLY = """
    axes = tuple(range(dout.ndim - 1))
    self.dbeta, self.dgamma = dout.sum(axis=axes), (dout * self.normalized).sum(axis=axes)
    raise NotImplementedError
"""
INPUT_ONLY = """
    axes = tuple(range(dout.ndim - 1))
    passed = dout - dout.mean(axis=axes) - self.normalized * (dout * self.normalized).mean(axis=axes)
    return self.gamma * self.inverse_std * passed
"""


def with_methods(**bodies: str) -> str:
    """The reference with other bodies of methods: ``relu_forward``, ``forward`` and so on."""
    source = solution_source(NAME)
    for name, body in bodies.items():
        layer = "ReluLayer" if name.startswith("relu_") else "BatchNormLayer"
        method = name.removeprefix("relu_")
        argument = "dout" if method == "backward" else "x"
        text = "\n".join(f"    {line}" for line in body.strip("\n").splitlines()) if "\n" not in body else body
        source += f"\n\ndef {name}(self, {argument}):\n{text}\n\n\n{layer}.{method} = {name}\n"
    return source


def checks_lost(report: Report) -> set[str]:
    """The names of the checks that earned nothing."""
    return {each.name for result in report.exercises for each in result.checks if each.verdict is not Verdict.PASSED}


def earned(report: Report) -> dict[str, float]:
    """Points by exercise."""
    return {result.exercise.name: float(result.score) for result in report.exercises}


def cases(seed: int) -> list[Any]:
    """Every case of batch normalisation that a run with this seed asks."""
    rubric = rubric_of(NAME, seed)
    builders = rubric.checks[0].function.__globals__
    return [case for name in BUILDERS for case in rubric.book.of(builders[name])]


@pytest.mark.parametrize("seed", range(10))
def test_the_reference_earns_everything(seed: int) -> None:
    """The reference solution earns 100 whatever the seed."""
    report = mark_inside(solution_source(NAME), NAME, seed)
    assert report.score == 100, complaints(report)


def test_the_template_earns_nothing() -> None:
    """The untouched stub earns exactly 0 in every exercise."""
    assert earned(mark_inside(template_source(NAME), NAME)) == dict.fromkeys(EXERCISES, 0)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("variant", variants(NAME))
def test_correct_variants_earn_everything(variant: str, seed: int) -> None:
    """Every correct implementation earns 100, however odd its style."""
    report = mark_inside(variant_source(NAME, variant), NAME, seed)
    assert report.score == 100, complaints(report)


@pytest.mark.parametrize("variant", variants(NAME))
def test_public_checks_pass_correct_variants(variant: str) -> None:
    """The public checks pass every correct implementation."""
    report = mark_inside(variant_source(NAME, variant), NAME, public=True)
    assert report.score == 100, complaints(report)


def test_public_checks_know_right_from_unfinished() -> None:
    """The public checks pass the reference and fail the stub."""
    right, stub = (mark_inside(source(NAME), NAME, public=True) for source in (solution_source, template_source))
    assert right.score == 100, complaints(right)
    assert stub.score == 0


@pytest.mark.parametrize("misconception", misconceptions(NAME), ids=lambda each: each.id)
def test_misconceptions_lose_points_where_they_belong(misconception: Misconception) -> None:
    """Every misconception loses points of its own exercise and of no other, and is named."""
    report = mark_inside(wrong_source(NAME, misconception), NAME)
    assert lost(report) == {misconception.exercise}, complaints(report)
    (result,) = (each for each in report.exercises if each.exercise.name == misconception.exercise)
    assert [each.id for each in result.diagnoses if each.named] == [misconception.id]


# ---------------------------------------------------------------------- each exercise by itself


@pytest.mark.parametrize("body", [f"    {UNFINISHED}", f"    {NONSENSE}", SPOILS_ITS_PARAMETERS])
def test_a_broken_forward_costs_no_backward_points(body: str) -> None:
    """A forward that is wrong, raises or spoils its own layer costs its own exercise only."""
    report = mark_inside(with_methods(forward=body), NAME)
    assert lost(report) == {"batchnorm_forward"}, complaints(report)
    assert earned(report)["batchnorm_forward"] == 0


@pytest.mark.parametrize("body", [f"    {UNFINISHED}", f"    {NONSENSE}"])
def test_a_broken_backward_costs_no_forward_points(body: str) -> None:
    """A backward that is wrong or raises costs its own exercise only, and all of it."""
    report = mark_inside(with_methods(backward=body), NAME)
    assert lost(report) == {"batchnorm_backward"}, complaints(report)
    assert earned(report)["batchnorm_backward"] == 0


def test_a_broken_relu_forward_leaves_the_points_of_its_backward() -> None:
    """The mask is set before the ReLU's backward is asked, so that part of the exercise is earned."""
    report = mark_inside(with_methods(relu_forward=f"    {UNFINISHED}"), NAME)
    assert lost(report) == {"relu"}
    assert "relu_backward" not in checks_lost(report)


def test_a_backward_may_use_whatever_its_own_forward_kept() -> None:
    """State beside the contract is welcome, also where the forward that keeps it gives a wrong output."""
    report = mark_inside(with_methods(forward=WRONG_OUTPUT_ONLY, backward=USES_WHAT_FORWARD_KEPT), NAME)
    assert lost(report) == {"batchnorm_forward"}, complaints(report)


def test_gradients_of_parameters_count_without_the_one_of_the_input() -> None:
    """What backward stores before it gives up earns its points."""
    report = mark_inside(with_methods(backward=PARAMETERS_ONLY), NAME)
    assert earned(report)["batchnorm_backward"] == 14, complaints(report)


def test_the_gradient_of_the_input_counts_without_those_of_parameters() -> None:
    """dx earns its points while dgamma and dbeta are still missing."""
    report = mark_inside(with_methods(backward=INPUT_ONLY), NAME)
    assert earned(report)["batchnorm_backward"] >= 36, complaints(report)
    assert {"backward_dgamma", "backward_dbeta"} <= checks_lost(report)


@pytest.mark.parametrize(
    ("mistake", "path"),
    [
        ("backward-mean-held-fixed", "backward_through_mean"),
        ("backward-variance-held-fixed", "backward_through_variance"),
    ],
)
def test_each_path_counts_by_itself(mistake: str, path: str) -> None:
    """Whoever forgets one of the paths earns the points of the other two."""
    (wrong,) = (each for each in misconceptions(NAME) if each.id == mistake)
    paths = {"backward_straight", "backward_through_mean", "backward_through_variance"}
    assert checks_lost(mark_inside(wrong_source(NAME, wrong), NAME)) & paths == {path}


@pytest.mark.parametrize("gradient", ["np.zeros(dout.shape)", "np.full(dout.shape, np.nan)", "dout * 1j", "dout[0]"])
def test_gradients_of_no_kind_earn_nothing(gradient: str) -> None:
    """Zeros add up to 0 as they have to, and NaN is near nothing: neither earns a point for dx."""
    report = mark_inside(with_methods(backward=f"    return {gradient}"), NAME)
    assert earned(report)["batchnorm_backward"] == 0, complaints(report)


def test_messages_tell_sizes_but_no_expected_values() -> None:
    """What a student reads names the input's sizes and never says what would have been right."""
    (wrong,) = (each for each in misconceptions(NAME) if each.id == "forward-beta-forgotten")
    message = mark_inside(wrong_source(NAME, wrong), NAME).exercises[1].complaint
    assert message is not None
    assert "x 7 x 3" in message.en
    assert "expected" not in message.en


# -------------------------------------------------------------------- the checks' own arithmetic


@pytest.mark.parametrize("seed", range(3))
def test_expected_gradients_are_slopes(seed: int) -> None:
    """In all ordinary cases the expected gradients are those that differences of the reference's forward measure."""
    reference = load_source(solution_source(NAME), NAME)
    told = [(case, case.setting, case.setting.epsilon or 1e-5) for case in cases(seed)]
    plain = [
        (case, epsilon)
        for case, setting, epsilon in told
        # elsewhere no step is small beside what the numbers differ by
        if setting.scale == 1 and epsilon > 1e-9 and not (setting.offset or setting.spread or setting.constant)
    ]
    assert len(plain) >= 12
    rng = np.random.default_rng(seed)
    for case, epsilon in plain:
        for name in ("x", "gamma", "beta"):

            def loss(moved: np.ndarray, case: Any = case, name: str = name, epsilon: float = epsilon) -> float:
                given = {"x": case.x, "gamma": case.gamma, "beta": case.beta, name: moved}
                layer = reference.BatchNormLayer(given["gamma"], given["beta"], epsilon)
                return weighted_sum(layer.forward(given["x"]), case.dout)

            assert disagreement(loss, getattr(case, name), getattr(case, f"d{name}"), rng) is None, str(case)


@pytest.mark.parametrize("seed", range(5))
def test_the_tolerance_is_far_from_rounding(seed: int) -> None:
    """In extended precision every expected array comes out the same to a twentieth of what is allowed."""
    for case in cases(seed):
        x, dout, gamma = (array.astype(np.longdouble) for array in (case.x, case.dout, case.gamma))
        axes = tuple(range(x.ndim - 1))
        centred = x - x.mean(axis=axes)
        inverse = 1 / np.sqrt((centred**2).mean(axis=axes) + (case.setting.epsilon or 1e-5))
        normalized = centred * inverse
        dx = gamma * inverse * (dout - dout.mean(axis=axes) - normalized * (dout * normalized).mean(axis=axes))
        exact = {
            "normalized": (normalized, np.abs(normalized).max() or 1),
            "inverse_std": (inverse, inverse.max()),
            "out": (gamma * normalized + case.beta, np.abs(case.out).max()),
            "dx": (dx, case.dx_size),
        }
        for name, (right, size) in exact.items():
            assert np.abs(getattr(case, name) - right).max() <= case.close * size / 20, f"{name}: {case}"


# ------------------------------------------------------------------- gradients that are tried out

FORWARD = """
    axes = tuple(range(x.ndim - 1))
    centred = x - x.mean(axis=axes)
    self.x, self.inverse_std = x.copy(), 1.0 / np.sqrt((centred**2).mean(axis=axes) + self.epsilon)
    self.normalized = centred * self.inverse_std
    return self.gamma * self.normalized + self.beta
"""
BY_CELL = """
    axes, dx = tuple(range(dout.ndim - 1)), np.zeros(dout.shape)
    self.dbeta, self.dgamma = dout.sum(axis=axes), (dout * self.normalized).sum(axis=axes)
    for where in np.ndindex(dout.shape):
        outs = []
        for step in (1e-5, -1e-5):
            moved = self.x.copy()
            moved[where] += step
            outs.append(BatchNormLayer(self.gamma, self.beta, self.epsilon).forward(moved))
        dx[where] = ((outs[0] - outs[1]) * dout).sum() / 2e-5
    return dx
"""
BY_ROW = """
    axes, dx = tuple(range(dout.ndim - 1)), np.zeros(dout.shape)
    self.dbeta, self.dgamma = dout.sum(axis=axes), (dout * self.normalized).sum(axis=axes)
    for where in np.ndindex(dout.shape[:-1]):
        outs = []
        for step in (1e-5, -1e-5):
            moved = self.x.copy()
            moved[where] += step
            outs.append(BatchNormLayer(self.gamma, self.beta, self.epsilon).forward(moved))
        dx[where] = ((outs[0] - outs[1]) * dout).sum(axis=axes) / 2e-5
    return dx
"""


def test_differences_number_by_number_take_too_long(tmp_path: Path) -> None:
    """Moving every input by itself in the place of a derivation earns nothing of the backward pass.

    It would take twenty seconds where five are allowed; what is seen after five is seen after two.
    """
    path, rubric = tmp_path / f"{NAME}.py", rubric_of(NAME, 0)
    path.write_text(with_methods(forward=FORWARD, backward=BY_CELL), encoding="utf-8")
    hurried = replace(rubric.assignment, limits=replace(rubric.assignment.limits, seconds=2))
    report = marker_for(replace(rubric, assignment=hurried)).mark(Submission("student", path))
    assert earned(report) == {"relu": 15, "batchnorm_forward": 25, "batchnorm_backward": 0}


def test_differences_of_all_features_at_once_are_not_near_enough() -> None:
    """One step for numbers of all sizes is no good for some of them: dx earns nothing."""
    report = mark_inside(with_methods(forward=FORWARD, backward=BY_ROW), NAME)
    assert earned(report)["batchnorm_backward"] == 14, complaints(report)


# -------------------------------------------------------------------------------- what it costs


class Counting(Inside):
    """Counts the frames."""

    frames = 0

    def request(self, operations: list[list[Any]]) -> Any:
        self.frames += 1
        return super().request(operations)


def test_a_submission_costs_few_frames() -> None:
    """All checks of an honest submission together cross to the worker a few dozen times."""
    rubric, channel = rubric_of(NAME, 0), Counting(load_source(solution_source(NAME), NAME))
    bench = InsideBench(channel.worker.module)
    bench._student = Student(channel)
    exercises = tuple(mark_exercise(exercise, rubric, bench) for exercise in rubric.assignment.exercises)
    assert _report(Submission("student", None), rubric, exercises).score == 100
    assert 0 < channel.frames <= MOST_FRAMES
