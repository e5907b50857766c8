"""A cell: the trusted side's end of one worker. Requests go in; replies or a ``WorkerStopped`` come out.

What carries the frames, and ends the worker with all it started, is a ``Transport``: a fork of a warm
parent on Linux (``host``), a fresh process elsewhere (``fresh``).
"""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

from autograder.errors import SandboxError, WorkerStopped
from autograder.protocol import FrameError, Reply
from autograder.requests import Operations, pack_request

KILLED = "a worker was killed, and not by the grader: is there enough memory for so many jobs?"


class Transport(Protocol):
    """One worker's process and the pipes to it."""

    def exchange(self, frame: bytes, seconds: float, replies: int = 1) -> Reply:
        """Send a frame, return the first answer; raises ``TimeoutError``, ``OSError``, ``EOFError``, ``FrameError``."""

    def receive(self, seconds: float) -> Reply:
        """The next of several answers to a frame."""

    def end(self) -> int:
        """Kill the worker with all it started; its exit code, or the negative number of a signal."""

    def was_killed(self) -> bool:
        """Whether a worker that hung up was killed by somebody else than this side, as far as that can be told."""

    def cpu_seconds(self) -> float:
        """CPU time it has used; raises ``OSError`` once it has ended."""

    def printed(self) -> str:
        """What it printed, as far as that was kept."""

    def close(self) -> None:
        """End it and let go of everything."""


class Cell:
    """One worker as a check's ``Student`` sees it: numbered requests, and the time that is left for them."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._number = 0
        self._seconds_left = 0.0
        self._end: WorkerStopped | SandboxError | None = None

    def allow(self, seconds: float) -> None:
        """Set how long the worker may take, over all requests from now on."""
        self._seconds_left = seconds

    def request(self, operations: Operations) -> Reply:
        """Send one request and return the reply that carries its number.

        Raises ``WorkerStopped`` where the worker died, overran its time or broke the protocol, and ``SandboxError``
        where that was no doing of its own.
        """
        return next(self.stream([operations]))

    def stream(self, batches: Sequence[Operations]) -> Iterator[Reply]:
        """Send one request of several batches, and give the reply to each when it is wanted; raises as ``request``."""
        first, count = self._number + 1, len(batches)
        self._number += count
        frame = pack_request(first, *batches)
        yield self._reply(first, lambda: self._transport.exchange(frame, self._seconds_left, count))
        for number in range(first + 1, first + count):
            yield self._reply(number, lambda: self._transport.receive(self._seconds_left))

    def _reply(self, number: int, get: Callable[[], Reply]) -> Reply:
        """The reply to the request of this number, in the time that is left."""
        if self._end is not None:
            raise self._end
        started = time.monotonic()
        try:
            reply, answers = get()
            if reply.get("number") != number:
                raise FrameError("a reply to nothing that was asked")
            return reply, answers
        except (OSError, EOFError, FrameError) as error:
            raise self._stopped(error) from error
        finally:
            self._seconds_left -= time.monotonic() - started

    def cpu_seconds(self) -> float:
        """CPU time the worker has used, measured from outside."""
        if self._end is not None:
            raise self._end
        try:
            return self._transport.cpu_seconds()
        except OSError as error:  # it ended between two requests
            raise self._stopped(error) from error

    def printed(self) -> str:
        """What the student's code printed so far, for staff."""
        return self._transport.printed()

    def close(self) -> None:
        """End the worker for good and free what it held."""
        self._transport.close()

    def _stopped(self, error: Exception) -> WorkerStopped | SandboxError:
        """How the worker came to its end, as a fact; every later request is told the same."""
        hung_up = isinstance(error, OSError | EOFError) and not isinstance(error, TimeoutError)
        try:
            killed = hung_up and self._transport.was_killed()
            self._end = SandboxError(KILLED) if killed else _fact(error, self._transport.end())
        except SandboxError as broken:
            self._end = broken
        return self._end


def _fact(error: Exception, code: int) -> WorkerStopped:
    if isinstance(error, TimeoutError):
        return WorkerStopped("timeout", "it took longer than the time limit")
    if isinstance(error, FrameError):
        return WorkerStopped("protocol", str(error))
    if code < 0 and -code != signal.SIGKILL:
        return WorkerStopped("signal", signal_name(-code))
    return WorkerStopped("exit", f"the process ended by itself (code {code})")


def cpu_clock(pid: int) -> int:
    """Linux's clock id for the CPU time of another process: clock_getcpuclockid(3)."""
    return (~pid << 3) | 2


def signal_name(number: int) -> str:
    """The signal's name; most real-time signals have none."""
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
