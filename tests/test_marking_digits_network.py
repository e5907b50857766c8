"""Marks for the capstone: any right network earns everything, wrong ones lose, an earlier module's mistake is named.

Training takes seconds, so most tests leave the exercise ``accuracy`` out; ``make correct`` marks every variant in full.
"""

from __future__ import annotations

from types import ModuleType

import numpy as np
import pytest

from autograder.misconceptions import Misconception, splice
from autograder.model import Report, Verdict
from tests import digits_data
from tests.support import (
    beside_variant,
    complaints,
    load_source,
    lost,
    mark_inside,
    misconceptions,
    references_beside,
    rubric_of,
    solution_source,
    template_source,
    variant_source,
    variants,
    wrong_source,
)

NAME = "digits_network"
QUICK = ("softmax_cross_entropy", "dense", "network_gradient")
OWN = "gradient_on_own_layers"


def of_exercise(exercise: str) -> list[Misconception]:
    """The misconceptions about an exercise."""
    return [each for each in misconceptions(NAME) if each.exercise == exercise]


def checks_lost(report: Report) -> set[str]:
    """The names of the checks that earned nothing."""
    return {each.name for result in report.exercises for each in result.checks if each.verdict is not Verdict.PASSED}


def scores(report: Report) -> dict[str, float]:
    """The points of each exercise."""
    return {result.exercise.name: float(result.score) for result in report.exercises}


# --------------------------------------------------------------------------------- right and wrong


def test_the_reference_earns_everything() -> None:
    """The reference solution earns 100, training included."""
    report = mark_inside(solution_source(NAME), NAME)
    assert report.score == 100, complaints(report)


@pytest.mark.parametrize("seed", range(1, 8))
def test_the_reference_earns_everything_but_what_is_trained_with_any_seed(seed: int) -> None:
    """Loss, layer and gradient are right whatever the seed."""
    report = mark_inside(solution_source(NAME), NAME, seed, exercises=QUICK)
    assert report.score == 70, complaints(report)


@pytest.mark.parametrize("public", [False, True])
def test_the_template_earns_nothing(public: bool) -> None:
    """The untouched stub earns exactly 0, by hidden and by public checks."""
    assert mark_inside(template_source(NAME), NAME, public=public).score == 0


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("variant", variants(NAME))
def test_correct_variants_earn_everything(variant: str, seed: int) -> None:
    """Every right network earns everything, whatever it is made of and whatever lies beside it."""
    beside = beside_variant(NAME, variant)
    report = mark_inside(variant_source(NAME, variant), NAME, seed, exercises=QUICK, beside=beside)
    assert report.score == 70, complaints(report)


@pytest.mark.parametrize("variant", variants(NAME))
def test_public_checks_pass_correct_variants(variant: str) -> None:
    """The public checks pass every right network."""
    beside = beside_variant(NAME, variant)
    report = mark_inside(variant_source(NAME, variant), NAME, public=True, exercises=QUICK, beside=beside)
    assert report.score == 70, complaints(report)


@pytest.mark.parametrize("exercise", QUICK)
def test_misconceptions_lose_points_and_are_named(exercise: str) -> None:
    """Each misconception loses points of its exercise, and is named."""
    for each in of_exercise(exercise):
        report = mark_inside(wrong_source(NAME, each), NAME, exercises=(exercise,))
        assert lost(report) == {exercise}, each.id
        assert [found.id for found in report.exercises[0].diagnoses] == [each.id]


@pytest.mark.parametrize("misconception", of_exercise("accuracy"), ids=lambda each: each.id)
def test_misconceptions_about_training_lose_points(misconception: Misconception) -> None:
    """Whoever learns or reads in a wrong way loses points for it."""
    report = mark_inside(wrong_source(NAME, misconception), NAME, exercises=("accuracy",))
    assert lost(report) == {"accuracy"}


@pytest.mark.parametrize("misconception", of_exercise("dense"), ids=lambda each: each.id)
def test_a_wrong_dense_layer_costs_little_of_the_network(misconception: Misconception) -> None:
    """The network stands on a stand-in for it; one check costs points, and says which layer it is."""
    report = mark_inside(wrong_source(NAME, misconception), NAME, exercises=("network_gradient",))
    assert checks_lost(report) == {OWN}
    assert "DenseLayer." in complaints(report)


# --------------------------------------------------------------------------- what earlier modules do


def wrong_module(name: str, id: str) -> ModuleType:
    """A reference with a misconception in it."""
    wrong = next(each for each in misconceptions(name) if each.id == id)
    return load_source(splice(solution_source(name), wrong), name)


WRONG = {
    "conv_im2col": ("ConvLayer.backward", "weights-relu-mask-missing"),
    "max_pooling": ("MaxPoolingLayer.backward", "every-cell-gets-it"),
    "mean_pooling": ("MeanPoolingLayer.backward", "copied-not-shared"),
    "normalization": ("BatchNormLayer.backward", "backward-mean-and-variance-held-fixed"),
}
"""A method of each earlier module, and a misconception about it."""


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_earlier_module_costs_one_check_and_is_named(name: str) -> None:
    """The network itself is right, so it keeps its points; feedback says in which file the trouble lies."""
    method, id = WRONG[name]
    module = wrong_module(name, id)
    beside = {**references_beside(NAME), name: module}
    report = mark_inside(solution_source(NAME), NAME, exercises=("network_gradient",), beside=beside)
    assert checks_lost(report) == {OWN}, complaints(report)
    assert f"the trouble lies in {name}.py: {method}, called by itself," in complaints(report)
    assert f"autograder check {name}" in complaints(report)


