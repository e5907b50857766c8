"""Blackboard Learn: the file of *Work Offline*, tab-delimited in UTF-16 and called ``.xls``, or CSV.

``Username`` names a student; a column is ``Title [Total Pts: 100 Score] |12345``, and without the number at its end an
upload makes a new text column that is worth nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

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
"""As many as Blackboard's own files have."""
MATCH = {"login": "Username", "id": "Username"}
HEADER = ("Last Name", "First Name", "Username")
COLUMN = re.compile(r"(?P<title>.*?)\s*(?:\[Total Pts: (?P<worth>[^\]]*)\])?\s*\|(?P<id>\d+)", re.DOTALL)
CALCULATED = "up to"
"""Stands before the points of columns that Blackboard adds up itself."""


def build(entries: Sequence[Entry], template: Sheet | None, settings: Settings) -> Product:
    """The template with the marks in it or, without one, a new file; raises ``ExportError``."""
    only_assignment(entries)
    if template is None:
        return _new(entries, settings)
    return fill(template, _form(template, entries, settings), entries, settings)


def _form(sheet: Sheet, entries: Sequence[Entry], settings: Settings) -> Form:
    user = place(sheet, "Username")
    offered = [at for at, heading in enumerate(sheet.headings) if _worth(heading) is not None]
    mark = chosen(sheet, offered, entries, settings.column, _title)
    maximum = number((_worth(sheet.headings[mark]) or "").partition(" ")[0])
    keys = [at for each in ("Username", "Student ID") if (at := sheet.column(each)) is not None]
    names = [at for each in HEADER[:2] if (at := sheet.column(each)) is not None]
    rows = []
    for index in range(1, len(sheet.rows)):
        values = sheet.values(index)
        if values[user]:
            held = tuple(values[at] for at in keys if values[at])
            name = ", ".join(values[at] for at in names)
            rows.append(Row(index, sheet.line(index), name, held, maximum=maximum))
    return Form("blackboard", DECIMALS, tuple(rows), mark)


def _worth(heading: str) -> str | None:
    """What a heading says of its column's points; None where it is no column for marks."""
    found = COLUMN.fullmatch(heading)
    return None if found is None or CALCULATED in (found["worth"] or "") else found["worth"] or ""


def _title(heading: str) -> str:
    found = COLUMN.fullmatch(heading)
    return found["title"] if found else heading


def _new(entries: Sequence[Entry], settings: Settings) -> Product:
    if _worth(settings.column) is None:
        raise ExportError(
            "Blackboard knows a column by its number: name a download of it with --template, or the whole heading with "
            "--column 'Title [Total Pts: 100 Score] |12345'"
        )
    people = named(entries, matched_by(settings, MATCH, "login"))
    lines = [
        (*map(harmless, reversed(given_and_family(each.name))), key, cell(each.points, DECIMALS))
        for each, key in people.entries
    ]
    data = table((*HEADER, harmless(settings.column)), lines, bom=True)
    return Product(data, people.written, people.left_out)


def given_and_family(name: str) -> tuple[str, str]:
    """A name in two cells, by its comma or its last space: for people to read, as nobody is matched by it."""
    family, comma, given = name.partition(",")
    if comma:
        return given.strip(), family.strip()
    given, _, family = name.strip().rpartition(" ")
    return (given, family) if given else (family, "")
