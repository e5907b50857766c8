"""Frames between the trusted side and a worker.

A frame is ``magic, header length, payload length`` (big-endian), the header, the payload. What comes from a
worker is never unpickled. The receiver bounds both lengths before it reads a byte, rebuilds arrays
only from an allow-list of numeric dtypes whose sizes must add up exactly, and treats everything
else as a ``FrameError``. Requests go the other way and are simpler: see ``requests``. Values come back
as a small tagged tree::

    None, true, 3, 2.5, "text"          themselves (floats that JSON lacks: {"float": "nan"})
    {"array": k}                        the k-th array of the frame, once; {"layout": "F"} and others below
    {"tuple": [...]}, {"list": [...]}   sequences
    {"dict": [[key, value], ...]}       a mapping with str keys
    {"handle": 7, "type": "Layer"}      an object that stays on the worker's side

This module is the only one both sides share, so it depends on numpy and the standard library alone.
"""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, BinaryIO

import numpy as np

MAGIC = b"CWK1"
HEAD = struct.Struct(">4sIQ")
MAX_HEADER = 1 << 20
MAX_PAYLOAD = 64 << 20
MAX_ARRAYS = 256
MAX_DIMENSIONS = 16
MAX_DEPTH = 12
MAX_TEXT = 100_000
MAX_BITS = 1024
"""The longest int: far beyond any size, and short enough to be written out anywhere."""

DTYPES = frozenset("|b1 |i1 |u1 <i2 <u2 <i4 <u4 <i8 <u8 <f2 <f4 <f8".split())
"""What an array in a frame may be made of: booleans, integers and floats, little-endian."""

PLAIN = 1 << 63
"""Ints nearer to 0 than this need no second look."""

LAYOUTS = ("C", "F", "strided", "reversed")
"""How the receiver lays an array out in memory; the last two are not contiguous."""


Reply = tuple[dict[str, Any], list[np.ndarray]]
"""What a frame holds: its header and its arrays."""


class FrameError(Exception):
    """A frame that is too large, cut short, or not in the agreed form."""


class NotAValue(Exception):
    """An object that has no place in a frame; it may stay behind as a handle."""


@dataclass(frozen=True)
class Handle:
    """An object on the worker's side: its number and the name of its class."""

    number: int
    type: str = "object"


@dataclass(frozen=True)
class Laid:
    """An array to be rebuilt in a given memory ``layout`` (one of ``LAYOUTS``)."""

    array: np.ndarray
    layout: str


class NoRoom(NotAValue):
    """A value that would fit a frame of its own, but no longer this one."""


@dataclass
class Parcel:
    """The arrays that go with a header being filled."""

    arrays: list[np.ndarray] = field(default_factory=list)
    size: int = 0

    def add(self, array: np.ndarray) -> int:
        """Take a copy of ``array`` (exact ndarray, allowed dtype) along; its number in the frame."""
        dtype = array.dtype
        if dtype.str not in DTYPES:
            dtype = dtype.newbyteorder("<")
            if dtype.str not in DTYPES:
                raise NotAValue(f"an array of dtype {array.dtype}")
        nbytes, count = array.nbytes, len(self.arrays)
        size = self.size + nbytes
        if size > MAX_PAYLOAD or count >= MAX_ARRAYS or array.ndim > MAX_DIMENSIONS:
            alone = nbytes <= MAX_PAYLOAD and array.ndim <= MAX_DIMENSIONS
            kind = NoRoom if alone else NotAValue
            raise kind(f"an array too large to send, of shape {array.shape}")
        # A copy: whoever owns the array may go on and change it before the frame is sent.
        self.arrays.append(array.copy() if dtype is array.dtype else array.astype(dtype, order="C"))
        self.size = size
        return count

    def drop(self, count: int) -> None:
        """Leave only the first ``count`` arrays in it."""
        if len(self.arrays) > count:
            del self.arrays[count:]
            self.size = sum(array.nbytes for array in self.arrays)


def _sayable(text: str) -> bool:
    """Whether ``text`` can be written as UTF-8: a lone surrogate cannot."""
    return text.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in text)


def encode(value: Any, parcel: Parcel, depth: int = 0) -> Any:
    """``value`` as a tagged tree, its arrays put into ``parcel``.

    Types are compared exactly: a subclass of an array, a number or a tuple is not a value, for it
    may compute whatever it likes when it is touched. Raises ``NotAValue`` for all the rest.
    """
    if depth > MAX_DEPTH:
        raise NotAValue("a structure nested too deeply")
    kind = type(value)
    if kind is np.ndarray:
        return {"array": parcel.add(value)}
    if kind is int:
        return value if -PLAIN < value < PLAIN else _encode_int(value)
    if kind is tuple or kind is list:
        return {kind.__name__: _encode_items(value, parcel, depth + 1)}
    if value is None or kind is bool:
        return value
    if kind is float:
        return value if math.isfinite(value) else {"float": repr(value)}
    if kind is str:
        return _encode_text(value)
    if kind is Handle:
        return {"handle": value.number, "type": value.type}
    if kind is Laid:
        return {**encode(value.array, parcel, depth), "layout": value.layout}
    if kind is dict and all(type(key) is str and _sayable(key) for key in value):
        return {"dict": [[_encode_text(key), encode(item, parcel, depth + 1)] for key, item in value.items()]}
    if isinstance(value, np.generic) and kind.__module__ == "numpy":
        return _encode_scalar(value)
    raise NotAValue(f"an object of type {kind.__name__}")


