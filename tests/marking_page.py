"""``docs/marking.md``: sections that follow from what was measured stand between two comments with their name."""

from __future__ import annotations

from tests.support import ROOT

PAGE = ROOT / "docs" / "marking.md"


def with_section(page: str, name: str, text: str) -> str:
    """The page with this text in the section ``name``; raises ``ValueError`` where there is none."""
    opening, closing = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    before, begin, rest = page.partition(opening)
    _, end, after = rest.partition(closing)
    if not (begin and end):
        raise ValueError(f"{PAGE.name} needs the lines {opening} and {closing}")
    return f"{before}{opening}\n{text}\n{closing}{after}"


def is_current(name: str, text: str) -> bool:
    """Whether the page holds this section."""
    page = PAGE.read_text(encoding="utf-8")
    return with_section(page, name, text) == page


def write_section(name: str, text: str) -> None:
    """Put the section into the page."""
    page = with_section(PAGE.read_text(encoding="utf-8"), name, text)
    PAGE.write_text(page, encoding="utf-8")
