"""``autograder show``: pictures of what a layer answers, right where it is right, and honest where it is not."""

from __future__ import annotations

import io
import shutil
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result
from rich.console import Console

from autograder.bench import InsideBench
from autograder.catalog import Kit
from autograder.cli import main
from autograder.errors import MissingExtra, OutputError, PictureError
from autograder.model import Text
from autograder.show.ask import Answers, ask
from autograder.show.findings import findings, praise, wrong_cells
from autograder.show.run import ask_reference, show_of
from autograder.show.scene import Scene, Show, scene_of
from autograder.show.terminal import Drawing, print_drawing
from autograder.windows import Windows
from tests.support import (
    KIT,
    ROOT,
    load_source,
    misconceptions,
    solution_source,
    template_source,
    variant_source,
    variants,
    wrong_source,
)

DRAWN = ("max_pooling", "mean_pooling", "conv_im2col")
SCENES = (
    {"source": "4x4"},
    {"source": "5x7", "window": (2, 3), "stride": 2},
    {"source": "3x4", "stride": 1},
    {"source": "7x5", "window": (2, 1), "stride": 3},
)


def answered(name: str, source: str, scene: Scene) -> Answers:
    """What a module with this text answers."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ask(InsideBench(load_source(source, name), source).student(), show_of(KIT, name), scene, 5.0)


def told(name: str, mistake: str, **asked: object) -> list[str]:
    """What cannot be right in the answers of the reference with one misconception in it."""
    (wrong,) = [each for each in misconceptions(name) if each.id == mistake]
    show = show_of(KIT, name)
    scene = scene_of(show, **asked)  # type: ignore[arg-type]
    return [each.en for each in findings(show, scene, answered(name, wrong_source(name, wrong), scene))]


# ------------------------------------------------------------------------------------------- answers


@pytest.mark.parametrize("name", DRAWN)
@pytest.mark.parametrize("asked", SCENES)
def test_nothing_is_found_in_right_answers(name: str, asked: dict[str, object]) -> None:
    """Overlaps, gaps, tails and rectangles: every gradient has landed, the windows add up, and that is said."""
    show = show_of(KIT, name)
    scene = scene_of(show, **asked)  # type: ignore[arg-type]
    answers = ask_reference(KIT, KIT.assignment(name), show, scene)
    assert findings(show, scene, answers) == ()
    assert answers.problems == ()
    assert len(answers.lands) == scene.dout.size
    assert answers.din is not None
    assert np.allclose(sum(answers.lands.values()), answers.din)
    assert not wrong_cells(scene, answers).any()
    assert praise(show, scene, answers)


@pytest.mark.parametrize("name", DRAWN)
def test_nothing_is_found_in_unusual_right_answers(name: str) -> None:
    """All correct variants: another way of writing it is no mistake."""
    show = show_of(KIT, name)
    scene = scene_of(show, "3x4", stride=1)
    for variant in variants(name):
        answers = answered(name, variant_source(name, variant), scene)
        assert (variant, findings(show, scene, answers), answers.problems) == (variant, (), ())


@pytest.mark.parametrize(
    ("name", "mistake", "asked", "said"),
    [
        ("mean_pooling", "copied-not-shared", {}, "a gradient of 1 arrives, 4 is handed on (4 of 4 windows)"),
        ("mean_pooling", "assigned-not-added", {}, "is handed on"),
        ("mean_pooling", "uncovered-cells-filled", {"source": "5x5", "stride": 2}, "lies under no window, yet it gets"),
        ("mean_pooling", "stride-as-window", {"source": "4x4"}, "is handed on"),
        ("max_pooling", "every-cell-gets-it", {}, "a gradient of 1 arrives, 4 is handed on"),
        ("max_pooling", "index-column-by-column", {}, "but the cell that is named holds"),
        ("max_pooling", "index-in-whole-input", {}, "but the cell that is named holds"),
        ("conv_im2col", "col2im-assigned-not-added", {}, "windows A and C spread their gradients in different ways"),
    ],
)
def test_what_cannot_be_right_is_told(name: str, mistake: str, asked: dict[str, object], said: str) -> None:
    """From the windows alone: no right answer is needed to see it."""
    assert any(said in each for each in told(name, mistake, **asked)), told(name, mistake, **asked)


def test_a_gradient_that_lands_outside_its_window_is_told() -> None:
    """With the window's letter and the cell."""
    show = show_of(KIT, "mean_pooling")
    scene = Scene(np.arange(4.0).reshape(2, 2), Windows((2, 2), (1, 1), 1))
    astray = np.array([[0, 1.0], [0, 0]])
    others = {place: np.where(np.indices((2, 2)).sum(0) < 0, 0.0, 0.0) for place in scene.letters}
    answers = Answers(din=astray, lands={**others, (0, 0): astray})
    assert "window A: its gradient lands outside it, in cell (0, 1)" in [
        each.en for each in findings(show, scene, answers)
    ]


