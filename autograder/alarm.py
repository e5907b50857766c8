"""A limit on the clock for code in this process: a loop there would never end.

The alarm is the operating system's; where it has none (Windows), or outside the main thread, there is no limit.
"""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator
from typing import NoReturn

AGAIN = 1.0
"""Seconds until the alarm rings again: what it has interrupted may have caught it."""


class Overrun(BaseException):
    """Raised in what has taken too long; no ``except Exception``, whoever wrote it, takes it."""


@contextlib.contextmanager
def at_most(seconds: float, again: float = AGAIN) -> Iterator[None]:
    """Raise ``Overrun`` in this block after ``seconds``, and at its end if it was caught in there.

    It is raised once more every ``again`` seconds for whatever still runs then.
    """
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return
    rung: list[int] = []

    def ring(number: int, _: object) -> NoReturn:
        rung.append(number)
        raise Overrun

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds, again)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    if rung:
        raise Overrun
