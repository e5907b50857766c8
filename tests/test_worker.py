"""The worker: what a student's module may be asked, how it may go wrong, and what it never learns."""

from __future__ import annotations

import contextlib
import os
import sys
from collections import deque
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from autograder.errors import SandboxError, StudentFault, WorkerStopped
from autograder.model import Limits
from autograder.protocol import MAX_HEADER, Laid, open_frame
from autograder.sandbox import Cell, open_cell
from autograder.sandbox.fresh import FreshHost
from autograder.sandbox.start import interpreter
from autograder.student import MAX_OPERATIONS, Answer, Inside, OneByOne, Student, StudentObject, Table
from autograder.worker import Worker, packed
from tests.support import ROOT, shared_workers

LIMITS = Limits(seconds=20, memory_mib=512)
TIGHT = Limits(seconds=20, memory_mib=64)
LOADING = 20
SOON = 0.3
on_linux = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc or counts on Linux's limits")


def inside(source: str = "", name: str = "work") -> Student:
    """A module with this text in this very process."""
    module = ModuleType(name)
    module.__file__ = f"{name}.py"
    exec(compile(source, module.__file__, "exec", dont_inherit=True), vars(module))
    return Student(Inside(module))


@contextlib.contextmanager
def worker(
    source: str,
    *,
    seconds: float = 20,
    imports: tuple[str, ...] = ("numpy",),
    limits: Limits = LIMITS,
    fresh: bool = False,
) -> Iterator[tuple[Student, Cell]]:
    """A module with this text in a real process; once it is loaded it may take ``seconds``.

    ``fresh`` is the process of hosts without Linux, which is not confined.
    """
    with (FreshHost() if fresh else shared_workers()).cell(limits) as cell:
        cell.allow(LOADING)
        student = Student(cell)
        student.load("work", source, imports)
        cell.allow(seconds)
        yield student, cell


@pytest.fixture(scope="module")
def shared() -> Iterator[Cell]:
    """A real process for all tests that leave it as it was."""
    with open_cell(LIMITS) as cell:
        yield cell


def loaded(cell: Cell, source: str) -> Student:
    """A module with this text, in a process that is there already."""
    cell.allow(20)
    student = Student(cell)
    student.load("work", source, ("numpy",))
    return student


def fault_in(source: str, call: str = "f", *args: Any) -> StudentFault:
    """What a call raises, in this process."""
    with pytest.raises(StudentFault) as caught:
        getattr(inside(source), call)(*args)
    return caught.value


def fault_of(student: Student) -> StudentFault:
    """What ``f()`` raises."""
    with pytest.raises(StudentFault) as caught:
        student.f()
    return caught.value


def stopped_by(source: str, *, seconds: float = 20, fresh: bool = False) -> WorkerStopped:
    """How a worker ends that is asked for ``f()``."""
    with worker(source, seconds=seconds, fresh=fresh) as (student, _), pytest.raises(WorkerStopped) as caught:
        student.f()
    return caught.value


def answer_of(source: str, *, fresh: bool = False) -> Any:
    """What ``f()`` gives in a process of its own."""
    with worker(source, fresh=fresh) as (student, _):
        return student.f()


def gone(pid: int) -> bool:
    """Whether there is no such process."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


# ------------------------------------------------------------------------------- calls and objects


def test_a_function_answers_in_both_kinds_of_channel() -> None:
    """The same call gives the same array here and in a process of its own."""
    source = "def f(x, n):\n    return x * n"
    x = np.arange(6.0).reshape(2, 3)
    with worker(source) as (student, _):
        there = student.f(x, 3)
    assert np.array_equal(there, 3 * x)
    assert np.array_equal(inside(source).f(x, 3), there)


def test_objects_stay_and_keep_their_state() -> None:
    """A layer is called, read and written to where it is."""
    student = inside(
        "class Layer:\n    def __init__(self, k):\n        self.k = k\n    def up(self):\n        self.k += 1"
    )
    layer = student.new("Layer", 5)
    layer.up()
    assert layer.get("k") == 6
    layer.set("k", 40)
    layer.up()
    assert (layer.get("k"), layer.type) == (41, "Layer")


def test_two_objects_are_two() -> None:
    """What one layer stores is not seen in another."""
    student = inside("class Layer:\n    k = 0")
    one, other = student.new("Layer"), student.new("Layer")
    one.set("k", 1)
    assert (one.get("k"), other.get("k")) == (1, 0)


@pytest.mark.parametrize("made", ["None", "3", "(1, 2)", "'layer'", "[1]"])
def test_a_class_that_makes_no_object_is_a_fault(made: str) -> None:
    """Whatever stands in the place of a class, a value is no layer."""
    with pytest.raises(StudentFault, match=r"Layer\(\.\.\.\) gives a"):
        inside(f"def Layer():\n    return {made}").new("Layer").type  # noqa: B018


@pytest.mark.parametrize(
    ("odd", "kind"),
    [
        ("object()", "object"),
        ("{1: 2}", "dict"),
        ("1j", "complex"),
        ("np.zeros(2, complex)", "ndarray of dtype complex128 and shape (2,)"),
        ("np.array([None])", "ndarray of dtype object and shape (1,)"),
        ("np.zeros(1, dtype=[('a', 'i4')])", "ndarray of dtype [('a', '<i4')] and shape (1,)"),
        ("np.broadcast_to(0.0, (1 << 40,))", "ndarray of dtype float64 and shape (1099511627776,)"),
        ("np.ma.masked_array([1.0])", "MaskedArray"),
        ("np.zeros(1).view(np.recarray)", "recarray"),
        ("np.zeros(1, dtype='M8[s]')", "ndarray of dtype datetime64[s] and shape (1,)"),
        ("1 << 5000", "int"),
        ("'\\ud800'", "str"),
        ("b''", "bytes"),
        ("(x for x in ())", "generator"),
        ("[[[[[[[[[[[[[[1]]]]]]]]]]]]]]", "list"),
        ("np", "module"),
        ("[np.zeros(1), object()]", "list"),
        (
            "np.zeros((1,) * 20)",
            "ndarray of dtype float64 and shape (1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1"[:80],
        ),
    ],
)
def test_what_is_no_value_stays_behind_as_a_handle(odd: str, kind: str) -> None:
    """Objects, odd arrays and endless numbers become handles that tell what they are."""
    answer = inside(f"import numpy as np\ndef f():\n    return {odd}").f()
    assert type(answer) is StudentObject
    assert answer.type == kind


def test_odd_parts_of_a_tuple_stay_behind_alone() -> None:
    """The other parts of the tuple arrive as values."""
    first, second, third = inside("import numpy as np\ndef f():\n    return np.ones(2), [np.ones(3), object()], 4").f()
    assert first.tolist() == [1, 1]
    assert (type(second), third) == (StudentObject, 4)


def test_parts_from_keep_on_stay_behind() -> None:
    """With ``keep`` a cache stays where it was made, and goes back as the same object."""
    student = inside("def f():\n    return 1, CACHE\nCACHE = {'a': 1}\ndef g(cache):\n    return cache is CACHE")
    out, cache = student.f(keep=1)
    assert (out, type(cache)) == (1, StudentObject)
    assert student.g(cache) is True
    assert student.f() == (1, {"a": 1})


@pytest.mark.parametrize("answer", ["3", "[1, 2]", "None"])
def test_keep_changes_nothing_where_no_tuple_comes(answer: str) -> None:
    """An answer that is no tuple arrives as it is."""
    assert inside(f"def f():\n    return {answer}").f(keep=1) == eval(answer)


def test_stored_values_keep_their_identity() -> None:
    """What is stored is one object for every call, and fetched as it then is."""
    student = inside("seen = []\ndef f(x):\n    seen.append(x)\n    x += 1\n    return all(each is x for each in seen)")
    x = student.store(np.zeros(2))
    assert student.f(x) is True
    assert student.f(x) is True
    assert x.fetch().tolist() == [2, 2]


def test_plain_arguments_are_copies() -> None:
    """A student who writes to an argument does not reach our array."""
    x = np.zeros(2)
    inside("def f(x):\n    x += 1").f(x)
    assert x.tolist() == [0, 0]


@pytest.mark.parametrize(("layout", "c", "f"), [("C", True, False), ("F", False, True), ("strided", False, False)])
def test_layouts_arrive(layout: str, c: bool, f: bool) -> None:
    """An array reaches the student in the memory order that was asked for."""
    student = inside("def f(x):\n    return x.flags.c_contiguous, x.flags.f_contiguous, float(x.sum())")
    assert student.f(Laid(np.arange(6.0).reshape(2, 3), layout)) == (c, f, 15.0)


@pytest.mark.parametrize("x", [np.zeros((0, 3)), np.array(2.0), np.array(True), np.float32([[1]]), np.zeros((2, 0, 1))])
def test_any_plain_array_comes_back(x: np.ndarray) -> None:
    """Empty arrays, arrays without an axis and small dtypes keep shape and dtype."""
    back = inside("def f(x):\n    return x").f(x)
    assert (back.shape, back.dtype) == (x.shape, x.dtype)
    assert np.array_equal(back, x)


def test_random_state_shows_use() -> None:
    """Drawing from numpy's global generator shows, computing does not."""
    student = inside("import numpy as np\ndef f():\n    np.random.rand()\ndef g():\n    return np.ones(3).sum()")
    before = student.random_state()
    student.g()
    assert student.random_state() == before
    student.f()
    assert student.random_state() != before


