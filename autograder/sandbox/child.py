"""What runs first inside a fresh worker's process (``fresh``), before a byte of the student's is read."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Take the channel off stdin and stdout, accept limits, and serve.

    Arguments: memory in MiB, CPU seconds, and ``echo`` where prints are to be seen by the person
    who runs the checks. numpy is imported before the memory limit, which would break its import.
    """
    memory_mib, cpu_seconds, echo = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3] == "echo"
    requests, replies = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    _quieten(echo)
    from autograder.protocol import write_frame
    from autograder.worker import serve

    _limit(memory_mib, cpu_seconds)
    write_frame(replies, {"number": 0}, [])
    serve(requests, replies)


def _quieten(echo: bool) -> None:
    """Point stdin at nothing and prints at nothing or at stderr, so that none lands among the frames."""
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    if echo:
        os.dup2(2, 1)
        sys.stdout = sys.stderr  # written line by line: a worker is killed in the end, with what it still held
    else:
        os.dup2(nothing, 1)
        os.dup2(nothing, 2)
    os.close(nothing)


def _limit(memory_mib: int, cpu_seconds: int) -> None:
    """Lower the limits that the platform knows; the wall clock is kept by the other side."""
    try:
        from autograder.sandbox.limits import address_space, limits, lower
    except ImportError:  # Windows has none of these: only the clock and the process boundary hold there
        return
    for kind, wanted in limits(address_space(), memory_mib, cpu_seconds).items():
        try:
            lower(kind, wanted)
        except (ValueError, OSError):  # macOS refuses some; the wall clock still holds
            continue
