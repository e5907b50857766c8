"""Where something of the kit's own is written: file and line, for messages to whoever wrote it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

_FRAME = re.compile(r'^ *File "(?P<file>[^"\n]+)", line (?P<line>\d+).*$', re.MULTILINE)


def place_of(function: Callable[..., Any]) -> str:
    """The file and the first line of a function, decorators included; the module's name where it has no file."""
    code = getattr(function, "__code__", None)
    file = getattr(function, "__globals__", {}).get("__file__") or function.__module__
    return f"{file}:{code.co_firstlineno}" if code is not None else str(file)


def last_place(trace: str, root: Path) -> str:
    """The last line below ``root`` that a traceback's text names; empty where it names none."""
    found = [each for each in _FRAME.finditer(trace) if Path(each["file"]).is_relative_to(root)]
    return f"{found[-1]['file']}:{found[-1]['line']}" if found else ""


def last_words(trace: str) -> str:
    """What a traceback's text ends with: the exception, on one line."""
    ending = _FRAME.split(trace)[-1]
    return " ".join(line.strip() for line in ending.splitlines() if line.strip() and not line.startswith(" "))
