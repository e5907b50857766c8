"""``autograder show`` where there are no windows: what is measured through a student's own forward, line by line."""

from __future__ import annotations

import io
import warnings
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result
from rich.console import Console

from autograder.bench import InsideBench
from autograder.cli import main
from autograder.errors import PictureError
from autograder.model import Text
from autograder.show.run import show_of
from autograder.show.sheet import Line, Sheet, SheetShow, ask_for_sheet, numbers_of
from autograder.show.sheet_terminal import SheetDrawing, print_sheet
from tests.support import (
    KIT,
    ROOT,
    beside_variant,
    load_source,
    misconceptions,
    references_beside,
    solution_source,
    template_source,
    variant_source,
    variants,
    wrong_source,
)

SHEETS = ("normalization", "digits_network")
SIZES = {"normalization": ("1x1", "1x2", "3x4"), "digits_network": ("1x2", "3x4", "4x10")}


def show_for(name: str) -> SheetShow:
    """What of the assignment is shown."""
    show = show_of(KIT, name)
    assert isinstance(show, SheetShow)
    return show


def sheet_of(name: str, text: str, source: str | None = None, seed: int = 0, variant: str = "") -> Sheet:
    """What a module with this text answers, a variant on top of its own companions."""
    show = show_for(name)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        beside = beside_variant(name, variant) if variant else references_beside(name)
        student = InsideBench(load_source(text, name, beside), text, beside).student()
        return ask_for_sheet(student, show, numbers_of(show, source, seed), 5.0)


def wrong_sheet(name: str, mistake: str, **asked: object) -> Sheet:
    """The same of the reference with one misconception in it."""
    (wrong,) = [each for each in misconceptions(name) if each.id == mistake]
    return sheet_of(name, wrong_source(name, wrong), **asked)  # type: ignore[arg-type]


def line_of(sheet: Sheet, title: str, part: int = -1) -> Line:
    """The line of a part whose title begins so."""
    return next(each for each in sheet.parts[part].lines if each.title.en.startswith(title))


# ------------------------------------------------------------------------------------------- answers


@pytest.mark.parametrize("name", SHEETS)
def test_nothing_is_found_in_right_answers(name: str) -> None:
    """The handout's numbers, and others of several sizes and seeds."""
    for source in (None, *SIZES[name]):
        for seed in (0, 5):
            sheet = sheet_of(name, solution_source(name), source, seed)
            assert (sheet.findings, sheet.problems, sheet.is_right) == ((), (), True)
            assert sheet.praise
            assert not any(line.wrong for part in sheet.parts for line in part.lines)


@pytest.mark.parametrize("name", SHEETS)
def test_nothing_is_found_in_unusual_right_answers(name: str) -> None:
    """All correct variants: another way of writing it is no mistake."""
    for variant in variants(name):
        sheet = sheet_of(name, variant_source(name, variant), variant=variant)
        assert (variant, sheet.findings, sheet.problems) == (variant, (), ())


def test_the_parts_of_the_handouts_example() -> None:
    """Each path by itself, as the handout's figure has it; two of the three add up to what they must."""
    sheet = sheet_of("normalization", solution_source("normalization"))
    expected = {
        "part: by itself": [1, 2, -4, 9],
        "part: through the variance": [1.5, 0.5, -0.5, -1.5],
        "part: through the mean": [-2, -2, -2, -2],
        "the parts together": [0.5, 0.5, -6.5, 5.5],
        "dx": [0.5, 0.5, -6.5, 5.5],
    }
    for title, numbers in expected.items():
        assert np.allclose(line_of(sheet, title).numbers, numbers, atol=1e-5), title  # type: ignore[arg-type]


def test_parts_are_measured_before_backward_is_written() -> None:
    """A forward is enough to see what is to come out."""
    stub = solution_source("normalization").replace("weighted = dout * self.normalized", "raise NotImplementedError")
    sheet = sheet_of("normalization", stub)
    assert np.allclose(line_of(sheet, "the parts").numbers, [0.5, 0.5, -6.5, 5.5], atol=1e-5)  # type: ignore[arg-type]
    assert line_of(sheet, "dx").numbers is None
    assert [each.en for each in sheet.problems] == ["dx: not written yet (NotImplementedError)"]
    assert sheet.findings == ()


