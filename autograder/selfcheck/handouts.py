"""Whether both handouts say what the assignment says: exercises, points and figures, in as many sections."""

from __future__ import annotations

import re
from collections.abc import Iterator

from autograder.catalog import TOML
from autograder.handouts import sections_of
from autograder.model import Assignment
from autograder.selfcheck.files import HANDOUTS

TOP = 2
"""The level of a handout's sections, below its title."""
SHOWN = 60
"""Characters of a line that are shown."""


def inspect_handouts(assignment: Assignment) -> Iterator[str]:
    """What is missing or wrong in the handouts that there are."""
    paths = {name: assignment.folder / name for name in HANDOUTS}
    texts = {name: path.read_text(encoding="utf-8") for name, path in paths.items() if path.is_file()}
    for name, text in texts.items():
        where = f"{assignment.name}: {name}"
        yield from (f"{where} {what}" for what in (*_unmentioned(assignment, text), *_figures(assignment, text)))
        yield from (f"{where}:{what}" for what in _points(assignment, text))
    yield from _sections(assignment, texts)


def _unmentioned(assignment: Assignment, text: str) -> Iterator[str]:
    for exercise in assignment.exercises:
        if text and not re.search(rf"\b{re.escape(exercise.name)}\b", text, re.ASCII):
            yield f"does not mention exercise {exercise.name}"


def _figures(assignment: Assignment, text: str) -> Iterator[str]:
    for figure in sorted(set(re.findall(r"\((figures/[^)\s]+)", text))):
        if not (assignment.folder / figure).is_file():
            yield f"shows {figure}, which is missing"


def _points(assignment: Assignment, text: str) -> Iterator[str]:
    """Where other points are told of an exercise than it has."""
    for exercise in assignment.exercises:
        for number, line in enumerate(text.splitlines(), start=1):
            if any(points != exercise.points for points in points_told(exercise.name, line)):
                yield f"{number}: {exercise.name} has {exercise.points} points in {TOML}: {line.strip()[:SHOWN]}"


def points_told(exercise: str, line: str) -> Iterator[int]:
    """The points that a line of a handout gives to an exercise: in a row of its table, or beside its name."""
    name = rf"`{re.escape(exercise)}\b[^`]*`"
    row = re.search(rf"^\|\s*{name}\s*\|.*\|\s*(\d+)\s*\|\s*$", line)
    beside = re.finditer(rf"{name}(?:\*\*)? ?[(（](\d+) ?(?:points?|分)", line)
    yield from (int(found[1]) for found in (*((row,) if row else ()), *beside))


def _sections(assignment: Assignment, texts: dict[str, str]) -> Iterator[str]:
    """That one handout has more sections than the other."""
    counts = {name: sum(each.level == TOP for each in sections_of(text)) for name, text in texts.items() if text}
    if len(set(counts.values())) > 1:
        told = " and ".join(f"{name} {count}" for name, count in counts.items())
        yield f"{assignment.name}: sections (##) in {told}: write each in both languages"