@pytest.mark.parametrize(
    "use",
    [
        "np.random.seed(0)",
        "np.random.randn()",
        "np.random.set_state(np.random.RandomState(3).get_state())",
        "np.random.set_state(np.random.RandomState(3).get_state()); np.random.rand()",
        "np.random.set_bit_generator(np.random.PCG64(3))",
        "np.random.set_bit_generator(np.random.PCG64(3)); np.random.rand()",
    ],
)
def test_random_state_shows_the_same_use_again(use: str) -> None:
    """Whoever seeds or draws in the same way each time is seen each time, and computing between does not show."""
    generator = np.random.get_bit_generator()
    try:
        student = inside(f"import numpy as np\ndef f():\n    {use}\ndef g():\n    return np.ones(3).sum()")
        marks = []
        for name in "fgfgf":
            before = student.random_state()
            getattr(student, name)()
            marks.append(student.random_state() != before)
    finally:
        np.random.set_bit_generator(generator)
    assert marks == [True, False, True, False, True]


def test_what_is_refused_again_is_told_again() -> None:
    """Each fault tells its own lines, also where two come from the same places or from others."""
    student = inside("def f(x):\n    if x:\n        raise ValueError\n    raise KeyError\ndef g(x):\n    return f(x)\n")
    asked = [getattr(student.later, name)(x) for name, x in (("f", 1), ("f", 0), ("g", 1), ("f", 1), ("g", 1))]
    told = [each.fault for each in asked if each.fault is not None]
    assert [(each.line, each.trace.count("line")) for each in told] == [(3, 1), (4, 1), (3, 2), (3, 1), (3, 2)]


# ---------------------------------------------------------------------------------- what waits


class Counted(OneByOne):
    """A channel to a module in this process that notes the frames and the operations in each."""

    def __init__(self, source: str) -> None:
        module = ModuleType("work")
        exec(compile(source, "work.py", "exec", dont_inherit=True), vars(module))
        self.inside = Inside(module)
        self.frames: list[list[str]] = []

    def request(self, operations: list[list[Any]]) -> tuple[dict[str, Any], list[np.ndarray]]:
        self.frames.append([operation[0] for operation in operations])
        return self.inside.request(operations)

    def cpu_seconds(self) -> float:
        return self.inside.cpu_seconds()

    @property
    def objects(self) -> dict[int, Any]:
        """What the worker holds."""
        return self.inside.worker.objects


LAYER = """\
import numpy as np
class Layer:
    def __init__(self, k):
        self.k = k
        self.total = np.zeros(2)
    def add(self, x):
        if self.k < 0:
            raise KeyError(self.k)
        self.total += x
        return self.total
class Slotted:
    __slots__ = ()
    def forward(self):
        return 1
def pair(x):
    return x + 1, {"x": x}
def single(x):
    return x
def take(cache):
    return cache["x"] * 10
def fail(text):
    raise ValueError(text)
"""


def counted() -> tuple[Student, Counted]:
    """A student of ``LAYER``, and what its worker was asked."""
    channel = Counted(LAYER)
    return Student(channel), channel


def test_operations_wait_for_the_first_answer_that_is_wanted() -> None:
    """Making, storing, setting and asking go in one frame, in their order."""
    student, channel = counted()
    layer = student.new("Layer", 3)
    x = student.store(np.ones(2))
    layer.set("k", 5)
    answers = [layer.later.get("k"), layer.later.add(x), x.later.fetch(), student.later.single(4)]
    assert channel.frames == []
    assert [answers[0].value, answers[3].value, layer.type] == [5, 4, "Layer"]
    assert answers[1].value.tolist() == answers[2].value.tolist() == [1, 1]
    assert channel.frames == [["new", "store", "set", "get", "call", "fetch", "call"]]


def test_each_answer_is_as_it_was_at_its_own_time() -> None:
    """An array that later operations change arrives as it was given, and so does one of ours."""
    student, _ = counted()
    layer, mine = student.new("Layer", 1), np.ones(2)
    first = layer.later.add(mine)
    mine[:] = 7
    second = layer.later.add(mine)
    assert (first.value.tolist(), second.value.tolist()) == ([1, 1], [8, 8])


def test_each_operation_has_its_own_fault() -> None:
    """A fault stays with the operation that raised it, as often as it is read; one nobody reads is no matter."""
    student, _ = counted()
    answers = [student.later.fail("a"), student.later.single(1), student.later.fail("b")]
    assert answers[1].value == 1
    assert answers[1].fault is None
    for _ in range(2):
        with pytest.raises(StudentFault, match="ValueError: b"):
            answers[2].value  # noqa: B018
    assert answers[0].fault is not None
    assert answers[0].fault.message == "a"


def test_an_operation_on_what_was_not_made_fails_the_same_way() -> None:
    """The fault of making a layer is that of all that is done with it, also as an argument."""
    student, _ = counted()
    layer = student.new("Layer")
    for answer in (layer.later.add(1), layer.later.get("k"), student.later.single(layer)):
        assert answer.fault is not None
        assert (answer.fault.kind, "missing 1 required" in answer.fault.message) == ("TypeError", True)
    with pytest.raises(StudentFault, match="missing 1 required"):
        layer.type  # noqa: B018


