"""Moodle: *Download all submissions* names folders or files ``Full Name_1234567_assignsubmission_file_…``.

The number is the participant's in this assignment, and no underscore is in the name before it: Moodle writes spaces
for them. With *Download submissions in folders* each submission is a folder; without, the file's own name follows.
A grading worksheet, among them, beside the download or given as the roster, tells ids, email addresses, times and who
was late. A participant's number is never that of another one in another assignment, so no other worksheet fits.
"""

from __future__ import annotations

import csv
import io
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from autograder.archives import Refused
from autograder.collect.model import Found, Note, Stray, Wanted
from autograder.collect.times import clock
from autograder.collect.tree import Node, gathered

NAME = re.compile(r"(?P<name>[^_]*)_(?P<id>\d+)_assignsubmission_(?P<plugin>[a-z0-9]+)(?:_(?P<given>.*))?", re.DOTALL)
FEEDBACK = re.compile(r"[^_]*_\d+_assignfeedback_[a-z0-9]+(?:_.*)?", re.DOTALL)
"""What staff gave back lies in the same download."""
FORMS = ("%A, %d %B %Y, %I:%M %p", "%A, %B %d, %Y, %I:%M %p", "%A, %d %B %Y, %H:%M", "%d %B %Y, %I:%M %p")
"""How the language packs for English, for the United States and for clocks of 24 hours write a time."""
LATE = re.compile(r"\blate\b")
PARTICIPANT = re.compile(r"\D*(?P<id>\d+)")
WORKSHEET_BYTES = 10_000_000


@dataclass(frozen=True)
class Row:
    """What the worksheet tells of a participant, by the worksheet's own headings."""

    cells: Mapping[str, str]

    def __getitem__(self, heading: str) -> str:
        return (self.cells.get(heading) or "").strip()


def recognises(root: Node) -> bool:
    """Whether anything there has a name of Moodle's making."""
    return any(NAME.fullmatch(child.name) for child in root.visible())


def find(root: Node, wanted: Wanted) -> Iterator[Found | Stray | Note]:
    """One attempt for each participant: Moodle offers the last one only."""
    parts: dict[tuple[str, str], list[Node]] = defaultdict(list)
    origins: dict[tuple[str, str], str] = {}
    rows = {number: row for table in wanted.tables for number, row in _worksheet(table).items()}
    given_back = 0
    for node in root.visible():
        parsed = NAME.fullmatch(node.name)
        if parsed is not None:
            user = parsed["id"], parsed["name"]
            parts[user].append(node if node.is_folder else replace(node, name=parsed["given"] or node.name))
            origins.setdefault(user, node.name)
        elif node.name.lower().endswith(".csv"):
            rows |= _worksheet(node)
        elif FEEDBACK.fullmatch(node.name):
            given_back += 1
        else:
            yield Stray(node.name, "no name of Moodle's: NAME_NUMBER_assignsubmission_…")
    if given_back:
        yield Note(f"feedback that staff gave back is left out ({given_back}, named …_assignfeedback_…)")
    for (number, name), nodes in parts.items():
        yield _found(number, name, nodes, origins[number, name], rows.get(number, Row({})), wanted)


def _found(user: str, name: str, nodes: Sequence[Node], origin: str, row: Row, wanted: Wanted) -> Found:
    # The number is the assignment's own: on no roster but the worksheet does it mean the same.
    known = (row["ID number"], row["Username"], row["Identifier"] or f"Participant {user}")
    return Found(
        id=user,
        label=f"{name}_{user}",
        content=_merged(user, nodes),
        origin=origin,
        name=row["Full name"] or name,
        email=row["Email address"],
        keys=tuple(key for key in known if key),
        submitted_at=clock(row["Last modified (submission)"], FORMS, wanted.zone),
        late=LATE.search(row["Status"]) is not None if row["Status"] else None,
    )


def _merged(user: str, nodes: Sequence[Node]) -> Node:
    """The folders of several kinds of submission, a file and a text, as one."""

    def children() -> list[Node]:
        return [child for node in nodes for child in (node.children() if node.is_folder else [node])]

    return replace(gathered(user, ()), children=children)


def _worksheet(node: Node) -> dict[str, Row]:
    """Its rows by the participant's number; nothing where it is no grading worksheet or cannot be read."""
    try:
        text = node.read(WORKSHEET_BYTES).decode("utf-8-sig", errors="replace")
        rows = [Row(cells) for cells in csv.DictReader(io.StringIO(text, newline=""))]
    except (Refused, csv.Error):
        return {}
    numbers = ((PARTICIPANT.fullmatch(row["Identifier"]), row) for row in rows)
    return {number["id"]: row for number, row in numbers if number is not None}
