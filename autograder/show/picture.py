"""A scene and its answers as a picture: forward above, backward below, then the gradient of each window by itself.

Where no Chinese font is installed, it is in English.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from autograder.errors import MissingExtra, OutputError
from autograder.model import Text
from autograder.report.plain import one_line
from autograder.show import wording
from autograder.show.ask import winning_cells
from autograder.show.colours import colour_of
from autograder.show.findings import wrong_cells
from autograder.windows import Place

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from autograder.show.terminal import Drawing

DPI = 150
FONTS = (
    "Noto Sans CJK SC", "Noto Sans CJK JP", "Source Han Sans SC", "Microsoft YaHei", "PingFang SC",
    "Hiragino Sans GB", "WenQuanYi Micro Hei", "SimHei", "Arial Unicode MS",
)  # fmt: skip
"""What Chinese is written with, where it is installed."""
PAPER, EMPTY, INK, FAINT = "#ffffff", "#eeeeee", "#222222", "#9a9a9a"
WRONG, GOOD = "#c1121f", "#2e8b57"
CELL = 0.62
"""Inches."""
ROW = 6
"""Windows beside each other in the last part."""


def save_picture(drawing: Drawing, out: Path) -> None:
    """Write the picture as PNG; raises ``MissingExtra`` without matplotlib, ``OutputError`` where it cannot be kept."""
    saved(out, lambda chinese: _figure(drawing if chinese else replace(drawing, language="en")))


def saved(out: Path, drawn: Callable[[bool], Figure]) -> None:
    """Write what is ``drawn``, which is told whether Chinese can be written here; raises as ``save_picture``."""
    try:
        from matplotlib import rc_context
    except ModuleNotFoundError as error:
        raise MissingExtra("--out needs matplotlib: python -m pip install matplotlib") from error
    if out.suffix.lower() != ".png":
        raise OutputError(f"{out}: name a file that ends in .png")
    fonts = _fonts()
    with rc_context({"font.family": ["DejaVu Sans", *fonts], "axes.unicode_minus": False}):
        figure = drawn(bool(fonts))
        try:
            figure.savefig(out, format="png", dpi=DPI, facecolor=PAPER)
        except OSError as error:
            raise OutputError(f"{out} cannot be written ({error.strerror}): name another file") from error


def _fonts() -> list[str]:
    """Those of ``FONTS`` that are installed."""
    from matplotlib.font_manager import fontManager

    installed = set(fontManager.get_font_names())
    return [name for name in FONTS if name in installed]


def _figure(drawing: Drawing) -> Figure:
    from matplotlib.figure import Figure

    language = drawing.language
    rows, columns = drawing.scene.windows.size
    strips = -(-len(drawing.answers.lands) // ROW)
    width = max(columns * CELL * 2 + 3, ROW * 1.25)
    notes = notes_of(drawing.answers.problems, drawing.found, drawing.holds, language)
    heights = [_high(drawing, drawing.scene.windows.padding) * CELL + 0.9, _high(drawing, 0) * CELL + 0.7]
    heights += [*[0.45 + width / ROW * rows / columns * 0.9] * strips, 0.1 + 0.26 * len(notes)]
    figure = Figure(figsize=(width, sum(heights) + 0.9), layout="constrained")
    title = f"{one_line(drawing.title.into(language))}\n{wording.sizes(drawing.scene).into(language)}"
    figure.suptitle(title, fontsize=11, color=INK)
    parts = figure.subfigures(len(heights), 1, height_ratios=heights, squeeze=False)[:, 0]
    _forward(drawing, parts[0])
    _backward(drawing, parts[1])
    places = list(drawing.answers.lands)
    for number in range(strips):
        _strip(drawing, parts[2 + number], places[number * ROW : (number + 1) * ROW])
    for number, (text, colour) in enumerate(notes):
        parts[-1].text(0.02, 1 - (number + 0.6) / max(len(notes), 1), text, color=colour, fontsize=9, va="center")
    return figure


def _panels(drawing: Drawing, part: Any, title: str, padding: int) -> tuple[Axes, Axes]:
    """On the left an axes for the map with ``padding`` around it, on the right one for the outputs, to one scale."""
    windows = drawing.scene.windows
    part.suptitle(title, fontsize=10, color=INK, fontweight="bold")
    left, right = part.subplots(1, 2)
    for axes, size in ((left, windows.size), (right, windows.positions)):
        _prepare(axes, size, padding)
        wide = max(windows.size[1], windows.positions[1]) + 2 * padding
        high = _high(drawing, padding)
        beyond = (wide - size[1]) / 2 + 0.1, (high - size[0]) / 2 + 0.1
        axes.set_xlim(-0.5 - beyond[0], size[1] - 0.5 + beyond[0])
        axes.set_ylim(size[0] - 0.5 + beyond[1], -0.5 - beyond[1])
    right.set(xticks=[], yticks=[])
    return left, right


def _high(drawing: Drawing, padding: int) -> int:
    """Cells from top to bottom of a panel."""
    windows = drawing.scene.windows
    return max(windows.size[0], windows.positions[0]) + 2 * padding


def _prepare(axes: Axes, size: tuple[int, int], padding: int) -> None:
    """Room for a map, and for windows that begin in its padding."""
    axes.set(xlim=(-0.6 - padding, size[1] - 0.4 + padding), ylim=(size[0] - 0.4 + padding, -0.6 - padding))
    axes.set_aspect("equal")
    axes.set_xticks(range(size[1]))
    axes.set_yticks(range(size[0]))
    axes.tick_params(length=0, labelsize=7, colors=FAINT, labeltop=True, labelbottom=False, pad=1)
    for side in axes.spines.values():
        side.set_visible(False)


def _cell(axes: Axes, cell: Place, text: str, *, face: str = PAPER, ink: str = INK, **style: Any) -> None:
    from matplotlib.patches import Rectangle

    row, column = cell
    axes.add_patch(Rectangle((column - 0.5, row - 0.5), 1, 1, facecolor=face, edgecolor="#cccccc", lw=0.8))
    axes.text(column, row, text, ha="center", va="center", fontsize=11, color=ink, **style)


def _frame(drawing: Drawing, axes: Axes, place: Place, inset: float) -> None:
    """A window's outline, so much inside its cells that others can be told apart from it."""
    from matplotlib.patches import FancyBboxPatch

    windows, colour = drawing.scene.windows, colour_of(drawing.scene.letters[place])
    row, column = windows.corner(place)
    size = windows.window[1] - 2 * inset, windows.window[0] - 2 * inset
    corner = column - 0.5 + inset, row - 0.5 + inset
    style = "round,pad=0,rounding_size=0.12"
    axes.add_patch(FancyBboxPatch(corner, *size, boxstyle=style, fill=False, edgecolor=colour, lw=2, zorder=3))


