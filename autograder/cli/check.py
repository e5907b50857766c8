"""``autograder check``, which students run."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from autograder.cli.common import NOT_RIGHT, fault_code, kit_option, language_option

PUBLIC_SEED = 0
"""The same inputs each time, so that a student sees what a change of theirs has changed."""


@click.command()
@click.argument("name", required=False)
@click.option("--path", "folder", type=click.Path(path_type=Path), default=Path(), metavar="DIR",
              help="The folder your files are in; the current one by default.")  # fmt: skip
@click.option("--seed", type=click.IntRange(min=0), default=PUBLIC_SEED, show_default=True, help="Of the inputs tried.")
@language_option
@kit_option
def check(name: str | None, folder: Path, seed: int, language: str, kit_folder: Path | None) -> None:
    """Run the public checks on NAME.py, or on every assignment's file in the folder.

    Hidden checks exist too; they decide the mark.
    """
    from rich.console import Console

    from autograder.check import check as check_file
    from autograder.check import kit_for, names_in
    from autograder.report.student_view import print_closing, print_report

    kit = kit_for(folder, kit_folder)
    console = Console(highlight=False)
    reports = []
    for each in names_in(kit, folder, name):
        reports.append(check_file(kit, each, folder, seed))
        print_report(console, reports[-1], language)
    print_closing(console, language)
    full = all(report.score == report.assignment.max_score for report in reports)
    sys.exit(fault_code(reports) or (0 if full else NOT_RIGHT))
