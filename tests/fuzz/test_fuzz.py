"""The fuzzer in short, and that it would notice: a defect put in on purpose is found."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

if sys.platform != "linux":
    pytest.skip("the trusted end of a forked worker is Linux's", allow_module_level=True)

from autograder.errors import WorkerStopped
from autograder.protocol import DTYPES, HEAD, Reply, open_frame
from autograder.requests import pack_request
from autograder.sandbox.cell import Cell
from autograder.sandbox.line import Line
from autograder.student import OneByOne, Student
from tests.fuzz.damage import (
    DAMAGES,
    ODD,
    Ending,
    Script,
    early,
    frame,
    honest_frame,
    nested,
    restructured,
    swollen,
    text_of,
)
from tests.fuzz.drive import KINDS, SPARE, Judge, bytes_in, descriptors, odd, refuse_to_print, resident_mib

SEED = 20_011
WARM, FRAMES = 1_000, 3_000
GROWTH_MIB = 16


def test_nothing_but_values_faults_and_stops_comes_out() -> None:
    """Three thousand replies, most of them damaged, end as they must, and neither memory nor descriptors are lost."""
    judge = Judge(SEED)
    judge.run(WARM)
    memory, files = resident_mib(), descriptors()
    tally = judge.run(FRAMES)
    assert tally.violations == []
    assert resident_mib() - memory < GROWTH_MIB
    assert descriptors() == files
    assert set(tally.damages) == {damage.__name__ for damage in DAMAGES}
    assert set(tally.outcomes) == {"values", "faults"} | {f"stopped ({kind})" for kind in KINDS}


def test_honest_replies_are_values_and_faults() -> None:
    """A reply in the agreed form stops nobody, so a stop is the damage's doing."""
    tally = Judge(SEED, sabotage=undamaged).run(300)
    assert tally.violations == []
    assert set(tally.outcomes) == {"values", "faults"}


def undamaged(rng: random.Random, number: int, names: list[str]) -> Script:
    """What an honest worker may say to any operation."""
    return Script("undamaged", honest_frame(rng, number, names), Ending.FINE, hangs_up=False)


def test_a_run_is_repeated_by_its_seed() -> None:
    """The same seed damages the same way."""
    one, other, third = (Judge(seed).run(200) for seed in (3, 3, 4))
    assert str(one) == str(other) != str(third)


# -------------------------------------------------------------------------------- planted defects


class Careless(Cell):
    """A cell that takes a reply for whatever call it was."""

    def _reply(self, number: int, get: Callable[[], Reply]) -> Reply:
        return super()._reply(number, lambda: ({**(told := get())[0], "number": number}, told[1]))


def test_a_cell_that_ignores_numbers_is_found() -> None:
    """A reply to another call that gets through is a violation."""
    assert "was nobody's to accept" in found(Judge(SEED, cell=Careless))


def test_a_line_that_hears_early_words_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """A reply that lay ready before the request is a violation where it is taken."""
    monkeypatch.setattr(Line, "_refuse_early_words", lambda line: None)
    assert "was nobody's to accept" in found(Judge(SEED, sabotage=early))


def test_a_decoder_without_a_depth_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the cap a deep reply overflows this side's stack."""
    monkeypatch.setattr("autograder.protocol.MAX_DEPTH", 10_000)
    assert "RecursionError" in found(Judge(SEED, sabotage=nested))


def test_a_reply_that_swells_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """A decoder that makes much of little is a violation."""
    decoders = "autograder.protocol._DECODERS"
    monkeypatch.setitem(import_of(decoders), "array", lambda *_: import_of("numpy.zeros")(1 << 20))
    assert "bytes became" in found(Judge(SEED, sabotage=swollen))


def test_a_decoder_that_takes_any_text_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """A lone surrogate that gets through is a violation."""
    monkeypatch.setattr("autograder.protocol._sayable", lambda text: True)
    assert "cannot be written" in found(Judge(SEED, sabotage=restructured))


def test_an_error_of_another_kind_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """An exception that no check expects is a violation."""
    monkeypatch.setattr("autograder.protocol._DTYPES", dict.fromkeys(DTYPES, 5))
    assert "AttributeError" in found(Judge(SEED))


def found(judge: Judge) -> str:
    """What the fuzzer has to say after a while, as one text."""
    while not judge.tally.violations and judge.tally.frames < FRAMES:
        judge.run(judge.tally.frames + 50)
    return "\n".join(judge.tally.violations)


def import_of(name: str) -> Any:
    """The object of this name."""
    module, _, attribute = name.rpartition(".")
    __import__(module)
    return getattr(sys.modules[module], attribute)


# ---------------------------------------------------------------------------- what it once found


