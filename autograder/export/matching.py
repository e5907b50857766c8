"""Which line of a template is whose: by ids and email addresses, never by a name alone, and never by a guess."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from autograder.archives import listed, shown
from autograder.collect.roster import fold, squashed
from autograder.export.entry import Entry, Remark


@dataclass(frozen=True)
class Row:
    """A student's line in a template.

    ``keys`` may each name the student: ids, logins, an address. ``number`` is the platform's own, which could be
    another student's id elsewhere. ``maximum`` is what its column is worth, None where the template does not say.
    """

    index: int
    line: int
    name: str
    keys: tuple[str, ...]
    number: str = ""
    maximum: Fraction | None = None

    def __str__(self) -> str:
        who = self.name or next(filter(None, self.keys), "") or self.number
        return f"line {self.line}, {shown(who)}" if who else f"line {self.line}"


@dataclass(frozen=True)
class Matched:
    """Lines with the one entry that each is about, entries without a line, lines without an entry."""

    pairs: tuple[tuple[Row, Entry], ...]
    left_out: tuple[Remark, ...]
    untouched: tuple[Remark, ...]


def match(rows: Sequence[Row], entries: Sequence[Entry], platform: str) -> Matched:
    """The lines and entries that belong together for certain: each has no other that it might belong to."""
    known = _known(entries)
    candidates = [_candidates(row, entries, known, platform) for row in rows]
    claims: dict[int, list[int]] = defaultdict(list)
    for place, found in enumerate(candidates):
        for each in found:
            claims[each].append(place)
    pairs = [(place, *found) for place, found in enumerate(candidates) if len(found) == 1]
    certain = {place: entry for place, entry in pairs if len(claims[entry]) == 1}
    matched = set(certain.values())
    left_out = [
        Remark(entry.student, _why([rows[place] for place in claims[each]]), entry.name)
        for each, entry in enumerate(entries)
        if each not in matched
    ]
    untouched = [
        Remark(str(row), _why_not([entries[each].student for each in sorted(candidates[place])]))
        for place, row in enumerate(rows)
        if place not in certain
    ]
    return Matched(
        tuple((rows[place], entries[entry]) for place, entry in certain.items()), tuple(left_out), tuple(untouched)
    )


def _known(entries: Sequence[Entry]) -> Mapping[str, set[int]]:
    """The entries that each id or address may name."""
    known: dict[str, set[int]] = defaultdict(set)
    for each, entry in enumerate(entries):
        for key in filter(None, map(fold, (*entry.ids, entry.email))):
            known[key].add(each)
    return known


def _candidates(row: Row, entries: Sequence[Entry], known: Mapping[str, set[int]], platform: str) -> set[int]:
    found = {each for key in row.keys for each in known.get(fold(key), ())}
    numbered = {each for each in known.get(fold(row.number), ()) if _confirmed(row, entries[each], platform)}
    return found | numbered


def _confirmed(row: Row, entry: Entry, platform: str) -> bool:
    """Whether the platform's number means the same on both sides."""
    if row.name:
        return sorted(squashed(row.name)) == sorted(squashed(entry.name))
    return entry.platform == platform


def _why(rows: Sequence[Row]) -> str:
    if not rows:
        return "no line of the template has an id or address of theirs"
    return f"not certain which line is theirs: {listed(map(str, rows))}"


def _why_not(students: Sequence[str]) -> str:
    return f"may be any of {listed(students)}" if students else "no result"
