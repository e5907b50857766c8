"""A scene and its answers in a terminal: every window has a letter and a colour, so it reads without colour, too."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from rich import box
from rich.columns import Columns
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text as Styled

from autograder.model import Text
from autograder.report.plain import plain
from autograder.show import wording
from autograder.show.ask import Answers, winning_cells
from autograder.show.colours import colour_of
from autograder.show.findings import findings, praise, wrong_cells
from autograder.show.scene import Scene, Show
from autograder.windows import Place

Cells = Callable[[Place], Styled]


@dataclass(frozen=True)
class Drawing:
    """What is drawn, in a language: ``title`` names the assignment and whose answers they are."""

    show: Show
    scene: Scene
    answers: Answers
    title: Text
    language: str

    @property
    def is_right(self) -> bool:
        """Whether nothing is missing, and nothing is there that cannot be right."""
        return not (self.answers.problems or self.found)

    @property
    def found(self) -> tuple[Text, ...]:
        """What cannot be right."""
        return findings(self.show, self.scene, self.answers)

    @property
    def holds(self) -> tuple[Text, ...]:
        """What holds, where nothing was found."""
        return () if self.found else praise(self.show, self.scene, self.answers)


def print_drawing(console: Console, drawing: Drawing) -> None:
    """Forward above, backward below, then what cannot be right."""
    language = drawing.language
    head = (plain(drawing.title.into(language)), "bold"), f"  {wording.sizes(drawing.scene).into(language)}"
    console.print(Styled.assemble(*head))
    console.print(Styled(wording.COVERED.into(language), style="dim"))
    print_part_title(console, wording.FORWARD.into(language), drawing.show.forward.into(language))
    console.print(_side_by_side(*_forward(drawing)))
    console.print(Columns([_seen(drawing, place) for place in drawing.scene.letters], padding=(0, 2)))
    print_part_title(console, wording.BACKWARD.into(language), drawing.show.backward.into(language))
    console.print(_side_by_side(*_backward(drawing)))
    if drawing.answers.lands:
        console.print(Columns([_landed(drawing, place) for place in drawing.answers.lands], padding=(0, 2)))
    for line in told(drawing.answers.problems, drawing.found, drawing.holds, language):
        console.print(line)


def print_part_title(console: Console, title: str, about: str) -> None:
    """What comes now, in a line of its own."""
    console.print()
    console.print(Styled.assemble((title, "bold"), (f"  {about}", "dim")))


def _forward(drawing: Drawing) -> Iterator[RenderableType]:
    scene, answers = drawing.scene, drawing.answers
    chosen = _choosers(scene, answers)
    yield _map(
        wording.INPUT.into(drawing.language), scene.windows.size, lambda cell: _input_cell(scene, chosen, cell)
    )
    if drawing.show.filter is not None:
        numbers = drawing.show.filter(scene)
        yield _map(wording.FILTER.into(drawing.language), scene.windows.window, lambda cell: _number(numbers[cell]))
    yield Styled("\n\n→")
    yield _outputs(drawing, wording.OUTPUT.into(drawing.language), answers.out)


def _backward(drawing: Drawing) -> Iterator[RenderableType]:
    scene, answers = drawing.scene, drawing.answers
    yield _outputs(drawing, wording.ARRIVES.into(drawing.language), scene.dout)
    yield Styled("\n\n→")
    title = wording.LANDED.into(drawing.language)
    if answers.din is None:
        yield _nothing(drawing, title)
        return
    din, wrong = answers.din, wrong_cells(scene, answers)
    yield _map(title, scene.windows.size, lambda cell: _landed_cell(drawing, din, wrong, cell))


def _outputs(drawing: Drawing, title: str, numbers: np.ndarray | None) -> RenderableType:
    """A map with a number for each window, beside the window's letter."""
    if numbers is None:
        return _nothing(drawing, title)
    letters, values = drawing.scene.letters, numbers

    def cell(place: Place) -> Styled:
        return Styled.assemble(_letters(letters[place]), " ", _number(values[place]))

    return _map(title, drawing.scene.windows.positions, cell)


def _input_cell(scene: Scene, chosen: dict[Place, str], cell: Place) -> Styled:
    if not scene.windows.coverage[cell]:
        return Styled.assemble((wording.number(scene.x[cell]), "dim"), (" ·", "dim"))
    return Styled.assemble(_number(scene.x[cell]), " ", _letters(chosen.get(cell, "")))


