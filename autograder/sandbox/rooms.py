"""What a worker can see: Python, the packages that are offered, and one small folder to write to.

The room is a root of its own in a mount namespace of its own, made of read-only bind mounts at their
usual paths, so that modules can still be imported in it.
"""

from __future__ import annotations

import importlib.util
import os
import sysconfig
from collections.abc import Iterable
from pathlib import Path

from autograder.sandbox import kernel

ABOVE_WORK = "/worker"
WORK = f"{ABOVE_WORK}/home"
"""The folder that can be written to; a rule for the one above it holds for what is mounted there."""

SCRATCH = "size=16m,nr_inodes=1024,mode=700"
"""Of the folder that can be written to: bytes and files together stay below this."""

SITE = "/proc"
"""Where the room is put together, out of sight of all others: a folder that is always there, and no part of the room.

A folder of its own would be left behind by a grader that is killed in that moment.
"""

DEVICES = ("/dev/null", "/dev/zero", "/dev/urandom")
LIBRARIES = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib")
SETTINGS = ("/etc/ld.so.cache", "/etc/localtime", "/usr/share/zoneinfo")


def readable_paths(packages: tuple[str, ...]) -> tuple[str, ...]:
    """What a worker may read: the libraries of Python and of the system, and the ``packages`` offered."""
    paths = [sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib"), *LIBRARIES, *SETTINGS]
    for name in packages:
        spec = importlib.util.find_spec(name)
        for folder in (spec.submodule_search_locations if spec else None) or ():
            paths += [folder, f"{folder}.libs"]  # wheels keep their shared libraries beside the package
    return outermost(path for path in (*paths, *map(os.path.realpath, paths)) if os.path.exists(path))


def outermost(paths: Iterable[str]) -> tuple[str, ...]:
    """The paths without those that lie within another."""
    kept: list[str] = []
    for path in sorted(set(paths)):
        if not any(Path(path).is_relative_to(other) for other in kept):
            kept.append(path)
    return tuple(kept)


def move_in(paths: tuple[str, ...]) -> None:
    """Make a room of ``paths`` and make it this process's root.

    In a new mount namespace, with the right to mount in it; raises ``OSError``.
    """
    kernel.mount("", "/", "", kernel.MS_REC | kernel.MS_PRIVATE)()
    kernel.mount("tmpfs", SITE, "tmpfs", kernel.MS_NOSUID, "size=1m,mode=755")()
    for path in (*paths, *DEVICES):
        _show(path)
    os.makedirs(SITE + WORK, exist_ok=True)
    kernel.make_read_only(SITE)
    kernel.pivot_root(SITE)


def _show(path: str) -> None:
    """Bind ``path`` into the room at the same place, whether it is a folder, a file or a device."""
    place = SITE + path
    if os.path.isdir(path):
        os.makedirs(place, exist_ok=True)
    else:
        os.makedirs(os.path.dirname(place), exist_ok=True)
        with open(place, "xb"):
            pass
    kernel.mount(path, place, "", kernel.MS_BIND | kernel.MS_REC)()


def furnish() -> kernel.Call:
    """Mount an empty, small folder of the worker's own at ``WORK``."""
    return kernel.mount("tmpfs", WORK, "tmpfs", kernel.MS_NOSUID | kernel.MS_NODEV, SCRATCH)


def clear() -> kernel.Call:
    """Take the folder away with all that is in it."""
    return kernel.unmount(WORK)
