"""What the commands that use a gradebook share."""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from autograder.cli.common import GRADER_FAULT, INTERRUPTED, NOT_RIGHT, complain, fault_code, progress, show_class
from autograder.cli.common import termination_interrupts as interruptible
from autograder.errors import GradebookAway, KitError
from autograder.model import GRADEBOOK

if TYPE_CHECKING:
    from autograder.grade import Outcome
    from autograder.model import Report

NEEDED = ("sqlalchemy", "alembic", "cattrs")

gradebook_option = click.option(
    "--gradebook", default=GRADEBOOK, envvar="AUTOGRADER_GRADEBOOK", show_default=True, metavar="FILE|URL",
    help="The gradebook; OUT of a run will do.",
)  # fmt: skip
who_option = click.option(
    "--who", required=True, envvar="AUTOGRADER_WHO", metavar="NAME", help="Who you are, for the audit trail."
)
reason_option = click.option("--reason", required=True, metavar="TEXT", help="Why, for the audit trail.")


def require_gradebook() -> None:
    """Raise ``KitError`` where what gradebooks need is not installed; students have no gradebook at all."""
    importlib.import_module("autograder.gradebook")
    missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        raise KitError(f"{', '.join(missing)} cannot be imported: install the extra gradebook")


@contextlib.contextmanager
def reaching_gradebook() -> Iterator[None]:
    """In this block, a gradebook that stays away ends the command with one line and the code of a grader's fault."""
    require_gradebook()
    try:
        yield
    except GradebookAway as error:
        complain(str(error))
        sys.exit(GRADER_FAULT)


def grade_and_show(name: str, out: Path, language: str, run: Callable[[Callable[..., None]], Outcome]) -> None:
    """Run what grades, with a bar; show the class, and what staff should know; end with the exit code that is due."""
    new = 0
    outcome: Outcome | None = None

    with interruptible(), progress(name) as advance:

        def tell(report: Report, total: int) -> None:
            nonlocal new
            new += 1
            advance(report, total)

        try:
            with reaching_gradebook():
                outcome = run(tell)
        except KeyboardInterrupt:
            pass
    if outcome is None:
        complain(f"interrupted: what was graded by then is in {out}: run the same command again to go on")
        sys.exit(INTERRUPTED)
    show_class(outcome, out, language)
    click.echo(f"{new} graded now, {len(outcome) - new} known from before")
    _tell_staff(outcome)
    sys.exit(fault_code(outcome) or (NOT_RIGHT if outcome.changes.falls else 0))


def _tell_staff(outcome: Outcome) -> None:
    from autograder.gradebook.notes import change_notes

    for line in (*outcome.notes, *change_notes(outcome.changes)):
        complain(line)
