"""Blackboard: *Assignment File Download* names files ``Assignment_username_attempt_2024-10-03-14-05-59_file.py``.

Each attempt brings ``Assignment_username_attempt_2024-10-03-14-05-59.txt`` with it, in which Blackboard writes the
student's name and how files were called. Between the two a student's own words stand, so only the first line tells
who it is, and of two lines about a file the last one counts, which is Blackboard's.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from autograder.archives import Refused
from autograder.collect.model import Found, Stray, Wanted
from autograder.collect.names import shared_start
from autograder.collect.times import clock
from autograder.collect.tree import Node, gathered

NAME = re.compile(r"(?P<head>.+?)_attempt_(?P<when>\d{4}(?:-\d\d){5})(?:_(?P<given>.+)|\.txt)", re.DOTALL)
FORM = "%Y-%m-%d-%H-%M-%S"
FIRST_LINE = re.compile(r"Name: (?P<name>.*) \((?P<user>[^()]+)\)")
RENAMED = re.compile(r"^[ \t]*Original filename: (?P<given>.+)\n[ \t]*Filename: (?P<now>.+)", re.MULTILINE)
RECEIPT_BYTES = 1_000_000


@dataclass(frozen=True)
class Receipt:
    """What the text file of an attempt tells: who it was, and the names files had, by those they have now."""

    name: str = ""
    user: str = ""
    names: Mapping[str, str] = field(default_factory=dict)


def recognises(root: Node) -> bool:
    """Whether anything there has a name of Blackboard's making."""
    return any(NAME.fullmatch(child.name) for child in root.visible())


def find(root: Node, wanted: Wanted) -> Iterator[Found | Stray]:
    """Every attempt of every student."""
    files: dict[tuple[str, str], list[tuple[str, Node]]] = defaultdict(list)
    receipts: dict[tuple[str, str], Receipt] = {}
    for node in root.visible():
        parsed = None if node.is_folder else NAME.fullmatch(node.name)
        if parsed is None:
            yield Stray(node.name, "no name of Blackboard's: …_USER_attempt_TIME_…")
            continue
        attempt = parsed["head"], parsed["when"]
        held = files[attempt]
        if parsed["given"]:
            held.append((parsed["given"], node))
        else:
            receipts[attempt] = _receipt(node, parsed["head"])
    yield from _in_order(files, receipts, wanted)


def _in_order(
    files: Mapping[tuple[str, str], Sequence[tuple[str, Node]]],
    receipts: Mapping[tuple[str, str], Receipt],
    wanted: Wanted,
) -> Iterator[Found]:
    """The attempts, numbered for each student as the years and hours go."""
    users = _users({head for head, _ in files}, receipts)
    counts: dict[str, int] = defaultdict(int)
    for head, when in sorted(files):
        counts[head] += 1
        receipt = receipts.get((head, when), Receipt())
        named = [replace(node, name=receipt.names.get(node.name, given)) for given, node in files[head, when]]
        yield Found(
            id=users[head],
            label=users[head],
            content=gathered(users[head], named),
            origin=f"{head}_attempt_{when}",
            name=receipt.name,
            keys=(users[head],),
            attempt=counts[head],
            submitted_at=clock(when, [FORM], wanted.zone),
        )


def _users(heads: set[str], receipts: Mapping[tuple[str, str], Receipt]) -> dict[str, str]:
    """Who each ``Assignment_username`` is: as the receipt says, or what is left without what all share."""
    told = {head: receipt.user for (head, _), receipt in receipts.items() if receipt.user}
    titles = {head.removesuffix(f"_{user}") for head, user in told.items()}
    title = f"{titles.pop()}_" if len(titles) == 1 else shared_start(heads, "_")
    return {head: told.get(head) or head.removeprefix(title) for head in heads}


def _receipt(node: Node, head: str) -> Receipt:
    """What the text file tells; nothing where it cannot be read, or tells of somebody else than its own name."""
    try:
        text = node.read(RECEIPT_BYTES).decode("utf-8-sig", errors="replace").replace("\r\n", "\n")
    except Refused:
        return Receipt()
    first = FIRST_LINE.fullmatch(text.partition("\n")[0].strip())
    if first is None or not head.endswith(f"_{first['user']}"):
        return Receipt()
    names = {each["now"].strip(): each["given"].strip() for each in RENAMED.finditer(text)}
    return Receipt(first["name"], first["user"], names)
