"""Canvas: its own export filled in, and a file made anew, as an import would read them."""

from __future__ import annotations

from fractions import Fraction

import pytest

from autograder.errors import ExportError
from autograder.export.canvas import build
from autograder.export.entry import Entry, Product, Settings
from autograder.export.sheet import sheet_of
from tests.export import readers
from tests.export.made_up import entry

PLAIN = Settings()
EXPORT = (
    'Student,ID,SIS User ID,SIS Login ID,Section,Notes,Max pooling (77),Lab 2 (78),Labs Current Score,Current Score\r\n'
    ',,,,,,Manual Posting,,,\r\n'
    '    Points Possible,,,,,,100.00,10.00,(read only),(read only)\r\n'
    '"Okafor, Ann",901,s1,ann,"A, B","says ""hi""",,7.00,12.00,12.00\r\n'
    'Bob,902,s2,bob,A,,,,,\r\n'
    '"=""=1+1""",903,s3,cy,A,"two\r\nlines",N/A,,,\r\n'
    'Dee,904,s4,dee,A,,,3.00,,\r\n'
    '"Student, Test",999,,x,A,,,,,\r\n'
)  # fmt: skip


def filled(text: str, entries: list[Entry], settings: Settings = PLAIN) -> Product:
    """The template with the marks in it."""
    return build(entries, sheet_of(text.encode(), "grades.csv"), settings)


def test_the_teachers_own_export_is_filled_in() -> None:
    """The one column changes, rounded half up; every other byte is the same, and Canvas reads the marks."""
    product = filled(EXPORT, [entry("ann", Fraction(91615, 1000)), entry("bob", Fraction(1, 3)), entry("eve")])
    expected = EXPORT.replace('"says ""hi""",,7.00', '"says ""hi""",91.62,7.00').replace("bob,A,,,", "bob,A,,0.33,")
    assert product.data == expected.encode()
    assert [each.who for each in product.left_out] == ["eve"]
    assert [each.who for each in product.untouched] == ['line 6, ="=1+1"', "line 8, Dee"]
    assert product.marks == 2
    only = EXPORT.replace(",Lab 2 (78),", ",").replace(",10.00,", ",").replace(",7.00,", ",").replace(",3.00,", ",")
    for ending in ("bob,A,,,,", "N/A,,", "Manual Posting,,", "x,A,,,,"):
        only = only.replace(f"{ending},", ending)
    heading, lines = readers.canvas(filled(only, [entry("ann", 91), entry("bob", 0)]).data)
    assert heading == "Max pooling (77)"
    assert {line.keys["SIS Login ID"]: line.mark for line in lines} == {
        "ann": "91", "bob": "0", "cy": "N/A", "dee": "", "x": "",
    }  # fmt: skip


@pytest.mark.parametrize(("before", "after"), [("\r\n", "\n"), (",", ";"), ("Student,", "\ufeffStudent,")])
def test_line_ends_delimiters_and_marks_of_order_stay(before: str, after: str) -> None:
    """Semicolons, bare line feeds and a byte order mark are kept where the template has them."""
    plain = EXPORT.replace('"A, B"', "AB").replace("Okafor, Ann", "Okafor Ann").replace("Student, Test", "Test")
    text = plain.replace(before, after)
    sign = ";" if after == ";" else ","
    expected = text.replace(f'hi""{chr(34)}{sign}{sign}', f'hi""{chr(34)}{sign}40{sign}')
    assert expected != text and filled(text, [entry("ann", 40)]).data == expected.encode()


def test_who_has_no_mark_gets_an_empty_cell() -> None:
    """No mark is no 0; the line stays as it was, and the student is named."""
    product = filled(EXPORT, [entry("ann", None)])
    assert product.data == EXPORT.encode() and product.marks == 0
    assert [each.who for each in product.unmarked] == ["ann"]


def test_another_mark_is_not_replaced_unasked() -> None:
    """What the teacher's file has already is not lost without --force, not even to an empty cell."""
    text = EXPORT.replace('"says ""hi""",,', '"says ""hi""",12.00,')
    for points in (Fraction(50), None):
        with pytest.raises(ExportError, match=r"line 4, Okafor, Ann has 12\.00, not (50|nothing).*--force"):
            filled(text, [entry("ann", points)])
        product = filled(text, [entry("ann", points)], Settings(replace=True))
        assert len(product.replaced) == 1
    assert filled(text, [entry("ann", 12)]).data == text.encode()


def test_who_the_assignment_is_not_for_is_left_out() -> None:
    """Where Canvas says N/A it wants no mark, and the student is named."""
    product = filled(EXPORT, [entry("cy", 50)])
    assert product.data == EXPORT.encode()
    assert [each.who for each in product.left_out] == ["cy"] and product.marks == 0


