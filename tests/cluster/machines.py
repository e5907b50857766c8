"""A scheduler and workers as processes of their own on loopback, and what holds for all that are started here."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from distributed import Client

from tests.support import ROOT

START = "60s"


@dataclass
class Machines:
    """Processes that stand for machines; ``address`` is the scheduler's. Started one by one, ended together."""

    folder: Path
    address: str = field(default_factory=lambda: f"tcp://127.0.0.1:{free_port()}")
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    _number: Iterator[int] = field(default_factory=count)

    def scheduler(self) -> None:
        """Start the scheduler."""
        host, port = self.address.removeprefix("tcp://").split(":")
        words = ["-m", "distributed.cli.dask_scheduler", "--host", host, "--port", port, "--no-dashboard"]
        self._start("scheduler", [sys.executable, *words])

    def worker(self, *interpreter: object) -> None:
        """Start a worker of one thread, which its nanny starts again if it dies; ``interpreter`` is a command."""
        name = f"worker-{next(self._number)}"
        words = ["-m", "distributed.cli.dask_worker", self.address, "--name", name, "--nthreads", "1"]
        places = ["--no-dashboard", "--local-directory", self.folder / name]
        self._start(name, [*(interpreter or [sys.executable]), *words, *places])

    def _start(self, name: str, command: Sequence[object]) -> None:
        with (self.folder / "said").open("ab") as said:
            self.running[name] = subprocess.Popen(
                [*map(str, command)],
                cwd=self.folder,
                env=environment(),
                stdout=said,
                stderr=said,
                start_new_session=True,
            )

    def kill(self, name: str) -> None:
        """End a machine as roughly as a power failure: all that is in the session of its process."""
        process = self.running.pop(name)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def client(self) -> Client:
        """To ask the scheduler; it may take its time to start."""
        return Client(self.address, timeout=START, set_as_default=False)

    def close(self) -> None:
        """End them all."""
        for name in [*self.running]:
            self.kill(name)


def environment() -> dict[str, str]:
    """What a machine needs to find the kit."""
    kept = {name: os.environ[name] for name in ("PATH", "TMPDIR", "HOME") if name in os.environ}
    return {**kept, "LANG": "C.UTF-8", "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port
