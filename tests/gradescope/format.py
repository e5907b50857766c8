"""The form of ``results.json`` as Gradescope documents it, key by key; anything else is a problem."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any

VISIBILITIES = ("hidden", "after_due_date", "after_published", "visible")
FORMATS = ("text", "html", "simple_format", "md", "ansi")

Test = Callable[[Any], bool]


def number(value: Any) -> bool:
    """A finite number."""
    return type(value) in (int, float) and math.isfinite(value)


def text(value: Any) -> bool:
    """A string that UTF-8 can hold."""
    return isinstance(value, str) and value.encode("utf-8", errors="replace").decode() == value


def one_of(*values: str) -> Test:
    """One of these strings."""
    return lambda value: isinstance(value, str) and value in values


def texts(value: Any) -> bool:
    """A list of strings."""
    return isinstance(value, list) and all(map(text, value))


def mapping(value: Any) -> bool:
    """An object."""
    return isinstance(value, dict)


TOP: dict[str, Test] = {
    "score": number,
    "execution_time": number,
    "output": text,
    "output_format": one_of(*FORMATS),
    "test_output_format": one_of(*FORMATS),
    "test_name_format": one_of(*FORMATS),
    "visibility": one_of(*VISIBILITIES),
    "stdout_visibility": one_of(*VISIBILITIES),
    "extra_data": mapping,
    "tests": lambda value: isinstance(value, list),
    "leaderboard": lambda value: isinstance(value, list),
}
TEST: dict[str, Test] = {
    "score": number,
    "max_score": number,
    "status": one_of("passed", "failed"),
    "name": text,
    "name_format": one_of(*FORMATS),
    "number": text,
    "output": text,
    "output_format": one_of(*FORMATS),
    "tags": texts,
    "visibility": one_of(*VISIBILITIES),
    "extra_data": mapping,
}
ENTRY: dict[str, Test] = {
    "name": text,
    "value": lambda value: number(value) or text(value),
    "order": one_of("asc", "desc"),
}


def problems(data: Any) -> list[str]:
    """Everything that is not as documented."""
    if not isinstance(data, dict):
        return ["no object"]
    found = _unfit(data, TOP, "")
    tests, entries = data.get("tests") or [], data.get("leaderboard") or []
    for kind, keys, items in (("tests", TEST, tests), ("leaderboard", ENTRY, entries)):
        for count, item in enumerate(items):
            found += _unfit(item, keys, f"{kind}[{count}].") if isinstance(item, dict) else [f"{kind}[{count}]"]
    found += [f"{each} lacks a key" for each in entries if not {"name", "value"} <= {*each}]
    if "score" not in data and not all("score" in each for each in tests):
        found.append("no score")
    return found


def parsed(data: bytes) -> dict[str, Any]:
    """What a results file holds; it must be strict JSON in the documented form."""
    content = json.loads(data.decode("utf-8"), parse_constant=_refused)
    assert problems(content) == []
    return dict(content)


def _unfit(data: dict[str, Any], keys: dict[str, Test], where: str) -> list[str]:
    unknown = [f"{where}{key} is unknown" for key in data if key not in keys]
    known = {key: fits for key, fits in keys.items() if key in data}
    return unknown + [f"{where}{key}: {data[key]!r}" for key, fits in known.items() if not fits(data[key])]


def _refused(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")
