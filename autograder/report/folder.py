"""The folder of results: ``grades.csv``, ``exercises.csv`` and ``<student>/NAME/`` with three files each.

``feedback.md`` is the student's, ``results.json`` Gradescope's, ``staff.json`` the staff's.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from autograder.errors import OutputError
from autograder.model import GRADEBOOK, Report
from autograder.report.feedback import feedback
from autograder.report.files import UNFINISHED, discard_abandoned, write_text
from autograder.report.gradescope import results_json
from autograder.report.staff import staff_json
from autograder.report.tables import NOBODY, Roll, exercises_csv, grades_csv

GRADES = "grades.csv"
EXERCISES = "exercises.csv"
PAGE = ".html"
PROBE = ".writable"


def prepare(out: Path) -> None:
    """Make the folder and prove that it can be written, before hours of work; raises ``OutputError``.

    What a run that was killed was about to write there is removed.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = "it is a file" if out.is_file() else error.strerror
        raise OutputError(f"{out} cannot be made a folder ({reason}): name another with --out") from error
    write_text(out / PROBE, "")
    (out / PROBE).unlink(missing_ok=True)  # another run may prove the same
    for place in ("", "*/*/"):
        discard_abandoned(out.glob(f"{place}.*{UNFINISHED}"))


def write_student(out: Path, report: Report, language: str) -> None:
    """Write the files about one submission."""
    folder = student_folder(out, report.student) / report.assignment.name
    write_text(folder / "feedback.md", feedback(report, language))
    write_text(folder / "results.json", results_json(report, language))
    write_text(folder / "staff.json", staff_json(report))


def write_tables(out: Path, reports: Sequence[Report], language: str, roll: Roll = NOBODY) -> None:
    """Write the tables of a class; nothing at all if nobody was graded."""
    if reports:
        write_text(out / GRADES, grades_csv(reports, language, roll))
        write_text(out / EXERCISES, exercises_csv(reports, language))


def student_folder(out: Path, student: str) -> Path:
    """Where the student's results go: right below ``out``, whatever the name is."""
    if student in ("", ".", "..") or Path(student).name != student:
        raise OutputError(f"{student!r} is no name for a student's folder: rename it")
    return out / folder_name(student)


def folder_name(student: str) -> str:
    """What the student's folder is called: as the student is, unless a file of the class may be called so."""
    name = student.casefold()
    # SQLite puts files of its own beside the gradebook, whose names begin like it.
    taken = name in (GRADES, EXERCISES) or name.startswith(GRADEBOOK) or name.endswith(PAGE)
    return f"{student}_" if taken else student
