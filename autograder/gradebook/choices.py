"""What staff chose to be marked in the place of what a student handed in.

A choice holds in every run that meets the student, until staff undo it or the student hands in something else that can
be marked. Which of the two it is gets found out anew in each run, so nothing has to be kept in step.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from autograder.catalog import Kit
from autograder.errors import GradebookError, SubmissionsError
from autograder.gradebook.identity import submission_hash
from autograder.gradebook.records import Choice
from autograder.model import Submission
from autograder.nearest import hint
from autograder.submissions import find_submissions


@dataclass(frozen=True)
class Offer:
    """What a run is to mark, with what staff chose in the place of what was collected.

    The file of those who are ``lost`` is not what was chosen any more. Those who are ``outdated`` have handed in
    something else since.
    """

    submissions: tuple[Submission, ...]
    taken: tuple[Choice, ...] = ()
    lost: tuple[Choice, ...] = ()
    outdated: tuple[Choice, ...] = ()


class Folders:
    """What folders hold of an assignment; each is looked into once."""

    def __init__(self, kit: Kit, name: str) -> None:
        self._assignment = kit.assignment(name)
        self._beside = kit.beside(self._assignment)
        self.held = cache(self._held)

    def hash(self, submission: Submission | None) -> str | None:
        """What tells the submission from others; None where there is none."""
        return None if submission is None else submission_hash(submission, self._beside)

    def find(self, folder: str | Path) -> dict[str, Submission]:
        """The submissions in a folder by student; raises ``SubmissionsError``."""
        return {each.student: each for each in find_submissions(Path(folder), self._assignment)}

    def _held(self, folder: str) -> Mapping[str, Submission]:
        with suppress(SubmissionsError):
            return self.find(folder)
        return {}


def offered(folders: Folders, folder: str, found: Iterable[Submission], made: Iterable[Choice]) -> Offer:
    """What there is to mark where ``found`` is what the ``folder`` holds and staff have ``made`` these choices.

    Somebody of whom the folder held nothing when the choice was made is added to it.
    """
    submissions = {each.student: each for each in found}
    taken, lost, outdated = [], [], []
    for choice in made:
        collected = submissions.get(choice.student)
        if collected is None and (choice.collected is not None or choice.instead_of != folder):
            continue  # of another folder, or gone from this one
        chosen = folders.held(choice.folder).get(choice.student)
        if _is_new(folders, collected, choice):
            outdated.append(choice)
        elif chosen is None or folders.hash(chosen) != choice.chosen:
            lost.append(choice)
        else:
            submissions[choice.student] = chosen
            taken.append(choice)
    in_order = sorted(submissions.values(), key=lambda each: each.student)
    return Offer(tuple(in_order), tuple(taken), tuple(lost), tuple(outdated))


def _is_new(folders: Folders, collected: Submission | None, choice: Choice) -> bool:
    """Whether the student has handed in another file since; why there is none is worded otherwise in another kit."""
    there = collected is not None and collected.path is not None and collected.problem is None
    return there and folders.hash(collected) != choice.collected


def choices_for(
    folders: Folders, name: str, students: Iterable[str], folder: Path, instead_of: str, reason: str, who: str
) -> Iterator[Choice]:
    """A choice of what is in ``folder`` now for each student; raises ``KitError`` where it holds nothing of theirs."""
    there = folders.find(folder)
    for student in students:
        refuse_stranger(student, there, f"{folder} holds nothing of {student!r}")
        chosen, collected = (folders.hash(each.get(student)) for each in (there, folders.held(instead_of)))
        yield Choice(student, name, str(folder.resolve()), str(chosen), instead_of, collected, reason, who)


def refuse_stranger(student: str, known: Iterable[str], told: str) -> None:
    """Raise ``GradebookError`` where the student is not among those who are known, with the likeliest of them."""
    names = list(known)
    if student not in names:
        raise GradebookError(f"{told}: {hint(student, names, 'see the names of the folders there')}")
