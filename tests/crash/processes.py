"""The processes of a run, as /proc shows them from outside, and what is left of them once it is over."""

from __future__ import annotations

import ctypes
import os
import select
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from enum import StrEnum

PR_SET_CHILD_SUBREAPER = 36
LOOK_SECONDS = 0.002
BOUND = 60.0
"""Seconds within which what is waited for comes to pass, on a machine under load."""
GRACE = 20.0
"""Seconds within which all that belonged to a grader that was killed ends by itself."""


class Target(StrEnum):
    """What is killed."""

    GRADER = "grader"
    CONTROLLER = "controller"
    PARENT = "warm parent"
    WORKER = "worker"


def found(target: Target, grader: int, *, pid_space: bool) -> list[int]:
    """The processes of that kind below a grader now; in a PID namespace of its own a warm parent is two."""
    controllers = children(grader)
    parents = _below(controllers)
    inner = _below(parents) if pid_space else []
    return {
        Target.GRADER: [grader],
        Target.CONTROLLER: controllers,
        Target.PARENT: parents + inner,
        Target.WORKER: _below(inner if pid_space else parents),
    }[target]


def _below(processes: list[int]) -> list[int]:
    return [child for process in processes for child in children(process)]


def children(process: int) -> list[int]:
    """The processes whose parent it is; none where it has gone."""
    try:
        tasks = os.listdir(f"/proc/{process}/task")
        return [int(number) for task in tasks for number in _read(f"/proc/{process}/task/{task}/children").split()]
    except OSError:
        return []


def _read(path: str) -> str:
    with open(path, encoding="ascii") as file:
        return file.read()


def kill(process: int) -> bool:
    """Kill it; whether it was there."""
    try:
        os.kill(process, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True


def pause(pidfd: int, seconds: float = LOOK_SECONDS) -> bool:
    """Wait for the end of a process, but no longer than this; whether it has ended."""
    return bool(select.select([pidfd], [], [], seconds)[0])


def until(true: Callable[[], bool], pidfd: int) -> bool:
    """Whether something came true before the process ended; it has to be one of the two within a bound."""
    deadline = time.monotonic() + BOUND
    while not true():
        if pause(pidfd):
            return true()
        assert time.monotonic() < deadline, "neither did it come true nor did the process end"
    return True


@contextmanager
def nothing_left() -> Iterator[None]:
    """Whatever is started in this block, at any remove, has ended soon after the block has."""
    before = set(children(os.getpid()))
    _adopt(1)
    try:
        yield
        deadline = time.monotonic() + GRACE
        while left := _orphans(before):
            assert time.monotonic() < deadline, f"processes were left behind: {left}"
            select.select([], [], [], LOOK_SECONDS)
    finally:
        _adopt(0)


def _adopt(whether: int) -> None:
    """Become the parent of every descendant whose own parent has died, or cease to."""
    assert ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, whether, 0, 0, 0) == 0


def _orphans(before: set[int]) -> list[int]:
    """The children that came to this process since then, without those that have ended."""
    for process in set(children(os.getpid())) - before:
        with suppress(ChildProcessError):
            os.waitpid(process, os.WNOHANG)
    return sorted(set(children(os.getpid())) - before)