def _encode_items(items: tuple[Any, ...] | list[Any], parcel: Parcel, depth: int) -> list[Any]:
    """The parts of a sequence; most are sizes, so those are not handed on."""
    if items and depth > MAX_DEPTH:
        raise NotAValue("a structure nested too deeply")
    return [
        item if type(item) is int and -PLAIN < item < PLAIN else encode(item, parcel, depth) for item in items
    ]


def _encode_int(value: int) -> int:
    if value.bit_length() > MAX_BITS:
        raise NotAValue(f"an int of {value.bit_length()} bits")
    return value


def _encode_text(value: str) -> str:
    if len(value) > MAX_TEXT or not _sayable(value):
        raise NotAValue(f"a text of {len(value)} characters")
    return value


def _encode_scalar(value: np.generic) -> Any:
    if isinstance(value, np.bool_):
        return bool(value)
    if isinstance(value, np.integer):
        return int(value)
    if isinstance(value, np.floating):
        plain = float(value)
        return plain if math.isfinite(plain) else {"float": repr(plain)}
    raise NotAValue(f"a number of type {type(value).__name__}")


def decode(tree: Any, arrays: list[np.ndarray], depth: int = 0) -> Any:
    """The value that ``tree`` stands for; raises ``FrameError`` for anything not in the agreed form."""
    if depth > MAX_DEPTH + 1:
        raise FrameError("nested too deeply")
    kind = type(tree)
    if kind is dict and tree:
        tag, content = next(iter(tree.items()))
        decoder = _DECODERS.get(tag)
        if decoder is None:
            raise FrameError(f"unknown tag {str(tag)[:40]!r}")
        return decoder(tree, content, arrays, depth + 1)
    if tree is None or kind is float or kind is bool:
        return tree
    if kind is int or kind is str:
        return _decode_plain(tree)
    raise FrameError("a value without a tag")


def _decode_plain(value: int | str) -> int | str:
    if value.bit_length() > MAX_BITS if isinstance(value, int) else not _sayable(value):
        raise FrameError("an endless number, or a text that is none")
    return value


def _decode_array(tree: dict[str, Any], content: Any, arrays: list[np.ndarray], depth: int) -> np.ndarray:
    layout = tree.get("layout", "C")
    if type(content) is not int or not 0 <= content < len(arrays) or layout not in LAYOUTS:
        raise FrameError("no such array or layout")
    array, arrays[content] = arrays[content], _TAKEN
    if array is _TAKEN:  # a small frame must not become a large value
        raise FrameError("an array that is used twice")
    return lay_out(array, layout)


_TAKEN = np.empty(0)


def lay_out(array: np.ndarray, layout: str) -> np.ndarray:
    """A writable copy of ``array`` with the same values, laid out in memory as ``layout`` says."""
    if layout == "C":
        return array.copy()
    if layout == "F":
        return np.array(array, order="F")
    if layout == "strided" and array.ndim:
        roomy = np.full((*array.shape[:-1], 2 * array.shape[-1]), 7, dtype=array.dtype)
        view = roomy[..., ::2]  # one axis is enough, and never takes more than twice the room
        view[...] = array
        return view
    if layout == "reversed" and array.ndim:
        backwards = tuple(slice(None, None, -1) for _ in array.shape)
        return np.array(array[backwards], order="C")[backwards]
    return array.copy()


def _decode_float(tree: dict[str, Any], content: Any, arrays: list[np.ndarray], depth: int) -> float:
    if content not in ("nan", "inf", "-inf"):
        raise FrameError("not a float")
    return float(content)


def _decode_items(content: Any, arrays: list[np.ndarray], depth: int) -> list[Any]:
    if not isinstance(content, list):
        raise FrameError("a sequence that is none")
    if content and depth > MAX_DEPTH + 1:
        raise FrameError("nested too deeply")
    return [
        item if type(item) is int and -PLAIN < item < PLAIN else decode(item, arrays, depth) for item in content
    ]


def _decode_dict(tree: dict[str, Any], content: Any, arrays: list[np.ndarray], depth: int) -> dict[str, Any]:
    if not isinstance(content, list):
        raise FrameError("a mapping that is none")
    mapping = {}
    for pair in content:
        if not (isinstance(pair, list) and len(pair) == 2 and isinstance(pair[0], str) and _sayable(pair[0])):
            raise FrameError("a mapping that is none")
        mapping[pair[0]] = decode(pair[1], arrays, depth)
    return mapping


def _decode_handle(tree: dict[str, Any], content: Any, arrays: list[np.ndarray], depth: int) -> Handle:
    name = tree.get("type", "object")
    if type(content) is not int or not -PLAIN < content < PLAIN or not isinstance(name, str):
        raise FrameError("a handle that is none")
    return Handle(content, name[:80] if name.isascii() else name[:80].encode("utf-8", "replace").decode())


