"""Frames: every value comes back as it was, nothing else gets through, and no bytes do harm."""

from __future__ import annotations

import ast
import inspect
import io
import json
import math
import pickle
from collections import OrderedDict, namedtuple
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as some

from autograder import protocol
from autograder.protocol import (
    DTYPES,
    HEAD,
    LAYOUTS,
    MAGIC,
    MAX_ARRAYS,
    MAX_BITS,
    MAX_DEPTH,
    MAX_DIMENSIONS,
    MAX_HEADER,
    MAX_PAYLOAD,
    MAX_TEXT,
    FrameError,
    Handle,
    Laid,
    NoRoom,
    NotAValue,
    Parcel,
    decode,
    encode,
    frame_sizes,
    open_frame,
    pack,
    read_frame,
    write_frame,
)

Pair = namedtuple("Pair", "first second")


class Whole(int):
    """A subclass of int."""


class Real(float):
    """A subclass of float."""


class Word(str):
    """A subclass of str."""


class Liar:
    """Says that it is an array."""

    __class__ = np.ndarray  # type: ignore[assignment]


def frame_of(value: Any) -> bytes:
    """The bytes that carry ``value``."""
    parcel, stream = Parcel(), io.BytesIO()
    tree = encode(value, parcel)
    write_frame(stream, {"value": tree}, parcel.arrays)
    return stream.getvalue()


def received(frame: bytes) -> Any:
    """The value that the bytes carry."""
    header, arrays = read_frame(io.BytesIO(frame))
    return decode(header.get("value"), arrays)


def crafted(header: Any, payload: bytes = b"") -> bytes:
    """A frame with a header of one's own."""
    text = json.dumps(header).encode()
    return HEAD.pack(MAGIC, len(text), len(payload)) + text + payload


def same(one: Any, other: Any) -> bool:
    """Equality in type and value, down to the sign of zero and the dtype; NaN equals NaN."""
    if type(one) is not type(other):
        return False
    if isinstance(one, np.ndarray):
        return one.dtype == other.dtype and one.shape == other.shape and one.tobytes() == other.tobytes()
    if isinstance(one, tuple | list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict):
        return list(one) == list(other) and all(same(one[key], other[key]) for key in one)
    if isinstance(one, float):
        return repr(one) == repr(other)
    return bool(one == other)


texts = st.text(st.characters(exclude_categories=["Cs"]))
numbers = st.none() | st.booleans() | st.integers(-(2**200), 2**200) | st.floats()
shapes = some.array_shapes(min_dims=0, min_side=0)
arrays = st.sampled_from(sorted(DTYPES)).flatmap(lambda dtype: some.arrays(dtype, shapes))
handles = st.builds(Handle, st.integers(0, 10**6), texts.map(lambda text: text[:80]))
values = st.recursive(
    numbers | texts | arrays | handles,
    lambda inner: st.lists(inner) | st.lists(inner).map(tuple) | st.dictionaries(texts, inner),
    max_leaves=12,
)


# ------------------------------------------------------------------------------------ what passes


@given(values)
def test_every_value_comes_back_as_it_was(value: Any) -> None:
    """Any value arrives equal in type, bits, dtype and shape."""
    assert same(received(frame_of(value)), value)


@pytest.mark.parametrize(
    "value",
    [float("nan"), float("inf"), float("-inf"), -0.0, 5e-324, 2**63, -(2**64), "", "最大 池化", (), [], {}, ((),)],
)
def test_awkward_values_come_back(value: Any) -> None:
    """Values that JSON or C numbers know badly arrive as they are."""
    assert same(received(frame_of(value)), value)


@pytest.mark.parametrize("dtype", sorted(DTYPES))
@pytest.mark.parametrize("shape", [(), (0,), (3,), (2, 0, 4), (1,) * MAX_DIMENSIONS])
def test_arrays_of_every_dtype_and_shape_come_back(dtype: str, shape: tuple[int, ...]) -> None:
    """Each allowed dtype arrives with its shape, also when empty or without an axis."""
    array = np.arange(math.prod(shape)).reshape(shape).astype(dtype)
    assert same(received(frame_of(array)), array)


