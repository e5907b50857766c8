"""What students have got away with, or stumbled over, in notebooks that are run to be marked: one edit each."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from tests.nbgrader.course import cell_of, pasted
from tests.support import solution_source, template_source

Notebook = dict[str, Any]
STUB = template_source("mean_pooling")
RIGHT = solution_source("mean_pooling")
ZEROS = STUB.replace('raise NotImplementedError("TODO: backward")', "return np.zeros(self.input_shape)")

READ_SOURCE = """
def stolen():
    import json, pathlib
    course = pathlib.Path.cwd().parents[2]
    names = dict(globals())
    for cell in json.loads((course / "source/mean_pooling/mean_pooling.ipynb").read_text())["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("solution"):
            exec("".join(cell["source"]), names)
    return names["MeanPoolingLayer"]

MeanPoolingLayer = stolen()
"""
READ_REFERENCE = """
def stolen():
    import os, pathlib
    names = {"__name__": "mean_pooling"}
    exec((pathlib.Path(os.environ["AUTOGRADER_KIT"]) / "solutions/mean_pooling.py").read_text(), names)
    return names["MeanPoolingLayer"]

MeanPoolingLayer = stolen()
"""
WRITE_GRADEBOOK = """
import pathlib, sqlite3

def improve():
    here = pathlib.Path.cwd()
    with sqlite3.connect(here.parents[2] / "gradebook.db") as book:
        mine = "SELECT n.id FROM submitted_notebook n JOIN submitted_assignment a ON a.id = n.assignment_id "
        mine += "WHERE a.student_id = ?"
        book.execute(f"UPDATE grade SET manual_score = 100 WHERE notebook_id IN ({mine})", (here.parent.name,))

improve()
"""
TRANSFORM = """
import ast

class Drop(ast.NodeTransformer):
    def visit_Call(self, node):
        return ast.Constant(100.0) if ast.unparse(node.func).endswith(".points") else self.generic_visit(node)

get_ipython().ast_transformers.append(Drop())
"""
PATCH_NUMPY = """
np.abs = lambda *a, **k: 0 * a[0]
np.array_equal = np.allclose = np.isclose = lambda *a, **k: True
"""
REDEFINE = """
import autograder.notebooks.inside as inside
inside.points = lambda *a, **k: 100.0
"""
DISPLAY = ZEROS.replace("return np.zeros", "get_ipython().displayhook(100.0)\n        return np.zeros")
SWALLOW = ZEROS.replace(
    "return np.zeros(self.input_shape)",
    "while True:\n            try:\n                while True: pass\n            except BaseException: pass",
)


def _edited(change: Callable[[Notebook, Notebook], None], source: str = STUB) -> Callable[[Notebook], Notebook]:
    def make(notebook: Notebook) -> Notebook:
        filled = pasted(notebook, source)
        change(filled, cell_of(filled, "checks-backward"))
        return filled

    return make


def _of(source: str) -> Callable[[Notebook], Notebook]:
    return lambda notebook: pasted(notebook, source)


def _rewrite(notebook: Notebook, test: Notebook) -> None:
    test["source"] = "100.0"


def _twice(notebook: Notebook, test: Notebook) -> None:
    notebook["cells"].append({**copy.deepcopy(test), "source": "100.0", "id": "again"})


def _delete(notebook: Notebook, test: Notebook) -> None:
    notebook["cells"].remove(test)


def _unlock(notebook: Notebook, test: Notebook) -> None:
    test["metadata"]["nbgrader"] |= {"solution": True, "locked": False, "points": 100000, "schema_version": 3}
    test["source"] = "100.0"


def _make_up(notebook: Notebook, test: Notebook) -> None:
    data = {"text/plain": "100.0"}
    test["outputs"] = [
        {"output_type": "execute_result", "data": data, "metadata": {}, "execution_count": 1},
    ]


EARN_THERE: dict[str, Callable[[Notebook], Notebook]] = {
    "reads_source": _of(f"{STUB}\n{READ_SOURCE}"),
    "reads_reference": _of(f"{STUB}\n{READ_REFERENCE}"),
    "writes_gradebook": _of(f"{STUB}\n{WRITE_GRADEBOOK}"),
    "transforms_checks": _of(f"{STUB}\n{TRANSFORM}"),
    "patches_numpy": _of(f"{ZEROS}\n{PATCH_NUMPY}"),
    "redefines_points": _of(f"{STUB}\n{REDEFINE}"),
    "displays_a_number": _of(DISPLAY),
}
"""Earn in a kernel what they should not."""

EARN_NOWHERE: dict[str, Callable[[Notebook], Notebook]] = {
    "loops_for_ever": _of(SWALLOW),
    "prints_a_number": _of(ZEROS.replace("return", "print(100.0)\n        return")),
    "last_line_float64": _of(f"{STUB}\nnp.float64(100)"),
    "edits_the_test": _edited(_rewrite),
    "test_twice": _edited(_twice),
    "deletes_the_test": _edited(_delete),
    "unlocks_the_test": _edited(_unlock),
    "makes_up_outputs": _edited(_make_up),
}
"""Earn nothing, in a kernel or without."""

RIGHT_BUT: dict[str, Callable[[Notebook], Notebook]] = {
    "warns_on_stderr": _of(RIGHT.replace("share = ", "__import__('sys').stderr.write('x')\n        share = ")),
    "loses_the_test": _edited(_delete, RIGHT),
}
"""Right answers that a kernel gives nothing for."""
