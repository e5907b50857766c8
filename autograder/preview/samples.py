"""Submissions to try the marking on: the reference, the stub, and some of the known mistakes."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from autograder.catalog import Kit
from autograder.lineup import known_mistakes
from autograder.marking import open_marker
from autograder.misconceptions import Misconception, splice
from autograder.model import Assignment, Report, Submission
from autograder.rubrics import rubric_for

SEED = 20_000
"""Any would do; with the same one each time a page changes only where the kit has."""
EACH = 2
"""So many known mistakes of an exercise."""


@dataclass(frozen=True)
class Sample:
    """A submission of our own: ``slug`` is what its page is called, ``about`` what it stands for."""

    slug: str
    about: str
    source: str


@dataclass(frozen=True)
class Marked:
    """A sample with what the hidden checks make of it."""

    sample: Sample
    report: Report


def samples_of(kit: Kit, assignment: Assignment) -> Iterator[Sample]:
    """The reference, the stub, and the first known mistakes of each exercise."""
    solution = kit.solution_path(assignment).read_text(encoding="utf-8")
    yield Sample("reference", "the reference", solution)
    yield Sample("stub", "the stub, untouched", kit.template_path(assignment).read_text(encoding="utf-8"))
    for each in _some(known_mistakes(assignment), assignment):
        yield Sample(each.id, f"{each.exercise}: {each.explanation.en}", splice(solution, each))


def marked(kit: Kit, assignment: Assignment, tell: Callable[[str], None]) -> tuple[Marked, ...]:
    """Each sample, marked as a student's submission is; ``tell`` hears of each."""
    rubric = rubric_for(kit, assignment.name, SEED)
    with tempfile.TemporaryDirectory(prefix="preview-") as folder, open_marker(rubric) as marker:
        found = []
        for sample in samples_of(kit, assignment):
            tell(f"{assignment.name}: feedback on {sample.slug}")
            path = _handed_in(kit, assignment, sample, Path(folder) / sample.slug)
            found.append(Marked(sample, marker.mark(Submission(sample.slug, path))))
    return tuple(found)


def _some(mistakes: tuple[Misconception, ...], assignment: Assignment) -> Iterator[Misconception]:
    for exercise in assignment.exercises:
        yield from [each for each in mistakes if each.exercise == exercise.name][:EACH]


def _handed_in(kit: Kit, assignment: Assignment, sample: Sample, folder: Path) -> Path:
    """The sample as a student's file, with the references of what it is built on beside it."""
    folder.mkdir()
    for each in kit.beside(assignment):
        (folder / each.assignment.filename).write_bytes(kit.solution_path(each.assignment).read_bytes())
    (folder / assignment.filename).write_text(sample.source, encoding="utf-8")
    return folder / assignment.filename
