"""``autograder adjust``."""

from __future__ import annotations

import click

from autograder.cli.gradebook import gradebook_option, reaching_gradebook, reason_option, who_option
from autograder.errors import GradebookError


@click.command()
@click.argument("student")
@click.argument("name")
@click.option("--by", metavar="POINTS", help="Add so many points, or with - take them off: 5, -2.5, 1/3.")
@click.option("--to", metavar="POINTS", help="Set the points to this, whatever the checks give.")
@click.option("--exercise", metavar="EXERCISE", help="Of one exercise; of the whole assignment by default.")
@click.option("--undo", type=int, metavar="NUMBER", help="Take this adjustment back.")
@reason_option
@who_option
@gradebook_option
def adjust(
    student: str,
    name: str,
    by: str | None,
    to: str | None,
    exercise: str | None,
    undo: int | None,
    reason: str,
    who: str,
    gradebook: str,
) -> None:
    """Change STUDENT's points in the assignment NAME by hand; regrading does not touch that."""
    if sum(each is not None for each in (by, to, undo)) != 1:
        raise click.UsageError("give one of --by, --to and --undo")
    if not reason.strip() or not who.strip():
        raise click.UsageError("--reason and --who must not be empty")
    with reaching_gradebook():
        from autograder.gradebook import staff
        from autograder.gradebook.book import open_gradebook
        from autograder.gradebook.patience import patiently
        from autograder.gradebook.records import Adjustment

        with open_gradebook(gradebook) as book:
            if undo is not None:
                patiently(lambda: staff.undo(book, student, name, undo, reason, who))
                click.echo(f"adjustment {undo} is undone")
                return
            kind, amount = ("by", by) if by is not None else ("to", to)
            try:
                points = staff.parse_amount(str(amount))
            except (ValueError, ZeroDivisionError) as error:
                raise GradebookError(f"--{kind} {amount} is no number of points: write 5, -2.5 or 1/3") from error
            wanted = Adjustment(student, name, exercise, kind, points, reason, who)
            number = patiently(lambda: staff.adjust(book, wanted))
    click.echo(f"adjustment {number}: {student}, {name}: {wanted}; to take it back: --undo {number}")
