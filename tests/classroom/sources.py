"""What students hand in: the texts of submissions, each made from the kit's own files.

Everything is made by the same steps each time, so a class is the same on every machine.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

from autograder.catalog import Kit
from autograder.lineup import known_mistakes
from autograder.misconceptions import Misconception, several
from autograder.model import Assignment
from autograder.template import BEGIN, END, todo_functions

CORRECT = Path(__file__).resolve().parents[1] / "correct"
SINGLE = 14
PAIRS = 5
CLASS_SIZE = 44


@dataclass(frozen=True)
class Handed:
    """What one student handed in: ``kind`` says it in a few words, ``filename`` is None where there is no file."""

    kind: str
    filename: str | None
    data: bytes = b""


@dataclass(frozen=True)
class Originals:
    """The texts that submissions are made from."""

    assignment: Assignment
    solution: str
    template: str
    misconceptions: tuple[Misconception, ...]

    @property
    def functions(self) -> tuple[str, ...]:
        """What is to be written, as ``func`` or ``Class.method``."""
        return todo_functions(self.solution)

    @property
    def written(self) -> str:
        """The solution as a student would hand it in: without markers and tasks."""
        kept = [line for line in self.solution.splitlines() if line.strip() not in (BEGIN, END)]
        return "\n".join(kept) + "\n"


def read_originals(kit: Kit, name: str) -> Originals:
    """The texts of assignment ``name``."""
    assignment = kit.assignment(name)
    return Originals(
        assignment,
        kit.solution_path(assignment).read_text(encoding="utf-8"),
        kit.template_path(assignment).read_text(encoding="utf-8"),
        known_mistakes(assignment),
    )


def class_of(originals: Originals) -> tuple[Handed, ...]:
    """A whole class's work, ``CLASS_SIZE`` or more."""
    filename = originals.assignment.filename
    texts = [
        *correct(originals),
        *unfinished(originals),
        *wrong(originals),
        *broken(originals),
        *stopped(originals),
        *wrong_types(originals),
    ]
    handed = [*(Handed(kind, filename, text.encode()) for kind, text in texts), *odd_files(originals)]
    untouched = Handed("nothing changed in the template", filename, originals.template.encode())
    return (*handed, *[untouched] * max(0, CLASS_SIZE - len(handed)))


def correct(originals: Originals) -> Iterator[tuple[str, str]]:
    """Every correct style there is, and the reference itself."""
    for path in sorted((CORRECT / originals.assignment.name).glob("*.py")):
        yield f"correct, {path.stem.replace('_', ' ')}", path.read_text(encoding="utf-8")
    yield "correct, as the reference", originals.written


def unfinished(originals: Originals) -> Iterator[tuple[str, str]]:
    """The template untouched, and with its first functions written."""
    yield "nothing changed in the template", originals.template
    functions = originals.functions
    for done in range(1, len(functions)):
        text = originals.written
        for function in functions[done:]:
            text = exchanged(text, function, function_text(originals.template, function))
        yield f"unfinished, {done} of {len(functions)} functions written", text


def wrong(originals: Originals) -> Iterator[tuple[str, str]]:
    """Classic mistakes, one at a time from each exercise in turn, then two at a time."""
    ordered = _in_turns(originals)
    for each in ordered[:SINGLE]:
        yield f"wrong, {each.id}", several(originals.written, [each])
    for one, two in _pairs(ordered)[:PAIRS]:
        yield f"wrong, {one.id} and {two.id}", several(originals.written, [one, two])


def broken(originals: Originals) -> Iterator[tuple[str, str]]:
    """Files that do not import."""
    text = originals.written
    last = text.rindex("return ")
    yield "does not import, a bracket left open", text[:last] + "return (\n"
    yield "does not import, a name misspelt", text + "\n\nlayer = Layr()\n"
    yield "does not import, a package that is not there", text.replace("import numpy as np", "import torch as np", 1)
    yield "does not import, exits", text + "\n\nimport sys\n\nprint('done')\nsys.exit(0)\n"


def stopped(originals: Originals) -> Iterator[tuple[str, str]]:
    """Files that do not come back: each endless loop takes the whole time limit."""
    last = originals.functions[-1]
    yield f"loops for ever in {last}", begun(originals.written, last, "while True:\n    pass")
    yield "loops for ever when imported", originals.written + "\n\nwhile True:\n    pass\n"
    backward = next(name for name in originals.functions if "backward" in name)
    yield f"exits in {backward}", begun(originals.written, backward, "import os\nos._exit(0)")


def wrong_types(originals: Originals) -> Iterator[tuple[str, str]]:
    """Functions that return something else than they should."""
    backward = next(name for name in originals.functions if "backward" in name)
    yield f"returns a list from {backward}", begun(originals.written, backward, "return [[0.0]]")
    yield f"returns nothing from {backward}", begun(originals.written, backward, "return None")


def odd_files(originals: Originals) -> Iterator[Handed]:
    """Files that are missing, misnamed or no UTF-8."""
    filename = originals.assignment.filename
    yield Handed("an empty folder", None)
    yield Handed("the right file under another name", f"my_{filename}", originals.written.encode())
    gbk = f"# 作业\n{originals.written}".encode("gbk")
    yield Handed("saved as GBK, not as UTF-8", filename, gbk)


def begun(source: str, function: str, statements: str) -> str:
    """``source`` with ``statements`` put first in the body of ``function``."""
    first = find(source, function).body[0]
    position = (first.end_lineno or first.lineno) if _is_docstring(first) else first.lineno - 1
    lines = source.splitlines()
    lines[position:position] = [" " * first.col_offset + line for line in statements.splitlines()]
    return "\n".join(lines) + "\n"


def exchanged(source: str, function: str, text: str) -> str:
    """``source`` with the whole of ``function`` replaced by ``text``."""
    node = find(source, function)
    lines = source.splitlines()
    return "\n".join([*lines[: node.lineno - 1], text, *lines[node.end_lineno :]]) + "\n"


def function_text(source: str, function: str) -> str:
    """The lines of ``function``."""
    node = find(source, function)
    return "\n".join(source.splitlines()[node.lineno - 1 : node.end_lineno])


def find(source: str, function: str) -> ast.FunctionDef:
    """The definition of ``func`` or ``Class.method``."""
    body = ast.parse(source).body
    *classes, name = function.split(".")
    for each in classes:
        (found,) = (node for node in body if isinstance(node, ast.ClassDef) and node.name == each)
        body = found.body
    (definition,) = (node for node in body if isinstance(node, ast.FunctionDef) and node.name == name)
    return definition


def _is_docstring(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _in_turns(originals: Originals) -> list[Misconception]:
    """The misconceptions, one of each exercise, then the next of each."""
    columns = [
        [each for each in originals.misconceptions if each.exercise == exercise.name]
        for exercise in originals.assignment.exercises
    ]
    return [each for row in zip_longest(*columns) for each in row if each is not None]


def _pairs(ordered: list[Misconception]) -> list[tuple[Misconception, Misconception]]:
    """Neighbours from the far end of the list that do not replace the same thing."""
    backwards = ordered[::-1]
    return [
        (one, two)
        for one, two in zip(backwards[::2], backwards[1::2], strict=False)
        if not {name for name, _ in one.replacements} & {name for name, _ in two.replacements}
    ]
