"""The colours of windows: Okabe and Ito's, which nearly everybody can tell apart, on light and on dark."""

from __future__ import annotations

from string import ascii_uppercase

COLOURS = ("#e69f00", "#56b4e9", "#009e73", "#cc79a7", "#d55e00", "#0a84c6", "#a8992c", "#8d8d8d")


def colour_of(letter: str) -> str:
    """A window's colour, by its letter."""
    return COLOURS[ascii_uppercase.index(letter) % len(COLOURS)]
