"""Moodle: worksheet and gradebook filled in, and a table for an import, as Moodle would read them."""

from __future__ import annotations

from fractions import Fraction

import pytest

from autograder.errors import ExportError
from autograder.export.entry import Settings
from autograder.export.moodle import build
from autograder.export.sheet import sheet_of
from tests.export import readers
from tests.export.made_up import entry

WORKSHEET = (
    "\ufeffIdentifier,Full name,Email address,Status,Grade,Maximum grade,Grade can be changed,"
    "Last modified (submission),Last modified (grade),Feedback comments\r\n"
    'Participant 11,Ann Okafor,ANN@example.org,"Submitted for grading - ",,100.00,Yes,'
    '"Monday, 2 March 2026, 11:59 PM",-,\r\n'
    "Participant 12,Bob,bob@example.org,No submission,-,100.00,Yes,-,-,\r\n"
    'Participant 13,Cy,cy@example.org,"Submitted",3.00,100.00,Yes,-,-,"well ""done"""\r\n'
)
TOLD = "Score: 50 / 100<br>backward: 0 / 50. the gradient is &lt;wrong&gt;"


def test_a_worksheet_is_filled_in() -> None:
    """Grade and comment of the student, found by the address; all other bytes stay, and Moodle reads them."""
    entries = [entry("ann", Fraction(200, 3)), entry("eve"), entry("bob", None)]
    product = build(entries, sheet_of(WORKSHEET.encode(), "w.csv"), Settings())
    expected = WORKSHEET.replace(',"Submitted for grading - ",,', ',"Submitted for grading - ",66.66667,')
    expected = expected.replace('11:59 PM",-,\r\n', f'11:59 PM",-,{TOLD}\r\n')
    assert product.data == expected.encode()
    assert [each.who for each in product.left_out] == ["eve"]
    lines = {line.keys["Identifier"]: line for line in readers.moodle_worksheet(product.data)}
    assert (lines["11"].mark, lines["11"].feedback) == ("66.66667", TOLD)
    assert (lines["12"].mark, lines["13"].mark, lines["13"].feedback) == ("-", "3.00", 'well "done"')


def test_a_comment_is_not_replaced_unasked() -> None:
    """What a teacher wrote stays, unless --force is given; without feedback nothing is lost."""
    sheet = sheet_of(WORKSHEET.encode(), "w.csv")
    with pytest.raises(ExportError, match="line 4, Cy has well"):
        build([entry("cy", 3)], sheet, Settings())
    assert build([entry("cy", 3)], sheet, Settings(feedback=False)).data == WORKSHEET.encode()
    assert TOLD.encode() in build([entry("cy", 3)], sheet, Settings(replace=True)).data


def test_an_anonymous_worksheet_needs_the_number_of_moodles_own_download() -> None:
    """Participant 11 is whose submission Moodle gave that number, and nobody whose id is 11 elsewhere."""
    blind = WORKSHEET.replace(",Full name,Email address", "").replace(",Ann Okafor,ANN@example.org", "")
    blind = blind.replace(",Bob,bob@example.org", "").replace(",Cy,cy@example.org", "")
    sheet = sheet_of(blind.encode(), "w.csv")
    assert build([entry("x", 9, ids=("11",), platform="moodle")], sheet, Settings()).marks == 1
    assert build([entry("x", 9, ids=("11",))], sheet, Settings()).marks == 0


def test_a_gradebooks_export_is_filled_in() -> None:
    """The column of the assignment is found by its title, and its feedback beside it."""
    text = (
        "First name,Last name,ID number,Email address,Assignment: Max pooling (Real),"
        "Assignment: Max pooling (Feedback),Assignment: Lab 2 (Real),Course total (Real)\n"
        "Ann,Okafor,ann,,-,,4.00,4.00\n"
    )
    product = build([entry("ann", 50)], sheet_of(text.encode(), "g.csv"), Settings())
    assert product.data.decode() == text.replace("ann,,-,,4.00", f"ann,,50,{TOLD},4.00")


def test_a_worksheet_in_another_language_is_refused() -> None:
    """Moodle knows its worksheets by headings, and so do we: one in other words is no worksheet."""
    with pytest.raises(ExportError, match="no column 'Grade'"):
        build([entry("ann")], sheet_of(WORKSHEET.replace(",Grade,", ",Nota,").encode(), "w.csv"), Settings())


@pytest.mark.parametrize(
    ("match", "heading", "key"),
    [("", "Email address", "ann@example.org"), ("id", "ID number", "ann"), ("login", "Username", "ann")],
)
def test_a_new_file_is_read_by_an_import(match: str, heading: str, key: str) -> None:
    """A key that Moodle maps, the grade and the feedback beside it, in five decimals at most."""
    product = build([entry("ann", Fraction(1, 3)), entry("bob", None)], None, Settings(match=match))
    lines = readers.moodle_import(product.data, heading, "Max pooling", "Max pooling (feedback)")
    assert [(line.keys[heading].partition("@")[0], line.mark) for line in lines] == [("ann", "0.33333"), ("bob", "")]
    assert lines[0].keys[heading] == key and lines[0].feedback == TOLD


def test_who_cannot_be_named_is_left_out() -> None:
    """One line that names nobody makes Moodle refuse them all; those without an address of their own are listed."""
    nameless, twins = entry("cy", email=""), [entry("a", email="t@example.org"), entry("b", email="T@example.org")]
    product = build([entry("ann"), nameless, *twins], None, Settings(feedback=False))
    assert [line.keys for line in readers.moodle_import(product.data, "Email address", "Max pooling")] == [
        {"Email address": "ann@example.org"}
    ]
    assert [each.who for each in product.left_out] == ["cy", "a", "b"]


def test_feedback_can_be_left_out() -> None:
    """Then there is no column for it, so that an import cannot empty what is there."""
    assert b"feedback" not in build([entry("ann")], None, Settings(feedback=False)).data
