"""Gradescope: a table in the form of a course's *Download Grades*, for programs that read those.

Gradescope itself takes marks from an autograder's ``results.json`` and from people, not from a table.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta

from autograder.errors import ExportError
from autograder.export.blackboard import given_and_family
from autograder.export.entry import Entry, Product, Settings
from autograder.export.figures import cell
from autograder.export.harmless import harmless
from autograder.export.people import named
from autograder.export.sheet import Sheet
from autograder.export.table import table

DECIMALS = 2
HEADER = ("First Name", "Last Name", "SID", "Email", "Sections")
SUFFIXES = ("", " - Max Points", " - Submission Time", " - Lateness (H:M:S)")


def build(entries: Sequence[Entry], template: Sheet | None, settings: Settings) -> Product:
    """A line for each student with four columns for each assignment; raises ``ExportError``."""
    if template is not None:
        raise ExportError("Gradescope takes no table of marks back: leave --template out")
    students: dict[str, dict[str, Entry]] = defaultdict(dict)
    for each in entries:
        students[each.student][each.assignment] = each
    people = named([next(iter(marks.values())) for marks in students.values()], "id")
    titles = {each.assignment: each.title for each in entries}
    header = [harmless(f"{title}{suffix}") for title in titles.values() for suffix in SUFFIXES]
    lines = [(*_who(each, key), *_marks(students[each.student], titles)) for each, key in people.entries]
    written = tuple(mark for each in people.written for mark in students[each.student].values())
    return Product(table((*HEADER, *header), lines), written, people.left_out)


def _who(entry: Entry, key: str) -> tuple[str, ...]:
    return (*map(harmless, given_and_family(entry.name)), key, harmless(entry.email), harmless(entry.section))


def _marks(marks: dict[str, Entry], titles: dict[str, str]) -> list[str]:
    return [text for name in titles for text in (_mark(marks[name]) if name in marks else [""] * len(SUFFIXES))]


def _mark(entry: Entry) -> list[str]:
    at = entry.handed_in_at
    return [
        cell(entry.points, DECIMALS),
        f"{entry.max_points}.0",
        f"{at:%Y-%m-%d %H:%M:%S %z}" if at else "",
        _clock(entry.late_by) if at else "",
    ]


def _clock(late: timedelta) -> str:
    seconds = max(int(late.total_seconds()), 0)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
