"""Whether a backward is the gradient of its own forward, though both are wrong: then there is one mistake, not two.

A ``@probe`` of an exercise notes the slope of the submission's own forward against its own backward, and the forward's
values against the right ones, on the same input.
"""

from __future__ import annotations

from autograder.bench import AnyBench
from autograder.diagnosis import wording
from autograder.examination import Examined, put
from autograder.model import CheckResult, Diagnosis, Kind
from autograder.rubrics import Rubric


def consistent_but_wrong(examined: Examined, rubric: Rubric, bench: AnyBench) -> tuple[Diagnosis, ...]:
    """That both share one mistake, where a probe shows it."""
    if examined.dead:
        return ()
    probes = [record for record in rubric.probes if record.exercise == examined.exercise.name]
    found = any(_shows_it(put(record, rubric, bench)) for record in probes)
    return (Diagnosis("consistent-but-wrong", wording.CONSISTENT, wording.CONSISTENT_HINT),) if found else ()


def _shows_it(result: CheckResult) -> bool:
    slopes = [each.problem is None for each in result.observations if each.kind is Kind.SLOPE]
    values = [each.problem is None for each in result.observations if each.kind is Kind.VALUES]
    return bool(slopes) and all(slopes) and bool(values) and not all(values)
