"""One run's side of the gradebook: which seed it has, what is known already, what is still to be graded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from autograder.catalog import Kit
from autograder.gradebook.book import Gradebook, open_gradebook
from autograder.gradebook.choices import Folders, offered
from autograder.gradebook.gone import note_who_is_gone
from autograder.gradebook.identity import Identity, Marked, marked_by, submission_hash
from autograder.gradebook.notes import choice_notes, gone_notes, seed_notes
from autograder.gradebook.patience import patiently
from autograder.gradebook.queries import choices_of, standing_hashes
from autograder.gradebook.recorder import Recorder
from autograder.gradebook.recording import (
    Known,
    kept_results,
    known_results,
    reports_of,
    seed_of,
    settle_seed,
    stand_again,
    start_run,
)
from autograder.gradebook.records import Changes, Ending, Graded, Plan
from autograder.model import Assignment, Report, Submission


@dataclass(frozen=True)
class Class:
    """Who handed in what and, as far as that is known, when."""

    assignment: Assignment
    submissions: Sequence[Submission]
    handed_in: Mapping[str, datetime | None] = field(default_factory=dict)


@dataclass(frozen=True)
class Begun:
    """A run as it was written down: its number and its seed, and what there is to start from.

    ``notes`` are for staff, a line each.
    """

    run: int
    marked: Marked
    submissions: tuple[Submission, ...]
    identities: Mapping[str, Identity]
    known: Mapping[str, Known]
    notes: tuple[str, ...]


class Ledger:
    """A run that is under way; ``to_grade`` is what has no result yet that holds.

    ``notes`` are for staff. What the run has changed is known at its end.
    """

    def __init__(self, book: Gradebook, group: Class, begun: Begun, recorder: Recorder, notes: tuple[str, ...]) -> None:
        self.seed = begun.marked.seed
        self.to_grade = tuple(each for each in begun.submissions if each.student not in begun.known)
        self.notes = notes
        self.changes = Changes()
        self._book = book
        self._begun = begun
        self._handed_in = group.handed_in
        self._submissions = {each.student: each for each in self.to_grade}
        self._recorder = recorder

    def known(self) -> Iterator[Report]:
        """The reports on all others, from the gradebook."""
        return reports_of(self._book, [each.id for each in self._begun.known.values()])

    def keep(self, reports: Sequence[Report]) -> list[Report]:
        """Record new reports; the ones that count, each of which may be that of another grader who was quicker.

        Where what the student handed in has changed while it was marked, nobody knows which of the two was: that is
        recorded, and graded again by the next run. Raises ``GradebookError``.
        """
        return self._recorder.keep([self._graded(each) for each in reports])

    def rest(self) -> list[Report]:
        """What was to be kept when that was interrupted, if it can be recorded now; whatever comes of it."""
        return self._recorder.rest()

    def _graded(self, report: Report) -> Graded:
        student, begun = report.student, self._begun
        identity = begun.identities[student]
        settled = submission_hash(self._submissions[student], begun.marked.beside) == identity.submission
        return Graded(report, identity, self._handed_in.get(student), settled)


@contextmanager
def open_ledger(named: str | Path, kit: Kit, group: Class, plan: Plan, *, wished: bool) -> Iterator[Ledger]:
    """The ledger of a run as planned, in the gradebook of that name, which is made where there is none.

    The plan's seed is a proposal: one that an earlier run wrote down is taken instead, unless it is ``wished`` for.
    At the end of the block every result is recorded. Raises ``GradebookError``.
    """
    with open_gradebook(named, durable=False, make=True) as book:
        before = patiently(lambda: seed_of(book, plan.assignment))
        begun = patiently(lambda: _begin(book, kit, group, plan, wished=wished))
        recorder = Recorder(book, begun.run, plan.who)
        try:
            gone = patiently(lambda: _settle(book, begun, group, plan))
            notes = (*seed_notes(before, begun.marked.seed), *begun.notes, *gone_notes(gone))
            ledger = Ledger(book, group, begun, recorder, notes)
            yield ledger
        except BaseException:
            recorder.give_up()
            raise
        ledger.changes = recorder.finish(Ending.DONE)


def _begin(book: Gradebook, kit: Kit, group: Class, plan: Plan, *, wished: bool) -> Begun:
    """Write seed and run down, the run last: all before may be done again."""
    name = group.assignment.name
    seed = settle_seed(book, name, plan.seed, wished=wished, who=plan.who)
    marked = marked_by(kit, group.assignment, seed)
    offer = offered(Folders(kit, name), plan.submissions, group.submissions, choices_of(book, name))
    identities = {each.student: marked.identity(each) for each in offer.submissions}
    kept = kept_results(book, name, {each.student: each.chosen for each in offer.lost})
    known = known_results(book, name, {student: identity.key for student, identity in identities.items()}) | kept
    standing = standing_hashes(book, name, [each.student for each in offer.outdated])
    total = len(identities.keys() | known.keys())
    run = start_run(book, replace(plan, seed=seed), total, len(known))
    return Begun(run, marked, offer.submissions, identities, known, choice_notes(offer, known, standing))


def _settle(book: Gradebook, begun: Begun, group: Class, plan: Plan) -> tuple[str, ...]:
    """Let what is known stand again; who was in the folder before and is no more."""
    stand_again(book, begun.run, plan.assignment, begun.known, group.handed_in, plan.who)
    return note_who_is_gone(book, begun.run, plan, begun.identities.keys() | begun.known.keys())