def _landed_cell(drawing: Drawing, din: np.ndarray, wrong: np.ndarray, cell: Place) -> Styled:
    scene, lands = drawing.scene, drawing.answers.lands
    from_windows = "".join(scene.letters[place] for place, landed in lands.items() if landed[cell] != 0)
    mark = (" !", "bold red") if wrong[cell] else ""
    dot = "" if scene.windows.coverage[cell] else " ·"
    value = (wording.number(din[cell]), "dim" if din[cell] == 0 else "bold")
    return Styled.assemble(value, " ", _letters(from_windows), (dot, "dim"), mark)


def _seen(drawing: Drawing, place: Place) -> RenderableType:
    """What a window sees, the winner in brackets, and what it gives."""
    scene, answers = drawing.scene, drawing.answers
    winner = None if answers.winners is None else answers.winners[place]
    rows, columns = scene.windows.window
    top, left = scene.windows.corner(place)
    grid = _bare()
    for row in range(rows):
        cells = [_seen_cell(scene, (top + row, left + column)) for column in range(columns)]
        grid.add_row(*(_bracketed(cell, winner == row * columns + at) for at, cell in enumerate(cells)))
    given = "?" if answers.out is None else wording.number(answers.out[place])
    return _framed(scene, place, grid, f"→ {given}")


def _seen_cell(scene: Scene, cell: Place) -> str:
    inside = all(0 <= each < size for each, size in zip(cell, scene.windows.size, strict=True))
    return wording.number(scene.x[cell]) if inside else "0"


def _bracketed(text: str, is_winner: bool) -> Styled:
    return Styled(f"[{text}]", style="bold") if is_winner else Styled(f" {text} ")


def _landed(drawing: Drawing, place: Place) -> RenderableType:
    """What of a window's own gradient lands in each of its cells."""
    scene, landed = drawing.scene, drawing.answers.lands[place]
    inside = landed[scene.windows.cells(place)]
    grid = _bare()
    for row in inside:
        grid.add_row(*(Styled("·", style="dim") if value == 0 else Styled(wording.number(value)) for value in row))
    return _framed(scene, place, grid, f"← {wording.number(scene.dout[place])}")


def _framed(scene: Scene, place: Place, grid: Table, below: str) -> RenderableType:
    colour = colour_of(scene.letters[place])
    table = Table(box=box.ROUNDED, border_style=colour, title=scene.letters[place], caption=below, show_header=False)
    table.title_style, table.caption_style = f"bold {colour}", "default"
    table.add_column()
    table.add_row(grid)
    return table


def _map(title: str, size: tuple[int, int], cells: Cells) -> RenderableType:
    """A matrix with lines between its cells."""
    table = Table(box=box.SQUARE, show_header=False, show_lines=True, padding=(0, 1))
    for _ in range(size[1]):
        table.add_column(justify="right", no_wrap=True)
    for row in range(size[0]):
        table.add_row(*(cells((row, column)) for column in range(size[1])))
    return Group(Styled(f" {title}"), table)


def _bare() -> Table:
    return Table.grid(padding=(0, 1))


def _side_by_side(*parts: RenderableType) -> RenderableType:
    grid = Table.grid(padding=(0, 2))
    grid.add_row(*parts)
    return grid


def _nothing(drawing: Drawing, title: str) -> RenderableType:
    return Padding(Styled(f"{title}: {wording.NOTHING.into(drawing.language)}", style="yellow"), (1, 0))


def _choosers(scene: Scene, answers: Answers) -> dict[Place, str]:
    """For each cell of the input, the letters of the windows that it won."""
    chosen: dict[Place, str] = {}
    for place, cell in winning_cells(scene, answers).items():
        chosen[cell] = chosen.get(cell, "") + scene.letters[place]
    return chosen


def _letters(letters: str) -> Styled:
    return Styled("").join(Styled(letter, style=f"bold {colour_of(letter)}") for letter in letters)


def _number(value: float) -> Styled:
    return Styled(wording.number(value))


def told(problems: Iterable[Text], found: Iterable[Text], holds: Iterable[Text], language: str) -> Iterator[Styled]:
    """Problems, then what cannot be right, then what holds."""
    for text in problems:
        yield Styled.assemble(("✗ ", "bold red"), plain(text.into(language)))
    for text in found:
        yield Styled.assemble(("! ", "bold red"), text.into(language))
    for text in holds:
        yield Styled.assemble(("✓ ", "bold green"), text.into(language))
