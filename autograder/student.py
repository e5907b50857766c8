"""The student's module as a check sees it: functions to call, objects to hold, raw answers.

``Student`` speaks to any ``Channel``: a confined worker (``sandbox.Cell``) or, for our own
references and misconceptions, ``Inside``, which runs the very same worker code in this process.

Crossing to a worker costs more than most answers, so operations are gathered: making an object, storing
a value, setting an attribute and everything asked through ``later`` waits until an answer is
wanted, and then goes in one frame, in the order in which it was asked. What several checks will want goes
``ahead``: in one frame, too, but in batches that are answered one by one.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from types import ModuleType
from typing import Any, NamedTuple, Protocol, TypeVar, overload

import numpy as np

from autograder.errors import StudentFault, WorkerStopped
from autograder.protocol import FrameError, Handle, Laid, Reply, decode
from autograder.requests import Companion, Operations, copied
from autograder.worker import Worker

T = TypeVar("T")

MAX_LINE = 1 << 24
MAX_TYPE = 80
MAX_PASSING = 10_000
"""Objects that a check leaves behind: their numbers must fit a frame."""
MAX_OPERATIONS = 100
"""How many operations travel in a frame: few enough for a few arrays in the answer to each."""
MAX_BYTES = 16 << 20
"""Of the arrays in a frame, all but the last."""
PLAIN = frozenset({int, float, bool, str, type(None)})
"""Types of values that nobody can change."""
FAULT_FIELDS = {"kind": str, "message": str, "trace": str}
QUIET = frozenset({"store", "table", "stand_in", "stand_out", "forget"})
"""Operations in which no code of the student's runs."""


class Channel(Protocol):
    """Carries requests to a worker and its replies back."""

    def stream(self, batches: Sequence[Operations]) -> Iterator[Reply]:
        """The reply to each batch, when it is wanted; raises ``WorkerStopped`` where there is none."""

    def cpu_seconds(self) -> float:
        """CPU time used by the worker so far."""


class OneByOne:
    """A channel that is asked for one batch after another."""

    def request(self, operations: Operations) -> Reply:
        """The reply to a batch."""
        raise NotImplementedError

    def stream(self, batches: Sequence[Operations]) -> Iterator[Reply]:
        """See ``Channel.stream``."""
        return map(self.request, batches)


class Inside(OneByOne):
    """A channel to a module that is already loaded here: for staff's own code, never a student's."""

    def __init__(self, module: ModuleType, source: str = "", beside: Mapping[str, ModuleType] | None = None) -> None:
        self.worker = Worker()
        self.worker.module, self.worker.source = module, source
        self.worker.beside.update(beside or {})
        self.worker.files = tuple(getattr(each, "__file__", None) or "" for each in (module, *(beside or {}).values()))

    def request(self, operations: Operations) -> Reply:
        """Answer in this process, with copies of all that is asked."""
        return self.worker.answer(0, copied(operations))

    def cpu_seconds(self) -> float:
        """CPU time of this process."""
        return time.process_time()


@dataclass(frozen=True, eq=False)
class Table:
    """What a stand-in answers: pairs of arguments and answer, None for a ``ValueError``; sent once a worker.

    Its arrays must not be modified.
    """

    pairs: tuple[tuple[tuple[Any, ...], Any], ...]


class Answer:
    """The answer to an operation that may still be waiting.

    ``made`` is the number under which its result stays in the worker, if it does; ``lasting`` whether beyond the check.
    """

    __slots__ = ("_fault", "_student", "_value", "lasting", "made", "told")

    def __init__(self, student: Student, made: int | None, lasting: bool) -> None:
        self._student = student
        self._value: Any = None
        self._fault: StudentFault | None = None
        self.made = made
        self.lasting = lasting
        self.told = False

    @property
    def value(self) -> Any:
        """The answer; sends what is waiting. Raises the operation's own ``StudentFault``."""
        if not self.told:
            self._student.hear(self)
        if self._fault is not None:
            raise self._fault.with_traceback(None)
        return self._value

    @property
    def fault(self) -> StudentFault | None:
        """What the operation raised, if anything; a ``WorkerStopped`` is raised here, too."""
        if not self.told:
            self._student.hear(self)
        if isinstance(self._fault, WorkerStopped):
            raise self._fault.with_traceback(None)
        return self._fault

    def part(self, index: int) -> StudentObject:
        """One part of a tuple or list that stayed in the worker (asked for with ``keep``), known before it is made."""
        if self.made is None:
            raise ValueError("only an answer asked for with keep has parts that stay")
        return self._student.made("part", self.made, index)

    def take(self, value: Any, fault: StudentFault | None) -> None:
        """Note what came of the operation."""
        self._value, self._fault, self.told = value, fault, True


