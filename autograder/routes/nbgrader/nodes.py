"""Notebooks, cells and outputs of nbformat's version 4, made anew."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import nbformat
from nbformat.notebooknode import NotebookNode

KERNEL = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
V4: Any = nbformat.v4
MAKERS = {"code": V4.new_code_cell, "markdown": V4.new_markdown_cell, "raw": V4.new_raw_cell}
LONGEST_ID = 64


def cell(kind: str, source: str, cell_id: str, nbgrader: dict[str, Any] | None = None) -> NotebookNode:
    """A cell of one of ``MAKERS``, with what nbgrader is to know of it."""
    metadata = {"nbgrader": dict(nbgrader)} if nbgrader else {}
    made: NotebookNode = MAKERS[kind](source, id=cell_id[:LONGEST_ID], metadata=metadata)
    return made


def notebook(cells: Sequence[NotebookNode]) -> NotebookNode:
    """A notebook for the kernel that every course has."""
    made: NotebookNode = V4.new_notebook(cells=list(cells), metadata=KERNEL)
    return made


def output(kind: str, mime: str, text: str) -> NotebookNode:
    """What stands below a cell."""
    made: NotebookNode = V4.new_output(kind, data={mime: text})
    return made
