"""The confined side: loads the student's module from bytes and answers calls with raw values.

It knows inputs and nothing else: no reference, no expected value, no points, no seed. It imports
``protocol`` and ``requests`` alone, and everything it says is treated by the other side as a claim of the student's.
"""

from __future__ import annotations

import inspect
import linecache
import os
import sys
import traceback
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import CodeType, ModuleType
from typing import Any, BinaryIO

import numpy as np
from numpy import random  # numpy puts this off until it is first used, which then takes as long as a whole submission
from numpy.random.mtrand import get_bit_generator, set_bit_generator

from autograder.protocol import MAX_HEADER, Handle, Laid, NoRoom, NotAValue, Parcel, encode, lay_out, pack
from autograder.requests import Companion, Operations, read_request

MAX_MESSAGE = 2_000
MAX_TRACE = 8_000
UNREADABLE = "(the exception has no readable text)"

_seed, _get_state = random.seed, random.get_state
_generator, _set_generator = get_bit_generator(), set_bit_generator


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


class Companions(MetaPathFinder, Loader):
    """Offers the modules that were handed in beside the student's own."""

    def __init__(self, companions: tuple[Companion, ...]) -> None:
        self.companions = {name: (source, problem) for name, source, problem in companions}

    def find_spec(self, fullname: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        """Where the module comes from; raises for one that ought to be there and is not."""
        if fullname not in self.companions:
            return None
        source, problem = self.companions[fullname]
        if problem:
            raise ModuleNotFoundError(problem)
        return ModuleSpec(fullname, self, origin=remembered(fullname, source))

    def exec_module(self, module: ModuleType) -> None:
        """Run the module's text."""
        run(module, self.companions[module.__name__][0])


def remembered(name: str, source: str) -> str:
    """The file name of a module, under which tracebacks find its text."""
    filename = f"{name}.py"
    linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
    return filename


def run(module: ModuleType, source: str) -> None:
    """Run ``source`` as the text of ``module``."""
    module.__file__ = f"{module.__name__}.py"
    exec(compile(source, module.__file__, "exec", dont_inherit=True), vars(module))


class StandIn:
    """Replaces one function of the student's module, so that a mistake in it does not spread.

    With ``table`` (answers by ``key_of_call``, None for a ``ValueError``) it answers the calls it
    knows and leaves the others to the student's own function; without a table it answers ``returns``
    to all, and notes its calls.
    """

    def __init__(self, replaced: Any, returns: Any, table: dict[Hashable, Any] | None) -> None:
        self.replaced = replaced
        self.returns = returns
        self.table = table
        self.calls: list[dict[str, Any]] = []

    def __call__(self, *args: Any, **keywords: Any) -> Any:
        if self.table is None:
            snapshot = [np.array(value) if type(value) is np.ndarray else value for value in args]
            self.calls.append({"args": tuple(snapshot), "keywords": dict(keywords)})
            return self.returns
        answer = self.table.get(key_of_call(self._positional(args, keywords) if keywords else args), self)
        if answer is self:
            return self.replaced(*args, **keywords)
        if answer is None:
            raise ValueError("impossible geometry")
        return answer.copy() if type(answer) is np.ndarray else answer

    def _positional(self, args: tuple[Any, ...], keywords: dict[str, Any]) -> tuple[Any, ...]:
        """The arguments in the order of the student's own signature."""
        try:
            return inspect.signature(self.replaced).bind(*args, **keywords).args
        except (TypeError, ValueError):
            return args


def key_of_call(args: tuple[Any, ...]) -> Hashable:
    """Equal for arguments that are equal one by one."""
    return tuple([each if type(each) is int else key_of(each) for each in args])


def key_of(value: Any) -> Hashable:
    """Equal for equal numbers, and for lists, tuples and arrays of equal numbers; any other value is like no other."""
    kind = type(value)
    if kind is np.ndarray:
        return _key_of_array(value)
    if kind is tuple or kind is list:
        if any(type(part) in (list, tuple, np.ndarray) for part in value):
            return _key_of_rows(value)
        return tuple([key_of(part) for part in value])
    if isinstance(value, int | np.integer | np.bool_):
        return int(value)
    if isinstance(value, float | np.floating):
        return float(value)
    return object()


def _key_of_rows(value: tuple[Any, ...] | list[Any]) -> Hashable:
    try:
        return _key_of_array(np.array(value))
    except ValueError:  # rows of different lengths
        return tuple([key_of(part) for part in value])


def _key_of_array(array: np.ndarray) -> Hashable:
    if array.dtype.kind not in "biuf":
        return object()
    if array.ndim < 2:
        return key_of(array.tolist())
    return array.shape, (array + 0.0).astype(np.float64).tobytes()  # + 0.0 makes one zero of the two


@dataclass(frozen=True)
class Failed:
    """Stands in the place of an object that could not be made, or was left in a state it should not be in."""

    fault: dict[str, Any]


class Broken(Exception):
    """An operation on something that ``Failed``."""

    def __init__(self, fault: dict[str, Any]) -> None:
        super().__init__()
        self.fault = fault


class Worker:
    """One submission's objects and the operations on them; see ``operations`` for what may be asked.

    An operation comes as ``[name, number, *values]``: ``number`` is the object it makes or is about (None for
    the module). The other side chooses it, above 0, so that it can go on to use what is not yet made.
    """

    def __init__(self) -> None:
        self.module: ModuleType | None = None
        self.source = ""
        self.beside: dict[str, ModuleType | None] = {}
        self.files: tuple[str, ...] = ()
        self.objects: dict[int, Any] = {}
        self.kept = 0
        self.drawn_from: tuple[Any, ...] = ()
        self.mark = ""
        self.stand_ins: dict[str, StandIn] = {}
        self.operations: dict[str, Callable[..., Any]] = {
            "load": self.load,
            "load_again": self.load_again,
            "call": self.call,
            "hold": self.hold,
            "part": self.part,
            "new": self.new,
            "get": self.get,
            "set": self.set,
            "store": self.store,
            "fetch": self.fetch,
            "fill": self.fill,
            "forget": self.forget,
            "table": self.table,
            "stand_in": self.stand_in,
            "stand_out": self.stand_out,
            "random_state": self.random_state,
        }

    def load(
        self, number: None, name: str, source: str, imports: tuple[str, ...], companions: tuple[Companion, ...] = ()
    ) -> None:
        """Run the student's file, the text ``source``, as module ``name``, with ``companions`` beside it."""
        self.files = (remembered(name, source), *[f"{each}.py" for each, _, _ in companions])
        self.beside = {each: None for each, _, _ in companions}
        sys.meta_path[:0] = [Companions(companions), ImportGuard(imports)]
        self.module = sys.modules[name] = ModuleType(name)
        self.source = source
        run(self.module, source)

    def load_again(self, number: int, companions: tuple[Companion, ...]) -> str:
        """The student's file once more, as an object, on top of ``companions`` instead of their own.

        One of the file's own name is run after it, in the same module: what it defines takes the place of theirs.
        """
        assert self.module is not None
        own, texts = self.module.__name__, {name: text for name, text, _ in companions}
        texts[own] = f"{self.source}\n{texts.pop(own, '')}"
        before = {name: sys.modules.get(name) for name in texts}
        try:
            for name, text in texts.items():
                module = sys.modules[name] = ModuleType(name)
                run(module, text)
            return self._placed(number, module)
        finally:
            sys.modules.update({name: module for name, module in before.items() if module is not None})
            for name in [name for name, module in before.items() if module is None]:
                sys.modules.pop(name, None)

    def call(self, target: int | None, name: str, args: tuple[Any, ...], send: bool = True) -> Any:
        """Call a function of the module or a method of an object."""
        result = self._result(target, name, args)
        return result if send else None

    def hold(
        self, number: int, target: int | None, name: str, args: tuple[Any, ...], keep: int, send: bool
    ) -> Any:
        """A call whose result stays here; from ``keep`` on the parts of a tuple are told as handles only."""
        self.objects[number] = result = self._result(target, name, args)
        if not send:
            return None
        if type(result) is not tuple:
            return result
        return (*result[:keep], *[self._kept(part) for part in result[keep:]])

    def part(self, number: int, whole: int, index: int) -> str:
        """A part of a tuple or list that stayed here, by a number of its own."""
        result = self._object(whole)
        if type(result) not in (tuple, list):
            raise TypeError(f"a tuple was expected, not {_kind(result)}")
        return self._placed(number, result[index])

    def new(self, number: int, name: str, args: tuple[Any, ...]) -> str:
        """An object of a class of the module; a value is none."""
        made = self._result(None, name, args)
        try:
            if type(made) is not tuple:
                encode(made, Parcel())
        except NotAValue:
            return self._placed(number, made)
        raise TypeError(f"{name}(...) gives a {_kind(made)}, not an object of a class")

    def get(self, target: int, name: str) -> Any:
        """An attribute of an object."""
        return getattr(self._object(target), name)

    def set(self, target: int, name: str, value: Any) -> None:
        """Set an attribute of an object."""
        setattr(self._object(target), name, self._resolved(value))

    def store(self, number: int, value: Any) -> str:
        """Keep a value here, to be passed to several calls as the very same object."""
        return self._placed(number, self._resolved(value))

    def fetch(self, target: int) -> Any:
        """The value of a kept object."""
        return self._object(target)

    def fill(self, target: int, value: np.ndarray) -> None:
        """Write into a kept array, in place."""
        array = self._object(target)
        if type(array) is not np.ndarray or array.shape != value.shape:
            raise TypeError(f"an array of shape {value.shape} was expected, not {_kind(array)}")
        array[...] = value

    def forget(self, number: None, passing: list[int]) -> None:
        """Drop kept objects."""
        for each in passing:
            self.objects.pop(each, None)

    def table(self, number: int, pairs: list[tuple[Any, Any]]) -> None:
        """Keep what a stand-in is to answer."""
        table: dict[Hashable, Any] = {}
        for args, answer in pairs:
            table.setdefault(key_of_call(args), answer)
        self.objects[number] = table

    def stand_in(self, table: int | None, name: str, returns: Any) -> None:
        """Put a ``StandIn`` in the place of the module's function ``name``."""
        answers = None if table is None else self._object(table)
        replaced = getattr(self.module, name, None)
        self.stand_ins[name] = StandIn(replaced, returns, answers)
        setattr(self.module, name, self.stand_ins[name])

    def stand_out(self, number: None, name: str) -> list[dict[str, Any]]:
        """Undo ``stand_in``; the calls it saw."""
        stand_in = self.stand_ins.pop(name)
        setattr(self.module, name, stand_in.replaced)
        return stand_in.calls

    def random_state(self, number: None) -> str:
        """A mark of numpy's global random state: last time's, unless somebody has drawn or seeded since.

        The state is one of ours, from fresh entropy: no seed of the student's may lead to where it already is.
        """
        if _random_state() != self.drawn_from:
            _set_generator(_generator)
            _seed(int.from_bytes(os.urandom(4), "little"))
            self.drawn_from, self.mark = _random_state(), os.urandom(8).hex()
        return self.mark

    def _result(self, target: int | None, name: str, args: tuple[Any, ...]) -> Any:
        owner = self.module if target is None else self._object(target)
        if target is None and "." in name:
            companion, _, rest = name.partition(".")
            owner, name = (self._beside(companion), rest) if companion in self.beside else (owner, name)
        function = getattr(owner, name)
        return function(*[self._resolved(value) for value in args])

    def _beside(self, name: str) -> ModuleType:
        """A companion, imported when it is first wanted."""
        module = self.beside[name] = self.beside[name] or import_module(name)
        return module

    def _object(self, number: int) -> Any:
        found = self.objects[number]
        if type(found) is Failed:
            raise Broken(found.fault)
        return found

    def _resolved(self, value: Any) -> Any:
        """What an argument stands for: an object that is here, or an array in the memory order asked for."""
        if type(value) is Handle:
            return self._object(value.number)
        return lay_out(value.array, value.layout) if type(value) is Laid else value

    def _kept(self, value: Any) -> Handle:
        """A number of the worker's own for something that the other side has not foreseen."""
        self.kept -= 1
        return Handle(self.kept, self._placed(self.kept, value))

    def _placed(self, number: int, value: Any) -> str:
        """Keep a value under a number; the name of its class."""
        self.objects[number] = value
        return _kind(value)

    def answer(self, number: int, operations: Operations) -> tuple[dict[str, Any], list[np.ndarray]]:
        """The replies to the operations of request ``number``: of each its value, or the student's fault."""
        parcel = Parcel()
        replies = [self._reply(asked, parcel) for asked in operations]
        return {"number": number, "replies": replies}, parcel.arrays

    def _reply(self, asked: list[Any], parcel: Parcel) -> dict[str, Any]:
        count = len(parcel.arrays)
        try:
            name, number, *values = asked
            result = self.operations[name](number, *values)
            return {"value": None if result is None else self._encoded(result, parcel)}
        except Broken as broken:
            fault = broken.fault
        except BaseException as error:  # the student's code may raise anything, SystemExit included
            fault = fault_of(error, self.files)
        parcel.drop(count)
        if name in SPOILING:
            self.objects[number] = Failed(fault)
        return {"fault": fault}

    def _encoded(self, result: Any, parcel: Parcel) -> Any:
        """The result, with what is no value kept here as a handle (at top level or inside a tuple)."""
        alone = not parcel.arrays
        if type(result) is tuple and len(result) <= 16:
            return {"tuple": [self._value_or_handle(part, parcel, alone) for part in result]}
        return self._value_or_handle(result, parcel, alone)

    def _value_or_handle(self, value: Any, parcel: Parcel, alone: bool) -> Any:
        count = len(parcel.arrays)
        try:
            return encode(value, parcel)
        except NotAValue as refused:
            if type(refused) is NoRoom and not alone:  # the answers before it have taken the room
                raise
            parcel.drop(count)
            return encode(self._kept(value), parcel)


def _random_state() -> tuple[Any, ...]:
    """All that numpy's next global draws depend on, whatever generator they come from by now."""
    told = _get_state(legacy=False)
    parts = [part.tobytes() if type(part) is np.ndarray else part for part in told["state"].values()]
    return (told["bit_generator"], told.get("has_gauss"), told.get("gauss"), *parts)


SPOILING = frozenset({"load_again", "new", "hold", "part", "store", "table", "set", "fill"})
"""Operations whose failure spoils the object they make or are about."""


def _kind(value: Any) -> str:
    """The name of the value's class; of an array that cannot be sent also what it is made of."""
    if type(value) is np.ndarray:
        return f"ndarray of dtype {value.dtype} and shape {value.shape}"[:80]
    return str(type(value).__name__)[:80]


def fault_of(error: BaseException, files: tuple[str, ...]) -> dict[str, Any]:
    """What a student needs of an exception, ``files`` being theirs; a class of theirs may fail to tell its own name."""
    try:
        return _described(error, files)
    except BaseException:
        return {"kind": "Exception", "bases": [], "message": UNREADABLE, "line": None, "trace": ""}


def _described(error: BaseException, files: tuple[str, ...]) -> dict[str, Any]:
    """Its kind, text, line, and the frames in the student's own files, of which the first is the one that is marked."""
    frames = [each for each in traceback.walk_tb(error.__traceback__) if each[0].f_code.co_filename in files]
    line, file = (frames[-1][1], frames[-1][0].f_code.co_filename) if frames else (None, "")
    if isinstance(error, SyntaxError) and error.filename in files:
        line, file = error.lineno, error.filename
    return {
        "kind": str(type(error).__name__)[:80],
        "bases": [str(base.__name__) for base in type(error).__mro__ if base.__module__ == "builtins"],
        "message": _text_of(error)[:MAX_MESSAGE],
        "line": line,
        "file": "" if file in files[:1] else file,
        "trace": "".join(_lines_of(error, frames, files))[:MAX_TRACE],
    }


def _lines_of(error: BaseException, frames: list[Any], files: tuple[str, ...]) -> list[str]:
    """The frames; where the student's text is no Python, the line of it, too, with what is wrong there pointed at."""
    lines = _shown(tuple([(frame.f_code, line) for frame, line in frames]))
    if isinstance(error, SyntaxError) and error.filename in files:
        return [*lines, *traceback.format_exception_only(error)[:-1]]
    return lines


@lru_cache(maxsize=64)
def _shown(places: tuple[tuple[CodeType, int], ...]) -> list[str]:
    """Lines of code as a traceback shows them; what is refused over and over is refused in the same places."""
    frames = [traceback.FrameSummary(code.co_filename, line, code.co_name) for code, line in places]
    return traceback.StackSummary.from_list(frames).format()


def _text_of(error: BaseException) -> str:
    try:
        return str(error.msg if isinstance(error, SyntaxError) else error)
    except BaseException:  # an exception class of the student's may fail to print itself
        return UNREADABLE


def serve(requests: BinaryIO, replies: BinaryIO) -> None:
    """Answer requests in order, batch by batch, until the other side closes the stream."""
    worker = Worker()
    while True:
        try:
            first, batches = read_request(requests)
        except EOFError:
            return
        for number, operations in enumerate(batches, first):
            replies.write(packed(*worker.answer(number, operations)))
            replies.flush()


def packed(header: dict[str, Any], arrays: list[np.ndarray]) -> bytes:
    """A frame of replies; where they are too long together, the longest of them become faults."""
    try:
        return pack(header, arrays)
    except NotAValue as error:
        refusal = {"fault": fault_of(error, ())}
    replies = [_without_trace(reply) for reply in header["replies"]]
    for longest in sorted(range(len(replies)), key=[_length(reply) for reply in replies].__getitem__, reverse=True):
        try:
            return pack({**header, "replies": replies}, arrays)
        except NotAValue:
            replies[longest] = refusal
    return pack({**header, "replies": replies}, arrays)


def _without_trace(reply: dict[str, Any]) -> dict[str, Any]:
    return {"fault": {**reply["fault"], "trace": ""}} if "fault" in reply else reply


def _length(reply: dict[str, Any]) -> int:
    try:
        return len(pack(reply, []))
    except NotAValue:
        return MAX_HEADER