def test_nobody_is_matched_by_a_guess() -> None:
    """One id for two lines, two students for one line: all of them are left out and named."""
    twice = EXPORT.replace("902,s2,bob", "902,s2,ann")
    product = filled(twice, [entry("ann", 50)])
    assert product.data == twice.encode()
    assert all(line in product.left_out[0].why for line in ("line 4", "line 5"))
    both = filled(EXPORT, [entry("one", 50, ids=("s1",)), entry("two", 60, ids=("ann",))])
    assert both.data == EXPORT.encode() and len(both.left_out) == 2
    assert filled(EXPORT, [entry("x9", 50, name="Bob")]).left_out[0].who == "x9"


def test_canvas_own_number_counts_only_with_the_name() -> None:
    """901 may be somebody else's matriculation number; with the same name it is hers."""
    stranger = filled(EXPORT, [entry("zoe", 50, ids=("901",), name="Zoe")])
    assert stranger.data == EXPORT.encode() and [each.who for each in stranger.left_out] == ["zoe"]
    assert filled(EXPORT, [entry("z", 50, ids=("901",), name="Ann Okafor")]).marks == 1


def test_the_column_is_found_or_named() -> None:
    """By title, by title and number, in either language; several or none are an error with the ones there are."""
    for column in ("Max pooling", "max pooling (77)", "Lab 2"):
        assert filled(EXPORT, [entry("bob", 9)], Settings(column=column, scale=True)).marks == 1
    assert b"9," in filled(EXPORT.replace("Max pooling", "最大池化"), [entry("bob", 9)]).data
    with pytest.raises(ExportError, match=r"no column called 'Lab 9'.*Max pooling"):
        filled(EXPORT, [entry("bob")], Settings(column="Lab 9"))
    with pytest.raises(ExportError, match=r"several columns.*--column"):
        filled(EXPORT.replace("Lab 2 (78)", "Max pooling (78)"), [entry("bob")])
    with pytest.raises(ExportError, match="no column called 'Current Score'"):
        filled(EXPORT, [entry("bob")], Settings(column="Current Score"))
    with pytest.raises(ExportError, match="read only"):
        filled(EXPORT.replace("100.00", "(read only)"), [entry("bob")])


def test_another_maximum_is_an_error_or_scaled() -> None:
    """50 of 100 points are no 50 of 10: they are refused, or become exactly 5."""
    settings = Settings(column="Lab 2")
    with pytest.raises(ExportError, match=r"worth 10 points there and 100 here.*--scale"):
        filled(EXPORT, [entry("bob", 50)], settings)
    product = filled(EXPORT, [entry("bob", Fraction(200, 3))], Settings(column="Lab 2", scale=True))
    assert b"bob,A,,,6.67,," in product.data


@pytest.mark.parametrize("text", ["a,b\n1,2\n", "Student,ID\nx,1\n"])
def test_a_file_of_another_kind_is_refused(text: str) -> None:
    """What is no export of Canvas's is said to be none."""
    with pytest.raises(ExportError, match="has no column 'Section'"):
        filled(text, [entry("ann")])


@pytest.mark.parametrize(("match", "heading", "key"), [("", "SIS User ID", "ann"), ("login", "SIS Login ID", "ann"),
                                                       ("email", "SIS Login ID", "ann@example.org")])  # fmt: skip
def test_a_new_file_is_read_by_canvas(match: str, heading: str, key: str) -> None:
    """Without a template, the columns that an import asks for; the number of the assignment, where it is named."""
    product = build([entry("ann", 50), entry("bob", None)], None, Settings(column="Max pooling (77)", match=match))
    title, lines = readers.canvas(product.data)
    assert title == "Max pooling (77)"
    assert [line.mark for line in lines] == ["50", ""]
    assert lines[0].keys[heading] == key and lines[0].keys["ID"] == ""
    assert b"Points Possible" not in product.data


def test_a_new_assignment_is_worth_something() -> None:
    """A title without a number makes an assignment in Canvas: how many points it has stands in the second line."""
    data = build([entry("ann", 50)], None, Settings()).data
    assert readers.canvas(data)[0] == "Max pooling"
    assert data.split(b"\r\n")[1] == b'"    Points Possible","","","","","100"'


def test_a_student_called_as_the_line_of_points_is_read() -> None:
    """Canvas would take such a line for that of the points; the id names the student all the same."""
    data = build([entry("ann", 50, name="Points Possible")], None, Settings(column="Max pooling (77)")).data
    assert [(line.keys["SIS User ID"], line.mark) for line in readers.canvas(data)[1]] == [("ann", "50")]


def test_one_assignment_at_a_time() -> None:
    """Marks of several are refused, and of none."""
    other = Entry("ann", "mean_pooling", ("Mean pooling",), 100, entry("ann").status)
    for entries in ([entry("ann"), other], []):
        with pytest.raises(ExportError, match="--assignment"):
            build(entries, None, Settings())
