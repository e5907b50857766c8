"""A cell: one worker process in an empty folder of its own, with a clock it cannot reach.

This level of confinement is ``process``: a separate process group, an isolated interpreter (``-I``),
an empty working folder, a clean environment, resource limits, and a wall-clock limit enforced by
killing the group. It keeps secrets out of the student's memory, not out of the file system's reach.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, BinaryIO, cast

import numpy as np

from autograder.errors import WorkerStopped
from autograder.model import Limits
from autograder.protocol import FrameError, read_frame, write_frame

CONFINEMENT = "process"
ENGINE = Path(__file__).resolve().parents[2]
BOOTSTRAP = (
    f"import sys; sys.path.insert(0, {str(ENGINE)!r}); import autograder.sandbox.child as child; "
    "sys.path.pop(0); child.main()"
)
STARTUP_SECONDS = 60.0
"""How long a worker may take until it serves: our own time, generous for a machine under load."""


class Clock:
    """Calls ``expire`` once a deadline that was set has passed; a thread that sleeps until it may."""

    def __init__(self, expire: Any) -> None:
        self._expire = expire
        self._deadline: float | None = None
        self._closed = False
        self._changed = threading.Condition()
        self.expired = False
        threading.Thread(target=self._watch, daemon=True).start()

    def set(self, seconds: float | None) -> None:
        """Start the clock with ``seconds`` to go, or stop it (None)."""
        with self._changed:
            before = self._deadline
            self._deadline = None if seconds is None else time.monotonic() + seconds
            # A thread already asleep until an earlier moment finds the new deadline by itself.
            if self._deadline is not None and before is None:
                self._changed.notify()

    def close(self) -> None:
        """End the thread."""
        with self._changed:
            self._closed = True
            self._changed.notify()

    def _watch(self) -> None:
        with self._changed:
            while not self._closed:
                if self._deadline is None:
                    self._changed.wait()
                elif (left := self._deadline - time.monotonic()) > 0:
                    self._changed.wait(left)
                else:
                    self.expired = True
                    self._expire()
                    return


class Cell:
    """The trusted side's end of one worker: requests go in, replies or a ``WorkerStopped`` come out."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process
        self.number = 0
        self.seconds_left = STARTUP_SECONDS
        self.clock = Clock(self.kill)
        self.end: WorkerStopped | None = None

    def begin(self) -> None:
        """Wait until the worker serves: starting it is our own business, in time and in failure."""
        try:
            self.request({"operation": "forget", "arguments": {"dict": []}}, [])
        except WorkerStopped as stop:
            raise RuntimeError(f"the worker did not start: {stop}") from stop

    def allow(self, seconds: float) -> None:
        """Set how long the worker may take, over all requests from now on."""
        self.seconds_left = seconds

    def request(self, header: dict[str, Any], arrays: list[np.ndarray]) -> tuple[dict[str, Any], list[np.ndarray]]:
        """Send one request and return the reply that carries its number.

        Raises ``WorkerStopped`` where the worker died, overran its time or broke the protocol.
        """
        if self.end is not None:
            raise self.end
        self.number += 1
        started = time.monotonic()
        self.clock.set(max(self.seconds_left, 0.0))
        try:
            return self._exchange({**header, "number": self.number}, arrays)
        except (OSError, EOFError, FrameError) as error:
            raise self._stopped(error) from error
        finally:
            self.clock.set(None)
            self.seconds_left -= time.monotonic() - started

    def _exchange(self, header: dict[str, Any], arrays: list[np.ndarray]) -> tuple[dict[str, Any], list[np.ndarray]]:
        write_frame(cast(BinaryIO, self.process.stdin), header, arrays)
        reply, answers = read_frame(cast(BinaryIO, self.process.stdout))
        if reply.get("number") != header["number"]:
            raise FrameError("a reply to nothing that was asked")
        return reply, answers

    def _stopped(self, error: Exception) -> WorkerStopped:
        """How the worker came to its end, as a fact; every later request is told the same."""
        self.kill()
        self.end = self._fact(error, self.process.wait())
        return self.end

    def _fact(self, error: Exception, code: int) -> WorkerStopped:
        if self.clock.expired:
            return WorkerStopped("timeout", "it took longer than the time limit")
        if isinstance(error, FrameError) and code in (0, -signal.SIGKILL):
            return WorkerStopped("protocol", str(error))
        if code < 0 and -code != signal.SIGKILL:
            return WorkerStopped("signal", signal_name(-code))
        return WorkerStopped("exit", f"the process ended by itself (code {code})")

    def cpu_seconds(self) -> float:
        """CPU time the worker has used; wall time where the platform does not tell."""
        if self.end is not None:
            raise self.end
        if sys.platform != "linux":
            return time.perf_counter()
        # Linux's clock id of another process: see clock_getcpuclockid(3).
        try:
            return time.clock_gettime((~self.process.pid << 3) | 2)
        except OSError as error:  # it ended between two requests
            raise self._stopped(error) from error

    def kill(self) -> None:
        """End the worker and everything in its process group."""
        if os.name == "posix":
            try:
                os.killpg(self.process.pid, signal.SIGKILL)
            except (ProcessLookupError, PermissionError):
                pass
        else:
            self.process.kill()

    def close(self) -> None:
        """End the worker for good and free what it held."""
        self.kill()
        self.clock.close()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout):
            if stream is not None:
                try:
                    stream.close()
                except OSError:  # unsent bytes to a process that is gone
                    pass


def signal_name(number: int) -> str:
    """The signal's name; most real-time signals have none."""
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


@contextmanager
def open_cell(limits: Limits, *, echo: bool = False) -> Iterator[Cell]:
    """A fresh worker, gone with all it started when the block ends.

    ``echo`` lets prints of the student's code through to stderr, for a student at their own machine.
    """
    folder = tempfile.mkdtemp(prefix="cell-")
    try:
        with closing(Cell(_start(folder, limits, echo))) as cell:
            cell.begin()
            yield cell
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _start(folder: str, limits: Limits, echo: bool) -> subprocess.Popen[bytes]:
    cpu_seconds = max(60, int(limits.seconds * 20))
    command = [sys.executable, "-I", "-X", "utf8", "-c", BOOTSTRAP]
    command += [str(limits.memory_mib), str(cpu_seconds), "echo" if echo else "quiet"]
    return subprocess.Popen(
        command,
        cwd=folder,
        env=_clean_environment(folder),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=None if echo else subprocess.DEVNULL,
        start_new_session=True,
    )


def _clean_environment(folder: str) -> dict[str, str]:
    """What an interpreter needs and no more; one BLAS thread, or workers fight for the cores."""
    kept = {name: os.environ[name] for name in ("SYSTEMROOT",) if name in os.environ}
    threads = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    return {**kept, **threads, "HOME": folder, "TMPDIR": folder, "LANG": "C.UTF-8"}
