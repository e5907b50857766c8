"""Grading again what has been graded: asked for first, in one transaction, and then a run like any other.

So a regrade that is stopped is finished by any later run, a plain ``grade`` included.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import cast

from autograder.catalog import Kit
from autograder.errors import GradebookError
from autograder.grade import grade
from autograder.gradebook.book import open_gradebook
from autograder.gradebook.patience import patiently
from autograder.gradebook.queries import latest_run
from autograder.gradebook.records import Plan
from autograder.gradebook.staff import ask_again
from autograder.model import Mode, Report


def ask(named: str | Path, kit: Kit, name: str, students: Sequence[str], reason: str, who: str) -> Plan:
    """Note that these students, or all, are to be graded again; the plan of the last run. Raises ``KitError``."""
    kit.assignment(name)
    with open_gradebook(named) as book:
        run = patiently(lambda: latest_run(book, name))
        if run is None:
            raise GradebookError(f"{book.place} holds no run of {name}: grade it first")
        patiently(lambda: ask_again(book, name, students, reason, who))
    return run.plan


def again(
    kit: Kit,
    plan: Plan,
    named: str | Path,
    submissions: Path | None = None,
    out: Path | None = None,
    *,
    jobs: int | None = None,
    seed: int | None = None,
    on_result: Callable[[Report, int], None],
) -> tuple[Report, ...]:
    """A run like the one that was planned so; what is None is as it was then."""
    return grade(
        kit,
        plan.assignment,
        submissions or Path(plan.submissions),
        out or Path(plan.out),
        gradebook=named,
        jobs=jobs,
        seed=seed,
        sandbox=cast(Mode, plan.sandbox),
        language=plan.language,
        on_result=on_result,
    )
