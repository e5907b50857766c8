"""Many submissions at once: who is marked when, and by which controller.

A controller works through what it has in hand in order, so if one should die all the same it is known which
submission it was at: that one is marked again by another controller, and given up if that one dies, too.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Sequence
from dataclasses import replace

from autograder.crew import IN_HAND, Controller, Recipe, Turn, answered, given_up, open_crew
from autograder.model import Report, Submission
from autograder.rubrics import Rubric

FIRST_LOOK = 0.1
"""The share of an exercise's time that a submission gets before all others have had their turn."""


def mark_all(
    recipe: Recipe, rubric: Rubric, submissions: Sequence[Submission], jobs: int
) -> Generator[Report, None, None]:
    """The report on every submission, each as soon as it is there, in no particular order.

    One that takes long, an endless loop say, is put off until all others are marked, and then gets all
    its time: it delays nobody. ``rubric`` is what ``recipe`` makes. Raises ``SandboxError``, before any
    submission is opened, where student code could reach files or the network.
    """
    waiting = deque(Turn(submission, FIRST_LOOK) for submission in submissions)
    with open_crew(recipe, rubric, min(jobs, len(waiting))) as crew:
        rubric = replace(rubric, confinement=crew[0].prove())
        while waiting or any(controller.in_hand for controller in crew):
            _hand_out(crew, waiting)
            for controller in answered(crew):
                try:
                    report = _heard(controller, waiting)
                except EOFError:
                    report = _died(controller, waiting, rubric)
                    crew[crew.index(controller)] = Controller(recipe, rubric, controller.place)
                if report is not None:
                    yield report


def _hand_out(crew: Sequence[Controller], waiting: deque[Turn]) -> None:
    """Give everybody something before anybody gets more."""
    for count in range(IN_HAND):
        for controller in crew:
            if waiting and len(controller.in_hand) <= count:
                controller.hand(waiting.popleft())


def _heard(controller: Controller, waiting: deque[Turn]) -> Report | None:
    """The next report; what took too long for now waits for a turn with all its time."""
    turn = controller.in_hand[0]
    report = controller.answer()
    if report is None:
        waiting.append(replace(turn, patience=None))
    return report


def _died(controller: Controller, waiting: deque[Turn], rubric: Rubric) -> Report | None:
    """After a controller's death: what it had not begun goes back, and what it was at gets one more chance."""
    blamed, *others = controller.in_hand
    controller.in_hand.clear()
    controller.stop()
    waiting.extendleft(reversed(others))
    if blamed.suspect:
        return given_up(blamed.submission, rubric, "two processes that marked it have died")
    waiting.append(replace(blamed, suspect=True))
    return None
