"""Marks into the one column of a template; what stands there already is not replaced unless that is wanted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from autograder.archives import listed, shown
from autograder.errors import ExportError
from autograder.export.entry import Entry, Product, Remark, Settings
from autograder.export.figures import cell, number
from autograder.export.matching import Row, match
from autograder.export.sheet import Sheet

EMPTY = ("", "-")


@dataclass(frozen=True)
class Form:
    """What a platform's template is made of: its students' lines, and the columns that are to be filled in.

    ``comment`` is None where it has no column for feedback, which ``told`` writes as the platform takes it. Cells that
    say something of ``kept`` are the platform's: no mark is wanted there.
    """

    platform: str
    decimals: int
    rows: tuple[Row, ...]
    mark: int
    comment: int | None = None
    told: Callable[[str], str] = str
    kept: tuple[str, ...] = ()


@dataclass(frozen=True)
class Change:
    """A cell, what it holds and what it is to hold."""

    row: Row
    column: int
    before: str
    after: str

    @property
    def conflict(self) -> bool:
        """Whether something else would be lost."""
        return self.before not in EMPTY and self.before != self.after and not self._same_number

    @property
    def needed(self) -> bool:
        """Whether the cell has to be written at all."""
        return self.before != self.after and not self._same_number and not (self.before in EMPTY and not self.after)

    @property
    def _same_number(self) -> bool:
        return number(self.before) is not None and number(self.before) == number(self.after)


def fill(sheet: Sheet, form: Form, entries: Sequence[Entry], settings: Settings) -> Product:
    """The template with the marks in it; raises ``ExportError`` where that would change what is there already."""
    matched = match(form.rows, entries, form.platform)
    wanted = {row.index for row, _ in matched.pairs if sheet.values(row.index)[form.mark] not in form.kept}
    pairs = [(row, entry) for row, entry in matched.pairs if row.index in wanted]
    changes = [each for row, entry in pairs for each in _changes(sheet, form, row, entry, settings)]
    conflicts = [each for each in changes if each.conflict]
    if conflicts and not settings.replace:
        raise ExportError(f"{sheet.name} holds something else already: {_told(conflicts)}: --force puts ours there")
    data = sheet.changed({(each.row.index, each.column): each.after for each in changes if each.needed})
    refused = [
        Remark(entry.student, f"{row}: it says {sheet.values(row.index)[form.mark]}", entry.name)
        for row, entry in matched.pairs
        if row.index not in wanted
    ]
    return Product(
        data,
        tuple(entry for _, entry in pairs),
        (*matched.left_out, *refused),
        matched.untouched,
        tuple(Remark(str(each.row), f"{each.before!r} became {each.after!r}") for each in conflicts),
    )


def _told(conflicts: Sequence[Change]) -> str:
    return listed(f"{each.row} has {shown(each.before)}, not {shown(each.after or 'nothing')}" for each in conflicts)


def _changes(sheet: Sheet, form: Form, row: Row, entry: Entry, settings: Settings) -> Iterator[Change]:
    values = sheet.values(row.index)
    points = _scaled(sheet, row, entry, settings)
    yield Change(row, form.mark, values[form.mark], cell(points, form.decimals))
    if form.comment is not None and settings.feedback and entry.feedback and points is not None:
        yield Change(row, form.comment, values[form.comment], form.told(entry.feedback))


def _scaled(sheet: Sheet, row: Row, entry: Entry, settings: Settings) -> Fraction | None:
    """The points, as many as the platform's column is worth."""
    if row.maximum in (None, entry.max_points) or entry.points is None:
        return entry.points
    if not settings.scale:
        raise ExportError(
            f"{sheet.name} {row}: the column is worth {cell(row.maximum, 2)} points there and {entry.max_points} here: "
            "change that on the platform, or scale with --scale"
        )
    return entry.points * (row.maximum or 0) / entry.max_points