def _forward(drawing: Drawing, part: Any) -> None:
    """The input with every window on it, and what each gives."""
    scene, answers, language = drawing.scene, drawing.answers, drawing.language
    title = f"{wording.FORWARD.into(language)}: {drawing.show.forward.into(language)}"
    left, right = _panels(drawing, part, _with_filter(drawing, title), scene.windows.padding)
    left.set_title(wording.INPUT.into(language), fontsize=9, color=FAINT)
    right.set_title(wording.OUTPUT.into(language), fontsize=9, color=FAINT)
    for cell in np.ndindex(*scene.windows.size):
        covered = bool(scene.windows.coverage[cell])
        face, ink = (PAPER, INK) if covered else (EMPTY, FAINT)
        _cell(left, cell, wording.number(float(scene.x[cell])), face=face, ink=ink)
    for number, place in enumerate(scene.letters):
        _frame(drawing, left, place, 0.06 + 0.055 * (number % 4))
    _circles(drawing, left)
    _outputs(drawing, right, answers.out)


def _with_filter(drawing: Drawing, title: str) -> str:
    """The filter's numbers belong to the caption."""
    if drawing.show.filter is None:
        return title
    rows = drawing.show.filter(drawing.scene)
    numbers = "; ".join(" ".join(map(wording.number, row)) for row in rows)
    return f"{title}\n{wording.FILTER.into(drawing.language)} = [{numbers}]"


def _circles(drawing: Drawing, axes: Axes) -> None:
    """A ring around each cell that won, one within the other where it won several windows."""
    from matplotlib.patches import Circle

    rings: dict[Place, int] = {}
    for place, (row, column) in winning_cells(drawing.scene, drawing.answers).items():
        rings[row, column] = rings.get((row, column), 0) + 1
        radius = 0.26 + 0.05 * (rings[row, column] - 1)
        colour = colour_of(drawing.scene.letters[place])
        axes.add_patch(Circle((column, row), radius, fill=False, edgecolor=colour, lw=1.8, zorder=4))