def test_a_stub_of_an_earlier_module_is_named_where_reading_fails() -> None:
    """What nobody has written yet is said to be missing there, and not in the capstone."""
    beside = {**references_beside(NAME), "conv_im2col": load_source(template_source("conv_im2col"), "conv_im2col")}
    report = mark_inside(solution_source(NAME), NAME, exercises=("network_gradient", "accuracy"), beside=beside)
    gradient, reading = report.exercises
    assert gradient.score == 30 - 30 * 2 / 32
    assert reading.score == 0
    assert reading.complaint is not None and "conv_im2col.py: ConvLayer.forward" in reading.complaint.en


def test_a_wrong_earlier_module_is_named_where_too_few_are_read() -> None:
    """Too low an accuracy is told with the layer that is wrong by itself."""
    beside = {**references_beside(NAME), "conv_im2col": wrong_module("conv_im2col", WRONG["conv_im2col"][1])}
    few = next(each for each in of_exercise("accuracy") if each.id == "stopped-too-early")
    report = mark_inside(wrong_source(NAME, few), NAME, exercises=("accuracy",), beside=beside)
    assert "reads_80_percent" in checks_lost(report)
    assert "the trouble lies in conv_im2col.py" in complaints(report)


def test_a_wrong_network_on_a_wrong_module_loses_for_the_network() -> None:
    """The network is wrong on stand-ins, too, so it is the network's mistake."""
    wrong = next(each for each in of_exercise("network_gradient") if each.id == "averaged-once-more")
    module = wrong_module("conv_im2col", WRONG["conv_im2col"][1])
    beside = {**references_beside(NAME), "conv_im2col": module}
    report = mark_inside(wrong_source(NAME, wrong), NAME, exercises=("network_gradient",), beside=beside)
    assert {"whole_gradient", "gradient_of_each_parameter", OWN} <= checks_lost(report)


# ------------------------------------------------------------------------------- answers without a network

TABLE = """

class Neighbours:
    def __init__(self, images, labels):
        self.images, self.labels = images.reshape(len(images), -1).copy(), labels.copy()

    def forward(self, images):
        rows = images.reshape(len(images), -1)
        far = ((rows[:, None] - self.images) ** 2).sum(axis=2)
        return -np.array([far[:, self.labels == digit].min(axis=1) for digit in range(10)]).T

    def backward(self, dscores):
        pass

    def parameters(self):
        return {parameters}


def train(images, labels, rng):
    return Neighbours(images, labels)
"""
TABLES = {
    "a table": "[(np.ones((3, 4)), np.ones((3, 4)))]",
    "a table for parameters": "[(self.images, self.images)]",
}


@pytest.mark.parametrize("parameters", TABLES.values(), ids=TABLES)
def test_nearest_neighbours_read_nothing(parameters: str) -> None:
    """They would read 98 %, and are no network: nothing is earned for what they read."""
    source = solution_source(NAME) + TABLE.replace("{parameters}", parameters)
    report = mark_inside(source, NAME, exercises=("accuracy",))
    assert "read_by_the_network" in checks_lost(report)
    assert scores(report)["accuracy"] <= 4


# ------------------------------------------------------------------------------------------- the data


def test_no_image_that_is_kept_back_is_handed_out() -> None:
    """What a network is judged on is in no file that students get."""
    handed_out, kept_back = (digits_data.read(path) for path in (digits_data.HANDED_OUT, digits_data.KEPT_BACK))
    known = {image.tobytes() for image in handed_out["images"]}
    assert not [image for image in kept_back["images"] if image.tobytes() in known]
    assert handed_out["images"].shape == (1347, 8, 8, 1) and kept_back["images"].shape == (450, 8, 8, 1)
    assert list(np.bincount(kept_back["labels"])) == [digits_data.KEPT_OF_EACH] * 10


def test_both_files_come_from_scikit_learn() -> None:
    """They are what the script makes of scikit-learn's copy."""
    pytest.importorskip("sklearn")
    made = digits_data.split(digits_data.bundled())
    for path, arrays in zip((digits_data.HANDED_OUT, digits_data.KEPT_BACK), made, strict=True):
        found = digits_data.read(path)
        assert found.keys() == arrays.keys()
        assert all(np.array_equal(found[name], arrays[name]) and found[name].dtype == np.uint8 for name in arrays)


def test_costly_checks_are_not_put_to_the_known_mistakes() -> None:
    """Where reading fails nothing is trained but the submission's own network."""
    rubric = rubric_of(NAME, 0)
    (reading,) = (each for each in rubric.assignment.exercises if each.name == "accuracy")
    costly = {each.name for each in rubric.checks if each.costly}
    assert rubric.lineup is not None
    for suspect in rubric.lineup.of(reading, rubric):
        assert not costly & {check for check, _ in suspect.evidence.seen}
