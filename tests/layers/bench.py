"""What is measured, how often, and what was aimed at. No aim is a promise: what is missed is shown as missed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tests.bench.targets import Target
from tests.layers.measure import Contest, Outcome, Timing, require_agreement, timed

AGAINST_TORCH, AGAINST_LOOPS = 61, 7
"""Rounds. A round against loops takes up to a third of a second."""
TIMES_TORCH = {"max pooling": 2.0, "mean pooling": 2.0, "convolution": 1.5}
TIMES_FASTER = 50.0


def outcomes(contests: Iterable[Contest], rounds: int) -> Iterator[Outcome]:
    """One after the other; raises ``Disagreement`` before anything is timed that is not the same computation."""
    for contest in contests:
        require_agreement(contest)
        timing = timed(contest, rounds)
        yield Outcome(contest, timing, target_for(contest, timing))


def target_for(contest: Contest, timing: Timing) -> Target | None:
    """What was aimed at for this step, beside what is."""
    if contest.rival != "torch":
        return Target(contest.step, 1 / timing.slowness, TIMES_FASTER, at_least=True, binding=False)
    bound = TIMES_TORCH.get(contest.step.partition(",")[0])
    return None if bound is None else Target(contest.step, timing.slowness, bound, binding=False)
