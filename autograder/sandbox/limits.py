"""What a worker may use of memory, CPU time, files and descriptors; POSIX only."""

from __future__ import annotations

import os
import resource

MIB = 1 << 20
FILE_MIB = 16
DESCRIPTORS = 64

Ceiling = tuple[int, tuple[int, int]]
"""A kind of limit, and how high it is: for now and for good."""


def limits(in_use: int, memory_mib: int, cpu_seconds: int) -> dict[int, int]:
    """The limits that every host knows; ``in_use`` is what of the address space is taken already."""
    return {
        resource.RLIMIT_AS: in_use + memory_mib * MIB,
        resource.RLIMIT_CPU: cpu_seconds,
        resource.RLIMIT_FSIZE: FILE_MIB * MIB,
        resource.RLIMIT_NOFILE: DESCRIPTORS,
        resource.RLIMIT_CORE: 0,
    }


def ceiling(kind: int, wanted: int) -> Ceiling:
    """A limit as wanted, or as low as it is already."""
    _, hard = resource.getrlimit(kind)
    most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    return kind, (most, most)


def lower(kind: int, wanted: int) -> None:
    """Lower a limit for good, never beyond what is allowed already; raises ``ValueError`` or ``OSError``."""
    resource.setrlimit(*ceiling(kind, wanted))


def address_space() -> int:
    """Bytes of address space in use: numpy's libraries reserve much that they never touch."""
    try:
        with open("/proc/self/statm") as statm:
            return int(statm.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:  # no Linux
        return 1 << 30
