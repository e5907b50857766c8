"""The warm parent: a process with numpy loaded that forks a confined worker for each submission.

It knows no secret and reads no submission. The trusted side gives it one order at a time over a
socket: ``fork`` brings the worker's descriptors and is answered with its pidfd, ``reap`` kills the
worker with all it started and is answered with how it ended, ``drop`` does the same unanswered.
"""

from __future__ import annotations

import contextlib
import fcntl
import gc
import json
import os
import signal
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any, BinaryIO, NoReturn

from autograder.protocol import pack
from autograder.sandbox import kernel, rooms
from autograder.sandbox.confine import Ground, Ready, ceilings, lock_in, prepare, settle
from autograder.sandbox.layers import Layer
from autograder.sandbox.limits import Ceiling, address_space
from autograder.sandbox.rehearsal import rehearse
from autograder.sandbox.speech import prepare_speech
from autograder.worker import serve

MAX_ORDER = 1 << 16
REQUESTS, REPLIES, OUTPUT, FIRST_FREE = 3, 4, 5, 6
NOT_STARTED = 70
ALIKE = 8
"""Orders that are known again: most are the same for each submission, and a parent pays for every page it looks at."""
RARELY = 10_000
"""New objects after which a fork's collector looks for cycles."""


@dataclass(frozen=True)
class Channel:
    """A worker's files: made here, where they lead nowhere, for descriptors that a fork puts in their place."""

    requests: BinaryIO
    replies: BinaryIO


def main() -> None:
    """Settle, and fork until the other side is gone; what goes wrong on the way is told to it."""
    control, channel = _control()
    try:
        _run(control, channel)
    except Exception as error:
        with contextlib.suppress(OSError):
            _answer(control, {"failed": f"{type(error).__name__}: {error}"})
        raise


def _run(control: socket.socket, channel: Channel) -> None:
    """Take the first order, settle, and take the others."""
    order, _ = _receive(control)
    rehearse()
    ground = Ground(
        wanted=frozenset(map(Layer, order["layers"])),
        readable=rooms.readable_paths(tuple(order["packages"])),
        address_space=address_space(),
    )
    proc = os.open("/proc", os.O_RDONLY | os.O_DIRECTORY)  # cannot be reached by name from inside the room
    settle(ground, proc, order["uid"])
    pid_space = None
    if Layer.PID in ground.held:
        _go_on_in_child(control)
        pid_space = os.open("self/ns/pid", os.O_RDONLY, dir_fd=proc)
    os.close(proc)
    forks = Forks(ground, prepare(ground), channel, pid_space)
    gc.collect()
    gc.freeze()  # the forks share these pages; the collector would write to all of them
    gc.set_threshold(RARELY, 10, 10)
    _take_orders(control, forks)


def _control() -> tuple[socket.socket, Channel]:
    """The socket to the trusted side, which comes as stdin; the files that workers speak through."""
    control = socket.socket(fileno=fcntl.fcntl(0, fcntl.F_DUPFD_CLOEXEC, FIRST_FREE))
    prepare_speech(OUTPUT)
    for descriptor in (REQUESTS, REPLIES):
        os.dup2(0, descriptor)  # taken, so that nothing that a fork needs comes to lie there
    return control, Channel(os.fdopen(REQUESTS, "rb"), os.fdopen(REPLIES, "wb"))


def _receive(control: socket.socket) -> tuple[Mapping[str, Any], list[int]]:
    """An order with the descriptors that came with it; an empty one when the other side is gone."""
    text, descriptors, _, _ = socket.recv_fds(control, MAX_ORDER, 3)
    return _order(text), descriptors


@lru_cache(maxsize=ALIKE)
def _order(text: bytes) -> Mapping[str, Any]:
    """What the other side says."""
    return json.loads(text) if text else {}


def _answer(control: socket.socket, answer: dict[str, Any], descriptors: Sequence[int] = ()) -> None:
    socket.send_fds(control, [json.dumps(answer).encode()], descriptors)