_DECODERS: dict[str, Callable[[dict[str, Any], Any, list[np.ndarray], int], Any]] = {
    "array": _decode_array,
    "float": _decode_float,
    "tuple": lambda tree, content, arrays, depth: tuple(_decode_items(content, arrays, depth)),
    "list": lambda tree, content, arrays, depth: _decode_items(content, arrays, depth),
    "dict": _decode_dict,
    "handle": _decode_handle,
}


def write_frame(stream: BinaryIO, header: dict[str, Any], arrays: list[np.ndarray]) -> None:
    """Send one frame; see ``pack``."""
    stream.write(pack(header, arrays))
    stream.flush()


def read_frame(stream: BinaryIO) -> Reply:
    """Receive one frame: its header and its arrays (read-only, native for ``DTYPES``).

    Raises ``EOFError`` where the stream ends before a frame begins, ``FrameError`` otherwise.
    """
    header_size, payload_size = frame_sizes(read_exactly(stream, HEAD.size, at_start=True))
    return open_frame(read_exactly(stream, header_size), read_exactly(stream, payload_size))


def pack(header: dict[str, Any], arrays: list[np.ndarray]) -> bytes:
    """One frame as bytes; ``header`` must be JSON and ``arrays`` come from a ``Parcel``.

    Raises ``NotAValue`` where the header is too long.
    """
    listed = [[array.dtype.str, array.shape] for array in arrays]
    text = _dump({**header, "arrays": listed}).encode()
    if len(text) > MAX_HEADER:
        raise NotAValue("a structure with too many parts")
    size = sum([array.nbytes for array in arrays])
    parts: list[Any] = [HEAD.pack(MAGIC, len(text), size), text, *arrays]
    return b"".join(parts)


_dump = json.JSONEncoder(allow_nan=False, check_circular=False, separators=(",", ":")).encode


def frame_sizes(head: bytes) -> tuple[int, int]:
    """The lengths of header and payload that the ``HEAD.size`` bytes of ``head`` announce.

    Raises ``FrameError`` for anything but the beginning of a frame within the caps.
    """
    if len(head) != HEAD.size:
        raise FrameError("a frame cut short")
    magic, header_size, payload_size = HEAD.unpack(head)
    if magic != MAGIC or header_size > MAX_HEADER or payload_size > MAX_PAYLOAD:
        raise FrameError("not a frame, or one too large")
    return header_size, payload_size


def open_frame(header: bytes, payload: bytes) -> Reply:
    """The header and the arrays (views of ``payload``) of a frame that has arrived; raises ``FrameError``."""
    parsed = _parse(header)
    return parsed, _split(payload, parsed.pop("arrays", None))


def read_exactly(stream: BinaryIO, size: int, *, at_start: bool = False) -> bytes:
    data = stream.read(size) if size else b""
    if data is None or len(data) < size:
        if at_start and not data:
            raise EOFError
        raise FrameError("a frame cut short")
    return data


def _parse(text: bytes) -> dict[str, Any]:
    try:
        header = json.loads(text.decode())
    except (ValueError, RecursionError) as error:
        raise FrameError("a header that is not JSON") from error
    if not isinstance(header, dict):
        raise FrameError("a header that is no mapping")
    return header


def _split(payload: bytes, listed: Any) -> list[np.ndarray]:
    """The arrays that fill ``payload`` exactly, as ``listed`` ([[dtype, shape], ...]) describes them."""
    if not isinstance(listed, list) or len(listed) > MAX_ARRAYS:
        raise FrameError("no list of arrays")
    arrays: list[np.ndarray] = []
    offset = 0
    for entry in listed:
        dtype, shape = _described(entry)
        size = math.prod(shape) * dtype.itemsize
        if size > len(payload) - offset:
            raise FrameError("an array larger than its frame")
        arrays.append(np.ndarray(shape, dtype, payload, offset) if size else np.empty(shape, dtype))
        offset += size
    if offset != len(payload):
        raise FrameError("a payload that its arrays do not fill")
    return arrays


def _described(entry: Any) -> tuple[np.dtype, tuple[int, ...]]:
    if not (type(entry) is list and len(entry) == 2 and type(entry[0]) is str and type(entry[1]) is list):
        raise FrameError("an array that is not described")
    dtype, shape = _DTYPES.get(entry[0]), tuple(entry[1])
    if dtype is None:
        raise FrameError("an array of a dtype that is not allowed")
    if len(shape) > MAX_DIMENSIONS:
        raise FrameError("an impossible shape")
    extent = 1
    for size in shape:
        if type(size) is not int or size < 0:
            raise FrameError("an impossible shape")
        extent *= size or 1  # numpy refuses an empty array whose other sizes overflow, so zeros count as ones
    if extent > MAX_PAYLOAD:
        raise FrameError("an impossible shape")
    return dtype, shape


_DTYPES = {name: np.dtype(name) for name in DTYPES}
