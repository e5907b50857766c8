"""The correct variants and what marks them over many seeds: enough for every exercise, and no loss goes unseen."""

from __future__ import annotations

import re
from pathlib import Path
from types import ModuleType

import pytest
from click.testing import CliRunner, Result

from tests.correct.__main__ import FEW, SEEDS, enough, main
from tests.correct.marked import FOLDER, KIT, REFERENCE, Turn, Variant, marked, variants_of
from tests.support import load_source, solution_source

ENOUGH = 8
WRITTEN: dict[str, dict[str, tuple[str, ...]]] = {
    "max_pooling": {
        "pooled_size": ("pooled_size",),
        "forward": ("MaxPoolingLayer.forward",),
        "max_index": ("MaxPoolingLayer.forward",),
        "backward": ("MaxPoolingLayer.backward",),
        "backward_matrix": ("max_pool_backward_matrix",),
        "fast": ("max_pool_forward_fast", "max_pool_backward_fast"),
    },
    "mean_pooling": {"backward": ("MeanPoolingLayer.backward",)},
    "conv_im2col": {
        "im2col": ("im2col",),
        "col2im": ("col2im",),
        "forward": ("ConvLayer.forward",),
        "backward_input": ("ConvLayer.backward",),
        "backward_weights": ("ConvLayer.backward",),
        "backward_bias": ("ConvLayer.backward",),
    },
    "normalization": {
        "relu": ("ReluLayer.forward", "ReluLayer.backward"),
        "batchnorm_forward": ("BatchNormLayer.forward",),
        "batchnorm_backward": ("BatchNormLayer.backward",),
    },
    "digits_network": {
        "softmax_cross_entropy": ("softmax_cross_entropy",),
        "dense": ("DenseLayer",),
        "network_gradient": ("build_network",),
        "accuracy": ("train", "predict"),
    },
}
"""What has to be written for each exercise of the assignments whose variants are many enough to prove their checks."""
LISTED = pytest.mark.parametrize("name", WRITTEN)
README = FOLDER / "README.md"


def run(*arguments: str) -> Result:
    """The runner with these arguments."""
    return CliRunner().invoke(main, arguments)


def wrong_layer(folder: Path) -> Path:
    """A file whose gradient is as many times too large as the window has cells."""
    path = folder / "copies_the_gradient.py"
    path.write_text(solution_source("mean_pooling").replace("dout / (rows * columns)", "dout"), encoding="utf-8")
    return path


def defines(module: ModuleType, names: tuple[str, ...]) -> bool:
    """Whether all of these functions and methods are there."""
    return all(callable(attribute(module, name)) for name in names)


def attribute(module: ModuleType, dotted: str) -> object:
    """What the dotted name stands for, or None."""
    found: object = module
    for part in dotted.split("."):
        found = getattr(found, part, None)
    return found


@LISTED
def test_enough_variants_define_every_exercise(name: str) -> None:
    """Each exercise is written by eight variants or more, no two with the same text."""
    texts = {each.path.read_text(encoding="utf-8") for each in variants_of(name) if each.name != REFERENCE}
    modules = [load_source(text, name) for text in texts]
    assert len(modules) == len(variants_of(name)) - 1
    exercises = [exercise.name for exercise in KIT.assignment(name).exercises]
    assert set(WRITTEN[name]) == set(exercises), f"{__file__}: WRITTEN: name the exercises of {name}"
    for exercise in exercises:
        count = sum(defines(module, WRITTEN[name][exercise]) for module in modules)
        assert count >= ENOUGH, f"{FOLDER / name}: {count} variants write {exercise}: write {ENOUGH} or more"


@LISTED
def test_the_readme_tells_of_every_variant(name: str) -> None:
    """Each variant has a line of its own under its assignment, and no line tells of another."""
    section = README.read_text(encoding="utf-8").partition(f"\n## {name}\n")[2].partition("\n## ")[0]
    told = re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)
    known = {each.name for each in variants_of(name)}
    odd = known ^ {*told, REFERENCE}
    assert not odd, f"{README}: {', '.join(sorted(odd))}: a line below '## {name}' for each file, and no other"
    assert len(told) == len(set(told)), f"{README}: a variant of {name} has two lines: take one out"


@LISTED
def test_the_readme_points_to_files_that_are_there(name: str) -> None:
    """Each line on a way of writing names a variant of every assignment, and none that is not there."""
    text = README.read_text(encoding="utf-8")
    head, _, *lines = [line for line in text.partition("\n## Which file")[2].splitlines() if line.startswith("|")]
    column = [cell.strip() for cell in head.split("|")].index(name)
    known = {each.name for each in variants_of(name)}
    for line in lines:
        cell = re.sub(r"\([^)]*\)", "", line.split("|")[column])
        named = re.findall(r"`(\w+)`", cell)
        assert cell.strip() == "–" or named, line
        assert set(named) <= known, line


def test_costly_assignments_get_fewer_seeds() -> None:
    """One in which a network is trained takes seconds a mark; all others get as many as anybody."""
    assert {name: enough(name) for name in WRITTEN} == dict.fromkeys(WRITTEN, SEEDS) | {"digits_network": FEW}


def test_a_right_variant_leaves_nothing_to_say() -> None:
    """Two seeds of one variant are marked, nothing is lost, and the exit code is 0."""
    result = run("mean_pooling", "--seeds", "2", "--variant", "strided")
    assert result.exit_code == 0, result.output
    assert re.search(r"mean_pooling\W+1\W+2\W+2\W+0\W", result.output)
    assert "2 marked in" in result.output and "0 below 100" in result.output


def test_a_wrong_variant_is_reported(tmp_path: Path) -> None:
    """For each seed the exercise, the check and its message are told, and the exit code is 1."""
    result = run("mean_pooling", "--seeds", "2", "--first", "5", "--variant", str(wrong_layer(tmp_path)))
    assert result.exit_code == 1, result.output
    for seed in (5, 6):
        (line,) = re.findall(rf".*, seed {seed}: backward / windows_side_by_side: .*", result.output)
        assert line.startswith("mean_pooling/copies_the_gradient, ") and "din" in line
    assert "2 x mean_pooling/copies_the_gradient: windows_side_by_side" in result.output
    assert "2 below 100" in result.output


@pytest.mark.parametrize(
    "arguments", [("--variant", "nobody"), ("--variant", "nowhere.py"), ("no_such_assignment",), ("--seeds", "0")]
)
def test_wrong_usage_is_told_apart(arguments: tuple[str, ...]) -> None:
    """What cannot be marked is wrong usage, not a success."""
    assert run(*arguments).exit_code == 2


def test_a_file_that_does_not_import_loses_as_a_whole(tmp_path: Path) -> None:
    """Where no check was run, the loss says why."""
    path = tmp_path / "broken.py"
    path.write_text("import nothing_of_the_kind\n", encoding="utf-8")
    (mark,) = marked(Turn("mean_pooling", (0,), (Variant("broken", path),)))
    (loss,) = mark.losses
    assert not loss.check
    assert "nothing_of_the_kind" in str(loss)
