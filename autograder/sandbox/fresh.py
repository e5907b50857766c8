"""A fresh process for each worker: what is left where there is no Linux, and slower.

A process of its own in an empty folder, an isolated interpreter (``-I``), a clean environment, and a
wall-clock limit kept by killing it. It keeps secrets out of the student's memory; the file system
and the network stay in reach, so a class is graded this way only where that is asked for.
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
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import BinaryIO, cast

from autograder.errors import SandboxError
from autograder.model import Limits
from autograder.protocol import FrameError, Reply, read_frame
from autograder.sandbox.cell import Cell, cpu_clock
from autograder.sandbox.layers import NOTHING, Confinement
from autograder.sandbox.start import START_SECONDS, clean_environment, cpu_seconds, interpreter


class FreshHost:
    """Starts a process for each worker; see ``host.Host`` for the same with a warm parent."""

    @contextmanager
    def cell(self, limits: Limits, *, echo: bool = False) -> Iterator[Cell]:
        """A new worker, gone with its process group when the block ends; raises ``SandboxError``."""
        with closing(FreshWorker(limits, echo)) as worker:
            yield Cell(worker)

    def confinement(self, limits: Limits) -> Confinement:
        """Nothing but a process."""
        return NOTHING

    def close(self) -> None:
        """Nothing is kept."""


class Watch:
    """Calls ``expire`` once a deadline that was set has passed; a thread that sleeps until it may."""

    def __init__(self, expire: Callable[[], None]) -> None:
        self._expire = expire
        self._deadline: float | None = None
        self._closed = False
        self._changed = threading.Condition()
        self.expired = False
        threading.Thread(target=self._watch, daemon=True).start()

    def set(self, seconds: float | None) -> None:
        """Start the watch with ``seconds`` to go, or stop it (None)."""
        with self._changed:
            self._deadline = None if seconds is None else time.monotonic() + seconds
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


class FreshWorker:
    """One process, as a ``cell.Transport``: blocking pipes, and a watch that kills it when it is late."""

    def __init__(self, limits: Limits, echo: bool) -> None:
        self._folder = tempfile.mkdtemp(prefix="cell-")
        self._process = _start(self._folder, limits, echo)
        self._watch = Watch(self._kill)
        try:
            self.exchange(b"", START_SECONDS)
        except (OSError, EOFError, FrameError) as error:
            code = self.end()
            self.close()
            raise SandboxError(f"no worker can be started here (its process ended with code {code})") from error

    def exchange(self, frame: bytes, seconds: float, replies: int = 1) -> Reply:
        """Send a frame and return the next one; raises ``TimeoutError``, ``EOFError``, ``FrameError``."""
        with self._within(seconds):
            requests = cast(BinaryIO, self._process.stdin)
            requests.write(frame)
            requests.flush()
            return read_frame(cast(BinaryIO, self._process.stdout))

    def receive(self, seconds: float) -> Reply:
        """The next frame; raises what ``exchange`` does."""
        with self._within(seconds):
            return read_frame(cast(BinaryIO, self._process.stdout))

    @contextmanager
    def _within(self, seconds: float) -> Iterator[None]:
        """Kill it where the block takes longer, which then ends in ``TimeoutError``."""
        self._watch.set(max(seconds, 0.0))
        try:
            yield
        except (OSError, EOFError, FrameError) as error:
            if self._watch.expired:
                raise TimeoutError from error
            raise
        finally:
            self._watch.set(None)

    def end(self) -> int:
        """Kill the process and its group; how it ended."""
        self._kill()
        return self._process.wait()

    def was_killed(self) -> bool:
        """Nobody can tell: nothing keeps a process from killing itself."""
        return False

    def cpu_seconds(self) -> float:
        """CPU time of the process on Linux; elsewhere wall time, which no platform keeps back."""
        if sys.platform != "linux":
            return time.perf_counter()
        return time.clock_gettime(cpu_clock(self._process.pid))

    def printed(self) -> str:
        """Nothing is kept."""
        return ""

    def close(self) -> None:
        """End it and let go of everything."""
        self.end()
        self._watch.close()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                try:
                    stream.close()
                except OSError:  # unsent bytes to a process that is gone
                    pass
        shutil.rmtree(self._folder, ignore_errors=True)

    def _kill(self) -> None:
        if os.name != "posix":
            self._process.kill()
            return
        try:
            os.killpg(self._process.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            pass


def _start(folder: str, limits: Limits, echo: bool) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [*interpreter("child"), str(limits.memory_mib), str(cpu_seconds(limits)), "echo" if echo else "quiet"],
        cwd=folder,
        env=clean_environment(folder),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=None if echo else subprocess.DEVNULL,
        start_new_session=True,
    )
