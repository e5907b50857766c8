"""Frames between the trusted side and a worker: a JSON header, then raw array bytes.

A frame is ``magic, header length, payload length`` (big-endian), the header, the payload. Nothing is
ever unpickled. The receiver bounds both lengths before it reads a byte, rebuilds arrays only
from an allow-list of numeric dtypes whose sizes must add up exactly, and treats everything else as
a ``ProtocolError``. Values travel as a small tagged tree::

    None, true, 3, 2.5, "text"          themselves (floats that JSON lacks: {"float": "nan"})
    {"array": k, "layout": "C"}         the k-th array of the frame, once; layouts are listed below
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

LAYOUTS = ("C", "F", "strided", "reversed")
"""How the receiver lays an array out in memory; the last two are not contiguous."""


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


@dataclass
class Parcel:
    """A header being filled, with the arrays that go with it."""

    arrays: list[np.ndarray] = field(default_factory=list)
    size: int = 0

    def add(self, array: np.ndarray) -> int:
        """Take ``array`` (exact ndarray, allowed dtype) along; its number in the frame."""
        dtype = array.dtype.newbyteorder("<")
        if dtype.str not in DTYPES:
            raise NotAValue(f"an array of dtype {array.dtype}")
        size = self.size + array.nbytes
        if size > MAX_PAYLOAD or len(self.arrays) >= MAX_ARRAYS or array.ndim > MAX_DIMENSIONS:
            raise NotAValue(f"an array too large to send, of shape {array.shape}")
        self.arrays.append(np.ascontiguousarray(array, dtype=dtype).reshape(array.shape))
        self.size = size
        return len(self.arrays) - 1

    def drop(self, count: int) -> None:
        """Leave only the first ``count`` arrays in it."""
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
    if value is None or kind is bool:
        return value
    if kind is int:
        return _encode_int(value)
    if kind is str:
        if len(value) > MAX_TEXT or not _sayable(value):
            raise NotAValue(f"a text of {len(value)} characters")
        return value
    if kind is float:
        return value if math.isfinite(value) else {"float": repr(value)}
    if kind is np.ndarray:
        return {"array": parcel.add(value), "layout": "C"}
    if kind is Laid:
        return {"array": parcel.add(value.array), "layout": value.layout}
    if kind is Handle:
        return {"handle": value.number, "type": value.type}
    if kind in (tuple, list):
        return {kind.__name__: [encode(item, parcel, depth + 1) for item in value]}
    if kind is dict and all(type(key) is str and _sayable(key) for key in value):
        return {"dict": [[key, encode(item, parcel, depth + 1)] for key, item in value.items()]}
    if isinstance(value, np.generic) and kind.__module__ == "numpy":
        return _encode_scalar(value)
    raise NotAValue(f"an object of type {kind.__name__}")


def _encode_int(value: int) -> int:
    if value.bit_length() > MAX_BITS:
        raise NotAValue(f"an int of {value.bit_length()} bits")
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
    if tree is None or isinstance(tree, bool | float):
        return tree
    if isinstance(tree, int | str):
        return _decode_plain(tree)
    if not isinstance(tree, dict) or not tree:
        raise FrameError("a value without a tag")
    tag, content = next(iter(tree.items()))
    decoder = _DECODERS.get(tag)
    if decoder is None:
        raise FrameError(f"unknown tag {str(tag)[:40]!r}")
    return decoder(tree, content, arrays, depth + 1)


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
    if layout == "F":
        return np.array(array, order="F")
    if layout == "strided" and array.ndim:
        if array.nbytes << array.ndim > MAX_PAYLOAD:
            raise FrameError("an array too large for its layout")
        roomy = np.full(tuple(2 * size for size in array.shape), 7, dtype=array.dtype)
        view = roomy[tuple(slice(None, None, 2) for _ in array.shape)]
        view[...] = array
        return view
    if layout == "reversed" and array.ndim:
        backwards = tuple(slice(None, None, -1) for _ in array.shape)
        return np.array(array[backwards], order="C")[backwards]
    return np.array(array, order="C")


def _decode_float(tree: dict[str, Any], content: Any, arrays: list[np.ndarray], depth: int) -> float:
    if content not in ("nan", "inf", "-inf"):
        raise FrameError("not a float")
    return float(content)


def _decode_items(content: Any, arrays: list[np.ndarray], depth: int) -> list[Any]:
    if not isinstance(content, list):
        raise FrameError("a sequence that is none")
    return [decode(item, arrays, depth) for item in content]


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
    if type(content) is not int or not isinstance(name, str):
        raise FrameError("a handle that is none")
    return Handle(content, name[:80].encode("utf-8", "replace").decode())


_DECODERS: dict[str, Callable[[dict[str, Any], Any, list[np.ndarray], int], Any]] = {
    "array": _decode_array,
    "float": _decode_float,
    "tuple": lambda tree, content, arrays, depth: tuple(_decode_items(content, arrays, depth)),
    "list": lambda tree, content, arrays, depth: _decode_items(content, arrays, depth),
    "dict": _decode_dict,
    "handle": _decode_handle,
}


def write_frame(stream: BinaryIO, header: dict[str, Any], arrays: list[np.ndarray]) -> None:
    """Send one frame; ``header`` must be JSON and ``arrays`` come from a ``Parcel``."""
    listed = [[array.dtype.str, list(array.shape)] for array in arrays]
    text = json.dumps({**header, "arrays": listed}, allow_nan=False).encode()
    if len(text) > MAX_HEADER:
        raise NotAValue("a structure with too many parts")
    size = sum(array.nbytes for array in arrays)
    stream.write(b"".join([HEAD.pack(MAGIC, len(text), size), text, *(array.tobytes() for array in arrays)]))
    stream.flush()


def read_frame(stream: BinaryIO) -> tuple[dict[str, Any], list[np.ndarray]]:
    """Receive one frame: its header and its arrays (read-only, native for ``DTYPES``).

    Raises ``EOFError`` where the stream ends before a frame begins, ``FrameError`` otherwise.
    """
    magic, header_size, payload_size = HEAD.unpack(_read_exactly(stream, HEAD.size, at_start=True))
    if magic != MAGIC or header_size > MAX_HEADER or payload_size > MAX_PAYLOAD:
        raise FrameError("not a frame, or one too large")
    header = _parse(_read_exactly(stream, header_size))
    return header, _split(_read_exactly(stream, payload_size), header.pop("arrays", None))


def _read_exactly(stream: BinaryIO, size: int, *, at_start: bool = False) -> bytes:
    data = stream.read(size) if size else b""
    if data is None or len(data) < size:
        if at_start and not data:
            raise EOFError
        raise FrameError("a frame cut short")
    return data


def _parse(text: bytes) -> dict[str, Any]:
    try:
        header = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise FrameError("a header that is not JSON") from error
    if not isinstance(header, dict):
        raise FrameError("a header that is no mapping")
    return header


def _split(payload: bytes, listed: Any) -> list[np.ndarray]:
    """The arrays that fill ``payload`` exactly, as ``listed`` ([[dtype, shape], ...]) describes them."""
    if not isinstance(listed, list) or len(listed) > MAX_ARRAYS:
        raise FrameError("no list of arrays")
    arrays = []
    offset = 0
    for entry in listed:
        dtype, shape = _described(entry)
        count = math.prod(shape)
        size = count * dtype.itemsize
        if size > len(payload) - offset:
            raise FrameError("an array larger than its frame")
        arrays.append(np.frombuffer(payload, dtype, count, offset).reshape(shape) if count else np.empty(shape, dtype))
        offset += size
    if offset != len(payload):
        raise FrameError("a payload that its arrays do not fill")
    return arrays


def _described(entry: Any) -> tuple[np.dtype, tuple[int, ...]]:
    if not (isinstance(entry, list) and len(entry) == 2 and isinstance(entry[1], list)):
        raise FrameError("an array that is not described")
    dtype, shape = entry[0], tuple(entry[1])
    if not (isinstance(dtype, str) and dtype in DTYPES):
        raise FrameError("an array of a dtype that is not allowed")
    sizes_fit = len(shape) <= MAX_DIMENSIONS and all(type(size) is int and size >= 0 for size in shape)
    # numpy refuses an empty array whose other sizes overflow, so zeros count as ones here.
    if not sizes_fit or math.prod(size or 1 for size in shape) > MAX_PAYLOAD:
        raise FrameError("an impossible shape")
    return np.dtype(dtype), shape
