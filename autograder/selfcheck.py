"""Proves a kit consistent: each reference earns everything, each stub nothing, nothing missing or stray.

Every inspection gives its findings as one line each; none at all means that the kit is in order.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from autograder.catalog import POINTS, TOML, Kit
from autograder.errors import KitError
from autograder.lineup import FILENAME, known_mistakes
from autograder.marking import Marker, open_marker
from autograder.model import Assignment, Status, Submission, Verdict
from autograder.rubrics import Rubric
from autograder.scoring import shown
from autograder.template import template_drift, todo_exercises
from autograder.trial import CaseBook

HANDOUTS = ("handout.md", "handout.zh.md")
NEEDED = (TOML, *HANDOUTS, "checks.py", "public_checks.py")
ALLOWED = frozenset((*NEEDED, FILENAME, "notebook.py", "show.py", "figures", "data", "kept", "__pycache__"))
"""``data`` goes out with the handout; ``kept`` is what checks read and students never get."""
SEED = 20_000
"""Any seed would do; the same one each time makes a finding repeatable."""


def inspect_kit(kit: Kit, tell: Callable[[str], None]) -> tuple[str, ...]:
    """Everything that is wrong with the kit, a line each; ``tell`` hears what is being looked at."""
    findings = list(_layout(kit))
    for name in kit.names:
        tell(f"{name}: files, handouts and template")
        try:
            assignment = kit.assignment(name)
            findings += inspect_files(kit, assignment)
            tell(f"{name}: the reference earns everything, the stub nothing")
            findings += inspect_marks(kit, assignment)
        except (KitError, OSError) as error:
            findings.append(f"{name}: {error}")
    return tuple(findings)


def inspect_files(kit: Kit, assignment: Assignment) -> Iterator[str]:
    """What is wrong with an assignment's files, without marking anything."""
    yield from _strays(assignment)
    yield from _handouts(assignment)
    yield from _tasks(kit, assignment)
    yield from _drift(kit, assignment)
    yield from _misconceptions(assignment)


def inspect_marks(kit: Kit, assignment: Assignment) -> Iterator[str]:
    """Whether reference and stub get what they must, by the hidden checks and by the public ones."""
    beside = kit.beside(assignment)
    hidden = Rubric(assignment, kit.checks(assignment), CaseBook(SEED, kit.reference(assignment)), beside=beside)
    public = Rubric(assignment, kit.public_checks(assignment), CaseBook(SEED, None), beside=beside, reveal=True)
    for kind, rubric in (("hidden", hidden), ("public", public)):
        with open_marker(rubric) as marker:
            yield from _wrong_mark("the reference", kit.solution_path(assignment), POINTS, kind, marker)
            yield from _wrong_mark("the stub", kit.template_path(assignment), 0, kind, marker)


def _layout(kit: Kit) -> Iterator[str]:
    """Whether assignments, solutions and templates name each other, and nothing else lies there."""
    names = set(kit.names)
    for folder in _children(kit.root / "assignments"):
        if folder.name not in names:
            yield f"assignments/{folder.name}: no {TOML} in it, so it is no assignment"
    for place in ("solutions", "student_template"):
        present = {path.name for path in _children(kit.root / place)}
        for name in sorted(present - {f"{each}.py" for each in names}):
            yield f"{place}/{name}: belongs to no assignment"
        for name in sorted({f"{each}.py" for each in names} - present):
            yield f"{place}/{name}: missing"


def _children(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if path.name != "__pycache__")


def _strays(assignment: Assignment) -> Iterator[str]:
    present = {path.name for path in assignment.folder.iterdir()}
    for name in sorted(present - ALLOWED):
        yield f"{assignment.name}: stray file {name}"
    for name in sorted(set(NEEDED) - present):
        yield f"{assignment.name}: {name} is missing"


def _handouts(assignment: Assignment) -> Iterator[str]:
    """Each handout names each exercise, and each figure it shows is there."""
    for name in HANDOUTS:
        path = assignment.folder / name
        text = path.read_text(encoding="utf-8") if path.is_file() else ""
        for exercise in assignment.exercises:
            if text and not re.search(rf"\b{re.escape(exercise.name)}\b", text, re.ASCII):
                yield f"{assignment.name}: {name} does not mention exercise {exercise.name}"
        for figure in sorted(set(re.findall(r"\((figures/[^)\s]+)", text))):
            if not (assignment.folder / figure).is_file():
                yield f"{assignment.name}: {name} shows {figure}, which is missing"


def _tasks(kit: Kit, assignment: Assignment) -> Iterator[str]:
    """Each exercise has a task with a hint, and no task is for an exercise that is none."""
    source = kit.solution_path(assignment).read_text(encoding="utf-8")
    expected = {exercise.name for exercise in assignment.exercises}
    found = set(todo_exercises(source))
    for name in sorted(expected - found):
        yield f"{assignment.name}: no # TODO({name}) in the solution"
    for name in sorted(found - expected):
        yield f"{assignment.name}: # TODO({name}) is for no exercise of {TOML}"
    for names, text in _todo_comments(source):
        if "Hint:" not in text:
            yield f"{assignment.name}: # TODO({names}) has no Hint:"


def _todo_comments(source: str) -> Iterator[tuple[str, str]]:
    """The names in each ``# TODO(names):`` with the comment lines that begin there."""
    for match in re.finditer(r"^ *# TODO\((?P<names>[^)]*)\):.*\n(?: *#.*\n)*", source, re.MULTILINE):
        yield match["names"], match[0]


def _drift(kit: Kit, assignment: Assignment) -> Iterator[str]:
    solution = kit.solution_path(assignment).read_text(encoding="utf-8")
    path = kit.template_path(assignment)
    if path.is_file() and template_drift(solution, path.read_text(encoding="utf-8")):
        yield f"{assignment.name}: the template has drifted from the solution: run make template"


def _misconceptions(assignment: Assignment) -> Iterator[str]:
    """Where misconceptions are written, every exercise has one."""
    if not (assignment.folder / FILENAME).is_file():
        return
    records = known_mistakes(assignment)
    expected = {exercise.name for exercise in assignment.exercises}
    for name in sorted(expected - {record.exercise for record in records}):
        yield f"{assignment.name}: no misconception about exercise {name}"
    for record in records:
        if record.exercise not in expected:
            yield f"{assignment.name}: misconception {record.id} is about unknown exercise {record.exercise}"


def _wrong_mark(who: str, path: Path, expected: int, kind: str, marker: Marker) -> Iterator[str]:
    report = marker.mark(Submission(who, path))
    name = report.assignment.name
    if report.status is not Status.GRADED:
        why = report.message.en if report.message else ""
        yield f"{name}: {who} is {report.status} by the {kind} checks: {why}"
    elif report.score != expected:
        wrong = Verdict.FAILED if expected else Verdict.PASSED
        names = [each.name for result in report.exercises for each in result.checks if each.verdict is wrong]
        yield f"{name}: {who} earns {shown(report.score)} by the {kind} checks, not {expected}: {', '.join(names)}"