def test_probabilities_and_slopes_of_the_handouts_example() -> None:
    """From nothing but losses."""
    sheet = sheet_of("digits_network", solution_source("digits_network"))
    assert np.allclose(line_of(sheet, "probability", 0).numbers, [0.66524, 0.24473, 0.09003], atol=1e-5)  # type: ignore[arg-type]
    assert np.allclose(line_of(sheet, "slope", 0).numbers, [-0.16738, 0.12236, 0.04502], atol=1e-5)  # type: ignore[arg-type]
    assert sheet.parts[1].heads == ("0", "1", "[2]")


@pytest.mark.parametrize(
    ("name", "mistake", "said"),
    [
        ("normalization", "backward-mean-held-fixed", "the path through the mean is missing"),
        ("normalization", "backward-variance-held-fixed", "the path through the variance is missing"),
        ("normalization", "backward-mean-and-variance-held-fixed", "two paths are missing"),
        ("normalization", "backward-mean-held-fixed", "raising all values alike would change the output"),
        ("normalization", "backward-inverse-std-squared", "column 0: dx is 0.1667, the parts add up to 0.5"),
        ("normalization", "forward-not-centred", "the normalised values add up to"),
        ("digits_network", "gradient-not-averaged", "dscores is 2 times the slope of your loss, everywhere"),
    ],
)
def test_what_cannot_be_right_is_told(name: str, mistake: str, said: str) -> None:
    """From small steps through the student's own forward: no right answer is needed to see it."""
    told = [each.en for each in wrong_sheet(name, mistake).findings]
    assert any(said in each for each in told), told


def test_a_loss_whose_probabilities_are_none_is_told() -> None:
    """And a gradient that is no slope of it, with its place."""
    source = solution_source("digits_network")
    halved = sheet_of("digits_network", source.replace("return float(loss), ", "return float(loss) / 2, "))
    assert "example 0: by your loss the probabilities" in halved.findings[0].en
    added = sheet_of("digits_network", source.replace("dscores / len(labels)", "dscores / len(labels) + 0.25"))
    assert "example 0: dscores adds up to 0.75" in added.findings[0].en
    assert "example 0, class 0: dscores is 0.08262, the slope of your loss -0.1674" in added.findings[1].en
    assert line_of(added, "dscores", 0).wrong == {0, 1, 2}


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("normalization", "return self.gamma * self.inverse_std *", "return np.nan * self.inverse_std *"),
        ("digits_network", "dscores / len(labels)", "dscores * np.nan"),
    ],
)
def test_nan_is_never_right(name: str, before: str, after: str) -> None:
    """It is no slope of anything."""
    sheet = sheet_of(name, solution_source(name).replace(before, after))
    assert sheet.findings
    assert len(sheet.parts[-1].lines[-1].wrong) == len(sheet.parts[-1].heads)


def test_a_loss_that_is_no_number_has_no_slopes() -> None:
    """That is said, and the gradient is shown all the same."""
    source = solution_source("digits_network").replace("return float(loss), ", "return float('nan'), ")
    sheet = sheet_of("digits_network", source)
    assert "the slopes of your loss cannot be measured" in sheet.problems[0].en
    assert line_of(sheet, "slope").numbers is None
    assert line_of(sheet, "dscores").numbers is not None


@pytest.mark.parametrize("name", SHEETS)
def test_a_stub_leaves_gaps(name: str) -> None:
    """What is not written yet is no mistake; nothing is found."""
    sheet = sheet_of(name, template_source(name))
    assert sheet.findings == ()
    assert all("not written yet (NotImplementedError)" in each.en for each in sheet.problems)
    assert not sheet.is_right


def test_an_answer_of_the_wrong_shape_is_said_and_not_shown() -> None:
    """The sentence is that of the checks."""
    source = solution_source("normalization").replace("return self.gamma *", "return [0] + self.gamma[0] *")
    source = source.replace("- through_variance)", "- through_variance)[:2]")
    sheet = sheet_of("normalization", source)
    assert "dx has shape (2, 1), expected (4, 1)" in sheet.problems[0].en
    assert line_of(sheet, "dx").numbers is None


# ------------------------------------------------------------------------------------------- numbers


