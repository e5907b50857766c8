"""Every mutant of a reference solution that cosmic-ray's operators make of what students are to write.

The operators come from cosmic-ray; each is put to every node of the syntax tree between ``# BEGIN SOLUTION`` and
``# END SOLUTION``. Where an operator draws a random number, it is drawn from the text it changes, so the mutants are
the same in every run.
"""

from __future__ import annotations

import ast
import random
import re
import warnings
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache, cached_property
from typing import Any

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.plugins import get_operator, operator_names

from autograder.template import BEGIN, END
from tests.support import solution_source

CORE = "core/"
FREE = {"digits_network": frozenset({"build_network", "train", "_filters", "_normalising"})}
"""Functions in which most is a choice: another size, rate or number of epochs is as right as the reference's."""
ODDITIES = (AttributeError, IndexError)
"""What an operator raises at a statement of a form it does not know, ``a, b = c`` say: it has no mutant of that."""


@dataclass(frozen=True)
class Mutant:
    """One change of one function: ``before`` became ``after`` in ``line``, which makes ``source`` of the whole file."""

    id: str
    assignment: str
    function: str
    operator: str
    before: str
    after: str
    line: int
    source: str


@dataclass(frozen=True)
class Rule:
    """An operator of cosmic-ray, with the variables it is about if it takes any."""

    name: str
    variables: tuple[str, ...] = ()

    @cached_property
    def operator(self) -> Any:
        """What finds the places and changes them."""
        return get_operator(CORE + self.name)(*self.variables)

    def __str__(self) -> str:
        return f"{self.name}({', '.join(self.variables)})" if self.variables else self.name


@dataclass(frozen=True)
class Scope:
    """A function, its lines, counted from 1, and how far they are indented; the names it takes or sets."""

    name: str
    first: int
    last: int
    indent: int
    variables: tuple[str, ...]

    def code_of(self, lines: list[str]) -> str:
        """The function by itself, not indented."""
        return "\n".join(line[self.indent :] for line in lines[self.first - 1 : self.last]) + "\n"

    def put_back(self, lines: list[str], code: str) -> str:
        """The whole file with other code for the function."""
        indented = [" " * self.indent + line if line else line for line in code.splitlines()]
        return "\n".join([*lines[: self.first - 1], *indented, *lines[self.last :]]) + "\n"


@cache
def mutants_of(assignment: str) -> tuple[Mutant, ...]:
    """Every mutant of the assignment's reference solution, in the order of its lines."""
    return mutants_in(solution_source(assignment), assignment)


def mutants_in(source: str, assignment: str) -> tuple[Mutant, ...]:
    """Every mutant of the part of ``source`` that students write; each differs from it and from all others."""
    lines, inside = source.splitlines(), student_lines(source)
    found: dict[tuple[int, str], Mutant] = {}
    for scope in (each for each in scopes_of(source) if each.name not in FREE.get(assignment, ())):
        code = scope.code_of(lines)
        for rule in rules_for(scope):
            for text in changed_texts(code, rule, [number - scope.first for number in inside]):
                line, before, after = difference(code, text)
                if before != after and compiles(text):
                    name = f"{assignment}/{scope.name}/{rule}: {before} => {after}"
                    line, whole = line + scope.first, scope.put_back(lines, text)
                    mutant = Mutant(name, assignment, scope.name, str(rule), before, after, line, whole)
                    found.setdefault((line, after), mutant)
    return tuple(numbered(sorted(found.values(), key=lambda each: each.line)))


def student_lines(source: str) -> set[int]:
    """The numbers of the lines between the markers."""
    inside, lines = False, set[int]()
    for number, line in enumerate(source.splitlines(), start=1):
        inside = (inside or line.strip() == BEGIN) and line.strip() != END
        if inside:
            lines.add(number)
    return lines


def scopes_of(source: str) -> tuple[Scope, ...]:
    """Every function of the source, methods by their class's name as well."""
    return tuple(functions_in(ast.parse(source), ""))


