"""Puts text that a student may have written into Markdown, so that it stays text."""

from __future__ import annotations

import html
import re

from autograder.report.plain import one_line, plain

LONGEST = 600
"""Characters of a message; what an exception says can be a book."""

SPECIAL = re.compile(r"""[\\`*|~$#]            # code, emphasis, tables, formulas, headings
                     |(?<!\w)_|_(?!\w)         # emphasis; inside a name it is none
                     |\](?=[(\[:])             # a link, as opposed to [brackets]
                     |(?<=\w)@(?=\w)|://       # what some sites turn into a link""", re.VERBOSE)


def inline(text: str) -> str:
    """The text for the middle of a line: neither Markdown nor HTML in it means anything."""
    escaped = html.escape(one_line(text, LONGEST), quote=False)
    return SPECIAL.sub(_escaped, escaped)


def _escaped(match: re.Match[str]) -> str:
    return "&#58;//" if match[0] == "://" else f"\\{match[0]}"


def fence(text: str) -> str:
    """A code block that the text cannot end."""
    content = plain(text).rstrip("\n")
    longest = max((len(run) for run in re.findall(r"`+", content)), default=0)
    ticks = "`" * max(3, longest + 1)
    return f"{ticks}text\n{content}\n{ticks}"