def test_a_winner_that_is_no_cell_of_its_window_is_told() -> None:
    """A number beyond the last cell, and one that is no whole number."""
    show = show_of(KIT, "max_pooling")
    scene = scene_of(show, "2x2")
    for number in (4.0, 1.5, -1.0, np.nan):
        answers = Answers(out=np.array([[4.0]]), winners=np.array([[number]]))
        (said,) = findings(show, scene, answers)
        assert "window A: its cells have the numbers 0 to 3" in said.en


def test_nan_is_never_right() -> None:
    """It adds up to nothing."""
    show = show_of(KIT, "mean_pooling")
    scene = scene_of(show, "2x2")
    nan = np.full((2, 2), np.nan)
    assert findings(show, scene, Answers(din=nan, lands={(0, 0): nan}))
    assert wrong_cells(scene, Answers(din=nan, lands={(0, 0): nan})).all()


def test_a_stub_is_no_mistake_and_leaves_gaps() -> None:
    """What is not written yet is said once, and nothing is found or praised."""
    show = show_of(KIT, "max_pooling")
    scene = scene_of(show)
    answers = answered("max_pooling", template_source("max_pooling"), scene)
    assert [each.en for each in answers.problems] == [
        "out: not written yet (NotImplementedError)",
        "din: not written yet (NotImplementedError)",
    ]
    assert (findings(show, scene, answers), praise(show, scene, answers)) == ((), ())


def test_an_answer_of_the_wrong_shape_is_said_and_not_drawn() -> None:
    """The sentence is that of the checks."""
    source = solution_source("mean_pooling").replace("return out", "return out[:, :1]")
    scene = scene_of(show_of(KIT, "mean_pooling"))
    answers = answered("mean_pooling", source, scene)
    assert answers.out is None
    assert "out has shape (1, 1, 2, 1), expected (1, 2, 2, 1)" in answers.problems[0].en


# -------------------------------------------------------------------------------------------- scenes


