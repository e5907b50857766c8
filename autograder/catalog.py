"""The edge to a kit's files: which assignments there are, what they say, their checks and solutions."""

from __future__ import annotations

import graphlib
import importlib.util
import math
import sys
import tomllib
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from autograder.errors import AssignmentError, KitError, KitNotFound, UnknownAssignment
from autograder.model import Assignment, Check, Exercise, Limits, Text
from autograder.nearest import hint, nearest
from autograder.notebooks.outline import Outline, outline_of
from autograder.registry import checks_of

TOML = "assignment.toml"
TEMPLATE = "template.py"
"""In a release: the stub as it was, beside the one that the student fills in."""
POINTS = 100
KEYS = {
    "": {"title", "title_zh", "after", "uses", "limits", "imports", "exercises"},
    "limits": {"seconds", "memory_mib"},
    "imports": {"allowed"},
    "exercises": {"name", "title", "title_zh", "points", "seconds"},
}


UNKNOWN = Text("no assignment is called {name}: there are {names}", "没有名为 {name} 的作业：现有 {names}")
UNKNOWN_BUT_NEAR = Text(
    "no assignment is called {name}: did you mean {near}?", "没有名为 {name} 的作业：是不是 {near}？"
)
NO_KIT = Text(
    "no kit (a folder with {wanted}) at or above {folder}: name one with --kit DIR",
    "{folder} 及其上级文件夹中没有作业包（含有 {wanted} 的文件夹）：请用 --kit DIR 指明",
)


@dataclass(frozen=True)
class Beside:
    """An assignment whose module is handed in with another's, and what a notebook of it has to define."""

    assignment: Assignment
    outline: Outline | None


@dataclass(frozen=True)
class Kit:
    """A folder that holds ``assignments/`` and, for staff, ``solutions/`` and ``student_template/``."""

    root: Path

    @property
    def names(self) -> tuple[str, ...]:
        """Every assignment, in alphabetical order."""
        return tuple(sorted(path.parent.name for path in (self.root / "assignments").glob(f"*/{TOML}")))

    @property
    def in_order(self) -> tuple[str, ...]:
        """Every assignment, as a course takes them: after those that it names, if they are here, and those it uses.

        Raises ``AssignmentError`` where they wait for each other.
        """
        names = self.names
        before = {each.name: {*each.after, *each.uses}.intersection(names) for each in map(self.assignment, names)}
        try:
            return tuple(_sorted(before))
        except graphlib.CycleError as error:
            circle = " after ".join(error.args[1])
            raise AssignmentError(f"{self.root / 'assignments'}: keys after and uses: {circle}") from error

    def assignment(self, name: str) -> Assignment:
        """What the assignment's file says; raises ``UnknownAssignment`` with the nearest names."""
        if name not in self.names:
            raise UnknownAssignment(self._unknown(name))
        path = self.root / "assignments" / name / TOML
        if not name.isidentifier():
            raise AssignmentError(f"{path.parent}: {name!r} is no name for a module: write letters, digits and _")
        assignment = read_assignment(path)
        for each in assignment.uses:
            if each not in self.names or each == name:
                raise AssignmentError(f"{path}: key uses: {self._unknown(each).en}")
        return assignment

    def beside(self, assignment: Assignment) -> tuple[Beside, ...]:
        """What is handed in with it."""
        used = [self.assignment(name) for name in assignment.uses]
        return tuple(Beside(each, self.outline(each)) for each in used)

    def checks(self, assignment: Assignment) -> tuple[Check, ...]:
        """The checks that marks come from (staff's)."""
        return _checks(assignment, "checks")

    def public_checks(self, assignment: Assignment) -> tuple[Check, ...]:
        """The checks that students run themselves."""
        return _checks(assignment, "public_checks")

    def solution_path(self, assignment: Assignment) -> Path:
        """Where the reference solution is."""
        return self.root / "solutions" / assignment.filename

    def template_path(self, assignment: Assignment) -> Path:
        """Where the students' stub is."""
        return self.root / "student_template" / assignment.filename

    def outline(self, assignment: Assignment) -> Outline | None:
        """What a notebook has to define; None where there is no template, neither staff's nor the one handed out."""
        paths = (self.template_path(assignment), assignment.folder / TEMPLATE)
        found = next((path for path in paths if path.is_file()), None)
        return outline_of(found.read_text(encoding="utf-8")) if found else None

    def reference(self, assignment: Assignment) -> ModuleType:
        """The reference solution, imported, with the references of the assignments it uses beside it."""
        with at_hand(self.references_used_by(assignment)):
            return load_module(self.solution_path(assignment), f"reference_{assignment.name}")

    def references_used_by(self, assignment: Assignment) -> dict[str, ModuleType]:
        """The references of the assignments it uses, by the names under which they are imported."""
        return {each.assignment.name: self.reference(each.assignment) for each in self.beside(assignment)}

    def _unknown(self, name: str) -> Text:
        near = nearest(name, self.names, alike=0.4)
        if near is not None:
            return UNKNOWN_BUT_NEAR.format(name=repr(name), near=near)
        return UNKNOWN.format(name=repr(name), names=", ".join(self.names) or "none")


