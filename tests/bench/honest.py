"""Classes of honest submissions: loops, strided and vectorised, the reference among them, over and over."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from pathlib import Path

from tests.support import solution_source, variant_source

STYLES = ("nested_loops", "lambda_closure", "strided", "sliding_windows", "bincount", "index_add_at")
"""Of each kind two: loops, strided views, whole-array index arithmetic."""


def styles(assignment: str) -> tuple[str, ...]:
    """The text of the reference, and of a correct answer in each style."""
    return (solution_source(assignment), *(variant_source(assignment, each) for each in STYLES))


def sources(assignment: str, students: int) -> Iterator[str]:
    """A text for each student; where there are fewer students than styles, styles from all over the list."""
    texts = styles(assignment)
    if students < len(texts):
        return (texts[number * len(texts) // students] for number in range(students))
    return itertools.islice(itertools.cycle(texts), students)


def write_class(folder: Path, assignment: str, texts: Iterable[str]) -> Path:
    """``folder/student_NNNNN/NAME.py`` for each text; the folder."""
    for number, text in enumerate(texts):
        student = folder / f"student_{number:05}"
        student.mkdir(parents=True)
        (student / f"{assignment}.py").write_text(text, encoding="utf-8")
    return folder
