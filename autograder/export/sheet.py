"""A platform's own CSV, in which single cells change and every other byte stays.

Delimiter, line ends, quotes, encoding and byte order mark are the file's own. ``csv`` reads cells but does not say
where they lie, so the cells are found here, by its rules.
"""

from __future__ import annotations

import codecs
import re
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from autograder.errors import ExportError

ENCODINGS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
DELIMITERS = ",;\t"
QUOTED = re.compile(r'"[^"]*+(?:""[^"]*+)*+(?:"|\Z)')
MAX_BYTES = 50_000_000


@dataclass(frozen=True)
class Cell:
    """Where a cell lies in the text, its quotes included, and what it holds."""

    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Sheet:
    """The file's text and its cells; ``name`` is what messages call it."""

    name: str
    text: str
    encoding: str
    bom: bytes
    delimiter: str
    rows: tuple[tuple[Cell, ...], ...]

    @cached_property
    def headings(self) -> tuple[str, ...]:
        """The cells of the first row."""
        return tuple(cell.text.strip() for cell in self.rows[0])

    def values(self, row: int) -> tuple[str, ...]:
        """A row's cells without the spaces around them; empty ones to the right where it is short."""
        cells = tuple(cell.text.strip() for cell in self.rows[row])
        return cells + ("",) * (len(self.rows[0]) - len(cells))

    def line(self, row: int) -> int:
        """The line of the file on which a row begins."""
        return 1 + bisect_left(self._ends, self.rows[row][0].start)

    @cached_property
    def _ends(self) -> list[int]:
        return _line_ends(self.text)

    def column(self, heading: str) -> int | None:
        """The place of a heading, whatever its case; None where there is none."""
        folded = [each.casefold() for each in self.headings]
        return folded.index(heading.casefold()) if heading.casefold() in folded else None

    def changed(self, changes: Mapping[tuple[int, int], str]) -> bytes:
        """The file with other texts at ``(row, column)``; raises ``ExportError`` where a row is too short."""
        parts, position = [], 0
        for (row, column), text in sorted(changes.items()):
            if column >= len(self.rows[row]):
                raise ExportError(f"{self.name} line {self.line(row)} has too few cells: download it once more")
            cell = self.rows[row][column]
            parts += [self.text[position : cell.start], self._written(cell, text)]
            position = cell.end
        return self.bom + "".join([*parts, self.text[position:]]).encode(self.encoding)

    def _written(self, cell: Cell, text: str) -> str:
        """The text in quotes where the old cell had them, or where it needs them."""
        quoted = self.text[cell.start : cell.start + 1] == '"'
        if quoted or text != text.strip() or re.search(rf'[{self.delimiter}"\r\n]', text):
            return '"' + text.replace('"', '""') + '"'
        return text


def read_sheet(path: Path) -> Sheet:
    """The sheet in a file; raises ``ExportError`` where it is none."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise ExportError(f"{path} cannot be read ({error.strerror})") from error
    return sheet_of(data, str(path))


def sheet_of(data: bytes, name: str) -> Sheet:
    """The sheet of these bytes; raises ``ExportError``."""
    if data.startswith(WORKBOOKS):
        raise ExportError(f"{name} is an Excel workbook: download it as CSV or tab-delimited text")
    if len(data) > MAX_BYTES:
        raise ExportError(f"{name} is larger than {MAX_BYTES // 1_000_000} MB: download the one assignment only")
    bom, encoding = next((each for each in ENCODINGS if data.startswith(each[0])), (b"", "utf-8"))
    try:
        text = data[len(bom) :].decode(encoding)
    except UnicodeDecodeError as error:
        raise ExportError(f"{name} is not {encoding.upper()} (byte {error.start}): download it once more") from error
    delimiter = _delimiter(text)
    rows = _rows(text, delimiter, name)
    if not rows:
        raise ExportError(f"{name} is empty: download it once more")
    return Sheet(name, text, encoding, bom, delimiter, rows)


def _delimiter(text: str) -> str:
    """The sign that the first line has most of, outside quotes."""
    first = re.split(r"[\r\n]", QUOTED.sub("", text), maxsplit=1)[0]
    return max(DELIMITERS, key=first.count)


def _rows(text: str, delimiter: str, name: str) -> tuple[tuple[Cell, ...], ...]:
    pattern = re.compile(
        rf'(?:"(?P<quoted>[^"]*+(?:""[^"]*+)*+)"|(?P<bare>(?!")[^{delimiter}\r\n]*+))(?P<end>{delimiter}|\r\n|\r|\n|\Z)'
    )
    rows: list[tuple[Cell, ...]] = []
    cells: list[Cell] = []
    position = 0
    while position < len(text) or cells:
        found = pattern.match(text, position)
        if found is None:
            line = 1 + len(_line_ends(text[:position]))
            raise ExportError(f"{name} line {line}: its quotes do not pair up: download it once more")
        held = found["bare"] if found["quoted"] is None else found["quoted"].replace('""', '"')
        cells.append(Cell(found.start(), found.start("end"), held))
        position = found.end()
        if found["end"] != delimiter:
            rows.append(tuple(cells))
            cells = []
    return tuple(rows)


def _line_ends(text: str) -> list[int]:
    return [each.start() for each in re.finditer(r"\r\n|\r|\n", text)]
