"""From what is asked for to what is drawn: windows over a map, or lines of numbers, as the assignment has it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from autograder.catalog import Kit
from autograder.check import names_in
from autograder.errors import PictureError
from autograder.model import Assignment, Text
from autograder.show import wording
from autograder.show.picture import save_picture
from autograder.show.run import ask_reference, ask_student, sheet_of_reference, sheet_of_student, show_of
from autograder.show.scene import Show, scene_of
from autograder.show.sheet import SheetShow, numbers_of
from autograder.show.sheet_picture import save_sheet
from autograder.show.sheet_terminal import SheetDrawing, print_sheet
from autograder.show.terminal import Drawing, print_drawing


@dataclass(frozen=True)
class Wish:
    """What is to be drawn; None is what the assignment has in mind. Without a ``folder`` the reference answers."""

    folder: Path | None
    source: str | None = None
    window: tuple[int, int] | None = None
    stride: int | None = None
    padding: int | None = None
    seed: int = 0


def drawing_of(kit: Kit, name: str, wish: Wish, language: str) -> Drawing | SheetDrawing:
    """Ask the student's file, or the reference; raises ``KitError`` where there is nothing to ask or to draw."""
    show, assignment = show_of(kit, name), kit.assignment(name)
    whose = wording.YOURS.format(filename=assignment.filename) if wish.folder else wording.REFERENCE
    title = wording.titled(name, whose)
    if isinstance(show, Show):
        return _windows(kit, assignment, show, wish, title, language)
    return _sheet(kit, assignment, show, wish, title, language)


def put_in_terminal(console: Console, drawing: Drawing | SheetDrawing) -> None:
    """Print it."""
    if isinstance(drawing, Drawing):
        print_drawing(console, drawing)
    else:
        print_sheet(console, drawing)


def put_in_file(drawing: Drawing | SheetDrawing, out: Path) -> None:
    """Save it as PNG; raises ``MissingExtra`` or ``OutputError``."""
    if isinstance(drawing, Drawing):
        save_picture(drawing, out)
    else:
        save_sheet(drawing, out)


def _windows(kit: Kit, assignment: Assignment, show: Show, wish: Wish, title: Text, language: str) -> Drawing:
    scene = scene_of(show, wish.source, window=wish.window, stride=wish.stride, padding=wish.padding, seed=wish.seed)
    if wish.folder is None:
        answers = ask_reference(kit, assignment, show, scene)
    else:
        names_in(kit, wish.folder, assignment.name)
        answers = ask_student(kit, assignment, wish.folder, show, scene)
    return Drawing(show, scene, answers, title, language)


def _sheet(kit: Kit, assignment: Assignment, show: SheetShow, wish: Wish, title: Text, language: str) -> SheetDrawing:
    if not (wish.window is None and wish.stride is None and wish.padding is None):
        raise PictureError(f"{assignment.name} has no windows: leave --window, --stride and --padding out")
    numbers = numbers_of(show, wish.source, wish.seed)
    if wish.folder is None:
        sheet = sheet_of_reference(kit, assignment, show, numbers)
    else:
        names_in(kit, wish.folder, assignment.name)
        sheet = sheet_of_student(kit, assignment, wish.folder, show, numbers)
    return SheetDrawing(sheet, title, language)
