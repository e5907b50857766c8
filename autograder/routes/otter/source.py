"""The notebook that ``otter assign`` reads: raw cells of settings around an assignment's own cells.

A solution cell right before an exercise's checks belongs to its question; any other stands by itself, so a class that
two exercises share needs no question of its own. Each check is one otter test: a hidden one has its share of the
exercise's points, a public one has none.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Any

import nbformat
import yaml  # type: ignore[import-untyped]

from autograder.catalog import Kit
from autograder.model import Assignment, Check
from autograder.notebooks.source import Part, Role, notebook_parts
from autograder.release import REQUIREMENTS
from autograder.routes.otter.blanks import with_blanks
from autograder.routes.otter.folders import PUBLIC, STAFF
from autograder.routes.otter.settings import Settings

Cell = dict[str, Any]

PLUGIN = "autograder.routes.otter.plugin.Confined"
KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
TEST = '''""" # BEGIN TEST CONFIG
{config}""" # END TEST CONFIG
def test_{check}(env):
    from {folder}.otter_checks import require
    require(env, {exercise!r}, {check!r}, public={public})
'''


def source_notebook(kit: Kit, assignment: Assignment, settings: Settings, *, confined: bool) -> str:
    """The notebook's text: the same for the same kit, and without the seed."""
    parts = notebook_parts(kit, assignment, settings.language)
    tests = _tests(assignment, kit.checks(assignment), kit.public_checks(assignment))
    cells = [_raw(f"# ASSIGNMENT CONFIG\n{_yaml(_config(confined))}"), *_cells(parts, tests)]
    # Format 4.4, the last one without ids of cells: those that otter makes would be random.
    notebook = {"cells": cells, "metadata": KERNEL, "nbformat": 4, "nbformat_minor": 4}
    nbformat.validate(notebook)
    return json.dumps(notebook, ensure_ascii=False, indent=1) + "\n"


def share(assignment: Assignment, check: Check, checks: Iterable[Check]) -> Fraction:
    """The points of one check."""
    points = next(each.points for each in assignment.exercises if each.name == check.exercise)
    return Fraction(points * check.weight, sum(each.weight for each in checks if each.exercise == check.exercise))


def _config(confined: bool) -> dict[str, Any]:
    config: dict[str, Any] = {
        "init_cell": True,
        "check_all_cell": False,
        "export_cell": False,
        "strip_solutions_from_all_cells": True,
        "tests": {"files": True, "ok_format": False},
        "files": [PUBLIC],
        "requirements": list(REQUIREMENTS),
    }
    if confined:
        return config | {"generate": {"plugins": [PLUGIN]}}
    return config | {"autograder_files": [STAFF]}


def _tests(assignment: Assignment, hidden: tuple[Check, ...], public: tuple[Check, ...]) -> dict[str, list[Cell]]:
    """The test cells of each exercise, the public ones first."""
    return {
        exercise.name: [
            *(_test(each, {"hidden": False}) for each in public if each.exercise == exercise.name),
            *(
                _test(each, {"hidden": True, "points": float(share(assignment, each, hidden))})
                for each in hidden
                if each.exercise == exercise.name
            ),
        ]
        for exercise in assignment.exercises
    }


def _test(check: Check, config: dict[str, Any]) -> Cell:
    words = {"check": check.name, "exercise": check.exercise, "public": not config["hidden"], "folder": PUBLIC}
    return _code(TEST.format(config=_yaml(config), **words))


def _cells(parts: tuple[Part, ...], tests: Mapping[str, list[Cell]]) -> Iterator[Cell]:
    for number, part in enumerate(parts):
        following = parts[number + 1] if number + 1 < len(parts) else None
        previous = parts[number - 1] if number else None
        if part.role is Role.TEXT:
            yield {"cell_type": "markdown", "metadata": {}, "source": part.text}
        elif part.role is Role.SOLUTION and not _is_checks(following):
            yield _solution(part)
        elif part.role is Role.CHECKS:
            answer = previous if previous is not None and previous.role is Role.SOLUTION else None
            yield from _question(part.exercise, answer, tests[part.exercise])
        elif part.role is not Role.SOLUTION:
            yield _code(part.text, part.id if part.role is Role.GIVEN else "")


def _is_checks(part: Part | None) -> bool:
    return part is not None and part.role is Role.CHECKS


def _question(exercise: str, answer: Part | None, tests: list[Cell]) -> Iterator[Cell]:
    yield _raw(f"# BEGIN QUESTION\n{_yaml({'name': exercise})}")
    if answer is not None:
        yield from (_raw("# BEGIN SOLUTION"), _solution(answer), _raw("# END SOLUTION"))
    yield from (_raw("# BEGIN TESTS"), *tests, _raw("# END TESTS"), _raw("# END QUESTION"))


def _solution(part: Part) -> Cell:
    return _code(with_blanks(part.answer, part.text))


def _code(text: str, given: str = "") -> Cell:
    """A code cell; one that belongs to the kit is told by its grade id when the notebook comes back."""
    locked = {"schema_version": 3, "grade_id": given, "grade": False, "solution": False, "locked": True, "task": False}
    metadata = {"nbgrader": locked, "editable": False, "deletable": False} if given else {}
    return {"cell_type": "code", "metadata": metadata, "source": text, "outputs": [], "execution_count": None}


def _raw(text: str) -> Cell:
    return {"cell_type": "raw", "metadata": {}, "source": text}


def _yaml(config: dict[str, Any]) -> str:
    text: str = yaml.safe_dump(config, sort_keys=False, allow_unicode=True)
    return text
