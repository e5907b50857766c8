"""The trusted end of a warm parent: it starts one, and asks it for a worker for each submission. Linux only."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import select
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

from autograder.errors import SandboxError
from autograder.model import Limits
from autograder.protocol import FrameError, Reply
from autograder.sandbox.cell import Cell, cpu_clock
from autograder.sandbox.layers import Confinement, Layer
from autograder.sandbox.line import Line
from autograder.sandbox.rooms import WORK
from autograder.sandbox.start import START_SECONDS, clean_environment, cpu_seconds, interpreter

ENDING_SECONDS = 2.0
"""How long the kernel may take to end a process whose pipes it has closed already."""
PRINTED = 1 << 16
PIPE = 1 << 18
FDINFO = 1 << 10
FIRST_UID, UIDS = 61_184, 4_000
"""Users of nobody else: from the range that systemd keeps for services that come and go."""


class Host:
    """A warm parent, started when it is first needed, and the one worker at a time that is forked from it."""

    def __init__(self, layers: frozenset[Layer], packages: tuple[str, ...]) -> None:
        self._layers = layers
        self._packages = packages
        self._parent: Parent | None = None
        self._first: Confinement | None = None

    @contextmanager
    def cell(self, limits: Limits, *, echo: bool = False) -> Iterator[Cell]:
        """A new worker, gone with all it started when the block ends; raises ``SandboxError``.

        ``echo`` lets prints of the student's code through to stderr, for a student at their own machine.
        """
        with closing(self._worker(limits, echo)) as worker:
            yield Cell(worker)

    def confinement(self, limits: Limits) -> Confinement:
        """What holds for a worker on this host, as a worker has found it."""
        with closing(self._worker(limits, echo=False)) as worker:
            return worker.confinement

    def close(self) -> None:
        """End the parent and whatever still belongs to it."""
        if self._parent is not None:
            self._parent.close()
            self._parent = None

    def _worker(self, limits: Limits, echo: bool) -> ForkedWorker:
        """A worker that serves. A parent that has died since the last one is replaced."""
        for _ in range(2):
            try:
                if self._parent is None:
                    self._parent = Parent(self._layers, self._packages)
                return self._as_confined(ForkedWorker(self._parent, limits, echo))
            except (OSError, EOFError, FrameError) as error:
                self.close()
                reason = f"{type(error).__name__}: {error}"
        raise SandboxError(f"no worker can be started here ({reason}): see `autograder doctor`")

    def _as_confined(self, worker: ForkedWorker) -> ForkedWorker:
        """The worker, if it is as confined as all before it: their level is what results record."""
        self._first = self._first or worker.confinement
        if worker.confinement.held != self._first.held:
            worker.close()
            raise SandboxError(f"a worker came out confined otherwise than the first: {worker.confinement.missing}")
        return worker


class Parent:
    """The warm parent's process and the socket to it; see ``parent`` for what is said over it."""

    def __init__(self, layers: frozenset[Layer], packages: tuple[str, ...]) -> None:
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._control.settimeout(START_SECONDS)
        try:
            with theirs:
                self._process = subprocess.Popen(
                    interpreter("warm"),
                    cwd="/",
                    env=clean_environment(WORK),
                    stdin=theirs.fileno(),
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    start_new_session=True,
                )
        except OSError:
            self._control.close()
            raise
        uid = FIRST_UID + os.getpid() % UIDS if os.geteuid() == 0 and Layer.UID in layers else None
        self._send({"layers": sorted(layers), "packages": packages, "uid": uid}, ())

    def fork(self, limits: Limits, echo: bool, descriptors: tuple[int, int, int]) -> int:
        """The pidfd of a new worker that was given the ``descriptors``; raises ``OSError`` or ``EOFError``."""
        order = {"do": "fork", "memory_mib": limits.memory_mib, "cpu_seconds": cpu_seconds(limits), "echo": echo}
        _, (pidfd,) = self._ask(order, descriptors)
        return pidfd

    def drop(self) -> None:
        """Kill the worker with all it started, without waiting for it: the next order does."""
        self._send({"do": "drop"}, ())

    def reap(self) -> int:
        """Kill the worker with all it started; its exit code, or the negative number of a signal."""
        answer, _ = self._ask({"do": "reap"})
        return int(answer["code"])

    def _ask(self, order: dict[str, Any], descriptors: tuple[int, ...] = ()) -> tuple[dict[str, Any], list[int]]:
        """The answer to an order, with the descriptors that come with it."""
        self._send(order, descriptors)
        text, received, _, _ = socket.recv_fds(self._control, 1 << 16, 1)
        if not text:
            raise EOFError("the warm parent has ended")
        answer = json.loads(text)
        if "failed" in answer:
            raise ConnectionError(answer["failed"])
        return answer, received

    def close(self) -> None:
        """End the process; it ends by itself once nobody holds the other end of the socket."""
        self._control.close()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _send(self, order: dict[str, Any], descriptors: tuple[int, ...]) -> None:
        socket.send_fds(self._control, [json.dumps(order).encode()], descriptors)


