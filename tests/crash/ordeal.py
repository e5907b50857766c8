"""An ordeal: a class is graded while this and that is killed, again and again, until nothing is left to grade.

When what is killed is drawn beforehand: after so many results that hold, and so many microseconds more. A grader that
was killed is run again at once, as anybody would, by the very same command.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.crash.lesson import Lesson, assert_one_each, committed
from tests.crash.processes import Target, found, kill, nothing_left, pause, until

MOST_MICROSECONDS = 300_000


@dataclass(frozen=True)
class Moment:
    """When to kill what: ``microseconds`` after the gradebook holds so many ``results``."""

    results: int
    microseconds: int
    target: Target


def drawn(rng: random.Random, size: int, count: int) -> list[Moment]:
    """So many moments of a run over ``size`` students, in order; microseconds of every magnitude."""
    results = sorted(rng.randrange(size) for _ in range(count))
    return [Moment(each, int(MOST_MICROSECONDS ** rng.random()), rng.choice([*Target])) for each in results]


class Ordeal:
    """One class, graded into ``out`` in spite of all; ``killed`` counts what was."""

    def __init__(self, lesson: Lesson, out: Path, rng: random.Random, *, pid_space: bool) -> None:
        self.killed: Counter[Target] = Counter()
        self._lesson = lesson
        self._out = out
        self._book = out / "gradebook.sqlite"
        self._rng = rng
        self._pid_space = pid_space

    def endure(self, moments: Sequence[Moment]) -> None:
        """Kill at each of the moments, and see the class graded all the same."""
        with nothing_left():
            self._run = self._lesson.run(self._out)
            for moment in moments:
                self._strike(moment)
            self._run.end()
            self._lesson.finish(self._out)
        self._lesson.assert_undisturbed(self._out)
        assert_one_each(self._book, self._lesson.size)

    def _strike(self, moment: Moment) -> None:
        """Kill one process at that moment; where a run has ended before, in the next one."""
        while not until(lambda: committed(self._book) >= moment.results, self._run.pidfd):
            self._again()
        pause(self._run.pidfd, moment.microseconds / 1e6)
        while not until(lambda: self._hit(moment.target), self._run.pidfd):
            if committed(self._book) == self._lesson.size:
                return  # all is graded: there is nothing to be killed any more
            self._again()
        if moment.target is Target.GRADER:
            self._again()

    def _hit(self, target: Target) -> bool:
        """Kill one of that kind, if there is one now."""
        there = found(target, self._run.pid, pid_space=self._pid_space)
        hit = bool(there) and kill(self._rng.choice(there))
        self.killed[target] += hit
        return hit

    def _again(self) -> None:
        self._run.end()
        self._run = self._lesson.run(self._out)
