"""A cell: the trusted side's end of one worker. Requests go in; replies or a ``WorkerStopped`` come out.

What carries the frames, and ends the worker with all it started, is a ``Transport``: a fork of a warm
parent on Linux (``host``), a fresh process elsewhere (``fresh``).
"""

from __future__ import annotations

import signal
import time
from typing import Any, Protocol

import numpy as np

from autograder.errors import SandboxError, WorkerStopped
from autograder.protocol import FrameError
from autograder.requests import Operations, pack_request

KILLED = "a worker was killed, and not by the grader: is there enough memory for so many jobs?"


class Transport(Protocol):
    """One worker's process and the pipes to it."""

    def exchange(self, frame: bytes, seconds: float) -> tuple[dict[str, Any], list[np.ndarray]]:
        """Send a frame and return the answer; raises ``TimeoutError``, ``OSError``, ``EOFError``, ``FrameError``."""

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

    def request(self, operations: Operations) -> tuple[dict[str, Any], list[np.ndarray]]:
        """Send one request and return the reply that carries its number.

        Raises ``WorkerStopped`` where the worker died, overran its time or broke the protocol, and ``SandboxError``
        where that was no doing of its own.
        """
        if self._end is not None:
            raise self._end
        self._number += 1
        frame = pack_request(self._number, operations)
        started = time.monotonic()
        try:
            reply, answers = self._transport.exchange(frame, self._seconds_left)
            if reply.get("number") != self._number:
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


def signal_name(number: int) -> str:
    """The signal's name; most real-time signals have none."""
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
