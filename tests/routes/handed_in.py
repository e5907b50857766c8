"""What is handed in by every route: right modules, a stub and wrong ones, each as a file and as a notebook."""

from __future__ import annotations

import copy
import io
import json
import zipfile
from dataclasses import dataclass
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

HEADER = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
Notebook = dict[str, Any]


@dataclass(frozen=True)
class Mix:
    """How many of a class are right, the reference among them, and how many are wrong; a stub comes on top."""

    right: int
    wrong: int


MANY = Mix(7, 12)
FEW = Mix(3, 4)
BUILT_ON_OTHERS = Mix(1, 1)
"""Networks take seconds to train; one more is wrong in a module that they are built on."""
MIXES = {"max_pooling": MANY}
"""Of the assignment that the table in the README is about; of the others there are few."""


@dataclass(frozen=True)
class Work:
    """What one student hands in: the assignment's module, and those it uses by name."""

    source: str
    companions: dict[str, str]

    def files(self) -> dict[str, str]:
        """The companions' texts by the names of their files."""
        return {f"{name}.py": text for name, text in self.companions.items()}


def class_of(name: str) -> dict[str, Work]:
    """Everybody's work, by student; the wrong ones are spread over all misconceptions."""
    used = KIT.assignment(name).uses
    mix = MIXES.get(name, BUILT_ON_OTHERS if used else FEW)
    right = {each: solution_source(each) for each in used}
    sources = {"reference": solution_source(name)}
    sources |= {f"right_{each}": variant_source(name, each) for each in variants(name)[: mix.right - 1]}
    wrong = misconceptions(name)
    chosen = [wrong[number * len(wrong) // mix.wrong] for number in range(mix.wrong)]
    sources |= {each.id.replace("-", "_"): wrong_source(name, each) for each in chosen}
    found = {student: Work(source, right) for student, source in sources.items()}
    found["stub"] = Work(template_source(name), {each: template_source(each) for each in used})
    return found | _wrong_below(name, right)


def _wrong_below(name: str, right: dict[str, str]) -> dict[str, Work]:
    """A right module on top of a wrong one, where it is built on any: the last mistake of the last one."""
    if not right:
        return {}
    last = list(right)[-1]
    mistake = misconceptions(last)[-1]
    companions = right | {last: wrong_source(last, mistake)}
    return {f"wrong_{last}": Work(solution_source(name), companions)}


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


def write(path: Path, content: str | bytes | Notebook) -> Path:
    """Put a file or a notebook at ``path``."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = content if isinstance(content, str | bytes) else json.dumps(content)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def zipped(files: dict[str, str | Notebook]) -> bytes:
    """Files and notebooks, by their names, in a zip."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content if isinstance(content, str) else json.dumps(content))
    return packed.getvalue()