class Forged(OneByOne):
    """A channel whose worker says what it likes."""

    def __init__(self, value: Any, listed: Sequence[Any] = (), payload: bytes = b"") -> None:
        self.header = text_of({"replies": [{"value": value}], "arrays": list(listed)})
        self.payload = payload

    def request(self, operations: list[list[Any]]) -> Any:
        """The same reply to everything that fits a frame."""
        pack_request(1, operations)
        return open_frame(self.header, self.payload)

    def cpu_seconds(self) -> float:
        """None was used."""
        return 0.0


def test_layouts_do_not_swell() -> None:
    """A reply of a few KiB does not become hundreds of MiB by asking for arrays with room between the elements."""
    laid = {"tuple": [{"array": index, "layout": "strided"} for index in range(4)]}
    student = Student(Forged(laid, [["|u1", [1] * 15 + [512]]] * 4, bytes(2048)))
    assert bytes_in(stopped_or(student.f)) <= SPARE


def test_numbers_of_objects_are_bounded() -> None:
    """A worker's object whose number is endless is a stop, not an error when the check ends."""
    with pytest.raises(WorkerStopped):
        Student(Forged({"handle": -(10**400)})).f()


def test_objects_left_behind_are_bounded() -> None:
    """However many objects a worker claims to have made, forgetting them fits a frame, or the worker is stopped."""
    student = Student(Forged({"tuple": [{"handle": -(10**18)}] * 30_000}))
    for _ in range(3):
        stopped_or(student.f)
    stopped_or(student.settle)
    stopped_or(student.flush)


@pytest.mark.parametrize("ask", [lambda student: student.store(1).type, lambda student: student.random_state()])
def test_no_array_is_written_out(ask: Callable[[Student], Any]) -> None:
    """An array where a text is expected is not turned into one: of a large one that takes minutes."""
    student = Student(Forged({"array": 0}, [["|u1", [2] * 16]], bytes(1 << 16)))
    with np.printoptions(formatter={"all": refuse_to_print}):
        stopped_or(lambda: ask(student))


def test_objects_do_not_hide_among_values() -> None:
    """An object within a list or a mapping never comes out as something else than a ``StudentObject``."""
    for value in ({"list": [{"handle": 1}]}, {"dict": [["a", {"tuple": [{"handle": 1}]}]]}):
        assert odd(stopped_or(Student(Forged(value)).f)) == ""


def stopped_or(get: Callable[[], Any]) -> Any:
    """The value, or None where the worker was stopped."""
    try:
        return get()
    except WorkerStopped:
        return None


# ------------------------------------------------------------------------------------- properties

LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.sampled_from(ODD)
TAGS = st.sampled_from(["array", "float", "tuple", "list", "dict", "handle", "layout", "type"])
TREES = st.recursive(
    LEAVES,
    lambda parts: st.lists(parts, max_size=4) | st.dictionaries(TAGS | st.text(max_size=3), parts, max_size=3),
    max_leaves=12,
)
DESCRIBED = st.tuples(st.sampled_from(sorted(DTYPES)), st.lists(st.integers(-1, 5), max_size=5))
LISTED = st.lists(DESCRIBED | TREES, max_size=4)
REPLIES = st.fixed_dictionaries({}, optional={"value": TREES, "fault": TREES})


@given(reply=REPLIES, listed=LISTED, payload=st.binary(max_size=64), seed=st.integers(0, 50))
@settings(max_examples=200, deadline=None)
def test_any_tree_is_a_value_a_fault_or_a_stop(reply: Any, listed: Any, payload: bytes, seed: int) -> None:
    """Whatever tree a header holds, the invariants stand."""

    def drawn(rng: random.Random, number: int, names: list[str]) -> Script:
        header = {"number": number, "replies": [reply] * len(names), "arrays": listed}
        return Script("drawn", frame(text_of(header), payload))

    assert Judge(seed, sabotage=drawn).run(1).violations == []


@given(data=st.binary(max_size=200), seed=st.integers(0, 50))
@settings(max_examples=100, deadline=None)
def test_any_bytes_are_a_stop(data: bytes, seed: int) -> None:
    """Bytes that do not even begin as a frame stop the worker, and nothing else happens."""

    def drawn(rng: random.Random, number: int, names: list[str]) -> Script:
        return Script("drawn", b"X" + data if len(data) >= HEAD.size else data, Ending.STOP)

    assert Judge(seed, sabotage=drawn).run(1).violations == []


NO_VALUES = ({1}, b"x", 10**400, "\ud800", {"\ud800": 1}, [object()], (1, {"a": 1j}))


@pytest.mark.parametrize("value", NO_VALUES, ids=range(len(NO_VALUES)))
def test_what_must_not_come_out_is_told(value: Any) -> None:
    """The judge refuses what is no plain value, however deep it lies."""
    assert odd(value)
