"""Grading again what has been graded: asked for first, in one transaction, and then a run like any other.

So a regrade that is stopped is finished by any later run, a plain ``grade`` included.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

from autograder.catalog import Kit
from autograder.errors import GradebookError
from autograder.grade import Outcome, grade
from autograder.gradebook.book import Gradebook, open_gradebook
from autograder.gradebook.choices import Folders, choices_for, offered, refuse_stranger
from autograder.gradebook.patience import patiently
from autograder.gradebook.queries import choices_of, latest_run, standing_of_all
from autograder.gradebook.records import Choice, Plan
from autograder.gradebook.staff import ask_again, choose, refuse_unknown, undo_choice
from autograder.model import Mode, Report


@dataclass(frozen=True)
class Wish:
    """What is to be graded again, and why: these ``students``, or all; with both, what ``submissions`` hold of them."""

    name: str
    reason: str
    who: str
    students: Sequence[str] = ()
    submissions: Path | None = None


def ask(named: str | Path, kit: Kit, wish: Wish) -> tuple[Plan, tuple[Choice, ...]]:
    """Note what is to be graded again; the plan of the run that does it, and the choices made. Raises ``KitError``.

    Who is named with a folder of their own is graded from it, and everybody else, as before, from the class's.
    """
    folders = Folders(kit, wish.name)
    with open_gradebook(named) as book:
        plan = _last_plan(book, wish.name)
        folder = str(wish.submissions.resolve()) if wish.submissions else plan.submissions
        if wish.students and folder != plan.submissions:
            chosen = choices_for(
                folders, wish.name, wish.students, Path(folder), plan.submissions, wish.reason, wish.who
            )
            wanted = tuple(chosen)
            return plan, patiently(lambda: choose(book, wanted))
        _refuse_strangers(book, folders, folder, wish)
        patiently(lambda: ask_again(book, wish.name, wish.students, wish.reason, wish.who))
    return replace(plan, submissions=folder), ()


def take_back(named: str | Path, kit: Kit, wish: Wish, number: int) -> tuple[Plan, str]:
    """Undo a choice; the plan of the run that follows, and whose it was. Raises ``KitError``."""
    kit.assignment(wish.name)
    with open_gradebook(named) as book:
        plan = _last_plan(book, wish.name)
        return plan, patiently(lambda: undo_choice(book, wish.name, number, wish.reason, wish.who))


def _last_plan(book: Gradebook, name: str) -> Plan:
    run = patiently(lambda: latest_run(book, name))
    if run is None:
        raise GradebookError(f"{book.place} holds no run of {name}: grade it first")
    return run.plan


def _refuse_strangers(book: Gradebook, folders: Folders, folder: str, wish: Wish) -> None:
    """See to it that the run is going to meet everybody who is named."""
    if not wish.students:
        return
    graded = patiently(lambda: [each.student for each in standing_of_all(book, wish.name)])
    for student in wish.students:
        refuse_unknown(student, graded, wish.name)
    made = patiently(lambda: choices_of(book, wish.name))
    offer = offered(folders, folder, folders.find(folder).values(), made)
    there = {each.student for each in offer.submissions} | {each.student for each in offer.lost}
    for student in wish.students:
        refuse_stranger(student, there, f"{student!r} is not among the submissions in {folder}")


def again(
    kit: Kit,
    plan: Plan,
    named: str | Path,
    out: Path | None = None,
    *,
    jobs: int | None = None,
    seed: int | None = None,
    on_result: Callable[[Report, int], None],
) -> Outcome:
    """A run like the one that was planned so; what is None is as it was then."""
    return grade(
        kit,
        plan.assignment,
        Path(plan.submissions),
        out or Path(plan.out),
        gradebook=named,
        jobs=jobs,
        seed=seed,
        sandbox=cast(Mode, plan.sandbox),
        language=plan.language,
        on_result=on_result,
    )
