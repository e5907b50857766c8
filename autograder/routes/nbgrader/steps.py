"""Preprocessors for nbgrader: they stand where it would execute a notebook, and write what was marked elsewhere."""

from __future__ import annotations

from typing import Any

from nbformat.notebooknode import NotebookNode
from nbgrader.api import Gradebook  # type: ignore[import-untyped]
from nbgrader.preprocessors import NbGraderPreprocessor  # type: ignore[import-untyped]

from autograder.routes.nbgrader.names import CHECKS, DONE
from autograder.routes.nbgrader.nodes import output
from autograder.routes.nbgrader.results import Answer

Resources = dict[str, Any]
Step = tuple[NotebookNode, Resources]


class PutResults(NbGraderPreprocessor):  # type: ignore[misc]
    """Each test cell's outputs are what was marked: a page for the student, and the points as a float."""

    def preprocess_cell(self, cell: NotebookNode, resources: Resources, index: int) -> Step:
        """Outputs of any other cell are dropped; nothing is run."""
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
            grade_id = cell.metadata.get("nbgrader", {}).get("grade_id", "")
            if grade_id.startswith(CHECKS):
                cell.outputs = _outputs(resources["autograder"]["answers"][grade_id.removeprefix(CHECKS)])
        return cell, resources


class SaveComments(NbGraderPreprocessor):  # type: ignore[misc]
    """What seems to be wrong stands as the comment of the cell that the exercise is written in."""

    def preprocess(self, notebook: NotebookNode, resources: Resources) -> Step:
        """Write to the gradebook; what a grader wrote by hand goes before it, as ever."""
        answers, where = resources["autograder"]["answers"], resources["nbgrader"]
        place = (where["notebook"], where["assignment"], where["student"])
        with Gradebook(where["db_url"]) as gradebook:
            for cell, exercises in resources["autograder"]["tasks"].items():
                told = [answers[each].comment for each in exercises if each in answers and answers[each].comment]
                if told:
                    gradebook.find_comment(cell, *place).auto_comment = "\n\n".join(dict.fromkeys(told))
            for exercise, answer in answers.items():
                if answer.look:
                    gradebook.find_grade(f"{CHECKS}{exercise}", *place).needs_manual_grade = True
            gradebook.db.commit()
        return notebook, resources


class Stamp(NbGraderPreprocessor):  # type: ignore[misc]
    """The last step: a notebook without the stamp was not finished."""

    def preprocess(self, notebook: NotebookNode, resources: Resources) -> Step:
        """Put it into the notebook's metadata, of which a student's notebook keeps none."""
        notebook.metadata[DONE] = True
        return notebook, resources


def _outputs(answer: Answer) -> list[NotebookNode]:
    page = output("display_data", "text/markdown", answer.page)
    return [page, output("execute_result", "text/plain", repr(answer.points))]
