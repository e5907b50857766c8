"""Students have no reference and no list of mistakes, and are told all the same what a wrong answer looks like."""

from __future__ import annotations

import io

import numpy as np
import pytest
from rich.console import Console

from autograder.gradients import completed
from autograder.model import ExerciseResult, Report
from autograder.report.student_view import print_closing, print_report
from autograder.windows import WindowCase, Windows
from tests.support import mark_inside, misconceptions, template_source, wrong_source


def wrongly(name: str, id: str) -> Report:
    """The public report on the reference with one misconception in it."""
    (mistake,) = [each for each in misconceptions(name) if each.id == id]
    return mark_inside(wrong_source(name, mistake), name, public=True)


def result(report: Report, exercise: str) -> ExerciseResult:
    """One exercise's result."""
    return next(each for each in report.exercises if each.exercise.name == exercise)


@pytest.mark.parametrize(
    ("name", "mistake", "exercise", "told"),
    [
        ("mean_pooling", "copied-not-shared", "backward", "the factor is the number of cells of a window"),
        ("mean_pooling", "assigned-not-added", "backward", "right except in cells that several windows cover"),
        ("mean_pooling", "uncovered-cells-filled", "backward", "right except in cells that no window covers"),
        ("mean_pooling", "arriving-gradient-transposed", "backward", "has the right sum, but it is spread over"),
        ("mean_pooling", "argument-overwritten", "backward", "dout, which belongs to the caller, is changed"),
        ("max_pooling", "every-cell-gets-it", "backward", "differs from what is right in most cells"),
        ("conv_im2col", "im2col-filter-flipped", "im2col", "holds the right values, but in the wrong cells"),
        ("conv_im2col", "col2im-assigned-not-added", "col2im", "right except in cells that several windows cover"),
    ],
)
def test_patterns_are_recognised_by_values_that_public_checks_know(
    name: str, mistake: str, exercise: str, told: str
) -> None:
    """What is said needs no file of the staff's: the checks' own expected values tell."""
    (diagnosis, *_) = result(wrongly(name, mistake), exercise).diagnoses
    assert told in diagnosis.text.en
    assert not diagnosis.named


@pytest.mark.parametrize(
    ("name", "mistake", "exercise", "told"),
    [
        ("max_pooling", "assigned-not-added", "backward", "right except in cells that several windows cover"),
        ("max_pooling", "fast-repeated-index-lost", "fast", "right except in cells that several windows cover"),
        ("mean_pooling", "first-example-only", "backward", "wrong in the last example only"),
        ("conv_im2col", "bias-averaged-over-batch", "backward_bias", "it is 0.5 times what it should be"),
    ],
)
def test_patterns_are_recognised_by_the_slopes_of_ones_own_forward(
    name: str, mistake: str, exercise: str, told: str
) -> None:
    """Where only a numeric gradient disagrees, all of it is measured and looked at."""
    (diagnosis, *_) = result(wrongly(name, mistake), exercise).diagnoses
    assert told in diagnosis.text.en


def test_slopes_stand_in_only_where_the_gradient_is_wrong() -> None:
    """So rounding in a difference is never taken for a mistake."""
    x = np.array([1.0, 2.0, 3.0])
    gradient = 2 * x + [0, 0, 1]
    slopes = completed(lambda moved: float(np.sum(moved**2)), x, gradient)
    assert slopes.tolist() == [2.0, 4.0, 6.0]
    assert slopes[0] == gradient[0]


def test_coverage_counts_windows() -> None:
    """The handout's count for 3 x 3 windows at stride 2 over 5 x 6 cells: four in the middle, none in the tail."""
    windows = Windows((5, 6), (3, 3), 2)
    assert windows.positions == (2, 2)
    assert windows.coverage[2].tolist() == [2, 2, 4, 2, 2, 0]
    assert windows.coverage[0].tolist() == [1, 1, 2, 1, 1, 0]


def test_windows_may_begin_in_the_padding() -> None:
    """Their corners lie outside the map; only what is inside counts."""
    windows = Windows((3, 3), (3, 2), 2, padding=1)
    assert windows.positions == (2, 2)
    assert windows.corner((0, 0)) == (-1, -1)
    assert windows.cells((0, 0)) == (slice(0, 2), slice(0, 1))
    assert windows.coverage.tolist() == [[1, 1, 1], [2, 2, 2], [1, 1, 1]]


def test_a_case_knows_its_cells_in_either_order_of_axes() -> None:
    """Channels first or last, the masks have the shape of the input."""
    last = WindowCase("", (2, 4, 5, 3), (2, 2), 1).facts("din")
    first = WindowCase("", (2, 3, 4, 5), (2, 2), 1, channels_first=True).facts("din")
    assert last.regions[0].mask.shape == (2, 4, 5, 3)
    assert (first.regions[0].mask == last.regions[0].mask.transpose(0, 3, 1, 2)).all()
    assert [axis.en for axis in first.axes] == ["example", "depth", "row", "column"]


# ----------------------------------------------------------------------------------------- the terminal


def shown(report: Report, *, colours: bool = False, language: str = "en") -> str:
    """What the terminal shows of a report."""
    file = io.StringIO()
    system = "truecolor" if colours else None
    console = Console(file=file, width=200, highlight=False, color_system=system, force_terminal=colours)  # type: ignore[arg-type]
    print_report(console, report, language)
    print_closing(console, [report], language)
    return file.getvalue()


def test_everything_coloured_reads_without_colour() -> None:
    """Signs and words say what colours say: passed, wrong, still to do, the bar and the score."""
    report = wrongly("max_pooling", "assigned-not-added")
    plain = shown(report)
    assert "\x1b" not in plain
    assert "✓ Output size (pooled_size)" in plain
    assert "✗ Backward pass (backward)" in plain
    assert "What seems to be wrong: din is right except in cells that several windows cover" in plain
    assert "Hint: " in plain
    assert "█" in plain and "░" in plain and "/ 100 on the public checks." in plain
    assert "\x1b[" in shown(report, colours=True)


def test_what_is_not_written_is_no_mistake() -> None:
    """A stub has a sign of its own, and no check of it is told as failed."""
    told = shown(mark_inside(template_source("mean_pooling"), "mean_pooling", public=True))
    assert "○ MeanPoolingLayer.backward" in told
    assert "✗" not in told
    assert "autograder explain" not in told


def test_a_failed_check_is_called_by_name() -> None:
    """So that it can be explained, or run again by pytest."""
    told = shown(wrongly("mean_pooling", "copied-not-shared"))
    assert "windows that overlap at stride 1.  public_golden" in told
    assert "autograder explain public_golden" in told
