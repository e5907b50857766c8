"""Marks mutants as a class of submissions is marked: in confined workers, several at once.

Each gets little time, so that one which loops for ever costs little.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from autograder.crew import Recipe
from autograder.model import Report, Submission
from autograder.parallel import mark_all
from autograder.rubrics import Rubric
from tests.mutants.mutate import Mutant
from tests.support import KIT, solution_source

SECONDS = 3.0
"""For all the checks of an exercise together; the references take a thirtieth of it."""
JOBS = 2
SEEDS = (0, 1, 2, 3)
"""The inputs that mutants are marked with: all of them with the first, survivors with the others too."""

Progress = Callable[[], object]


@dataclass(frozen=True)
class Hasty(Recipe):
    """What submissions are marked by, in less time than students have."""

    def rubric(self) -> Rubric:
        """The rubric of the run."""
        return hasty(super().rubric())


def hasty(rubric: Rubric) -> Rubric:
    """The same rubric with the time cut down."""
    assignment = rubric.assignment
    return replace(rubric, assignment=replace(assignment, limits=replace(assignment.limits, seconds=SECONDS)))


def survivors(mutants: Iterable[Mutant], progress: Progress = bool) -> tuple[Mutant, ...]:
    """The mutants of one assignment that lose no point with any seed; ``progress`` is called for each one marked."""
    left = tuple(mutants)
    for seed in SEEDS:
        if left:
            sources = [mutant.source for mutant in left]
            scores = dict(marked(Hasty(KIT, left[0].assignment, seed), sources, progress))
            left = tuple(mutant for number, mutant in enumerate(left) if not loses(scores[number]))
    return left


def loses(report: Report) -> bool:
    """Whether it has cost points."""
    return report.score < report.assignment.max_score


def marked(recipe: Recipe, sources: list[str], progress: Progress = bool) -> Iterator[tuple[int, Report]]:
    """The report on each source text, with its place in the list, in no particular order."""
    with tempfile.TemporaryDirectory(prefix="mutants-") as name:
        rubric = recipe.rubric()
        submissions = [submission(Path(name), number, source, rubric) for number, source in enumerate(sources)]
        for report in filter(None, mark_all(recipe, rubric, submissions, JOBS)):
            progress()
            yield int(report.student), report


def submission(folder: Path, number: int, source: str, rubric: Rubric) -> Submission:
    """The source text as handed in by the student who is called ``number``, with references beside it."""
    path = folder / str(number) / rubric.assignment.filename
    path.parent.mkdir()
    path.write_text(source, encoding="utf-8")
    for each in rubric.assignment.uses:
        (path.parent / f"{each}.py").write_text(solution_source(each), encoding="utf-8")
    return Submission(str(number), path)
