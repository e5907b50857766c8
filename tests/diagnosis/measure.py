"""What is said of each case, and whether it is right.

A misconception is rightly named where its id is given for its exercise. A mutant holds no misconception of which one
could say in advance; a name for it counts as right where it answers as the named one does on other inputs, too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from autograder.model import ExerciseResult, Report
from tests.diagnosis.cases import Case
from tests.mutants.grade import Hasty, marked
from tests.support import KIT

SEED = 0
OTHER_SEEDS = (1, 2)

Progress = Callable[[], object]


class Outcome(StrEnum):
    """What became of one mistake."""

    NAMED = "named rightly"
    DESCRIBED = "described"
    WRONG = "named wrongly"
    SILENT = "nothing said"


@dataclass(frozen=True)
class Finding:
    """What was said of one mistake in one exercise of a case."""

    case: Case
    exercise: str
    outcome: Outcome
    said: tuple[str, ...]


def findings(assignment: str, cases: Sequence[Case], progress: Progress = bool) -> list[Finding]:
    """What is said of the cases, mistake by mistake."""
    reports = dict(marked(Hasty(KIT, assignment, SEED), [each.source for each in cases], progress))
    found = [finding for number, case in enumerate(cases) for finding in _judged(case, reports[number])]
    return _confirmed(assignment, found, progress)


def share(found: Sequence[Finding]) -> dict[Outcome, float]:
    """How much of the mistakes had each outcome."""
    counts = Counter(each.outcome for each in found)
    return {outcome: counts[outcome] / max(1, len(found)) for outcome in Outcome}


def _judged(case: Case, report: Report) -> Iterator[Finding]:
    """A finding for each misconception held, or for each exercise in which a mutant has lost points."""
    for result in report.exercises:
        named = {each.id for each in result.diagnoses if each.named}
        said = tuple(each.id for each in result.diagnoses)
        held = case.ids_of(result.exercise.name)
        if named - held and case.held:
            yield Finding(case, result.exercise.name, Outcome.WRONG, said)
        elif case.held:
            yield from (Finding(case, result.exercise.name, _outcome(id in named, said), said) for id in sorted(held))
        elif _has_lost(result):
            yield Finding(case, result.exercise.name, _outcome(bool(named), said), said)


def _has_lost(result: ExerciseResult) -> bool:
    return result.score < result.exercise.points


def _outcome(named: bool, said: tuple[str, ...]) -> Outcome:
    if named:
        return Outcome.NAMED
    return Outcome.DESCRIBED if said else Outcome.SILENT


def _confirmed(assignment: str, found: list[Finding], progress: Progress) -> list[Finding]:
    """The same, with the names given to mutants held against other inputs."""
    doubtful = [each for each in found if not each.case.held and each.outcome is Outcome.NAMED]
    wrong: set[int] = set()
    for seed in OTHER_SEEDS if doubtful else ():
        reports = dict(marked(Hasty(KIT, assignment, seed), [each.case.source for each in doubtful], progress))
        wrong |= {id(each) for number, each in enumerate(doubtful) if not _same_name(each, reports[number])}
    return [_corrected(each) if id(each) in wrong else each for each in found]


def _same_name(finding: Finding, report: Report) -> bool:
    results = [result for result in report.exercises if result.exercise.name == finding.exercise]
    return any(each.named and each.id in finding.said for result in results for each in result.diagnoses)


def _corrected(finding: Finding) -> Finding:
    return Finding(finding.case, finding.exercise, Outcome.WRONG, finding.said)
