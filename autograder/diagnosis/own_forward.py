"""Whether a gradient was compared with slopes of a forward that is wrong itself.

Only students' own checks do so, which know no right forward. What they say of such a gradient tells nothing of it.
"""

from __future__ import annotations

from dataclasses import replace

from autograder.bench import AnyBench
from autograder.compare import named
from autograder.diagnosis import wording
from autograder.diagnosis.evidence import Evidence, is_unfinished
from autograder.diagnosis.wording import filled
from autograder.examination import Examined, put
from autograder.model import Diagnosis, Exercise, Kind
from autograder.rubrics import Rubric

BACKWARD, FORWARD = "backward", "forward"
"""``x_backward`` and ``backward_y`` are exercises about the gradient of ``x_forward`` and ``forward``."""


def is_own_forward_wrong(evidence: Evidence, examined: Examined, rubric: Rubric, bench: AnyBench) -> bool:
    """Whether slopes disagree, and the forward they are slopes of gives wrong answers."""
    forward = forward_of(examined.exercise, rubric)
    slopes = any(evidence.seen[key].kind is Kind.SLOPE for key in evidence.wrong)
    if forward is None or not slopes or examined.dead or rubric.book.reference is not None:
        return False
    seen = (each for record in rubric.checks_for(forward) for each in put(record, rubric, bench).observations)
    return any(each.kind is Kind.VALUES and each.problem is not None and not is_unfinished(each) for each in seen)


def forward_of(exercise: Exercise, rubric: Rubric) -> Exercise | None:
    """The exercise that asks for the forward which this one is the gradient of."""
    before, found, _ = exercise.name.partition(BACKWARD)
    names = {each.name: each for each in rubric.assignment.exercises}
    return names.get(before + FORWARD) if found else None


def without_slopes(evidence: Evidence) -> Evidence:
    """What was compared with right values alone."""
    return replace(evidence, seen={key: each for key, each in evidence.seen.items() if each.kind is not Kind.SLOPE})


def mend_forward_first(evidence: Evidence) -> Diagnosis:
    """That slopes tell nothing yet."""
    first = next(each for key, each in evidence.seen.items() if key in evidence.wrong and each.kind is Kind.SLOPE)
    return Diagnosis("own-forward-wrong", filled(wording.OWN_FORWARD, what=named(first.what)), wording.OWN_FORWARD_HINT)
