"""Turns a reference solution into the template a student starts from.

In a solution, what a student has to write stands between two comment lines::

    def halves(size: int) -> int:
        \"\"\"Count the pairs among ``size`` things.\"\"\"
        # BEGIN SOLUTION
        # TODO(halves): count the pairs.
        #   1. Refuse a negative size.
        #   Hint: what becomes of an odd one?
        return size // 2
        # END SOLUTION

Inside a function a region opens with its task: the comment lines from ``# TODO(exercise):`` down
to the first line that is no comment. The template keeps those and drops the rest. Several names,
separated by commas, say that the region serves several exercises. In place of the code of a
function's last region stands one ``raise NotImplementedError("TODO: exercise")``. A function with
several regions thus has several tasks and a single ``raise`` at its end, so that each of its tasks
can be done while the others are not: what a student stores on the way is there even if the
``raise`` is still met, and whoever can return the result replaces the ``raise`` by it.

Outside every function (module or class level) a region holds helpers that would give the solution
away. It has no task, and the template does not show it at all.

Everything else stays to the letter.
"""

from __future__ import annotations

import ast
import difflib
import io
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass

from autograder.errors import TemplateError

BEGIN = "# BEGIN SOLUTION"
END = "# END SOLUTION"

_LOOKS_LIKE_MARKER = re.compile(r"#+\s*(begin|end)[\s_-]*solutions?\b", re.IGNORECASE)
_TASK = re.compile(r"# TODO\(\s*(?P<names>\w+(?:\s*,\s*\w+)*)\s*\): \S")

_Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class _Marker:
    """One marker line; ``line`` counts from 1, ``column`` from 0."""

    text: str
    line: int
    column: int


@dataclass(frozen=True)
class _Region:
    """The lines ``begin`` to ``end``, both of them markers, counted from 1.

    ``function`` is the qualified name of the function around it, None outside every function.
    ``task_end`` is the last line of the ``# TODO`` comment, and ``begin`` where there is none.
    """

    begin: int
    end: int
    column: int
    function: str | None
    exercises: tuple[str, ...]
    task_end: int


def render_template(source: str) -> str:
    """Return the template made from the solution ``source``.

    Raises:
        TemplateError: The markers do not pair up, or a region is not as it should be; the message
            names the line.
    """
    lines = source.split("\n")
    regions = _regions(source)
    last_of = {region.function: region for region in regions}
    kept: list[str] = []
    position = 0
    for region in regions:
        kept += lines[position : region.begin - 1]
        position = region.end
        if region.function is None:
            position = _skip_blank(lines, position) if _ends_blank(kept) else position
            continue
        kept += lines[region.begin : region.task_end]
        if last_of[region.function] is region:
            kept.append(" " * region.column + _raise(region))
        elif lines[position].strip():
            kept.append("")  # two tasks stand apart
    template = "\n".join(kept + lines[position:])
    _parse(template, " of the template")
    return template


def todo_exercises(source: str) -> tuple[str, ...]:
    """Return the names of the exercises in the solution ``source``, in order, each one once."""
    return tuple(dict.fromkeys(name for region in _regions(source) for name in region.exercises))


def todo_functions(source: str) -> tuple[str, ...]:
    """Return the functions to be written, as ``pooled_size`` or ``MaxPoolingLayer.forward``."""
    functions = (region.function for region in _regions(source))
    return tuple(dict.fromkeys(name for name in functions if name is not None))


def template_drift(solution: str, template: str) -> str | None:
    """Compare ``template`` with what ``solution`` gives.

    Returns:
        None where they agree, or else a unified diff from the template as it is to the template as
        it should be.
    """
    expected = render_template(solution)
    if expected == template:
        return None
    difference = difflib.unified_diff(
        template.splitlines(),
        expected.splitlines(),
        "the template as it is",
        "the template as it should be",
        lineterm="",
    )
    return "\n".join(difference) or "the templates differ only in how their lines end"


def _raise(region: _Region) -> str:
    """Return the statement that stands for the missing code."""
    return f'raise NotImplementedError("TODO: {", ".join(region.exercises)}")'


def _regions(source: str) -> list[_Region]:
    """Return all regions of ``source`` in order, each of them checked."""
    tree = _parse(source)
    markers = _markers(source)
    return [_region(source.split("\n"), tree, begin, end) for begin, end in _pairs(markers)]


