"""Who can be named to a platform, in a file that is made without its template."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from autograder.archives import listed
from autograder.collect.roster import fold
from autograder.errors import ExportError
from autograder.export.entry import Entry, Remark, Settings
from autograder.export.harmless import is_harmless


@dataclass(frozen=True)
class Named:
    """Entries with what names their student, and those whose student cannot be named."""

    entries: tuple[tuple[Entry, str], ...]
    left_out: tuple[Remark, ...]

    @property
    def written(self) -> tuple[Entry, ...]:
        """The entries without what names their student."""
        return tuple(each for each, _ in self.entries)


def matched_by(settings: Settings, headings: Mapping[str, str], usual: str) -> str:
    """What the platform knows students by; raises ``ExportError`` where it does not take that."""
    wanted = settings.match or usual
    if wanted not in headings:
        raise ExportError(f"this platform cannot match by {wanted}: choose --match {' or --match '.join(headings)}")
    return wanted


def named(entries: Sequence[Entry], by: str) -> Named:
    """Everybody's email address or id; nobody whose own is missing, another's too, or fit to be read as a formula."""
    keys = [each.email if by == "email" else each.id for each in entries]
    counts = Counter(fold(key) for key in keys)
    whys = [_why(key, counts[fold(key)], by) for key in keys]
    return Named(
        tuple((each, key) for each, key, why in zip(entries, keys, whys, strict=True) if not why),
        tuple(Remark(each.student, why, each.name) for each, why in zip(entries, whys, strict=True) if why),
    )


def _why(key: str, count: int, by: str) -> str:
    """Why a student cannot be named; empty where they can."""
    if not key.strip():
        return f"no {by} is known: name a roster that has it with --roster"
    if count > 1:
        return f"the {by} {key!r} is that of several students"
    if not is_harmless(key):
        return f"a spreadsheet would take the {by} {key!r} for a formula, and changed it names nobody: enter it by hand"
    return ""


def only_assignment(entries: Sequence[Entry]) -> Entry:
    """An entry of the one assignment there is; raises ``ExportError`` where there is none or several."""
    names = sorted({each.assignment for each in entries})
    if len(names) != 1:
        raise ExportError(f"there are marks in {listed(names) or 'no assignment'}: name one with --assignment")
    return entries[0]
