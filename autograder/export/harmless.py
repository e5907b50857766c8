"""Text that strangers chose, for a cell that a spreadsheet may open."""

from __future__ import annotations

import re
import unicodedata

from autograder.report.tables import neutral

SIGNS = "=+-@＝＋－＠"
UNSEEN = {"Cc", "Cf", "Cs", "Zs", "Zl", "Zp"}
INSIDE = re.compile(rf"(?<=;)(?=[\s\u200b\ufeff\"]*[{re.escape(SIGNS)}])")
"""Where a formula would begin if the spreadsheet took another sign than ours for the end of a cell."""


def harmless(text: str) -> str:
    """The text on one line, with a ``'`` before whatever a spreadsheet might take for a formula."""
    first = next((letter for letter in text if unicodedata.category(letter) not in UNSEEN), "")
    line = neutral(text).replace("\t", "␉")
    hidden = first and first in SIGNS and not line.startswith("'")
    return INSIDE.sub("'", f"'{line}" if hidden else line)


def is_harmless(text: str) -> bool:
    """Whether the text can stand in a cell as it is: an id that is changed would name nobody."""
    return harmless(text) == text
