"""Marks the variants with some seeds, in real confined workers: what each process of the runner does."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from autograder.catalog import Kit
from autograder.marking import Marker, open_marker
from autograder.model import CheckResult, ExerciseResult, Report, Status, Submission, Verdict
from autograder.rubrics import rubric_for

FOLDER = Path(__file__).resolve().parent
KIT = Kit(FOLDER.parents[1])
REFERENCE = "reference"


@dataclass(frozen=True)
class Variant:
    """A file that must earn 100."""

    name: str
    path: Path


@dataclass(frozen=True)
class Turn:
    """The variants of an assignment, and the seeds that each is to be marked with."""

    assignment: str
    seeds: tuple[int, ...]
    variants: tuple[Variant, ...]


@dataclass(frozen=True)
class Loss:
    """What a variant lost by: a check of an exercise, or the whole file where no check was run."""

    exercise: str
    check: str
    message: str

    def __str__(self) -> str:
        where = f"{self.exercise} / {self.check}: " if self.check else ""
        return f"{where}{self.message}"


@dataclass(frozen=True)
class Mark:
    """One variant marked with one seed; without a loss it has earned 100."""

    assignment: str
    variant: str
    seed: int
    losses: tuple[Loss, ...]

    @property
    def order(self) -> tuple[str, str, int]:
        """Where it stands among others: seeds of one variant side by side."""
        return self.assignment, self.variant, self.seed


def variants_of(assignment: str) -> tuple[Variant, ...]:
    """The reference, then every variant in the assignment's folder."""
    reference = Variant(REFERENCE, KIT.solution_path(KIT.assignment(assignment)))
    paths = sorted((FOLDER / assignment).glob("*.py"))
    return (reference, *(Variant(path.stem, path) for path in paths))


def marked(turn: Turn) -> tuple[Mark, ...]:
    """The mark of each variant with each seed; the rubric of a seed is made once for all of them."""
    rubrics = {seed: rubric_for(KIT, turn.assignment, seed) for seed in turn.seeds}
    with open_marker(rubrics[turn.seeds[0]]) as marker:
        return tuple(
            _mark(replace(marker, rubric=rubric), turn.assignment, variant)
            for rubric in rubrics.values()
            for variant in turn.variants
        )


def beside(assignment: str, variant: str) -> dict[str, Path]:
    """What is handed in with a variant: of each assignment that is used, its variant of that name, or the reference."""
    used = [each.assignment for each in KIT.beside(KIT.assignment(assignment))]
    own = {each.name: FOLDER / each.name / f"{variant}.py" for each in used}
    return {each.name: own[each.name] if own[each.name].is_file() else KIT.solution_path(each) for each in used}


def _mark(marker: Marker, assignment: str, variant: Variant) -> Mark:
    with TemporaryDirectory() as folder:
        for name, path in {assignment: variant.path, **beside(assignment, variant.name)}.items():
            shutil.copy(path, Path(folder) / f"{name}.py")
        report = marker.mark(Submission(variant.name, Path(folder) / f"{assignment}.py"))
    return Mark(assignment, variant.name, marker.rubric.book.seed, _losses(report))


def _losses(report: Report) -> tuple[Loss, ...]:
    if report.status is Status.GRADED and report.score == report.assignment.max_score:
        return ()
    lost = tuple(
        _loss(result, each)
        for result in report.exercises
        for each in result.checks
        if each.verdict in (Verdict.FAILED, Verdict.ERRORED)
    )
    why = report.message.en if report.message else report.status
    return lost or (Loss("", "", why),)


def _loss(result: ExerciseResult, check: CheckResult) -> Loss:
    detail = check.staff_detail.strip().rpartition("\n")[2] if check.verdict is Verdict.ERRORED else ""
    texts = (check.message.en if check.message else "", detail)
    return Loss(result.exercise.name, check.name, " ".join(filter(None, texts)))