def test_big_endian_arrays_arrive_little_endian() -> None:
    """An array in the other byte order keeps its values."""
    arrived = received(frame_of(np.array([1.5, -2.0], dtype=">f8")))
    assert arrived.tolist() == [1.5, -2.0]
    assert arrived.dtype == np.dtype("<f8")


@pytest.mark.parametrize(
    ("scalar", "plain"),
    [(np.float64(2.5), 2.5), (np.float32(0.5), 0.5), (np.int8(-3), -3), (np.uint64(2**63), 2**63), (np.True_, True)],
)
def test_numpy_scalars_become_plain_numbers(scalar: Any, plain: Any) -> None:
    """A numpy scalar arrives as the number it holds."""
    assert same(received(frame_of(scalar)), plain)


def test_a_numpy_nan_arrives_as_nan() -> None:
    """A NaN that is a numpy scalar stays a NaN."""
    assert math.isnan(received(frame_of(np.float32("nan"))))


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("shape", [(3, 4), (2, 3, 2), (5,), (), (0, 3)])
def test_layouts_change_memory_but_not_values(layout: str, shape: tuple[int, ...]) -> None:
    """An array laid out in any way has the same values and can be written to."""
    array = np.arange(float(math.prod(shape))).reshape(shape)
    arrived = received(frame_of(Laid(array, layout)))
    assert np.array_equal(arrived, array)
    assert arrived.flags.writeable


@pytest.mark.parametrize(
    ("layout", "c", "f"),
    [("C", True, False), ("F", False, True), ("strided", False, False), ("reversed", False, False)],
)
def test_layouts_are_what_they_say(layout: str, c: bool, f: bool) -> None:
    """Each layout is contiguous in its own way, or in none."""
    flags = received(frame_of(Laid(np.arange(12.0).reshape(3, 4), layout))).flags
    assert (flags.c_contiguous, flags.f_contiguous) == (c, f)


def test_received_arrays_share_no_memory() -> None:
    """Writing to one array that arrived leaves the others as they are."""
    one, other = received(frame_of((np.zeros(2), np.zeros(2))))
    one[:] = 7
    assert other.tolist() == [0, 0]


def test_frames_follow_each_other() -> None:
    """Two frames in one stream are read one after the other, and then it ends."""
    stream = io.BytesIO(frame_of(np.ones(2)) + frame_of("second"))
    assert decode(read_frame(stream)[0]["value"], [np.ones(2)]).tolist() == [1, 1]
    assert read_frame(stream)[0]["value"] == "second"
    with pytest.raises(EOFError):
        read_frame(stream)


# ---------------------------------------------------------------------------------- what does not


@pytest.mark.parametrize(
    "value",
    [
        object(),
        Whole(1),
        Real(1),
        Word("x"),
        Pair(1, 2),
        OrderedDict(a=1),
        {1: 2},
        {Word("a"): 1},
        {1, 2},
        b"bytes",
        1j,
        Fraction(1, 2),
        print,
        np,
        np.float64,
        Liar(),
        np.complex128(1),
        np.datetime64("2020-01-01"),
        np.array([object()]),
        np.array([1j]),
        np.array(["text"]),
        np.array([b"text"]),
        np.array([(1, 2.0)], dtype=[("a", "i4"), ("b", "f8")]),
        np.array(["2020-01-01"], dtype="M8[D]"),
        np.ma.masked_array([1.0], [True]),
        np.zeros(2).view(np.recarray),
        np.zeros((1,) * (MAX_DIMENSIONS + 1)),
        1 << MAX_BITS,
        "x" * (MAX_TEXT + 1),
        "\ud800",
        {"\udfff": 1},
    ],
    ids=lambda value: type(value).__name__,
)
def test_objects_and_subclasses_are_no_values(value: Any) -> None:
    """Whatever could compute when it is touched, or cannot be written out, is refused, also inside."""
    for wrapped in (value, [value], (1, value), {"key": value}):
        with pytest.raises(NotAValue):
            encode(wrapped, Parcel())


