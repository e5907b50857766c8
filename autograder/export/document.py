"""JSON for programs: everything that is known of each mark, exactly. ``docs/marks.schema.json`` is its schema.

A change that a reader of version 1 would trip over makes version 2.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from autograder.errors import ExportError
from autograder.export.entry import Entry, Product, Settings
from autograder.export.figures import rounded
from autograder.export.sheet import Sheet
from autograder.report.jsons import lines

DECIMALS = 2
VERSION = 1


def build(entries: Sequence[Entry], template: Sheet | None, settings: Settings) -> Product:
    """An object with a list of marks; ASCII, whatever is in it. Raises ``ExportError`` where there is a template."""
    if template is not None:
        raise ExportError("csv and json are made anew: leave --template out")
    content = {"version": VERSION, "marks": [_mark(each, settings) for each in entries]}
    return Product(lines(content).encode(), tuple(entries))


def _mark(entry: Entry, settings: Settings) -> dict[str, Any]:
    at = entry.handed_in_at
    return {
        "student": entry.student,
        "ids": list(entry.ids),
        "name": entry.name,
        "email": entry.email,
        "section": entry.section,
        "assignment": entry.assignment,
        "title": entry.title,
        "status": str(entry.status),
        "handed_in_at": at.isoformat() if at else None,
        "late_seconds": max(int(entry.late_by.total_seconds()), 0),
        "max_points": entry.max_points,
        "auto": _points(entry.auto),
        "adjustment": _points(entry.adjustment),
        "deduction": _points(entry.deduction),
        "final": _points(entry.points),
        "exercises": [
            {"exercise": each.exercise, "points": _points(each.points), "max_points": each.max_points}
            for each in entry.parts
        ],
        "feedback": entry.feedback if settings.feedback else "",
    }


def _points(points: Fraction | None) -> dict[str, str] | None:
    """As an exact fraction and as people read it; null where there is no mark."""
    return None if points is None else {"exact": str(points), "rounded": rounded(points, DECIMALS)}
