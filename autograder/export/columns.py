"""Which column of a template is meant."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from autograder.archives import listed, shown
from autograder.errors import ExportError
from autograder.export.entry import Entry
from autograder.export.sheet import Sheet


def chosen(
    sheet: Sheet, offered: Sequence[int], entries: Sequence[Entry], named: str, bare: Callable[[str], str]
) -> int:
    """The one column among those ``offered`` that is ``named``, or else called as the assignment is.

    ``bare`` takes from a heading what the platform adds to a title. Raises ``ExportError`` where not one is meant.
    """
    wanted = (named,) if named else tuple({title for each in entries for title in (*each.titles, each.assignment)})
    names = {title.strip().casefold() for title in wanted}
    exact = [each for each in offered if sheet.headings[each].casefold() in names]
    found = exact or [each for each in offered if bare(sheet.headings[each]).casefold() in names]
    if len(found) == 1:
        return found[0]
    there = listed(sheet.headings[each] for each in (found or offered)) or "none for marks"
    what = "several columns" if found else "no column"
    raise ExportError(f"{sheet.name} has {what} called {_quoted(wanted)}: name one with --column; it has {there}")


def place(sheet: Sheet, *headings: str) -> int:
    """Where the first of these headings stands; raises ``ExportError`` where none does."""
    found = next((at for each in headings if (at := sheet.column(each)) is not None), None)
    if found is None:
        raise ExportError(f"{sheet.name} has no column {headings[0]!r}: download it from the platform once more")
    return found


def _quoted(names: Sequence[str]) -> str:
    return " or ".join(sorted(repr(shown(name)) for name in names))
