"""The confined side: loads the student's module from bytes and answers calls with raw values.

It knows inputs and nothing else: no reference, no expected value, no points, no seed. It imports
``protocol`` alone, and everything it says is treated by the other side as a claim of the student's.
"""

from __future__ import annotations

import hashlib
import inspect
import linecache
import sys
import traceback
from collections.abc import Callable
from importlib.abc import MetaPathFinder
from types import ModuleType
from typing import Any, BinaryIO

import numpy as np

from autograder.protocol import Handle, NotAValue, Parcel, decode, encode, read_frame, write_frame

MAX_MESSAGE = 2_000
MAX_TRACE = 8_000
UNREADABLE = "(the exception has no readable text)"


class ImportGuard(MetaPathFinder):
    """Refuses what the assignment does not offer, so that marks do not depend on what is installed."""

    def __init__(self, allowed: tuple[str, ...]) -> None:
        self.allowed = frozenset(sys.stdlib_module_names).union(allowed)
        self.offered = ", ".join(allowed) or "nothing else"

    def find_spec(self, fullname: str, path: Any = None, target: Any = None) -> None:
        """Raise for a module outside the standard library and the allowed packages."""
        # The standard library's own file of that name is called after the platform, so it is on no list.
        if fullname.partition(".")[0] not in self.allowed and not fullname.startswith("_sysconfigdata_"):
            raise ModuleNotFoundError(
                f"{fullname!r} is not available here: use the standard library and {self.offered}"
            )


class StandIn:
    """Replaces one function of the student's module, so that a mistake in it does not spread.

    It notes its calls. With ``table`` (pairs of arguments and answer, None for a ``ValueError``) it
    answers the calls it knows and leaves the others to the student's own function; without a table
    it answers ``returns`` to all.
    """

    def __init__(self, replaced: Any, returns: Any, table: list[tuple[Any, Any]] | None) -> None:
        self.replaced = replaced
        self.returns = returns
        self.table = table
        self.calls: list[dict[str, Any]] = []

    def __call__(self, *args: Any, **keywords: Any) -> Any:
        snapshot = [np.array(value) if type(value) is np.ndarray else value for value in args]
        self.calls.append({"args": tuple(snapshot), "keywords": dict(keywords)})
        if self.table is None:
            return self.returns
        positional = self._positional(args, keywords)
        for known, answer in self.table:
            if _alike(positional, known):
                if answer is None:
                    raise ValueError("impossible geometry")
                return np.array(answer) if type(answer) is np.ndarray else answer
        return self.replaced(*args, **keywords)

    def _positional(self, args: tuple[Any, ...], keywords: dict[str, Any]) -> tuple[Any, ...]:
        """The arguments in the order of the student's own signature."""
        try:
            return inspect.signature(self.replaced).bind(*args, **keywords).args
        except (TypeError, ValueError):
            return args


def _alike(one: Any, other: Any) -> bool:
    """Equality in which lists, tuples and arrays of the same numbers are equal."""
    if isinstance(one, tuple | list) and isinstance(other, tuple | list):
        return len(one) == len(other) and all(map(_alike, one, other))
    return np.array_equal(one, other)


