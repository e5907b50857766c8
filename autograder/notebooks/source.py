"""An assignment's notebook as it is written: ``assignments/NAME/notebook.py``, in jupytext's percent format.

The story stands in it, the code does not: cells name what they hold, and are filled from the solution or the template.

    # %% [markdown] lang="en"      text, in one language
    # %% given="start"             the given part of the module
    # %% solution="pooled_size"    one or several names that a student writes, separated by commas
    # %% checks="pooled_size"      where the checks of an exercise stand
    # %%                           code of its own: experiments and plots

The given part and every name a student writes stand in exactly one cell each, and every exercise has its checks.
What is written into a cell that is filled would be lost, so nothing may stand there.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import groupby

import jupytext  # type: ignore[import-untyped]

from autograder.catalog import Kit
from autograder.errors import AssignmentError
from autograder.model import LANGUAGES, Assignment
from autograder.notebooks.outline import first_line, outline_of
from autograder.template import BEGIN, END

SOURCE = "notebook.py"
GIVEN = "start"
"""What the cell with the given part is called."""
KNOWN = frozenset({"lang", "given", "solution", "checks"})
"""What may be said of a cell."""
LAYOUT = frozenset({"lines_to_next_cell", "lines_to_end_of_cell_marker", "cell_marker"})
"""What jupytext notes of its own."""


class Role(StrEnum):
    """What a cell is for."""

    TEXT = "text"
    GIVEN = "given"
    SOLUTION = "solution"
    CHECKS = "checks"
    CODE = "code"


@dataclass(frozen=True)
class Part:
    """One cell: ``text`` is what a student finds in it, ``answer`` what the solution has there.

    ``id`` names it for good. The text of a cell with checks is empty: each route fills it in its own way.
    """

    role: Role
    id: str
    text: str
    answer: str = ""
    language: str = ""
    exercise: str = ""


def notebook_parts(kit: Kit, assignment: Assignment, language: str) -> tuple[Part, ...]:
    """The assignment's cells in order, in one language.

    Raises ``AssignmentError`` where they are not as they should be.
    """
    path = assignment.folder / SOURCE
    if not path.is_file():
        raise AssignmentError(f"{path} is missing: write the assignment's notebook")
    template = kit.template_path(assignment).read_text(encoding="utf-8")
    solution = kit.solution_path(assignment).read_text(encoding="utf-8")
    parts = list(_written(str(path), path.read_text(encoding="utf-8")))
    wanted = outline_of(template).wanted
    _refuse_gaps(str(path), parts, wanted, [each.name for each in assignment.exercises])
    filled = [_filled(each, template, solution) for each in parts]
    return tuple(each for each in filled if each.language in ("", language))


def without_twin(assignment: Assignment) -> Iterator[str]:
    """Cells in one language that have no counterpart in another, a line each.

    Languages take turns: between two cells that are for everybody, each has as many of every kind.
    """
    path = assignment.folder / SOURCE
    parts = list(enumerate(_written(str(path), path.read_text(encoding="utf-8")), start=1))
    for _, stretch in groupby(parts, key=lambda each: bool(each[1].language)):
        numbers, cells = zip(*stretch, strict=True)
        counts = Counter((part.role, part.language) for part in cells if part.language)
        for role, language in sorted(counts):
            for other in LANGUAGES:
                if counts[role, other] < counts[role, language]:
                    where = f"{path}: cells {numbers[0]} to {numbers[-1]}"
                    yield f'{where}: a cell of {role} in {language} without a twin: write one with lang="{other}"'


def _written(where: str, source: str) -> Iterator[Part]:
    """The cells as they are written; raises ``AssignmentError`` for one that says what nobody understands."""
    notebook = jupytext.reads(source, fmt="py:percent")
    for number, cell in enumerate(notebook.cells, start=1):
        metadata = cell.metadata
        _refuse_unclear(f"{where}: cell {number}", metadata, cell.source)
        if cell.cell_type == "markdown":
            yield Part(Role.TEXT, f"text-{number}", cell.source, language=metadata.get("lang", ""))
        elif "given" in metadata:
            yield Part(Role.GIVEN, f"given-{metadata['given']}", "")
        elif "solution" in metadata:
            yield Part(Role.SOLUTION, metadata["solution"].replace(",", "-").replace(" ", ""), metadata["solution"])
        elif "checks" in metadata:
            yield Part(Role.CHECKS, f"checks-{metadata['checks']}", "", exercise=metadata["checks"])
        else:
            yield Part(Role.CODE, f"code-{number}", cell.source, language=metadata.get("lang", ""))


def _refuse_unclear(where: str, metadata: dict[str, str], source: str) -> None:
    """Raise ``AssignmentError`` for what is not known of any cell, and for text that would be lost."""
    for key in sorted(metadata.keys() - KNOWN - LAYOUT):
        said = key if isinstance(metadata[key], int) else f"{key}: {metadata[key]}"
        raise AssignmentError(f'{where} says {said!r}: write one of {", ".join(sorted(KNOWN))}, as lang="en"')
    if source and metadata.keys() & (KNOWN - {"lang"}):
        raise AssignmentError(f"{where} is filled from elsewhere: take out what is written in it")


def _refuse_gaps(where: str, parts: list[Part], wanted: tuple[str, ...], exercises: list[str]) -> None:
    """Raise ``AssignmentError`` for what is missing, twice there, or unknown."""
    names = [name for each in parts if each.role is Role.SOLUTION for name in _names(each)]
    given = [each.id.removeprefix("given-") for each in parts if each.role is Role.GIVEN]
    for what, found, needed in (
        ("given cell", given, [GIVEN]),
        ("solution cell", names, list(wanted)),
        ("checks cell", [each.exercise for each in parts if each.role is Role.CHECKS], exercises),
    ):
        counts = Counter(found)
        strange = [name for name in found if name not in needed]
        for name in (*needed, *strange):
            if counts[name] != 1 or name in strange:
                remedy = _remedy(what.partition(" ")[0], name, needed, strange)
                raise AssignmentError(f"{where}: {counts[name]} {what}s for {name!r}: {remedy}")
    languages = {each.language for each in parts} - {"", *LANGUAGES}
    if languages:
        raise AssignmentError(f"{where}: unknown lang {languages.pop()!r}: known are {', '.join(LANGUAGES)}")


def _remedy(role: str, name: str, needed: list[str], strange: list[str]) -> str:
    """What to do about a name whose cell is missing, there twice, or for nothing."""
    if name in strange:
        return f"known are {', '.join(needed)}"
    instead = f", not {', '.join(map(repr, strange))}" if strange else ""
    return f'write # %% {role}="{name}" once{instead}'


def _names(part: Part) -> list[str]:
    return [name.strip() for name in part.text.split(",")]


def _filled(part: Part, template: str, solution: str) -> Part:
    if part.role is Role.GIVEN:
        return replace(part, text=outline_of(template).given.rstrip("\n"))
    if part.role is not Role.SOLUTION:
        return part
    names, wanted = _names(part), outline_of(template).wanted
    stub, answer = ("\n\n\n".join(text_of(source, name, wanted) for name in names) for source in (template, solution))
    return replace(part, text=stub, answer=answer)


def text_of(source: str, name: str, wanted: tuple[str, ...]) -> str:
    """The definition of ``name``, with the helpers of the solution's own that stand just before it."""
    lines, start = source.split("\n"), 0
    for node in ast.parse(source).body:
        first = first_line(node)
        is_function = isinstance(node, ast.FunctionDef | ast.ClassDef)
        if is_function and getattr(node, "name", "") == name:
            return "\n".join(_from_markers(lines, start, first, _last_line(lines, node))).strip("\n")
        if not is_function or getattr(node, "name", "") in wanted or not _is_in_solution(lines, first):
            start = node.end_lineno or first
    raise AssignmentError(f"nothing defines {name!r}")


def _last_line(lines: list[str], node: ast.stmt) -> int:
    """The last line of a definition, the marker that closes a region at its end included: to Python a mere comment."""
    last = number = node.end_lineno or node.lineno
    while number < len(lines) and not lines[number].strip():
        number += 1
    closes = number < len(lines) and lines[number].startswith(" ") and lines[number].strip() == END
    return number + 1 if closes else last


def _is_in_solution(lines: list[str], first: int) -> bool:
    """Whether a line at the top level lies between markers that stand there, too."""
    markers = [line for line in lines[: first - 1] if line in (BEGIN, END)]
    return bool(markers) and markers[-1] == BEGIN


def _from_markers(lines: list[str], start: int, first: int, last: int) -> list[str]:
    """The lines up to ``last``; of those before ``first``, only what the solution's own helpers are in."""
    before = lines[start : first - 1]
    opening = next((number for number, line in enumerate(before) if line == BEGIN), len(before))
    return [*before[opening:], *lines[first - 1 : last]]
