"""A controller beside a dask worker: a process of its own, which may die without taking the other along.

``multiprocessing`` does not do here: a dask worker is a daemon, which may have no children of that kind.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import IO, cast

from autograder.crew import Controller, Recipe, serve
from autograder.threads import ONE_THREAD


def start_beside(recipe: Recipe, place: int | None) -> Controller:
    """A new controller that stays on the processor ``place``, if that is given."""
    ours, theirs = multiprocessing.Pipe()
    process = Program(theirs.fileno())
    theirs.close()
    with suppress(OSError):  # one that is dead already shows when its answer is read
        ours.send((recipe, place))
    return Controller(ours, process, place)


class Program:
    """The process; it ends by itself when this one has ended, for its stdin ends then."""

    def __init__(self, line: int) -> None:
        path = os.pathsep.join(filter(None, sys.path))
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "autograder.cluster.controller", str(line)],
            stdin=subprocess.PIPE,
            pass_fds=[line],
            env={**os.environ, **ONE_THREAD, "PYTHONPATH": path},
        )

    def terminate(self) -> None:
        """Ask it to end."""
        self._process.terminate()

    @property
    def exitcode(self) -> int | None:
        """How it ended; None where it has not."""
        return self._process.poll()

    def join(self, timeout: float | None = None) -> None:
        """Wait until it has ended, or so many seconds."""
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout)

    def close(self) -> None:
        """Let go of its stdin."""
        cast(IO[bytes], self._process.stdin).close()


def main() -> None:
    """Carry out the orders that come over the line whose descriptor is the argument."""
    line = Connection(int(sys.argv[1]))
    threading.Thread(target=_end_with_stdin, daemon=True).start()
    with suppress(EOFError, ConnectionError):
        recipe, place = line.recv()
        serve(line, recipe, None, place)


def _end_with_stdin() -> None:
    os.read(0, 1)  # nothing is ever said there
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    main()
