"""The steps that take things away: in the warm parent (``settle``, ``prepare``), then in every fork (``lock_in``).

Each step is tried by itself. What the host does not offer is noted with the reason, and the layers
that are left must carry the confinement; ``doctor`` attacks each of them to see whether it does.
Whatever can be made ready beforehand is made in the parent, so that a fork costs little.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import resource
import signal
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import NoReturn

from autograder.sandbox import kernel, rooms
from autograder.sandbox.layers import Layer
from autograder.sandbox.limits import Ceiling, ceiling, limits

SPACES = {Layer.NET: kernel.NEWNET, Layer.IPC: kernel.NEWIPC, Layer.UTS: kernel.NEWUTS}
THREADS = 64
Call = Callable[[], None]
Calls = tuple[Call, ...]


@dataclass
class Ground:
    """What the warm parent and its forks stand on: the layers asked for, held and missing (with the reason)."""

    wanted: frozenset[Layer]
    readable: tuple[str, ...]
    held: set[Layer] = field(default_factory=set)
    missing: dict[Layer, str] = field(default_factory=dict)
    scratch: bool = False
    address_space: int = 0

    def attempt(self, layer: Layer, step: Callable[..., object], *arguments: object) -> bool:
        """Take ``step`` if ``layer`` is asked for and does not hold yet; whether it holds now."""
        if layer in self.wanted and layer not in self.held:
            try:
                step(*arguments)
            except (OSError, LookupError, ValueError) as error:
                self.missing[layer] = str(error)
            else:
                self.missing.pop(layer, None)
                self.held.add(layer)
        return layer in self.held


@dataclass(frozen=True)
class Ready:
    """The last layers, which every fork puts on, and what ends it with its parent: all ready to be carried out."""

    privileges: Calls
    end_with_parent: Call
    landlock: Calls
    seccomp: Calls


# ------------------------------------------------------------------------------------- the parent


def load_libraries() -> None:
    """Import what some layers stand on, while it can be found; a layer whose library is missing says so later."""
    for module in ("filters", "rules"):
        with contextlib.suppress(ImportError):
            importlib.import_module(f"autograder.sandbox.{module}")


def settle(ground: Ground, proc: int, uid: int | None) -> None:
    """Confine the warm parent; a new PID namespace begins with its next child.

    ``proc`` is open on /proc. ``uid`` is whom to become where root has started this: only root can show
    the room an interpreter in a home closed to others.
    """
    if os.geteuid() == 0:
        _move(ground)
    if uid is not None:
        ground.attempt(Layer.UID, _become, uid, ground)
    if ground.attempt(Layer.USER, _own_user, proc):
        if Layer.MOUNT in ground.held:
            kernel.unshare(kernel.NEWNS)()  # the room again, this time with the right to mount in it
        _move(ground)
        ground.scratch = Layer.MOUNT in ground.held
    ground.attempt(Layer.PID, kernel.unshare(kernel.NEWPID))


def _move(ground: Ground) -> None:
    """Leave the host's namespaces for new ones."""
    for layer, flag in SPACES.items():
        ground.attempt(layer, kernel.unshare(flag))
    ground.attempt(Layer.MOUNT, _enter_room, ground)


def _enter_room(ground: Ground) -> None:
    kernel.unshare(kernel.NEWNS)()
    rooms.move_in(ground.readable)


def _own_user(proc: int) -> None:
    """A user namespace in which this user has every right, none of them outside."""
    uid, gid = os.getuid(), os.getgid()
    kernel.prctl(kernel.PR_SET_DUMPABLE, 1)()  # or its files in /proc belong to root
    kernel.unshare(kernel.NEWUSER)()
    for name, text in (("setgroups", "deny"), ("uid_map", f"{uid} {uid} 1"), ("gid_map", f"{gid} {gid} 1")):
        descriptor = os.open(f"self/{name}", os.O_WRONLY, dir_fd=proc)
        try:
            os.write(descriptor, text.encode())
        finally:
            os.close(descriptor)


def _become(uid: int, ground: Ground) -> None:
    """Be the user ``uid`` from now on, if that user can still read what Python needs."""
    os.setegid(uid)
    os.seteuid(uid)
    hidden = [path for path in ground.readable if not os.access(path, os.R_OK, effective_ids=True)]
    os.seteuid(0)
    os.setegid(0)
    if hidden:
        raise PermissionError(f"{hidden[0]} can be read by its owner only")
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)


def prepare(ground: Ground) -> Ready:
    """Make ready what the forks put on, and empty the bounding set."""
    if Layer.PRIVILEGES in ground.wanted:
        kernel.empty_bounding_set()
    gain_none = kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)  # what Landlock and seccomp ask for, too
    return Ready(
        privileges=(kernel.drop_capabilities(), gain_none, kernel.prctl(kernel.PR_SET_DUMPABLE, 0)),
        end_with_parent=kernel.prctl(kernel.PR_SET_PDEATHSIG, signal.SIGKILL),
        landlock=(gain_none, _prepared(ground, Layer.LANDLOCK, _rules)),
        seccomp=(gain_none, _prepared(ground, Layer.SECCOMP, _filters)),
    )


def _prepared(ground: Ground, layer: Layer, make: Callable[[Ground], Call]) -> Call:
    """What ``make`` makes for a layer, or what raises the reason why there is none."""
    try:
        return make(ground) if layer in ground.wanted else partial(_refuse, "not asked for")
    except (OSError, ImportError) as error:
        return partial(_refuse, str(error))


def _refuse(reason: str) -> NoReturn:
    raise OSError(reason)


def _rules(ground: Ground) -> Call:
    import landlockpy  # noqa: F401 - so that its own name stands in the reason

    from autograder.sandbox.rules import student_rules

    readable = ("/",) if Layer.MOUNT in ground.held else ground.readable
    return student_rules(readable, scratch=ground.scratch)


def _filters(ground: Ground) -> Call:
    """Load the parent's filter; the one that a fork adds."""
    import seccompy  # noqa: F401 - so that its own name stands in the reason

    from autograder.sandbox.filters import fork_filter, parent_filter

    calls = fork_filter()
    parent_filter().load()
    return calls


def ceilings(ground: Ground, memory_mib: int, cpu_seconds: int) -> tuple[Ceiling, ...]:
    """The limits of a fork."""
    wanted = {**limits(ground.address_space, memory_mib, cpu_seconds), resource.RLIMIT_MSGQUEUE: 0}
    if {Layer.UID, Layer.USER} & ground.held:  # or it would count everything that this user runs
        wanted[resource.RLIMIT_NPROC] = THREADS
    return tuple(ceiling(kind, most) for kind, most in wanted.items())


# --------------------------------------------------------------------------------------- the fork


def lock_in(ground: Ground, ready: Ready, most: tuple[Ceiling, ...]) -> None:
    """Confine a fork for good; nothing of a student's has been read yet."""
    os.setsid()
    os.chdir(rooms.WORK if ground.scratch else "/")
    ground.attempt(Layer.LIMITS, _limit, most)
    ground.attempt(Layer.PRIVILEGES, _carry_out, ready.privileges)
    ready.end_with_parent()
    ground.attempt(Layer.LANDLOCK, _carry_out, ready.landlock)
    ground.attempt(Layer.SECCOMP, _carry_out, ready.seccomp)


def _limit(most: tuple[Ceiling, ...]) -> None:
    for kind, both in most:
        resource.setrlimit(kind, both)


def _carry_out(calls: Calls) -> None:
    for call in calls:
        call()
