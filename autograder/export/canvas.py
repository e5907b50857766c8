"""Canvas: the CSV of *Grades, Export* and *Import*.

``Student,ID,SIS User ID,SIS Login ID,Section`` come first, then a column ``Title (number)`` for each assignment, then
totals that an import ignores. Lines that are no students: ``Points Possible``, ``Manual Posting``, ``Student, Test``.
Students are found by the number in ``ID``, by ``SIS User ID``, by ``SIS Login ID``, and at last by their name.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction

from autograder.errors import ExportError
from autograder.export.columns import chosen, place
from autograder.export.entry import Entry, Product, Settings
from autograder.export.figures import cell, number
from autograder.export.filling import Form, fill
from autograder.export.harmless import harmless
from autograder.export.matching import Row
from autograder.export.people import matched_by, named, only_assignment
from autograder.export.sheet import Sheet
from autograder.export.table import table

DECIMALS = 2
"""More are neither shown nor exported by Canvas, nor taken for a change."""
MATCH = {"id": "SIS User ID", "login": "SIS Login ID", "email": "SIS Login ID"}
HEADER = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
NUMBERED = re.compile(r"(?P<title>.*\S)\s*\((?P<id>\d+)\)", re.DOTALL)
TOTALS = re.compile(r"(?:Current|Final|Override) (?:Score|Points|Grade|Status)")
POINTS = "Points Possible"
TEST_STUDENT = "student, test"
READ_ONLY = "read only"
NOT_ASSIGNED = "N/A"


def build(entries: Sequence[Entry], template: Sheet | None, settings: Settings) -> Product:
    """The template with the marks in it or, without one, a new file; raises ``ExportError``."""
    only_assignment(entries)
    if template is None:
        return _new(entries, settings)
    return fill(template, _form(template, entries, settings), entries, settings)


def _form(sheet: Sheet, entries: Sequence[Entry], settings: Settings) -> Form:
    section = place(sheet, "Section")
    number_at = place(sheet, "ID")
    offered = [at for at in range(section + 1, len(sheet.headings)) if not TOTALS.search(sheet.headings[at])]
    mark = chosen(sheet, offered, entries, settings.column, _title)
    worth = next((sheet.values(at)[mark] for at in range(1, len(sheet.rows)) if _is_points(sheet, at)), "")
    if READ_ONLY in worth.casefold():
        raise ExportError(f"{sheet.name}: {sheet.headings[mark]} is read only in Canvas: name another with --column")
    keys = [at for each in HEADER[2:4] if (at := sheet.column(each)) is not None]
    rows = (_row(sheet, at, keys, number_at, number(worth)) for at in range(1, len(sheet.rows)))
    return Form("canvas", DECIMALS, tuple(filter(None, rows)), mark, kept=(NOT_ASSIGNED,))


def _title(heading: str) -> str:
    found = NUMBERED.fullmatch(heading)
    return found["title"] if found else heading


def _is_points(sheet: Sheet, row: int) -> bool:
    return POINTS in sheet.values(row)[0]


def _row(sheet: Sheet, index: int, keys: Sequence[int], number_at: int, maximum: Fraction | None) -> Row | None:
    """A student's line; None where it is none."""
    values = sheet.values(index)
    name = " ".join(values[:number_at])
    held = tuple(values[at] for at in keys if values[at])
    if not name or _is_points(sheet, index) or name.casefold() == TEST_STUDENT:
        return None
    return Row(index, sheet.line(index), name, held, values[number_at], maximum)


def _new(entries: Sequence[Entry], settings: Settings) -> Product:
    by = matched_by(settings, MATCH, "id")
    people = named(entries, by)
    heading = settings.column or entries[0].title
    lines = [_line(each, key, MATCH[by]) for each, key in people.entries]
    if not NUMBERED.fullmatch(heading):  # a new assignment, which has to be worth something
        lines.insert(0, (f"    {POINTS}", *[""] * (len(HEADER) - 1), str(entries[0].max_points)))
    data = table((*HEADER, harmless(heading)), lines)
    return Product(data, people.written, people.left_out)


def _line(entry: Entry, key: str, heading: str) -> tuple[str, ...]:
    # Names are not matched by, and a line with this one would be taken for that of the points.
    name = next((each for each in (entry.name, entry.student) if each and POINTS not in each), "")
    told = {"Student": harmless(name), "Section": harmless(entry.section), heading: key}
    return (*(told.get(each, "") for each in HEADER), cell(entry.points, DECIMALS))
