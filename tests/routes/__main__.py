"""Marks the same submissions by every route, assignment by assignment, and fails on any difference.

``python -m tests.routes [NAME …] [--write]``: those named, or all of the kit. With ``--write`` the table of max_pooling
goes into the README.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from tests.routes.compared import Found, differences, rows
from tests.routes.handed_in import class_of
from tests.routes.routes import ROUTES, Scene
from tests.support import KIT, ROOT

IN_README = "max_pooling"
BEGIN, END = "<!-- routes: begin -->", "<!-- routes: end -->"
README = ROOT / "README.md"
HEADS = ("route", "confined", "CPU s a submission", "s on the clock")
PAGE_HEADS = ("route", "student code is confined", "CPU seconds a submission", "on the clock")


@click.command(help=__doc__)
@click.argument("names", nargs=-1, type=click.Choice(KIT.names), metavar="[NAME]...")
@click.option("--write", "into_readme", is_flag=True, help=f"Put the table of {IN_README} into README.md.")
def main(names: tuple[str, ...], into_readme: bool) -> None:
    """Mark by every route, compare, and show."""
    console, problems = Console(highlight=False), list[str]()
    for number, name in enumerate(names or KIT.names):
        found = marked(name, number * len(ROUTES), len(names or KIT.names) * len(ROUTES))
        console.print(table(name, found))
        problems += [f"{name}: {each}" for each in differences(found, class_of(name))]
        if into_readme and name == IN_README and not problems:
            README.write_text(with_table(README.read_text(encoding="utf-8"), markdown(found)), encoding="utf-8")
    for problem in problems:
        console.print(problem, markup=False)
    sys.exit(1 if problems else 0)


def marked(name: str, before: int, total: int) -> Found:
    """What every route says of the assignment's class; ``before`` of the ``total`` steps have been taken."""
    found = {}
    with tempfile.TemporaryDirectory(prefix="routes-") as folder:
        scene = Scene(Path(folder), name, class_of(name))
        for number, route in enumerate(ROUTES, before + 1):
            click.echo(f"[{number}/{total}] {name}, {len(scene.works)} submissions: {route.title}", err=True)
            found[route] = route.mark(scene)
    return found


def table(name: str, found: Found) -> Table:
    """What people look at."""
    shown = Table(*HEADS, title=name)
    for row in rows(found):
        shown.add_row(*row)
    return shown


def markdown(found: Found) -> str:
    """The same for the page."""
    lines: Iterator[str] = (f"| {' | '.join(row)} |" for row in rows(found))
    return "\n".join([f"| {' | '.join(PAGE_HEADS)} |", "|---|---|---:|---:|", *lines])


def with_table(page: str, text: str) -> str:
    """The page with this text between its marks."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise SystemExit(f"{README.name} needs the lines {BEGIN} and {END}")
    return f"{before}{BEGIN}\n{text}\n{END}{after}"


if __name__ == "__main__":
    main()
