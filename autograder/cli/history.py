"""``autograder history``."""

from __future__ import annotations

import sys

import click

from autograder.cli.common import NOT_RIGHT, complain
from autograder.cli.gradebook import gradebook_option, reaching_gradebook


@click.command()
@click.argument("student")
@click.option("--assignment", "name", metavar="NAME", help="Of one assignment; of all by default.")
@gradebook_option
def history(student: str, name: str | None, gradebook: str) -> None:
    """Show what happened to STUDENT's marks, in order: results, what replaced them, and who changed what and why."""
    with reaching_gradebook():
        from autograder.gradebook.book import open_gradebook
        from autograder.gradebook.patience import patiently
        from autograder.gradebook.queries import graded_assignments
        from autograder.gradebook.queries import history as entries_of
        from autograder.gradebook.staff import refuse_unknown_assignment
        from autograder.gradebook.views import history_view

        with open_gradebook(gradebook) as book:
            if name is not None:
                refuse_unknown_assignment(name, patiently(lambda: graded_assignments(book)))
            entries = patiently(lambda: entries_of(book, student, name))
    if not entries:
        complain(f"nothing is recorded of {student}")
        sys.exit(NOT_RIGHT)
    from rich.console import Console

    Console(highlight=False).print(history_view(entries))
