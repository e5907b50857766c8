"""One run's side of the gradebook: which seed it has, what is known already, what is still to be graded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from autograder.catalog import Kit
from autograder.gradebook.book import Gradebook, open_gradebook
from autograder.gradebook.identity import Identity, Marked, marked_by
from autograder.gradebook.patience import patiently
from autograder.gradebook.recorder import Recorder
from autograder.gradebook.recording import Known, known_results, reports_of, settle_seed, stand_again, start_run
from autograder.gradebook.records import Ending, Graded, Plan
from autograder.model import Assignment, Report, Submission


@dataclass(frozen=True)
class Class:
    """Who handed in what and, as far as that is known, when."""

    assignment: Assignment
    submissions: Sequence[Submission]
    handed_in: Mapping[str, datetime | None] = field(default_factory=dict)


@dataclass(frozen=True)
class Begun:
    """A run as it was written down: its number and its seed, and what there is to start from."""

    run: int
    marked: Marked
    identities: Mapping[str, Identity]
    known: Mapping[str, Known]


class Ledger:
    """A run that is under way; ``to_grade`` is what has no result yet that holds."""

    def __init__(self, book: Gradebook, group: Class, begun: Begun, recorder: Recorder) -> None:
        self.seed = begun.marked.seed
        self.to_grade = tuple(each for each in group.submissions if each.student not in begun.known)
        self._book = book
        self._begun = begun
        self._handed_in = group.handed_in
        self._submissions = {each.student: each for each in self.to_grade}
        self._recorder = recorder

    def known(self) -> Iterator[Report]:
        """The reports on all others, from the gradebook."""
        return reports_of(self._book, [each.id for each in self._begun.known.values()])

    def keep(self, report: Report) -> Report:
        """Record a new report; the one that counts, which may be that of another grader who was quicker.

        Where what the student handed in has changed while it was marked, nobody knows which of the two was: that is
        recorded, and graded again by the next run. Raises ``GradebookError``.
        """
        student, begun = report.student, self._begun
        settled = begun.marked.identity(self._submissions[student]) == begun.identities[student]
        handed_in_at = self._handed_in.get(student)
        return self._recorder.keep(Graded(report, begun.identities[student], handed_in_at, settled))


@contextmanager
def open_ledger(named: str | Path, kit: Kit, group: Class, plan: Plan, *, wished: bool) -> Iterator[Ledger]:
    """The ledger of a run as planned, in the gradebook of that name, which is made where there is none.

    The plan's seed is a proposal: one that an earlier run wrote down is taken instead, unless it is ``wished`` for.
    At the end of the block every result is recorded. Raises ``GradebookError``.
    """
    with open_gradebook(named, durable=False, make=True) as book:
        begun = patiently(lambda: _begin(book, kit, group, plan, wished=wished))
        recorder = Recorder(book, begun.run, plan.who)
        try:
            yield Ledger(book, group, begun, recorder)
        except BaseException:
            recorder.give_up()
            raise
        recorder.finish(Ending.DONE)


def _begin(book: Gradebook, kit: Kit, group: Class, plan: Plan, *, wished: bool) -> Begun:
    """Write seed and run down, the run last: all before may be done again."""
    name = group.assignment.name
    seed = settle_seed(book, name, plan.seed, wished=wished, who=plan.who)
    marked = marked_by(kit, group.assignment, seed)
    identities = {each.student: marked.identity(each) for each in group.submissions}
    known = known_results(book, name, {student: identity.key for student, identity in identities.items()})
    stand_again(book, name, known, group.handed_in, plan.who)
    run = start_run(book, replace(plan, seed=seed), len(group.submissions), len(known))
    return Begun(run, marked, identities, known)
