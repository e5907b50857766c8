"""What of a module is given and what a student writes, both as the template has it."""

from __future__ import annotations

import ast
from dataclasses import dataclass

TASK = "# TODO("


@dataclass(frozen=True)
class Outline:
    """``given`` is the text that belongs to the kit, ``wanted`` the top-level names that a student defines."""

    given: str
    wanted: tuple[str, ...]


def outline_of(template: str) -> Outline:
    """The outline of a template: a function or class with a task in it is the student's as a whole."""
    lines = template.split("\n")
    given, wanted, end = list[str](), list[str](), 0
    for node in ast.parse(template).body:
        first, last = first_line(node), node.end_lineno or node.lineno
        is_task = any(TASK in line for line in lines[first - 1 : last])
        if is_task and isinstance(node, ast.FunctionDef | ast.ClassDef):
            wanted.append(node.name)
        else:
            given += lines[end:last]
        end = last
    return Outline("\n".join(given).strip("\n") + "\n", tuple(wanted))


def first_line(node: ast.stmt) -> int:
    """The statement's first line, decorators included."""
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(each.lineno for each in decorators)])
