"""The few system calls that confinement needs and Python 3.11 does not offer.

Each raises ``OSError`` as its kin in ``os`` do. Linux only. Sources: unshare(2), setns(2), mount(2),
mount_setattr(2), pivot_root(2), prctl(2), capset(2). Python's own ``os.unshare`` comes with 3.12.
"""

from __future__ import annotations

import ctypes
import os
import platform
from functools import cache

NEWNS, NEWUTS, NEWIPC = 0x0002_0000, 0x0400_0000, 0x0800_0000
NEWUSER, NEWPID, NEWNET = 0x1000_0000, 0x2000_0000, 0x4000_0000

MS_NOSUID, MS_NODEV = 2, 4
MS_BIND, MS_REC, MS_PRIVATE = 1 << 12, 1 << 14, 1 << 18
MNT_DETACH = 2
MOUNT_ATTR_RDONLY, MOUNT_ATTR_NOSUID = 1, 2
AT_FDCWD, AT_RECURSIVE = -100, 0x8000

PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS = 1, 4, 24, 38
CAPABILITY_VERSION_3 = 0x2008_0522
PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}
MOUNT_SETATTR = 442
"""The same on every architecture."""


@cache
def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _checked(result: int) -> None:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def unshare(flags: int) -> None:
    """Leave the namespaces in ``flags`` for new ones; a new PID namespace is for the next child."""
    _checked(_libc().unshare(flags))


def enter(descriptor: int, kind: int) -> None:
    """Enter the namespace of ``kind`` that ``descriptor`` is open on."""
    _checked(_libc().setns(descriptor, kind))


def mount(source: str, target: str, kind: str, flags: int, options: str = "") -> None:
    """Mount ``source`` at ``target``."""
    words = (text.encode() or None for text in (source, target, kind))
    _checked(_libc().mount(*words, ctypes.c_ulong(flags), options.encode() or None))


def make_read_only(target: str) -> None:
    """Make a mount and all below it read-only, whatever other flags they carry."""
    attributes = (ctypes.c_uint64 * 4)(MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID, 0, 0, 0)
    size = ctypes.sizeof(attributes)
    _checked(_libc().syscall(MOUNT_SETATTR, AT_FDCWD, target.encode(), AT_RECURSIVE, attributes, size))


def unmount(target: str) -> None:
    """Take a mount away at once; what still uses it keeps it until it ends."""
    _checked(_libc().umount2(target.encode(), MNT_DETACH))


def pivot_root(folder: str) -> None:
    """Make ``folder``, a mount, the root, and let go of the old one."""
    number = PIVOT_ROOT.get(platform.machine())
    if number is None:
        raise OSError(f"no number known for pivot_root on {platform.machine()}")
    os.chdir(folder)
    _checked(_libc().syscall(number, b".", b"."))
    unmount(".")
    os.chdir("/")


def prctl(option: int, value: int) -> None:
    """Change an attribute of this process."""
    _checked(_libc().prctl(option, ctypes.c_ulong(value), 0, 0, 0))


def empty_bounding_set() -> None:
    """See to it that no capability can be gained by a program, where this process may say so."""
    for number in range(64):
        try:
            prctl(PR_CAPBSET_DROP, number)
        except OSError:  # past the last one, or not ours to drop
            break


def drop_capabilities() -> None:
    """Give up every capability that is held."""
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
    nothing = (ctypes.c_uint32 * 6)()
    _checked(_libc().capset(header, nothing))
