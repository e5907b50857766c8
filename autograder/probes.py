"""Attacks on the sandbox, run inside it as a submission would be; each is True where it succeeded.

``doctor`` loads this file's text into workers with and without the layer that must stop the attack.
"""

from __future__ import annotations

import ctypes
import os
import socket


def read_file(path: str) -> bool:
    """Read a file of the grader's."""
    try:
        with open(path, "rb") as file:
            return bool(file.read())
    except OSError:
        return False


def write_file(path: str) -> bool:
    """Write beside it."""
    try:
        with open(path + ".written", "wb") as file:
            return bool(file.write(b"x"))
    except OSError:
        return False


def connect(port: int) -> bool:
    """Reach a server on this host."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
    except OSError:
        return False
    return True


def open_socket() -> bool:
    """Open a socket at all."""
    try:
        socket.socket(socket.AF_UNIX).close()
    except OSError:
        return False
    return True


def start_process() -> bool:
    """Start another process."""
    try:
        child = os.fork()
    except OSError:
        return False
    if not child:
        os._exit(0)
    os.waitpid(child, 0)
    return True


def signal_process(pid: int) -> bool:
    """Signal the grader."""
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    return True


def attach_memory(key: int) -> bool:
    """Find shared memory of another process's."""
    return int(ctypes.CDLL(None).shmget(key, 0, 0)) >= 0


def rename_host(name: str) -> bool:
    """Give this host another name."""
    try:
        socket.sethostname(name)
    except OSError:
        return False
    return True


def mount() -> bool:
    """Mount something over what is there."""
    return int(ctypes.CDLL(None).mount(b"tmpfs", b"/worker", b"tmpfs", 0, None)) == 0


def allocate(mib: int) -> bool:
    """Take more memory than is allowed."""
    try:
        return bool(bytearray(mib << 20))
    except MemoryError:
        return False


def open_many(count: int) -> bool:
    """Use up descriptors."""
    taken = []
    try:
        taken += [os.dup(0) for _ in range(count)]
    except OSError:
        return False
    finally:
        for descriptor in taken:
            os.close(descriptor)
    return True