def test_inputs_come_from_a_size_or_a_file(tmp_path: Path) -> None:
    """A drawn one holds each number once, and depends on the seed alone."""
    show = show_of(KIT, "max_pooling")
    drawn = scene_of(show, "3x5", seed=2).x
    assert sorted(drawn.flat) == list(range(1, 16))
    assert (drawn == scene_of(show, "3x5", seed=2).x).all()
    assert (drawn != scene_of(show, "3x5", seed=3).x).any()
    np.save(tmp_path / "map.npy", drawn)
    np.savetxt(tmp_path / "map.csv", drawn, delimiter=",")
    for name in ("map.npy", "map.csv"):
        assert (scene_of(show, str(tmp_path / name)).x == drawn).all()


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"source": "13x3"}, "an input of 13 x 3 makes no picture"),
        ({"source": "0x3"}, "an input of 0 x 3 makes no picture"),
        ({"source": "9x9", "stride": 1}, "64 windows are too many"),
        ({"source": "2x2", "window": (3, 1)}, "a window of 3 x 1 does not fit"),
        ({"stride": 0}, "must be 1 or more"),
        ({"padding": 1}, "has no padding"),
        ({"source": "four"}, "name a size such as 4x5"),
        ({"source": "none.npy"}, "cannot be read"),
    ],
)
def test_what_cannot_be_drawn_is_one_clear_line(asked: dict[str, object], said: str) -> None:
    """Sizes, windows, files."""
    with pytest.raises(PictureError, match=said):
        scene_of(show_of(KIT, "max_pooling"), **asked)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("held", "said"),
    [
        (np.array([[{}]], dtype=object), "holds no table of numbers"),
        (np.array([["a"]]), "holds no table of numbers"),
        (np.zeros((2, 2, 2)), "one map of rows and columns"),
        (np.array([[1, np.nan]]), "finite numbers"),
    ],
)
def test_a_file_holds_one_map_of_numbers(tmp_path: Path, held: np.ndarray, said: str) -> None:
    """Of rows and columns, each of them finite."""
    np.save(tmp_path / "map.npy", held, allow_pickle=True)
    with pytest.raises(PictureError, match=said):
        scene_of(show_of(KIT, "max_pooling"), str(tmp_path / "map.npy"))


def test_a_pickle_in_a_file_is_not_loaded(tmp_path: Path) -> None:
    """Loading it could do anything."""

    class Pickled:
        def __reduce__(self) -> tuple[object, ...]:
            return Path.mkdir, (tmp_path / "done",)

    np.save(tmp_path / "map.npy", np.array([[Pickled()]], dtype=object), allow_pickle=True)
    with pytest.raises(PictureError, match="holds no table of numbers"):
        scene_of(show_of(KIT, "max_pooling"), str(tmp_path / "map.npy"))
    assert not (tmp_path / "done").exists()


def test_an_assignment_without_show_has_no_pictures(tmp_path: Path) -> None:
    """Those that have are named."""
    for name in ("max_pooling", "mean_pooling"):
        shutil.copytree(KIT.assignment(name).folder, tmp_path / "assignments" / name)
    (tmp_path / "assignments" / "mean_pooling" / "show.py").unlink()
    with pytest.raises(PictureError, match=r"nothing of mean_pooling can be drawn: there are max_pooling$"):
        show_of(Kit(tmp_path), "mean_pooling")


# ------------------------------------------------------------------------------------------- drawings


def drawing_of(name: str, text: str, language: str = "en", **asked: object) -> Drawing:
    """What is drawn of a module with this text."""
    show: Show = show_of(KIT, name)
    scene = scene_of(show, **asked)  # type: ignore[arg-type]
    return Drawing(show, scene, answered(name, text, scene), Text(name, name), language)


def printed(drawing: Drawing) -> str:
    """What the terminal shows, without colours."""
    file = io.StringIO()
    print_drawing(Console(file=file, width=120, highlight=False, color_system=None), drawing)
    return file.getvalue()


def test_the_terminal_names_windows_by_letters() -> None:
    """Winners in brackets, who won what, what arrives and what lands; no colour is needed."""
    text = printed(drawing_of("max_pooling", solution_source("max_pooling"), source="3x4", stride=1))
    assert "12 ABDE" in text
    assert "[12]" in text
    assert "→ 12" in text
    assert "│ C 8 │" in text
    assert "12 ABDE │" in text
    assert "✓ each gradient lands inside its own window" in text


def test_the_terminal_marks_cells_that_no_window_covers() -> None:
    """A tail, in the input and in din."""
    text = printed(drawing_of("mean_pooling", solution_source("mean_pooling"), source="3x2", window=(2, 2), stride=1))
    assert " ·" not in text.split("Forward")[1]
    text = printed(drawing_of("mean_pooling", solution_source("mean_pooling"), source="3x2", window=(2, 2), stride=2))
    assert text.split("Forward")[1].count(" · │") == 4