def test_an_attribute_that_cannot_be_set_spoils_the_object() -> None:
    """Setting waits too, so its fault is told by whatever is asked next."""
    student, _ = counted()
    layer = student.new("Slotted")
    assert layer.forward() == 1
    layer.set("k", 1)
    with pytest.raises(StudentFault, match="AttributeError"):
        layer.forward()


def test_a_part_of_an_answer_is_used_before_it_is_there() -> None:
    """A cache goes from one call to the next in a single frame."""
    student, channel = counted()
    answer = student.later.pair(2, keep=1)
    taken = student.later.take(answer.part(1))
    assert (taken.value, answer.value[0], answer.value[1].type) == (20, 3, "dict")
    assert len(channel.frames) == 1


@pytest.mark.parametrize("call", ["single", "fail"])
def test_a_part_of_what_is_no_tuple_is_a_fault(call: str) -> None:
    """What has no parts, or was not made, cannot be handed on."""
    student, _ = counted()
    fault = student.later.take(getattr(student.later, call)("x", keep=1).part(1)).fault
    assert fault is not None
    assert fault.kind == {"single": "TypeError", "fail": "ValueError"}[call]


class Streamed(Counted):
    """One that notes what is sent together, as batches of operations, instead."""

    def __init__(self, source: str) -> None:
        super().__init__(source)
        self.sent: list[list[list[str]]] = []

    def stream(self, batches: Sequence[list[list[Any]]]) -> Iterator[Any]:
        self.sent.append([[operation[2] for operation in operations] for operations in batches])
        return super().stream(batches)


def test_what_is_put_ahead_goes_in_one_frame_and_is_answered_batch_by_batch() -> None:
    """Each question is a batch, in order, and later ones are answered when theirs are wanted."""
    channel = Streamed(LAYER)
    student = Student(channel)
    answers: list[Answer] = []
    student.ahead(
        [partial(lambda n: answers.extend(student.later.single(n) for _ in range(2)), n) for n in range(3)]
    )
    assert not channel.frames
    assert (answers[1].value, [each.told for each in answers]) == (0, [True] * 2 + [False] * 4)
    assert answers[4].value == 2
    assert (channel.sent, channel.frames) == ([[["single"] * 2] * 3], [["call"] * 2] * 3)


@pytest.mark.parametrize("sent", [False, True])
def test_what_is_asked_later_comes_later(sent: bool) -> None:
    """A new operation waits for what was put ahead of it, sent or not."""
    student, _ = counted()
    layer = student.new("Layer", 1)
    adding = [layer.later.add(np.ones(2))]
    student.ahead([lambda: adding.append(layer.later.add(np.ones(2)))] * 2)
    if sent:
        assert adding[0].value.tolist() == [1, 1]
    assert layer.add(np.ones(2)).tolist() == [4, 4]
    assert [each.value.tolist() for each in adding] == [[1, 1], [2, 2], [3, 3]]


def test_a_question_that_does_not_wait_keeps_the_order() -> None:
    """One that reads an answer while it is put has all before it answered first."""
    student, _ = counted()
    layer = student.new("Layer", 1)
    values: list[Any] = []
    student.ahead([lambda: values.append(layer.later.add(np.ones(2))), lambda: values.append(layer.add(np.ones(2)))])
    assert [values[0].value.tolist(), values[1].tolist()] == [[1, 1], [2, 2]]


def test_nothing_is_on_its_way_while_something_is_timed() -> None:
    """What was put ahead is answered before the clock is read."""
    channel = Streamed(LAYER)
    student = Student(channel)
    student.ahead([lambda: student.later.single(1), lambda: student.later.single(2)])
    frames: list[int] = []
    channel.cpu_seconds = lambda: frames.append(len(channel.frames)) or 0.0  # type: ignore[method-assign]
    student.later.single(3)
    student.timed_flush()
    assert frames == [2, 3]


def test_an_answer_that_is_not_wanted_does_not_come() -> None:
    """With ``send`` off only a fault comes back."""
    student, _ = counted()
    assert student.later.single(3, send=False).value is None
    assert student.later.pair(3, keep=0, send=False).value is None
    assert student.later.fail("x", send=False).fault is not None


def test_time_is_not_measured_over_what_waits() -> None:
    """What was asked before is done before the clock is read."""
    student, channel = counted()
    student.new("Layer", 1)
    student.cpu_seconds()
    assert channel.frames == [["new"]]


def test_frames_are_split_where_they_would_grow_too_large() -> None:
    """Many operations and large arrays go in several frames, and all are answered."""
    student, channel = counted()
    many = [student.later.single(number) for number in range(2 * MAX_OPERATIONS + 1)]
    assert [answer.value for answer in many] == list(range(2 * MAX_OPERATIONS + 1))
    assert [len(frame) for frame in channel.frames] == [MAX_OPERATIONS, MAX_OPERATIONS, 1]
    channel.frames.clear()
    large = [student.later.single(np.zeros(1 << 20), send=False) for _ in range(4)]
    assert [answer.value for answer in large] == [None] * 4
    assert [len(frame) for frame in channel.frames] == [3, 1]


def test_an_answer_that_no_longer_fits_is_a_fault() -> None:
    """Arrays that are too large together cost the one that came last; one too large alone stays behind."""
    source = "import numpy as np\ndef f(size):\n    return np.zeros(size << 17)"
    student = inside(source)
    small, fits, large, alone = (student.later.f(size) for size in (1, 40, 40, 80))
    assert (small.value.nbytes, fits.value.nbytes) == (1 << 20, 40 << 20)
    assert large.fault is not None
    assert "too large" in large.fault.message
    assert type(alone.value) is StudentObject
    assert student.f(40).nbytes == 40 << 20


def test_replies_too_long_for_a_header_cost_the_longest() -> None:
    """What is said in too many words becomes a fault; short answers beside it arrive."""
    replies = [{"value": 1}, {"value": "x" * MAX_HEADER}, {"value": "y" * 9}, {"fault": {"trace": "z" * MAX_HEADER}}]
    frame = packed({"number": 5, "replies": replies}, [np.ones(2)])
    header, arrays = open_frame(frame[16 : len(frame) - 16], frame[-16:])
    assert header["number"] == 5
    assert [reply.get("value") for reply in header["replies"]] == [1, None, "y" * 9, None]
    assert "too many parts" in header["replies"][1]["fault"]["message"]
    assert header["replies"][3]["fault"] == {"trace": ""}
    assert arrays[0].tolist() == [1, 1]


def test_no_operations_get_no_replies() -> None:
    """The empty request by which a worker is known to serve."""
    assert Worker().answer(4, []) == ({"number": 4, "replies": []}, [])


def test_what_is_asked_once_is_asked_once() -> None:
    """The answers are those of the first time, and so is a fault; another worker is asked anew."""
    student, channel = counted()
    for _ in range(2):
        assert student.once("key", lambda: student.later.single(1)).value == 1
        with pytest.raises(StudentFault, match="ValueError: no"):
            student.once("fault", lambda: student.fail("no"))
    assert [frame for frame in channel.frames if frame] == [["call"], ["call"]]
    other, channel = counted()
    assert other.once("key", lambda: other.later.single(2)).value == 2


