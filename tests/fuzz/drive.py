"""Lets the trusted side ask a hostile confined side, over real pipes, and looks at what comes out.

The path is the one a reply takes when a class is graded: ``Line``, ``Cell.request``, ``Student``. Out of it
come values of the agreed kinds, ``StudentFault`` and ``WorkerStopped``, and nothing else ever.
"""

from __future__ import annotations

import contextlib
import fcntl
import io
import itertools
import os
import random
import signal
import time
import traceback
from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, NoReturn

import numpy as np

from autograder.errors import StudentFault, WorkerStopped
from autograder.protocol import DTYPES, MAX_BITS, Reply
from autograder.requests import read_request
from autograder.sandbox.cell import Cell
from autograder.sandbox.line import Line
from autograder.student import Answer, Student, StudentObject
from tests.fuzz.damage import Ending, Script, doubled, nothing, script

PATIENCE = 2.0
"""Seconds of the worker's own: far more than any frame here takes."""
IMPATIENCE = 0.002
"""For a frame that never comes to its end."""
HANG_SECONDS = 30.0
"""Beyond every limit: whoever takes longer hangs."""
SWELLING = 16
SPARE = 1 << 16
"""Bytes that the arrays of a reply may take beyond ``SWELLING`` times its frame."""
KINDS = frozenset({"timeout", "exit", "signal", "protocol"})
ENDS = (0, 3, 70, -9, -11, -6, -40)
Sabotage = Callable[[random.Random, int, list[str]], Script]


class Hang(BaseException):
    """The trusted side waited beyond its limit."""


class Printed(BaseException):
    """The trusted side wrote out an array of the student's, which may take minutes."""


@dataclass
class Tally:
    """What came of all frames; ``violations`` are what must not have come."""

    frames: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    damages: Counter[str] = field(default_factory=Counter)
    violations: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        came = ", ".join(f"{count} {name}" for name, count in sorted(self.outcomes.items()))
        return f"{self.frames} frames: {came}; {len(self.violations)} violations"


# --------------------------------------------------------------------------------- the confined end


class Puppet:
    """A ``Transport`` whose worker does what scripts say."""

    def __init__(self, rng: random.Random, sabotage: Sabotage) -> None:
        self.rng = rng
        self.sabotage = sabotage
        self.played: list[Script] = []
        self.owing: list[bool] = []
        self._owed: deque[tuple[int, list[str]]] = deque()
        self._heard, outgoing = os.pipe()
        incoming, self._mouth = os.pipe()
        self._line = Line(outgoing, incoming)
        with contextlib.suppress(OSError):
            fcntl.fcntl(self._mouth, fcntl.F_SETPIPE_SZ, 1 << 18)

    def exchange(self, frame: bytes, seconds: float, replies: int = 1) -> Reply:
        """Have the script's words follow the request; they lie ready, as nobody else is there to write them."""
        number, batches = read_request(io.BytesIO(frame))
        self._owed.extend(enumerate([[operation[0] for operation in operations] for operations in batches], number))
        acted = self.sabotage(self.rng, *self._owed.popleft())
        if acted.early:
            os.write(self._mouth, acted.early)
        send = self._line._send

        def send_and_be_answered(data: bytes, deadline: float) -> None:
            send(data, deadline)
            os.read(self._heard, 1 << 18)
            self._say(acted)

        self._line._send = send_and_be_answered  # type: ignore[method-assign]
        try:
            return self._line.exchange(frame, seconds if complete(acted) else IMPATIENCE, replies)
        finally:
            self._line._send = send  # type: ignore[method-assign]
            self._note(acted)

    def receive(self, seconds: float) -> Reply:
        """Have words follow another batch; none of them can come early, for it was asked already."""
        number, operations = self._owed.popleft()
        acted = self.sabotage(self.rng, number, operations)
        if acted.early:
            acted = nothing(self.rng, number, operations)
        self._note(acted)
        self._say(acted)
        return self._line.receive(time.monotonic() + (seconds if complete(acted) else IMPATIENCE))

    def _note(self, acted: Script) -> None:
        self.played.append(acted)
        self.owing.append(bool(self._owed))

    def _say(self, acted: Script) -> None:
        if self._mouth >= 0:
            os.write(self._mouth, acted.said)
        if acted.hangs_up:
            self.hang_up()

    @property
    def unnoticed(self) -> int:
        """How many replies lie between the last one and one that said too much while more was owed, itself included.

        What it said too much may be taken for the next reply, and shows in one of those that follow, or as words
        before the next request.
        """
        places = range(len(self.played) - 2, -1, -1)
        together = itertools.takewhile(lambda place: self.owing[place] or place == places[0], places)
        surplus = [place for place in together if self.owing[place] and self.played[place].name == doubled.__name__]
        return len(self.played) - 1 - min(surplus) if surplus else 0

    def hang_up(self) -> None:
        """Close the replies' end."""
        if self._mouth >= 0:
            os.close(self._mouth)
            self._mouth = -1

    def end(self) -> int:
        """However a process may end."""
        return self.rng.choice(ENDS)

    def was_killed(self) -> bool:
        """By nobody."""
        return False

    def cpu_seconds(self) -> float:
        """None was used."""
        return 0.0

    def printed(self) -> str:
        """Nothing."""
        return ""

    def close(self) -> None:
        """Let go of the pipes."""
        self.hang_up()
        os.close(self._heard)
        self._line.close()


