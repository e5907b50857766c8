"""The tables of a class that was not marked in one go: new lines take the place of a student's old ones."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from autograder.model import Report
from autograder.report.files import write_text
from autograder.report.folder import EXERCISES, GRADES
from autograder.report.tables import exercises_csv, grades_csv


def add_to_tables(out: Path, reports: Sequence[Report], language: str) -> None:
    """Write ``grades.csv`` and ``exercises.csv`` anew, with everything about other students and assignments kept."""
    for name, new in ((GRADES, grades_csv(reports)), (EXERCISES, exercises_csv(reports, language))):
        if reports:
            write_text(out / name, merged(_read(out / name), new))


def merged(old: str, new: str) -> str:
    """Both tables in one, in order of assignments and students; the first two columns say which."""
    header, *fresh = csv.reader(io.StringIO(new, newline=""))
    heading, *kept = [*csv.reader(io.StringIO(old, newline=""))] or [header]
    renewed = {tuple(line[:2]) for line in fresh}
    lines = [line for line in kept if heading == header and tuple(line[:2]) not in renewed] + fresh
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerows([header, *sorted(lines, key=lambda line: (line[1], line[0]))])
    return text.getvalue()


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""
