"""What a run marks by: the checks, the cases of a seed and, for staff, the reference."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from autograder import __version__
from autograder.catalog import Beside, Kit
from autograder.model import Assignment, Check, Conditions, Exercise
from autograder.notebooks.outline import Outline
from autograder.registry import probes_beside
from autograder.trial import CaseBook

if TYPE_CHECKING:
    from autograder.diagnosis.naming import Suspect


class Suspects(Protocol):
    """The known mistakes that wrong answers are compared with."""

    def of(self, exercise: Exercise, rubric: Rubric) -> tuple[Suspect, ...]:
        """Those about ``exercise``."""


@dataclass(frozen=True)
class Rubric:
    """What every submission of a run is marked by: the assignment, its checks and their cases.

    ``outline`` says what to look for in a notebook; without one none is read. ``beside`` is what is handed in with
    it. ``probes`` and ``lineup`` make no marks: they help to say what is wrong.
    """

    assignment: Assignment
    checks: tuple[Check, ...]
    book: CaseBook
    outline: Outline | None = None
    beside: tuple[Beside, ...] = ()
    probes: tuple[Check, ...] = ()
    lineup: Suspects | None = None
    reveal: bool = False
    echo: bool = False
    confinement: str = ""
    first_look: bool = False

    @property
    def conditions(self) -> Conditions:
        """What is written into every result so that it can be repeated."""
        return Conditions(self.book.seed, __version__, self.confinement)

    def within(self, share: float) -> Rubric:
        """The same for a first look: what takes longer than this share of its time is ``Postponed``."""
        return replace(self, assignment=self.assignment.within(share), first_look=True)

    def checks_for(self, exercise: Exercise) -> tuple[Check, ...]:
        """The exercise's checks, in order."""
        return tuple(record for record in self.checks if record.exercise == exercise.name)


def rubric_for(
    kit: Kit, name: str, seed: int, *, public: bool = False, reveal: bool = False, echo: bool = False
) -> Rubric:
    """The rubric of the assignment ``name``; with ``public`` the students' own, which needs no reference.

    Raises ``KitError`` where the assignment's own files are wrong.
    """
    assignment = kit.assignment(name)
    outline = kit.outline(assignment)
    beside = kit.beside(assignment)
    if public:
        checks, book = kit.public_checks(assignment), CaseBook(seed, None)
        return Rubric(assignment, checks, book, outline, beside, reveal=reveal, echo=echo)
    from autograder.lineup import lineup_of  # staff's: what students get does not hold it

    checks, book = kit.checks(assignment), CaseBook(seed, kit.reference(assignment))
    lineup = lineup_of(kit, assignment)
    return Rubric(assignment, checks, book, outline, beside, probes_beside(checks), lineup, reveal=reveal, echo=echo)
