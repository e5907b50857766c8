"""What a check looks at, told from how it is written, and where the handout teaches its exercise. Nothing is run."""

from __future__ import annotations

import ast
import difflib
import inspect
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.catalog import Kit
from autograder.errors import UnknownCheck
from autograder.handouts import Lesson, handout_of, lessons_on, sections_of
from autograder.model import Assignment, Check, Exercise, Text

LOOKS = {
    "expect_close": Text("the values of {what}, one by one", "{what} 的每一个值"),
    "expect_array": Text("the shape and type of {what}", "{what} 的形状与类型"),
    "expect_int": Text("{what}, an int", "整数 {what}"),
    "expect_shape_tuple": Text("{what}, a shape as a tuple of ints", "{what},由整数组成的形状元组"),
    "expect_unchanged": Text("that {what} is afterwards what it was before", "{what} 在调用前后没有变化"),
    "expect_gradient": Text(
        "{what} against numeric gradients: the slope of the loss, measured by moving the input a little",
        "{what} 与数值梯度是否一致:把输入稍微移动,测出损失的斜率",
    ),
    "expect_slope": Text(
        "{what} against the slope of the loss along a direction", "{what} 与损失沿某方向的斜率是否一致"
    ),
    "expect_value_error": Text("that {what} raises a ValueError", "{what} 是否抛出 ValueError"),
    "expect_within": Text("how long {what} takes", "{what} 用时多少"),
}
"""What each expectation of a ``Trial`` looks at."""
EACH = Text("each of several arrays", "若干数组")
UNKNOWN = Text(
    "no check is called {name}: `python -m autograder explain ASSIGNMENT` lists all there are",
    "没有名为 {name} 的检查：`python -m autograder explain ASSIGNMENT` 会列出所有检查",
)
NEAR = (
    ("no check is called {name}: did you mean {near}?", " or "),
    ("没有名为 {name} 的检查：是不是 {near}？", " 或 "),
)
"""The same with the nearest names, and the word between them, in English and in Chinese."""


@dataclass(frozen=True)
class Explanation:
    """A check in words.

    ``looks`` says what is compared, ``cases`` on which inputs as far as that is written down, ``calls`` what the check
    asks of the student's module, ``worth`` its share of the exercise's points, ``where`` file and line of it,
    ``handout`` the file in which ``lessons`` are.
    """

    assignment: Assignment
    exercise: Exercise
    check: Check
    text: str
    looks: tuple[Text, ...]
    cases: tuple[str, ...]
    calls: tuple[str, ...]
    where: str
    handout: str
    lessons: tuple[Lesson, ...]
    public: bool
    worth: float


def checks_at_hand(kit: Kit, assignment: Assignment) -> tuple[Check, ...]:
    """The public checks and, in a staff's kit, the hidden ones."""
    hidden = kit.checks(assignment) if (assignment.folder / "checks.py").is_file() else ()
    return (*kit.public_checks(assignment), *hidden)


def exercises_called(kit: Kit, name: str) -> tuple[tuple[Assignment, tuple[Exercise, ...]], ...]:
    """Each assignment of that name, or with exercises of that name, and those exercises of it."""
    stem = name.removesuffix(".py").removesuffix(".ipynb")
    found = []
    for assignment in map(kit.assignment, kit.in_order):
        own = [each for each in assignment.exercises if stem in (assignment.name, each.name)]
        found += [(assignment, tuple(own))] if own else []
    return tuple(found)


def explain(kit: Kit, name: str, language: str) -> tuple[Explanation, ...]:
    """What is to be said of the check called ``name``, which may be a test's name with ``::`` in it.

    There is one for each assignment that has such a check. Raises ``UnknownCheck`` with the nearest names.
    """
    *files, wanted = name.split("::")
    assignments = [kit.assignment(each) for each in kit.names if not files or files[0].startswith(each)]
    known = [(assignment, each) for assignment in assignments for each in checks_at_hand(kit, assignment)]
    found = [(assignment, each) for assignment, each in known if each.name == wanted]
    if not found:
        raise UnknownCheck(_unknown(wanted, [name for _, each in known for name in (each.name, each.exercise)]))
    return tuple(_explained(kit, assignment, each, language) for assignment, each in found)