class StudentObject:
    """An object of the student's that stays in the worker, such as a layer.

    A call of a method answers at once, ``object.later.METHOD(*args)`` gives an ``Answer``.
    """

    def __init__(self, student: Student, number: int, type: str = "", made: Answer | None = None) -> None:
        self._student = student
        self._number = number
        self._type = type
        self._made = made

    @property
    def type(self) -> str:
        """The name of its class; raises the ``StudentFault`` of making it."""
        if self._made is not None:
            self._type, self._made = _text(self._made.value)[:MAX_TYPE], None
        return self._type

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def method(*args: Any) -> Any:
            return self._student.call(self._number, name, args).value

        return method

    @property
    def later(self) -> LaterObject:
        """The same operations, answered when their answers are wanted."""
        return LaterObject(self._student, self._number)

    def get(self, name: str) -> Any:
        """An attribute's value; raises ``StudentFault`` (AttributeError) where it is missing."""
        return self.later.get(name).value

    def set(self, name: str, value: Any) -> None:
        """Set an attribute, before the next operation; where that fails, whatever is asked of the object does."""
        self._student.ask("set", self._number, name, value)

    def fetch(self) -> Any:
        """The object's value as it is now."""
        return self.later.fetch().value

    def part(self, index: int) -> StudentObject:
        """One part of a tuple or list, as an object."""
        return self._student.made("part", self._number, index)

    def fill(self, value: np.ndarray) -> None:
        """Write ``value`` into the array that this is, in place, before the next operation."""
        self._student.ask("fill", self._number, value)


class LaterObject:
    """Operations on an object of the student's that wait; each gives an ``Answer``."""

    __slots__ = ("_number", "_student")

    def __init__(self, student: Student, number: int) -> None:
        self._student = student
        self._number = number

    def __getattr__(self, name: str) -> Callable[..., Answer]:
        def method(*args: Any, keep: int | None = None, send: bool = True) -> Answer:
            return self._student.call(self._number, name, args, keep, send)

        return method

    def get(self, name: str) -> Answer:
        """An attribute's value."""
        return self._student.ask("get", self._number, name)

    def fetch(self) -> Answer:
        """The object's value as it is by then."""
        return self._student.ask("fetch", self._number)


class LaterStudent:
    """Calls of functions of the student's module that wait; each gives an ``Answer``."""

    __slots__ = ("_student",)

    def __init__(self, student: Student) -> None:
        self._student = student

    def __getattr__(self, name: str) -> Callable[..., Answer]:
        def function(*args: Any, keep: int | None = None, send: bool = True) -> Answer:
            return self._student.call(None, name, args, keep, send)

        return function

    def random_state(self) -> Answer:
        """A mark of the worker's global numpy random state, the same for as long as nobody draws or seeds."""
        return self._student.ask("random_state", None)


class Batch(NamedTuple):
    """Operations that are answered together, and what waits for the answer to each."""

    asked: Operations
    waiting: list[Answer]


class Calls(Sequence[dict[str, Any]]):
    """The calls (``args`` and ``keywords``) that a stand-in saw: none until its block has ended."""

    def __init__(self) -> None:
        self.answer: Answer | None = None

    def _seen(self) -> list[dict[str, Any]]:
        seen = self.answer.value if self.answer is not None else None
        return [call for call in seen if type(call) is dict] if type(seen) is list else []

    def __len__(self) -> int:
        return len(self._seen())

    @overload
    def __getitem__(self, index: int) -> dict[str, Any]: ...
    @overload
    def __getitem__(self, index: slice) -> list[dict[str, Any]]: ...
    def __getitem__(self, index: int | slice) -> dict[str, Any] | list[dict[str, Any]]:
        return self._seen()[index]


