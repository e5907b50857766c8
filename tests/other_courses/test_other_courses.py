"""The rebuilt checks of other courses: they accept what is right, and let pass and catch what is known of them."""

from __future__ import annotations

from collections.abc import Collection

import pytest

from tests.other_courses import compare, show
from tests.other_courses.compare import ASSIGNMENTS, COURSES, OURS, Judged, Module
from tests.other_courses.course import Course, accepts
from tests.other_courses.themes import OTHER, THEMES, theme_of
from tests.support import (
    load_source,
    lost,
    mark_inside,
    misconceptions,
    solution_source,
    template_source,
    wrong_source,
)

CHECKED = [pytest.param(course, name, id=f"{course.name}-{name}") for course in COURSES for name in course.checks]
BY_NAME = {course.name: course for course in COURSES}

LET_PASS = [
    ("CS231n", "max_pooling", "assigned-not-added"),
    ("CS231n", "max_pooling", "fast-every-tie-gets-it-all"),
    ("CS231n", "conv_im2col", "col2im-empty-without-padding"),
    ("CMU 11-785", "conv_im2col", "forward-bias-forgotten"),
    ("CMU 11-785", "mean_pooling", "accumulated-over-calls"),
    ("dlcourse.ai", "max_pooling", "window-as-stride"),
    ("deeplearning.ai", "conv_im2col", "input-filter-not-reversed-twice"),
    ("deeplearning.ai", "max_pooling", "shape-of-covered-area"),
    ("dlsys", "conv_im2col", "weights-arriving-gradient-ignored"),
    ("minitorch", "mean_pooling", "arriving-gradient-ignored"),
    ("minitorch", "conv_im2col", "forward-channels-scrambled"),
]
CAUGHT = [
    ("CS231n", "max_pooling", "every-cell-gets-it"),
    ("CMU 11-785", "max_pooling", "assigned-not-added"),
    ("dlcourse.ai", "conv_im2col", "forward-bias-forgotten"),
    ("deeplearning.ai", "mean_pooling", "copied-not-shared"),
    ("dlsys", "conv_im2col", "input-overlaps-assigned"),
    ("minitorch", "mean_pooling", "one-cell-takes-all"),
]

UPSTREAM_IS_THE_OUTPUT = """
right_forward, right_backward = MaxPoolingLayer.forward, MaxPoolingLayer.backward

def forward(self, x):
    self.out = right_forward(self, x)
    return self.out

def backward(self, dout):
    return right_backward(self, self.out)

MaxPoolingLayer.forward, MaxPoolingLayer.backward = forward, backward
"""
UPSTREAM_TRANSPOSED = """
right_backward = ConvLayer.backward

def backward(self, dout):
    return right_backward(self, dout.swapaxes(1, 2))

ConvLayer.backward = backward
"""
CHANNELS_SCRAMBLED_BOTH_WAYS = """
right_forward, right_backward = ConvLayer.forward, ConvLayer.backward

def forward(self, x):
    out = right_forward(self, x)
    return out.transpose(3, 0, 1, 2).reshape(out.shape)

def backward(self, dout):
    batch, rows, columns, depth = dout.shape
    return right_backward(self, dout.reshape(depth, batch, rows, columns).transpose(1, 2, 3, 0))

ConvLayer.forward, ConvLayer.backward = forward, backward
"""


def wrong(assignment: str, name: str) -> str:
    """The reference with a misconception."""
    (found,) = (each for each in misconceptions(assignment) if each.id == name)
    return wrong_source(assignment, found)


def accepted(course: Course, assignment: str, source: str) -> bool:
    """Whether the course accepts a module with this source text."""
    return accepts(course, assignment, load_source(source, assignment))


@pytest.mark.parametrize(("course", "assignment"), CHECKED)
def test_every_course_accepts_the_reference(course: Course, assignment: str) -> None:
    """The reference solution passes every check of every course."""
    assert accepted(course, assignment, solution_source(assignment))


@pytest.mark.parametrize(("course", "assignment"), CHECKED)
def test_every_course_refuses_the_template(course: Course, assignment: str) -> None:
    """The untouched template passes no course's checks."""
    assert not accepted(course, assignment, template_source(assignment))


@pytest.mark.parametrize(("name", "assignment", "misconception"), LET_PASS)
def test_what_a_course_lets_pass_loses_points_here(name: str, assignment: str, misconception: str) -> None:
    """A misconception that slips through a course's checks costs points by ours."""
    source = wrong(assignment, misconception)
    assert accepted(BY_NAME[name], assignment, source)
    assert lost(mark_inside(source, assignment))


@pytest.mark.parametrize(("name", "assignment", "misconception"), CAUGHT)
def test_every_course_catches_something(name: str, assignment: str, misconception: str) -> None:
    """A course's checks refuse what they are known to see."""
    assert not accepted(BY_NAME[name], assignment, wrong(assignment, misconception))


