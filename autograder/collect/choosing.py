"""Which attempt of a student counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from autograder.collect.model import Found, Handed, Student, Which


def chosen(student: Student, which: Which) -> list[tuple[str, Found]]:
    """The attempts that are collected, each with its folder.

    Which is the best is known after grading only: all are collected, in ``<student>@1``, ``<student>@2``, … as time
    goes, always with a number, so that an attempt keeps its folder when others follow.
    """
    if which == "best":
        return [(f"{student.folder}@{index}", found) for index, found in enumerate(student.attempts, start=1)]
    return [(student.folder, student.attempts[-1 if which == "latest" else 0])]


def best_of(scores: Mapping[str, Fraction | None], handed: Mapping[str, Handed]) -> dict[str, str]:
    """For each student the folder of the attempt with the highest score; of equals the later one.

    ``scores`` are by folder; an attempt with no score there counts only where the student has no other.
    ``handed`` is what ``record.handed_in`` gives, attempts in order of time.
    """
    best: dict[str, str] = {}
    for folder, each in handed.items():
        rival = best.get(each.student)
        if rival is None or _rank(scores, folder) >= _rank(scores, rival):
            best[each.student] = folder
    return best


def _rank(scores: Mapping[str, Fraction | None], folder: str) -> tuple[bool, Fraction]:
    score = scores.get(folder)
    return score is not None, score or Fraction()


def others(student: Student, found: Found) -> Sequence[Found]:
    """The attempts beside this one."""
    return [each for each in student.attempts if each is not found]
