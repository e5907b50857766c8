"""``autograder status``."""

from __future__ import annotations

import click

from autograder.cli.gradebook import gradebook_option, reaching_gradebook


@click.command()
@gradebook_option
def status(gradebook: str) -> None:
    """Show how far running jobs are, from the gradebook alone, and how the last one of each assignment ended."""
    with reaching_gradebook():
        from autograder.gradebook.book import open_gradebook
        from autograder.gradebook.patience import patiently
        from autograder.gradebook.queries import current_runs
        from autograder.gradebook.views import status_view

        with open_gradebook(gradebook) as book:
            runs = patiently(lambda: current_runs(book))
    from rich.console import Console

    Console(highlight=False).print(status_view(runs))
