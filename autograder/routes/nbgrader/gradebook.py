"""What the gradebook knows of an assignment's notebook, and whether that is what the kit marks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from nbgrader.api import Gradebook, MissingEntry  # type: ignore[import-untyped]

from autograder.errors import SubmissionsError
from autograder.model import Assignment
from autograder.routes.nbgrader.cells import marks
from autograder.routes.nbgrader.handed_in import Known
from autograder.routes.nbgrader.names import CHECKS

TASK = re.compile(r"# TODO\(([^)]*)\)")


@dataclass(frozen=True)
class Register:
    """Every cell by its id, and for each solution cell the exercises whose tasks stand in it."""

    cells: dict[str, Known]
    tasks: dict[str, tuple[str, ...]]


def register_of(db_url: str, course_id: str, assignment: Assignment) -> Register:
    """The gradebook's cells; raises ``SubmissionsError`` where they are not those of this kit's assignment."""
    name = assignment.name
    with Gradebook(db_url, course_id) as gradebook:
        try:
            notebook = gradebook.find_notebook(name, name)
        except MissingEntry as error:
            raise SubmissionsError(
                f"the gradebook knows no {name}: run `nbgrader generate_assignment {name}`"
            ) from error
        worth = {each.name: float(each.max_score) for each in notebook.grade_cells}
        solutions = {each.name for each in notebook.solution_cells}
        tasks = {each.name: float(each.max_score) for each in notebook.task_cells}
        cells = {each.name: _known(each, worth, solutions, tasks) for each in notebook.source_cells}
    _refuse_others(assignment, {key: points for key, points in worth.items() if key not in solutions})
    found = {key: tuple(_exercises(cells[key].source)) for key in solutions if key in cells}
    return Register(cells, found)


def _known(cell: Any, worth: dict[str, float], solutions: set[str], tasks: dict[str, float]) -> Known:
    grade, solution, task = cell.name in worth, cell.name in solutions, cell.name in tasks
    points = worth.get(cell.name, tasks.get(cell.name))
    metadata = marks(cell.name, grade=grade, solution=solution, locked=bool(cell.locked), points=points)
    return Known(str(cell.cell_type), str(cell.source), {**metadata, "task": task})


def _refuse_others(assignment: Assignment, tested: dict[str, float]) -> None:
    """Tests of somebody else's are not run here, and nbgrader would take their silence for full marks."""
    ours = {f"{CHECKS}{each.name}": float(each.points) for each in assignment.exercises}
    if tested != ours:
        odd = sorted(set(tested.items()) ^ set(ours.items()))[0][0]
        raise SubmissionsError(
            f"test cell {odd} of {assignment.name} is not what this kit marks: "
            f"build the course again and run `nbgrader generate_assignment {assignment.name}`"
        )


def _exercises(source: str) -> list[str]:
    names = [name.strip() for match in TASK.findall(source) for name in match.split(",")]
    return list(dict.fromkeys(names))
