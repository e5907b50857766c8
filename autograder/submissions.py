"""The edge to students' files: who handed in what. Files are read as bytes and never imported."""

from __future__ import annotations

import codecs
import io
import os
import stat
import tokenize
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
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
from autograder.catalog import TOML, Beside
from autograder.errors import SubmissionsError
from autograder.model import Assignment, Problem, Status, Submission, Text
from autograder.notebooks.lift import lifted
from autograder.notebooks.outline import Outline
from autograder.requests import Companion

MAX_MB = 1.0
NOTEBOOK = ".ipynb"
MAX_NOTEBOOK_MB = 20.0
"""A notebook carries its plots."""
MAX_ENTRIES = 10_000
"""So many entries of a student's folder are looked at."""
NEARLY_ALL = 0.8
FEW = 5
"""Of fewer students nothing is concluded from what most of them have."""
ENCODINGS = {
    "ascii", "big5", "cp1250", "cp1251", "cp1252", "euc_jp", "euc_kr", "gb18030", "gb2312", "gbk", "iso8859-1",
    "iso8859-15", "iso8859-2", "koi8-r", "shift_jis",
}  # fmt: skip
"""What a file's coding line may name; to read some others costs time that grows faster than the file."""
KINDS = {b"PK\x03\x04": "zip/docx", b"%PDF": "PDF", b"{\\rtf": "RTF", b"\xd0\xcf\x11\xe0": "doc"}
"""How files begin that were only given the ending of a Python file."""


@dataclass(frozen=True)
class Carried(Submission):
    """A submission that was read where it lies, to be marked where it does not: its text travels with it."""

    source: str | Problem = ""
    companions: tuple[Companion, ...] = ()


def find_submissions(folder: Path, assignment: Assignment) -> tuple[Submission, ...]:
    """One ``Submission`` for each ``folder/<student>/`` or archive, in order of the students' names.

    Raises ``SubmissionsError``, also where nearly everybody has another assignment's file, or has it one folder deeper.
    """
    if not folder.is_dir():
        raise SubmissionsError(_no_folder(folder))
    try:
        students = _by_student(folder)
    except OSError as error:
        raise SubmissionsError(f"{folder} cannot be read ({error.strerror})") from error
    if not students:
        raise SubmissionsError(
            f"{folder} holds no student folders: put each file at {folder.name}/<student>/{assignment.filename}"
        )
    found = tuple(_submission(student, sorted(paths), assignment) for student, paths in sorted(students.items()))
    _refuse_misplaced(folder, found, assignment)
    return found


def _no_folder(folder: Path) -> str:
    if folder.is_file() and archive_suffix(folder.name) is not None:
        return f"{folder} is a download and no folder: collect it first, or in one with --from auto"
    nothing = "" if folder.exists() else ", nor is anything else there"
    return f"{folder} is no folder{nothing}: name the one that holds a folder for each student"


def _refuse_misplaced(folder: Path, found: Sequence[Submission], assignment: Assignment) -> None:
    """Raise ``SubmissionsError`` where staff have named the wrong assignment, or the wrong folder."""
    without = [each.student for each in found if each.path is None]
    if len(without) == len(found):
        deeper = (folder / each / name / assignment.filename for each in without for name in _names_in(folder / each))
        if path := next(filter(os.path.isfile, deeper), None):
            raise SubmissionsError(
                f"{path} lies one folder too deep: name the folder that holds a folder for each student, or collect "
                "a platform's download with --from auto"
            )
    if len(without) >= max(FEW, NEARLY_ALL * len(found)):
        others = Counter(name for each in without for name in _others(folder / each, assignment))
        for name, count in others.most_common(1):
            if count > len(found) / 2:
                raise SubmissionsError(
                    f"{count} of {len(found)} have {name}.py and no {assignment.filename}: did you mean "
                    f"--assignment {name}?"
                )


def _others(student: Path, assignment: Assignment) -> set[str]:
    """The other assignments of the kit whose files lie there."""
    names = {Path(name).stem for name in _names_in(student) if name.endswith((".py", NOTEBOOK))}
    return {name for name in names if name.isidentifier() and (assignment.folder.parent / name / TOML).is_file()}


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
    filename, notebook = assignment.filename, assignment.notebook
    try:
        names = _names_in(student)
    except OSError as error:
        reason = messages.UNREADABLE.format(filename=shown(student.name), reason=error.strerror)
        return Submission(student.name, student, reason)
    if len(names) > MAX_ENTRIES:
        full = messages.FOLDER_TOO_FULL.format(limit=MAX_ENTRIES, filename=filename)
        return Submission(student.name, student, full)
    wanted = {lookalike(each): each for each in (filename, notebook)}
    alike = [name for name in names if lookalike(name) in wanted]
    found = [name for name in alike if name in wanted.values()]
    if not found:
        return _without_file(student, names, filename)
    path = student / found[0]
    if len(alike) > 1:
        return Submission(student.name, path, messages.SEVERAL_FILES.format(names=listed(alike)))
    return Submission(student.name, path, _file_problem(path, _limit_mb(path.name)))


