"""Where a command's tables go."""

from __future__ import annotations

import os
import sys

from rich.console import Console

WIDE = 400
"""Columns for a reader that is no terminal: nothing that somebody may search for is cut or broken."""


def screen() -> Console:
    """Standard output: as wide as its terminal, or wide enough for a file and a pipe, unless ``COLUMNS`` says more."""
    narrow = sys.stdout.isatty() or "COLUMNS" in os.environ
    return Console(highlight=False, width=None if narrow else WIDE)
