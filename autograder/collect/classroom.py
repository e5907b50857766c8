"""GitHub Classroom: one clone for each student, ``assignment-username``, as the command line and the desktop app make.

The time is that of the last commit, by its committer's own clock: git lets a student write any time there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from autograder.archives import Refused
from autograder.collect.commits import commit_times
from autograder.collect.model import Found, Stray, Wanted
from autograder.collect.names import shared_start
from autograder.collect.tree import Node

SUBMISSIONS = "-submissions"
"""The command line clones into a folder named after the assignment and this."""


def recognises(root: Node) -> bool:
    """Whether any folder there is a clone."""
    return any(_is_clone(child) for child in root.visible())


def find(root: Node, wanted: Wanted) -> Iterator[Found | Stray]:
    """One attempt for each clone: what is checked out."""
    clones, others = list[Node](), list[Node]()
    for node in root.visible():
        (clones if _is_clone(node) else others).append(node)
    prefix = _prefix(root.name, [clone.name for clone in clones], wanted)
    times = commit_times([clone.path for clone in clones if clone.path is not None])
    for clone in clones:
        user = clone.name.removeprefix(prefix)
        when = times.get(clone.path) if clone.path else None
        yield Found(user, user, clone, clone.name, keys=(user,), submitted_at=when)
    for node in others:
        yield Stray(node.name, "no clone: there is no .git in it")


def _is_clone(node: Node) -> bool:
    try:
        return node.is_folder and node.child(".git") is not None
    except Refused:
        return False


def _prefix(folder: str, names: Sequence[str], wanted: Wanted) -> str:
    """What stands before the user's name: the assignment's, as the folder, the caller or all names together tell."""
    assignment = wanted.assignment or ""
    slugs = [folder.removesuffix(SUBMISSIONS)] if folder.endswith(SUBMISSIONS) else []
    for slug in (*slugs, assignment, assignment.replace("_", "-")):
        if slug and all(name.startswith(f"{slug}-") for name in names):
            return f"{slug}-"
    return shared_start(names, "-")
