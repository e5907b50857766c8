"""When the last commit of each of many clones was made, without running git inside any of them.

A clone's configuration, hooks and attributes can make git run programs. So git is started in an empty repository of
our own, which borrows the clones' objects and nothing else, and is asked for those commits by their ids. Which commit
is checked out is read here, from ``HEAD`` and what it names.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta, timezone
from pathlib import Path

from autograder.archives import Refused
from autograder.collect.disk import read_regular

ID = re.compile(rb"[0-9a-f]{40}")
REFERENCE = re.compile(rb"ref: (refs/heads/(?:(?!\.\.)[\w./-])+)")
COMMITTER = re.compile(rb"^committer .*> (?P<seconds>\d{1,12}) (?P<sign>[+-])(?P<hours>\d\d)(?P<minutes>\d\d)$", re.M)
SMALL = 1_000_000
"""Bytes of a file that git keeps about a repository, and of a commit; more is not read."""
PATIENCE = 60
"""Seconds that git may take for a class."""


def commit_times(clones: Sequence[Path]) -> dict[Path, datetime]:
    """The committer's time of what is checked out, for those clones where it can be told; none without git."""
    ids = {clone: head for clone in clones if (head := _head(clone / ".git")) is not None}
    git = shutil.which("git")
    if git is None or not ids:
        return {}
    try:
        commits = _commits(git, ids)
    except (OSError, subprocess.SubprocessError, ValueError):
        # One damaged clone must not cost the others their times.
        commits = {} if len(ids) == 1 else _one_by_one(git, ids)
    times = {clone: _time(commits.get(head, b"")) for clone, head in ids.items()}
    return {clone: when for clone, when in times.items() if when is not None}


def _one_by_one(git: str, ids: Mapping[Path, bytes]) -> dict[bytes, bytes]:
    commits: dict[bytes, bytes] = {}
    for clone, head in ids.items():
        with suppress(OSError, subprocess.SubprocessError, ValueError):
            commits |= _commits(git, {clone: head})
    return commits


# ------------------------------------------------------------------------------------ which commit


def _head(folder: Path) -> bytes | None:
    """The id of the commit that is checked out; None where that cannot be told."""
    if folder.is_symlink() or not folder.is_dir():
        return None
    said = _line(folder / "HEAD")
    reference = REFERENCE.fullmatch(said)
    if reference is None:
        return said if ID.fullmatch(said) else None
    loose = _line(folder / reference[1].decode())
    return loose if ID.fullmatch(loose) else _packed(folder / "packed-refs", reference[1])


def _packed(path: Path, name: bytes) -> bytes | None:
    for line in _small(path).splitlines():
        commit, _, named = line.partition(b" ")
        if named == name and ID.fullmatch(commit):
            return commit
    return None


def _line(path: Path) -> bytes:
    return _small(path).strip()


def _small(path: Path) -> bytes:
    try:
        return read_regular(path, SMALL)
    except Refused:
        return b""


# --------------------------------------------------------------------------------------- its time


def _commits(git: str, ids: Mapping[Path, bytes]) -> dict[bytes, bytes]:
    """The commits as they are stored, by their ids; those that are missing or huge are left out."""
    with tempfile.TemporaryDirectory() as folder:
        _borrow(Path(folder), ids)
        listed = _ask(git, Path(folder), "--batch-check", sorted(set(ids.values())))
        small = [line.split(b" ") for line in listed.splitlines()]
        chosen = [each[0] for each in small if len(each) == 3 and each[1] == b"commit" and int(each[2]) <= SMALL]
        return dict(_replies(_ask(git, Path(folder), "--batch", chosen)))


def _borrow(folder: Path, clones: Iterable[Path]) -> None:
    """An empty repository whose objects are the clones'."""
    (folder / "refs").mkdir()
    (folder / "objects" / "info").mkdir(parents=True)
    (folder / "HEAD").write_bytes(b"ref: refs/heads/none\n")
    objects = (os.fsencode((clone / ".git" / "objects").resolve()) for clone in clones)
    (folder / "objects" / "info" / "alternates").write_bytes(b"".join(_quoted(each) + b"\n" for each in objects))


def _quoted(path: bytes) -> bytes:
    """A path as git reads it from a file of lines."""
    escaped = path.replace(b"\\", b"\\\\").replace(b'"', b'\\"').replace(b"\n", b"\\n")
    return b'"' + escaped + b'"'


def _ask(git: str, folder: Path, mode: str, ids: Iterable[bytes]) -> bytes:
    """What ``git cat-file`` answers about the ids, with no configuration but git's own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    settings = {
        "GIT_DIR": str(folder), "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull, "GIT_NO_LAZY_FETCH": "1",
        "GIT_NO_REPLACE_OBJECTS": "1", "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C",
    }  # fmt: skip
    return subprocess.run(
        [git, "cat-file", mode],
        input=b"".join(each + b"\n" for each in ids),
        env=kept | settings,
        cwd=folder,
        capture_output=True,
        check=True,
        timeout=PATIENCE,
    ).stdout


def _replies(data: bytes) -> Iterable[tuple[bytes, bytes]]:
    """Each ``ID commit SIZE``, and so many bytes after that line."""
    start = 0
    while start < len(data):
        end = data.index(b"\n", start)
        commit, _, size = data[start:end].split(b" ")
        start = end + 1 + int(size) + 1
        yield commit, data[end + 1 : start - 1]


def _time(commit: bytes) -> datetime | None:
    """The committer's time; what stands behind the first empty line is the student's message."""
    found = COMMITTER.search(commit.partition(b"\n\n")[0])
    if found is None:
        return None
    offset = timedelta(hours=int(found["hours"]), minutes=int(found["minutes"]))
    try:
        zone = timezone(-offset if found["sign"] == b"-" else offset)
        return datetime.fromtimestamp(int(found["seconds"]), zone)
    except (ValueError, OverflowError, OSError):
        return None