def _parse(source: str, where: str = "") -> ast.Module:
    """Parse ``source``, with a ``TemplateError`` where it is not Python."""
    try:
        return ast.parse(source)
    except SyntaxError as error:
        raise TemplateError(f"line {error.lineno}{where}: not Python: {error.msg}") from error


def _markers(source: str) -> list[_Marker]:
    """Return the marker comments; text in strings is never one."""
    found = []
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        text = token.string.rstrip()
        if token.type != tokenize.COMMENT or not _LOOKS_LIKE_MARKER.match(text):
            continue
        line, column = token.start
        if text not in (BEGIN, END):
            raise TemplateError(f"line {line}: write {BEGIN!r} or {END!r}, not {text!r}")
        if token.line[:column].strip():
            raise TemplateError(f"line {line}: {text!r} must stand on a line of its own")
        found.append(_Marker(text, line, column))
    return found


def _pairs(markers: list[_Marker]) -> Iterator[tuple[_Marker, _Marker]]:
    """Pair every begin with its end."""
    begin: _Marker | None = None
    for marker in markers:
        if marker.text == BEGIN:
            if begin is not None:
                raise TemplateError(
                    f"line {marker.line}: {BEGIN!r} inside the region begun on line {begin.line}: "
                    f"write {END!r} where that one ends"
                )
            begin = marker
        elif begin is None:
            raise TemplateError(f"line {marker.line}: {END!r} without {BEGIN!r}: write that before it")
        elif marker.column != begin.column:
            raise TemplateError(
                f"line {marker.line}: {END!r} is not indented as its begin on line {begin.line}"
            )
        else:
            yield begin, marker
            begin = None
    if begin is not None:
        raise TemplateError(f"line {begin.line}: {BEGIN!r} without {END!r}: write that where the region ends")


def _region(lines: list[str], tree: ast.Module, begin: _Marker, end: _Marker) -> _Region:
    """Check one region and find what it belongs to."""
    where = f"line {begin.line}"
    code = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.stmt) and begin.line < node.lineno < end.line
    ]
    if not code:
        raise TemplateError(f"{where}: the region holds no code")
    if any(node.col_offset < begin.column or (node.end_lineno or 0) > end.line for node in code):
        raise TemplateError(f"{where}: the region reaches beyond the block it begins in")
    function = _function_around(tree, begin.line, min(node.lineno for node in code))
    task_end, exercises = _task(lines, begin.line)
    if function is None and exercises:
        raise TemplateError(f"{where}: a region outside every function is left out, task and all")
    if function is not None and not exercises:
        raise TemplateError(f"{where}: the region must open with '# TODO(exercise): what to do'")
    return _Region(begin.line, end.line, begin.column, function, exercises, task_end)


def _task(lines: list[str], begin: int) -> tuple[int, tuple[str, ...]]:
    """Return the last line of the task below the marker on line ``begin``, and its exercises."""
    match = _TASK.match(lines[begin].strip())
    if match is None:
        return begin, ()
    end = begin
    while lines[end].strip().startswith("#"):
        end += 1
    return end, tuple(re.findall(r"\w+", match["names"]))


def _function_around(tree: ast.Module, begin: int, first: int) -> str | None:
    """Return the innermost function that opens above line ``begin`` and holds line ``first``."""
    around = [
        (node.lineno, name)
        for name, node in _functions(tree, "")
        if node.lineno < begin and first <= (node.end_lineno or 0)
    ]
    return max(around)[1] if around else None


def _functions(node: ast.AST, prefix: str) -> Iterator[tuple[str, _Function]]:
    """Yield every function below ``node`` with its qualified name."""
    for child in ast.iter_child_nodes(node):
        inner = prefix
        if isinstance(child, _Function | ast.ClassDef):
            inner = f"{prefix}{child.name}."
        if isinstance(child, _Function):
            yield prefix + child.name, child
        yield from _functions(child, inner)


def _ends_blank(lines: list[str]) -> bool:
    """Tell whether nothing, or a blank line, comes last."""
    return not lines or not lines[-1].strip()


def _skip_blank(lines: list[str], position: int) -> int:
    """Return the first position from ``position`` on whose line is not blank."""
    while position < len(lines) and not lines[position].strip():
        position += 1
    return position