class Worker:
    """One submission's objects and the operations on them; see ``operations`` for what may be asked."""

    def __init__(self) -> None:
        self.module: ModuleType | None = None
        self.objects: dict[int, Any] = {}
        self.stand_ins: dict[str, StandIn] = {}
        self.operations: dict[str, Callable[..., Any]] = {
            "load": self.load,
            "call": self.call,
            "get": self.get,
            "set": self.set,
            "store": self.store,
            "fetch": self.fetch,
            "forget": self.forget,
            "stand_in": self.stand_in,
            "stand_out": self.stand_out,
            "random_state": self.random_state,
        }

    def load(self, name: str, text: np.ndarray, imports: tuple[str, ...]) -> None:
        """Run the student's file, the bytes of ``text``, as module ``name``."""
        filename = f"{name}.py"
        source = text.tobytes().decode()
        linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
        sys.meta_path.insert(0, ImportGuard(imports))
        module = ModuleType(name)
        module.__file__ = filename
        self.module = sys.modules[name] = module
        exec(compile(source, filename, "exec", dont_inherit=True), vars(module))

    def call(self, target: Handle | None, name: str, args: tuple[Any, ...], keep: int | None) -> Any:
        """Call a function of the module or a method of an object.

        ``keep`` is the index from which the parts of a returned tuple stay here as handles.
        """
        function = getattr(self._owner(target), name)
        result = function(*[self._resolved(value) for value in args])
        if keep is None or type(result) is not tuple:
            return result
        return (*result[:keep], *[self._kept(part) for part in result[keep:]])

    def get(self, target: Handle, name: str) -> Any:
        """An attribute of an object."""
        return getattr(self._owner(target), name)

    def set(self, target: Handle, name: str, value: Any) -> None:
        """Set an attribute of an object."""
        setattr(self._owner(target), name, self._resolved(value))

    def store(self, value: Any) -> Handle:
        """Keep a value here, to be passed to several calls as the very same object."""
        return self._kept(value)

    def fetch(self, target: Handle) -> Any:
        """The value of a kept object."""
        return self.objects[target.number]

    def forget(self) -> None:
        """Drop every kept object."""
        self.objects.clear()

    def stand_in(self, name: str, returns: Any, table: list[tuple[Any, Any]] | None) -> None:
        """Put a ``StandIn`` in the place of the module's function ``name``."""
        replaced = getattr(self.module, name, None)
        self.stand_ins[name] = StandIn(replaced, returns, table)
        setattr(self.module, name, self.stand_ins[name])

    def stand_out(self, name: str) -> list[dict[str, Any]]:
        """Undo ``stand_in``; the calls it saw."""
        stand_in = self.stand_ins.pop(name)
        setattr(self.module, name, stand_in.replaced)
        return stand_in.calls

    def random_state(self) -> str:
        """A digest of numpy's global random state."""
        kind, keys, *position = np.random.get_state(legacy=True)
        return hashlib.sha256(repr((kind, position)).encode() + np.asarray(keys).tobytes()).hexdigest()

    def _owner(self, target: Handle | None) -> Any:
        return self.module if target is None else self.objects[target.number]

    def _resolved(self, value: Any) -> Any:
        return self.objects[value.number] if type(value) is Handle else value

    def _kept(self, value: Any) -> Handle:
        number = len(self.objects) + 1
        self.objects[number] = value
        return Handle(number, _kind(value))

    def answer(self, header: dict[str, Any], arrays: list[np.ndarray]) -> tuple[dict[str, Any], list[np.ndarray]]:
        """The reply to one request: its value, or the student's fault."""
        parcel = Parcel()
        try:
            arguments = decode(header["arguments"], arrays)
            result = self.operations[header["operation"]](**arguments)
            reply = {"value": self._encoded(result, parcel)}
        except BaseException as error:  # the student's code may raise anything, SystemExit included
            parcel = Parcel()
            reply = {"fault": fault_of(error, self.module)}
        return {"number": header["number"], **reply}, parcel.arrays

    def _encoded(self, result: Any, parcel: Parcel) -> Any:
        """The result, with what is no value kept here as a handle (at top level or inside a tuple)."""
        if type(result) is tuple and len(result) <= 16:
            return {"tuple": [self._value_or_handle(part, parcel) for part in result]}
        return self._value_or_handle(result, parcel)

    def _value_or_handle(self, value: Any, parcel: Parcel) -> Any:
        count = len(parcel.arrays)
        try:
            return encode(value, parcel)
        except NotAValue:
            parcel.drop(count)
            return encode(self._kept(value), parcel)


def _kind(value: Any) -> str:
    """The name of the value's class; of an array that cannot be sent also what it is made of."""
    if type(value) is np.ndarray:
        return f"ndarray of dtype {value.dtype} and shape {value.shape}"[:80]
    return str(type(value).__name__)[:80]


def fault_of(error: BaseException, module: ModuleType | None) -> dict[str, Any]:
    """What a student needs of an exception; a class of theirs may fail to tell even its own name."""
    try:
        return _described(error, module)
    except BaseException:
        return {"kind": "Exception", "bases": [], "message": UNREADABLE, "line": None, "trace": ""}


def _described(error: BaseException, module: ModuleType | None) -> dict[str, Any]:
    """Its kind, text, line, and the frames in the student's own file."""
    filename = getattr(module, "__file__", None)
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == filename]
    line = frames[-1].lineno if frames else None
    if isinstance(error, SyntaxError) and error.filename == filename:
        line = error.lineno
    return {
        "kind": str(type(error).__name__)[:80],
        "bases": [str(base.__name__) for base in type(error).__mro__ if base.__module__ == "builtins"],
        "message": _text_of(error)[:MAX_MESSAGE],
        "line": line,
        "trace": "".join(traceback.format_list(frames))[:MAX_TRACE],
    }


def _text_of(error: BaseException) -> str:
    try:
        return str(error.msg if isinstance(error, SyntaxError) else error)
    except BaseException:  # an exception class of the student's may fail to print itself
        return UNREADABLE


def serve(requests: BinaryIO, replies: BinaryIO) -> None:
    """Answer requests in order until the other side closes the stream."""
    worker = Worker()
    while True:
        try:
            header, arrays = read_frame(requests)
        except EOFError:
            return
        reply, answers = worker.answer(header, arrays)
        try:
            write_frame(replies, reply, answers)
        except NotAValue as error:  # an answer of too many parts: nothing of it has been sent
            write_frame(replies, {"number": header["number"], "fault": fault_of(error, worker.module)}, [])