def complete(acted: Script) -> bool:
    """Whether the trusted side need not wait for more."""
    return acted.hangs_up or acted.ending is not Ending.STOP or acted.name != "cut"


# ---------------------------------------------------------------------------------- the trusted end


def ask_function(student: Student) -> list[Any]:
    """A call."""
    return [student.f(np.ones(3), 2)]


def ask_several(student: Student) -> list[Any]:
    """Calls that go in one frame, each with an outcome of its own."""
    answers = [student.later.f(number) for number in range(3)]
    return [outcome(lambda each=each: each.value) for each in answers]


def ask_ahead(student: Student) -> list[Any]:
    """Questions that go in one frame, each answered by itself."""
    answers: list[Answer] = []
    student.ahead([lambda: answers.extend(student.later.f(number) for number in range(2))] * 3)
    return [outcome(lambda each=each: each.value) for each in answers]


def ask_keeping(student: Student) -> list[Any]:
    """A call whose parts stay, and one that uses a part."""
    answer = student.later.f(np.ones(2), keep=1)
    cache = answer.part(1)
    return [student.g(cache), outcome(lambda: answer.value), outcome(lambda: cache.type)]


def ask_object(student: Student) -> list[Any]:
    """An object, its class, a method and attributes."""
    layer = student.new("Layer", (2, 2))
    layer.set("x", np.ones(2))
    return [layer.type, layer.forward(1), layer.get("x")]


def ask_stored(student: Student) -> list[Any]:
    """A stored value, and what became of it."""
    stored = student.store(np.ones(2))
    return [student.f(stored), stored.fetch(), stored.type]


def ask_stand_in(student: Student) -> list[Any]:
    """The calls that a stand-in saw."""
    with student.standing_in("g", returns=1) as calls:
        value = student.f(1)
    return [value, list(calls), student.random_state()]


ASKING = (ask_function, ask_function, ask_several, ask_ahead, ask_keeping, ask_object, ask_stored, ask_stand_in)


def outcome(get: Callable[[], Any]) -> Any:
    """The value, or the fault in its place; a stop is raised."""
    try:
        return get()
    except WorkerStopped:
        raise
    except StudentFault as fault:
        return fault


def session(student: Student, puppet: Puppet, rng: random.Random) -> Iterator[Any]:
    """Ask something, go on with the objects that came of it, and end as a check does; yields what came out."""
    values = outcome(lambda: rng.choice(ASKING)(student))
    yield values
    for made in objects_in(values)[:3]:
        yield outcome(lambda made=made: student.f(made, 1))
    student.settle()
    puppet.sabotage = nothing if rng.random() < 0.8 else puppet.sabotage
    yield outcome(lambda: student.random_state())


def objects_in(value: Any) -> list[StudentObject]:
    """The student's objects in a value."""
    if type(value) in (list, tuple):
        return [made for part in value for made in objects_in(part)]
    return [value] if type(value) is StudentObject else []


# ---------------------------------------------------------------------------------------- the judge


def odd(value: Any) -> str:
    """Why a value must not have come out; empty where it may."""
    kind = type(value)
    if kind is np.ndarray:
        return "" if value.dtype.str in DTYPES and value.ndim <= 16 else f"an array of {value.dtype}"
    if kind in (list, tuple):
        return next((why for part in value if (why := odd(part))), "")
    if kind is dict:
        wrong = [key for key in value if type(key) is not str or not sayable(key)]
        return f"a key {wrong[0]!r}" if wrong else odd(list(value.values()))
    if kind is StudentObject:
        return odd(outcome(lambda: value.type))
    if isinstance(value, StudentFault):
        return odd_fault(value)
    if kind is str:
        return "" if sayable(value) else "a text that cannot be written"
    if kind is int:
        return "" if value.bit_length() <= MAX_BITS else "an endless int"
    return "" if value is None or kind in (bool, float) else f"a {kind.__name__}"


