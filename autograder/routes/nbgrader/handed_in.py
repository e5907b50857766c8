"""A notebook that was handed in, made anew of what may be in it: cells' types, their texts, and ids that are known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbformat.notebooknode import NotebookNode

from autograder.archives import Refused, open_regular
from autograder.notebooks.cells import entries_of, grade_id_of, text_in
from autograder.routes.nbgrader.nodes import MAKERS, cell, notebook
from autograder.submissions import MAX_NOTEBOOK_MB


@dataclass(frozen=True)
class Known:
    """A cell as the gradebook has it: its type, its text and its ``nbgrader`` metadata."""

    kind: str
    source: str
    metadata: dict[str, Any]


def notebook_from(path: Path, known: Mapping[str, Known]) -> NotebookNode:
    """The notebook at ``path`` without outputs, attachments and metadata of its own, and with every graded cell.

    A file that is no notebook gives the graded cells alone: there is always a place for the marks.
    """
    entries = _entries(path)
    last = {grade_id_of(entry): number for number, entry in enumerate(entries)}  # of an id that is there twice
    found = [_cell(entry, number, known, last) for number, entry in enumerate(entries)]
    cells = [each for each in found if each is not None]
    there = {each.metadata.get("nbgrader", {}).get("grade_id") for each in cells}
    missing = [name for name, each in known.items() if each.metadata["grade"] and name not in there]
    cells += [_made(known[name].kind, known[name].source, f"added-{name}", known[name]) for name in missing]
    return notebook(cells)


def _entries(path: Path) -> list[Any]:
    try:
        with open_regular(path) as file:
            data = file.read(int(MAX_NOTEBOOK_MB * 1e6) + 1)
    except (Refused, OSError):
        return []
    return (entries_of(data) or []) if len(data) <= MAX_NOTEBOOK_MB * 1e6 else []


def _cell(entry: Any, number: int, known: Mapping[str, Known], last: Mapping[str, int]) -> NotebookNode | None:
    kind = entry.get("cell_type") if isinstance(entry, dict) else None
    if not isinstance(kind, str) or kind not in MAKERS:
        return None
    grade_id = grade_id_of(entry)
    # What UTF-8 cannot hold cannot be written down either.
    plain = text_in(entry.get("source")).encode("utf-8", errors="replace").decode("utf-8")
    here = known.get(grade_id) if last[grade_id] == number else None
    return _made(kind, here.source if here and here.metadata["locked"] else plain, f"cell-{number}", here)


def _made(kind: str, source: str, cell_id: str, known: Known | None) -> NotebookNode:
    return cell(known.kind if known else kind, source, cell_id, known.metadata if known else None)
