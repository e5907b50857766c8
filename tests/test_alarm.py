"""A limit on the clock: what takes too long is broken off, and nothing of it stays."""

from __future__ import annotations

import signal

import pytest

from autograder.alarm import Overrun, at_most

pytestmark = pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="there is no alarm here")


def deaf() -> bool:
    """Whether it was broken off before its end, which is far away; it takes whatever is raised in it."""
    try:
        for _ in range(10**9):
            pass
    except BaseException:
        return True
    return False


def test_the_limit_holds_for_what_catches_everything() -> None:
    """It is raised at the end, then, even if it came too early."""
    with pytest.raises(Overrun), at_most(0.05):
        deaf()


def test_the_alarm_rings_again_for_what_goes_on() -> None:
    """Each time that it was caught, until there is an end."""
    broken_off = []

    def stubborn() -> None:
        broken_off.extend(deaf() for _ in range(2))

    with pytest.raises(Overrun), at_most(0.05, again=0.2):
        stubborn()
    assert broken_off == [True, True]


def test_a_block_within_its_limit_is_left_alone() -> None:
    """And so is what comes after it: who had set an alarm before has it again, and none is left running."""
    before = signal.getsignal(signal.SIGALRM)
    with at_most(60):
        assert signal.getsignal(signal.SIGALRM) is not before
    assert signal.getsignal(signal.SIGALRM) is before
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
