"""A loop that does not end, in a notebook: it is broken off, and what a check has put into the module is taken out."""

from __future__ import annotations

import signal
import threading
from types import ModuleType

import pytest

from autograder.errors import WorkerStopped
from autograder.notebooks.alarm import TimedBench
from autograder.student import Student
from tests.support import load_source

SOURCE = """
def add(a, b):
    return a + b


def loop(x):
    while True:
        try:
            x = -x
        except Exception:
            pass


def interrupted(x):
    raise KeyboardInterrupt
"""
pytestmark = pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="there is no alarm here")


@pytest.fixture
def module() -> ModuleType:
    """What a notebook has defined."""
    return load_source(SOURCE, "notebook", {})


@pytest.fixture
def student(module: ModuleType) -> Student:
    """The same as a check sees it, with no time at all beyond the grace."""
    return TimedBench(module, SOURCE, {}).student(0.0)


def test_a_loop_is_broken_off(student: Student) -> None:
    """Whatever ``Exception`` it catches; and what is asked next is answered."""
    with pytest.raises(WorkerStopped) as caught:
        student.loop(1)
    assert caught.value.kind == "timeout"
    assert student.add(1, 2) == 3


def test_what_stands_in_is_taken_out_again(module: ModuleType, student: Student) -> None:
    """The notebook's function is its own afterwards."""
    own = module.add
    with pytest.raises(WorkerStopped), student.standing_in("add", 0):
        student.loop(1)
    student.settle()
    student.flush()
    assert module.add is own


def test_an_interrupt_ends_all(student: Student) -> None:
    """It is a person's, and no fault of the code."""
    with pytest.raises(KeyboardInterrupt):
        student.interrupted(1)


def test_the_alarm_is_the_notebook_s_own_again(student: Student) -> None:
    """Who had set one before has it afterwards, and none is left running."""
    before = signal.getsignal(signal.SIGALRM)
    assert student.add(1, 2) == 3
    assert signal.getsignal(signal.SIGALRM) is before
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_in_another_thread_there_is_no_alarm(student: Student) -> None:
    """Signals belong to the main thread; the check runs all the same."""
    answers: list[int] = []
    thread = threading.Thread(target=lambda: answers.append(student.add(1, 2)))
    thread.start()
    thread.join()
    assert answers == [3]
