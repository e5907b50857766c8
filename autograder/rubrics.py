"""Puts together what a run marks by: the checks, the cases of a seed and, for staff, the reference."""

from __future__ import annotations

from autograder.catalog import Kit
from autograder.marking import Rubric
from autograder.trial import CaseBook


def rubric_for(
    kit: Kit, name: str, seed: int, *, public: bool = False, reveal: bool = False, echo: bool = False
) -> Rubric:
    """The rubric of the assignment ``name``; with ``public`` the students' own, which needs no reference.

    Raises ``KitError`` where the assignment's own files are wrong.
    """
    assignment = kit.assignment(name)
    if public:
        checks, reference = kit.public_checks(assignment), None
    else:
        checks, reference = kit.checks(assignment), kit.reference(assignment)
    return Rubric(assignment, checks, CaseBook(seed, reference), reveal=reveal, echo=echo)
