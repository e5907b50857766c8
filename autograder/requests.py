"""Requests: what the trusted side asks a worker, as pickles, for this way round nobody needs to be wary.

The confined side may take in whatever the trusted side has made. What comes back goes by
``protocol`` and is never unpickled; nothing of the trusted side reads a request but its own.
"""

from __future__ import annotations

import pickle
from typing import Any, BinaryIO

from autograder.protocol import HEAD, MAGIC, read_exactly

Operations = list[list[Any]]
"""Each is ``[name, number, *values]``; values are plain, arrays, ``protocol.Laid`` arrays and ``Handle``s."""


Companion = tuple[str, str, str]
"""A module beside the student's own: its name and its text or, where there is none, why."""


def pack_request(number: int, *batches: Operations) -> bytes:
    """A frame without a header, whose payload is the request: batches that are answered one by one, from ``number``."""
    asked = pickle.dumps((number, batches), protocol=5)
    return HEAD.pack(MAGIC, 0, len(asked)) + asked


def read_request(stream: BinaryIO) -> tuple[int, tuple[Operations, ...]]:
    """For the confined side: the next request's number and batches; ``EOFError`` where it was the last."""
    _, _, size = HEAD.unpack(read_exactly(stream, HEAD.size, at_start=True))
    number, batches = pickle.loads(read_exactly(stream, size))
    return number, batches


def copied(operations: Operations) -> Operations:
    """The operations as they arrive on the other side: with nothing shared."""
    arrived: Operations = pickle.loads(pickle.dumps(operations, protocol=5))
    return arrived