class ForkedWorker:
    """One fork of a warm parent, as a ``cell.Transport``; it serves once this is made."""

    def __init__(self, parent: Parent, limits: Limits, echo: bool) -> None:
        self._parent = parent
        self._most_cpu_seconds = cpu_seconds(limits)
        self._code: int | None = None
        self._clock: int | None = None
        requests, outgoing = _pipe()
        incoming, replies = _pipe()
        self._prints: int | None
        self._prints, output = (None, os.dup(2)) if echo else _print_pipe()
        self._line = Line(outgoing, incoming)
        try:
            self._pidfd = parent.fork(limits, echo, (requests, replies, output))
        except BaseException:
            self._let_go()
            raise
        finally:
            for descriptor in (requests, replies, output):
                os.close(descriptor)
        try:
            self.confinement = self._first_words()
        except BaseException:
            self.close()
            raise

    def _first_words(self) -> Confinement:
        """What the worker says holds, before it has read a byte of a student's."""
        told, _ = self._line.receive(time.monotonic() + START_SECONDS)
        if "failed" in told:
            raise ConnectionError(told["failed"])
        missing = tuple((Layer(name), str(reason)) for name, reason in told["missing"].items())
        return Confinement(frozenset(map(Layer, told["held"])), missing)

    def exchange(self, frame: bytes, seconds: float, replies: int = 1) -> Reply:
        """See ``Line.exchange``."""
        return self._line.exchange(frame, seconds, replies)

    def receive(self, seconds: float) -> Reply:
        """See ``Line.receive``."""
        return self._line.receive(time.monotonic() + seconds)

    def end(self) -> int:
        """Kill the worker with all it started; raises ``SandboxError`` where its parent has died, not it."""
        if self._code is None:
            try:
                self._code = self._parent.reap()
            except (OSError, EOFError) as error:
                self._code = -signal.SIGKILL
                raise SandboxError("the warm parent has died under a worker") from error
        return self._code

    def was_killed(self) -> bool:
        """Whether it is gone, killed by nobody here and not for its CPU time: no confined worker can do that itself.

        The kernel closes its pipes first, so it may take a moment until it is gone.
        """
        gone = select.poll()
        gone.register(self._pidfd, select.POLLIN)
        if not gone.poll(ENDING_SECONDS * 1000):
            return False
        try:
            overspent = self.cpu_seconds() >= self._most_cpu_seconds
        except OSError:  # nothing is left of it: its parent has died, too
            overspent = False
        return self.end() == -signal.SIGKILL and not overspent

    def cpu_seconds(self) -> float:
        """CPU time of the process."""
        if self._clock is None:
            self._clock = _clock_of(self._pidfd)
        return time.clock_gettime(self._clock)

    def printed(self) -> str:
        """The first 64 KiB it printed."""
        if self._prints is None:
            return ""
        try:
            return os.read(self._prints, PRINTED).decode(errors="backslashreplace")
        except BlockingIOError:  # nothing
            return ""

    def close(self) -> None:
        """End it and let go of everything; a parent that has died is replaced by whoever needs it next."""
        if self._code is None:
            with contextlib.suppress(OSError):
                self._parent.drop()
        os.close(self._pidfd)
        self._let_go()

    def _let_go(self) -> None:
        self._line.close()
        if self._prints is not None:
            os.close(self._prints)


def _clock_of(pidfd: int) -> int:
    """The clock of the CPU time of the process behind ``pidfd``; raises ``OSError`` where there is none."""
    with open(f"/proc/self/fdinfo/{pidfd}", "rb", buffering=0) as lines:
        pid = int(lines.read(FDINFO).partition(b"\nPid:")[2].split(maxsplit=1)[0])
    if pid <= 0:  # it has gone, or is out of sight: such a clock would be this process's own
        raise ProcessLookupError
    return cpu_clock(pid)


def _pipe() -> tuple[int, int]:
    """A pipe with room for what a check sends at once; its reading and its writing end."""
    reading, writing = os.pipe()
    with contextlib.suppress(OSError):  # beyond what this user may have: it works all the same
        fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, PIPE)
    return reading, writing


def _print_pipe() -> tuple[int, int]:
    """A pipe that neither end ever waits for."""
    reading, writing = os.pipe()
    for descriptor in (reading, writing):
        os.set_blocking(descriptor, False)
    return reading, writing
