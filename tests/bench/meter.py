"""Runs commands under ``measured`` and says what they cost; shows how far they are while they run."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from autograder.threads import ONE_THREAD

ROOT = Path(__file__).resolve().parents[2]
LOOK_EVERY = 0.5
"""Seconds between two looks at a running command; looking costs CPU of the machine that is measured."""
ALL_DESCENDANTS = "a perf event that every descendant inherits"
WAITED_FOR = "what was waited for (no perf events here), orphans included"


class BenchError(Exception):
    """Something that was to be measured did not do what it should."""


@dataclass(frozen=True)
class Cost:
    """Seconds: of CPU over all processes together, and on the clock."""

    cpu: float
    wall: float
    counted_by: str


@dataclass(frozen=True)
class Watch:
    """How to see how far a command is, and what else to do at every look (given its process id)."""

    title: str
    total: int
    done: Callable[[], int]
    look: Callable[[int], None] = lambda process: None


def cost_of(command: list[str], folder: Path, watch: Watch | None = None) -> Cost:
    """Run ``command`` in ``folder``; what it and everything that came of it took.

    Raises ``BenchError`` with the end of what it said where it did not end well.
    """
    with tempfile.TemporaryDirectory() as name:
        record, said = Path(name) / "record.json", Path(name) / "output"
        with said.open("wb") as output:
            wrapped = [sys.executable, "-m", "tests.bench.measured", str(record), *command]
            process = subprocess.Popen(
                wrapped, cwd=folder, env=_environment(Path(name)), stdout=output, stderr=subprocess.STDOUT
            )
            _wait(process, watch)
        figures = json.loads(record.read_text(encoding="utf-8")) if record.exists() else {"code": process.returncode}
        if figures["code"] != 0:
            tail = said.read_text(encoding="utf-8", errors="replace")[-2_000:]
            raise BenchError(f"{' '.join(command[:5])} ended with {figures['code']}:\n{tail}")
    if figures["counted"] is None:
        return Cost(figures["waited"], figures["wall"], WAITED_FOR)
    return Cost(figures["counted"], figures["wall"], ALL_DESCENDANTS)


def _environment(home: Path) -> dict[str, str]:
    """The caller's, with one BLAS thread, the kit on the path and nobody's own notebook settings.

    Bytecode may be kept: programs that are installed find theirs ready, and this tree is to be no worse off.
    """
    own = dict.fromkeys(("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR", "JUPYTER_DATA_DIR"), str(home))
    # nbgrader calls alembic by its name.
    path = os.pathsep.join(filter(None, (sysconfig.get_path("scripts"), os.environ.get("PATH"))))
    ours = {"PATH": path, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore"}
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**inherited, **ONE_THREAD, **own, **ours}


def _wait(process: subprocess.Popen[bytes], watch: Watch | None) -> None:
    try:
        if watch is not None:
            _show(process, watch)
        process.wait()
    except BaseException:
        process.terminate()
        process.wait()
        raise


def _show(process: subprocess.Popen[bytes], watch: Watch) -> None:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    console = Console(stderr=True)
    progress = Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal, refresh_per_second=1 / LOOK_EVERY
    )
    with progress:
        task = progress.add_task(watch.title, total=watch.total)
        while process.poll() is None:
            watch.look(process.pid)
            with contextlib.suppress(OSError, ValueError):
                progress.update(task, completed=watch.done())
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(LOOK_EVERY)
