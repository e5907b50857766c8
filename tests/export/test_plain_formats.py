"""Gradescope's table, the CSV for people and the JSON for programs."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import jsonschema
import pytest

from autograder.errors import ExportError
from autograder.export import document, gradescope, spreadsheet
from autograder.export.entry import Entry, Part, Settings, with_zeros
from autograder.export.sheet import sheet_of
from autograder.model import Status
from tests.export import readers
from tests.export.made_up import entry
from tests.support import ROOT

AT = datetime(2026, 3, 3, 1, 2, 3, tzinfo=UTC)
SCHEMA = json.loads((ROOT / "docs" / "marks.schema.json").read_text(encoding="utf-8"))
LATE = entry(
    "ann", Fraction(200, 3), auto=Fraction(70), adjustment=Fraction(-5, 3), deduction=Fraction(5, 3), handed_in_at=AT,
    late_by=timedelta(hours=25, seconds=1), parts=(Part("forward", Fraction(1, 3), 40), Part("backward", None, 60)),
)  # fmt: skip
OTHER = Entry("ann", "mean_pooling", ("Mean pooling",), 50, Status.GRADED, Fraction(50), ids=("ann",))


def check(data: bytes) -> list[dict[str, object]]:
    """The marks of a document that its schema allows."""
    content = json.loads(data)
    jsonschema.Draft202012Validator(SCHEMA).validate(content)
    marks: list[dict[str, object]] = content["marks"]
    return marks


def test_gradescopes_table_is_read_back() -> None:
    """A line for each student, four columns for each assignment, the time and how late it was."""
    product = gradescope.build([LATE, OTHER, entry("bob", None)], None, Settings())
    found = readers.gradescope(product.data)
    assert found["ann"] == {
        "Max pooling": ("66.67", "100.0", "2026-03-03 01:02:03 +0000", "25:00:01"),
        "Mean pooling": ("50", "50.0", "", ""),
    }
    assert found["bob"] == {"Max pooling": ("", "100.0", "", ""), "Mean pooling": ("", "", "", "")}
    assert product.marks == 2 and [each.who for each in product.unmarked] == ["bob"]


def test_the_csv_tells_what_a_mark_is_made_of() -> None:
    """Checks, staff, lateness and the sum, each rounded by itself; numbers are numbers also below 0."""
    (line, other) = readers.spreadsheet(spreadsheet.build([LATE, entry("bob", None)], None, Settings()).data)
    assert [line[name] for name in ("auto", "adjustment", "deduction", "final", "max_points", "late_seconds")] == [
        "70", "-1.67", "1.67", "66.67", "100", "90001",
    ]  # fmt: skip
    assert line["handed_in_at"] == "2026-03-03T01:02:03+00:00"
    assert (other["auto"], other["final"], other["status"]) == ("", "", "missing")


def test_the_json_is_as_its_schema_says() -> None:
    """Fractions are exact there, no mark is null, and the schema knows every key."""
    product = document.build([LATE, entry("bob", None), entry("\ud800=1")], None, Settings())
    ann, bob, odd = check(product.data)
    assert ann["final"] == {"exact": "200/3", "rounded": "66.67"}
    assert ann["exercises"] == [
        {"exercise": "forward", "points": {"exact": "1/3", "rounded": "0.33"}, "max_points": 40},
        {"exercise": "backward", "points": None, "max_points": 60},
    ]
    assert (bob["final"], bob["auto"], odd["student"]) == (None, None, "\ud800=1")
    assert product.data.isascii()
    assert "wrong" not in document.build([LATE], None, Settings(feedback=False)).data.decode()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda content: content.update(version=2),
        lambda content: content["marks"][0].pop("final"),
        lambda content: content["marks"][0].update(final={"exact": "1/0x", "rounded": "1"}),
        lambda content: content["marks"][0].update(final=5.0),
        lambda content: content["marks"][0].update(status="fine"),
        lambda content: content["marks"][0].update(extra=1),
    ],
)
def test_the_schema_refuses_what_is_not_documented(spoil) -> None:  # type: ignore[no-untyped-def]
    """A schema that allowed anything would say nothing."""
    content = json.loads(document.build([LATE], None, Settings()).data)
    spoil(content)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(SCHEMA).validate(content)


@pytest.mark.parametrize("build", [gradescope.build, spreadsheet.build, document.build])
def test_what_is_made_anew_takes_no_template(build) -> None:  # type: ignore[no-untyped-def]
    """A template that would not be used is an error, and no surprise."""
    with pytest.raises(ExportError, match="leave --template out"):
        build([LATE], sheet_of(b"a,b\n", "x.csv"), Settings())


def test_zeros_are_for_those_who_handed_nothing_in() -> None:
    """Where they are asked for; what the grader failed to mark stays without a mark."""
    errored = entry("cy", None, status=Status.ERRORED)
    misnamed = entry("dee", None, trouble="no max_pooling.py was handed in (found: main.py)")
    given = [entry("ann", 7), entry("bob", None, auto=None), errored, misnamed, entry("eve", 0)]
    marks = with_zeros(given)
    assert {each.student: each.points for each in marks} == {"ann": 7, "bob": 0, "cy": None, "dee": None, "eve": 0}
    product = spreadsheet.build(marks, None, Settings())
    assert [(each.who, each.why) for each in product.zeros] == [("bob", "nothing was handed in")]
    assert [(each.who, each.why) for each in product.unmarked] == [
        ("cy", "errored"), ("dee", "no max_pooling.py was handed in (found: main.py)"),
    ]  # fmt: skip
