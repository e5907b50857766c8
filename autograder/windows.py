"""Windows that slide over a map: where they lie, and which cells lie under how many; no layer's arithmetic.

Public checks name cells by them where an answer is wrong, and pictures draw them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from autograder.facts import Facts, factors, regions
from autograder.model import Text

Place = tuple[int, int]
"""An output row and column."""

AXES = (Text("example", "样本"), Text("row", "行"), Text("column", "列"), Text("depth", "深度"))
PARTS = {
    "overlap": Text("cells that several windows cover", "被多个窗口覆盖的单元"),
    "uncovered": Text("cells that no window covers", "未被任何窗口覆盖的单元"),
}
COUNTS = {
    "cells": Text("the number of cells of a window", "一个窗口的单元数"),
    "positions": Text("the number of windows of a map", "一张特征图上的窗口数"),
    "stride-squared": Text("the square of the stride", "步幅的平方"),
}


@dataclass(frozen=True)
class Windows:
    """Windows of so many rows and columns over a map of this ``size``; ``padding`` lets them begin outside it."""

    size: tuple[int, int]
    window: tuple[int, int]
    stride: int
    padding: int = 0

    @cached_property
    def starts(self) -> tuple[range, range]:
        """The first row of each row of windows and the first column of each column; below 0 in the padding."""
        rows, columns = (
            range(-self.padding, size + self.padding - length + 1, self.stride)
            for size, length in zip(self.size, self.window, strict=True)
        )
        return rows, columns

    @property
    def positions(self) -> tuple[int, int]:
        """How many windows lie one below the other and side by side."""
        rows, columns = self.starts
        return len(rows), len(columns)

    @property
    def places(self) -> Iterator[Place]:
        """Every window's place in the output, row by row."""
        return np.ndindex(*self.positions)

    def corner(self, place: Place) -> Place:
        """A window's first cell, which padding may put outside the map."""
        rows, columns = self.starts
        return rows[place[0]], columns[place[1]]

    def cells(self, place: Place) -> tuple[slice, slice]:
        """What of the map lies under a window."""
        down, across = (
            slice(max(start, 0), max(start + length, 0))
            for start, length in zip(self.corner(place), self.window, strict=True)
        )
        return down, across

    @cached_property
    def coverage(self) -> np.ndarray:
        """How many windows lie over each cell of the map."""
        counts = np.zeros(self.size, dtype=int)
        for place in self.places:
            counts[self.cells(place)] += 1
        return counts


@dataclass(frozen=True)
class WindowCase:
    """A check's case in words (``text``) that can tell which cells of a gradient its windows cover.

    ``shape`` is that of the input, ``(N, H, W, D)``, or ``(N, D, H, W)`` where ``channels_first``.
    """

    text: str
    shape: tuple[int, int, int, int]
    window: tuple[int, int]
    stride: int
    padding: int = 0
    channels_first: bool = False

    def __str__(self) -> str:
        return self.text

    def facts(self, what: str) -> Facts:
        """The input's axes, its cells by how many windows cover them, and the sizes that a factor may come from."""
        rows = 2 if self.channels_first else 1
        size = (self.shape[rows], self.shape[rows + 1])
        windows = Windows(size, self.window, self.stride, self.padding)
        placed = np.expand_dims(windows.coverage, (0, 1) if self.channels_first else (0, 3))
        counts = np.broadcast_to(placed, self.shape)
        values = {
            "cells": self.window[0] * self.window[1],
            "positions": windows.positions[0] * windows.positions[1],
            "stride-squared": self.stride**2,
        }
        axes = (AXES[0], AXES[3], AXES[1], AXES[2]) if self.channels_first else AXES
        masks = {"overlap": counts > 1, "uncovered": counts == 0}
        return Facts(regions(PARTS, masks), factors(COUNTS, values), axes)
