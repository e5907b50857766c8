"""The edge to students' files: who handed in what. Files are read as bytes and never imported."""

from __future__ import annotations

import os
import stat
from collections import defaultdict
from itertools import islice
from pathlib import Path

from autograder import messages
from autograder.archives import (
    CAPS,
    Refused,
    archive_suffix,
    in_archive,
    is_noise,
    is_read,
    listed,
    lookalike,
    member_bytes,
    open_regular,
    shown,
    too_large,
)
from autograder.errors import SubmissionsError
from autograder.model import Assignment, Problem, Status, Submission, Text

MAX_MB = 1.0
MAX_BYTES = int(MAX_MB * 1e6)
MAX_ENTRIES = 10_000
"""So many entries of a student's folder are looked at."""


def find_submissions(folder: Path, assignment: Assignment) -> tuple[Submission, ...]:
    """One ``Submission`` for each ``folder/<student>/`` or archive, in order of the students' names."""
    if not folder.is_dir():
        raise SubmissionsError(f"{folder} is no folder: name the one that holds a folder for each student")
    try:
        students = _by_student(folder)
    except OSError as error:
        raise SubmissionsError(f"{folder} cannot be read ({error.strerror})") from error
    if not students:
        raise SubmissionsError(
            f"{folder} holds no student folders: put each file at {folder.name}/<student>/{assignment.filename}"
        )
    return tuple(_submission(student, sorted(paths), assignment) for student, paths in sorted(students.items()))


def _by_student(folder: Path) -> dict[str, list[Path]]:
    """What lies there for each student; files that are neither folder nor archive are no student's."""
    found: dict[str, list[Path]] = defaultdict(list)
    with os.scandir(folder) as entries:
        for entry in entries:
            student = None if entry.name.startswith(".") else _student_of(entry)
            if student is not None:
                found[student].append(folder / entry.name)
    return found


def _student_of(entry: os.DirEntry[str]) -> str | None:
    if entry.is_dir(follow_symlinks=False):
        return entry.name
    suffix = archive_suffix(entry.name)
    if suffix is not None:
        return entry.name.removesuffix(suffix)
    # A link that may have been meant as a student's folder gets its sentence, even if it leads nowhere.
    return entry.name if entry.is_symlink() and not os.path.isfile(entry.path) else None


def _submission(student: str, paths: list[Path], assignment: Assignment) -> Submission:
    path = paths[0]
    if len(paths) > 1:
        names = listed(each.name for each in paths)
        return Submission(student, path, messages.HANDED_IN_TWICE.format(names=names))
    if os.path.islink(path):
        return Submission(student, path, messages.IS_A_LINK.format(filename=shown(path.name)))
    if archive_suffix(path.name) is not None and not os.path.isdir(path):
        return _archived(student, path)
    return submission_in(path, assignment)


def submission_in(student: Path, assignment: Assignment) -> Submission:
    """What lies in the folder of one student: the file, or the one archive that should hold it."""
    filename = assignment.filename
    try:
        names = _names_in(student)
    except OSError as error:
        reason = messages.UNREADABLE.format(filename=shown(student.name), reason=error.strerror)
        return Submission(student.name, student, reason)
    if len(names) > MAX_ENTRIES:
        full = messages.FOLDER_TOO_FULL.format(limit=MAX_ENTRIES, filename=filename)
        return Submission(student.name, student, full)
    alike = [name for name in names if lookalike(name) == lookalike(filename)]
    if filename not in alike:
        return _without_file(student, names, filename)
    path = student / filename
    if len(alike) > 1:
        return Submission(student.name, path, messages.SEVERAL_FILES.format(names=listed(alike)))
    return Submission(student.name, path, _file_problem(path, MAX_MB))


def _names_in(folder: Path) -> list[str]:
    """The names in a folder, in order; of a folder that is too full, one more than are allowed."""
    with os.scandir(folder) as entries:
        return sorted(entry.name for entry in islice(entries, MAX_ENTRIES + 1))


def _without_file(student: Path, names: list[str], filename: str) -> Submission:
    visible = [name for name in names if not name.startswith(".") and not is_noise((name,))]
    archives = [name for name in visible if archive_suffix(name) is not None]
    if len(archives) == 1:
        return _archived(student.name, student / archives[0])
    if archives:
        several = messages.SEVERAL_ARCHIVES.format(names=listed(archives), filename=filename)
        return Submission(student.name, student / archives[0], several)
    if visible:
        return Submission(
            student.name, None, messages.MISSING_AMONG.format(filename=filename, found=listed(visible))
        )
    return Submission(student.name, None)


def _archived(student: str, path: Path) -> Submission:
    if not is_read(path.name):
        return Submission(student, path, in_archive(path, messages.ARCHIVE_FOREIGN))
    return Submission(student, path, _file_problem(path, CAPS.archive_mb), archived=True)


def _file_problem(path: Path, limit_mb: float) -> Text | None:
    """What keeps the file from being opened at all, seen without opening it."""
    name = shown(path.name)
    try:
        there = path.lstat()
    except OSError as error:
        return messages.UNREADABLE.format(filename=name, reason=error.strerror)
    if stat.S_ISDIR(there.st_mode):
        return messages.NOT_A_FILE.format(filename=name)
    if not stat.S_ISREG(there.st_mode):
        return messages.NOT_REGULAR.format(filename=name)
    if there.st_nlink > 1:
        # Its other name may stand in a folder of staff's: a tar unpacked carelessly can do that.
        return messages.HARD_LINKED.format(filename=name)
    if there.st_size > limit_mb * 1e6:
        return too_large(path.name, there.st_size, limit_mb)
    return None


def read_submission(submission: Submission, filename: str) -> str | Problem:
    """The text of the student's file, wherever it lies, or why there is none."""
    if submission.path is None:
        return Problem(submission.problem or messages.MISSING.format(filename=filename), Status.MISSING)
    if submission.problem is not None:
        return Problem(submission.problem)
    if submission.archived:
        data = member_bytes(submission.path, filename, MAX_BYTES)
        source = data if isinstance(data, Problem) else _decoded(data, filename)
    else:
        source = read_source(submission.path)
    return Problem(source) if isinstance(source, Text) else source


def read_source(path: Path) -> str | Text:
    """The file's text, or the sentence that says why there is none."""
    try:
        with open_regular(path) as file:
            data = file.read(MAX_BYTES + 1)
    except Refused as refused:
        return refused.text
    except OSError as error:
        return messages.UNREADABLE.format(filename=shown(path.name), reason=error.strerror)
    return too_large(path.name, len(data), MAX_MB) if len(data) > MAX_BYTES else _decoded(data, path.name)


def _decoded(data: bytes, name: str) -> str | Text:
    try:
        # A byte order mark is what some Windows editors add; Python itself ignores it.
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return messages.NOT_UTF8.format(filename=name, position=error.start)