def _go_on_in_child(control: socket.socket) -> None:
    """Go on in a child, the first process of a new PID namespace; this one waits for its end."""
    child = os.fork()
    if child:
        control.close()
        os.waitpid(child, 0)
        os._exit(0)
    kernel.prctl(kernel.PR_SET_PDEATHSIG, signal.SIGKILL)()


def _take_orders(control: socket.socket, forks: Forks) -> None:
    """Fork and reap, one worker at a time, until the other side is gone."""
    worker = 0
    while True:
        order, descriptors = _receive(control)
        if not order:
            return
        if order["do"] == "fork":
            worker = forks.fork(order, descriptors)
            pidfd = os.pidfd_open(worker)
            _answer(control, {}, [pidfd])
            _close((pidfd, *descriptors))
        elif order["do"] == "drop":
            forks.reap(worker)
        else:
            _answer(control, {"code": forks.reap(worker)})


def _close(descriptors: Sequence[int]) -> None:
    for descriptor in descriptors:
        os.close(descriptor)


class Forks:
    """Forks workers, each in a room and a PID namespace of its own where there are such things."""

    def __init__(self, ground: Ground, ready: Ready, channel: Channel, pid_space: int | None) -> None:
        self._ground = ground
        self._ready = ready
        self._channel = channel
        self._apart = pid_space is not None
        self._leave = kernel.unshare(kernel.NEWPID)
        self._come_back = kernel.enter(pid_space or 0, kernel.NEWPID)
        self._furnish, self._clear = rooms.furnish(), rooms.clear()
        self._ceilings = lru_cache(maxsize=ALIKE)(partial(ceilings, ground))

    def fork(self, order: Mapping[str, Any], descriptors: Sequence[int]) -> int:
        """A new worker's process id, as it is known here."""
        most = self._ceilings(order["memory_mib"], order["cpu_seconds"])
        if self._ground.scratch:
            self._furnish()
        if self._apart:
            self._leave()
        worker = os.fork()
        if not worker:
            self._be_worker(most, order["echo"], descriptors)
        if self._apart:
            self._come_back()  # or there could be no second one
        return worker

    def reap(self, worker: int) -> int:
        """Kill a worker with all that it started; its exit code, or the negative number of a signal."""
        with contextlib.suppress(ProcessLookupError, PermissionError):  # before its setsid, or already gone
            os.killpg(worker, signal.SIGKILL)
        os.kill(worker, signal.SIGKILL)
        _, status = os.waitpid(worker, 0)
        if self._ground.scratch:
            self._clear()
        return os.waitstatus_to_exitcode(status)

    def _be_worker(self, most: tuple[Ceiling, ...], echo: bool, descriptors: Sequence[int]) -> NoReturn:
        """In the fork: take the descriptors, lock in, tell what holds, and serve; never go back."""
        requests, replies = self._channel.requests, self._channel.replies
        try:
            highest = os.sysconf("SC_OPEN_MAX")  # as long as it is not lowered
            _arrange(descriptors, echo)
            lock_in(self._ground, self._ready, most)
            os.closerange(FIRST_FREE, highest)
            told = {"number": 0, "held": sorted(self._ground.held), "missing": self._ground.missing}
            replies.write(pack(told, []))
            replies.flush()
            serve(requests, replies)
        except BaseException as error:  # whoever waits for the first frame sees it as our own failure
            os.write(REPLIES, pack({"number": 0, "failed": f"{type(error).__name__}: {error}"}, []))
        finally:
            os._exit(NOT_STARTED)


def _arrange(descriptors: Sequence[int], echo: bool) -> None:
    """Put the worker's descriptors in their places; one who watches sees what C prints, too."""
    for descriptor, place in zip(descriptors, (REQUESTS, REPLIES, OUTPUT), strict=True):
        os.dup2(descriptor, place)
    for place in (1, 2) if echo else ():
        os.dup2(OUTPUT, place)
