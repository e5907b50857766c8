"""A sheet in a terminal: a table for each part, with a column of sums; what cannot be right has a sign beside it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text as Styled

from autograder.model import Text
from autograder.report.plain import plain
from autograder.show import wording
from autograder.show.sheet import Line, Part, Sheet
from autograder.show.terminal import print_part_title, told


@dataclass(frozen=True)
class SheetDrawing:
    """What is drawn, in a language: ``title`` names the assignment and whose answers they are."""

    sheet: Sheet
    title: Text
    language: str

    @property
    def is_right(self) -> bool:
        """Whether nothing is missing, and nothing is there that cannot be right."""
        return self.sheet.is_right


def print_sheet(console: Console, drawing: SheetDrawing) -> None:
    """Part by part, then what cannot be right."""
    sheet, language = drawing.sheet, drawing.language
    console.print(Styled.assemble((plain(drawing.title.into(language)), "bold"), f"  {sheet.about.into(language)}"))
    for part in sheet.parts:
        print_part_title(console, part.title.into(language), part.about.into(language))
        console.print(_table(part, language))
    for line in told(sheet.problems, sheet.findings, sheet.praise if sheet.is_right else (), language):
        console.print(line)


def _table(part: Part, language: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD)
    table.add_column("")
    for head in (*part.heads, wording.SUM.into(language)):
        table.add_column(head, justify="right", no_wrap=True)
    for line in part.lines:
        table.add_row(line.title.into(language), *_cells(line, len(part.heads)))
    return table


def _cells(line: Line, count: int) -> list[Styled]:
    if line.numbers is None:
        return [Styled("?", style="dim")] * count
    cells = [_cell(value, column in line.wrong) for column, value in enumerate(line.numbers)]
    return [*cells, Styled(wording.total(line.numbers), style="dim")] if line.adds_up else cells


def _cell(value: np.float64, wrong: bool) -> Styled:
    return Styled.assemble(wording.number(value), (" !", "bold red") if wrong else "")
