"""The edge to students' files: who handed in what. Files are read as bytes and never imported."""

from __future__ import annotations

import stat
from pathlib import Path

from autograder import messages
from autograder.errors import SubmissionsError
from autograder.model import Assignment, Submission, Text

MAX_MB = 1.0


def find_submissions(folder: Path, assignment: Assignment) -> tuple[Submission, ...]:
    """One ``Submission`` for each ``folder/<student>/``, in order of the students' names."""
    if not folder.is_dir():
        raise SubmissionsError(f"{folder} is no folder: name the one that holds a folder for each student")
    try:
        students = sorted(entry for entry in folder.iterdir() if entry.is_dir() and not entry.name.startswith("."))
    except OSError as error:
        raise SubmissionsError(f"{folder} cannot be read ({error.strerror})") from error
    if not students:
        raise SubmissionsError(
            f"{folder} holds no student folders: put each file at {folder.name}/<student>/{assignment.filename}"
        )
    return tuple(submission_in(student, assignment) for student in students)


def submission_in(student: Path, assignment: Assignment) -> Submission:
    """What lies in the folder of one student."""
    path = student / assignment.filename
    try:
        there = path.lstat()
    except FileNotFoundError:
        return Submission(student.name, None)
    except OSError as error:
        return Submission(
            student.name, path, messages.UNREADABLE.format(filename=path.name, reason=error.strerror)
        )
    return Submission(student.name, path, _file_problem(path.name, there.st_mode, there.st_size))


def _file_problem(name: str, mode: int, size: int) -> Text | None:
    if stat.S_ISDIR(mode):
        return messages.NOT_A_FILE.format(filename=name)
    if not stat.S_ISREG(mode):
        return messages.NOT_REGULAR.format(filename=name)
    if size > MAX_MB * 1e6:
        return messages.TOO_LARGE.format(filename=name, size=size / 1e6, limit=MAX_MB)
    return None


def read_source(path: Path) -> str | Text:
    """The file's text, or the sentence that says why there is none."""
    try:
        data = path.read_bytes()[: int(MAX_MB * 1e6) + 1]
    except OSError as error:
        return messages.UNREADABLE.format(filename=path.name, reason=error.strerror)
    try:
        # A byte order mark is what some Windows editors add; Python itself ignores it.
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return messages.NOT_UTF8.format(filename=path.name, position=error.start)
