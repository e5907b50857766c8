"""An assignment that uses others: its notebook goes out with stubs and data, and comes back with modules."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.nbgrader.course import build, confined, hand_in, kit_in, pasted, points, released, run
from tests.routes.handed_in import short_notebook
from tests.support import solution_source, template_source

pytestmark = pytest.mark.routes

NAME = "digits_network"
USED = ("conv_im2col", "max_pooling", "mean_pooling", "normalization")
RIGHT = {"softmax_cross_entropy": 20.0, "dense": 20.0, "network_gradient": 30.0, "accuracy": 30.0}


def course_in(folder: Path) -> Path:
    """A course of the capstone with a short notebook, and a student who has handed in everything."""
    kit = kit_in(folder, short=False)
    (kit / "assignments" / NAME / "notebook.py").write_text(short_notebook(NAME), encoding="utf-8")
    course = build(kit, NAME)
    right = hand_in(course, "right", pasted(released(course, NAME), solution_source(NAME)), NAME)
    for each in USED:
        (right.parent / f"{each}.py").write_text(solution_source(each), encoding="utf-8")
    return course


@pytest.mark.slow
def test_what_is_handed_in_with_a_notebook_is_used(tmp_path: Path) -> None:
    """Stubs and data go out; marks are made with the modules that came back, in a kernel and confined."""
    course = course_in(tmp_path / "kit")
    release = course / "release" / NAME
    assert (release / "data" / "digits.npz").stat().st_size > 10_000
    assert [(release / f"{each}.py").read_text("utf-8") == template_source(each) for each in USED] == [True] * 4
    run(course, "nbgrader", "autograde", NAME)
    assert points(course, NAME) == {"right": RIGHT}
    stub = hand_in(course, "stub", pasted(released(course, NAME), solution_source(NAME)), NAME)
    for each in USED:
        (stub.parent / f"{each}.py").write_text(template_source(each), encoding="utf-8")
    confined(course, "--force", name=NAME)
    found = points(course, NAME)
    assert found["right"] == RIGHT
    assert found["stub"]["network_gradient"] > 28 and found["stub"]["accuracy"] == 0
