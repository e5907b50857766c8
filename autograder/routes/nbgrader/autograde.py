"""Marks what a course has collected: in confined workers, and into its gradebook. Read ``autograde`` as its steps."""

from __future__ import annotations

import logging
import os
import sys
import sysconfig
import warnings
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nbgrader.apps import NbGrader  # type: ignore[import-untyped]
from nbgrader.converters.base import NbGraderException  # type: ignore[import-untyped]
from nbgrader.coursedir import CourseDirectory  # type: ignore[import-untyped]
from traitlets.config.loader import PyFileConfigLoader

from autograder.catalog import Kit
from autograder.crew import Recipe
from autograder.errors import SubmissionsError
from autograder.grade import new_seed, processors
from autograder.model import Mode, Report, Status, Submission
from autograder.parallel import mark_all
from autograder.report.folder import prepare, write_student
from autograder.report.gist import Gists
from autograder.routes.nbgrader.converter import Recorder
from autograder.routes.nbgrader.gradebook import register_of
from autograder.routes.nbgrader.names import CONFIG, LOG, RESULTS
from autograder.routes.nbgrader.results import answers_of
from autograder.routes.nbgrader.tables import add_to_tables


@dataclass(frozen=True)
class Outcome:
    """What became of a run: reports in order of names, how many were done before, what was not recorded and why."""

    out: Path
    reports: tuple[Report, ...]
    before: int
    failed: dict[str, str] = field(default_factory=dict)


def _ignore(report: Report, total: int) -> None:
    """Do nothing."""


def autograde(
    kit: Kit,
    course: Path,
    name: str,
    *,
    out: Path | None = None,
    jobs: int | None = None,
    seed: int | None = None,
    sandbox: Mode = "auto",
    language: str = "en",
    force: bool = False,
    on_result: Callable[[Report, int], None] = _ignore,
) -> Outcome:
    """Mark the submissions of assignment ``name`` that are not in the gradebook yet, or all with ``force``.

    Each one is recorded as soon as it is marked; one that cannot be is named in the outcome, keeps nobody
    waiting, and is tried again by the next run. Raises ``KitError``.
    """
    assignment = kit.assignment(name)
    results = (out or course / RESULTS).resolve()
    with _course(course, kit, name) as app:
        log = _log(results)
        register = register_of(app.coursedir.db_url, app.coursedir.course_id, assignment)
        recorder = Recorder(coursedir=app.coursedir, parent=app, log=log.logger)
        recorder.force = force
        recipe = Recipe(kit, name, new_seed() if seed is None else seed, sandbox)
        rubric = recipe.rubric()
        gists, reports, failed = Gists(assignment), list[Report](), dict[str, str]()
        with recorder.ready(register) as folders:
            due = [student for student in folders if recorder.is_due(student)]
            submissions = [Submission(student, folders[student] / assignment.notebook) for student in due]
            try:
                with closing(mark_all(recipe, rubric, submissions, jobs or processors())) as marked:
                    for report in filter(None, marked if submissions else ()):
                        write_student(results, report, language)
                        trouble = _recorded(recorder, report, language, log)
                        if trouble:
                            failed[report.student] = trouble
                        reports.append(gists.of(report))
                        on_result(report, len(submissions))
            finally:
                reports.sort(key=lambda report: report.student)
                add_to_tables(results, reports, language)
        return Outcome(results, tuple(reports), len(folders) - len(due), failed)


def _recorded(recorder: Recorder, report: Report, language: str, log: Log) -> str:
    """Record a report; what went wrong, in a line, or nothing. What has no mark is no zero, and is not recorded."""
    if report.status is Status.ERRORED and not report.exercises:
        return "it could not be marked: see its staff.json"
    log.lines.clear()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # SQLAlchemy's, of nbgrader's own statements
            recorder.record(report.student, answers_of(report, language))
    except NbGraderException:
        told = [line for text in log.lines for line in text.splitlines() if line.strip()]
        errors = [line for line in told if "Error" in line or "Exception" in line]
        return (errors or told or ["nbgrader refused it"])[-1].strip()
    return ""


class Log(logging.Handler):
    """Keeps what nbgrader says of the submission at hand, and writes all of it to a file."""

    def __init__(self, path: Path) -> None:
        super().__init__(logging.WARNING)
        self.path = path
        self.lines: list[str] = []
        self.logger = logging.Logger("nbgrader", logging.WARNING)
        self.logger.addHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        """Take one message."""
        self.lines.append(record.getMessage())
        with self.path.open("a", encoding="utf-8", errors="backslashreplace") as file:
            file.write(f"{record.levelname} {record.getMessage()}\n")


def _log(results: Path) -> Log:
    prepare(results)
    return Log(results / LOG)


@contextmanager
def _course(course: Path, kit: Kit, name: str) -> Iterator[Any]:
    """nbgrader with the course's configuration; what that puts into the environment, a seed say, is taken out again."""
    if not (course / CONFIG).is_file():
        raise SubmissionsError(f"{course} is no course of nbgrader's ({CONFIG} is missing): name one with --course")
    environment, path = dict(os.environ), list(sys.path)
    os.environ["AUTOGRADER_KIT"] = str(kit.root)
    try:
        app = NbGrader(config=PyFileConfigLoader(CONFIG, str(course.resolve())).load_config())
        app.coursedir = CourseDirectory(parent=app, assignment_id=name)
    finally:
        sys.path[:] = path
        os.environ.clear()
        os.environ.update(environment)
    with _scripts_at_hand():
        yield app


@contextmanager
def _scripts_at_hand() -> Iterator[None]:
    """nbgrader calls alembic by its name, whether this Python's scripts are on the path or not."""
    before = os.environ.get("PATH")
    os.environ["PATH"] = os.pathsep.join(filter(None, (sysconfig.get_path("scripts"), before)))
    try:
        yield
    finally:
        if before is None:
            del os.environ["PATH"]
        else:
            os.environ["PATH"] = before
