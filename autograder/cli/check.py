"""``autograder check``, which students run."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from autograder.cli.common import NOT_RIGHT, WRONG_USAGE, complain, fault_code, kit_option, language_option
from autograder.errors import KitError
from autograder.model import PUBLIC_SEED

if TYPE_CHECKING:
    from rich.console import Console

    from autograder.catalog import Kit


@click.command()
@click.argument("name", required=False)
@click.option("--path", "folder", type=click.Path(path_type=Path), default=Path(), metavar="DIR",
              help="The folder your files are in; the current one by default.")  # fmt: skip
@click.option("--seed", type=click.IntRange(min=0), default=PUBLIC_SEED, show_default=True, help="Of the inputs tried.")
@click.option("--watch", "watching", is_flag=True, help="Run again whenever you save a file, until Ctrl-C.")
@language_option
@kit_option
def check(
    name: str | None, folder: Path, seed: int, watching: bool, language: str, kit_folder: Path | None
) -> None:
    """Run the public checks on NAME.py, or on every assignment's file in the folder.

    Hidden checks exist too; they decide the mark.
    """
    from rich.console import Console

    from autograder.check import kit_for, names_in

    kit = kit_for(folder, kit_folder)
    console = Console(highlight=False)
    if watching:
        sys.exit(_watched(kit, name, folder, seed, language, console))
    sys.exit(_checked(kit, names_in(kit, folder, name), folder, seed, language, console))


def _checked(kit: Kit, names: tuple[str, ...], folder: Path, seed: int, language: str, console: Console) -> int:
    """Check and show each of ``names``; the exit code."""
    from autograder.check import check as check_file
    from autograder.report.student_view import print_closing, print_report

    reports = []
    for each in names:
        reports.append(check_file(kit, each, folder, seed))
        print_report(console, reports[-1], language)
    print_closing(console, reports, language)
    full = all(report.score == report.assignment.max_score for report in reports)
    return fault_code(reports) or (0 if full else NOT_RIGHT)


def _watched(kit: Kit, name: str | None, folder: Path, seed: int, language: str, console: Console) -> int:
    """Check again whenever something was saved; the exit code of the last run."""
    from autograder.check import names_in, wanted_in
    from autograder.report.student_view import print_watching
    from autograder.watch import affected_by, changes_in, watch

    def run(names: tuple[str, ...] | None) -> int:
        console.clear()
        try:
            code = _checked(kit, names or names_in(kit, folder, name), folder, seed, language, console)
        except KitError as error:
            complain(str(error))
            code = WRONG_USAGE
        print_watching(console, language)
        return code

    return watch(run, affected_by(changes_in(folder), kit, wanted_in(kit, name)))