@pytest.mark.parametrize(
    ("name", "source", "said"),
    [
        ("normalization", "1x13", "1 x 13 numbers make no picture: take 12 at most"),
        ("normalization", "5x3", "5 x 3 numbers make no picture"),
        ("normalization", "0x3", "0 x 3 numbers make no picture"),
        ("digits_network", "13x2", "13 x 2 numbers make no picture: take 40 at most, 12 each way"),
        ("digits_network", "four", "name a size such as 4x5"),
    ],
)
def test_what_cannot_be_shown_is_one_clear_line(name: str, source: str, said: str) -> None:
    """Sizes and files."""
    with pytest.raises(PictureError, match=said):
        numbers_of(show_for(name), source, 0)


def test_numbers_that_rounding_would_hide_are_refused(tmp_path: Path) -> None:
    """A small step from a very large number is none."""
    np.save(tmp_path / "large.npy", np.array([[1e7, 1.0]]))
    with pytest.raises(PictureError, match="numbers beyond 1e\\+06"):
        numbers_of(show_for("normalization"), str(tmp_path / "large.npy"), 0)


def test_numbers_come_from_the_seed_a_size_or_a_file(tmp_path: Path) -> None:
    """The handout's are shown where nothing is asked for; those of a file are as they are."""
    show = show_for("digits_network")
    assert (numbers_of(show, None, 0).x == show.numbers).all()
    assert (numbers_of(show, None, 1).x != show.numbers).any()
    assert sorted(numbers_of(show, "2x2", 1).x.flat) == [0.25, 0.5, 0.75, 1.0]
    np.savetxt(tmp_path / "scores.csv", [[7.0, 9.0]], delimiter=",")
    assert numbers_of(show, str(tmp_path / "scores.csv"), 1).x.tolist() == [[7.0, 9.0]]


# ------------------------------------------------------------------------------------------ drawings


def drawing_of(name: str, text: str, language: str = "en") -> SheetDrawing:
    """What is drawn of a module with this text."""
    return SheetDrawing(sheet_of(name, text), Text(name, name), language)


def test_the_terminal_shows_sums_and_marks_what_cannot_be_right() -> None:
    """A column of sums, and a sign beside each number that is off; no colour is needed."""
    (wrong,) = [each for each in misconceptions("normalization") if each.id == "backward-mean-held-fixed"]
    file = io.StringIO()
    console = Console(file=file, width=120, highlight=False, color_system=None)
    print_sheet(console, drawing_of("normalization", wrong_source("normalization", wrong)))
    lines = {line.split("  ")[1]: line.split()[-5:] for line in file.getvalue().splitlines() if line.startswith("  ")}
    assert lines["part: through the mean"] == ["-2", "-2", "-2", "-2", "-8"]
    assert lines["the parts together"][-1] == "0"
    assert file.getvalue().count(" !") == 4
    assert "! dx adds up to 8" in file.getvalue()
    assert "✓" not in file.getvalue()


def test_a_picture_is_a_png(tmp_path: Path) -> None:
    """In either language, of right answers and of none."""
    pytest.importorskip("matplotlib")
    from autograder.show.sheet_picture import save_sheet

    for name, text, language in (("normalization", solution_source("normalization"), "zh"),
                                 ("digits_network", template_source("digits_network"), "en")):  # fmt: skip
        save_sheet(drawing_of(name, text, language), tmp_path / f"{name}.png")
        assert (tmp_path / f"{name}.png").read_bytes().startswith(b"\x89PNG")


# --------------------------------------------------------------------------------------- the command


def run(*arguments: object) -> Result:
    """Run ``show`` in this process, with the kit of this project."""
    environment = {"COLUMNS": "120"}
    return CliRunner(env=environment).invoke(main, ["show", *map(str, arguments), "--kit", str(ROOT)])


def test_the_command_asks_the_students_own_files(tmp_path: Path) -> None:
    """In a confined worker, with the modules that lie beside it."""
    for name in (*KIT.assignment("digits_network").uses, "digits_network"):
        (tmp_path / f"{name}.py").write_text(solution_source(name), encoding="utf-8")
    result = run("digits_network", "--path", tmp_path)
    assert result.exit_code == 0, result.output
    assert "digits_network, as digits_network.py answers  2 x 3 scores" in result.output
    assert "✓ the probabilities of each example add up to 1" in result.output


def test_the_command_has_no_windows_here() -> None:
    """One clear line for an option that means nothing, and for staff the reference."""
    result = run("normalization", "--window", "2x2", "--reference")
    assert (result.exit_code, result.output.count("\n")) == (2, 1)
    assert "normalization has no windows" in result.output
    assert "按参考答案的结果" in run("normalization", "--reference", "--language", "zh").output
