"""Replies as a hostile worker might write them: from a valid one to mere noise, each from a seeded generator.

Read ``DAMAGES`` as the list of what is tried. A ``Script`` says what is written, and how that must end.
"""

from __future__ import annotations

import copy
import json
import math
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np

from autograder.protocol import DTYPES, HEAD, MAGIC, MAX_DEPTH, MAX_HEADER, MAX_PAYLOAD

MOST = 60_000
"""Bytes that fit any pipe at once."""

DEEP = "@deep@"
"""Stands in a header for a structure nested deeper than ``json`` could write."""

TEXT = "@text@"
"""Stands in a header for whatever takes its place in the text, quotes and all."""


class Ending(StrEnum):
    """What must come of a reply: ``ANY`` is a value, a fault or a stop."""

    FINE = "fine"
    STOP = "stop"
    ANY = "any"


@dataclass(frozen=True)
class Script:
    """What the confined side does about one request: words before it is asked and after, and whether it hangs up."""

    name: str
    said: bytes
    ending: Ending = Ending.ANY
    early: bytes = b""
    hangs_up: bool = True


# ------------------------------------------------------------------------------------ honest replies


class Author:
    """Writes replies in the agreed form."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.listed: list[Any] = []
        self.payload = b""

    def reply(self, number: int, names: list[str]) -> dict[str, Any]:
        """The header that answers operations of these ``names``; ``payload`` goes with it."""
        return {"number": number, "replies": [self.answer(name) for name in names], "arrays": self.listed}

    def answer(self, name: str) -> dict[str, Any]:
        """What is said to one operation."""
        if self.rng.random() < 0.15:
            return {"fault": self.fault()}
        if name in ("new", "store", "part"):
            return {"value": "Layer"}
        return {"value": self.answered()}

    def fault(self) -> dict[str, Any]:
        """An exception as a worker tells of it."""
        return {
            "kind": self.rng.choice(("ValueError", "KeyError", "Mine")),
            "bases": ["Exception", "object"],
            "message": "x" * self.rng.randrange(40),
            "line": self.rng.choice((None, 1, 300)),
            "trace": "",
        }

    def value(self, depth: int = 0) -> Any:
        """Any value there may be."""
        kinds = (self.plain, self.array, self.array, self.plain, self.sequence, self.sequence, self.mapping)
        return self.rng.choice(kinds if depth < 3 else kinds[:3])(depth)

    def answered(self) -> Any:
        """A value, or objects that stay: alone or as parts of a tuple."""
        choice = self.rng.randrange(8)
        if choice == 0:
            return self.handle()
        return {"tuple": [self.value(1), self.handle(), self.handle()]} if choice == 1 else self.value()

    def plain(self, depth: int) -> Any:
        """A value that stands for itself."""
        choices = (None, True, 3, -(10**30), 2.5, 0.0, "text", "", "größer 𝄞", {"float": "nan"}, {"float": "-inf"})
        return self.rng.choice(choices)

    def array(self, depth: int) -> Any:
        """An array, listed with its bytes."""
        dtype = self.rng.choice(sorted(DTYPES))
        shape = [self.rng.randrange(4) for _ in range(self.rng.randrange(5))]
        self.listed.append([dtype, shape])
        self.payload += self.rng.randbytes(math.prod(shape) * np.dtype(dtype).itemsize)
        return {"array": len(self.listed) - 1}

    def handle(self) -> Any:
        """An object that stays."""
        return {"handle": -self.rng.randrange(1, 100), "type": "Layer"}

    def sequence(self, depth: int) -> Any:
        """Some values in order."""
        parts = [self.value(depth + 1) for _ in range(self.rng.randrange(4))]
        return {self.rng.choice(("tuple", "list")): parts}

    def mapping(self, depth: int) -> Any:
        """Some values by name."""
        return {"dict": [[f"key {number}", self.value(depth + 1)] for number in range(self.rng.randrange(3))]}


def frame(header: bytes, payload: bytes = b"", *, magic: bytes = MAGIC, sizes: tuple[int, int] | None = None) -> bytes:
    """A frame that announces ``sizes``, or the true ones."""
    return HEAD.pack(magic, *(sizes or (len(header), len(payload)))) + header + payload


def text_of(header: Any) -> bytes:
    """A header as JSON; ``json`` writes NaN and lone surrogates, too."""
    return json.dumps(header, separators=(",", ":")).encode()


def honest(rng: random.Random, number: int, names: list[str]) -> tuple[dict[str, Any], bytes]:
    """A header and a payload in the agreed form."""
    author = Author(rng)
    return author.reply(number, names), author.payload


def honest_frame(rng: random.Random, number: int, names: list[str]) -> bytes:
    """A frame in the agreed form."""
    header, payload = honest(rng, number, names)
    return frame(text_of(header), payload)


# ------------------------------------------------------------------------------------------- damage


def nothing(rng: random.Random, number: int, names: list[str]) -> Script:
    """No damage at all."""
    return Script("nothing", honest_frame(rng, number, names), Ending.FINE, hangs_up=False)


def noise(rng: random.Random, number: int, names: list[str]) -> Script:
    """Random bytes, sometimes after a proper beginning; they may be none."""
    data = rng.randbytes(rng.randrange(300))
    if rng.random() < 0.5:
        data = frame(data[: len(data) // 2], data[len(data) // 2 :])
    return Script("noise", data, Ending.STOP)


def cut(rng: random.Random, number: int, names: list[str]) -> Script:
    """A frame cut short, after which the other side hangs up, or says no more."""
    data = honest_frame(rng, number, names)
    return Script("cut", data[: rng.randrange(len(data))], Ending.STOP, hangs_up=rng.random() < 0.9)


def flipped(rng: random.Random, number: int, names: list[str]) -> Script:
    """Some bits turned over."""
    data = bytearray(honest_frame(rng, number, names))
    for _ in range(rng.randrange(1, 9)):
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    return Script("flipped", bytes(data))


def spliced(rng: random.Random, number: int, names: list[str]) -> Script:
    """The beginning of one frame and the end of another."""
    one, other = honest_frame(rng, number, names), honest_frame(rng, number, names)
    return Script("spliced", one[: rng.randrange(len(one))] + other[rng.randrange(len(other)) :])


def announced(rng: random.Random, number: int, names: list[str]) -> Script:
    """Lengths that are not those of what follows, and other beginnings."""
    header, payload = honest(rng, number, names)
    text = text_of(header)
    odd = (0, 1, len(text) + 1, len(text) - 1, len(payload) + 8, MAX_HEADER, MAX_HEADER + 1, 2**32 - 1)
    far = (*odd, MAX_PAYLOAD, MAX_PAYLOAD + 1, 2**63, 2**64 - 1)
    both = (rng.choice(odd), rng.choice(far))
    sizes = rng.choice(((both[0], len(payload)), (len(text), both[1]), both))
    if sizes == (len(text), len(payload)):
        sizes = (len(text), len(payload) + 1)
    magic = rng.choice((MAGIC, MAGIC, b"CWK2", b"\0\0\0\0"))
    return Script("announced", frame(text, payload, magic=magic, sizes=sizes), Ending.STOP)


def numbered(rng: random.Random, number: int, names: list[str]) -> Script:
    """The number of another call, or of none."""
    header, payload = honest(rng, number, names)
    others = (number + 1, number - 1, -number, 0, None, str(number), [number], {}, 10**300, number + 0.5, float("nan"))
    header["number"] = rng.choice(others)
    if rng.random() < 0.1:
        del header["number"]
    return Script("numbered", frame(text_of(header), payload), Ending.STOP, hangs_up=False)


def doubled(rng: random.Random, number: int, names: list[str]) -> Script:
    """More than was asked: the next reply, the same again, or some bytes."""
    after = (honest_frame(rng, number + 1, names), honest_frame(rng, number, names), b"x", rng.randbytes(50))
    return Script("doubled", honest_frame(rng, number, names) + rng.choice(after), Ending.STOP, hangs_up=False)


def early(rng: random.Random, number: int, names: list[str]) -> Script:
    """A reply before the request."""
    reply = honest_frame(rng, number, names)
    choices = ((reply, b""), (reply, reply), (rng.randbytes(rng.randrange(1, 40)), reply), (b"\0", b""))
    before, after = rng.choice(choices)
    return Script("early", after, Ending.STOP, before)


def counted(rng: random.Random, number: int, names: list[str]) -> Script:
    """Fewer or more replies than operations."""
    others = [[], [*names, "call"], names * 3, names[1:] or ["call", "call"]]
    return Script("counted", honest_frame(rng, number, rng.choice(others)), Ending.STOP, hangs_up=False)


ODD: tuple[Any, ...] = (
    None, True, False, 0, 1, -1, 7, 2**31, -(2**63), 2**64, 10**400, -(10**400), 10**4299, 1.5, -0.0, 1e308,
    float("nan"), float("inf"), "", "value", "fault", "array", "nan", "x" * 300, "\ud800", "\udfff\ud800", "\0", "é𝄞",
    [], {}, [[]], [None] * 50, {"": None}, {"value": None}, {"fault": None}, {"array": 0}, {"array": -1},
    {"array": True}, {"array": "0"}, {"array": 0, "layout": "F"}, {"array": 0, "layout": []},
    {"layout": "C", "array": 0}, {"handle": 1}, {"handle": -1}, {"handle": True}, {"handle": 0.5},
    {"handle": -(10**400)}, {"handle": 1, "type": 5}, {"handle": 1, "type": "\ud800" * 100}, {"tuple": []},
    {"tuple": {}}, {"tuple": [[]]}, {"list": None}, {"list": [{"array": 0}, {"array": 0}]}, {"list": [{"handle": 1}]},
    {"dict": [["a", 1], ["a", 2]]}, {"dict": [[1, 2]]}, {"dict": [["\ud800", 1]]}, {"dict": [["a"]]}, {"dict": {}},
    {"float": "nan"}, {"float": 1}, {"float": "1e999"}, {"float": []}, {"pickle": "x"},
    {"tuple": [{"handle": -n} for n in range(40)]}, DEEP, TEXT,
)  # fmt: skip
TEXTS = (
    "9" * 5000, "-" + "9" * 4000, "1e400", "-1e-400", "NaN", "-Infinity", "1" + "0" * 400, '{"array":0,"array":1}',
    '{"handle":1,"handle":-1}', '{"tuple":[],"list":[]}', '"\\ud800"', '"\\ud83d\\ude00"', '"\\uDFFF"', "[" * 3000,
    "[" * 400 + "]" * 400, "{" * 50, "01", "+1", "nul", '"', "", ",", "\x00", "\xff", "/**/", "true false", "[1,]",
)  # fmt: skip
DEPTHS = (2, MAX_DEPTH - 1, MAX_DEPTH, MAX_DEPTH + 1, MAX_DEPTH + 2, 40, 200, 300, 450, 5000)


def restructured(rng: random.Random, number: int, names: list[str]) -> Script:
    """A header with some parts changed for others, taken away, repeated, or put elsewhere."""
    header, payload = honest(rng, number, names)
    for _ in range(rng.randrange(1, 4)):
        mutate(header, rng)
    return Script("restructured", frame(written(header, rng), payload)[:MOST])


def mutate(tree: Any, rng: random.Random) -> None:
    """One change somewhere in the tree."""
    places = list(slots(tree))
    if not places:
        return
    holder, key = rng.choice(places)
    change = rng.randrange(6)
    if change == 0:
        del holder[key]
    elif change == 1:
        holder[key] = {rng.choice(("tuple", "list", "array", "handle", "dict", "?")): holder[key]}
    elif change == 2 and isinstance(holder, list):
        holder.insert(key, copy.deepcopy(holder[key]))
    elif change == 3:
        other, place = rng.choice(places)
        holder[key] = copy.deepcopy(other[place])
    else:
        holder[key] = copy.deepcopy(rng.choice(ODD))


def slots(tree: Any) -> Iterator[tuple[Any, Any]]:
    """Every part of the tree, as what holds it and where."""
    parts = list(tree.items()) if isinstance(tree, dict) else list(enumerate(tree))
    for key, part in parts:
        yield tree, key
        if isinstance(part, dict | list):
            yield from slots(part)


def written(header: Any, rng: random.Random) -> bytes:
    """The header as text, with what no ``json`` would write in the places kept for it."""
    text = text_of(header)
    depth = rng.choice(DEPTHS)
    kind = rng.choice((b"list", b"tuple"))
    text = text.replace(f'"{DEEP}"'.encode(), (b'{"' + kind + b'":[') * depth + b"null" + b"]}" * depth)
    return text.replace(f'"{TEXT}"'.encode(), rng.choice(TEXTS).encode("latin-1"))


def nested(rng: random.Random, number: int, names: list[str]) -> Script:
    """Values within values, up to the depth that is allowed and far beyond."""
    replies = [{"value": DEEP} for _ in names]
    return Script("nested", frame(written({"number": number, "replies": replies, "arrays": []}, rng))[:MOST])


def misdescribed(rng: random.Random, number: int, names: list[str]) -> Script:
    """Arrays that are not what is said of them: other dtypes, shapes, sizes and counts."""
    header, payload = honest(rng, number, names)
    listed = header["arrays"]
    listed += [["<f8", [2]]] if not listed else []
    entry = rng.choice(listed)
    dtypes = ("|O", "<f16", "<c16", "|S8", "<U4", "<M8[s]", "|V8", ">f8", "=f8", "f8", "", None, 8, ["<f8"], "<f4")
    sizes = (-1, True, 1.0, "2", None, [], 0, 1, 2**31, 2**62, 2**63, 10**30, MAX_PAYLOAD, float("nan"))
    shapes = (None, {}, "ab", 5, [0] * 17, [0, 2**62], [2**32, 2**32, 0], [1] * 16, [[1]])
    choice = rng.randrange(6)
    if choice == 0:
        entry[0] = rng.choice(dtypes)
    elif choice == 1:
        entry[1] = [*entry[1], rng.choice(sizes)]
    elif choice == 2:
        entry[1] = rng.choice(shapes)
    elif choice == 3:
        listed.append(copy.deepcopy(entry))
    elif choice == 4:
        others = ([], ["<f8"], ["<f8", [1], 2], None, {"0": "<f8", "1": []}, "<f")
        listed[rng.randrange(len(listed))] = rng.choice(others)
    else:
        payload = payload[rng.randrange(len(payload) + 1) :] + rng.randbytes(rng.randrange(9))
    return Script("misdescribed", frame(text_of(header), payload))


def swollen(rng: random.Random, number: int, names: list[str]) -> Script:
    """A small frame that asks for much: layouts with room between the elements, long lists of empty things."""
    dimensions, count = rng.randrange(1, 17), rng.randrange(1, 5)
    last = rng.choice((0, 1, 2, 64, 1024))
    shape = [1] * (dimensions - 1) + [last]
    laid = [{"array": index, "layout": rng.choice(("strided", "reversed", "F"))} for index in range(count)]
    values = rng.choice(
        (laid, [{"list": []}] * 2000, [{"handle": -(10**18) - part} for part in range(1500)], ["x" * 10_000] * 4)
    )
    replies = [{"value": {"tuple": values}} for _ in names]
    header = {"number": number, "replies": replies[:1] + [{"value": None}] * (len(names) - 1)}
    arrays = [["|u1", shape]] * count if values is laid else []
    return Script("swollen", frame(text_of({**header, "arrays": arrays}), bytes(last * len(arrays)))[:MOST])


def claimed(rng: random.Random, number: int, names: list[str]) -> Script:
    """Faults with fields of any kind."""
    fields = ("kind", "message", "trace", "line", "bases")
    fault = {name: copy.deepcopy(rng.choice(ODD)) for name in fields if rng.random() < 0.8}
    if rng.random() < 0.3:
        bases = ["b", 1, None, "\ud800", [], "NotImplementedError"]
        fault |= {"message": "m" * 9000, "kind": "k" * 9000, "bases": bases}
    described = rng.choice((fault, fault, fault, rng.choice(ODD)))
    replies = [{"fault": described} for _ in names]
    return Script("claimed", frame(written({"number": number, "replies": replies, "arrays": []}, rng))[:MOST])


def garbled(rng: random.Random, number: int, names: list[str]) -> Script:
    """Text that is no JSON, no UTF-8, or no mapping."""
    text = text_of(honest(rng, number, names)[0])
    at = rng.randrange(len(text))
    made = (
        text[:at] + rng.choice(TEXTS).encode("latin-1") + text[at:],
        text[:at] + text[at + 1 :],
        b"\xef\xbb\xbf" + text,
        text.decode().encode("utf-16"),
        text + b"{}",
        b" " * 100 + text + b"\n",
        b"[" + text + b"]",
        text_of(rng.choice(ODD)),
        text[:-1] + b',"number":' + text_of(rng.choice(ODD)) + b"}",
        text[:-1] + b',"replies":' + text_of(rng.choice(ODD)) + b"}",
    )
    return Script("garbled", frame(rng.choice(made)))


Damage = Callable[[random.Random, int, list[str]], Script]
DAMAGES: dict[Damage, int] = {
    nothing: 15,
    noise: 3,
    cut: 5,
    flipped: 10,
    spliced: 4,
    announced: 4,
    numbered: 4,
    doubled: 4,
    early: 3,
    counted: 3,
    restructured: 30,
    nested: 3,
    misdescribed: 10,
    swollen: 5,
    claimed: 8,
    garbled: 6,
}
"""What is tried, and how often."""


def script(rng: random.Random, number: int, names: list[str]) -> Script:
    """One reply to the request ``number`` for operations of these ``names``."""
    (damage,) = rng.choices(list(DAMAGES), list(DAMAGES.values()))
    return damage(rng, number, names)