def _unknown(name: str, known: list[str]) -> Text:
    names = dict.fromkeys(known)
    near = difflib.get_close_matches(name, names, n=3, cutoff=0.5) or [each for each in names if name in each][:3]
    if not near:
        return UNKNOWN.format(name=repr(name))
    return Text(*(text.format(name=repr(name), near=word.join(near)) for text, word in NEAR))


def _explained(kit: Kit, assignment: Assignment, check: Check, language: str) -> Explanation:
    exercise = next(each for each in assignment.exercises if each.name == check.exercise)
    handout = handout_of(assignment.folder, language)
    sections = sections_of(handout.read_text(encoding="utf-8")) if handout.is_file() else ()
    path = Path(inspect.getfile(check.function))
    public = path.name == "public_checks.py"
    beside = kit.public_checks(assignment) if public else kit.checks(assignment)
    shares = sum(each.weight for each in beside if each.exercise == check.exercise)
    tree = ast.parse(textwrap.dedent(inspect.getsource(check.function)))
    return Explanation(
        assignment=assignment,
        exercise=exercise,
        check=check,
        text=_text(check, language),
        looks=tuple(dict.fromkeys(_looks(tree))),
        cases=tuple(dict.fromkeys(_cases(tree, check.function.__globals__))),
        calls=tuple(dict.fromkeys(_calls(tree))),
        where=f"{_shown(path, kit)}:{check.function.__code__.co_firstlineno}",
        handout=_shown(handout, kit),
        lessons=lessons_on(exercise.name, sections),
        public=public,
        worth=exercise.points * check.weight / shares,
    )


def _text(check: Check, language: str) -> str:
    """The title and, in English, what else the docstring says."""
    more = (inspect.getdoc(check.function) or "").partition("\n")[2].strip() if language == "en" else ""
    return f"{check.title.into(language)}\n\n{more}".strip()


def _shown(path: Path, kit: Kit) -> str:
    return path.relative_to(kit.root).as_posix() if path.is_relative_to(kit.root) else path.name


def _looks(tree: ast.AST) -> Iterator[Text]:
    for call in _calls_in(tree):
        if isinstance(call.func, ast.Attribute) and call.func.attr in LOOKS:
            what = call.args[0] if call.args else None
            named = isinstance(what, ast.Constant) and isinstance(what.value, str)
            said = Text(what.value, what.value) if named else EACH  # type: ignore[union-attr]
            look = LOOKS[call.func.attr]
            yield Text(look.en.format(what=said.en), look.zh.format(what=said.zh))


def _cases(tree: ast.AST, names: Mapping[str, Any]) -> Iterator[str]:
    """The cases in words and sizes: what loops go through, and the texts that go with an expectation."""
    for node in ast.walk(tree):
        if isinstance(node, ast.For) and isinstance(node.iter, ast.Tuple):
            for each in node.iter.elts:
                yield f"{_bare(node.target)} = {_bare(each)}"
    for call in _calls_in(tree):
        if isinstance(call.func, ast.Attribute) and call.func.attr in LOOKS:
            for each in call.args[1:]:
                yield from _case(each, names)


def _case(node: ast.expr, names: Mapping[str, Any]) -> Iterator[str]:
    """What a case says of itself, if it stands in the module or is a text."""
    value = node.value if isinstance(node, ast.Constant) else None
    if isinstance(node, ast.Name) and hasattr(names.get(node.id), "facts"):
        value = str(names[node.id])
    if isinstance(value, str) and value:
        yield value


def _bare(node: ast.expr) -> str:
    """A tuple without its brackets."""
    parts = node.elts if isinstance(node, ast.Tuple) else [node]
    return ", ".join(map(ast.unparse, parts))


def _calls(tree: ast.AST) -> Iterator[str]:
    """The calls of the student's functions and classes, as they would stand in the student's own code."""
    for call in _calls_in(tree):
        called = call.func
        if not isinstance(called, ast.Attribute) or ast.unparse(called.value) not in ("trial.student", "student"):
            continue
        arguments = list(call.args)
        name = called.attr
        if name == "new" and arguments and isinstance(arguments[0], ast.Constant):
            name = str(arguments.pop(0).value)  # type: ignore[attr-defined]
        elif name in ("store", "standing_in", "loaded_again"):
            continue
        yield f"{name}({', '.join(map(ast.unparse, arguments))})"


def _calls_in(tree: ast.AST) -> list[ast.Call]:
    """Every call, in the order in which they are written."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return sorted(calls, key=lambda call: (call.lineno, call.col_offset))