def _limit_mb(name: str) -> float:
    return MAX_NOTEBOOK_MB if name.endswith(NOTEBOOK) else MAX_MB


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


def read_submission(submission: Submission, assignment: Assignment, outline: Outline | None = None) -> str | Problem:
    """The module that the student handed in, wherever it lies and as a file or a notebook, or why there is none."""
    if isinstance(submission, Carried):
        return submission.source
    if submission.path is None:
        return Problem(submission.problem or messages.MISSING.format(filename=assignment.filename), Status.MISSING)
    if submission.problem is not None:
        return Problem(submission.problem)
    found = _member(submission.path, assignment) if submission.archived else _contents(submission.path)
    if isinstance(found, Problem):
        return found
    name, data = found
    source = _module(data, name, outline)
    return Problem(source) if isinstance(source, Text) else source


def companions_of(submission: Submission, beside: Iterable[Beside]) -> tuple[Companion, ...]:
    """The modules handed in with the submission's own, from the same folder or archive."""
    if isinstance(submission, Carried):
        return submission.companions
    return tuple(_companion(submission, each) for each in beside)


def carried(
    submission: Submission, assignment: Assignment, outline: Outline | None, beside: Iterable[Beside]
) -> Carried:
    """The submission with what was handed in, under the caps that hold for reading it, and without its place."""
    source = read_submission(submission, assignment, outline)
    companions = () if isinstance(source, Problem) else companions_of(submission, beside)
    return Carried(submission.student, None, source=source, companions=companions)


def _companion(submission: Submission, beside: Beside) -> Companion:
    found = submission
    if submission.path is not None and not submission.archived:
        found = replace(submission_in(submission.path.parent, beside.assignment), student=submission.student)
    source = read_submission(found, beside.assignment, beside.outline)
    if isinstance(source, str):
        return beside.assignment.name, source, ""
    return beside.assignment.name, "", source.text.en


def _module(data: bytes, name: str, outline: Outline | None) -> str | Text:
    if not name.endswith(NOTEBOOK):
        return _decoded(data, name)
    return lifted(data, name, outline) if outline else messages.NO_NOTEBOOKS.format(filename=name)


def _member(archive: Path, assignment: Assignment) -> tuple[str, bytes] | Problem:
    """Name and bytes of the file or the notebook in an archive; there must not be both."""
    names = assignment.filename, assignment.notebook
    found = {name: member_bytes(archive, name, int(_limit_mb(name) * 1e6)) for name in names}
    there = [(name, data) for name, data in found.items() if not isinstance(data, Problem)]
    if len(there) > 1:
        return Problem(in_archive(archive, messages.SEVERAL_FILES.format(names=listed(names))))
    problems = [each for each in found.values() if isinstance(each, Problem)]
    telling = [each for each in problems if each.status is not Status.MISSING]
    return there[0] if there else [*telling, *problems][0]


def _contents(path: Path) -> tuple[str, bytes] | Problem:
    """Name and bytes of a file of its own."""
    limit = _limit_mb(path.name)
    try:
        with open_regular(path) as file:
            data = file.read(int(limit * 1e6) + 1)
    except Refused as refused:
        return Problem(refused.text)
    except OSError as error:
        return Problem(messages.UNREADABLE.format(filename=shown(path.name), reason=error.strerror))
    return Problem(too_large(path.name, len(data), limit)) if len(data) > limit * 1e6 else (path.name, data)


def _decoded(data: bytes, name: str) -> str | Text:
    kind = next((kind for start, kind in KINDS.items() if data.startswith(start)), None)
    if kind is not None:
        return messages.NOT_TEXT.format(filename=name, kind=kind)
    try:
        text = data.decode(_encoding(data))
    except UnicodeDecodeError as error:
        return messages.NOT_UTF8.format(filename=name, position=error.start)
    return text if text.strip() else messages.EMPTY_FILE.format(filename=name)


def _encoding(data: bytes) -> str:
    """What the file's coding line names, as Python reads it, or else UTF-8; a byte order mark does no harm."""
    try:
        named, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        return named if codecs.lookup(named).name in ENCODINGS else "utf-8-sig"
    except SyntaxError:
        return "utf-8-sig"
