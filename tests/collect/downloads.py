"""What each platform lets a course download, made after its documentation: see docs/collecting.md for the sources.

A download is a table of names and bytes, ``laid`` out as a folder or ``zipped``: collecting must not care which.
"""

from __future__ import annotations

import os
import re
import subprocess
import warnings
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

Files = dict[str, bytes]


def laid(folder: Path, files: Mapping[str, bytes]) -> Path:
    """The download as a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder


def zipped(path: Path, files: Mapping[str, bytes] | Sequence[tuple[str, bytes]]) -> Path:
    """The download as a zip, names as they are, the same one twice if need be."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with warnings.catch_warnings(), zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        warnings.simplefilter("ignore")  # about names that are there twice
        for name, data in files.items() if isinstance(files, Mapping) else files:
            info = zipfile.ZipInfo("x")
            info.filename, info.compress_type = name, zipfile.ZIP_DEFLATED
            archive.writestr(info, data)
    return path


# ----------------------------------------------------------------------------------------- Canvas


def canvas(sortable: str, user: int, file: int, given: str, data: bytes = b"x = 1\n", *, late: bool = False) -> Files:
    """One file of Canvas's *Download Submissions*; ``sortable`` is ``Family, Given``."""
    name = re.sub(r"_(\d+)_", r"\1", sortable).lower()
    start = "_".join([name, *(["LATE"] if late else []), str(user)])
    start = "".join(letter for letter in start if letter == "_" or letter.isalnum())
    shown = re.sub(r'[\x00/\\:*?"<>|]+', "_", given)
    return {f"{start}_{file}_{shown}": data}


# ----------------------------------------------------------------------------------------- Moodle


def moodle(name: str, participant: int, given: Mapping[str, bytes], plugin: str = "file") -> Files:
    """One submission of Moodle's *Download submissions in folders*."""
    start = f"{name.replace('_', ' ')}_{participant}_assignsubmission_{plugin}_"
    return {f"{start}/{path}": data for path, data in given.items()}


def moodle_flat(name: str, participant: int, given: Mapping[str, bytes], plugin: str = "file") -> Files:
    """The same without folders."""
    start = f"{name.replace('_', ' ')}_{participant}_assignsubmission_{plugin}"
    return {f"{start}_{path}": data for path, data in given.items()}


def worksheet(*rows: tuple[int, str, str, str, str, str]) -> Files:
    """Moodle's grading worksheet: participant, full name, ID number, email address, status, time."""
    head = "Identifier,Full name,ID number,Email address,Status,Grade,Maximum grade,Grade can be changed,"
    head += "Last modified (submission),Last modified (grade),Feedback comments"
    lines = [
        f'Participant {number},{name},{student},{email},"{status}",,100.00,Yes,"{when}",-,'
        for number, name, student, email, status, when in rows
    ]
    return {"Grades-CS-Lab 1-2935.csv": ("\ufeff" + "\r\n".join([head, *lines, ""])).encode()}


# ------------------------------------------------------------------------------------- Blackboard


def blackboard(
    name: str, user: str, when: str, given: Mapping[str, bytes], *, title: str = "Lab 1", receipt: bool = True
) -> Files:
    """One attempt of Blackboard's *Assignment File Download*; ``when`` is ``2024-10-03-14-05-59``."""
    start = f"{title}_{user}_attempt_{when}"
    files = {f"{start}_{path}": data for path, data in given.items()}
    listed = "".join(f"\tOriginal filename: {path}\n\tFilename: {start}_{path}\n\n" for path in given)
    text = (
        f"Name: {name} ({user})\nAssignment: {title}\nDate Submitted: Thursday, October 3, 2024 2:05:59 PM CEST\n"
        f"Current Grade: Needs Grading\n\nSubmission Field:\nThere is no student submission text data for this "
        f"assignment.\n\nComments:\nThere are no student comments for this assignment.\n\nFiles:\n{listed}"
    )
    return {**files, f"{start}.txt": text.encode()} if receipt else files


# ------------------------------------------------------------------------------------- Gradescope


@dataclass(frozen=True)
class Exported:
    """A submission of Gradescope's *Export Submissions*: its number, who handed it in, when, and the files."""

    number: int
    submitters: Sequence[tuple[str, str, str]]
    created_at: str
    files: Mapping[str, bytes]
    earlier: Sequence[str] = ()


def gradescope(*exported: Exported) -> Files:
    """The export, in the folder that its zip holds."""
    lines, files = ["---"], {}
    for each in exported:
        lines.append(f"submission_{each.number}:")
        lines.append("  :submitters:" if each.submitters else "  :submitters: []")
        for name, sid, email in each.submitters:
            lines += [f"  - :name: {name!r}", f"    :sid: '{sid}'", f"    :email: {email}"]
        lines += [f"  :created_at: {each.created_at}", "  :score: 0.0", "  :status: processed", "  :results:"]
        lines += ["    tests:", "    - score: 1.0", "      output: |", "        submission_1: nothing", "  :history:"]
        for when in each.earlier:
            lines += [f"  - :created_at: {when}", "    :score: 0.0"]
        files |= {f"assignment_4711_export/submission_{each.number}/{name}": data for name, data in each.files.items()}
    return {"assignment_4711_export/submission_metadata.yml": "\n".join([*lines, ""]).encode(), **files}


# --------------------------------------------------------------------------------------- nbgrader


def nbgrader(student: str, assignment: str, given: Mapping[str, bytes], when: str = "") -> Files:
    """One submission as ``nbgrader collect`` leaves it in the course's folder."""
    stamp = {"timestamp.txt": when.encode()} if when else {}
    return {f"course/submitted/{student}/{assignment}/{name}": data for name, data in {**given, **stamp}.items()}


# ------------------------------------------------------------------------------- GitHub Classroom


def clone(folder: Path, given: Mapping[str, bytes], when: str) -> Path:
    """A clone with one commit, its objects packed as a real one's are; ``when`` is ``1727958359 +0200``."""
    laid(folder, given)
    named = {"GIT_COMMITTER_DATE": f"@{when}", "GIT_AUTHOR_DATE": "@1 +0000", "GIT_CONFIG_GLOBAL": os.devnull}
    settings = ("-c", "user.name=Ann", "-c", "user.email=ann@example.org", "-c", "init.defaultBranch=main")
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "done"], ["gc", "-q"], ["pack-refs", "--all"]):
        environment = {**os.environ, **named, "GIT_CONFIG_NOSYSTEM": "1"}
        subprocess.run(["git", *settings, *command], cwd=folder, env=environment, check=True, capture_output=True)
    return folder


# ------------------------------------------------------------------------------------ what came out


def tree(folder: Path) -> Files:
    """Every file below the folder but the record."""
    paths = [path for path in sorted(folder.rglob("*")) if path.is_file() and path.name != "collected.json"]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}
