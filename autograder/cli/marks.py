"""``autograder marks``."""

from __future__ import annotations

from pathlib import Path

import click

from autograder.cli.common import complain, kit_option
from autograder.cli.gradebook import gradebook_option, reaching_gradebook


@click.command()
@click.argument("name", required=False)
@click.option("--course", type=click.Path(path_type=Path), metavar="FILE",
              help="Due dates and extensions; course.toml of the kit, if there is one, by default.")
@gradebook_option
@kit_option
def marks(name: str | None, course: Path | None, gradebook: str, kit_folder: Path | None) -> None:
    """Write the final marks of the assignment NAME, or of all, as CSV: the checks' own, adjustments, lateness, sum."""
    with reaching_gradebook():
        from autograder.catalog import find_kit
        from autograder.gradebook.book import open_gradebook
        from autograder.gradebook.course import policy_of
        from autograder.gradebook.patience import patiently
        from autograder.gradebook.people import strangers
        from autograder.gradebook.queries import final_marks, graded_assignments
        from autograder.gradebook.staff import refuse_unknown_assignment
        from autograder.gradebook.views import marks_csv

        policy = policy_of(find_kit(Path.cwd(), kit_folder), course)
        with open_gradebook(gradebook) as book:
            if name is not None:
                refuse_unknown_assignment(name, patiently(lambda: graded_assignments(book)))
            found = patiently(lambda: final_marks(book, policy, name))
            for line in patiently(lambda: [*strangers(book, policy, name)]):
                complain(line)
    click.echo(marks_csv(found), nl=False)
