"""``autograder report``."""

from __future__ import annotations

from pathlib import Path

import click

from autograder.cli.common import folder_argument, language_option
from autograder.cli.gradebook import reaching_gradebook


@click.command()
@folder_argument("out")
@click.option("--assignment", "name", metavar="NAME", help="Only this one; all that there are results of by default.")
@click.option("--gradebook", envvar="AUTOGRADER_GRADEBOOK", metavar="FILE|URL",
              help="Where results are kept; OUT/gradebook.sqlite by default.")
@language_option
def report(out: Path, name: str | None, gradebook: str | None, language: str) -> None:
    """Write pages for a browser into OUT, where results are: report.html, and feedback.html for each student."""
    with reaching_gradebook():
        from autograder.errors import GradebookError
        from autograder.gradebook.book import open_gradebook
        from autograder.gradebook.patience import patiently
        from autograder.gradebook.queries import standing
        from autograder.gradebook.recording import reports_of
        from autograder.report.folder import prepare
        from autograder.report.pages.folder import write_pages

        with open_gradebook(gradebook or out) as book:
            numbers = patiently(lambda: [each.result for each in standing(book, name)])
            reports = patiently(lambda: [*reports_of(book, numbers)])
        if not reports:
            what = f"results of {name}" if name else "results"
            raise GradebookError(f"{gradebook or out} holds no {what}: grade first")
        reports.sort(key=lambda each: (each.assignment.name, each.student))
        prepare(out)
        for path in write_pages(out, reports, language):
            click.echo(f"report: {path}")
    click.echo(f"for each student: {out / '<student>' / reports[0].assignment.name / 'feedback.html'}")
