"""The few system calls that confinement needs and Python 3.11 does not offer.

Most come as a ``Call``, made ready here and carried out where it is called; then it raises ``OSError`` as its kin in
``os`` do. Linux only. Sources: unshare(2), setns(2), mount(2), mount_setattr(2), pivot_root(2), prctl(2), capset(2),
landlock_restrict_self(2), seccomp(2). Python's own ``os.unshare`` comes with 3.12.
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
MOUNT_SETATTR, LANDLOCK_RESTRICT_SELF = 442, 446
"""The same on every architecture."""
SECCOMP_SET_MODE_FILTER = 1
INSTRUCTION = 8
"""Bytes of an instruction of a seccomp program."""


@cache
def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _checked(result: int) -> None:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


class Call:
    """A call with its arguments laid out, to be made as often as wanted.

    Made in a fork it touches a tenth of the pages that it touches where all this is still to be done; each page
    that a fork writes to, if only to count a reference, is copied.
    """

    def __init__(self, name: str, *arguments: object) -> None:
        self._function = getattr(_libc(), name)
        self._arguments = arguments

    def __call__(self) -> None:
        _checked(self._function(*self._arguments))


def unshare(flags: int) -> Call:
    """Leave the namespaces in ``flags`` for new ones; a new PID namespace is for the next child."""
    return Call("unshare", flags)


def enter(descriptor: int, kind: int) -> Call:
    """Enter the namespace of ``kind`` that ``descriptor`` is open on."""
    return Call("setns", descriptor, kind)


def mount(source: str, target: str, kind: str, flags: int, options: str = "") -> Call:
    """Mount ``source`` at ``target``."""
    words = (text.encode() or None for text in (source, target, kind))
    return Call("mount", *words, ctypes.c_ulong(flags), options.encode() or None)


def make_read_only(target: str) -> None:
    """Make a mount and all below it read-only, whatever other flags they carry."""
    attributes = (ctypes.c_uint64 * 4)(MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID, 0, 0, 0)
    size = ctypes.sizeof(attributes)
    Call("syscall", MOUNT_SETATTR, AT_FDCWD, target.encode(), AT_RECURSIVE, attributes, size)()


def unmount(target: str) -> Call:
    """Take a mount away at once; what still uses it keeps it until it ends."""
    return Call("umount2", target.encode(), MNT_DETACH)


def pivot_root(folder: str) -> None:
    """Make ``folder``, a mount, the root, and let go of the old one."""
    number = PIVOT_ROOT.get(platform.machine())
    if number is None:
        raise OSError(f"no number known for pivot_root on {platform.machine()}")
    os.chdir(folder)
    Call("syscall", number, b".", b".")()
    unmount(".")()
    os.chdir("/")


def prctl(option: int, value: int) -> Call:
    """Change an attribute of this process."""
    return Call("prctl", option, ctypes.c_ulong(value), 0, 0, 0)


def empty_bounding_set() -> None:
    """See to it that no capability can be gained by a program, where this process may say so."""
    for number in range(64):
        try:
            prctl(PR_CAPBSET_DROP, number)()
        except OSError:  # past the last one, or not ours to drop
            break


def drop_capabilities() -> Call:
    """Give up every capability that is held."""
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
    nothing = (ctypes.c_uint32 * 6)()
    return Call("capset", header, nothing)


def obey(descriptor: int) -> Call:
    """Be restricted by the Landlock rules that ``descriptor`` is open on."""
    return Call("syscall", LANDLOCK_RESTRICT_SELF, descriptor, 0)


class _Program(ctypes.Structure):
    """``struct sock_fprog``."""

    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def ask(number: int, program: bytes) -> Call:
    """Have a seccomp ``program`` asked about every system call; ``number`` is that of seccomp(2) on this processor."""
    packed = _Program(len(program) // INSTRUCTION, program)
    return Call("syscall", number, SECCOMP_SET_MODE_FILTER, 0, ctypes.byref(packed))
