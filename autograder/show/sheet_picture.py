"""A sheet as a picture: a row of bars for each line, those that belong together to one scale."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from autograder.report.plain import one_line
from autograder.show import wording
from autograder.show.colours import COLOURS
from autograder.show.picture import FAINT, INK, PAPER, WRONG, notes_of, saved
from autograder.show.sheet import Line, Part
from autograder.show.sheet_terminal import SheetDrawing

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LABELS, COLUMN = 2.6, 0.75
"""Inches: what stands on the left of the bars, and each of them."""
LINE, HEAD, NOTE = 0.72, 0.55, 0.26


def save_sheet(drawing: SheetDrawing, out: Path) -> None:
    """Write the picture as PNG; raises ``MissingExtra`` without matplotlib, ``OutputError`` where it cannot be kept."""
    saved(out, lambda chinese: _figure(drawing if chinese else replace(drawing, language="en")))


def _figure(drawing: SheetDrawing) -> Figure:
    from matplotlib.figure import Figure

    sheet, language = drawing.sheet, drawing.language
    notes = notes_of(sheet.problems, sheet.findings, sheet.praise if sheet.is_right else (), language)
    heights = [*(HEAD + LINE * len(part.lines) for part in sheet.parts), 0.1 + NOTE * len(notes)]
    columns = max(len(part.heads) for part in sheet.parts)
    figure = Figure(figsize=(max(LABELS + COLUMN * (columns + 1), 8), sum(heights) + 0.7), layout="constrained")
    title = f"{one_line(drawing.title.into(language))}\n{sheet.about.into(language)}"
    figure.suptitle(title, fontsize=11, color=INK)
    rooms = figure.subfigures(len(heights), 1, height_ratios=heights, squeeze=False)[:, 0]
    for part, room in zip(sheet.parts, rooms, strict=False):
        about = part.about.into(language)
        room.suptitle(f"{part.title.into(language)}{': ' if about else ''}{about}", fontsize=10, color=INK)
        for axes, line in zip(room.subplots(len(part.lines), 1, squeeze=False)[:, 0], part.lines, strict=True):
            _line(axes, part, line, language)
    for number, (text, colour) in enumerate(notes):
        rooms[-1].text(0.02, 1 - (number + 0.6) / max(len(notes), 1), text, color=colour, fontsize=9, va="center")
    return figure


def _line(axes: Axes, part: Part, line: Line, language: str) -> None:
    """Bars up and down from 0, each with its number, and the sum at the end."""
    count, reach = len(part.heads), _reach(part, line)
    axes.set(xlim=(-0.6, count + 0.6), ylim=(-1.6 * reach, 1.6 * reach), yticks=[])
    heads = [*part.heads, wording.SUM.into(language) if line.adds_up else ""]
    axes.set_xticks(range(count + 1), heads, fontsize=7, color=FAINT)
    axes.tick_params(length=0, pad=1, labelbottom=line is part.lines[-1])
    axes.set_ylabel(line.title.into(language), rotation=0, ha="right", va="center", fontsize=9, color=INK)
    for side in axes.spines.values():
        side.set_visible(False)
    axes.axhline(0, color=FAINT, lw=0.6)
    if line.numbers is None:
        axes.text(count / 2, 0, "?", ha="center", va="center", fontsize=10, color=FAINT, backgroundcolor=PAPER)
        return
    for column, value in enumerate(line.numbers):
        wrong = column in line.wrong
        mark = f"{wording.number(value)}{' !' if wrong else ''}"
        _bar(axes, column, float(value), mark, WRONG if wrong else COLOURS[1], INK)
    if line.adds_up:
        _bar(axes, count, 0.0, wording.total(line.numbers), FAINT, FAINT)


def _bar(axes: Axes, column: int, value: float, text: str, colour: str, ink: str) -> None:
    if np.isfinite(value):
        axes.bar(column, value, width=0.5, color=colour)
    at, upwards = (value, value >= 0) if np.isfinite(value) else (0.0, True)
    offset = (0, 2 if upwards else -2)
    side = "bottom" if upwards else "top"
    axes.annotate(text, (column, at), offset, textcoords="offset points", ha="center", va=side, fontsize=8, color=ink)


def _reach(part: Part, line: Line) -> float:
    """The largest number on a line, or on all lines with sums: these are compared by eye."""
    together = [each.numbers for each in part.lines if each.adds_up == line.adds_up and each.numbers is not None]
    sizes = [np.abs(numbers[np.isfinite(numbers)]).max(initial=0.0) for numbers in together]
    return float(max(sizes, default=0.0)) or 1.0
