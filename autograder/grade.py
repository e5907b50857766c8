"""Grades a class: read ``grade`` as the list of its steps.

Every student's files are written the moment they are marked, and the tables at the end, or as soon
as anything stops the run: what has been graded is never lost.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from autograder.catalog import Kit
from autograder.crew import Recipe
from autograder.errors import OutputError
from autograder.model import Mode, Report
from autograder.parallel import mark_all
from autograder.report.folder import prepare, write_student, write_tables
from autograder.report.gist import Gists
from autograder.submissions import find_submissions

SEED_BITS = 53
"""Far more than can be guessed, and exact in every reader of JSON."""


def _ignore(report: Report, total: int) -> None:
    """Do nothing."""


def grade(
    kit: Kit,
    name: str,
    folder: Path,
    out: Path,
    *,
    jobs: int | None = None,
    seed: int | None = None,
    sandbox: Mode = "auto",
    language: str = "en",
    on_result: Callable[[Report, int], None] = _ignore,
) -> tuple[Report, ...]:
    """Grade every ``folder/<student>/NAME.py`` into ``out``; the gist of each report, in order of the students' names.

    ``on_result`` hears of each report as it comes, with the number of submissions. The same ``seed``
    repeats a run exactly; None draws one, and every result records it. ``sandbox`` is ``none`` where
    this machine is the sandbox itself. Raises ``KitError``.
    """
    assignment = kit.assignment(name)
    submissions = find_submissions(folder, assignment)
    recipe = Recipe(kit, name, new_seed() if seed is None else seed, sandbox)
    rubric = recipe.rubric()
    _keep_apart(folder, out)
    prepare(out)
    gists, reports = Gists(assignment), list[Report]()
    try:
        with closing(mark_all(recipe, rubric, submissions, jobs or processors())) as marked:
            for report in marked:
                write_student(out, report, language)
                reports.append(gists.of(report))
                on_result(report, len(submissions))
    finally:
        reports.sort(key=lambda report: report.student)
        write_tables(out, reports, language)
    return tuple(reports)


def new_seed() -> int:
    """A seed nobody can foresee."""
    return secrets.randbits(SEED_BITS)


def processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _keep_apart(folder: Path, out: Path) -> None:
    """Refuse to write results among the submissions, where the next run would take them for students."""
    if out.resolve().is_relative_to(folder.resolve()):
        raise OutputError(f"{out} lies in the folder of submissions: name another folder for the results")
