"""nbgrader's own autograding, but for its kernels: the notebook is sanitized and saved, its code is not run."""

from __future__ import annotations

import contextlib
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from nbconvert.preprocessors import ExecutePreprocessor
from nbgrader.converters import Autograde  # type: ignore[import-untyped]
from nbgrader.converters.base import NbGraderException  # type: ignore[import-untyped]
from nbgrader.preprocessors import ClearHiddenTests, SaveAutoGrades  # type: ignore[import-untyped]
from nbgrader.utils import rmtree  # type: ignore[import-untyped]
from traitlets.utils.importstring import import_item

from autograder.errors import SubmissionsError
from autograder.routes.nbgrader.gradebook import Register
from autograder.routes.nbgrader.handed_in import notebook_from
from autograder.routes.nbgrader.names import DONE
from autograder.routes.nbgrader.results import Answer
from autograder.routes.nbgrader.steps import PutResults, SaveComments, Stamp


class Recorder(Autograde):  # type: ignore[misc]
    """Writes one marked submission after another into the gradebook, as ``nbgrader autograde`` does.

    ``with recorder.ready(): recorder.record(student, answers)``. What decides about students, timestamps,
    penalties, files and permissions is inherited.
    """

    register: Register
    answers: dict[str, Answer]
    found: dict[str, str]
    every: dict[str, Any]

    @contextlib.contextmanager
    def ready(self, register: Register) -> Iterator[dict[str, Path]]:
        """Look for submissions: each student's folder. Raises ``SubmissionsError`` where there are none."""
        self.register = register
        self.convert_notebooks = lambda: None  # ``start`` sets everything up, and converts nothing yet
        try:
            self.start()
        except NbGraderException as error:
            raise SubmissionsError(f"{error}: collect submissions first") from error
        finally:
            del self.convert_notebooks
        self.every = dict(getattr(self, "assignments", {}))
        self.found = {self._student_in(folder): folder for folder in sorted(self.every)}
        before = os.getcwd()
        os.chdir(self.coursedir.root)
        try:
            yield {student: Path(folder) for student, folder in self.found.items()}
        finally:
            os.chdir(before)

    def is_due(self, student: str) -> bool:
        """Whether a student's submission has not been recorded yet, or is newer than what has been."""
        if student in self.coursedir.student_id_exclude.split(","):
            return False
        done = Path(self._format_dest(self.coursedir.assignment_id, student))
        handed_in = self.coursedir.get_existing_timestamp(self.found[student])
        recorded = self.coursedir.get_existing_timestamp(str(done))
        is_newer = bool(handed_in and recorded and handed_in > recorded)
        return bool(self.force) or is_newer or not is_finished(done / f"{self.coursedir.assignment_id}.ipynb")

    def record(self, student: str, answers: dict[str, Answer]) -> None:
        """Put a submission's marks into the gradebook and its notebook into ``autograded/``.

        Raises ``NbGraderException`` where that fails; then nothing of it is left in ``autograded/``.
        """
        self.answers = answers
        folder = self.found[student]
        self.assignments = {folder: self.every[folder]}
        super().convert_notebooks()

    def init_destination(self, assignment_id: str, student_id: str) -> bool:
        """What is left of an unfinished or an earlier run is in the way; ``is_due`` has said that it may go."""
        done = self._format_dest(assignment_id, student_id)
        if os.path.exists(done):
            rmtree(done)
        return True

    def init_assignment(self, assignment_id: str, student_id: str) -> None:
        """As inherited, but for links among the student's files: what they lead to is not handed on."""
        super().init_assignment(assignment_id, student_id)
        handed_in = self._format_source(assignment_id, student_id)
        done = self._format_dest(assignment_id, student_id)
        for folder, _, names in os.walk(handed_in):
            for name in names:
                path = os.path.join(folder, name)
                copy = os.path.join(done, os.path.relpath(path, handed_in))
                if os.path.islink(path) and os.path.exists(copy):
                    os.remove(copy)

    def convert_single_notebook(self, notebook_filename: str) -> None:
        """Sanitize, write the marks, save: in one go, and without a kernel."""
        resources = self.init_single_notebook_resources(notebook_filename)
        resources["autograder"] = {"answers": self.answers, "tasks": self.register.tasks}
        self.exporter._preprocessors = []
        for step in self._steps():
            self.exporter.register_preprocessor(step)
        notebook = notebook_from(Path(notebook_filename), self.register.cells)
        output, resources = self.exporter.from_notebook_node(notebook, resources=resources)
        self.write_single_notebook(output, resources)

    def _steps(self) -> Iterator[type]:
        """nbgrader's own steps, as configured; ours stand in the place of what executes, and at the end."""
        for each in [*self.sanitize_preprocessors, *self.autograde_preprocessors]:
            step: Any = import_item(each) if isinstance(each, str) else each
            if not isinstance(step, type):
                raise SubmissionsError(f"preprocessor {step!r} is no class: name one in nbgrader_config.py")
            yield PutResults if issubclass(step, ExecutePreprocessor) else step
            if issubclass(step, SaveAutoGrades):
                yield SaveComments
        yield ClearHiddenTests
        yield Stamp

    def _student_in(self, folder: str) -> str:
        pattern = self._format_source("(?P<assignment_id>.*)", "(?P<student_id>.*)", escape=True)
        match = re.match(pattern, folder)
        if match is None:
            raise SubmissionsError(f"{folder} names no student: see directory_structure in nbgrader_config.py")
        return match["student_id"]


def is_finished(path: Path) -> bool:
    """Whether an autograded notebook bears the stamp of the last step."""
    try:
        notebook = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return False
    metadata = notebook.get("metadata") if isinstance(notebook, dict) else None
    return isinstance(metadata, dict) and metadata.get(DONE) is True
