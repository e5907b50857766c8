"""Whether what is said to be Chinese is: titles, and what misconceptions say."""

from __future__ import annotations

import re
from collections.abc import Iterator

from autograder.catalog import TOML, Kit
from autograder.lineup import known_mistakes
from autograder.model import Assignment, Text
from autograder.places import place_of
from autograder.scaffolding import notes_in

CHINESE = re.compile(r"[\u4e00-\u9fff]")


def inspect_languages(kit: Kit, assignment: Assignment) -> Iterator[str]:
    """Each Chinese text without a Chinese character.

    The assignment's own titles may wait as long as a note says that they are still to be written.
    """
    told = (*_titles(assignment), *_checks(kit, assignment), *_misconceptions(assignment))
    for where, text in told:
        if not CHINESE.search(text.zh):
            yield f"{assignment.name}: {where} has no Chinese character: {text.zh}"


def _titles(assignment: Assignment) -> Iterator[tuple[str, Text]]:
    path = assignment.folder / TOML
    if notes_in(path.name, path.read_text(encoding="utf-8")):
        return
    yield f"{path}: title_zh", assignment.title
    for exercise in assignment.exercises:
        yield f"{path}: title_zh of {exercise.name}", exercise.title


def _checks(kit: Kit, assignment: Assignment) -> Iterator[tuple[str, Text]]:
    for check in (*kit.checks(assignment), *kit.public_checks(assignment)):
        yield f"{place_of(check.function)}: zh of check {check.name}", check.title


def _misconceptions(assignment: Assignment) -> Iterator[tuple[str, Text]]:
    for each in known_mistakes(assignment):
        for what, text in (("explanation", each.explanation), ("hint", each.hint)):
            yield f"{each.place}: its Chinese {what}", text
