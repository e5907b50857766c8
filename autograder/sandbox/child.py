"""What runs first inside a fresh worker's process (``fresh``), before a byte of the student's is read."""

from __future__ import annotations

import os
import sys

MIB = 1 << 20


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
        import resource
    except ImportError:  # Windows has none of these: only the clock and the process boundary hold there
        return
    in_use = _address_space()
    limits = {
        resource.RLIMIT_AS: in_use + memory_mib * MIB,
        resource.RLIMIT_CPU: cpu_seconds,
        resource.RLIMIT_FSIZE: 16 * MIB,
        resource.RLIMIT_NOFILE: 64,
        resource.RLIMIT_CORE: 0,
    }
    for kind, wanted in limits.items():
        _, hard = resource.getrlimit(kind)
        ceiling = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        try:
            resource.setrlimit(kind, (ceiling, ceiling))
        except (ValueError, OSError):  # macOS refuses some; the wall clock still holds
            continue


def _address_space() -> int:
    """Bytes of address space in use: numpy's libraries reserve much that they never touch."""
    try:
        with open("/proc/self/statm") as statm:
            return int(statm.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 1 << 30
