"""Points as digits: rounded half up, exactly; and digits as platforms write them, read as points."""

from __future__ import annotations

import re
from fractions import Fraction

NUMBER = re.compile(r"-?[0-9][0-9.,]*", re.ASCII)


def rounded(points: Fraction, decimals: int) -> str:
    """The points with at most ``decimals`` decimals and no trailing zeros; halves go away from 0."""
    unit = 10**decimals
    whole, rest = divmod((2 * abs(points) * unit + 1) // 2, unit)
    text = f"{whole}.{rest:0{decimals}d}".rstrip("0").rstrip(".")
    return f"-{text}" if points < 0 and text != "0" else text


def cell(points: Fraction | None, decimals: int) -> str:
    """The same for a table: empty where there is no mark, which is not 0."""
    return "" if points is None else rounded(points, decimals)


def number(text: str) -> Fraction | None:
    """The number that a platform wrote: the last point or comma is the decimal one. None where it is no number."""
    stripped = text.strip()
    if not NUMBER.fullmatch(stripped):
        return None
    *groups, last = re.split(r"[.,]", stripped)
    return Fraction(f"{''.join(groups)}.{last or 0}" if groups else last)