class Student:
    """The student's module: ``student.NAME(*args)`` calls its function or class ``NAME``.

    Arguments are values, ``protocol.Laid`` arrays or ``StudentObject``s. Answers are plain values, or a
    ``StudentObject`` for anything else. Raises ``StudentFault``. ``student.later.NAME(*args)`` gives an
    ``Answer`` instead, whose ``value`` is fetched, with all that waits, when it is read.
    """

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._next = Batch([], [])
        self._ready: list[Batch] = []
        self._on_its_way: deque[Batch] = deque()
        self._replies: Iterator[Reply] = iter(())
        self._bytes = 0
        self._stirring = False
        self._numbers = 0
        self._passing: list[int] = []
        self._lasting = False
        self._known: dict[Hashable, Any] = {}
        self._tables: dict[Table, int] = {}

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def function(*args: Any, keep: int | None = None) -> Any:
            return self.call(None, name, args, keep).value

        return function

    @property
    def later(self) -> LaterStudent:
        """The same functions, answered when their answers are wanted."""
        return LaterStudent(self)

    def load(
        self, name: str, source: str, imports: tuple[str, ...], companions: tuple[Companion, ...] = ()
    ) -> None:
        """Run the student's file as module ``name``, which may import those handed in beside it."""
        self.ask("load", None, name, source, imports, companions).value  # noqa: B018 - to be done now

    def loaded_again(self, companions: tuple[Companion, ...]) -> StudentObject:
        """The student's module once more, as an object, on top of these modules instead of their own.

        What one of the module's own name defines takes the place of what the student's own text does.
        """
        return self.made("load_again", companions)

    def new(self, name: str, *args: Any) -> StudentObject:
        """An object of the student's class ``name``, to be made before it is used.

        Where the class makes no object or raises, whatever is asked of the object raises that ``StudentFault``.
        """
        return self.made("new", name, args)

    def store(self, value: Any) -> StudentObject:
        """Put a value into the worker, to see later what became of it."""
        return self.made("store", value)

    def random_state(self) -> str:
        """A mark of the worker's global numpy random state, the same for as long as nobody draws or seeds."""
        return _text(self.later.random_state().value)

    def cpu_seconds(self) -> float:
        """CPU time used by the worker so far, measured from outside; what waits is sent first."""
        self.flush()
        return self._channel.cpu_seconds()

    def timed_flush(self) -> float:
        """Do what waits, in one frame; the worker's CPU seconds for it, from before the arguments arrive."""
        self.hear_all()
        started = self._channel.cpu_seconds()
        self.flush()
        return self._channel.cpu_seconds() - started

    @contextmanager
    def standing_in(
        self, name: str, returns: Any = None, *, table: Table | list[tuple[Any, Any]] | None = None
    ) -> Iterator[Calls]:
        """Let something else answer for the module's function ``name``; see ``worker.StandIn``.

        Without a table, what is yielded tells after the block which calls it saw.
        """
        calls = Calls()
        self.ask("stand_in", self._table(table), name, returns)
        try:
            yield calls
        finally:
            calls.answer = self.ask("stand_out", None, name)

    def once(self, key: Hashable, make: Callable[[], T]) -> T:
        """What ``make()`` gave or raised the first time, as long as this worker lives; objects it made stay."""
        if key not in self._known:
            self._known[key] = self._outcome(make)
        known = self._known[key]
        if isinstance(known, StudentFault):
            raise known.with_traceback(None)
        result: T = known
        return result

    def settle(self) -> None:
        """End a check: whatever waits is done, faults nobody asked for are dropped, objects are forgotten.

        Raises ``WorkerStopped``.
        """
        if self._stirring:
            self.flush()
        if self._passing:
            passing, self._passing = self._passing, []
            self.ask("forget", None, passing)

    def close(self) -> None:
        """Forget what was kept: it leads back here, and would stay until Python looks for such circles."""
        self._known.clear()
        self._ready.clear()
        self._on_its_way.clear()
        self._next = Batch([], [])
        self._replies = iter(())

    def ahead(self, questions: Iterable[Callable[[], object]]) -> None:
        """Put questions that will be wanted, each a batch of its own: where one ends the worker, those before it count.

        They go in one frame when the first answer is wanted.
        """
        for ask in questions:
            ask()
            self._end_batch()

    def flush(self) -> None:
        """Do what waits, in one frame; raises ``WorkerStopped``, which then is the answer to all that has none."""
        self._end_batch()
        self.hear_all()

    def hear_all(self) -> None:
        """Wait for all that was put ahead; raises as ``flush`` does."""
        self._catch_up()
        self._send()
        self._catch_up()

    def hear(self, answer: Answer) -> None:
        """Wait until this one is told; raises as ``flush`` does."""
        if not self._on_its_way:
            self._send()
        while self._on_its_way and not answer.told:
            self._take_in()
        if not answer.told:
            self.flush()

    def _catch_up(self) -> None:
        """Wait for all that was sent; raises as ``flush`` does."""
        while self._on_its_way:
            self._take_in()

    def call(
        self, target: int | None, name: str, args: tuple[Any, ...], keep: int | None = None, send: bool = True
    ) -> Answer:
        """Call a function of the module or a method of the object ``target``; ``MODULE.NAME`` is one of a companion's.

        From index ``keep`` on, the parts of a returned tuple stay in the worker; nothing comes back without ``send``.
        """
        if keep is None:
            return self.ask("call", target, name, args) if send else self.ask("call", target, name, args, False)
        return self.ask("hold", self._number(), target, name, args, keep, send)

    def made(self, operation: str, *values: Any) -> StudentObject:
        """An object that ``operation`` makes when its turn comes."""
        number = self._number()
        return StudentObject(self, number, made=self.ask(operation, number, *values))

    def ask(self, operation: str, number: int | None, *values: Any) -> Answer:
        """Let one operation of the worker wait; ``number`` is the object it makes or is about."""
        if len(self._next.asked) >= MAX_OPERATIONS or self._bytes > MAX_BYTES:
            self.flush()
        asked = [operation, number, *[self._sendable(value) for value in values]]
        answer = Answer(self, number if operation == "hold" else None, self._lasting)
        self._next.asked.append(asked)
        self._next.waiting.append(answer)
        self._stirring = self._stirring or operation not in QUIET
        return answer

    def _end_batch(self) -> None:
        """What is asked from now on is answered by itself."""
        if self._next.asked:
            self._ready.append(self._next)
        self._next, self._bytes, self._stirring = Batch([], []), 0, False

    def _send(self) -> None:
        """Let go what is ready, once nothing is on its way."""
        if self._ready:
            self._on_its_way.extend(self._ready)
            self._ready.clear()
            self._replies = self._channel.stream([batch.asked for batch in self._on_its_way])

    def _take_in(self) -> None:
        """Wait for the reply to the oldest batch that was sent; where there is none, there is none to the others."""
        asked, waiting = self._on_its_way[0]
        try:
            reply, arrays = next(self._replies)
            for place, (answer, told) in enumerate(zip(waiting, _replies(reply, len(asked)), strict=True)):
                value, fault = self._received(told, arrays, answer.lasting)
                answer.take(value, fault and _in_context(fault, asked[:place], asked[place]))
            self._on_its_way.popleft()
        except WorkerStopped as stop:
            for answer in (answer for batch in self._on_its_way for answer in batch.waiting if not answer.told):
                answer.take(None, stop)
            self._on_its_way.clear()
            raise
        except Exception:
            self._on_its_way.clear()
            raise

    def _sendable(self, value: Any) -> Any:
        """A value as it is now and goes to the worker: objects there by their numbers, arrays copied in C order."""
        kind = type(value)
        if kind in PLAIN:
            return value
        if kind is np.ndarray:
            self._bytes += value.nbytes
            return value.copy()
        if kind is tuple:
            return value if PLAIN.issuperset(map(type, value)) else tuple([self._sendable(part) for part in value])
        if kind is list:
            return [self._sendable(part) for part in value]
        if kind is Table:
            return value.pairs
        if kind is StudentObject:
            return Handle(value._number)
        if kind is Laid:
            return Laid(self._sendable(value.array), value.layout)
        return value.item() if isinstance(value, np.generic) else value

    def _number(self) -> int:
        self._numbers += 1
        if not self._lasting:
            self._passing.append(self._numbers)
        return self._numbers

    def _table(self, table: Table | list[tuple[Any, Any]] | None) -> int | None:
        """The number of the table in the worker; one that is a ``Table`` is sent once."""
        if table is None:
            return None
        if isinstance(table, list):
            return self._sent(table)
        if table not in self._tables:
            with self._lastingly():
                self._tables[table] = self._sent(table)
        return self._tables[table]

    def _sent(self, table: Table | list[tuple[Any, Any]]) -> int:
        number = self._number()
        self.ask("table", number, table)
        return number

    def _outcome(self, make: Callable[[], T]) -> T | StudentFault:
        try:
            with self._lastingly():
                return make()
        except WorkerStopped:
            raise
        except StudentFault as fault:
            return fault

    @contextmanager
    def _lastingly(self) -> Iterator[None]:
        """What is made in the block stays in the worker beyond the end of the check."""
        before, self._lasting = self._lasting, True
        try:
            yield
        finally:
            self._lasting = before

    def _received(self, told: Any, arrays: list[np.ndarray], lasting: bool) -> tuple[Any, StudentFault | None]:
        """What a reply says: a value, or a fault."""
        if type(told) is not dict:
            raise WorkerStopped("protocol", "a reply that is none")
        if "fault" in told:
            return None, _fault(told["fault"])
        value = told.get("value")
        if value is None:
            return None, None
        try:
            return self._value(decode(value, arrays), lasting), None
        except FrameError as error:
            raise WorkerStopped("protocol", str(error)) from error

    def _value(self, value: Any, lasting: bool) -> Any:
        kind = type(value)
        if kind is tuple:
            return tuple([self._value(part, lasting) for part in value])
        if kind is list or kind is dict:
            _refuse_objects(value)
        if kind is not Handle:
            return value
        if not lasting and value.number < 0:  # numbered by the worker, so we hear of it only now
            if len(self._passing) >= MAX_PASSING:
                raise FrameError("more objects than a check can want")
            self._passing.append(value.number)
        return StudentObject(self, value.number, value.type)


