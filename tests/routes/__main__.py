"""Marks the same twenty submissions by every route, and fails on any difference.

``python -m tests.routes [--write]``; with ``--write`` the table goes into the README.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.routes.handed_in import sources
from tests.routes.routes import ROUTES, Marks, Route, Scene
from tests.support import ROOT

NAME = "max_pooling"
ROUNDING = 0.1
"""What adding up rounded shares of points may lose; a check is worth more."""
BEGIN, END = "<!-- routes: begin -->", "<!-- routes: end -->"
README = ROOT / "README.md"


def main() -> int:
    """Mark by every route, compare, and show."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="put the table into README.md")
    options = parser.parse_args()
    console = Console(highlight=False)
    found = {route: _marked(route, console) for route in ROUTES}
    console.print(table(found))
    problems = [*differences(found)]
    for problem in problems:
        console.print(problem, markup=False)
    if options.write and not problems:
        _write(markdown(found))
    return 1 if problems else 0


def _marked(route: Route, console: Console) -> Marks:
    with tempfile.TemporaryDirectory(prefix="routes-") as folder, console.status(route.title):
        return route.mark(Scene(Path(folder), NAME, sources(NAME)))


def differences(found: dict[Route, Marks]) -> Iterator[str]:
    """Where a route gives other points than the first one."""
    (_, first), *others = found.items()
    for route, marks in others:
        for student, exercises in first.points.items():
            mine = marks.points.get(student, {})
            for exercise, points in exercises.items():
                if not abs(mine.get(exercise, -1) - points) <= ROUNDING:
                    yield f"{route.title}: {student}, {exercise}: {mine.get(exercise)} in place of {points}"


def table(found: dict[Route, Marks]) -> Table:
    """What people look at."""
    shown = Table("route", "confined", "CPU s a submission", "s on the clock")
    for row in _rows(found):
        shown.add_row(*row)
    return shown


def markdown(found: dict[Route, Marks]) -> str:
    """The same for the page."""
    lines = ["| route | student code is confined | CPU seconds a submission | on the clock |", "|---|---|---:|---:|"]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in _rows(found))])


def _rows(found: dict[Route, Marks]) -> Iterator[tuple[str, ...]]:
    for route, marks in found.items():
        count = len(marks.points)
        yield route.title, "yes" if route.confined else "no", f"{marks.cpu / count:.2f}", f"{marks.wall / count:.2f}"


def _write(text: str) -> None:
    before, begin, rest = README.read_text(encoding="utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise SystemExit(f"{README.name} needs the lines {BEGIN} and {END}")
    README.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
