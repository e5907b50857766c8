"""JSON that people can read and that is written fast: a line for each key, and for each item of a list.

The standard library indents in Python, which takes longer than all else that is written about a
submission. Here its C encoder does the work, line by line.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from typing import Any


class Encoded(str):
    """JSON already: as an item of a list it stands as it is."""

    __slots__ = ()


def encoded(item: Any, *, ascii_only: bool = True) -> Encoded:
    """An item of a list as ``lines`` writes it, for files to come that hold the same."""
    return Encoded(_encoder(ascii_only)(item))


def lines(content: dict[str, Any], *, ascii_only: bool = True) -> str:
    """``content`` as text; with ``ascii_only`` it is harmless wherever it is shown."""
    encode = _encoder(ascii_only)
    return "{\n" + ",\n".join(f"  {encode(key)}: {_value(value, encode)}" for key, value in content.items()) + "\n}\n"


@cache
def _encoder(ascii_only: bool) -> Callable[[Any], str]:
    return json.JSONEncoder(ensure_ascii=ascii_only).encode


def _value(value: Any, encode: Callable[[Any], str]) -> str:
    if not isinstance(value, list) or not value:
        return encode(value)
    items = (item if isinstance(item, Encoded) else encode(item) for item in value)
    return "[\n    " + ",\n    ".join(items) + "\n  ]"
