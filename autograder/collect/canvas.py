"""Canvas: *Download Submissions* puts all files side by side, under names that Canvas makes.

``lastnamefirstname_LATE_340934_208490284_max_pooling-1.py`` is: the sortable name in small letters, without
anything but letters and digits; ``LATE``; the user's id; the file's id, which grows with time; the name it was
uploaded under, ``-1`` where an earlier upload had taken that name. Of anonymous assignments the file begins with
``anon_`` and a code. The archive holds the last submission of each student and no times.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from autograder.archives import archive_suffix
from autograder.collect.model import Found, Stray, Wanted
from autograder.collect.tree import Node, gathered

GIVEN = r"(?:(?P<file>\d+)_(?P<given>.+)|(?P<typed>text|link)\.html)"
NAMED = re.compile(rf"(?:(?P<name>\w*?)_)?(?P<late>LATE_)?(?P<user>\d+)_{GIVEN}", re.DOTALL)
ANONYMOUS = re.compile(rf"(?P<late>LATE_)?(?P<user>anon_[A-Za-z0-9]+)_{GIVEN}", re.DOTALL)
AGAIN = re.compile(r"(?P<stem>.+)-(?:(?P<count>\d{1,4})|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})", re.DOTALL)
COUNTED = 8
"""As far as Canvas counts: then it takes a random mark."""
INSIDE = re.compile(r"\.tar(-\d+)(\.(?:gz|bz2|xz))$", re.IGNORECASE)
"""Where older Canvas put the number."""
SOURCES = (".py", ".ipynb")


@dataclass(frozen=True)
class Upload:
    """One file of one student: its ``name`` as it was before Canvas made it unique, and how often it was uploaded."""

    user: str
    student: str
    late: bool
    number: int
    name: str
    count: int
    node: Node


def recognises(root: Node) -> bool:
    """Whether most of what lies there has a name of Canvas's making."""
    names = [child.name for child in root.visible() if not child.is_folder]
    return 2 * sum(_parsed(name) is not None for name in names) > len(names)


def find(root: Node, wanted: Wanted) -> Iterator[Found | Stray]:
    """Every student's attempts: the same name uploaded again, with what was not."""
    uploads: dict[tuple[str, str], list[Upload]] = defaultdict(list)
    for node in root.visible():
        upload = None if node.is_folder else _upload(node, wanted)
        if upload is None:
            yield Stray(node.name, "no file name of Canvas's: NAME_USER_FILE_…")
        else:
            uploads[upload.user, upload.student].append(upload)
    for (user, student), files in uploads.items():
        yield from _attempts(user, student, sorted(files, key=lambda each: (each.number, each.count)))


def _parsed(name: str) -> re.Match[str] | None:
    return ANONYMOUS.fullmatch(name) or NAMED.fullmatch(name)


def _upload(node: Node, wanted: Wanted) -> Upload | None:
    parsed = _parsed(node.name)
    if parsed is None:
        return None
    name, count = restored(parsed["given"] or f"{parsed['typed']}.html", wanted)
    student = parsed.groupdict().get("name") or ""
    return Upload(parsed["user"], student, parsed["late"] is not None, int(parsed["file"] or 0), name, count, node)


def restored(name: str, wanted: Wanted) -> tuple[str, int]:
    """The name as it was before Canvas made it unique, and how many earlier uploads had it.

    ``lab-1.py`` may be a student's own name for a file, but never a module's: only where the name becomes that of
    a module, or of an archive, is the number taken for Canvas's.
    """
    name = INSIDE.sub(r"\1.tar\2", name)
    suffix = archive_suffix(name) or next((each for each in SOURCES if name.endswith(each)), "")
    again = AGAIN.fullmatch(name.removesuffix(suffix)) if suffix else None
    if again is None or (suffix in SOURCES and not again["stem"].isidentifier()):
        return name, 0
    return again["stem"] + suffix, int(again["count"] or COUNTED)


def _attempts(user: str, student: str, uploads: Sequence[Upload]) -> Iterator[Found]:
    """One attempt for each time that a name was uploaded; of other names the nearest upload counts."""
    versions: dict[str, list[Upload]] = defaultdict(list)
    for upload in uploads:
        versions[upload.name].append(upload)
    attempt = 0
    for index in range(max(map(len, versions.values()))):
        files = [each[min(index, len(each) - 1)] for each in versions.values()]
        newest = max(files, key=lambda each: each.number)
        attempt = max(attempt, *(each.count for each in files)) + 1
        yield Found(
            id=user,
            label=f"{student}_{user}" if student else user,
            content=gathered(user, [replace(each.node, name=each.name) for each in files]),
            origin=newest.node.name,
            name=student,
            keys=(user,),
            attempt=attempt,
            late=any(each.late for each in files),
        )
