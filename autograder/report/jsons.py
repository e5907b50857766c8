"""JSON that people can read and that is written fast: a line for each key, and for each item of a list.

The standard library indents in Python, which takes longer than all else that is written about a
submission. Here its C encoder does the work, line by line.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any


def lines(content: dict[str, Any], *, ascii_only: bool = True) -> str:
    """``content`` as text; with ``ascii_only`` it is harmless wherever it is shown."""
    encode = json.JSONEncoder(ensure_ascii=ascii_only).encode
    return "{\n" + ",\n".join(f"  {encode(key)}: {_value(value, encode)}" for key, value in content.items()) + "\n}\n"


def _value(value: Any, encode: Callable[[Any], str]) -> str:
    if not isinstance(value, list) or not value:
        return encode(value)
    return "[\n" + ",\n".join(f"    {encode(item)}" for item in value) + "\n  ]"
