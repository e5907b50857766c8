"""Final marks: what was earned, what staff changed, what lateness costs; and the course's file."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.errors import CourseError
from autograder.gradebook.course import read_course
from autograder.gradebook.marks import mark_of
from autograder.gradebook.policy import (
    DAY,
    HOUR,
    IN_TIME,
    Deadline,
    Extension,
    Late,
    Lateness,
    Policy,
    lateness,
)
from autograder.gradebook.records import Adjustment, Standing
from autograder.gradebook.views import marks_csv
from tests.support import ROOT

DUE = datetime.fromisoformat("2026-03-02T23:59:00+01:00")
TENTH = Late(DAY, Fraction(1, 10), Fraction(1, 2))
MINUTE = timedelta(minutes=1)
NAMES = ("max_pooling", "mean_pooling")

COURSE = """
[late]
per = "day"
percent = 10
cap_percent = 50

[assignments.max_pooling]
due = 2026-03-02T23:59:00+01:00
grace_minutes = 10
cutoff = 2026-03-09T23:59:00+01:00

[assignments.mean_pooling]
due = 2026-03-16T22:59:00Z
late = { per = "hour", percent = 2.5 }

[[extensions]]
student = "ann"
assignment = "max_pooling"
due = 2026-03-05T23:59:00+01:00
reason = "ill"
who = "Bea"
"""


def standing(score: Fraction | int | None = 70, exercises: dict[str, Fraction | None] | None = None) -> Standing:
    """A result of 70 points: 30 of 60 and 40 of 40."""
    parts = exercises or {"add": Fraction(30), "double": Fraction(40)}
    return Standing("ann", "adding", 1, "graded", None if score is None else Fraction(score), 100, None, parts)


def changes(*wanted: tuple[str, int, str | None]) -> list[Adjustment]:
    """Adjustments, in order."""
    return [Adjustment("ann", "adding", part, kind, Fraction(amount), "r", "w") for kind, amount, part in wanted]


@pytest.mark.parametrize(
    ("wanted", "final"),
    [
        ([], 70),
        ([("by", 5, None)], 75),
        ([("by", 5, None), ("by", -10, None)], 65),
        ([("to", 80, None), ("by", 5, None)], 85),
        ([("by", 5, None), ("to", 80, None)], 80),
        ([("to", 60, "add")], 100),
        ([("by", 10, "add"), ("by", 1, "add")], 81),
        ([("by", -50, "add")], 40),
        ([("by", -50, "add"), ("by", 3, "add")], 43),
        ([("to", 80, None), ("by", 5, "add")], 80),
        ([("by", -100, None)], 0),
        ([("by", 50, None)], 120),
    ],
)
def test_adjustments_add_up(wanted: list[tuple[str, int, str | None]], final: int) -> None:
    """In their order, exercises first; no exercise and no mark goes below 0, and more than all points is possible."""
    mark = mark_of(standing(), changes(*wanted))
    assert mark.final == final
    assert mark.adjustment == final - 70


def test_where_there_is_no_mark_only_to_makes_one() -> None:
    """A fault of ours is no 0 to which something could be added."""
    nothing = standing(None, {"add": None, "double": None})
    assert mark_of(nothing).final is None
    assert mark_of(nothing, changes(("by", 5, None), ("to", 60, "add"))).final is None
    mark = mark_of(nothing, changes(("to", 80, None)))
    assert (mark.auto, mark.final) == (None, 80)


def test_lateness_is_deducted_from_what_is_adjusted() -> None:
    """A tenth of 80 points; all fractions are exact."""
    mark = mark_of(standing(), changes(("by", 10, None)), Lateness(MINUTE, Fraction(1, 10)))
    assert (mark.adjustment, mark.deduction, mark.final) == (10, 8, 72)
    third = mark_of(standing(Fraction(100, 3)), [], Lateness(MINUTE, Fraction(1, 7)))
    assert third.final == Fraction(200, 7)


@given(
    st.fractions(0, 100), st.lists(st.tuples(st.sampled_from(["by", "to"]), st.integers(0, 100))), st.fractions(0, 1)
)
def test_the_parts_add_up(score: Fraction, wanted: list[tuple[str, int]], share: Fraction) -> None:
    """Whatever was changed: automatic marks, adjustment and deduction are the final mark, which is not negative."""
    made = changes(*((kind, amount, None) for kind, amount in wanted))
    mark = mark_of(standing(score), made, Lateness(MINUTE, share))
    assert mark.auto is not None and mark.final is not None
    assert mark.final == mark.auto + mark.adjustment - mark.deduction >= 0


@pytest.mark.parametrize(
    ("after", "share"),
    [
        (-DAY, 0),
        (timedelta(0), 0),
        (10 * MINUTE, 0),
        (10 * MINUTE + timedelta(microseconds=1), Fraction(1, 10)),
        (DAY, Fraction(1, 10)),
        (DAY + timedelta(microseconds=1), Fraction(2, 10)),
        (4 * DAY, Fraction(4, 10)),
        (6 * DAY, Fraction(1, 2)),
        (7 * DAY, Fraction(1, 2)),
        (7 * DAY + MINUTE, 1),
    ],
)
def test_each_day_begun_costs(after: timedelta, share: Fraction | int) -> None:
    """Nothing within the grace; then from the due date on, up to the cap; after the cutoff all."""
    deadline = Deadline(DUE, 10 * MINUTE, DUE + 7 * DAY, TENTH)
    assert lateness(deadline, DUE + after).share == share


def test_hours_and_no_rule() -> None:
    """Lateness by the hour; where no deduction is named, none is made."""
    assert lateness(Deadline(DUE, late=Late(HOUR, Fraction(1, 100))), DUE + 90 * MINUTE).share == Fraction(2, 100)
    assert lateness(Deadline(DUE), DUE + 90 * DAY) == Lateness(90 * DAY, Fraction(0))


def test_it_is_the_moment_that_counts() -> None:
    """Zones do not matter, nor that clocks go forward in between."""
    assert lateness(Deadline(DUE, late=TENTH), datetime.fromisoformat("2026-03-02T22:59:00+00:00")) == IN_TIME
    spring = Deadline(datetime.fromisoformat("2026-03-28T23:59:00+01:00"), late=TENTH)
    assert lateness(spring, datetime.fromisoformat("2026-03-30T00:59:00+02:00")).share == Fraction(1, 10)
    assert lateness(spring, datetime.fromisoformat("2026-03-30T01:00:00+02:00")).share == Fraction(2, 10)


def test_an_extension_moves_due_date_and_cutoff() -> None:
    """For one student and one assignment; the last one given holds."""
    until = DUE + 3 * DAY
    first, last = (Extension("ann", "max_pooling", due, "ill", "Bea") for due in (until, until + DAY))
    deadlines = {"max_pooling": Deadline(DUE, cutoff=DUE + DAY, late=TENTH), "mean_pooling": Deadline(DUE, late=TENTH)}
    policy = Policy(deadlines, (first,))
    assert policy.lateness("max_pooling", "ann", until) == IN_TIME
    assert policy.lateness("max_pooling", "ann", until + MINUTE).share == Fraction(1, 10)
    assert policy.lateness("max_pooling", "ann", until + DAY + MINUTE).share == 1
    assert policy.lateness("max_pooling", "bob", until).share == 1
    assert policy.lateness("mean_pooling", "ann", until).share == Fraction(3, 10)
    assert Policy(deadlines, (first, last)).lateness("max_pooling", "ann", until + DAY) == IN_TIME


def test_what_nobody_knows_is_in_time() -> None:
    """No time of handing in, or no due date."""
    policy = Policy({"max_pooling": Deadline(DUE, late=TENTH)})
    assert policy.lateness("max_pooling", "ann", None) == IN_TIME
    assert policy.lateness("mean_pooling", "ann", DUE + DAY) == IN_TIME


def course(tmp_path: Path, text: str) -> Policy:
    """What the file says."""
    (tmp_path / "course.toml").write_text(text, encoding="utf-8")
    return read_course(tmp_path / "course.toml", NAMES)


def test_a_course_is_read(tmp_path: Path) -> None:
    """Dates with their zones, rules for all and for one, extensions."""
    policy = course(tmp_path, COURSE)
    assert policy.deadlines["max_pooling"] == Deadline(DUE, 10 * MINUTE, DUE + 7 * DAY, TENTH)
    assert policy.deadlines["mean_pooling"].late == Late(HOUR, Fraction(25, 1000), Fraction(1, 2))
    assert policy.extensions == (Extension("ann", "max_pooling", DUE + 3 * DAY, "ill", "Bea"),)
    assert course(tmp_path, "") == Policy()


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("[late]", "[later]", "unknown key later: did you mean late?"),
        ("percent = 10", "precent = 10", "unknown key late.precent: did you mean percent?"),
        ('"day"', '"week"', "key late.per must be day or hour"),
        ('"day"', "7", "key late.per must be day or hour"),
        ('"day"', "[]", "key late.per must be day or hour"),
        ("percent = 10", "percent = 110", "key late.percent must be at most 100"),
        ("percent = 10", "percent = -1", "key late.percent must be a number, 0 or above"),
        ("percent = 10", "percent = nan", "key late.percent must be a number, 0 or above"),
        ("percent = 10", "percent = true", "key late.percent must be a number, 0 or above"),
        ("assignments.max_pooling", "assignments.max_poling", "assignments.max_poling: did you mean max_pooling?"),
        ("23:59:00+01:00\ngrace", "23:59:00\ngrace", "key assignments.max_pooling.due must be a date and a time with"),
        ("2026-03-02T23:59:00+01:00", '"tomorrow"', "key assignments.max_pooling.due must be a date and a time with"),
        ("2026-03-02T23:59:00+01:00", "2026-03-02", "key assignments.max_pooling.due must be a date and a time with"),
        ("cutoff = 2026-03-09", "cutoff = 2026-03-01", "key assignments.max_pooling.cutoff lies before due"),
        ("grace_minutes = 10", 'grace_minutes = "10"', "key assignments.max_pooling.grace_minutes must be a number"),
        ("late = { per", "late = 1 #", "key assignments.mean_pooling.late must be a table"),
        ('reason = "ill"', "", "key extensions.reason is missing, empty or no text"),
        ('who = "Bea"', 'who = " "', "key extensions.who is missing, empty or no text"),
        ('assignment = "max_pooling"', 'assignment = "max"', "'max' has no due date under assignments"),
        ("[[extensions]]", "[extensions]", "key extensions must be a list of [[extensions]] tables"),
        ("[late]", "[late", "not readable as TOML"),
    ],
)
def test_what_is_wrong_in_a_course_is_told(tmp_path: Path, old: str, new: str, told: str) -> None:
    """File, key and reason, in one line."""
    assert old in COURSE
    with pytest.raises(CourseError) as error:
        course(tmp_path, COURSE.replace(old, new, 1))
    assert str(error.value).startswith(str(tmp_path / "course.toml"))
    assert told in str(error.value)
    assert "\n" not in str(error.value)


def test_the_table_of_marks() -> None:
    """Names are harmless in a spreadsheet, numbers stay numbers, and nothing is rounded up."""
    late = Lateness(DAY + HOUR, Fraction(1, 3))
    marks = [
        mark_of(replace(standing(), student="=1+1", handed_in_at=DUE, gone=True), changes(("by", -5, None)), late),
        mark_of(standing(None)),
    ]
    lines = marks_csv(marks).splitlines()
    assert lines[1:] == [
        '"adding","\'=1+1","graded","70","-5","2026-03-02T23:59:00+01:00","1 d 1 h","21.66","43.33","100",'
        '"not among the submissions"',
        '"adding","ann","graded","","0","","","0","","100",""',
    ]


def test_the_example_in_the_documents_is_right(tmp_path: Path) -> None:
    """Who copies it has a course."""
    text = (ROOT / "docs" / "gradebook.md").read_text(encoding="utf-8")
    policy = course(tmp_path, text.split("```toml\n")[1].split("```")[0])
    assert policy.lateness("max_pooling", "ann", DUE + 2 * DAY) == IN_TIME
    assert policy.lateness("max_pooling", "bob", DUE + 2 * DAY).share == Fraction(2, 10)
    assert policy.lateness("max_pooling", "ann", DUE + 10 * DAY + MINUTE).share == 1