def odd_fault(fault: StudentFault) -> str:
    """Why a fault is not in shape."""
    texts = {fault.kind: 80, fault.message: 2000, fault.trace: 8000}
    if any(type(text) is not str or len(text) > most for text, most in texts.items()):
        return "a fault with endless texts"
    if fault.line is not None and type(fault.line) is not int:
        return "a fault with a strange line"
    if type(fault.bases) is not frozenset or any(type(base) is not str for base in fault.bases):
        return "a fault with strange bases"
    return ""


def sayable(text: str) -> bool:
    """Whether it can be written as UTF-8."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def bytes_in(value: Any) -> int:
    """How much memory the arrays of a value hold."""
    if type(value) is np.ndarray:
        return int((value if value.base is None else value.base).nbytes)
    parts = value.values() if type(value) is dict else value if type(value) in (list, tuple) else ()
    return sum(bytes_in(part) for part in parts)


class Judge:
    """Runs sessions one after another and notes what came out."""

    def __init__(self, seed: int, cell: Callable[[Any], Cell] = Cell, sabotage: Sabotage = script) -> None:
        self.seed = seed
        self.tally = Tally()
        self._sessions = itertools.count()
        self._cell = cell
        self._sabotage = sabotage

    def run(self, frames: int, advance: Callable[[int], None] = lambda done: None) -> Tally:
        """Sessions until that many frames were answered."""
        with np.printoptions(formatter={"all": refuse_to_print}), interrupted() as limit:
            while self.tally.frames < frames:
                before = self.tally.frames
                limit()
                self.session(next(self._sessions))
                advance(self.tally.frames - before)
        return self.tally

    def session(self, index: int) -> None:
        """One session, which its seed and number alone repeat."""
        rng = random.Random(f"{self.seed} {index}")
        puppet = Puppet(rng, self._sabotage)
        cell = self._cell(puppet)
        cell.allow(PATIENCE)
        student = Student(cell)
        stop: WorkerStopped | None = None
        try:
            for value in session(student, puppet, rng):
                self._look_at(value, puppet, index)
        except WorkerStopped as stopped:
            stop = stopped
            self._look_at(stopped, puppet, index)
        except (Exception, Hang, Printed):
            self._accuse(index, puppet, traceback.format_exc(limit=-3))
        finally:
            cell.close()
        self._count(puppet, stop, index)

    def _look_at(self, value: Any, puppet: Puppet, index: int) -> None:
        self.tally.outcomes[name_of(value)] += 1
        if why := odd(value):
            self._accuse(index, puppet, f"{why} came out")
        frames = sum(len(acted.said) for acted in puppet.played)
        if (held := bytes_in(value)) > SWELLING * frames + SPARE:
            self._accuse(index, puppet, f"{frames} bytes became {held}")

    def _count(self, puppet: Puppet, stop: WorkerStopped | None, index: int) -> None:
        """Count the frames; whether the session ended as its scripts demand."""
        self.tally.frames += len(puppet.played)
        self.tally.damages.update(acted.name for acted in puppet.played)
        endings = {acted.ending for acted in puppet.played}
        went_on = puppet.played if stop is None else puppet.played[: -1 - puppet.unnoticed]
        if Ending.STOP in {acted.ending for acted in went_on}:
            self._accuse(index, puppet, "what was nobody's to accept was accepted")
        if stop is not None and endings == {Ending.FINE}:
            self._accuse(index, puppet, f"an honest worker was stopped: {stop}")
        if stop is not None and stop.kind not in KINDS:
            self._accuse(index, puppet, f"a stop of kind {stop.kind}")

    def _accuse(self, index: int, puppet: Puppet, why: str) -> None:
        played = ", ".join(acted.name for acted in puppet.played)
        self.tally.violations.append(f"session {index} of seed {self.seed} ({played}): {why}")


def name_of(value: Any) -> str:
    """How an outcome is counted."""
    if isinstance(value, WorkerStopped):
        return f"stopped ({value.kind})"
    return "faults" if isinstance(value, StudentFault) else "values"


def refuse_to_print(value: object) -> NoReturn:
    """Instead of writing out an element of an array."""
    raise Printed


@contextlib.contextmanager
def interrupted() -> Iterator[Callable[[], None]]:
    """In this block whatever takes too long after the last call of what is yielded ends in ``Hang``."""

    def hang(*_: object) -> NoReturn:
        raise Hang(f"nothing came out for {HANG_SECONDS:.0f} s")

    before = signal.signal(signal.SIGALRM, hang)
    try:
        yield lambda: signal.setitimer(signal.ITIMER_REAL, HANG_SECONDS) and None
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def resident_mib() -> float:
    """The memory that this process holds."""
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / (1 << 20)


def descriptors() -> int:
    """How many files this process has open."""
    return len(os.listdir("/proc/self/fd"))
