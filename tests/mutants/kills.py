"""Which check sees which mistake: every check put to every mutant and misconception, whatever has failed before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from autograder import messages
from autograder.crew import Recipe
from autograder.model import Report, Verdict
from autograder.rubrics import Rubric
from tests.mutants.grade import Progress, hasty, marked
from tests.support import KIT, misconceptions, rubric_of, wrong_source


@dataclass(frozen=True)
class EveryCheck(Recipe):
    """A recipe by which no check waits for another; with ``turn``, each exercise has that check alone."""

    turn: int | None = None

    def rubric(self) -> Rubric:
        """The rubric of the run."""
        rubric = hasty(super().rubric())
        checks = [replace(each, requires=()) for each in rubric.checks]
        if self.turn is not None:
            lists = [[each for each in checks if each.exercise == one.name] for one in rubric.assignment.exercises]
            checks = [each for checks in lists for each in checks[self.turn : self.turn + 1]]
        return replace(rubric, checks=tuple(checks))


@dataclass(frozen=True)
class Kills:
    """The mistakes that one check sees, and those that no other check of the assignment sees; by their names."""

    check: str
    all: frozenset[str]
    alone: frozenset[str]


def wrong_sources(assignment: str) -> dict[str, str]:
    """The reference with each misconception, by its name."""
    return {each.id: wrong_source(assignment, each) for each in misconceptions(assignment)}


def kills(assignment: str, sources: Mapping[str, str], progress: Progress = bool) -> tuple[Kills, ...]:
    """What each check sees of the wrong sources, which have names, in the order of the checks."""
    names, texts = list(sources), list(sources.values())
    reports = dict(marked(EveryCheck(KIT, assignment, 0), texts, progress))
    seen = {name: frozenset(failed(reports[number])) for number, name in enumerate(names)}
    ended = [number for number, report in reports.items() if not_run(report)]
    if ended:
        again = one_by_one(assignment, [texts[number] for number in ended], progress)
        seen.update({names[number]: again[place] for place, number in enumerate(ended)})
    checks = [check.name for check in rubric_of(assignment, 0).checks]
    return tuple(kills_of(check, seen) for check in checks)


def one_by_one(assignment: str, texts: list[str], progress: Progress) -> dict[int, frozenset[str]]:
    """The same with one check at a time, for sources that have ended their worker, so that checks were not run."""
    rubric = rubric_of(assignment, 0)
    most = max(len(rubric.checks_for(exercise)) for exercise in rubric.assignment.exercises)
    found = defaultdict[int, frozenset[str]](frozenset)
    for turn in range(most):
        for place, report in marked(EveryCheck(KIT, assignment, 0, turn=turn), texts, progress):
            found[place] |= frozenset(failed(report))
    return found


def failed(report: Report) -> Iterator[str]:
    """The names of the checks that were run and failed."""
    for result in report.exercises:
        for each in result.checks:
            if each.verdict is Verdict.FAILED and each.message != messages.NOT_RUN:
                yield each.name


def not_run(report: Report) -> bool:
    """Whether checks were left out because the worker had died."""
    return any(each.message == messages.NOT_RUN for result in report.exercises for each in result.checks)


def kills_of(check: str, seen: Mapping[str, frozenset[str]]) -> Kills:
    """What one check has seen."""
    by_it = frozenset(name for name, checks in seen.items() if check in checks)
    return Kills(check, by_it, frozenset(name for name in by_it if seen[name] == {check}))