def test_the_terminal_marks_what_cannot_be_right() -> None:
    """The cell by a sign, and the sentence below."""
    (wrong,) = [each for each in misconceptions("mean_pooling") if each.id == "uncovered-cells-filled"]
    text = printed(drawing_of("mean_pooling", wrong_source("mean_pooling", wrong), source="3x3", stride=2))
    assert " !" in text.split("Backward")[1].split("! cell")[0]
    assert "! cell (0, 2) of din lies under no window" in text


def test_the_filter_is_drawn_beside_the_input() -> None:
    """With its numbers; a window that begins in the padding shows zeros there."""
    text = printed(drawing_of("conv_im2col", solution_source("conv_im2col"), source="2x2", padding=1, stride=2))
    assert "filter" in text
    assert "│ 3 │ 4 │" in text


def test_a_picture_is_a_png(tmp_path: Path) -> None:
    """In either language, of right answers and of none."""
    pytest.importorskip("matplotlib")
    from autograder.show.picture import save_picture

    for text, language in ((solution_source("max_pooling"), "zh"), (template_source("max_pooling"), "en")):
        out = tmp_path / f"{language}.png"
        save_picture(drawing_of("max_pooling", text, language, source="2x2"), out)
        assert out.read_bytes().startswith(b"\x89PNG")


def test_a_picture_needs_matplotlib_and_a_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each is one clear line."""
    pytest.importorskip("matplotlib")
    from autograder.show.picture import save_picture

    drawing = drawing_of("mean_pooling", template_source("mean_pooling"))
    with pytest.raises(OutputError, match=r"ends in \.png"):
        save_picture(drawing, tmp_path / "picture.svg")
    with pytest.raises(OutputError, match="cannot be written"):
        save_picture(drawing, tmp_path / "nowhere" / "picture.png")
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(MissingExtra, match="pip install matplotlib"):
        save_picture(drawing, tmp_path / "picture.png")


# ---------------------------------------------------------------------------------------- the command


def run(*arguments: object) -> Result:
    """Run ``show`` in this process, with the kit of this project."""
    environment = {"COLUMNS": "120"}
    return CliRunner(env=environment).invoke(main, ["show", *map(str, arguments), "--kit", str(ROOT)])


def test_the_command_draws_the_students_own_file(tmp_path: Path) -> None:
    """In a confined worker; a stub is drawn as far as it goes, with exit code 1."""
    (tmp_path / "mean_pooling.py").write_text(template_source("mean_pooling"), encoding="utf-8")
    result = run("mean_pooling", "--path", tmp_path, "--input", "3x4")
    assert result.exit_code == 1
    assert "mean_pooling, as mean_pooling.py answers  input 3 x 4, window 2 x 2, stride 1" in result.output
    assert "din: not written yet" in result.output
    assert "→ " in result.output


def test_a_file_that_loops_or_does_not_import_is_told(tmp_path: Path) -> None:
    """One sentence in the place of answers."""
    (tmp_path / "mean_pooling.py").write_text("import nothing_of_that_name\n", encoding="utf-8")
    result = run("mean_pooling", "--path", tmp_path)
    assert result.exit_code == 1
    assert "'nothing_of_that_name' is not available here" in result.output


def test_the_command_draws_the_reference_for_staff() -> None:
    """Exit code 0 where everything is right."""
    result = run("max_pooling", "--reference", "--language", "zh")
    assert result.exit_code == 0
    assert "按参考答案的结果" in result.output


def test_wrong_usage_of_the_command_is_one_line(tmp_path: Path) -> None:
    """No file, no picture of it, a window that is no size."""
    for arguments in (("max_pooling", "--path", tmp_path), ("normalization",), ("max_pooling", "--input", "99x99")):
        result = run(*arguments)
        assert (result.exit_code, result.output.count("\n")) == (2, 1)
    assert "is no size" in run("max_pooling", "--window", "3").output
