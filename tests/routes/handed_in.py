"""Twenty submissions, each as a file and as a notebook of every route."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

from autograder.notebooks.outline import outline_of
from tests.support import (
    KIT,
    misconceptions,
    solution_source,
    template_source,
    variant_source,
    variants,
    wrong_source,
)

STUDENTS = 20
RIGHT = 7
"""Of the twenty: the reference, and the others of these written in ways of their own."""
HEADER = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}

Notebook = dict[str, Any]


def sources(name: str) -> dict[str, str]:
    """Twenty modules, by student: right ones, a stub, and wrong ones spread over all misconceptions."""
    unusual = variants(name)[: RIGHT - 1]
    wrong = misconceptions(name)
    count = STUDENTS - RIGHT - 1
    chosen = [wrong[number * len(wrong) // count] for number in range(count)]
    found = {"reference": solution_source(name), "stub": template_source(name)}
    found |= {f"right_{each}": variant_source(name, each) for each in unusual}
    found |= {each.id.replace("-", "_"): wrong_source(name, each) for each in chosen}
    return found


def short_notebook(name: str) -> str:
    """A notebook's source without story and pictures: what a kernel needs to run."""
    wanted = ",".join(outline_of(template_source(name)).wanted)
    checks = "".join(f'# %% checks="{each.name}"\n\n' for each in KIT.assignment(name).exercises)
    return f'# %% [markdown] lang="en"\n# {name}\n\n# %% given="start"\n\n# %% solution="{wanted}"\n\n{checks}'


def pasted(notebook: Notebook, source: str) -> Notebook:
    """The notebook with a whole module in the cell of stubs."""
    filled = copy.deepcopy(notebook)
    stubs = [cell for cell in filled["cells"] if "NotImplementedError" in "".join(cell["source"])]
    stubs[0]["source"] = source
    return filled


def plain_notebook(source: str) -> Notebook:
    """A notebook of one's own that holds nothing but the module."""
    return {"cells": [{**HEADER, "source": source}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


def write(path: Path, content: str | Notebook) -> Path:
    """Put a file or a notebook at ``path``."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path
