"""What is drawn: an input, the windows over it, and an upstream gradient of small numbers that differ."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from string import ascii_uppercase

import numpy as np

from autograder.errors import PictureError
from autograder.model import Text
from autograder.student import Student, StudentObject
from autograder.windows import Place, Windows

MOST_CELLS = 12
"""Rows and columns of an input, so that its numbers can be read."""
MOST_WINDOWS = len(ascii_uppercase)
"""Each has a letter."""
_SIZE = re.compile(r"(\d{1,3})x(\d{1,3})")


@dataclass(frozen=True)
class Scene:
    """One map and its windows; ``seed`` is that of all numbers drawn for it."""

    x: np.ndarray
    windows: Windows
    seed: int = 0

    @cached_property
    def dout(self) -> np.ndarray:
        """The gradient that arrives: 1, 2, 3 … window by window."""
        rows, columns = self.windows.positions
        return np.arange(1.0, rows * columns + 1).reshape(rows, columns)

    @cached_property
    def letters(self) -> dict[Place, str]:
        """What each window is called."""
        return dict(zip(self.windows.places, ascii_uppercase, strict=False))


@dataclass(frozen=True)
class Show:
    """What of an assignment can be drawn: one layer that slides windows over a map.

    ``layer`` makes it, with one map in and one out. ``winners`` names an attribute that says for each window which
    cell counts. ``filter`` gives numbers that belong beside the picture. ``keeps_total`` is set where a gradient is
    handed on whole, ``alike`` where every window spreads its own in the same way. The sizes are those drawn unless
    others are asked for; ``padding`` is None where there is none.
    """

    layer: Callable[[Student, Scene], StudentObject]
    forward: Text
    backward: Text
    size: tuple[int, int] = (4, 4)
    window: tuple[int, int] = (2, 2)
    stride: int = 2
    padding: int | None = None
    winners: str = ""
    filter: Callable[[Scene], np.ndarray] | None = None
    keeps_total: bool = True
    alike: bool = False


def scene_of(
    show: Show,
    source: str | None = None,
    *,
    window: tuple[int, int] | None = None,
    stride: int | None = None,
    padding: int | None = None,
    seed: int = 0,
) -> Scene:
    """The scene that is asked for; ``source`` is a size such as ``4x5`` or a ``.npy`` or ``.csv`` file with a map.

    Raises ``PictureError`` where it cannot be drawn.
    """
    if padding is not None and show.padding is None:
        raise PictureError("this layer has no padding: leave --padding out")
    x = map_of(source, seed) if source else _drawn(show.size, seed)
    rows, columns = window or show.window
    step = show.stride if stride is None else stride
    pads = (show.padding or 0) if padding is None else padding
    if min(rows, columns, step) < 1 or pads < 0:
        raise PictureError("a window and a stride must be 1 or more, a padding 0 or more")
    windows = Windows((x.shape[0], x.shape[1]), (rows, columns), step, pads)
    _refuse_unreadable(windows)
    return Scene(x, windows, seed)


def size_of(text: str) -> tuple[int, int] | None:
    """Rows and columns from a text such as ``4x5``; None for any other text."""
    found = _SIZE.fullmatch(text)
    return (int(found[1]), int(found[2])) if found else None


def map_of(source: str, seed: int) -> np.ndarray:
    """One map: drawn, where ``source`` is a size, or from a file; raises ``PictureError``."""
    size = size_of(source)
    return _drawn(size, seed) if size else _read(Path(source))


def _drawn(size: tuple[int, int], seed: int) -> np.ndarray:
    """1, 2, 3 … in random order: no two are alike."""
    cells = size[0] * size[1]
    return (np.random.default_rng(seed).permutation(cells) + 1.0).reshape(size)


def _read(path: Path) -> np.ndarray:
    """One map from a file; raises ``PictureError``."""
    if path.suffix not in (".npy", ".csv"):
        raise PictureError(f"{path}: name a size such as 4x5, or a .npy or .csv file with one map")
    try:
        held = np.load(path, allow_pickle=False) if path.suffix == ".npy" else np.loadtxt(path, delimiter=",", ndmin=2)
        numbers = np.asarray(held, dtype=np.float64)
    except OSError as error:
        raise PictureError(f"{path} cannot be read ({error.strerror or error})") from error
    except (ValueError, TypeError) as error:
        raise PictureError(f"{path} holds no table of numbers ({error})") from error
    if numbers.ndim != 2 or not np.isfinite(numbers).all():
        raise PictureError(f"{path} has shape {numbers.shape}: one map of rows and columns of finite numbers is drawn")
    return numbers


def _refuse_unreadable(windows: Windows) -> None:
    count = windows.positions[0] * windows.positions[1]
    if not all(0 < size <= MOST_CELLS for size in windows.size):
        raise PictureError(f"an input of {_by(windows.size)} makes no picture: take 1 to {MOST_CELLS} each way")
    if not count:
        raise PictureError(f"a window of {_by(windows.window)} does not fit into an input of {_by(windows.size)}")
    if count > MOST_WINDOWS:
        raise PictureError(f"{count} windows are too many for a picture: take a smaller input or a larger stride")


def _by(size: tuple[int, int]) -> str:
    return f"{size[0]} x {size[1]}"
