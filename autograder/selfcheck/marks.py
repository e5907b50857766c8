"""Whether reference and stub get what they must, in real workers, by the hidden checks and by the public ones."""

from __future__ import annotations

import contextlib
import traceback
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from autograder.alarm import Overrun, at_most
from autograder.catalog import POINTS, TOML, Kit
from autograder.errors import AssignmentError
from autograder.marking import Marker, open_marker
from autograder.model import Assignment, CheckResult, ExerciseResult, Report, Status, Submission, Verdict
from autograder.places import last_place, last_words, place_of
from autograder.rubrics import Rubric
from autograder.scoring import shown
from autograder.trial import CaseBook

SEED = 20_000
"""Any seed would do; the same one each time makes a finding repeatable."""
PATIENCE = 60.0
"""Seconds that the reference has, on a busy machine, to say what is expected, besides the time of its exercises."""


@dataclass(frozen=True)
class _Put:
    """What is marked, the score it must get, and by which checks."""

    who: str
    path: Path
    expected: int
    kind: str


def inspect_marks(kit: Kit, assignment: Assignment, patience: float = PATIENCE) -> Iterator[str]:
    """What reference and stub earn that they should not.

    Raises ``AssignmentError`` where the reference comes to no end, or submissions may import what is not installed.
    """
    _refuse_unknown_imports(assignment)
    beside = kit.beside(assignment)
    with _ending_within(patience, kit, assignment):
        book = CaseBook(SEED, kit.reference(assignment))
    hidden = Rubric(assignment, kit.checks(assignment), book, beside=beside)
    public = Rubric(assignment, kit.public_checks(assignment), CaseBook(SEED, None), beside=beside, reveal=True)
    for kind, rubric in (("hidden", hidden), ("public", public)):
        reference = _Put("the reference", kit.solution_path(assignment), POINTS, kind)
        stub = _Put("the stub", kit.template_path(assignment), 0, kind)
        with open_marker(rubric) as marker:
            yield from _wrong_marks((reference, stub), marker, patience, kit)


def _refuse_unknown_imports(assignment: Assignment) -> None:
    """Raise ``AssignmentError`` for a package that submissions may import and nobody can."""
    for name in assignment.imports:
        if find_spec(name.partition(".")[0]) is None:
            where = f"{assignment.folder / TOML}: key imports.allowed"
            raise AssignmentError(f"{where}: {name} is no installed package: install it, or take it out")


def _wrong_marks(each: Iterable[_Put], marker: Marker, patience: float, kit: Kit) -> Iterator[str]:
    """What is wrong with the marks, up to a check that fails by its own fault: others would meet the same."""
    assignment = marker.rubric.assignment
    seconds = patience + sum(map(assignment.seconds_for, assignment.exercises))
    for put in each:
        with _ending_within(seconds, kit, assignment):
            report = marker.mark(Submission(put.who, put.path))
        if faults := tuple(faults_in(report.exercises, marker.rubric, kit.root)):
            yield from (f"{assignment.name}: {fault}" for fault in faults)
            return
        yield from _wrong_mark(put, report)


@contextlib.contextmanager
def _ending_within(seconds: float, kit: Kit, assignment: Assignment) -> Iterator[None]:
    """Raise ``AssignmentError`` where the block takes longer: it says which line of the kit was at work then."""
    try:
        with at_most(seconds):
            yield
    except Overrun:
        place = last_place(traceback.format_exc(), kit.root) or str(kit.solution_path(assignment))
        raise AssignmentError(
            f"{place}: the reference did not finish the cases of checks.py within {seconds:g} s: "
            "look for a loop that does not end"
        ) from None


def faults_in(results: Iterable[ExerciseResult], rubric: Rubric, root: Path) -> Iterator[str]:
    """The checks that failed by their own fault: where each is written, and what it raised."""
    functions = {record.name: record.function for record in rubric.checks}
    for check in (each for result in results for each in result.checks if each.verdict is Verdict.ERRORED):
        place = last_place(check.staff_detail, root) or place_of(functions[check.name])
        yield f"{place}: check {check.name} is wrong by itself: {last_words(check.staff_detail)}"


def _wrong_mark(put: _Put, report: Report) -> Iterator[str]:
    name = report.assignment.name
    if report.status is not Status.GRADED:
        why = report.message.en if report.message else ""
        yield f"{name}: {put.who} is {report.status} by the {put.kind} checks: {why}"
    elif report.score != put.expected:
        wrong = Verdict.FAILED if put.expected else Verdict.PASSED
        checks = [each for result in report.exercises for each in result.checks if each.verdict is wrong]
        told = f"{put.who} earns {shown(report.score)} by the {put.kind} checks, not {put.expected}"
        yield f"{name}: {told}: {_listed(checks)}"


def _listed(checks: list[CheckResult]) -> str:
    """The names of checks, and what the first of them says."""
    names = ", ".join(each.name for each in checks)
    said = checks[0].message if checks else None
    return f"{names}; {checks[0].name} says: {said.en}" if said else names
