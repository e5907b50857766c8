"""Of whom a course knows, though they may have no result: from the record of what was collected, and the roster."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from autograder.collect.record import recorded
from autograder.collect.roster import read_roster
from autograder.errors import SubmissionsError
from autograder.gradebook.book import Gradebook
from autograder.gradebook.policy import Policy
from autograder.gradebook.queries import graded_assignments, latest_run, standing_of_all
from autograder.nearest import hint


def people(book: Gradebook, assignment: str, roster: Path | None = None) -> set[str]:
    """Whom the roster lists, and who was collected, refused or missed for the last run; raises ``KitError``.

    A student of whom several attempts were collected goes by the names of these.
    """
    listed = {each.id for each in read_roster(roster).people} if roster else set()
    run = latest_run(book, assignment)
    if run is None:
        return listed
    try:
        record = recorded(Path(run.plan.submissions))
    except SubmissionsError:  # whoever collects next is told; those with results are known without
        return listed
    attempts = {each.student for each in record.handed.values() if each.student not in record.handed}
    return (listed | {*record.handed} | {each.id for each in record.absent}) - attempts


def strangers(book: Gradebook, policy: Policy, assignment: str | None = None) -> Iterator[str]:
    """A line for each extension that is nobody's, of assignments that were graded. Raises ``KitError``."""
    for name in graded_assignments(book):
        given = [each.student for each in policy.extensions if each.assignment == name]
        if given and assignment in (None, name):
            known = {each.student for each in standing_of_all(book, name)} | people(book, name)
            for student in sorted({*given} - known):
                mend = hint(student, known, "see the names in grades.csv")
                yield f"the extension of {name} for {student!r} is nobody's: {mend}"
