"""The leak guard: which lines of a kit are secret, and whether one stands in a text that goes out.

Secret are the lines between solution markers, every line of ``checks.py``, and the bodies of the
functions in ``misconceptions.py``. Of these, a line counts only if it *tells* something:

- it is no comment, docstring, import, decorator, ``def`` or ``class`` line (names and titles are public);
- without white space it has ``SHORTEST`` characters or more;
- beside its strings it has an operator, a subscript or a number. ``rows, columns = self.window``, a bare
  call of the public interface, or a look at an answer's length is plumbing that anyone would write so;
- the template, made afresh from the solution, does not hold it.

Texts are compared without white space, so neither a new indent nor a line broken in two hides a leak.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from autograder.catalog import Kit
from autograder.errors import AssignmentError
from autograder.template import BEGIN, END, render_template

SHORTEST = 20
_LENGTH = re.compile(r"len\(\w+\)==\d+")
_STRINGS = re.compile(r"\"[^\"]*\"|'[^']*'")
_TELLING = re.compile(r"[-+/@%<>\[\]\d]|(?<![(,*])\*|==|!=")


@dataclass(frozen=True)
class Secret:
    """A line that must not go out: ``squeezed`` is its code without white space."""

    origin: str
    line: str
    squeezed: str


def refuse_leaks(kit: Kit, released: Mapping[str, bytes]) -> None:
    """Raise ``AssignmentError`` where a released file (by its name) holds a secret line of the kit."""
    secrets = secrets_of(kit)
    for name, data in released.items():
        text = squeezed(data.decode("utf-8", errors="replace"))
        for secret in secrets:
            if secret.squeezed in text:
                raise AssignmentError(
                    f"{name} gives away a line of {secret.origin}: {secret.line!r}: take it out of there"
                )


def secrets_of(kit: Kit) -> tuple[Secret, ...]:
    """Every secret line of the kit, in order of the assignments."""
    solutions = {name: kit.solution_path(kit.assignment(name)).read_text(encoding="utf-8") for name in kit.names}
    public = "".join(squeezed(render_template(source)) for source in solutions.values())
    found = [secret for name in kit.names for secret in _secrets(kit, name, solutions[name])]
    return tuple(secret for secret in found if secret.squeezed not in public)


def squeezed(text: str) -> str:
    """``text`` without white space."""
    return "".join(text.split())


def _secrets(kit: Kit, name: str, solution: str) -> Iterator[Secret]:
    folder = kit.root / "assignments" / name
    yield from _telling(f"solutions/{name}.py", _solution_lines(solution))
    checks = (folder / "checks.py").read_text(encoding="utf-8")
    yield from _telling(f"assignments/{name}/checks.py", _code_lines(checks, ast.parse(checks).body))
    misconceptions = folder / "misconceptions.py"
    if misconceptions.is_file():
        source = misconceptions.read_text(encoding="utf-8")
        bodies = [part for part in ast.parse(source).body if isinstance(part, ast.FunctionDef)]
        yield from _telling(f"assignments/{name}/misconceptions.py", _code_lines(source, bodies))


def _telling(origin: str, lines: Iterable[str]) -> Iterator[Secret]:
    for line in lines:
        short = squeezed(line)
        if len(short) >= SHORTEST and _TELLING.search(_LENGTH.sub("", _STRINGS.sub("", short))):
            yield Secret(origin, line.strip(), short)


def _solution_lines(source: str) -> Iterator[str]:
    """The lines of code between the markers."""
    code = set(_code_lines(source, ast.parse(source).body))
    inside = False
    for line in source.splitlines():
        inside = (inside or line.strip() == BEGIN) and line.strip() != END
        if inside and _uncommented(line) in code:
            yield _uncommented(line)


def _code_lines(source: str, statements: Iterable[ast.stmt]) -> Iterator[str]:
    """The lines of ``statements`` that are code: no headers, docstrings, imports or comments."""
    lines = source.splitlines()
    for statement in statements:
        for number in _code_numbers(statement):
            if _uncommented(lines[number - 1]).strip():
                yield _uncommented(lines[number - 1])


def _code_numbers(statement: ast.stmt) -> Iterator[int]:
    if isinstance(statement, ast.Import | ast.ImportFrom) or _is_text(statement):
        return
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        for inner in statement.body:
            yield from _code_numbers(inner)
        return
    if isinstance(statement, ast.AnnAssign) and statement.value is None:
        return
    yield from range(statement.lineno, (statement.end_lineno or statement.lineno) + 1)


def _is_text(statement: ast.stmt) -> bool:
    """Whether the statement is a docstring."""
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    )


def _uncommented(line: str) -> str:
    """The line up to its comment; a ``#`` inside a string is part of the string."""
    strings = [match.span() for match in _STRINGS.finditer(line)]
    for match in re.finditer("#", line):
        if not any(start < match.start() < end for start, end in strings):
            return line[: match.start()].rstrip()
    return line.rstrip()
