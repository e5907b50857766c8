"""What ``make routes`` compares: who hands in what, and which differences it sees."""

from __future__ import annotations

import io
import math
import sys
import zipfile
from dataclasses import replace

import pytest

from autograder.notebooks.inside import result_of
from tests.routes.__main__ import README, main, markdown, with_table
from tests.routes.compared import Found, differences, rows
from tests.routes.handed_in import MIXES, Work, class_of, zipped
from tests.routes.routes import ROUTES, Marks
from tests.support import KIT, ROOT, load_source, mark_inside, references_beside, solution_source, template_source

STUDENTS = ("reference", "stub", "wrong")
POINTS = {"reference": {"one": 60.0, "two": 40.0}, "stub": {"one": 0.0, "two": 0.0}, "wrong": {"one": 60.0, "two": 0.0}}
RIGHT = Marks(POINTS, 3.0, 6.0)


def found(**others: float) -> Found:
    """Two routes, the second of which gives other points for ``wrong``."""
    other = replace(RIGHT, points={**POINTS, "wrong": POINTS["wrong"] | others})
    return {ROUTES[0]: RIGHT, ROUTES[1]: other}


# -------------------------------------------------------------------------------------- the class


@pytest.mark.parametrize("name", KIT.names)
def test_each_class_has_right_and_wrong_ones(name: str) -> None:
    """The reference, a stub, and wrong ones that differ; with each the modules that it uses."""
    works = class_of(name)
    used = KIT.assignment(name).uses
    assert len(works) == (20 if name in MIXES else 4 if used else 8)
    assert works["reference"] == Work(solution_source(name), {each: solution_source(each) for each in used})
    assert works["stub"] == Work(template_source(name), {each: template_source(each) for each in used})
    assert len({(work.source, *work.companions.values()) for work in works.values()}) == len(works)


def test_one_is_wrong_below_a_right_capstone() -> None:
    """In a single one of the modules that it is built on."""
    work = class_of("digits_network")["wrong_normalization"]
    assert work.source == solution_source("digits_network")
    assert [each for each, text in work.companions.items() if text != solution_source(each)] == ["normalization"]


def test_a_zip_holds_the_files() -> None:
    """Texts as they are, and notebooks as JSON."""
    with zipfile.ZipFile(io.BytesIO(zipped({"a.py": "x = 1\n", "b.ipynb": {"cells": []}}))) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == {
            "a.py": b"x = 1\n",
            "b.ipynb": b'{"cells": []}',
        }


# ------------------------------------------------------------------------------------- differences


def test_the_same_marks_are_no_difference() -> None:
    """Up to rounding."""
    assert [*differences(found(two=0.05), STUDENTS)] == []


@pytest.mark.parametrize("points", [0.5, -1.0, math.nan])
def test_other_marks_are_a_difference(points: float) -> None:
    """NaN is one, too; it names route, student and exercise."""
    (told,) = differences(found(two=points), STUDENTS)
    assert told == f"{ROUTES[1].title}: wrong, two: {points} in place of 0.0"


def test_an_exercise_that_one_route_does_not_know_is_a_difference() -> None:
    """Whichever of the two it is."""
    (told,) = differences(found(three=1.0), STUDENTS)
    assert "wrong, three: 1.0 in place of None" in told
    lacking = dict(reversed(found(three=1.0).items()))
    (told,) = differences(lacking, STUDENTS)
    assert "wrong, three: None in place of 1.0" in told


def test_a_student_without_a_mark_is_a_difference() -> None:
    """Somebody whom a route leaves out is not equal to anybody."""
    (told,) = differences(found(), (*STUDENTS, "forgotten"))
    assert told == f"{ROUTES[1].title}: forgotten has no mark, there or in the first route"


def test_routes_that_agree_on_something_wrong_are_seen() -> None:
    """The reference must earn everything, and the stub nothing."""
    points = {**POINTS, "reference": {"one": 60.0, "two": 39.0}, "stub": {"one": 1.0, "two": 0.0}}
    marks = replace(RIGHT, points=points)
    told = [*differences({ROUTES[0]: marks, ROUTES[1]: marks}, STUDENTS)]
    assert told == [
        f"{ROUTES[0].title}: reference earns 99 in place of 100",
        f"{ROUTES[0].title}: stub earns 1 in place of 0",
    ]


# ------------------------------------------------------------------------------------- the tables


def test_the_table_tells_what_a_submission_costs() -> None:
    """Seconds are shared out over the class."""
    assert next(rows(found())) == (ROUTES[0].title, "yes", "1.00", "2.00")
    page = with_table(README.read_text(encoding="utf-8"), markdown(found()))
    assert f"| {ROUTES[0].title} | yes | 1.00 | 2.00 |\n" in page
    assert page.partition("<!-- routes: begin -->")[0] in README.read_text(encoding="utf-8")


def test_a_page_without_marks_is_refused() -> None:
    """One line says which are missing."""
    with pytest.raises(SystemExit, match="needs the lines"):
        with_table("no marks", "table")


def test_an_unknown_assignment_is_refused() -> None:
    """Before anything is marked."""
    with pytest.raises(SystemExit) as ended:
        main(["nothing_of_that_name"])
    assert ended.value.code == 2


# ---------------------------------------------------------------------------------------- a kernel


@pytest.mark.slow
def test_a_kernel_marks_a_network_on_wrong_layers_as_a_worker_does(monkeypatch: pytest.MonkeyPatch) -> None:
    """The cells that were run are the module that is loaded once more, on top of layers that are right."""
    name, exercise = "digits_network", "network_gradient"
    work = class_of(name)["wrong_normalization"]
    beside = references_beside(name) | {"normalization": load_source(work.companions["normalization"], "normalization")}
    module = load_source(work.source, name, beside)
    for each, companion in beside.items():
        monkeypatch.setitem(sys.modules, each, companion)
    names = {**vars(module), "In": ["", "import numpy as np", work.source]}
    result = result_of(names, ROOT, name, exercise, 11)
    (expected,) = mark_inside(work.source, name, 11, exercises=[exercise], beside=beside).exercises
    assert float(result.score) == float(expected.score) == 28.125
