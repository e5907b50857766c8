"""What a result depends on, as hashes: where they are the same, nothing has to be graded again.

Bytes are hashed as they lie there. Whatever marking may read is in one of the hashes, so a change of any of it, a
comment of the student's or a data file of the checks, makes another identity and is graded again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, replace
from functools import cached_property
from pathlib import Path
from typing import BinaryIO

from autograder import __version__
from autograder.archives import Refused, open_regular
from autograder.catalog import TOML, Beside, Kit
from autograder.model import Assignment, Submission
from autograder.submissions import submission_in

UNMARKED = frozenset({TOML, "handout.md", "handout.zh.md", "public_checks.py", "notebook.py", "figures", "__pycache__"})
"""What of an assignment's folder is not among its checks, nor read by them."""
PIECE = 1 << 16
"""Bytes of a file that are hashed at a time."""


@dataclass(frozen=True)
class Identity:
    """What a result was made from; the hashes are SHA-256 in hexadecimal."""

    submission: str
    assignment: str
    checks: str
    kit_version: str
    seed: int

    @cached_property
    def key(self) -> str:
        """All of it in one hash."""
        return _digest(str(getattr(self, each.name)).encode() for each in fields(self))

    def differs_in(self, other: Identity) -> tuple[str, ...]:
        """The names of what is not the same."""
        return tuple(each.name for each in fields(self) if getattr(self, each.name) != getattr(other, each.name))


@dataclass(frozen=True)
class Marked:
    """What every result of a run has in common."""

    assignment: str
    checks: str
    seed: int
    beside: tuple[Beside, ...] = ()

    def identity(self, submission: Submission) -> Identity:
        """The identity of the result on ``submission``, as it lies there now."""
        return Identity(submission_hash(submission, self.beside), self.assignment, self.checks, __version__, self.seed)


def marked_by(kit: Kit, assignment: Assignment, seed: int) -> Marked:
    """What the results of a run with ``seed`` have in common, from the kit's files."""
    beside = kit.beside(assignment)
    modules = (assignment, *(each.assignment for each in beside))
    described = [assignment.folder / TOML, *map(kit.template_path, modules)]
    checks = [*_checks_files(assignment.folder), *map(kit.solution_path, modules)]
    return Marked(_files_hash(kit.root, described), _files_hash(kit.root, checks), seed, beside)


def submission_hash(submission: Submission, beside: Iterable[Beside] = ()) -> str:
    """The hash of what a student handed in, with the modules ``beside`` it, or of why there is nothing to mark."""
    return _digest(part for each in (submission, *_companions(submission, beside)) for part in _parts(each))


def _companions(submission: Submission, beside: Iterable[Beside]) -> Iterator[Submission]:
    if submission.path is None or submission.archived:  # an archive is hashed whole
        return
    for each in beside:
        yield replace(submission_in(submission.path.parent, each.assignment), student=submission.student)


def _parts(submission: Submission) -> Iterator[bytes]:
    problem = submission.problem
    yield _encoded(submission.path.name if submission.path else "")
    yield _encoded(f"{submission.archived} {problem.en if problem else ''}")
    yield b"" if submission.path is None or problem else _contents(submission.path)


def _contents(path: Path) -> bytes:
    """The hash of the file; where it cannot be read, why."""
    try:
        with open_regular(path) as file:
            return _file_hash(file)
    except Refused as refused:
        return _encoded(refused.text.en)
    except OSError as error:
        return _encoded(str(error.strerror))


def _file_hash(file: BinaryIO) -> bytes:
    # hashlib.file_digest clears a buffer of 256 KiB for each file, which takes longer than to hash a small one.
    total = hashlib.sha256()
    while part := file.read(PIECE):
        total.update(part)
    return total.digest()


def _checks_files(folder: Path) -> Iterator[Path]:
    """The checks, the misconceptions and whatever lies there for them to read."""
    for path in folder.rglob("*"):
        inside = path.relative_to(folder).parts
        if path.is_file() and inside[0] not in UNMARKED and "__pycache__" not in inside:
            yield path


def _files_hash(root: Path, paths: Iterable[Path]) -> str:
    """The hash of files of the kit with their names, wherever the kit lies; one that is missing counts as such."""
    there = sorted(path for path in paths if path.is_file())
    return _digest(part for path in there for part in (path.relative_to(root).as_posix().encode(), path.read_bytes()))


def _digest(parts: Iterable[bytes]) -> str:
    """The hash of several things, of which none can pass for the end of another."""
    total = hashlib.sha256()
    for part in parts:
        total.update(b"%d:" % len(part) + part)
    return total.hexdigest()


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", errors="surrogatepass")