def _sorted(before: Mapping[str, set[str]]) -> Iterator[str]:
    """Each name after all that are ``before`` it, and by the alphabet where that leaves a choice."""
    sorter = graphlib.TopologicalSorter(before)
    sorter.prepare()
    while sorter.is_active():
        ready = sorted(sorter.get_ready())
        yield from ready
        sorter.done(*ready)


def find_kit(start: Path, named: Path | None = None) -> Kit:
    """The kit at ``named``, or the first one from ``start`` upwards."""
    folders = [named.resolve()] if named else [start.resolve(), *start.resolve().parents]
    for folder in folders:
        if any((folder / "assignments").glob(f"*/{TOML}")):
            return Kit(folder)
    raise KitNotFound(NO_KIT.format(wanted=f"assignments/NAME/{TOML}", folder=folders[0]))


def read_assignment(path: Path) -> Assignment:
    """An ``assignment.toml``, checked key by key; every fault names the file and the key."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise AssignmentError(f"{path}: not readable as TOML: {error}") from error
    reader = _Reader(path)
    reader.refuse_unknown(data, "")
    limits = reader.table(data, "limits")
    imports = reader.table(data, "imports")
    assignment = Assignment(
        name=path.parent.name,
        title=reader.title(data, ""),
        exercises=tuple(reader.exercise(entry) for entry in reader.value(data, "", "exercises", list)),
        uses=reader.names(data, "", "uses") if "uses" in data else (),
        after=reader.names(data, "", "after") if "after" in data else (),
        limits=Limits(
            float(reader.positive(limits, "limits", "seconds")), reader.whole(limits, "limits", "memory_mib")
        ),
        imports=reader.names(imports, "imports", "allowed"),
        folder=path.parent,
    )
    names = [exercise.name for exercise in assignment.exercises]
    if repeated := [name for number, name in enumerate(names) if name in names[:number]]:
        raise AssignmentError(f"{path}: key exercises: two exercises have the same name, {repeated[0]}: rename one")
    if assignment.max_score != POINTS:
        raise AssignmentError(f"{path}: key points: the exercises add up to {assignment.max_score}, not {POINTS}")
    return assignment


@dataclass(frozen=True)
class _Reader:
    """Takes values out of a TOML table and says file and key where one is not as it should be."""

    path: Path

    def refuse_unknown(self, table: dict[str, Any], section: str) -> None:
        for key in table:
            if key not in KEYS[section]:
                mend = hint(key, KEYS[section], f"known are {', '.join(sorted(KEYS[section]))}")
                raise AssignmentError(f"{self.path}: unknown key {_dotted(section, key)}: {mend}")

    def table(self, data: dict[str, Any], section: str) -> dict[str, Any]:
        table: dict[str, Any] = self.value(data, "", section, dict)
        self.refuse_unknown(table, section)
        return table

    def value(self, table: dict[str, Any], section: str, key: str, kind: type) -> Any:
        if not isinstance(table.get(key), kind) or (kind is not dict and not table[key]):
            raise AssignmentError(f"{self.path}: key {_dotted(section, key)} is missing, empty or no {kind.__name__}")
        return table[key]

    def positive(self, table: dict[str, Any], section: str, key: str) -> float:
        value = table.get(key)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < math.inf:
            raise AssignmentError(f"{self.path}: key {_dotted(section, key)} must be a number above 0")
        return value

    def whole(self, table: dict[str, Any], section: str, key: str) -> int:
        value = self.positive(table, section, key)
        if value != int(value):
            raise AssignmentError(f"{self.path}: key {_dotted(section, key)} must be whole, not {value}")
        return int(value)

    def names(self, table: dict[str, Any], section: str, key: str) -> tuple[str, ...]:
        names = self.value(table, section, key, list)
        if not all(isinstance(name, str) for name in names):
            raise AssignmentError(f"{self.path}: key {_dotted(section, key)} must be a list of names")
        return tuple(names)

    def title(self, table: dict[str, Any], section: str) -> Text:
        return Text(self.value(table, section, "title", str), self.value(table, section, "title_zh", str))

    def exercise(self, entry: Any) -> Exercise:
        if not isinstance(entry, dict):
            raise AssignmentError(f"{self.path}: key exercises must be a list of [[exercises]] tables")
        self.refuse_unknown(entry, "exercises")
        points = self.whole(entry, "exercises", "points")
        seconds = float(self.positive(entry, "exercises", "seconds")) if "seconds" in entry else None
        return Exercise(self.value(entry, "exercises", "name", str), self.title(entry, "exercises"), points, seconds)


def _dotted(section: str, key: str) -> str:
    return f"{section}.{key}" if section else key


def _checks(assignment: Assignment, stem: str) -> tuple[Check, ...]:
    path = assignment.folder / f"{stem}.py"
    checks = checks_of([load_module(path, f"{stem}_{assignment.name}")], [each.name for each in assignment.exercises])
    unchecked = {exercise.name for exercise in assignment.exercises} - {record.exercise for record in checks}
    if unchecked:
        raise AssignmentError(f"{path}: no check for exercise {', '.join(sorted(unchecked))}")
    return checks


@contextmanager
def at_hand(modules: Mapping[str, ModuleType]) -> Iterator[None]:
    """In this block, modules of the kit's own can be imported by these names."""
    before = {name: sys.modules.get(name) for name in modules}
    sys.modules.update(modules)
    try:
        yield
    finally:
        for name, module in before.items():
            if module is None:
                sys.modules.pop(name, None)
            else:
                sys.modules[name] = module


def load_module(path: Path, name: str) -> ModuleType:
    """A module of the kit's own, loaded from ``path`` and known as ``name``; never a student's file."""
    specification = importlib.util.spec_from_file_location(name, path)
    if specification is None or specification.loader is None or not path.is_file():
        raise AssignmentError(f"{path} is missing")
    module = importlib.util.module_from_spec(specification)
    sys.modules[name] = module
    try:
        specification.loader.exec_module(module)
    except KitError:
        raise
    except Exception as error:
        place = f"{path}{_line_in(path, error)}"
        raise AssignmentError(f"{place} does not import: {type(error).__name__}: {error}") from error
    return module


def _line_in(path: Path, error: Exception) -> str:
    """The last line of the file that an exception has come through, after a colon; empty where that is unknown."""
    if isinstance(error, SyntaxError) and error.filename == str(path):
        return f":{error.lineno}"
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(path)]
    return f":{lines[-1]}" if lines else ""