def _outputs(drawing: Drawing, axes: Axes, numbers: np.ndarray | None) -> None:
    """A number for each window, in the window's colour and with its letter."""
    for place, letter in drawing.scene.letters.items():
        _cell(axes, place, "?" if numbers is None else wording.number(numbers[place]))
        colour, (row, column) = colour_of(letter), place
        axes.text(column - 0.42, row - 0.28, letter, fontsize=8, color=colour, fontweight="bold", va="center")
        box = {"boxstyle": "round,pad=0.02", "facecolor": colour, "edgecolor": "none", "alpha": 0.25}
        axes.text(column, row, "      ", fontsize=11, ha="center", va="center", bbox=box, zorder=0.5)


def _backward(drawing: Drawing, part: Any) -> None:
    """What arrives, on the right, and arrows to where it lands, on the left."""
    scene, answers, language = drawing.scene, drawing.answers, drawing.language
    title = f"{wording.BACKWARD.into(language)}: {drawing.show.backward.into(language)}"
    left, right = _panels(drawing, part, title, 0)
    left.set_title(wording.LANDED.into(language), fontsize=9, color=FAINT)
    right.set_title(wording.ARRIVES.into(language), fontsize=9, color=FAINT)
    wrong = wrong_cells(scene, answers)
    for cell in np.ndindex(*scene.windows.size):
        face = PAPER if scene.windows.coverage[cell] else EMPTY
        value = "?" if answers.din is None else wording.number(float(answers.din[cell]))
        ink = WRONG if wrong[cell] else FAINT if value in ("0", "?") else INK
        _cell(left, cell, f"{value} !" if wrong[cell] else value, face=face, ink=ink)
    _outputs(drawing, right, scene.dout)
    for place in answers.lands:
        _arrow(drawing, part, left, right, place)


def _arrow(drawing: Drawing, part: Any, left: Axes, right: Axes, place: Place) -> None:
    """From a window's gradient to the middle of what it becomes."""
    from matplotlib.patches import ConnectionPatch

    weights = np.abs(drawing.answers.lands[place])
    if not weights.sum() > 0:
        return
    rows, columns = np.indices(weights.shape)
    target = (float((columns * weights).sum() / weights.sum()), float((rows * weights).sum() / weights.sum()))
    part.add_artist(
        ConnectionPatch(
            (place[1] - 0.45, place[0]), target, "data", "data", axesA=right, axesB=left, arrowstyle="-|>",
            mutation_scale=11, color=colour_of(drawing.scene.letters[place]), lw=1.4, alpha=0.7, shrinkB=9,
            connectionstyle="arc3,rad=0.12",
        )
    )  # fmt: skip


def _strip(drawing: Drawing, part: Any, places: list[Place]) -> None:
    """What the gradient of each window becomes by itself."""
    scene = drawing.scene
    for axes, place in zip(part.subplots(1, ROW, squeeze=False)[0], [*places, *[None] * ROW], strict=False):
        if place is None:
            axes.set_axis_off()
            continue
        _prepare(axes, scene.windows.size, scene.windows.padding)
        axes.set(xticks=[], yticks=[])
        landed, letter = drawing.answers.lands[place], scene.letters[place]
        title = f"{letter}: {wording.number(scene.dout[place])}"
        axes.set_title(title, fontsize=9, color=colour_of(letter), fontweight="bold")
        for cell in np.ndindex(*scene.windows.size):
            _small_cell(axes, cell, float(landed[cell]), colour_of(letter))
        _frame(drawing, axes, place, 0)


def _small_cell(axes: Axes, cell: Place, value: float, colour: str) -> None:
    from matplotlib.patches import Rectangle

    row, column = cell
    axes.add_patch(Rectangle((column - 0.5, row - 0.5), 1, 1, facecolor=PAPER, edgecolor="#dddddd", lw=0.5))
    if value != 0:
        axes.add_patch(Rectangle((column - 0.5, row - 0.5), 1, 1, facecolor=colour, edgecolor="none", alpha=0.3))
        axes.text(column, row, wording.number(value), ha="center", va="center", fontsize=7, color=INK)


def notes_of(
    problems: Iterable[Text], found: Iterable[Text], holds: Iterable[Text], language: str
) -> list[tuple[str, str]]:
    """Problems, what cannot be right, and what holds; with a colour each."""
    wrong = (*(f"✗ {one_line(text.into(language))}" for text in problems),
             *(f"! {text.into(language)}" for text in found))  # fmt: skip
    good = (f"✓ {text.into(language)}" for text in holds)
    return [*((text, WRONG) for text in wrong), *((text, GOOD) for text in good)]
