"""Templates: read as ``csv`` reads them, and changed in one cell and nowhere else."""

from __future__ import annotations

import codecs
import csv
import io
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from autograder.errors import ExportError
from autograder.export import sheet as sheets
from autograder.export.sheet import Sheet, read_sheet, sheet_of
from tests.export.made_up import PATIENT

LETTERS = st.one_of(st.sampled_from("ab\"',;\t\n\r =é张\ufeff"), st.characters(codec="utf-8"))
CELLS = st.text(alphabet=LETTERS, max_size=6)
TABLES = st.integers(2, 4).flatmap(
    lambda width: st.lists(st.lists(CELLS, min_size=width, max_size=width), min_size=1, max_size=5)
)
ENCODINGS = {"utf-8": b"", "utf-8-sig": b"", "utf-16-le": codecs.BOM_UTF16_LE, "utf-16-be": codecs.BOM_UTF16_BE}


def written(rows: list[list[str]], delimiter: str, ends: str, quoting: int, encoding: str) -> bytes:
    """The table as a platform might write it; its headings are plain."""
    if any("\r" in cell for row in rows for cell in row):
        quoting = csv.QUOTE_ALL  # Python 3.11 leaves a carriage return bare where lines end otherwise
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, lineterminator=ends, quoting=quoting)  # type: ignore[arg-type]
    writer.writerow([f"h{at}" for at in range(len(rows[0]))])
    writer.writerows(rows)
    return ENCODINGS[encoding] + text.getvalue().encode(encoding)


def read(data: bytes, delimiter: str) -> list[list[str]]:
    """The same as ``csv`` reads it."""
    encoding = "utf-16" if data[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) else "utf-8-sig"
    return list(csv.reader(io.StringIO(data.decode(encoding), newline=""), delimiter=delimiter))


def texts(sheet: Sheet) -> list[list[str]]:
    """What the sheet's cells hold; ``csv`` calls an empty line no cells at all."""
    return [[] if [cell.text for cell in row] == [""] and row[0].start == row[0].end else [cell.text for cell in row]
            for row in sheet.rows]  # fmt: skip


@PATIENT
@given(
    TABLES, st.sampled_from(",;\t"), st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]), st.sampled_from(sorted(ENCODINGS)), st.data(),
)  # fmt: skip
def test_one_cell_changes(
    rows: list[list[str]], delimiter: str, ends: str, quoting: int, encoding: str, data: st.DataObject
) -> None:
    """Any table is read as ``csv`` reads it; a changed cell holds the new text, and all bytes around it stay."""
    before = written(rows, delimiter, ends, quoting, encoding)
    sheet = sheet_of(before, "x.csv")
    assert texts(sheet) == read(before, delimiter)
    assert sheet.changed({}) == before
    row, column = data.draw(st.integers(0, len(rows))), data.draw(st.integers(0, len(rows[0]) - 1))
    text = data.draw(CELLS)
    after = sheet.changed({(row, column): text})
    expected = read(before, delimiter)
    expected[row][column] = text
    assert read(after, delimiter) == expected
    wide = sheet.encoding
    cell = sheet.rows[row][column]
    head, tail = (sheet.bom + sheet.text[: cell.start].encode(wide)), sheet.text[cell.end :].encode(wide)
    assert after.startswith(head) and after.endswith(tail)


def test_quotes_are_kept_as_they_were() -> None:
    """A cell that was quoted stays so; one that was not is quoted only where it must be."""
    sheet = sheet_of(b'a,b\r\n"1",2\r\n', "x.csv")
    assert sheet.changed({(1, 0): "5", (1, 1): "6"}) == b'a,b\r\n"5",6\r\n'
    assert sheet.changed({(1, 1): "6,5"}) == b'a,b\r\n"1","6,5"\r\n'


def test_signs_inside_quotes_delimit_nothing() -> None:
    """The delimiter is the sign that stands between cells, whatever stands in them."""
    assert sheet_of(b'"a,b,c,d";x;y\n1;2;3\n', "x.csv").delimiter == ";"
    assert sheet_of(b'"a\nb,c,d,e";x\n1;2\n', "x.csv").delimiter == ";"


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"PK\x03\x04rest", "Excel"),
        (b"\xd0\xcf\x11\xe0rest", "Excel"),
        (b"a,b\n\xe9,1\n", "not UTF-8 (byte 4)"),
        (b"", "empty"),
        (b'a,b\n"x,1\n', "line 2"),
        (b'a,b\n\n"x"y,1\n', "line 3"),
        (codecs.BOM_UTF16_LE + b"a", "not UTF-16-LE"),
    ],
)
def test_what_is_no_sheet_is_refused(data: bytes, told: str) -> None:
    """One line says what is wrong, and where."""
    with pytest.raises(ExportError) as caught:
        sheet_of(data, "x.csv")
    assert told in str(caught.value) and "\n" not in str(caught.value)


def test_a_file_of_any_size_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is larger than any gradebook is refused, as is what cannot be read at all."""
    monkeypatch.setattr(sheets, "MAX_BYTES", 3)
    (tmp_path / "x.csv").write_bytes(b"a,b\n")
    with pytest.raises(ExportError, match="is larger than"):
        read_sheet(tmp_path / "x.csv")
    with pytest.raises(ExportError, match="cannot be read"):
        read_sheet(tmp_path)


def test_a_row_without_the_cell_is_refused() -> None:
    """Where a line is too short there is nothing to fill in; it is named."""
    sheet = sheet_of(b'a,b\n"1\n2"\n', "x.csv")
    with pytest.raises(ExportError, match="line 2 has too few cells"):
        sheet.changed({(1, 1): "5"})


@PATIENT
@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    """Nothing but ``ExportError`` comes of rubbish, and what is read is written as it was."""
    try:
        sheet = sheet_of(data, "x.csv")
    except ExportError:
        return
    assume(sheet.rows)
    assert sheet.changed({}) == data
