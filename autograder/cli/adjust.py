"""``autograder adjust``."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import click

from autograder.cli.common import complain
from autograder.cli.gradebook import gradebook_option, reaching_gradebook, reason_option, who_option
from autograder.errors import GradebookError

if TYPE_CHECKING:
    from autograder.gradebook.book import Gradebook
    from autograder.gradebook.marks import Mark


@click.command()
@click.argument("student")
@click.argument("name")
@click.option("--by", metavar="POINTS", help="Add so many points, or with - take them off: 5, -2.5, 1/3.")
@click.option("--to", metavar="POINTS", help="Set the points to this, whatever the checks give.")
@click.option("--exercise", metavar="EXERCISE", help="Of one exercise; of the whole assignment by default.")
@click.option("--undo", type=int, metavar="NUMBER", help="Take this adjustment back.")
@click.option("--roster", type=click.Path(path_type=Path), metavar="FILE.csv",
              help="Who is in the course: whoever is may be given a mark with --to, without a result.")
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
    roster: Path | None,
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
        from autograder.gradebook.people import people
        from autograder.gradebook.records import Adjustment

        with open_gradebook(gradebook) as book:
            before = _mark(book, student, name)
            if undo is not None:
                patiently(lambda: staff.undo(book, student, name, undo, reason, who))
                told, hint = f"adjustment {undo} is undone", ""
            else:
                wanted = Adjustment(student, name, exercise, *_change(by, to), reason, who)
                known = patiently(lambda: people(book, name, roster)) if before is None else ()
                number = patiently(lambda: staff.adjust(book, wanted, known))
                told, hint = f"adjustment {number}: {student}, {name}: {wanted}", f"; to take it back: --undo {number}"
            after = _mark(book, student, name)
    _show(before, after, told, hint)


def _change(by: str | None, to: str | None) -> tuple[str, Fraction]:
    """The kind of the change and its amount; raises ``GradebookError`` where that is no number."""
    from autograder.gradebook.staff import parse_amount

    kind, amount = ("by", by) if by is not None else ("to", to)
    try:
        return kind, parse_amount(str(amount))
    except (ValueError, ZeroDivisionError) as error:
        raise GradebookError(f"--{kind} {amount} is no number of points: write 5, -2.5 or 1/3") from error


def _mark(book: Gradebook, student: str, name: str) -> Mark | None:
    """The student's mark before lateness, if there is a result."""
    from autograder.gradebook.patience import patiently
    from autograder.gradebook.policy import Policy
    from autograder.gradebook.queries import final_marks

    return next(iter(patiently(lambda: final_marks(book, Policy(), name, student))), None)


def _show(before: Mark | None, after: Mark | None, told: str, hint: str) -> None:
    from autograder.report.records import shown_score

    most = after.standing.max_score if after else 0
    marks = [each.final if each else None for each in (before, after)]
    click.echo(f"{told}: {' -> '.join(map(shown_score, marks))} of {most}{hint}")
    if marks[-1] is not None and marks[-1] > most:
        complain("this is more than the assignment has")
