"""Blackboard: the file of Work Offline filled in, in its own encoding, and a file made anew."""

from __future__ import annotations

import codecs
from fractions import Fraction

import pytest

from autograder.errors import ExportError
from autograder.export.blackboard import build, given_and_family
from autograder.export.entry import Settings
from autograder.export.sheet import sheet_of
from tests.export import readers
from tests.export.made_up import entry

ROWS = (
    ("Last Name", "First Name", "Username", "Student ID", "Total [Total Pts: up to 100 Score] |1",
     "Max pooling [Total Pts: 100 Score] |812", "Lab 2 [Total Pts: 10 Score] |813"),
    ("Okafor", "Ann", "ann", "s1", "12.00", "", "7.00"),
    ("Bo\"b", "", "bob", "s2", "", "", ""),
    ("Cy", "C", "cy", "s3", "", "80.00", ""),
)  # fmt: skip


def download(delimiter: str, encoding: str) -> bytes:
    """The file as Blackboard gives it: every cell quoted."""
    lines = (delimiter.join('"' + cell.replace('"', '""') + '"' for cell in row) for row in ROWS)
    bom = {"utf-16-le": codecs.BOM_UTF16_LE, "utf-16-be": codecs.BOM_UTF16_BE}.get(encoding, b"")
    return bom + "".join(f"{line}\n" for line in lines).encode(encoding)


@pytest.mark.parametrize(
    ("delimiter", "encoding"), [("\t", "utf-16-le"), ("\t", "utf-16-be"), (",", "utf-8-sig"), (",", "utf-8")]
)
def test_the_download_is_filled_in(delimiter: str, encoding: str) -> None:
    """Delimiter, encoding and quotes stay; the one column changes, and Blackboard reads it."""
    before = download(delimiter, encoding)
    product = build([entry("ann", Fraction(91615, 1000)), entry("x", 3, ids=("S2",)), entry("eve")],
                    sheet_of(before, "gc.xls"), Settings())  # fmt: skip
    marks = {line.keys["Username"]: line.mark for line in readers.blackboard(product.data, "812")}
    assert marks == {"ann": "91.62", "bob": "3", "cy": "80.00"}
    assert [each.who for each in product.left_out] == ["eve"]
    kind = encoding.removesuffix("-sig")
    empty, first, second = (f'"{cell}"'.encode(kind) for cell in ("", "91.62", "3"))
    assert product.data.replace(first, empty).replace(second, empty) == before


def test_a_calculated_column_takes_no_marks() -> None:
    """What Blackboard adds up itself cannot be chosen."""
    with pytest.raises(ExportError, match="no column called 'Total'"):
        build([entry("ann")], sheet_of(download(",", "utf-8"), "gc.csv"), Settings(column="Total"))


def test_a_new_file_needs_the_number_of_the_column() -> None:
    """Without the number a text column that is worth nothing would be made; with it Blackboard reads the marks."""
    for column in ("", "Max pooling [Total Pts: 100 Score]"):
        with pytest.raises(ExportError, match="--column"):
            build([entry("ann")], None, Settings(column=column))
    settings = Settings(column="Max pooling [Total Pts: 100 Score] |812")
    product = build([entry("ann", 50), entry("bob", None)], None, settings)
    lines = readers.blackboard(product.data, "812")
    assert [(line.keys["Username"], line.mark) for line in lines] == [("ann", "50"), ("bob", "")]
    assert product.data.startswith(codecs.BOM_UTF8)


def test_blackboard_knows_no_addresses() -> None:
    """Only what it matches by can be asked for."""
    with pytest.raises(ExportError, match="cannot match by email"):
        build([entry("ann")], None, Settings(column="x |1", match="email"))


@pytest.mark.parametrize(
    ("name", "cells"),
    [
        ("Ann B. Okafor", ("Ann B.", "Okafor")),
        ("Okafor, Ann", ("Ann", "Okafor")),
        ("张伟", ("张伟", "")),
        ("", ("", "")),
    ],
)
def test_names_in_two_cells(name: str, cells: tuple[str, str]) -> None:
    """A name is cut at its comma or its last space, for people to read."""
    assert given_and_family(name) == cells
