"""Shows which layers of confinement hold on this host, and attacks each to prove it.

A layer counts as proven where its attack succeeds without it and fails with it alone. Read
``examine`` as the list of what is tried.
"""

from __future__ import annotations

import ctypes
import os
import secrets
import socket
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from autograder import probes
from autograder.model import Limits, Mode
from autograder.sandbox import Cell, Confinement, Workers, open_host, require_floor
from autograder.sandbox.layers import ALL, Layer
from autograder.student import Student

LIMITS = Limits(seconds=10, memory_mib=128)
SECRET = b"what no submission may read"
IPC_CREAT, IPC_RMID = 0o1000, 0


class Outcome(StrEnum):
    """What became of an attack; ``HARMLESS`` is one that failed without the layer too and so proves nothing."""

    REFUSED = "refused"
    SUCCEEDED = "succeeded"
    HARMLESS = "harmless"
    ABSENT = "absent"


@dataclass(frozen=True)
class Target:
    """What the attacks are aimed at, on the trusted side."""

    path: str
    port: int
    pid: int
    memory_key: int


@dataclass(frozen=True)
class Attack:
    """One of ``probes``, with what it is called with, and the layer that must stop it alone.

    ``beside`` are layers it cannot do without; ``harmful`` attacks are not tried without the layer.
    """

    layer: Layer
    probe: str
    arguments: Callable[[Target], tuple[Any, ...]] = lambda _: ()
    beside: frozenset[Layer] = frozenset()
    harmful: bool = False


@dataclass(frozen=True)
class Finding:
    """How one attack on one layer went; ``remark`` says why the layer is absent."""

    layer: Layer
    attack: str
    outcome: Outcome
    remark: str = ""


OWN_USER = frozenset({Layer.USER})
"""What an ordinary user needs for every other namespace."""

ATTACKS = (
    Attack(Layer.USER, "rename_host", lambda target: (socket.gethostname(),)),
    Attack(Layer.MOUNT, "read_file", lambda target: (target.path,), OWN_USER),
    Attack(Layer.PID, "signal_process", lambda target: (target.pid,), OWN_USER),
    Attack(Layer.NET, "connect", lambda target: (target.port,), OWN_USER),
    Attack(Layer.IPC, "attach_memory", lambda target: (target.memory_key,), OWN_USER),
    Attack(Layer.UTS, "rename_host", lambda target: ("autograder-doctor",), OWN_USER, harmful=True),
    Attack(Layer.UID, "signal_process", lambda target: (target.pid,), frozenset({Layer.MOUNT})),
    Attack(Layer.PRIVILEGES, "mount", beside=frozenset({Layer.USER, Layer.MOUNT})),
    Attack(Layer.LANDLOCK, "read_file", lambda target: (target.path,)),
    Attack(Layer.LANDLOCK, "write_file", lambda target: (target.path,)),
    Attack(Layer.SECCOMP, "open_socket"),
    Attack(Layer.SECCOMP, "start_process"),
    Attack(Layer.SECCOMP, "signal_process", lambda target: (target.pid,)),
    Attack(Layer.LIMITS, "allocate", lambda target: (2 * LIMITS.memory_mib,)),
    Attack(Layer.LIMITS, "open_many", lambda target: (100,)),
)
"""Each layer's, one after another."""

FLOOR = ("read_file", "write_file", "connect")
"""What no submission may succeed in, whichever layer stops it."""


def examine() -> tuple[Confinement, tuple[Finding, ...]]:
    """What holds on this host when all layers are asked for, and how the attack on each went."""
    with ExitStack() as stack:
        lab = Lab(stack.enter_context(aims()), stack)
        confinement = lab.workers(ALL).confinement(LIMITS)
        return confinement, tuple(_finding(attack, lab, confinement) for attack in ATTACKS)


def breaches(workers: Workers) -> tuple[str, ...]:
    """Which attacks on files and on the network succeed in such a worker: none may, where a class is graded."""
    with aims() as target, workers.cell(LIMITS) as cell:
        student = _loaded(cell)
        tried = {attack.probe: attack.arguments(target) for attack in ATTACKS if attack.probe in FLOOR}
        return tuple(probe for probe, arguments in tried.items() if getattr(student, probe)(*arguments) is not False)


def prove_floor(confinement: Confinement, workers: Workers, mode: Mode) -> None:
    """Raise ``SandboxError`` where student code could reach files or the network, unless ``mode`` says that it may."""
    if mode != "none":
        require_floor(confinement, breaches(workers))


class Lab:
    """Workers with any set of layers, started once for each, and what to aim at."""

    def __init__(self, target: Target, stack: ExitStack) -> None:
        self._target = target
        self._stack = stack
        self._hosts: dict[frozenset[Layer], Workers] = {}

    def workers(self, layers: frozenset[Layer]) -> Workers:
        """Workers with these layers alone."""
        if layers not in self._hosts:
            self._hosts[layers] = self._stack.enter_context(open_host("auto", ("numpy",), layers=layers))
        return self._hosts[layers]

    def succeeds(self, attack: Attack, layers: frozenset[Layer]) -> bool:
        """Whether the attack gets through these layers; one that would change the host is looked for there."""
        name = socket.gethostname()
        with self.workers(layers).cell(LIMITS) as cell:
            outcome = getattr(_loaded(cell), attack.probe)(*attack.arguments(self._target))
        return socket.gethostname() != name if attack.harmful else outcome is True


def _finding(attack: Attack, lab: Lab, confinement: Confinement) -> Finding:
    reason = dict(confinement.missing).get(attack.layer)
    if attack.layer not in confinement.held:
        return Finding(attack.layer, attack.probe, Outcome.ABSENT, reason or "not needed here")
    if not attack.harmful and not lab.succeeds(attack, attack.beside):
        return Finding(attack.layer, attack.probe, Outcome.HARMLESS)
    stopped = not lab.succeeds(attack, attack.beside | {attack.layer})
    return Finding(attack.layer, attack.probe, Outcome.REFUSED if stopped else Outcome.SUCCEEDED)


def _loaded(cell: Cell) -> Student:
    """The probes in a worker."""
    cell.allow(LIMITS.seconds)
    student = Student(cell)
    student.load("probes", Path(probes.__file__).read_text(encoding="utf-8"), ("numpy",))
    return student


@contextmanager
def aims() -> Iterator[Target]:
    """A file, a server and shared memory to aim at, gone when the block ends."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="doctor-")))
        (folder / "secret").write_bytes(SECRET)
        server = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        key = stack.enter_context(_shared_memory())
        yield Target(str(folder / "secret"), server.getsockname()[1], os.getpid(), key)


@contextmanager
def _shared_memory() -> Iterator[int]:
    """The key of a piece of shared memory that nobody else uses."""
    key = secrets.randbits(30) + 1
    if sys.platform != "linux":
        yield key
        return
    libc = ctypes.CDLL(None)
    number = libc.shmget(key, 4096, IPC_CREAT | 0o666)
    try:
        yield key
    finally:
        libc.shmctl(number, IPC_RMID, None)
