"""What the public checks see: every named mistake that costs marks, every wrong order, and what the axes are called."""

from __future__ import annotations

from itertools import permutations

import pytest

from autograder.facts import facts_of
from autograder.misconceptions import Misconception
from autograder.model import CheckResult, Kind, Observation, Report, Verdict
from tests.support import (
    KIT,
    lost,
    mark_inside,
    misconceptions,
    solution_source,
    variant_source,
    variants,
    wrong_source,
)

ASSIGNMENTS = pytest.mark.parametrize("name", KIT.names)
UNSEEN: dict[str, str] = {}
"""Misconceptions that no public check sees, as ``assignment/id``, each with the reason why students are not told."""

ORDERS = [(rows, entries) for rows in permutations(range(3)) for entries in permutations(range(3))]
IN_ANOTHER_ORDER = """

_right_im2col, _right_col2im = im2col, col2im


def _axes(shape, filter_shape, stride, padding):
    batch, _, _, depth = shape
    positions = _output_shape(shape, filter_shape, stride, padding)
    return (batch, *positions, *filter_shape, depth)


def im2col(x, filter_shape, stride, padding):
    axes = _axes(x.shape, filter_shape, stride, padding)
    columns = _right_im2col(x, filter_shape, stride, padding)
    return columns.reshape(axes).transpose({order}).reshape(columns.shape)


def col2im(columns, input_shape, filter_shape, stride, padding):
    axes = _axes(input_shape, filter_shape, stride, padding)
    turned = columns.reshape([axes[axis] for axis in {order}]).transpose(np.argsort({order}))
    return _right_col2im(turned.reshape(columns.shape), input_shape, filter_shape, stride, padding)
"""


def each_of(name: str) -> list[pytest.ParameterSet]:
    """The assignment's misconceptions, one a test; those about training take seconds."""
    slow = {"accuracy": pytest.mark.slow}
    return [
        pytest.param(name, each, id=f"{name}-{each.id}", marks=slow.get(each.exercise, ()))
        for each in misconceptions(name)
    ]


def checks_of(report: Report) -> list[CheckResult]:
    """What became of every check."""
    return [check for result in report.exercises for check in result.checks]


def compared_arrays(report: Report) -> list[Observation]:
    """Every comparison of an array that has axes, element by element."""
    found = [each for check in checks_of(report) for each in check.observations]
    by_element = [each for each in found if each.kind in (Kind.VALUES, Kind.SLOPE)]
    return [each for each in by_element if getattr(each.actual, "ndim", 0)]


@pytest.mark.parametrize(("name", "mistake"), [each for name in KIT.names for each in each_of(name)])
def test_a_misconception_that_costs_marks_fails_a_public_check(name: str, mistake: Misconception) -> None:
    """Whoever passes all public checks has made none of the named mistakes, but for those that are listed here."""
    report = mark_inside(wrong_source(name, mistake), name, public=True, exercises=(mistake.exercise,))
    assert bool(lost(report)) != (f"{name}/{mistake.id}" in UNSEEN)


def test_unseen_misconceptions_exist_and_have_a_reason() -> None:
    """The list names nothing that is not there, and says why."""
    known = {f"{name}/{each.id}" for name in KIT.names for each in misconceptions(name)}
    assert set(UNSEEN) <= known
    assert all(UNSEEN.values())


@ASSIGNMENTS
def test_every_axis_has_a_name(name: str) -> None:
    """What is said of a wrong array calls its axes by their names, for as many as the array has."""
    seen = compared_arrays(mark_inside(solution_source(name), name, public=True))
    nameless = {
        f"{each.what} of {each.actual.ndim} axes [{each.case}]"
        for each in seen
        if len(facts_of(each.subject, each.what).axes) != each.actual.ndim
    }
    assert seen
    assert not nameless


@pytest.mark.parametrize("variant", variants("max_pooling"))
def test_public_checks_of_max_pooling_pass_correct_variants(variant: str) -> None:
    """They pass every correct implementation, and so find it quick enough."""
    report = mark_inside(variant_source("max_pooling", variant), "max_pooling", public=True)
    assert [each.name for each in checks_of(report) if each.verdict is not Verdict.PASSED] == []


@pytest.mark.parametrize(("rows", "entries"), ORDERS)
def test_each_order_of_rows_and_entries_but_the_right_one_is_seen(
    rows: tuple[int, ...], entries: tuple[int, ...]
) -> None:
    """Even where im2col and col2im agree with each other, which leaves the layer's own gradients right."""
    order = (*rows, *(3 + entry for entry in entries))
    source = solution_source("conv_im2col") + IN_ANOTHER_ORDER.format(order=order)
    right = order == tuple(range(6))
    functions = ("im2col", "col2im")
    assert lost(mark_inside(source, "conv_im2col", public=True, exercises=functions)) == set(() if right else functions)
