"""The student's module as a check sees it: functions to call, objects to hold, raw answers.

``Student`` speaks to any ``Channel``: a confined worker (``sandbox.Cell``) or, for our own
references and misconceptions, ``Inside``, which runs the very same worker code in this process.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any, Protocol

import numpy as np

from autograder.errors import StudentFault, WorkerStopped
from autograder.protocol import FrameError, Handle, Parcel, decode, encode
from autograder.worker import Worker

MAX_LINE = 1 << 24
FAULT_FIELDS = {"kind": str, "message": str, "trace": str}


class Channel(Protocol):
    """Carries one request to a worker and its reply back."""

    def request(self, header: dict[str, Any], arrays: list[np.ndarray]) -> tuple[dict[str, Any], list[np.ndarray]]:
        """The reply to a request; raises ``WorkerStopped`` where there is none."""

    def cpu_seconds(self) -> float:
        """CPU time used by the worker so far."""


class Inside:
    """A channel to a module that is already loaded here: for staff's own code, never a student's."""

    def __init__(self, module: ModuleType) -> None:
        self.worker = Worker()
        self.worker.module = module

    def request(self, header: dict[str, Any], arrays: list[np.ndarray]) -> tuple[dict[str, Any], list[np.ndarray]]:
        """Answer in this process."""
        return self.worker.answer({**header, "number": 0}, arrays)

    def cpu_seconds(self) -> float:
        """CPU time of this process."""
        return time.process_time()


class StudentObject:
    """An object of the student's that stays in the worker, such as a layer."""

    def __init__(self, student: Student, handle: Handle) -> None:
        self._student = student
        self._handle = handle
        self.type = handle.type

    def __getattr__(self, name: str) -> Any:
        def method(*args: Any) -> Any:
            return self._student.ask("call", target=self._handle, name=name, args=args, keep=None)

        return method

    def get(self, name: str) -> Any:
        """An attribute's value; raises ``StudentFault`` (AttributeError) where it is missing."""
        return self._student.ask("get", target=self._handle, name=name)

    def set(self, name: str, value: Any) -> None:
        """Set an attribute."""
        self._student.ask("set", target=self._handle, name=name, value=value)

    def fetch(self) -> Any:
        """The object's value as it is now."""
        return self._student.ask("fetch", target=self._handle)


class Student:
    """The student's module: ``student.NAME(*args)`` calls its function or class ``NAME``.

    Arguments are values, ``protocol.Laid`` arrays or ``StudentObject``s. Answers are plain values, or a
    ``StudentObject`` for anything else. Raises ``StudentFault``.
    """

    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    def __getattr__(self, name: str) -> Any:
        def function(*args: Any, keep: int | None = None) -> Any:
            return self.ask("call", target=None, name=name, args=args, keep=keep)

        return function

    def load(self, name: str, source: str, imports: tuple[str, ...]) -> None:
        """Run the student's file as module ``name``."""
        # As bytes: the text may be longer than a frame's header.
        self.ask("load", name=name, text=np.frombuffer(source.encode(), np.uint8), imports=imports)

    def new(self, name: str, *args: Any) -> StudentObject:
        """An object of the student's class ``name``; a ``StudentFault`` where it makes no object."""
        made = self.ask("call", target=None, name=name, args=args, keep=None)
        if type(made) is not StudentObject:
            raise StudentFault("TypeError", f"{name}(...) gives a {type(made).__name__}, not an object of a class")
        return made

    def store(self, value: Any) -> StudentObject:
        """Put a value into the worker, to see later what became of it."""
        stored = self.ask("store", value=value)
        if type(stored) is not StudentObject:
            raise WorkerStopped("protocol", "a stored value got no handle")
        return stored

    def random_state(self) -> str:
        """A digest of the worker's global numpy random state."""
        return str(self.ask("random_state"))

    def cpu_seconds(self) -> float:
        """CPU time used by the worker so far, measured from outside."""
        return self._channel.cpu_seconds()

    @contextmanager
    def standing_in(
        self, name: str, returns: Any = None, *, table: list[tuple[Any, Any]] | None = None
    ) -> Iterator[list[dict[str, Any]]]:
        """Let something else answer for the module's function ``name``; see ``worker.StandIn``.

        The list fills with the calls it saw (``args`` and ``keywords``) when the block ends.
        """
        calls: list[dict[str, Any]] = []
        self.ask("stand_in", name=name, returns=returns, table=table)
        try:
            yield calls
        finally:
            seen = self.ask("stand_out", name=name)
            if type(seen) is list:
                calls.extend(call for call in seen if type(call) is dict)

    def ask(self, operation: str, **arguments: Any) -> Any:
        """One operation of the worker."""
        parcel = Parcel()
        tree = {"dict": [[key, _sendable(value, parcel)] for key, value in arguments.items()]}
        reply, arrays = self._channel.request({"operation": operation, "arguments": tree}, parcel.arrays)
        if "fault" in reply:
            raise _fault(reply["fault"])
        try:
            return self._received(decode(reply.get("value"), arrays))
        except FrameError as error:
            raise WorkerStopped("protocol", str(error)) from error

    def _received(self, value: Any) -> Any:
        if type(value) is Handle:
            return StudentObject(self, value)
        if type(value) is tuple:
            return tuple(self._received(part) for part in value)
        return value


def _sendable(value: Any, parcel: Parcel) -> Any:
    if type(value) is StudentObject:
        value = value._handle
    if type(value) is tuple:
        return {"tuple": [_sendable(part, parcel) for part in value]}
    return encode(value, parcel, depth=2)


def _fault(described: Any) -> StudentFault:
    """The fault a worker reports, its fields forced into shape: it is only a claim."""
    if not isinstance(described, dict):
        return StudentFault("protocol", "a fault that is not described")
    fields = {name: described.get(name) for name in FAULT_FIELDS}
    kind, message, trace = (value if isinstance(value, str) else "" for value in fields.values())
    line, bases = described.get("line"), described.get("bases")
    return StudentFault(
        kind[:80],
        message[:2_000],
        line if type(line) is int and 0 < line <= MAX_LINE else None,
        trace[:8_000],
        frozenset(base for base in bases if isinstance(base, str)) if isinstance(bases, list) else frozenset(),
    )
