"""A student's notebook as a module: the kit's given part, and of the cells what the wanted names need.

A notebook holds more than an answer: experiments, plots, calls of checks, half of them out of date. Only the
definitions count: each wanted name, and whatever those use in turn, in the order of the cells, so that a later
definition replaces an earlier one as it does in a notebook that is run from top to bottom. Outputs, metadata and the
kit's own cells change nothing. A cell that is no Python takes only its own names with it.
"""

from __future__ import annotations

import ast
import re
import symtable
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from autograder.model import Text
from autograder.notebooks.cells import Cell, code_cells
from autograder.notebooks.outline import Outline, first_line

IMPORTS = (ast.Import, ast.ImportFrom)
EVERYTHING = "*"
"""What ``from module import *`` binds: it is needed in any case."""


@dataclass(frozen=True, eq=False)
class Statement:
    """One statement at the top level of a cell."""

    cell: Cell
    node: ast.stmt

    @cached_property
    def uses(self) -> frozenset[str]:
        """The names it looks up at the top level, from inside functions, too."""
        return frozenset(_looked_up(symtable.symtable(ast.unparse(self.node), "<cell>", "exec")))

    @cached_property
    def text(self) -> str:
        """Its own text where it has its lines to itself, or else the same once more."""
        first, last = first_line(self.node), self.node.end_lineno or self.node.lineno
        lines = self.cell.source.split("\n")[first - 1 : last]
        text = "\n".join(lines)
        return text if _is_this(text, self.node) else ast.unparse(self.node)


def lifted(data: bytes, filename: str, outline: Outline) -> str | Text:
    """The module that a notebook amounts to, or the sentence that says why it amounts to none."""
    cells = code_cells(data, filename)
    if isinstance(cells, Text):
        return cells
    statements = [Statement(cell, node) for cell in cells if cell.tree is not None for node in cell.tree.body]
    kept = _needed(statements, outline)
    defined = {name for each in kept for name in _bound(each.node)}
    broken = _broken(cells, set(outline.wanted) - defined)
    return "\n".join([outline.given, *_texts(kept), *broken]) + "\n"


def _needed(statements: Sequence[Statement], outline: Outline) -> list[Statement]:
    """The statements that have a say in what a wanted name is, or one that such a statement uses, in order."""
    makers = _makers(statements, _imported(ast.parse(outline.given).body))
    pending, known, kept = [*outline.wanted, EVERYTHING], {*outline.wanted, EVERYTHING}, set[int]()
    while pending:
        for number in makers.get(pending.pop(), ()):
            if number not in kept:
                kept.add(number)
                new = statements[number].uses - known
                known |= new
                pending += new
    return [each for number, each in enumerate(statements) if number in kept]


def _makers(statements: Sequence[Statement], given: set[str]) -> dict[str, list[int]]:
    """For each name the statements that bind it or change what it stands for.

    What is done to a module, imported here or in the ``given`` part, is not kept.
    """
    modules = given | _imported(each.node for each in statements)
    makers = defaultdict[str, list[int]](list)
    for number, each in enumerate(statements):
        for name in {*_bound(each.node), *(set(_changed(each.node)) - modules)}:
            makers[name].append(number)
    return makers


def _imported(nodes: Iterable[ast.stmt]) -> set[str]:
    return {name for each in nodes if isinstance(each, IMPORTS) for name in _bound(each)}


def _bound(node: ast.stmt) -> Iterator[str]:
    """The names that a statement binds at the top level."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield node.name
    elif isinstance(node, IMPORTS):
        yield from (each.asname or each.name.partition(".")[0] for each in node.names)
    else:
        for part in _own(node):
            if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Import | ast.ImportFrom):
                yield from _bound(part)
            elif isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
                yield part.id


def _own(node: ast.AST) -> Iterator[ast.AST]:
    """Everything in a statement but what is inside functions and classes."""
    for child in ast.iter_child_nodes(node):
        yield child
        if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            yield from _own(child)


def _changed(node: ast.stmt) -> Iterator[str]:
    """The names whose objects a statement stores into, or calls a method of in a statement of its own."""
    for part in (node, *_own(node)):
        if isinstance(part, ast.Attribute | ast.Subscript) and isinstance(part.ctx, ast.Store | ast.Del):
            yield from _base(part)
        elif isinstance(part, ast.Expr) and isinstance(part.value, ast.Call):
            yield from _called(part.value)


def _called(call: ast.Call) -> Iterator[str]:
    """``table`` of ``table.append(3)`` and of ``setattr(table, ...)``; a plain call changes nothing."""
    if isinstance(call.func, ast.Attribute):
        yield from _base(call.func)
    elif isinstance(call.func, ast.Name) and call.func.id == "setattr" and call.args:
        yield from _base(call.args[0])


def _base(node: ast.expr) -> Iterator[str]:
    """``table`` of ``table.rows[3].last``."""
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    if isinstance(node, ast.Name):
        yield node.id


def _looked_up(table: symtable.SymbolTable) -> Iterator[str]:
    """The names of the top level that are looked up in a scope or in one within it."""
    outermost = table.get_type() == "module"
    for symbol in table.get_symbols():
        if symbol.is_referenced() if outermost else symbol.is_global():
            yield symbol.get_name()
    for inner in table.get_children():
        yield from _looked_up(inner)


def _texts(statements: Sequence[Statement]) -> Iterator[str]:
    """The statements' texts, each cell's under its number."""
    number = 0
    for each in statements:
        if each.cell.number != number:
            number = each.cell.number
            yield f"\n# cell {number}"
        yield each.text


def _broken(cells: Sequence[Cell], missing: set[str]) -> Iterator[str]:
    """In place of each name that only a cell which is no Python defines: a function that says so."""
    for cell in cells:
        if cell.tree is None:
            for name in sorted(missing & set(re.findall(r"^(?:def|class)\s+(\w+)", cell.source, re.MULTILINE))):
                missing.discard(name)
                yield f"\n\ndef {name}(*_, **__):\n    raise SyntaxError({cell.error!r})"


def _is_this(text: str, node: ast.stmt) -> bool:
    """Whether the text is this one statement and nothing else."""
    try:
        body = ast.parse(text).body
    except (SyntaxError, ValueError):
        return False
    return len(body) == 1 and ast.dump(body[0]) == ast.dump(node)