@pytest.mark.parametrize(
    ("name", "assignment", "ending"),
    [
        pytest.param("CMU 11-785", "max_pooling", UPSTREAM_IS_THE_OUTPUT, id="output-as-upstream"),
        pytest.param("dlsys", "conv_im2col", UPSTREAM_TRANSPOSED, id="upstream-transposed"),
        pytest.param("dlcourse.ai", "conv_im2col", CHANNELS_SCRAMBLED_BOTH_WAYS, id="channels-scrambled"),
    ],
)
def test_what_agrees_with_itself_or_with_the_upstream_slips_through(name: str, assignment: str, ending: str) -> None:
    """A backward that never reads its argument, or that undoes a wrong forward, passes there and loses points here."""
    source = solution_source(assignment) + ending
    assert accepted(BY_NAME[name], assignment, source)
    assert lost(mark_inside(source, assignment))


@pytest.mark.parametrize(
    ("name", "assignment", "exercises", "theme", "asked"),
    [
        ("CS231n", "mean_pooling", {"backward"}, "overlapping windows", False),
        ("CS231n", "max_pooling", {"backward"}, "rectangular windows", True),
        ("CMU 11-785", "max_pooling", {"backward"}, "rectangular windows", False),
        ("CMU 11-785", "max_pooling", {"backward_matrix"}, "ties", False),
        ("CMU 11-785", "max_pooling", {"backward_matrix", "backward"}, "", True),
        ("minitorch", "max_pooling", {"max_index"}, "ties", False),
        ("minitorch", "conv_im2col", {"forward"}, "bias", False),
        ("dlsys", "conv_im2col", {"forward"}, "ReLU", False),
        ("dlsys", "conv_im2col", {"col2im"}, "padding 0", True),
    ],
)
def test_a_course_is_asked_about_what_it_has(
    name: str, assignment: str, exercises: Collection[str], theme: str, asked: bool
) -> None:
    """An exercise or a theme that a course has no task for is not asked, and so not let pass either."""
    assert BY_NAME[name].has(assignment, exercises, theme) is asked


def test_every_misconception_has_a_theme() -> None:
    """The table of themes names each misconception once, and none that there is not."""
    ids = {each.id for assignment in ASSIGNMENTS for each in misconceptions(assignment)}
    sorted_in = [each for text in THEMES.values() for each in text.split()]
    assert {each for each in ids if theme_of(each) == OTHER} == set()
    assert sorted(sorted_in) == sorted(ids)


@pytest.mark.parametrize("course", COURSES, ids=lambda course: course.name)
def test_themes_a_course_is_without_exist(course: Course) -> None:
    """What a course's interface has no room for is named as the table of themes names it."""
    assert {theme for themes in course.without.values() for theme in themes} <= set(THEMES)


def test_a_helper_belongs_to_the_exercises_that_call_it() -> None:
    """A mutant of a helper is asked wherever one of the functions that call it is."""
    found = compare.exercises_of_functions("max_pooling")
    assert found["pooled_size"] == {"pooled_size"}
    assert found["_cells"] == {"forward", "max_index", "backward", "backward_matrix", "fast"}
    assert compare.exercises_of_functions("conv_im2col")["_cells"] == {"col2im"}


def test_a_module_that_never_ends_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """A course's checks are killed at their deadline, and what had to be killed does not pass."""
    monkeypatch.setitem(compare.SECONDS, "mutant", 0.5)
    monkeypatch.setattr(compare, "JOBS", 1)
    nothing = frozenset[str]()
    texts = ("while True: pass", solution_source("conv_im2col"))
    endless, right = (Module("conv_im2col", "mutant", "", nothing, "", text) for text in texts)
    asked = frozenset({"dlcourse.ai"})
    assert compare.verdicts_of_courses((endless, right), [asked, asked], bool) == [(nothing, asked), (asked, nothing)]


def test_a_right_answer_nobody_waited_for_is_not_refused() -> None:
    """A course sets no deadline, so it is not asked about a right answer that is slow on its images."""
    slow = Module("max_pooling", "variant", "slow", frozenset({"backward"}), "", "")
    verdict = compare.judged_module(slow, frozenset({"CS231n", "dlsys"}), (frozenset(), frozenset({"CS231n"})), True)
    assert verdict.asked == {"dlsys", OURS}
    assert verdict.unfinished == {"CS231n"}


def judged() -> tuple[Judged, ...]:
    """A wrong module that one course lets pass, and a right one that ours refuses."""
    wrong_one = Module("max_pooling", "misconception", "some", frozenset({"backward"}), "ties", "")
    right_one = Module("max_pooling", "variant", "other", frozenset({"backward"}), "", "")
    asked = frozenset({"CS231n", "CMU 11-785", OURS})
    late = frozenset({"dlsys"})
    return Judged(wrong_one, asked, frozenset({"CS231n"})), Judged(right_one, asked, asked - {OURS}, late)


def test_the_tables_say_who_let_what_pass() -> None:
    """Each row counts what was asked, let pass and refused; what was not asked is a dash."""
    rows = {row[0]: row[1:] for row in show.course_rows(judged())}
    assert rows["CS231n"] == ["1", "1 (100 %)", "0", "–", "1", "0"]
    assert rows["dlsys"] == ["0", "–", "0", "–", "0", "0"]
    assert rows[OURS] == ["1", "0 (0 %)", "0", "–", "1", "1"]
    assert show.theme_rows(judged()) == [["ties", "1/1", "✓", "–", "–", "–", "–", "✓"]]
    assert show.remarks(judged()) == [
        f"{OURS} refuses the right answer max_pooling/other",
        "not waited for until dlsys was done with the right answer max_pooling/other",
    ]
