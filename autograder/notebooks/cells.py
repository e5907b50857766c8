"""The code cells of a notebook that a stranger may have written: read as data, never as code.

Sources: the nbformat 4 and nbgrader metadata (schema 3) documentation.
"""

from __future__ import annotations

import ast
import json
import re
import warnings
from dataclasses import dataclass
from typing import Any

from autograder import messages
from autograder.model import Text

MAX_CELLS = 10_000
MAX_CODE_MB = 1.0
"""Of all code cells together, as much as a file may be; the rest of a notebook is plots."""
LOCKED = re.compile(r"(given|checks)-")
"""How the grade ids of cells begin that belong to the kit: what stands in them now is not looked at."""
TIMERS = ("%%time", "%%timeit", "%%capture", "%%prun")
"""Cell magics below which there is ordinary Python; below any other there is not."""


@dataclass(frozen=True)
class Cell:
    """A code cell: its number among all cells, from 1, its Python, and how it is parsed, None where it is no Python."""

    number: int
    source: str
    tree: ast.Module | None
    error: str = ""


def code_cells(data: bytes, filename: str) -> tuple[Cell, ...] | Text:
    """The student's own code cells, in order, or the sentence that says why there are none."""
    cells = entries_of(data)
    if cells is None:
        return messages.NOT_A_NOTEBOOK.format(filename=filename)
    own = {number: text_in(each.get("source")) for number, each in enumerate(cells, start=1) if _is_own_code(each)}
    size = sum(map(len, own.values()))
    if size > MAX_CODE_MB * 1e6:
        return messages.TOO_LARGE.format(filename=filename, size=size / 1e6, limit=MAX_CODE_MB)
    return tuple(_cell(number, _python(source)) for number, source in own.items())


def entries_of(data: bytes) -> list[Any] | None:
    """The entries in a notebook's list of cells, whatever they are; None where there is no such list."""
    try:
        notebook = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return None
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    return cells if isinstance(cells, list) and len(cells) <= MAX_CELLS else None


def grade_id_of(entry: Any) -> str:
    """The id under which nbgrader knows a cell; empty where it has none."""
    metadata = entry.get("metadata") if isinstance(entry, dict) else None
    nbgrader = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    grade_id = nbgrader.get("grade_id") if isinstance(nbgrader, dict) else None
    return grade_id if isinstance(grade_id, str) else ""


def _is_own_code(entry: Any) -> bool:
    is_code = isinstance(entry, dict) and entry.get("cell_type") == "code"
    return is_code and not LOCKED.match(grade_id_of(entry))


def _cell(number: int, source: str) -> Cell:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(source)
            ast.unparse(tree)  # what is nested too deeply for that is too deep for all that follows
            return Cell(number, source, tree)
    except SyntaxError as error:
        return Cell(number, source, None, f"cell {number}, line {error.lineno}: {error.msg}")
    except (ValueError, RecursionError, MemoryError) as error:
        return Cell(number, source, None, f"cell {number}: {type(error).__name__}")


def text_in(source: Any) -> str:
    """A cell's text, which may be kept as lines."""
    if isinstance(source, list):
        return "".join(part for part in source if isinstance(part, str))
    return source if isinstance(source, str) else ""


def _python(source: str) -> str:
    """The cell's Python: what only a notebook understands is blanked, and so is a cell in another language."""
    lines = source.split("\n")
    if lines[0].startswith("%%"):
        if not lines[0].startswith(TIMERS):
            return ""
        lines[0] = ""
    if _parses("\n".join(lines)):
        return "\n".join(lines)
    return "\n".join(_without_magic(line) for line in lines)


def _without_magic(line: str) -> str:
    """A blank line in place of a line magic, a shell command or a question."""
    bare = line.strip()
    if bare.startswith(("%", "!", "?")) or (bare.endswith("?") and not bare.startswith("#")):
        return line[: len(line) - len(line.lstrip())] + "pass"
    return line


def _parses(source: str) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True
