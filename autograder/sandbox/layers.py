"""The layers of confinement: their names, what each is for, and the floor below which nobody is graded."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Layer(StrEnum):
    """One thing the kernel can take away from student code, independently of the others."""

    USER = "user"
    MOUNT = "mount"
    PID = "pid"
    NET = "net"
    IPC = "ipc"
    UTS = "uts"
    UID = "uid"
    PRIVILEGES = "privileges"
    LANDLOCK = "landlock"
    SECCOMP = "seccomp"
    LIMITS = "limits"


NAMESPACES = (Layer.USER, Layer.MOUNT, Layer.PID, Layer.NET, Layer.IPC, Layer.UTS)
ALL = frozenset(Layer)

PURPOSES = {
    Layer.USER: "a user of its own, without rights outside",
    Layer.MOUNT: "a root of its own: Python, numpy and one folder of 16 MiB",
    Layer.PID: "no other process in sight; all it started dies with it",
    Layer.NET: "a network without a way out",
    Layer.IPC: "shared memory and message queues of its own",
    Layer.UTS: "a host name of its own",
    Layer.UID: "another user than root",
    Layer.PRIVILEGES: "no capability, and none to be gained",
    Layer.LANDLOCK: "only Python and numpy can be read, and nothing else",
    Layer.SECCOMP: "no sockets, processes, signals, tracing or mounts",
    Layer.LIMITS: "memory, CPU time, file size, descriptors and threads bounded",
}
"""What each layer is for, in words for staff."""


@dataclass(frozen=True)
class Confinement:
    """The layers that hold, and why each of the others does not."""

    held: frozenset[Layer]
    missing: tuple[tuple[Layer, str], ...] = ()

    @property
    def files(self) -> bool:
        """Whether files are out of reach."""
        return bool({Layer.MOUNT, Layer.LANDLOCK} & self.held)

    @property
    def network(self) -> bool:
        """Whether the network is out of reach."""
        return bool({Layer.NET, Layer.SECCOMP} & self.held)

    @property
    def above_floor(self) -> bool:
        """Whether a class may be graded: files and network are confined."""
        return self.files and self.network

    @property
    def level(self) -> str:
        """What is written into results: ``full``, the groups of layers that hold, or ``none``."""
        groups = {"namespaces": NAMESPACES, "landlock": (Layer.LANDLOCK,), "seccomp": (Layer.SECCOMP,)}
        present = [name for name, layers in groups.items() if self.held.issuperset(layers)]
        if len(present) == len(groups) and {Layer.PRIVILEGES, Layer.LIMITS} <= self.held:
            return "full"
        single = [layer.value for layer in NAMESPACES if layer in self.held and "namespaces" not in present]
        return "+".join([*present, *single]) or "none"


NOTHING = Confinement(frozenset())
"""Student code in a process of its own, and no more."""
