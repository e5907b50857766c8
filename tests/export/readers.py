"""What each platform makes of an uploaded file, by its documentation: see docs/export.md for the sources.

Nothing here knows how the files were written.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass

FORMULA = re.compile(r"\s*[=+\-@\t\r＝＋－＠]")
NUMBER = re.compile(r"-?\d+(\.\d+)?")


class Refused(Exception):
    """The platform would refuse the file."""


@dataclass(frozen=True)
class Line:
    """A student's line: the cells that may name the student, by heading, the mark and the feedback."""

    keys: dict[str, str]
    mark: str
    feedback: str = ""


def _table(text: str, delimiter: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))


# ----------------------------------------------------------------------------------------- Canvas


def canvas(data: bytes) -> tuple[str, list[Line]]:
    """The last column that is no total, and its marks, as *Grades, Import* reads them."""
    text = data.decode("utf-8")
    rows = _table(text, _canvas_delimiter(text))
    header, students = rows[0], rows[1:]
    if len(header) <= 3 or "Student" not in header[0] or "ID" not in header[1]:
        raise Refused("the first line does not begin with Student, ID")
    about = 3
    if re.search(r"SIS\s+Login\s+ID", header[2]):
        about = 4
    elif re.search(r"SIS\s+User\s+ID", header[2]) and re.search(r"SIS\s+Login\s+ID", header[3]):
        about = 5
    if "Section" not in header[about - 1]:
        raise Refused("Section does not follow the ids")
    totals = re.compile("(Current|Final) (Score|Points|Grade)|Override (Score|Grade|Status)")
    columns = [at for at in range(about, len(header)) if not totals.search(header[at])]
    lines = []
    for row in students:
        if "Points Possible" in (row[0] if row else "") or all(re.fullmatch(r"\s*(Manual Posting.*)?", c) for c in row):
            continue
        keys = {header[at]: row[at] for at in range(about)}
        lines.append(Line(keys, _canvas_number(row[columns[-1]].strip())))
    return header[columns[-1]], lines


def _canvas_delimiter(text: str) -> str:
    """Of ; and , the one that gives each of the first three lines the same number of cells, and more of them."""
    first = text.splitlines()[:3]
    counts = {}
    for sign in ";,":
        widths = {len(next(csv.reader([line], delimiter=sign))) for line in first}
        counts[sign] = widths.pop() if len(widths) == 1 else 0
    return ";" if counts[";"] > counts[","] else ","


def _canvas_number(text: str) -> str:
    """A decimal comma is a decimal point, and all signs before the last are thousands."""
    if not re.fullmatch(r"-?[0-9.,]+%?", text):
        return text
    *whole, last = re.split(r"[,.]", text)
    return f"{''.join(whole)}.{last}" if whole else last


# ----------------------------------------------------------------------------------------- Moodle


def moodle_import(data: bytes, key: str, mark: str, feedback: str = "") -> list[Line]:
    """What *Grades, Import, CSV file* reads, with its columns mapped by these headings."""
    header, *rows = _moodle_rows(data)
    lines = []
    for row in rows:
        cells = dict(zip(header, row, strict=True))
        if cells[mark] not in ("", "-") and not NUMBER.fullmatch(cells[mark]):
            raise Refused(f"{cells[mark]} is no grade")
        if not cells[key]:
            raise Refused("a line names nobody")
        lines.append(Line({key: cells[key]}, cells[mark], cells.get(feedback, "")))
    return lines


def moodle_worksheet(data: bytes) -> list[Line]:
    """What an assignment's *Upload grading worksheet* reads."""
    header, *rows = _moodle_rows(data)
    if not {"Identifier", "Grade", "Last modified (grade)"} <= set(header):
        raise Refused("this is no grading worksheet")
    found = []
    for row in rows:
        cells = dict(zip(header, row, strict=True))
        number = cells["Identifier"].removeprefix("Participant ")
        found.append(Line({"Identifier": number}, cells["Grade"], cells.get("Feedback comments", "")))
    return found


def _moodle_rows(data: bytes) -> list[list[str]]:
    text = data.decode("utf-8").removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    rows = [[cell.strip() for cell in row] for row in _table(text, ",") if row]
    if any(len(row) != len(rows[0]) for row in rows):
        raise Refused("a line has another number of columns than the first")
    return rows


# ------------------------------------------------------------------------------------- Blackboard


def blackboard(data: bytes, column: str) -> list[Line]:
    """What *Work Offline, Upload* reads, the delimiter found automatically; ``column`` is its number."""
    text = data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    header, *rows = _table(text, "\t" if "\t" in text.splitlines()[0] else ",")
    if "Username" not in header:
        raise Refused("there is no Username")
    marks = [at for at, heading in enumerate(header) if heading.rpartition("|")[2] == column and "|" in heading]
    if len(marks) != 1:
        raise Refused(f"a new text column would be made: {header}")
    return [Line({"Username": row[header.index("Username")]}, row[marks[0]]) for row in rows if row]


# ------------------------------------------------------------------------------------- Gradescope


def gradescope(data: bytes) -> dict[str, dict[str, tuple[str, str, str, str]]]:
    """By SID and assignment: score, maximum, time, lateness, as programs read a course's *Download Grades*."""
    header, *rows = _table(data.decode("utf-8"), ",")
    if header[:5] != ["First Name", "Last Name", "SID", "Email", "Sections"]:
        raise Refused("the first line is not that of Gradescope")
    names = [heading for heading in header[5:] if f"{heading} - Max Points" in header]
    suffixes = ("", " - Max Points", " - Submission Time", " - Lateness (H:M:S)")
    found: dict[str, dict[str, tuple[str, str, str, str]]] = {}
    for row in rows:
        cells = dict(zip(header, row, strict=True))
        found[cells["SID"]] = {
            name: (cells[name + suffixes[0]], cells[name + suffixes[1]], cells[name + suffixes[2]],
                   cells[name + suffixes[3]])
            for name in names
        }  # fmt: skip
    return found


# ---------------------------------------------------------------------------------------- Anybody


def spreadsheet(data: bytes, delimiter: str = ",") -> list[dict[str, str]]:
    """The lines of a CSV by their headings."""
    header, *rows = _table(data.decode("utf-8-sig"), delimiter)
    return [dict(zip(header, row, strict=True)) for row in rows]


def formulas(data: bytes, delimiter: str = ",") -> list[str]:
    """Cells that a spreadsheet would compute."""
    text = data.decode("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) for cell in row]
    return [cell for cell in cells if FORMULA.match(cell) and not NUMBER.fullmatch(cell)]
