"""Misconceptions: small wrong variants of one function of a reference solution, each explained.

A misconception is written as one function under ``@misconception``. Spliced into the reference it
makes a wrong submission; its output, met in a student's work, names what is wrong there. The
decorator only attaches a record to the function, so nothing is global.
"""

from __future__ import annotations

import ast
import inspect
import io
import textwrap
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any, TypeVar

from autograder.errors import AssignmentError
from autograder.model import LANGUAGES, Text
from autograder.places import place_of

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True)
class Misconception:
    """One mistaken belief: ``function`` stands for ``replaces``, a ``func`` or ``Class.method``.

    ``companions`` are the functions that have to change with it, by the name of what they
    replace: two functions that hand each other something of their own making only work in pairs.
    """

    id: str
    exercise: str
    replaces: str
    explanation: Text
    hint: Text
    function: Callable[..., Any]
    companions: tuple[tuple[str, Callable[..., Any]], ...] = ()

    @property
    def replacements(self) -> tuple[tuple[str, Callable[..., Any]], ...]:
        """Everything exchanged: names in the solution with the functions that take their place."""
        return ((self.replaces, self.function), *self.companions)

    @property
    def place(self) -> str:
        """Where it is written, and its name: how messages to whoever wrote it begin."""
        return f"{place_of(self.function)}: misconception {self.id}"


def misconception(
    *,
    exercise: str,
    replaces: str,
    explanation: Text,
    hint: Text,
    companions: Mapping[str, Callable[..., Any]] | None = None,
) -> Callable[[F], F]:
    """Declare the decorated function a misconception about ``exercise``.

    Its id is the function's name with hyphens. The function may use numpy as ``np``, the public
    names of the solution it is spliced into, and whatever it defines inside itself.
    """

    def declare(function: F) -> F:
        name = function.__name__.replace("_", "-")
        others = tuple((companions or {}).items())
        record = Misconception(name, exercise, replaces, explanation, hint, function, others)
        function.misconception = record  # type: ignore[attr-defined]
        return function

    return declare


def misconceptions_of(module: ModuleType) -> tuple[Misconception, ...]:
    """The misconceptions written in ``module``, in that order.

    Raises ``AssignmentError`` for an id used twice and for a text missing in a language.
    """
    records = _declared_in(module)
    repeated = [name for name, count in Counter(each.id for each in records).items() if count > 1]
    repeated += _functions_defined_twice(module, {each.function.__name__ for each in records})
    if repeated:
        raise AssignmentError(
            f"{module.__file__}: misconception {repeated[0]} is declared twice: rename one"
        )
    for record in records:
        for what, text in (("explanation", record.explanation), ("hint", record.hint)):
            for language in LANGUAGES:
                if not text.into(language).strip():
                    raise AssignmentError(
                        f"{record.place} has no {what} in {language!r}: write one"
                    )
    return tuple(records)


def splice(source: str, misconception: Misconception) -> str:
    """``source`` with the function that ``misconception`` replaces exchanged, all else verbatim.

    Raises ``AssignmentError`` where that function is not found exactly once.
    """
    for name, function in misconception.replacements:
        source = _exchange(source, name, function, misconception.place)
    return source


def refuse_misplaced(source: str, misconceptions: Iterable[Misconception]) -> None:
    """Raise ``AssignmentError`` for the first that replaces what ``source`` does not define exactly once."""
    body = _parsed(source)
    for each in misconceptions:
        for name, _ in each.replacements:
            _found(body, name, each.place)


def several(source: str, misconceptions: Iterable[Misconception]) -> str:
    """``source`` with all of ``misconceptions`` spliced in; no two may replace the same thing."""
    taken: dict[str, str] = {}
    for each in misconceptions:
        for name, _ in each.replacements:
            if name in taken:
                raise AssignmentError(
                    f"misconceptions {taken[name]} and {each.id} both replace {name}: take one"
                )
            taken[name] = each.id
        source = splice(source, each)
    return source


def _declared_in(module: ModuleType) -> list[Misconception]:
    records = [getattr(value, "misconception", None) for value in vars(module).values()]
    return [
        record
        for record in records
        if isinstance(record, Misconception) and record.function.__module__ == module.__name__
    ]


def _functions_defined_twice(module: ModuleType, names: set[str]) -> list[str]:
    """Of ``names``, those a later definition hides an earlier one of: only the source shows it."""
    try:
        tree = ast.parse(inspect.getsource(module))
    except (OSError, TypeError):
        return []
    defined = Counter(node.name for node in tree.body if isinstance(node, ast.FunctionDef))
    return [name.replace("_", "-") for name in sorted(names) if defined[name] > 1]


def _exchange(source: str, replaced: str, function: Callable[..., Any], whose: str) -> str:
    target = _found(_parsed(source), replaced, whose)
    lines = _lines(source)
    first = min([target.lineno, *(each.lineno for each in target.decorator_list)]) - 1
    opening = lines[first]
    indent = opening[: len(opening) - len(opening.lstrip())]
    replacement = _source_named(function, target.name, indent, whose)
    return "".join([*lines[:first], replacement, *lines[target.end_lineno :]])


def _parsed(source: str) -> list[ast.stmt]:
    try:
        return ast.parse(source).body
    except SyntaxError as error:
        raise AssignmentError(
            f"misconceptions have nowhere to go: line {error.lineno} of the solution is not Python: mend it"
        ) from error


def _found(body: list[ast.stmt], replaced: str, whose: str) -> ast.FunctionDef:
    """The one definition of ``replaced``, a ``func`` or ``Class.method``, among statements."""
    *classes, name = replaced.split(".")
    for each in classes:
        found = [node for node in body if isinstance(node, ast.ClassDef) and node.name == each]
        body = [statement for node in found for statement in node.body]
    functions = [node for node in body if isinstance(node, ast.FunctionDef) and node.name == name]
    if len(functions) != 1:
        raise AssignmentError(
            f"{whose} replaces {replaced!r}, which the solution defines "
            f"{len(functions)} times: name a function or Class.method it has once"
        )
    return functions[0]


def _source_named(function: Callable[..., Any], name: str, indent: str, whose: str) -> str:
    """The function's own source without decorators, called ``name`` and set at ``indent``."""
    try:
        text = textwrap.dedent(inspect.getsource(function))
        tree = ast.parse(text)
    except (OSError, TypeError, SyntaxError) as error:
        raise AssignmentError(
            f"{whose} has no source to read: write it as a plain function"
        ) from error
    node = tree.body[0]
    if not isinstance(node, ast.FunctionDef):
        raise AssignmentError(f"{whose} is no plain function: write it with def")
    lines = [line.rstrip("\r\n") for line in _lines(text)[: node.end_lineno]]
    first = node.lineno - 1
    lines[first] = lines[first].replace(f"def {node.name}", f"def {name}", 1)
    inside = _lines_inside_strings(node)
    return "".join(
        f"{'' if number in inside or not line.strip() else indent}{line}\n"
        for number, line in enumerate(lines[first:], start=node.lineno)
    )


def _lines_inside_strings(tree: ast.AST) -> set[int]:
    """The numbers of lines that begin inside a string, where an indent would change its value."""
    return {
        number
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr)
        or (isinstance(node, ast.Constant) and isinstance(node.value, str | bytes))
        for number in range(node.lineno + 1, (node.end_lineno or node.lineno) + 1)
    }


def _lines(source: str) -> list[str]:
    """The lines as Python counts them, line ends kept: ``splitlines`` also breaks at form feeds."""
    return list(io.StringIO(source, newline=""))
