"""How a Python of our own is started for student code: isolated, in a clean environment, without a script."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from autograder.model import Limits
from autograder.threads import ONE_THREAD

ENGINE = Path(__file__).resolve().parents[2]
START_SECONDS = 60.0
"""How long a worker may take until it serves: our own time, generous for a machine under load."""


def cpu_seconds(limits: Limits) -> int:
    """CPU time after which the kernel ends a worker: far beyond what the wall clock, kept outside, allows."""
    return max(60, int(limits.seconds * 20))


def interpreter(module: str) -> list[str]:
    """The command that runs ``main`` of a module of this package, and leaves the kit's folder off the path."""
    code = (
        f"import sys; sys.path.insert(0, {str(ENGINE)!r}); import autograder.sandbox.{module} as it; "
        "sys.path.pop(0); it.main()"
    )
    return [sys.executable, "-I", "-X", "utf8", "-c", code]


def clean_environment(home: str) -> dict[str, str]:
    """What an interpreter needs and no more."""
    kept = {name: os.environ[name] for name in ("SYSTEMROOT",) if name in os.environ}
    # Or each thread would take 64 MiB of address space, which is limited.
    arenas = {"MALLOC_ARENA_MAX": "2"}
    return {**kept, **arenas, **ONE_THREAD, "HOME": home, "TMPDIR": home, "LANG": "C.UTF-8"}