def test_a_stop_is_not_remembered() -> None:
    """What could not be asked for want of a worker is asked again."""
    student, seen = Student(Forged(replies=[])), []
    for _ in range(2):
        with pytest.raises(WorkerStopped):
            student.once("key", lambda: seen.append(1) or student.f())
    assert seen == [1, 1]


def test_objects_are_forgotten_when_a_check_ends() -> None:
    """Only what is asked once and tables outlast a check."""
    student, channel = counted()
    table = Table((((1,), 2),))
    with student.standing_in("single", table=table):
        student.new("Layer", 1).set("k", 2)
        lasting = student.once("key", lambda: (student.new("Layer", 8), student.pair(1, keep=1)))
        student.pair(1, keep=1)
    student.settle()
    student.flush()
    kinds = sorted(type(each).__name__ for each in channel.objects.values())
    assert kinds == ["Layer", "dict", "dict", "tuple"]
    assert lasting[0].get("k") == 8
    assert student.take(lasting[1][1]) == 10


def test_settling_does_what_waits() -> None:
    """A check ends only when all it asked for is done, faults included; what runs no code of theirs may wait."""
    student, channel = counted()
    student.later.fail("unread")
    student.settle()
    assert channel.frames == [["call"]]
    student.store(1)
    student.settle()
    assert channel.frames == [["call"]]


def test_a_stop_is_the_answer_to_all_that_waits() -> None:
    """Where the worker ends amid a frame none of its operations has an answer, however often they are read."""
    with worker("import os\ndef f(x):\n    return x\ndef g():\n    os._exit(1)\n") as (student, _):
        answers = [student.later.f(1), student.later.g(), student.later.f(2)]
        for answer in answers:
            with pytest.raises(WorkerStopped):
                answer.value  # noqa: B018
            with pytest.raises(WorkerStopped):
                answer.fault  # noqa: B018
        with pytest.raises(WorkerStopped):
            student.f(3)


def test_a_frame_of_operations_crosses_to_a_process() -> None:
    """Layers, stores, parts and answers work there as here."""
    with worker(LAYER) as (student, _):
        layer = student.new("Layer", 1)
        x = student.store(Laid(np.ones(2), "strided"))
        answers = [layer.later.add(x), layer.later.add(x), student.later.fail("b"), x.later.fetch()]
        taken = student.later.take(student.later.pair(4, keep=1).part(1))
        assert [answers[0].value.tolist(), answers[1].value.tolist(), taken.value] == [[1, 1], [2, 2], 40]
        assert answers[2].fault is not None
        assert (answers[3].value.tolist(), layer.type) == ([1, 1], "Layer")


# --------------------------------------------------------------------------------------- stand-ins

CALLER = (
    "def helper(n, scale=1):\n    return n * scale\ndef f(*args, **keywords):\n    return helper(*args, **keywords)\n"
)


def test_a_stand_in_returns_what_it_is_told() -> None:
    """While it stands there it answers for the student's function, and afterwards no more."""
    student = inside(CALLER)
    with student.standing_in("helper", returns=np.ones(2)):
        assert student.f(7).tolist() == [1, 1]
    assert student.f(7) == 7


def test_a_stand_in_notes_its_calls() -> None:
    """Arguments are noted as they were at the call."""
    student = inside(CALLER + "def g(x):\n    helper(x, scale=2)\n    x += 1\n")
    with student.standing_in("helper", returns=0) as calls:
        student.g(np.zeros(2))
        student.f(5)
        assert len(calls) == 0
    assert [sorted(call) for call in calls] == [["args", "keywords"]] * 2
    assert calls[0]["args"][0].tolist() == [0, 0]
    assert calls[0]["keywords"] == {"scale": 2}
    assert calls[1] == {"args": (5,), "keywords": {}}


def test_a_table_answers_known_calls_and_leaves_the_rest() -> None:
    """A call in the table gets its answer, however it is spelt; another reaches the student's function."""
    student = inside(CALLER + "def g():\n    return helper(n=3, scale=2), helper(scale=2, n=3), helper(3, 2)\n")
    with student.standing_in("helper", table=[((3, 2), 100)]):
        assert student.g() == (100, 100, 100)
        assert student.f(4, 2) == 8


def test_a_table_knows_arrays_and_shapes() -> None:
    """Arrays count by value, and a list for a tuple."""
    student = inside("def helper(x, shape):\n    return 'own'\ndef f(x, shape):\n    return helper(x, list(shape))")
    table = [((np.arange(3.0), (1, 2)), np.ones(1))]
    with student.standing_in("helper", table=table):
        assert student.f(np.arange(3.0), (1, 2)).tolist() == [1]
        assert student.f(np.arange(3.0), (1, 3)) == "own"
        assert student.f(np.arange(4.0), (1, 2)) == "own"


def test_a_table_s_none_is_a_value_error() -> None:
    """Where the answer is None the call is refused as the exercise asks."""
    student = inside(CALLER)
    with student.standing_in("helper", table=[((0,), None)]), pytest.raises(StudentFault) as caught:
        student.f(0)
    assert "ValueError" in caught.value.bases


def test_a_table_is_sent_once() -> None:
    """A stand-in that comes and goes takes its answers from the same table, in no frame of its own."""
    student, channel = counted()
    table = Table((((3,), 33),))
    for _ in range(3):
        with student.standing_in("single", table=table):
            assert (student.single(3), student.single(4)) == (33, 4)
        student.settle()
    asked = [operation for frame in channel.frames for operation in frame]
    assert (asked.count("table"), asked.count("stand_in"), len(channel.frames)) == (1, 3, 6)
    assert student.single(3) == 3


@pytest.mark.parametrize(
    ("args", "known"),
    [
        ("3, (1, 2)", True),
        ("3.0, [1, 2]", True),
        ("np.int64(3), np.array([1, 2])", True),
        ("np.float32(3), (1.0, np.uint8(2))", True),
        ("3, [1, 2, 3]", False),
        ("3, None", False),
        ("3, 'ab'", False),
        ("3, [[1, 2]]", False),
        ("3, ([1], [1, 2])", False),
        ("object(), (1, 2)", False),
        ("3, np.array(['a'])", False),
        ("float('nan'), (1, 2)", False),
    ],
)
def test_calls_are_known_by_the_numbers_in_them(args: str, known: bool) -> None:
    """Numbers and sequences count by value, whatever they are made of; all else is not known."""
    student = inside(f"import numpy as np\ndef h(a, b):\n    return 'own'\ndef f():\n    return h({args})")
    with student.standing_in("h", table=[((3, (1, 2)), "table")]):
        assert student.f() == ("table" if known else "own")


def test_a_table_knows_large_arrays_by_all_they_hold() -> None:
    """The two zeros are one, a shape counts, and so does every element."""
    source = "def h(x):\n    return 'own'\n"
    source += "def f(x):\n    return h(x), h(x.tolist()), h(-x), h(x + 1), h(x.reshape(8, 3))\n"
    x = np.zeros((4, 6))
    student = inside(source)
    with student.standing_in("h", table=[((x,), "table")]):
        assert student.f(x) == ("table", "table", "table", "own", "own")


