"""Many submissions at once: who is marked when, and by which controller.

A controller works through what it has in hand in order, so if one should die all the same it is known which
submission it was at: that one is marked again by another controller, and given up if that one dies, too.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterable, Sequence
from dataclasses import replace

from autograder.crew import IN_HAND, Controller, Recipe, Turn, answered, given_up, open_crew, start_controller
from autograder.gathering import Beat
from autograder.model import Report, Submission
from autograder.rubrics import Rubric

FIRST_LOOK = 0.1
"""The share of an exercise's time that a submission gets before all others have had their turn."""


class Waiting:
    """Whose turn comes next; what takes long and what a controller has died over comes after all others."""

    def __init__(self, submissions: Iterable[Submission]) -> None:
        self._turns = deque(Turn(submission, FIRST_LOOK) for submission in submissions)

    def __len__(self) -> int:
        return len(self._turns)

    @property
    def first(self) -> Turn:
        """The next turn, which goes on waiting."""
        return self._turns[0]

    def next(self) -> Turn:
        """The next turn."""
        return self._turns.popleft()

    def give_back(self, turns: Sequence[Turn]) -> None:
        """What nobody has begun comes next again, in the same order."""
        self._turns.extendleft(reversed(turns))

    def put_off(self, turn: Turn) -> None:
        """What took too long for now gets another turn with all its time."""
        self._turns.append(replace(turn, patience=None))

    def accuse(self, turn: Turn) -> bool:
        """What a controller has died over gets one more chance; False where it has had that."""
        if not turn.suspect:
            self._turns.append(replace(turn, suspect=True))
        return not turn.suspect


def mark_all(
    recipe: Recipe, rubric: Rubric, submissions: Sequence[Submission], jobs: int
) -> Generator[Report | None, None, None]:
    """The report on every submission, each as soon as it is there, in no particular order; beats in between.

    One that takes long, an endless loop say, is put off until all others are marked, and then gets all
    its time: it delays nobody. ``rubric`` is what ``recipe`` makes. Raises ``SandboxError``, before any
    submission is opened, where student code could reach files or the network.
    """
    waiting, beat = Waiting(submissions), Beat()
    with open_crew(recipe, rubric, min(jobs, len(waiting))) as crew:
        rubric = replace(rubric, confinement=crew[0].prove())
        while waiting or any(controller.in_hand for controller in crew):
            _hand_out(crew, waiting)
            for controller in answered(crew, beat.wait):
                try:
                    report = _heard(controller, waiting)
                except EOFError:
                    report = _died(controller, waiting, rubric)
                    crew[crew.index(controller)] = start_controller(recipe, rubric, controller.place)
                if report is not None:
                    yield report
            if beat.has_come():
                yield None


def _hand_out(crew: Sequence[Controller], waiting: Waiting) -> None:
    """Give everybody something before anybody gets more."""
    for count in range(IN_HAND):
        for controller in crew:
            if waiting and len(controller.in_hand) <= count:
                controller.hand(waiting.next())


def _heard(controller: Controller, waiting: Waiting) -> Report | None:
    """The next report; None where the submission took too long for now."""
    turn = controller.in_hand[0]
    report = controller.answer()
    if report is None:
        waiting.put_off(turn)
    return report


def _died(controller: Controller, waiting: Waiting, rubric: Rubric) -> Report | None:
    """After a controller's death: what it had not begun goes back, and what it was at gets one more chance."""
    blamed, *others = controller.in_hand
    controller.in_hand.clear()
    controller.stop()
    waiting.give_back(others)
    if waiting.accuse(blamed):
        return None
    return given_up(blamed.submission, rubric, "two processes that marked it have died")