def _text(value: Any) -> str:
    """A text a worker tells; nothing else is written out, for that may take minutes of an array."""
    return value if type(value) is str else type(value).__name__


def _refuse_objects(value: Any) -> None:
    """Objects come alone or as parts of a tuple; raises ``FrameError`` where one lies deeper."""
    if type(value) is Handle:
        raise FrameError("an object in a place for values")
    for part in value.values() if type(value) is dict else value if type(value) in (list, tuple) else ():
        _refuse_objects(part)


def _replies(reply: dict[str, Any], count: int) -> list[Any]:
    """The replies to ``count`` operations."""
    replies = reply.get("replies")
    if type(replies) is not list or len(replies) != count:
        raise WorkerStopped("protocol", "not one reply to each operation")
    return replies


def _in_context(fault: StudentFault, before: Operations, asked: list[Any]) -> StudentFault:
    """An attribute that is missing, with what was asked: one that was read, or one that a method wanted."""
    if fault.kind != "AttributeError":
        return fault
    operation, number, *rest = asked
    if operation == "get" and fault.absent is not None:
        return replace(fault, unset=fault.absent[1])
    if operation in ("call", "hold") and fault.line is not None:
        return replace(fault, given=_given(before, number if operation == "call" else rest[0]))
    return fault


def _given(before: Operations, number: int | None) -> tuple[str, ...]:
    """The attributes set on an object that was just made, if that is all that was done with it."""
    own = [each for each in before if number is not None and (each[1] == number or each[:3:2] == ["hold", number])]
    if [each[0] for each in own[:1]] != ["new"] or any(each[0] != "set" for each in own[1:]):
        return ()
    return tuple(each[2] for each in own[1:])


def _fault(described: Any) -> StudentFault:
    """The fault a worker reports, its fields forced into shape: it is only a claim."""
    if not isinstance(described, dict):
        return StudentFault("protocol", "a fault that is not described")
    fields = {name: described.get(name) for name in FAULT_FIELDS}
    kind, message, trace = (value if isinstance(value, str) else "" for value in fields.values())
    line, bases, file = described.get("line"), described.get("bases"), described.get("file")
    return StudentFault(
        kind[:80],
        message[:2_000],
        line if type(line) is int and 0 < line <= MAX_LINE else None,
        trace[:8_000],
        frozenset(base for base in bases if isinstance(base, str)) if isinstance(bases, list) else frozenset(),
        file[:80] if isinstance(file, str) else "",
    )