def test_an_answer_of_a_table_is_a_copy_each_time() -> None:
    """A student who writes to it does not change the next answer."""
    student = inside("def helper(n):\n    pass\ndef f():\n    x = helper(1)\n    x += 1\n    return x")
    with student.standing_in("helper", table=[((1,), np.zeros(2))]):
        assert student.f().tolist() == [1, 1]
        assert student.f().tolist() == [1, 1]


def test_a_stand_in_for_nothing_answers_too() -> None:
    """A function that the student has not written can be stood in for."""
    student = inside("def f():\n    return missing(1)")
    with student.standing_in("missing", returns=3):
        assert student.f() == 3


def test_a_stand_in_goes_when_the_block_fails() -> None:
    """A fault within the block leaves the student's function in its place."""
    student = inside(CALLER + "def g():\n    raise KeyError('x')\n")
    with pytest.raises(StudentFault, match="KeyError"), student.standing_in("helper", returns=3):
        student.g()
    assert student.f(7) == 7


def test_a_stop_within_the_block_is_told_as_it_was() -> None:
    """Undoing a stand-in in a worker that is gone does not hide why it went."""
    with (
        worker("def f():\n    while True: pass", seconds=SOON) as (student, _),
        pytest.raises(WorkerStopped) as caught,
        student.standing_in("helper", returns=3),
    ):
        student.f()
    assert caught.value.kind == "timeout"


# ------------------------------------------------------------------------------------------ faults


def test_a_fault_names_kind_text_line_and_bases() -> None:
    """The last line of the student's own file is told, not where numpy raised."""
    fault = fault_in("import numpy as np\n\ndef f():\n    x = 1\n    return np.zeros(2) + np.zeros(3)\n")
    assert (fault.kind, fault.line) == ("ValueError", 5)
    assert "broadcast" in fault.message
    assert {"ValueError", "Exception"} <= fault.bases


def test_a_trace_shows_the_student_s_file_alone(shared: Cell) -> None:
    """Frames of the engine and of libraries are left out, source lines of the student's are there."""
    student = loaded(shared, "import json\ndef g():\n    return json.loads('{')\ndef f():\n    return g()\n")
    with pytest.raises(StudentFault) as caught:
        student.f()
    trace = caught.value.trace
    assert [line for line in trace.splitlines() if "File" in line] == [
        '  File "work.py", line 5, in f',
        '  File "work.py", line 3, in g',
    ]
    assert "return json.loads('{')" in trace
    assert caught.value.line == 3


@pytest.mark.parametrize(
    ("source", "kind", "line"),
    [
        ("x = 1\ndef f(:\n", "SyntaxError", 2),
        ("if True:\nx = 1\n", "IndentationError", 2),
        ("\n\nraise RuntimeError('no')\n", "RuntimeError", 3),
        ("x = 1\nx.y\n", "AttributeError", 2),
        ("import nothing_of_the_kind\n", "ModuleNotFoundError", 1),
        ("def f():\n    yield 1\n    return\n1/0\n", "ZeroDivisionError", 4),
        ("raise SystemExit(0)\n", "SystemExit", 1),
        ("x = '\0'\n", "SyntaxError", None),
    ],
)
def test_a_file_that_does_not_load_is_told_with_its_line(
    shared: Cell, source: str, kind: str, line: int | None
) -> None:
    """Whatever happens while the file is read is a fault with the line it happened in."""
    with pytest.raises(StudentFault) as caught:
        loaded(shared, source)
    assert (caught.value.kind, caught.value.line) == (kind, line)
    assert not isinstance(caught.value, WorkerStopped)


@pytest.mark.parametrize(
    "raised",
    [
        "SystemExit(0)",
        "KeyboardInterrupt()",
        "GeneratorExit()",
        "BaseException('x')",
        "MemoryError()",
        "StopIteration()",
    ],
)
def test_no_exception_ends_the_worker(raised: str) -> None:
    """Whatever the student raises is a fault, and the worker goes on."""
    student = inside(f"def f():\n    raise {raised}\ndef g():\n    return 1")
    with pytest.raises(StudentFault) as caught:
        student.f()
    assert caught.value.kind == raised.partition("(")[0]
    assert student.g() == 1


def test_endless_recursion_is_a_fault() -> None:
    """A function that calls itself for ever gets its RecursionError."""
    assert fault_in("def f():\n    return f()").kind == "RecursionError"


def test_a_stub_is_unfinished() -> None:
    """``NotImplementedError``, or a class made of it, is known as a stub's."""
    assert fault_in("def f():\n    raise NotImplementedError('TODO')").unfinished
    assert fault_in("class Todo(NotImplementedError): pass\ndef f():\n    raise Todo()").unfinished
    assert not fault_in("def f():\n    raise ValueError('NotImplementedError')").unfinished


@pytest.mark.parametrize("name", ["missing", "f.g", "", "__missing__"])
def test_a_missing_function_is_a_fault(name: str) -> None:
    """What the module does not have is an AttributeError of the student's."""
    assert fault_in("def f():\n    pass", name).kind == "AttributeError"


def test_a_missing_attribute_is_a_fault() -> None:
    """What a layer did not store is an AttributeError, also once it was deleted."""
    student = inside("class L:\n    def __init__(self):\n        self.k = 1\n    def drop(self):\n        del self.k")
    layer = student.new("L")
    layer.drop()
    with pytest.raises(StudentFault) as caught:
        layer.get("k")
    assert caught.value.kind == "AttributeError"


HOSTILE = {
    "text that raises": "class E(Exception):\n    def __str__(self):\n        raise SystemExit\n",
    "text that is none": "class E(Exception):\n    def __str__(self):\n        return 5\n",
    "text without end": "class E(Exception):\n    def __str__(self):\n        return 'x' * 10_000_000\n",
    "surrogates": "class E(Exception):\n    def __str__(self):\n        return '\\ud800'\n",
    "a name that raises": (
        "class M(type):\n    @property\n    def __name__(cls):\n        raise SystemExit\n"
        "class E(Exception, metaclass=M): pass\n"
    ),
    "a name that is none": "class M(type):\n    __name__ = 5\nclass E(Exception, metaclass=M): pass\n",
    "a family that is none": (
        "class M(type):\n    def __getattribute__(cls, name):\n        raise KeyError(name)\n"
        "class E(Exception, metaclass=M): pass\n"
    ),
    "no traceback": "class E(Exception):\n    __traceback__ = property(lambda self: 1 / 0)\n",
    "a class that lies": "class E(Exception):\n    __class__ = property(lambda self: SyntaxError)\n",
}


@pytest.mark.parametrize("source", HOSTILE.values(), ids=HOSTILE)
def test_hostile_exceptions_are_faults_like_any_other(shared: Cell, source: str) -> None:
    """An exception that resists being described is a fault, short enough to show, and the worker goes on."""
    student = loaded(shared, source + "def f():\n    raise E()\ndef g():\n    return 1")
    with pytest.raises(StudentFault) as caught:
        student.f()
    assert not isinstance(caught.value, WorkerStopped)
    assert len(str(caught.value)) < 3_000
    assert student.g() == 1


