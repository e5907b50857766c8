"""``autograder new``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from autograder.cli.common import kit_option

if TYPE_CHECKING:
    from autograder.catalog import Kit


@click.command()
@click.argument("name")
@click.option("--title", metavar="TEXT", help="In English; made from NAME by default.")
@click.option("--title-zh", metavar="TEXT", help="In Chinese; the English one by default.")
@kit_option
def new(name: str, title: str | None, title_zh: str | None, kit_folder: Path | None) -> None:
    """Begin an assignment NAME: small, but complete, to be replaced piece by piece.

    With --kit DIR, where no kit is in DIR yet, it is the first assignment of a new one.
    """
    from autograder.model import Text
    from autograder.scaffolding import add_assignment, notes_in, places_of

    kit = _kit(kit_folder)
    chosen = title if title is not None else name.replace("_", " ").capitalize()
    written = add_assignment(kit, name, Text(chosen, chosen if title_zh is None else title_zh))
    places = {path: path.relative_to(kit.root).as_posix() for path in written}
    for path in written:
        click.echo(path)
    notes = sorted(note for path in written for note in notes_in(places[path], path.read_text(encoding="utf-8")))
    click.echo("it works as it is: autograder selfcheck, autograder preview " + name)
    click.echo("what to change, in this order (grep 'TODO instructor' finds it again; a release waits for it):")
    for number, place, text in notes:
        click.echo(f"  {number}. {place}: {text}")
    if title_zh is None:
        click.echo("Chinese texts have the English title: write a Chinese one there, or begin again with --title-zh")
    folder, *files = (path.relative_to(kit.root).as_posix() for path in places_of(kit, name))
    click.echo(f"to take it back: delete {folder}, {' and '.join(files)}")


def _kit(folder: Path | None) -> Kit:
    """The kit found, or the one that begins in the folder named."""
    from autograder.catalog import Kit, find_kit
    from autograder.errors import KitNotFound

    try:
        return find_kit(Path.cwd(), folder)
    except KitNotFound:
        if folder is None:
            raise
        return Kit(folder.resolve())
