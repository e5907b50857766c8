"""A picture as lines and shapes: size and colour say how far off, the shape says in which way."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from autograder.model import Picture, Rectangle, Text
from autograder.report import maps

CELL = 28.0
SMALL_CELL = 18.0
ROOMY = 12
"""Up to so many rows and columns, cells are large and each of them is numbered."""

LEFT, TOP, END = 46.0, 44.0, 8.0
RING = 0.66
SHARE = (0.0, 0.3, 0.5, 0.72, 0.5)
"""How much of a cell's width a shape takes up, by level."""


@dataclass(frozen=True)
class Label:
    """A number or a name beside the map."""

    x: float
    y: float
    text: str


@dataclass(frozen=True)
class Shapes:
    """Every cell that looks the same: the path that draws them, and the class that colours them."""

    look: str
    path: str


@dataclass(frozen=True)
class Frame:
    """A rectangle around cells."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Point:
    """The middle of a cell."""

    x: float
    y: float


@dataclass(frozen=True)
class Drawing:
    """Everything that an SVG of a picture holds, in its own units; ``ring`` is the radius around the worst cell."""

    width: float
    height: float
    across: Label
    down: Label
    columns: tuple[Label, ...]
    rows: tuple[Label, ...]
    shapes: tuple[Shapes, ...]
    worst: Point
    ring: float
    window: Frame | None
    reach: Frame | None


def drawing(picture: Picture, language: str) -> Drawing:
    """The map with its labels in one language."""
    rows, columns = len(picture.levels), len(picture.levels[0])
    cell, step = (CELL, 1) if max(rows, columns) <= ROOMY else (SMALL_CELL, 4)
    down, across = (text.into(language) for text in picture.axes)
    return Drawing(
        width=LEFT + columns * cell + END,
        height=TOP + rows * cell + END,
        across=Label(LEFT + columns * cell / 2, 14, across),
        down=Label(-(TOP + rows * cell / 2), 14, down),
        columns=tuple(_numbers(columns, picture.corner[1], step, lambda at: (LEFT + (at + 0.5) * cell, TOP - 8))),
        rows=tuple(_numbers(rows, picture.corner[0], step, lambda at: (LEFT - 8, TOP + (at + 0.5) * cell + 4))),
        shapes=_shapes(picture, cell),
        worst=_middle(*picture.worst, cell),
        ring=cell * RING,
        window=_frame(picture.window, cell) if picture.window else None,
        reach=_frame(picture.reach, cell) if picture.reach else None,
    )


def _numbers(count: int, first: int, step: int, place: Callable[[int], tuple[float, float]]) -> Iterator[Label]:
    """The numbers along an axis, each or every ``step``-th."""
    for at in range(count):
        if (first + at) % step == 0:
            yield Label(*place(at), str(first + at))


def _middle(row: int, column: int, cell: float) -> Point:
    return Point(LEFT + (column + 0.5) * cell, TOP + (row + 0.5) * cell)


def _frame(around: Rectangle, cell: float) -> Frame:
    return Frame(LEFT + around.left * cell, TOP + around.top * cell, around.width * cell, around.height * cell)


def _shapes(picture: Picture, cell: float) -> tuple[Shapes, ...]:
    """All cells' grounds, then all shapes on them, by their looks."""
    paths: defaultdict[str, list[str]] = defaultdict(list)
    for row, (levels, signs) in enumerate(zip(picture.levels, maps.cells(picture), strict=True)):
        for column, (level, sign) in enumerate(zip(levels, signs, strict=True)):
            at = _middle(row, column, cell)
            paths["ground"].append(square(at.x, at.y, cell - 2))
            if sign != ".":
                paths[f"{KINDS[sign]} level-{level}"].append(FORMS[sign](at.x, at.y, SHARE[int(level)] * cell))
    return tuple(Shapes(look, "".join(path)) for look, path in paths.items())


def square(x: float, y: float, size: float) -> str:
    """A square around a point."""
    return f"M{x - size / 2:g} {y - size / 2:g}h{size:g}v{size:g}h{-size:g}z"


def diamond(x: float, y: float, size: float) -> str:
    """A square on its tip."""
    half = size * 0.62
    return f"M{x:g} {y - half:g}l{half:g} {half:g}l{-half:g} {half:g}l{-half:g} {-half:g}z"


def cross(x: float, y: float, size: float) -> str:
    """Two strokes."""
    half = size / 2
    return f"M{x - half:g} {y - half:g}l{size:g} {size:g}M{x + half:g} {y - half:g}l{-size:g} {size:g}"


KINDS = {"-": "off", "=": "off", "#": "off", "0": "empty", "+": "extra", "!": "odd"}
FORMS: dict[str, Callable[[float, float, float], str]] = {
    "-": square, "=": square, "#": square, "0": square, "+": diamond, "!": cross,
}  # fmt: skip


@dataclass(frozen=True)
class Key:
    """An entry of the legend: the shape of a cell of 16 units, and what it means."""

    look: str
    path: str
    text: Text


def legend(picture: Picture) -> tuple[Key, ...]:
    """What the shapes mean that the map holds."""
    return tuple(_key(sign, text) for sign, text in maps.keys(picture).items())


def _key(sign: str, text: Text) -> Key:
    if sign == ".":
        return Key("ground", square(8, 8, 15), text)
    level = maps.LEVELS.index(sign) if sign in maps.LEVELS else 3
    size = SHARE[level] * 16
    return Key(f"{KINDS[sign]} level-{level}", FORMS[sign](8, 8, size), text)
