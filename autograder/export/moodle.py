"""Moodle: the grading worksheet of an assignment, the gradebook's *Export* as plain text, and a table for *Import*.

A worksheet begins with ``Identifier`` (``Participant 12345``) and is filled in at ``Grade`` and ``Feedback comments``;
Moodle knows it by its headings, which are in the language of whoever downloads and uploads it: here, English. A
gradebook's export has a column ``Assignment: Title (Real)``. Feedback is HTML.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

from autograder.export.columns import chosen, place
from autograder.export.entry import Entry, Product, Settings
from autograder.export.figures import cell, number
from autograder.export.filling import Form, fill
from autograder.export.harmless import harmless
from autograder.export.matching import Row
from autograder.export.people import matched_by, named, only_assignment
from autograder.export.sheet import Sheet
from autograder.export.table import table

DECIMALS = 5
"""As many as Moodle stores."""
MATCH = {"email": "Email address", "id": "ID number", "login": "Username"}
NAMES = ("Full name", "First name", "Last name", "Surname")
PARTICIPANT = re.compile(r"\D*(\d+)")
ACTIVITY = re.compile(r"(?:[^:]+: ?)?(?P<title>.*?)(?: \((?:Real|Points)\))?", re.DOTALL)
FEEDBACK = "Feedback comments"


def build(entries: Sequence[Entry], template: Sheet | None, settings: Settings) -> Product:
    """The template with marks and feedback in it or, without one, a new file; raises ``ExportError``."""
    only_assignment(entries)
    if template is None:
        return _new(entries, settings)
    form = _worksheet(template) if template.column("Identifier") is not None else _export(template, entries, settings)
    return fill(template, form, entries, settings)


def told(feedback: str) -> str:
    """Feedback as Moodle takes it: HTML, on one line."""
    return harmless("<br>".join(html.escape(line, quote=False) for line in feedback.strip().splitlines()))


def _worksheet(sheet: Sheet) -> Form:
    place(sheet, "Last modified (grade)")  # without it Moodle takes the file for no worksheet
    return Form("moodle", DECIMALS, _rows(sheet), place(sheet, "Grade"), sheet.column(FEEDBACK), told)


def _export(sheet: Sheet, entries: Sequence[Entry], settings: Settings) -> Form:
    known = {*MATCH.values(), *NAMES}
    offered = [at for at, heading in enumerate(sheet.headings) if heading not in known]
    mark = chosen(sheet, offered, entries, settings.column, _title)
    comment = sheet.column(re.sub(r" \((?:Real|Points)\)$", "", sheet.headings[mark]) + " (Feedback)")
    return Form("moodle", DECIMALS, _rows(sheet), mark, comment, told)


def _title(heading: str) -> str:
    found = ACTIVITY.fullmatch(heading)
    return found["title"] if found else heading


def _rows(sheet: Sheet) -> tuple[Row, ...]:
    keys = [at for each in MATCH.values() if (at := sheet.column(each)) is not None]
    names = [at for each in NAMES if (at := sheet.column(each)) is not None]
    return tuple(_row(sheet, at, keys, names) for at in range(1, len(sheet.rows)) if any(sheet.values(at)))


def _row(sheet: Sheet, index: int, keys: Sequence[int], names: Sequence[int]) -> Row:
    values = sheet.values(index)
    identifier, maximum = sheet.column("Identifier"), sheet.column("Maximum grade")
    participant = PARTICIPANT.fullmatch(values[identifier]) if identifier is not None else None
    return Row(
        index,
        sheet.line(index),
        " ".join(filter(None, (values[at] for at in names))),
        tuple(values[at] for at in keys if values[at]),
        participant[1] if participant else "",
        number(values[maximum]) if maximum is not None else None,
    )


def _new(entries: Sequence[Entry], settings: Settings) -> Product:
    by = matched_by(settings, MATCH, "email")
    people = named(entries, by)
    title = harmless(settings.column or entries[0].title)
    comment = (f"{title} (feedback)",) if settings.feedback else ()
    lines = [
        (key, harmless(each.name), cell(each.points, DECIMALS), *([told(each.feedback)] if comment else []))
        for each, key in people.entries
    ]
    data = table((MATCH[by], "Full name", title, *comment), lines)
    return Product(data, people.written, people.left_out)
