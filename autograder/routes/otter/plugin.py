"""An otter plugin: otter does its part around a submission, but runs none of its code.

Before grading, the submission is read as bytes and marked in confined workers; then the folder is emptied, so that
what otter runs, unpickles and converts afterwards is nothing of a student's. After grading, otter's results are
replaced by ours. What otter does before plugins are asked (unpack a zip, read a notebook's JSON) is data alone.
"""

from __future__ import annotations

import shutil
import traceback
from pathlib import Path
from typing import Any

import nbformat
from otter.plugins import AbstractOtterPlugin  # type: ignore[import-untyped]
from otter.run import AutograderConfig  # type: ignore[import-untyped]
from otter.test_files import GradingResults  # type: ignore[import-untyped]

from autograder.catalog import Kit
from autograder.doctor import prove_floor
from autograder.marking import open_marker
from autograder.model import Report, Submission
from autograder.report.staff import staff_json
from autograder.routes.otter.folders import STAFF
from autograder.routes.otter.results import fail, fill, show
from autograder.routes.otter.settings import Settings, read_settings
from autograder.rubrics import rubric_for


class Confined(AbstractOtterPlugin):  # type: ignore[misc]
    """Marks the submission that otter was given, in a folder ``submission`` with the unpacked zip in ``source``."""

    def __init__(self, submission_path: str | None, submission_metadata: Any, plugin_config: Any) -> None:
        super().__init__(submission_path, submission_metadata, plugin_config)
        self._report: Report | None = None
        self._language = "en"
        self._staff = ""

    def before_grading(self, config: AutograderConfig) -> None:
        """Mark, and leave nothing of the student's behind."""
        path = Path(self.submission_path)
        show(config)
        try:
            settings = read_settings(path.parent.parent / "source" / STAFF)
            self._language = settings.language
            self._report = marked(path, path.parent.parent / "source" / STAFF, settings)
            self._staff = staff_json(self._report)
        except Exception:  # whatever it is, it is ours
            self._staff = traceback.format_exc()
        finally:
            empty(path)

    def before_execution(self, submission: Any) -> Any:
        """An empty notebook, whatever was handed in."""
        return blank()

    def after_grading(self, results: GradingResults) -> None:
        """Our marks are the results."""
        if self._report is None:
            fail(results, self._language)
        else:
            fill(results, self._report, self._language)

    def generate_report(self) -> str:
        """For staff."""
        return self._staff


def marked(path: Path, root: Path, settings: Settings) -> Report:
    """The report on one submission, by the kit in ``root``; raises ``SandboxError`` below the floor."""
    rubric = rubric_for(Kit(root), settings.assignment, settings.seed)
    with open_marker(rubric, settings.sandbox) as marker:
        prove_floor(marker.confinement, marker.workers, settings.sandbox)
        return marker.mark(Submission(path.stem, path))


def blank() -> Any:
    """A notebook without a cell."""
    return nbformat.v4.new_notebook()  # type: ignore[no-untyped-call]


def empty(path: Path) -> None:
    """Leave an empty submission of that name in the folder, and nothing else."""
    for entry in path.parent.iterdir():
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()
    if path.suffix == ".ipynb":
        nbformat.write(blank(), path)  # type: ignore[no-untyped-call]
    else:
        path.write_text("", encoding="utf-8")