HOSTILE_VALUES = {
    "a class that raises": "class V:\n    __class__ = property(lambda self: 1 / 0)\n",
    "a class that lies": "import numpy as np\nclass V:\n    __class__ = np.float64\n    __module__ = 'numpy'\n",
    "equal to everything": "class V:\n    def __eq__(self, other):\n        return True\n    __hash__ = None\n",
    "attributes that raise": "class V:\n    def __getattribute__(self, name):\n        raise SystemExit\n",
    "an array of its own": (
        "import numpy as np\nclass V(np.ndarray):\n    def __new__(cls):\n        return np.zeros(1).view(cls)\n"
    ),
    "a name that is none": "class M(type):\n    __name__ = 5\nclass V(metaclass=M): pass\n",
}


@pytest.mark.parametrize("source", HOSTILE_VALUES.values(), ids=HOSTILE_VALUES)
def test_hostile_values_stay_behind_or_are_faults(source: str) -> None:
    """A value that resists being looked at never arrives as one, and the worker goes on."""
    student = inside(source + "def f():\n    return V()\ndef g():\n    return 1")
    try:
        answer = student.f()
    except StudentFault:
        pass
    else:
        assert type(answer) is StudentObject
    assert student.g() == 1


def test_an_answer_of_too_many_parts_is_a_fault(shared: Cell) -> None:
    """A list too long for a frame's header is told as such, and the worker goes on."""
    student = loaded(shared, "def f():\n    return [1] * 600_000\ndef g():\n    return 1")
    with pytest.raises(StudentFault, match="too many parts"):
        student.f()
    assert student.g() == 1


def test_a_long_file_is_loaded(shared: Cell) -> None:
    """A source file far longer than a frame's header, in any alphabet, loads."""
    assert loaded(shared, "# " + "池化" * 150_000 + "\ndef f():\n    return 1\n").f() == 1


# ---------------------------------------------------------------------------------- ends of workers


@pytest.mark.parametrize(
    ("ending", "kind"),
    [
        ("os._exit(0)", "exit"),
        ("os._exit(3)", "exit"),
        ("ctypes.string_at(0)", "signal"),
        ("os.abort()", "signal"),
        ("os.closerange(0, 200)", "exit"),
        ("os.closerange(3, 200)", "exit"),
    ],
)
def test_a_worker_that_ends_tells_how(ending: str, kind: str) -> None:
    """Exits, crashes and closed channels are stops, each of its kind."""
    stop = stopped_by(f"import ctypes, os\ndef f():\n    {ending}\n")
    assert stop.kind == kind


@on_linux
@pytest.mark.parametrize(
    ("number", "kind", "said"),
    [
        ("signal.SIGKILL", "exit", "the process ended by itself (code -9)"),
        ("signal.SIGSEGV", "signal", "SIGSEGV"),
        ("40", "signal", "signal 40"),
    ],
)
def test_signals_are_named_where_they_have_a_name(number: str, kind: str, said: str) -> None:
    """A crash says which signal it was, and a nameless one gives its number."""
    source = f"import os, signal\ndef f():\n    os.kill(os.getpid(), {number})\n"
    stop = stopped_by(source, fresh=True)
    assert (stop.kind, stop.message) == (kind, said)


@pytest.mark.parametrize(
    "loop",
    [
        "while True: pass",
        "while True:\n        try:\n            while True: pass\n        except BaseException: pass",
        "import time\n    time.sleep(1000)",
        "import signal\n    for n in range(1, 32):\n        try: signal.signal(n, signal.SIG_IGN)\n"
        "        except Exception: pass\n    while True: pass",
        "import threading\n    threading.Lock().acquire() and threading.Event().wait()",
        "10 ** 10 ** 9",
    ],
    ids=["plain", "swallowing", "sleeping", "ignoring signals", "waiting", "in C"],
)
def test_endless_work_is_stopped_by_the_clock(loop: str) -> None:
    """No loop, sleep or handler outlasts the limit."""
    assert stopped_by(f"def f():\n    {loop}\n", seconds=SOON).kind == "timeout"


@on_linux
def test_a_worker_that_has_stopped_itself_is_late() -> None:
    """A process that is halted answers no more, and the clock goes on."""
    assert stopped_by("import os\ndef f():\n    os.kill(os.getpid(), 19)\n", seconds=SOON, fresh=True).kind == "timeout"


def test_a_file_that_never_loads_is_stopped() -> None:
    """An endless loop at the top of the file is stopped too."""
    with open_cell(LIMITS) as cell:
        cell.allow(SOON)
        with pytest.raises(WorkerStopped) as caught:
            Student(cell).load("work", "while True: pass", ())
    assert caught.value.kind == "timeout"


def test_a_stopped_worker_stays_stopped() -> None:
    """Every later request is told the same end."""
    with worker("import os\ndef f():\n    os._exit(1)") as (student, cell):
        for ask in (student.f, student.f, student.random_state, cell.cpu_seconds):
            with pytest.raises(WorkerStopped) as caught:
                ask()
            assert caught.value.kind == "exit"


def test_time_is_counted_over_requests() -> None:
    """Several short calls together use up what one long call would."""
    source = "def f():\n    for _ in range(200_000): pass"
    with worker(source, seconds=SOON) as (student, _), pytest.raises(WorkerStopped) as caught:
        deque((student.f() for _ in range(100_000)), maxlen=0)
    assert caught.value.kind == "timeout"