def functions_in(node: ast.AST, prefix: str) -> Iterator[Scope]:
    """The functions in a node, by their qualified names."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.ClassDef):
            yield from functions_in(child, f"{prefix}{child.name}.")
        elif isinstance(child, ast.FunctionDef):
            first = min([child.lineno, *(each.lineno for each in child.decorator_list)])
            last = child.end_lineno or child.lineno
            yield Scope(prefix + child.name, first, last, child.col_offset, names_in(child))


def names_in(function: ast.FunctionDef) -> tuple[str, ...]:
    """What the function takes and what it sets."""
    taken = [each.arg for each in ast.walk(function) if isinstance(each, ast.arg)]
    stored = [each.id for each in ast.walk(function) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)]
    return tuple(sorted({*taken, *stored}))


def rules_for(scope: Scope) -> Iterator[Rule]:
    """Every operator of cosmic-ray; one about variables for each variable of the function, or each two of them."""
    for name in (each.removeprefix(CORE) for each in operator_names()):
        taken = len(get_operator(CORE + name).arguments())
        if taken == 0:
            yield Rule(name)
        elif name == "VariableReplacer":  # its second variable would only leave out some statements
            yield from (Rule(name, (cause,)) for cause in scope.variables)
        else:
            yield from (Rule(name, (cause, effect)) for cause in scope.variables for effect in scope.variables)


def changed_texts(code: str, rule: Rule, lines: list[int]) -> Iterator[str]:
    """The code after each change that the rule makes in these lines, counted from 0."""
    for place, node in enumerate(nodes_of(code)):
        for index, (start, _) in enumerate(positions(rule, node)):
            if start[0] - 1 in lines:
                text = changed(code, rule, place, index)
                if text is not None:
                    yield text


@cache
def nodes_of(code: str) -> tuple[Any, ...]:
    """The nodes of the syntax tree, which nobody may change."""
    return tuple(ast_nodes(get_ast(code)))


def positions(rule: Rule, node: Any) -> tuple[Any, ...]:
    """Where the rule has something to change about this very node."""
    try:
        return tuple(rule.operator.mutation_positions(node))
    except ODDITIES:
        return ()


def changed(code: str, rule: Rule, place: int, index: int) -> str | None:
    """The code with one change of one node, or None where the operator cannot make it after all."""
    tree = get_ast(code)
    node = list(ast_nodes(tree))[place]
    siblings = node.parent.children
    at = next(number for number, each in enumerate(siblings) if each is node)
    with drawn_from(f"{rule} {node.get_code()} {index}"):
        try:
            new = rule.operator.mutate(node, index)
        except ODDITIES:
            return None
    siblings[at : at + 1] = [] if new is None else [new]
    return str(tree.get_code())


@contextmanager
def drawn_from(text: str) -> Iterator[None]:
    """In this block random numbers depend on the text alone."""
    state = random.getstate()
    random.seed(text)
    try:
        yield
    finally:
        random.setstate(state)


def difference(code: str, text: str) -> tuple[int, str, str]:
    """The first line that differs, counted from 0, and what stands from there to the last one that does, in both."""
    old, new = code.splitlines(), text.splitlines()
    top = 0
    while top < min(len(old), len(new)) and old[top] == new[top]:
        top += 1
    bottom = 0
    while bottom < min(len(old), len(new)) - top and old[-1 - bottom] == new[-1 - bottom]:
        bottom += 1
    return top, plain(old[top : len(old) - bottom]), plain(new[top : len(new) - bottom])


def plain(lines: list[str]) -> str:
    """The lines as one, with single spaces."""
    return re.sub(r"\s+", " ", " ".join(lines)).strip()


def compiles(text: str) -> bool:
    """Whether Python takes it, however it may warn."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            compile(text, "mutant", "exec", dont_inherit=True)
        except (SyntaxError, ValueError):
            return False
    return True


def numbered(mutants: list[Mutant]) -> Iterator[Mutant]:
    """The same with a number behind each id that occurs more than once."""
    often, seen = Counter(each.id for each in mutants), Counter[str]()
    for mutant in mutants:
        seen[mutant.id] += 1
        yield mutant if often[mutant.id] == 1 else replace(mutant, id=f"{mutant.id} #{seen[mutant.id]}")
