"""``autograder export``."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from autograder.cli.common import NOT_RIGHT, complain, folder_argument, kit_option, language_option
from autograder.cli.gradebook import gradebook_option, reaching_gradebook

NAMES = ("canvas", "moodle", "blackboard", "gradescope", "csv", "json")
MATCHES = ("id", "login", "email")


@click.command()
@folder_argument("out")
@click.option("--format", "name", type=click.Choice(NAMES), required=True, help="Who is going to read OUT.")
@click.option("--assignment", metavar="NAME", help="Its marks alone; a platform takes one at a time.")
@click.option("--template", type=click.Path(path_type=Path), metavar="FILE",
              help="The platform's own download: one column is filled in, and all else stays byte for byte.")
@click.option("--column", default="", metavar="HEADING", help="Of the assignment there; its title by default.")
@click.option("--roster", type=click.Path(path_type=Path), metavar="FILE.csv",
              help="Who is in the course: ids, logins, names, email addresses, sections.")
@click.option("--match", type=click.Choice(MATCHES), default=None,
              help="Without a template: as what the platform knows the roster's id, or the address instead.")
@click.option("--missing", type=click.Choice(("empty", "0")), default="empty", show_default=True,
              help="For who handed nothing in at all, and is listed; what could not be marked stays empty.")
@click.option("--scale", is_flag=True, help="Turn points into those of a column with another maximum.")
@click.option("--no-feedback", is_flag=True, help="Points only, also where the format has a place for more.")
@click.option("--course", type=click.Path(path_type=Path), metavar="FILE",
              help="Due dates and extensions; course.toml of the kit, if there is one, by default.")
@click.option("--force", is_flag=True, help="Replace OUT, and what else stands in the template's cells.")
@gradebook_option
@language_option
@kit_option
def export(
    out: Path,
    name: str,
    assignment: str | None,
    template: Path | None,
    column: str,
    roster: Path | None,
    match: str | None,
    missing: str,
    scale: bool,
    no_feedback: bool,
    course: Path | None,
    force: bool,
    gradebook: str,
    language: str,
    kit_folder: Path | None,
) -> None:
    """Write final marks to OUT, as Canvas, Moodle or Blackboard import them, or as a table or JSON.

    Who cannot be matched for certain is listed and left out, and the exit code is 1. No mark is an empty cell, never 0.
    """
    with reaching_gradebook():
        from autograder.catalog import find_kit
        from autograder.cli.screen import screen
        from autograder.collect.roster import read_roster
        from autograder.export.entry import Settings, with_zeros
        from autograder.export.formats import FORMATS
        from autograder.export.gather import gather, without_times
        from autograder.export.sheet import read_sheet
        from autograder.export.view import product_view
        from autograder.export.writing import refuse_existing, write_bytes
        from autograder.gradebook.book import open_gradebook
        from autograder.gradebook.course import policy_of
        from autograder.gradebook.patience import patiently
        from autograder.gradebook.people import strangers

        refuse_existing(out, force=force)
        sheet = read_sheet(template) if template else None
        people = read_roster(roster) if roster else None
        policy = policy_of(find_kit(Path.cwd(), kit_folder), course)
        with open_gradebook(gradebook) as book:
            entries = patiently(lambda: gather(book, policy, assignment, people, language))
            unknown = patiently(lambda: [*strangers(book, policy, assignment)])
        settings = Settings(column, match or "", scale, not no_feedback, force)
        product = FORMATS[name].build(with_zeros(entries) if missing == "0" else entries, sheet, settings)
        write_bytes(out, product.data, force=force)
    for line in (*without_times(entries, policy), *unknown):
        complain(line)
    screen().print(product_view(product, FORMATS[name].decimals))
    click.echo(f"marks: {out}")
    sys.exit(NOT_RIGHT if product.left_out else 0)
