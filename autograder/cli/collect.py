"""``autograder collect``."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from autograder.cli.common import NOT_RIGHT, folder_argument, kit_option

if TYPE_CHECKING:
    from autograder.collect.model import Which

# Written out here, because what students get lists this command and does not hold what it does.
PLATFORMS = ("auto", "canvas", "moodle", "blackboard", "gradescope", "nbgrader", "github-classroom", "folders")
ATTEMPTS = ("latest", "best", "first")


@click.command()
@folder_argument("source")
@folder_argument("out")
@click.option(
    "--from",
    "platform",
    type=click.Choice(PLATFORMS),
    default="auto",
    show_default=True,
    help="Whose download SOURCE is; auto guesses.",
)
@click.option("--assignment", metavar="NAME", help="Collect its files alone: NAME.py, NAME.ipynb or an archive.")
@click.option(
    "--roster",
    type=click.Path(path_type=Path),
    metavar="FILE.csv",
    help="Who is in the course: ids, logins, names, email addresses, sections.",
)
@click.option(
    "--attempt",
    type=click.Choice(ATTEMPTS),
    default="latest",
    show_default=True,
    help="Of several; best: all of them, as STUDENT@1, STUDENT@2, …, to be chosen from once they are marked.",
)
@click.option("--timezone", metavar="ZONE", help="Of times that name none; this machine's by default.")
@kit_option
def collect(
    source: Path,
    out: Path,
    platform: str,
    assignment: str | None,
    roster: Path | None,
    attempt: Which,
    timezone: str | None,
    kit_folder: Path | None,
) -> None:
    """Bring SOURCE, a download of Canvas, Moodle, Blackboard or Gradescope and others, into OUT/<student>/ for `grade`.

    SOURCE is a folder or a .zip. OUT/collected.json tells where each folder came from and who is missing.
    """
    wishes = Wishes(platform, assignment, _uses(assignment, kit_folder), roster, attempt, timezone)
    sys.exit(0 if collect_and_show(source, out, wishes) else NOT_RIGHT)


@dataclass(frozen=True)
class Wishes:
    """What is to be collected, and how; see ``collect.collect``."""

    platform: str
    assignment: str | None
    uses: tuple[str, ...]
    roster: Path | None
    attempt: Which
    timezone: str | None


def collect_and_show(source: Path, out: Path, wishes: Wishes) -> bool:
    """Collect a class and show who is in it; whether everything was in order."""
    from autograder.cli.screen import screen
    from autograder.collect.collect import collect as collect_class
    from autograder.collect.view import collection_view

    collection = collect_class(source, out, **vars(wishes))
    screen().print(collection_view(collection))
    click.echo(f"collected into {out}; where each came from: {out / 'collected.json'}")
    return collection.in_order


def _uses(assignment: str | None, kit_folder: Path | None) -> tuple[str, ...]:
    """The modules that are handed in with the assignment's, where a kit is at hand to say so."""
    from autograder.catalog import find_kit
    from autograder.errors import KitNotFound, UnknownAssignment

    try:
        return find_kit(Path.cwd(), kit_folder).assignment(assignment).uses if assignment else ()
    except (KitNotFound, UnknownAssignment):
        if kit_folder is not None:
            raise
        return ()
