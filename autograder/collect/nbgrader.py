"""nbgrader: ``submitted/<student>/<assignment>/`` with a ``timestamp.txt``, as ``nbgrader collect`` leaves it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from autograder.archives import Refused, listed, shown
from autograder.collect.model import Found, Stray, Wanted
from autograder.collect.times import stamp
from autograder.collect.tree import Node
from autograder.errors import CollectError

SUBMITTED = "submitted"
TIMESTAMP = "timestamp.txt"
TIMESTAMP_BYTES = 1000


def recognises(root: Node) -> bool:
    """Whether it is a course, its folder of submissions, or anything with a timestamp where nbgrader writes one."""
    if root.name == SUBMITTED or root.child(SUBMITTED) is not None:
        return True
    return any(each.child(TIMESTAMP) for student in _folders(root) for each in _folders(student))


def find(root: Node, wanted: Wanted) -> Iterator[Found | Stray]:
    """The submission of each student: nbgrader keeps the last one."""
    students = root.child(SUBMITTED) or root
    name = wanted.assignment or _only_assignment(students)
    for student in students.visible():
        work = student.child(name) if student.is_folder else None
        if work is not None and work.is_folder:
            origin = f"{student.name}/{name}"
            when = _when(work, wanted)
            yield Found(student.name, student.name, work, origin, keys=(student.name,), submitted_at=when)
        elif work is not None or not student.is_folder:
            yield Stray(student.name, f"{shown((work or student).name)} is no folder")


def _folders(node: Node) -> list[Node]:
    try:
        return [child for child in node.visible() if child.is_folder]
    except Refused:
        return []


def _only_assignment(students: Node) -> str:
    """The one assignment that anybody handed in; raises ``CollectError`` where there are several."""
    names = sorted({work.name for student in _folders(students) for work in _folders(student)})
    if len(names) != 1:
        raise CollectError(f"there are several assignments ({listed(names)}): name one with --assignment")
    return names[0]


def _when(work: Node, wanted: Wanted) -> datetime | None:
    node = work.child(TIMESTAMP)
    try:
        return stamp(node.read(TIMESTAMP_BYTES).decode("utf-8", errors="replace"), wanted.zone) if node else None
    except Refused:
        return None
