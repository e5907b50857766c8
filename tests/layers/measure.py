"""Two sides of one computation: whether they agree, and how much longer one takes than the other."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from autograder.compare import closeness_problem
from autograder.errors import KitError
from tests.bench.targets import Target
from tests.layers.shapes import Floats

Clock = Callable[[], float]


class Disagreement(KitError):
    """Both sides do not compute the same, so their times mean nothing."""


@dataclass(frozen=True)
class Side:
    """``run`` is what is timed; ``results`` brings what it gave into one form, channels-last, and is not."""

    run: Callable[[], Any]
    results: Callable[[Any], tuple[Floats, ...]]


@dataclass(frozen=True)
class Contest:
    """The reference and somebody else at the same step of the same case."""

    step: str
    case: str
    rival: str
    ours: Side
    theirs: Side


@dataclass(frozen=True)
class Timing:
    """Seconds of CPU for each round, in which both sides had a turn."""

    ours: tuple[float, ...]
    theirs: tuple[float, ...]

    @property
    def slowness(self) -> float:
        """How many times as long ours takes; the median of all rounds, so that what disturbs a few does not matter."""
        return statistics.median(ours / theirs for ours, theirs in zip(self.ours, self.theirs, strict=True))


@dataclass(frozen=True)
class Outcome:
    """A contest, how it went and what was aimed at."""

    contest: Contest
    timing: Timing
    target: Target | None


def require_agreement(contest: Contest) -> None:
    """Raise ``Disagreement`` unless both sides give the same numbers, but for the order of summation."""
    ours, theirs = (side.results(side.run()) for side in (contest.ours, contest.theirs))
    for number, (mine, expected) in enumerate(zip(ours, theirs, strict=True), start=1):
        problem = closeness_problem(f"our result {number} of {len(ours)}", mine, expected)
        if problem is not None:
            raise Disagreement(f"{contest.step}, {contest.case}, beside {contest.rival}: {problem.en}")


def timed(contest: Contest, rounds: int, clock: Clock = time.process_time) -> Timing:
    """Let the sides take turns, each round in the other order; CPU time leaves out what others do meanwhile."""
    taken: dict[Side, list[float]] = {contest.ours: [], contest.theirs: []}
    order = [contest.ours, contest.theirs]
    for _ in range(rounds):
        for side in order:
            started = clock()
            side.run()
            taken[side].append(clock() - started)
        order.reverse()
    return Timing(tuple(taken[contest.ours]), tuple(taken[contest.theirs]))
