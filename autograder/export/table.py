"""A new table as bytes: every cell quoted, UTF-8, lines as RFC 4180 has them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

BOM = "\ufeff"


def table(header: Sequence[str], lines: Iterable[Sequence[str]], *, bom: bool = False) -> bytes:
    """The table; cells are written as they are, so they must be harmless."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows(lines)
    return ((BOM if bom else "") + text.getvalue()).encode()