@on_linux
def test_memory_beyond_the_limit_is_a_fault() -> None:
    """Memory over the limit is not to be had, and what was within it still is."""
    source = "import numpy as np\ndef f(mib):\n    return float(np.ones(mib << 17).sum())\n"
    with worker(source, limits=TIGHT) as (student, _):
        with pytest.raises(StudentFault) as caught:
            student.f(2 * TIGHT.memory_mib)
        assert "MemoryError" in caught.value.bases
        assert student.f(TIGHT.memory_mib // 4) == TIGHT.memory_mib // 4 << 17


@on_linux
def test_memory_taken_bit_by_bit_ends_too() -> None:
    """A list that grows for ever meets the limit, not the machine's."""
    source = "def f():\n    x = []\n    while True: x.append(bytearray(1 << 20))"
    with worker(source, limits=TIGHT) as (student, _), pytest.raises(StudentFault) as caught:
        student.f()
    assert caught.value.kind in ("MemoryError", "exit")


@on_linux
def test_cpu_time_is_the_worker_s_own() -> None:
    """What is measured from outside is what the worker's own clock of CPU time shows."""
    source = "import time\ndef f():\n    while time.process_time() < 1: pass\n    return time.process_time()\n"
    with worker(source) as (student, _):
        before = student.cpu_seconds()
        used = student.f()
        assert before < 1 <= used <= student.cpu_seconds()


# ------------------------------------------------------------------------------ the channel's frames


@pytest.mark.parametrize(
    "noise",
    [
        "print('x' * 100_000)",
        "import sys; sys.stdout.write('x'); sys.stdout.flush()",
        "import sys; sys.__stdout__.write('x'); sys.__stdout__.flush()",
        "import sys; sys.stderr.write('x' * 100_000)",
        "import os; os.write(1, b'CWK1' + bytes(100))",
        "import os; os.write(2, b'x' * 100_000)",
        "import os; os.system('echo noise; echo noise >&2')",
        "import sys; sys.stdout.buffer.write(b'CWK1'); sys.stdout.flush()",
        "import sys; sys.stdout.close()",
        "import sys; sys.stdin.read(); input",
        "import warnings; warnings.warn('x')",
        "import sys; sys.stdout = None; sys.stderr = 5",
    ],
)
def test_prints_do_not_disturb_the_frames(shared: Cell, noise: str) -> None:
    """Whatever is printed, and wherever, answers before and after it arrive."""
    student = loaded(shared, f"def f():\n    {noise}\n    return 1\n")
    assert student.f() == 1
    assert student.random_state() != ""


def test_threads_and_chance_are_there(shared: Cell) -> None:
    """A submission may compute in threads, one of which is the main one, and draw random numbers."""
    student = loaded(
        shared,
        "import random, threading\nfrom concurrent.futures import ThreadPoolExecutor\n"
        "def f():\n    with ThreadPoolExecutor(2) as pool:\n        sums = list(pool.map(sum, [[1, 2], [3, 4]]))\n"
        "    return sums, threading.current_thread() is threading.main_thread(), random.random() != random.random()\n",
    )
    assert student.f() == ([3, 7], True, True)


def test_input_finds_nothing(shared: Cell) -> None:
    """Reading from stdin meets its end and takes nothing from the channel."""
    student = loaded(shared, "import os\ndef f():\n    return os.read(0, 9), open(0, closefd=False).read()")
    assert type(student.f()[0]) is StudentObject
    assert student.f()[1] == ""


FIND_CHANNEL = """
import inspect, io, os, struct
def channel():
    values = [value for each in inspect.stack() for value in each.frame.f_locals.values()]
    return next(value for value in values if isinstance(value, io.BufferedWriter))
def send(data):
    os.write(channel().fileno(), data)
def frame(text, payload=b""):
    return struct.pack(">4sIQ", b"CWK1", len(text), len(payload)) + text + payload
"""


@pytest.mark.parametrize(
    "forged",
    [
        "b'rubbish that is no frame at all'",
        "b'\\x00' * 100",
        "b'CWK1' + b'\\xff' * 12",
        "frame(b'[]')",
        "frame(b'{')",
        'frame(b\'{"number": 1, "value": null, "arrays": []}\')',
        'frame(b\'{"number": 10000, "value": null, "arrays": []}\')',
        'frame(b\'{"number": null, "value": null, "arrays": []}\')',
        'frame(b\'{"value": null, "arrays": []}\')',
        'frame(b\'{"number": 3, "value": {"pickle": 1}, "arrays": []}\')',
        'frame(b\'{"number": 3, "value": {"array": 5}, "arrays": []}\')',
        'frame(b\'{"number": 3, "value": null, "arrays": [["|O", [1]]]}\', bytes(8))',
        'frame(b\'{"number": 3, "value": "\\\\ud800", "arrays": []}\')',
        'frame(b\'{"number": 3, "value": {"tuple": [{"array": 0}, {"array": 0}]}, "arrays": [["|u1", [1]]]}\', b"x")',
    ],
)
def test_a_reply_that_was_not_agreed_on_stops_the_worker(forged: str) -> None:
    """Rubbish in the channel, a wrong number or an untrue header is a stop of kind protocol."""
    stop = stopped_by(FIND_CHANNEL + f"def f():\n    send({forged})\n    return 1\n")
    assert stop.kind == "protocol"


class Forged(OneByOne):
    """A channel whose worker says what it likes."""

    def __init__(self, **reply: Any) -> None:
        self.reply = reply

    def request(self, operations: list[list[Any]]) -> tuple[dict[str, Any], list[np.ndarray]]:
        return self.reply, []

    def cpu_seconds(self) -> float:
        return 0.0


def test_a_forged_fault_is_forced_into_shape() -> None:
    """A fault is only a claim: fields of a wrong kind are dropped, long ones cut."""
    claim = {"kind": 5, "message": "x" * 9_000, "line": -4, "bases": [1]}
    fault = fault_of(Student(Forged(replies=[{"fault": claim}])))
    assert (fault.kind, len(fault.message), fault.line, fault.trace, fault.bases) == ("", 2_000, None, "", frozenset())


@pytest.mark.parametrize("claim", [5, None, [], {}])
def test_a_fault_that_describes_nothing_is_a_fault(claim: Any) -> None:
    """A reply that only says that something went wrong is taken as that."""
    assert not isinstance(fault_of(Student(Forged(replies=[{"fault": claim}]))), WorkerStopped)


@pytest.mark.parametrize(
    "replies",
    [None, 5, {}, [], [{}, {}], [None], [[]], ["value"], [{"value": {"array": 0}}], [{"value": {"pickle": 1}}]],
    ids=str,
)
def test_replies_that_are_not_one_to_each_operation_are_a_stop(replies: Any) -> None:
    """Too few, too many or unreadable replies are a stop of kind protocol."""
    stop = fault_of(Student(Forged(replies=replies)))
    assert isinstance(stop, WorkerStopped)
    assert stop.kind == "protocol"


def test_the_name_of_a_class_is_a_claim_too() -> None:
    """Whatever a worker says of what it made becomes a short text, and is not written out at length."""
    assert Student(Forged(replies=[{"value": {"list": [5] * 100}}])).store(1).type == "list"
    assert Student(Forged(replies=[{"value": "x" * 1000}])).store(1).type == "x" * 80


@pytest.mark.parametrize(
    "tamper",
    [
        "import sys; sys.modules['json'] = None",
        "import json; json.dumps = lambda *a, **k: 'x'",
        "import json; json.loads = lambda *a: {}",
        "import numpy as np; np.array = lambda *a, **k: 0",
        "import numpy as np; np.ascontiguousarray = lambda *a, **k: 0",
        "import numpy as np; np.ndarray = int",
        "import builtins; builtins.type = lambda x: int",
        "import builtins; builtins.isinstance = lambda *a: True",
        "import traceback; traceback.extract_tb = None",
        "import autograder.protocol as p; p.encode = lambda *a: {'array': 3}",
        "import autograder.worker as w; w.write_frame = lambda *a: None",
        "import sys; sys.setrecursionlimit(60)",
        "import sys; sys.modules.clear()",
        "import shutil, os; shutil.rmtree(os.getcwd())",
        "import inspect as i, io; "
        "[o.close() for s in i.stack() for o in s.frame.f_locals.values() if isinstance(o, io.BufferedWriter)]",
    ],
)
def test_tampering_ends_in_an_answer_a_fault_or_a_stop(tamper: str) -> None:
    """A student who takes the worker apart gets nothing on our side but what is agreed on."""
    with open_cell(LIMITS) as cell:
        student = Student(cell)
        try:
            student.load("work", f"import numpy as np\ndef f(x):\n    {tamper}\n    return x * 2, [1]\n", ("numpy",))
            cell.allow(2 * SOON)
            answers = [student.f(np.ones(2)), student.f(np.ones(2))]
        except StudentFault:
            return
        assert all(len(answer) == 2 for answer in answers)


# ------------------------------------------------------------------------------------------ imports


@pytest.mark.parametrize("name", ["click", "click.core", "pytest", "hypothesis", "scipy", "torch"])
def test_what_the_assignment_does_not_offer_is_refused(shared: Cell, name: str) -> None:
    """A package that happens to be installed is refused, with a word on what there is."""
    fault = fault_of(loaded(shared, f"def f():\n    import {name}\n"))
    package = name.partition(".")[0]
    assert fault.kind == "ModuleNotFoundError"
    assert fault.message == f"{package!r} is not available here: use the standard library and numpy"


@pytest.mark.parametrize("name", ["autograder.catalog", "autograder.marking", "autograder.trial"])
def test_the_trusted_side_of_the_engine_is_refused(shared: Cell, name: str) -> None:
    """Neither marking nor files of a kit can be imported by name."""
    assert "not available here" in fault_of(loaded(shared, f"def f():\n    import {name}\n")).message


@pytest.mark.parametrize(
    "statement",
    [
        "import numpy.linalg, numpy.fft, numpy.random, numpy.polynomial, numpy.lib.stride_tricks",
        "import math, itertools, functools, collections.abc, typing, re, json, decimal, unittest, random, abc",
        "from dataclasses import dataclass, field",
        "from __future__ import annotations",
        "import numpy.testing",
    ],
)
def test_numpy_and_the_standard_library_are_offered(shared: Cell, statement: str) -> None:
    """What every assignment offers can be imported."""
    assert loaded(shared, f"{statement}\ndef f():\n    return 1\n").f() == 1


def test_without_a_list_only_the_standard_library_is_offered() -> None:
    """An assignment that offers no package says so."""
    with worker("import math\ndef f():\n    import click\n", imports=()) as (student, _):
        assert "use the standard library and nothing else" in fault_of(student).message


def test_dataclasses_enums_and_annotations_work() -> None:
    """The module is known to the interpreter under its own name."""
    source = """\
from __future__ import annotations
import enum, sys, typing
from dataclasses import dataclass, field

class Mode(enum.Enum):
    MAX = 1

@dataclass
class Layer:
    window: tuple[int, int]
    mode: Mode = Mode.MAX
    seen: typing.ClassVar[int] = 3
    cache: dict = field(default_factory=dict)

def f():
    typing.get_type_hints(Layer)
    return Layer((2, 2)).window, __name__, sys.modules[__name__].Layer is Layer
"""
    assert answer_of(source) == ((2, 2), "work", True)


# ---------------------------------------------------------------------------- what it cannot learn

LOOK = """
import os, sys
def f():
    open_files = []
    for fd in os.listdir('/proc/self/fd'):
        try: open_files.append(os.readlink(f'/proc/self/fd/{fd}'))
        except OSError: pass
    with open('/proc/self/cmdline') as line:
        command = line.read().split(chr(0))
    with open('/proc/self/environ') as line:
        environment = line.read().split(chr(0))
    return {
        'argv': list(sys.argv), 'command': command, 'environment': environment,
        'variables': [f'{k}={v}' for k, v in os.environ.items()], 'cwd': os.getcwd(),
        'here': os.listdir('.'), 'path': list(sys.path), 'modules': list(sys.modules), 'files': open_files,
    }
"""
TRUSTED = ("catalog", "marking", "scoring", "student", "trial", "submissions", "compare", "registry")


@on_linux
def test_a_worker_knows_neither_seed_nor_kit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Environment, arguments, folder, open files and modules tell nothing of the kit but where the engine is."""
    monkeypatch.setenv("SECRET_SEED", "5550123")
    seen = answer_of(LOOK, fresh=True)
    names = sorted(line.partition("=")[0] for line in seen["environment"] if line)
    threads = ["MALLOC_ARENA_MAX", "MKL_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"]
    assert names == ["HOME", "LANG", *threads, "TMPDIR"]
    assert "5550123" not in repr(seen)
    assert seen["here"] == []
    assert not Path(seen["cwd"]).is_relative_to(ROOT)
    assert str(ROOT) not in seen["path"]
    assert seen["argv"][0] == "-c"
    parts = ("command", "environment", "variables", "files")
    # The interpreter may lie in a .venv inside the project; where it lies is no secret.
    lines = [line.replace(sys.prefix, "") for part in parts for line in seen[part]]
    told = [line for line in lines if str(ROOT) in line]
    assert len(told) == 1
    assert told[0].startswith("import sys; sys.path.insert(0, ")
    assert {f"autograder.{name}" for name in TRUSTED}.isdisjoint(seen["modules"])
    assert all(each.startswith(("/dev/null", "pipe:", "/proc/")) for each in seen["files"])


def test_nothing_of_another_worker_is_left() -> None:
    """What one submission wrote or set is not there for the next."""
    leave = (
        "import os\ndef f():\n    open('left', 'w').write('x')\n    os.environ['LEFT'] = '1'\n    return os.getcwd()\n"
    )
    first = answer_of(leave)
    look = "import os\ndef f():\n    return os.listdir('.'), 'LEFT' in os.environ, os.getcwd()\n"
    assert answer_of(look)[:2] == ([], False)
    assert not os.path.exists(first)


WHERE = (
    "import os\ndef f():\n    open('file', 'w').write('x')\n    os.mkdir('deep')\n    return os.getcwd(), os.getpid()\n"
)


def test_folder_and_process_are_gone_afterwards() -> None:
    """A closed cell leaves neither its folder nor its process."""
    with worker(WHERE, fresh=True) as (student, _):
        folder, pid = student.f()
        assert os.path.isdir(folder)
        assert not gone(pid)
    assert not os.path.exists(folder)
    assert gone(pid)


def test_folder_and_process_are_gone_after_a_timeout() -> None:
    """A worker that had to be stopped leaves nothing either."""
    with worker(WHERE + "def g():\n    while True: pass\n", fresh=True) as (student, cell):
        folder, pid = student.f()
        cell.allow(SOON)
        with pytest.raises(WorkerStopped):
            student.g()
        assert gone(pid)
    assert not os.path.exists(folder)


def test_folder_and_process_are_gone_after_an_error_of_ours() -> None:
    """A block that fails on our side cleans up as well."""
    seen: list[tuple[str, int]] = []

    def fail() -> None:
        with worker(WHERE, fresh=True) as (student, _):
            seen.append(student.f())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    ((folder, pid),) = seen
    assert not os.path.exists(folder)
    assert gone(pid)


@on_linux
def test_a_worker_that_cannot_start_is_our_own_trouble(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no worker comes up, no student is blamed."""
    command = [sys.executable, "-c", "raise SystemExit(3)"]
    monkeypatch.setattr("autograder.sandbox.host.interpreter", lambda module: command)
    with pytest.raises(SandboxError), open_cell(LIMITS):
        pytest.fail("there is no worker")


@on_linux
def test_starting_a_worker_takes_none_of_the_student_s_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit counts from the moment at which the worker serves."""
    *command, code = interpreter("warm")
    late = [*command, f"import time; time.sleep({2 * SOON}); {code}"]
    monkeypatch.setattr("autograder.sandbox.host.interpreter", lambda module: late)
    with open_cell(LIMITS) as cell:
        cell.allow(0.5)
        Student(cell).load("work", "x = 1", ())


@on_linux
def test_children_of_a_worker_end_with_it() -> None:
    """A process that the student started does not outlive the cell."""
    source = "import subprocess\ndef f():\n    return subprocess.Popen(['sleep', '1000']).pid\n"
    with worker(source, fresh=True) as (student, _):
        child = student.f()
        assert not gone(child)
    # Its parent is gone, so whoever adopts it may take a moment to collect it: a zombie has ended too.
    state = Path(f"/proc/{child}/stat")
    for _ in range(100_000):
        if not state.exists() or ") Z" in state.read_text():
            break
    else:
        pytest.fail("the child is still running")