def test_a_refused_array_is_not_copied() -> None:
    """An array that is only a broadcast number is refused by its size, without being made."""
    parcel = Parcel()
    with pytest.raises(NotAValue, match="too large"):
        encode(np.broadcast_to(np.zeros(1), (1 << 50,)), parcel)
    assert (parcel.size, parcel.arrays) == (0, [])


def test_a_value_that_holds_itself_is_refused() -> None:
    """A list within itself is nested too deeply."""
    endless: list[Any] = []
    endless.append(endless)
    with pytest.raises(NotAValue, match="deep"):
        encode(endless, Parcel())


def test_depth_has_a_limit() -> None:
    """The deepest structure that is sent is also received; one level more is not sent."""
    nested: Any = 1
    for _ in range(MAX_DEPTH):
        nested = [nested]
    assert received(frame_of(nested)) == nested
    with pytest.raises(NotAValue):
        encode([nested], Parcel())


def test_the_payload_has_a_cap() -> None:
    """Arrays that are small enough each are refused once they are too large together."""
    parcel = Parcel()
    half = np.zeros(MAX_PAYLOAD // 2, dtype=np.uint8)
    parcel.add(half)
    parcel.add(half)
    with pytest.raises(NotAValue):
        parcel.add(np.zeros(1, dtype=np.uint8))
    assert len(parcel.arrays) == 2


def test_the_number_of_arrays_has_a_cap() -> None:
    """One array too many is refused, on either side."""
    with pytest.raises(NotAValue):
        encode([np.zeros(1)] * (MAX_ARRAYS + 1), Parcel())
    with pytest.raises(FrameError):
        read_frame(io.BytesIO(crafted({"arrays": [["|u1", [0]]] * (MAX_ARRAYS + 1)})))


def test_the_header_has_a_cap() -> None:
    """A structure of too many parts is refused before a byte is written."""
    stream = io.BytesIO()
    with pytest.raises(NotAValue):
        write_frame(stream, {"value": "x" * MAX_HEADER}, [])
    assert stream.getvalue() == b""


def test_what_would_fit_another_frame_is_told_from_what_fits_none() -> None:
    """An array that comes too late has no room; one that is too large alone is no value."""
    parcel = Parcel()
    parcel.add(np.zeros(MAX_PAYLOAD - 8, dtype=np.uint8))
    for size, refusal in ((16, NoRoom), (MAX_PAYLOAD + 1, NotAValue)):
        with pytest.raises(NotAValue) as caught:
            parcel.add(np.zeros(size, dtype=np.uint8))
        assert type(caught.value) is refusal


def test_a_parcel_holds_what_an_array_was() -> None:
    """Whoever changes an array after it was put in changes nothing of what is sent, however it lies in memory."""
    for array in (np.ones((2, 3)), np.ones((2, 3), order="F"), np.ones((4, 6))[::2, ::-2], np.ones((2, 3), ">f8")):
        parcel = Parcel()
        tree = encode(array, parcel)
        array[:] = 7
        assert parcel.arrays[0].flags.c_contiguous
        assert decode(tree, parcel.arrays).tolist() == np.ones((2, 3)).tolist()


def test_frames_are_taken_apart_without_a_stream() -> None:
    """Head, header and payload are read from bytes."""
    frame = pack({"value": 1}, [np.arange(3.0)])
    header_size, payload_size = frame_sizes(frame[: HEAD.size])
    assert (payload_size, HEAD.size + header_size + payload_size) == (24, len(frame))
    header, arrays = open_frame(frame[HEAD.size : HEAD.size + header_size], frame[HEAD.size + header_size :])
    assert header == {"value": 1}
    assert [array.tolist() for array in arrays] == [[0, 1, 2]]


@pytest.mark.parametrize("head", [b"", MAGIC, b"CWK2" + bytes(12), MAGIC + bytes(13), MAGIC + b"\xff" * 12])
def test_a_head_that_is_none_is_refused(head: bytes) -> None:
    """Sixteen bytes with the right beginning and sizes within the caps, or a FrameError."""
    with pytest.raises(FrameError):
        frame_sizes(head)


def test_dropping_makes_room_again() -> None:
    """What is dropped from a parcel is neither sent nor counted."""
    parcel = Parcel()
    parcel.add(np.zeros(3))
    parcel.add(np.zeros(5))
    parcel.drop(1)
    assert (len(parcel.arrays), parcel.size) == (1, 24)


# ---------------------------------------------------------------------------------- hostile bytes


@pytest.mark.parametrize(
    "tree",
    [
        {},
        [],
        {"pickle": "x"},
        {"array": 0},
        {"array": -1},
        {"array": True},
        {"array": "0"},
        {"float": "1.0"},
        {"float": ["nan"]},
        {"tuple": 1},
        {"list": {"list": []}},
        {"dict": {"a": 1}},
        {"dict": [["a"]]},
        {"dict": [[1, 2]]},
        {"dict": [["\ud800", 2]]},
        {"dict": [[["a"], 2]]},
        {"handle": "1"},
        {"handle": True},
        {"handle": 1, "type": 5},
        {"list": [{"list": [[]]}]},
        {"list": ["\udfff"]},
        10**400,
    ],
    ids=str,
)
def test_trees_not_in_the_agreed_form_are_refused(tree: Any) -> None:
    """A tree with a wrong tag or content is a FrameError."""
    with pytest.raises(FrameError):
        received(crafted({"value": tree, "arrays": []}))


@pytest.mark.parametrize(
    "listed",
    [
        None,
        "x",
        [1],
        [["<f8"]],
        [["<f8", 1]],
        [["O", [1]]],
        [["|O", [1]]],
        [["<c16", [1]]],
        [["<U1", [2]]],
        [[["<f8"], [1]]],
        [["<f8", [-1]]],
        [["<f8", [1.0]]],
        [["<f8", [True]]],
        [["<f8", [2]]],
        [["<f8", [1]], ["<f8", [1]]],
        [["|u1", [7]]],
        [],
        [["<f8", [1] * (MAX_DIMENSIONS + 1)]],
        [["<f8", [0, 1 << 62]]],
        [["|u1", [1 << 62, 1 << 62]]],
    ],
    ids=str,
)
def test_arrays_that_do_not_fill_the_payload_are_refused(listed: Any) -> None:
    """A description of arrays that does not fit the eight bytes of the payload is a FrameError."""
    with pytest.raises(FrameError):
        read_frame(io.BytesIO(crafted({"arrays": listed}, bytes(8))))


def test_an_array_is_used_once() -> None:
    """A small frame does not become a large value by naming one array many times."""
    with pytest.raises(FrameError, match="twice"):
        received(crafted({"value": {"tuple": [{"array": 0}, {"array": 0}]}, "arrays": [["|u1", [1]]]}, b"x"))


def test_a_layout_does_not_blow_an_array_up() -> None:
    """A strided array of many axes takes at most twice the memory that was sent."""
    shape = (2,) * 14 + (100,)
    value = {"array": 0, "layout": "strided"}
    array = received(crafted({"value": value, "arrays": [["|u1", list(shape)]]}, bytes(math.prod(shape))))
    assert array.shape == shape
    assert not array.flags.c_contiguous
    assert array.base.nbytes == 2 * array.nbytes


@pytest.mark.parametrize("layout", ["A", "K", 1, None, ["C"]])
def test_unknown_layouts_are_refused(layout: Any) -> None:
    """A layout that is none of the four is a FrameError."""
    with pytest.raises(FrameError):
        received(crafted({"value": {"array": 0, "layout": layout}, "arrays": [["|u1", [1]]]}, b"x"))


@pytest.mark.parametrize(
    ("header", "payload"), [(MAX_HEADER + 1, 0), (2, MAX_PAYLOAD + 1), (2**32 - 1, 0), (2, 2**64 - 1)]
)
def test_announced_sizes_are_bounded_before_a_byte_is_read(header: int, payload: int) -> None:
    """A frame that says it is too large is refused from its first sixteen bytes."""
    stream = io.BytesIO(HEAD.pack(MAGIC, header, payload) + b"{}")
    with pytest.raises(FrameError, match="too large"):
        read_frame(stream)
    assert stream.tell() == HEAD.size


@pytest.mark.parametrize(
    "text", [b"", b"[]", b"1", b"null", b"{", b"\xff\xfe", b"[" * 100_000, b'{"a": ' + b"9" * 5000 + b"}"]
)
def test_headers_that_are_no_mapping_are_refused(text: bytes) -> None:
    """A header that is not a JSON object is a FrameError, however deep or long."""
    with pytest.raises(FrameError):
        read_frame(io.BytesIO(HEAD.pack(MAGIC, len(text), 0) + text))


def test_every_way_of_cutting_a_frame_short_is_noticed() -> None:
    """A frame that ends early is a FrameError, and a stream that ends before one an EOFError."""
    whole = frame_of((np.arange(3.0), "text"))
    with pytest.raises(EOFError):
        read_frame(io.BytesIO())
    for size in range(1, len(whole)):
        with pytest.raises(FrameError):
            read_frame(io.BytesIO(whole[:size]))


@given(st.binary(max_size=400))
def test_random_bytes_do_nothing_but_raise(data: bytes) -> None:
    """Bytes that are no frame raise one of the two errors that are agreed on."""
    with pytest.raises((FrameError, EOFError)):
        read_frame(io.BytesIO(data))


TAGS = ["array", "tuple", "list", "dict", "handle", "float", "layout", "type"]
json_trees = st.recursive(
    numbers | st.text() | st.sampled_from(["nan", "C", "strided"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(TAGS), inner)
        | st.dictionaries(st.text(), inner, max_size=3)
    ),
    max_leaves=15,
)


@given(json_trees, json_trees, st.binary(max_size=64))
def test_random_headers_do_nothing_but_raise(tree: Any, listed: Any, payload: bytes) -> None:
    """A frame whose header is any JSON is read into plain values or is a FrameError."""
    try:
        value = received(crafted({"value": tree, "arrays": listed}, payload))
    except FrameError:
        return
    assert isinstance(value, bool | int | float | str | tuple | list | dict | np.ndarray | Handle | None)


@given(values, st.data())
def test_damaged_frames_do_nothing_but_raise(value: Any, data: st.DataObject) -> None:
    """A frame with a byte changed gives some value or a FrameError, and nothing worse."""
    frame = bytearray(frame_of(value))
    for _ in range(data.draw(st.integers(1, 4))):
        frame[data.draw(st.integers(0, len(frame) - 1))] = data.draw(st.integers(0, 255))
    try:
        arrived = received(bytes(frame))
    except FrameError:
        return
    assert isinstance(arrived, bool | int | float | str | tuple | list | dict | np.ndarray | Handle | None)


@pytest.mark.parametrize("place", ["frame", "header", "payload", "text"])
def test_nothing_is_unpickled(place: str, tmp_path: Any) -> None:
    """A pickle that would leave a trace leaves none, wherever in a frame it stands."""
    trace = tmp_path / "trace"

    class Bomb:
        def __reduce__(self) -> Any:
            return trace.write_text, ("boom",)

    bomb = pickle.dumps(Bomb())
    frames = {
        "frame": bomb,
        "header": HEAD.pack(MAGIC, len(bomb), 0) + bomb,
        "payload": crafted({"value": {"array": 0}, "arrays": [["|O", [1]]]}, bomb),
        "text": crafted({"value": bomb.decode("latin-1"), "arrays": []}),
    }
    try:
        received(frames[place])
    except FrameError:
        pass
    assert not trace.exists()


def test_the_module_imports_nothing_that_could_unpickle() -> None:
    """Neither pickle, marshal nor eval occurs, and numpy is never asked to load."""
    tree = ast.parse(inspect.getsource(protocol))
    imported = {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
    imported |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    called = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    called |= {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    assert imported == {"__future__", "collections.abc", "dataclasses", "json", "math", "numpy", "struct", "typing"}
    assert called.isdisjoint({"load", "eval", "exec", "compile", "__import__", "allow_pickle"})
