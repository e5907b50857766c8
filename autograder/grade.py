"""Grades a class: read ``grade`` as the list of its steps.

Every result is in the gradebook first and in the student's files then; the tables are written at the end, or as soon
as anything stops the run. What has been graded is never lost, and never graded again as long as it is the same.
"""

from __future__ import annotations

import os
import secrets
from collections import deque
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Self

from autograder.catalog import Kit
from autograder.crew import Recipe
from autograder.errors import OutputError
from autograder.gathering import gathered
from autograder.model import GRADEBOOK, Assignment, Mode, Report, Submission
from autograder.parallel import mark_all
from autograder.report.folder import prepare, write_student, write_tables
from autograder.report.gist import Gists
from autograder.report.tables import NOBODY, Roll
from autograder.rubrics import Rubric, rubric_for
from autograder.submissions import find_submissions
from autograder.trial import CaseBook

if TYPE_CHECKING:
    from autograder.cluster import Cluster
    from autograder.collect.record import Record
    from autograder.gradebook.ledger import Ledger
    from autograder.gradebook.records import Changes

SEED_BITS = 53
"""Far more than can be guessed, and exact in every reader of JSON."""


class Outcome(tuple[Report, ...]):
    """The gist of each report, in order of the students' names; what staff should know, a line each; what has changed.

    ``changes`` are those since the last run of the assignment that came to its end.
    """

    notes: tuple[str, ...]
    changes: Changes

    def __new__(cls, reports: Iterable[Report], notes: tuple[str, ...], changes: Changes) -> Self:
        made = super().__new__(cls, reports)
        made.notes, made.changes = notes, changes
        return made


def _ignore(report: Report, total: int) -> None:
    """Do nothing."""


def grade(
    kit: Kit,
    name: str,
    folder: Path,
    out: Path,
    *,
    gradebook: str | Path | None = None,
    handed_in: Mapping[str, datetime | None] | None = None,
    jobs: int | None = None,
    cluster: Cluster | None = None,
    seed: int | None = None,
    sandbox: Mode = "auto",
    language: str = "en",
    on_result: Callable[[Report, int], None] = _ignore,
) -> Outcome:
    """Grade every ``folder/<student>/NAME.py`` into ``out``, or what staff chose in the place of some.

    Results are kept in ``gradebook``, a file or a URL, by default ``out/gradebook.sqlite``; what is known there is not
    graded again, and ``on_result`` hears of each other report as it comes, with the number of them. ``handed_in`` says
    when students handed in, by default what the folder's ``collected.json`` tells. The same ``seed`` repeats a run
    exactly; None takes the one that the gradebook has for the assignment, or draws one, and every result records it.
    ``sandbox`` is ``none`` where this machine is the sandbox itself. ``jobs`` submissions are marked at a time, or what
    the workers of a ``cluster`` take. Raises ``KitError``.
    """
    from autograder.gradebook.ledger import Class, open_ledger  # slow to import, so for those who grade a class
    from autograder.gradebook.records import Plan

    assignment = kit.assignment(name)
    submissions = find_submissions(folder, assignment)
    proposed = new_seed() if seed is None else seed
    rubric = rubric_for(kit, name, proposed)
    _keep_apart(folder, out)
    prepare(out)
    plan = Plan(name, proposed, str(folder.resolve()), str(out.resolve()), sandbox, language)
    told = _told(folder)
    group = Class(assignment, submissions, told.times if handed_in is None else handed_in)
    results = Results(out, assignment, language, told.roll)
    with open_ledger(gradebook or out / GRADEBOOK, kit, group, plan, wished=seed is not None) as ledger:
        recipe = Recipe(kit, name, ledger.seed, sandbox)
        try:
            for report in ledger.known():
                results.add([report])
            with closing(_new(ledger, recipe, _with_seed(rubric, ledger.seed), jobs, cluster)) as new:
                for reports in new:
                    results.add(reports)
                    for report in reports:
                        on_result(report, len(ledger.to_grade))
        except BaseException:
            results.add(ledger.rest())
            raise
        finally:
            results.close()
    return Outcome(results.reports, ledger.notes, ledger.changes)


class Results:
    """The folder of results of a class as it fills; ``reports`` holds the gist of each."""

    def __init__(self, out: Path, assignment: Assignment, language: str, roll: Roll = NOBODY) -> None:
        self.reports: list[Report] = []
        self._unwritten: deque[Report] = deque()
        self._roll = roll
        self._out = out
        self._language = language
        self._gists = Gists(assignment)

    def add(self, reports: Iterable[Report]) -> None:
        """Write these students' files, after those at which it was interrupted the last time."""
        self._unwritten.extend(reports)
        while self._unwritten:
            write_student(self._out, self._unwritten[0], self._language)
            self.reports.append(self._gists.of(self._unwritten.popleft()))

    def close(self) -> None:
        """Write the tables, of whatever there is by now."""
        self.reports.sort(key=lambda report: report.student)
        write_tables(self._out, self.reports, self._language, self._roll)


def _new(
    ledger: Ledger, recipe: Recipe, rubric: Rubric, jobs: int | None, cluster: Cluster | None
) -> Generator[list[Report], None, None]:
    """The reports that are not known yet, as they are recorded together."""
    if not ledger.to_grade:
        return
    with closing(_marked(ledger.to_grade, recipe, rubric, jobs, cluster)) as marked:
        for group in gathered(marked):
            yield ledger.keep(group)


def _marked(
    submissions: Sequence[Submission], recipe: Recipe, rubric: Rubric, jobs: int | None, cluster: Cluster | None
) -> Generator[Report | None, None, None]:
    """What is marked, here or there, as it comes, and beats in between."""
    if cluster is None:
        return mark_all(recipe, rubric, submissions, jobs or processors())
    from autograder.cluster.mark import mark_on

    return mark_on(cluster, recipe, rubric, submissions)


def _with_seed(rubric: Rubric, seed: int) -> Rubric:
    """The same checks with the cases of another seed."""
    return replace(rubric, book=CaseBook(seed, rubric.book.reference))


def _told(folder: Path) -> Record:
    """Who handed in when, and who did not, as far as the folder was collected from a platform."""
    from autograder.collect.record import recorded

    return recorded(folder)


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
