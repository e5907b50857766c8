"""One submission through one assignment's checks, read as a list of steps.

``mark`` opens a worker, loads the student's file, runs the checks exercise by exercise, scores them
and says what seems to be wrong.
"""

from __future__ import annotations

import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from autograder import messages
from autograder.bench import AnyBench, Bench, Work, open_bench
from autograder.diagnosis import diagnose
from autograder.diagnosis.picture import picture_of
from autograder.errors import Postponed, SandboxError, StudentFault, WorkerStopped
from autograder.examination import examine, stopped_text
from autograder.faults import raised_text
from autograder.model import (
    Exercise,
    ExerciseResult,
    Mode,
    Problem,
    Report,
    Status,
    Submission,
    Text,
    Verdict,
)
from autograder.rubrics import Rubric
from autograder.sandbox import Confinement, Workers, open_host
from autograder.scoring import score_exercise
from autograder.submissions import companions_of, read_submission

MAX_PRINTED = 10_000
"""Characters of what a submission printed, for staff."""


@contextmanager
def open_marker(rubric: Rubric, mode: Mode = "auto") -> Iterator[Marker]:
    """What marks submissions by ``rubric``, in workers as confined as ``mode`` says and the host allows."""
    assignment = rubric.assignment
    with open_host(mode, assignment.imports) as workers:
        confinement = workers.confinement(assignment.limits)
        yield Marker(replace(rubric, confinement=confinement.level), workers, confinement)


@dataclass(frozen=True)
class Marker:
    """A rubric, and workers to run student code in; ``confinement`` says what holds for them."""

    rubric: Rubric
    workers: Workers
    confinement: Confinement

    def mark(self, submission: Submission, *, patience: float | None = None) -> Report:
        """Everything known about one submission; a fault of our own becomes status ``errored``.

        With ``patience``, one that takes longer than this share of its time is not marked but ``Postponed``.
        """
        started = time.perf_counter()
        rubric = self.rubric if patience is None else self.rubric.within(patience)
        try:
            report = self._marked_at_last(submission, rubric)
        except Postponed:
            raise
        except Exception:  # whatever it is, it is ours: this student must not pay, nor the others wait
            why = traceback.format_exc()
            report = _unmarked(submission, self.rubric, Status.ERRORED, messages.GRADER_FAULT, why)
        return replace(report, assignment=self.rubric.assignment, seconds=time.perf_counter() - started)

    def _marked_at_last(self, submission: Submission, rubric: Rubric) -> Report:
        """Once more from the start where the sandbox itself has broken, which no student is to pay for."""
        try:
            return _marked(submission, rubric, self.workers)
        except SandboxError:
            return _marked(submission, rubric, self.workers)


def mark(submission: Submission, rubric: Rubric) -> Report:
    """The report on a single submission, in a worker of its own; see ``open_marker`` for many."""
    with open_marker(rubric) as marker:
        return marker.mark(submission)


def _marked(submission: Submission, rubric: Rubric, workers: Workers) -> Report:
    source = read_submission(submission, rubric.assignment, rubric.outline)
    if isinstance(source, Problem):
        return _unmarked(submission, rubric, source.status, source.text)
    with open_bench(rubric, Work(source, companions_of(submission, rubric.beside)), workers) as bench:
        report = _examined(submission, rubric, bench)
    return replace(report, printed=bench.printed[:MAX_PRINTED])


def _examined(submission: Submission, rubric: Rubric, bench: Bench) -> Report:
    """Load the module, and put every exercise to the test."""
    try:
        bench.student()
    except StudentFault as fault:
        problem = _import_problem(rubric.assignment.filename, fault, rubric)
        return _unmarked(submission, rubric, Status.BROKEN, problem, fault.trace)
    exercises = tuple(mark_exercise(exercise, rubric, bench) for exercise in rubric.assignment.exercises)
    return _report(submission, rubric, exercises)


def _import_problem(filename: str, fault: StudentFault, rubric: Rubric) -> Text:
    why = raised_text(fault)
    if isinstance(fault, WorkerStopped):
        seconds = rubric.assignment.limits.seconds
        timeout = messages.IMPORT_TIMEOUT.format(seconds=seconds)
        why = timeout if fault.kind == "timeout" else stopped_text(fault, seconds)
    text = messages.DOES_NOT_IMPORT
    return Text(text.en.format(filename=filename, error=why.en), text.zh.format(filename=filename, error=why.zh))


def mark_exercise(exercise: Exercise, rubric: Rubric, bench: AnyBench) -> ExerciseResult:
    """The exercise's points and, where some are lost, what seems to be wrong and where."""
    examined = examine(exercise, rubric, bench)
    result = score_exercise(exercise, examined.results)
    if result.complaint is None:
        return result
    try:
        return replace(result, diagnoses=diagnose(examined, rubric, bench), picture=picture_of(examined.results))
    except (Postponed, SandboxError):
        raise
    except Exception:  # ours, and no reason to withhold a mark that is made
        return replace(result, staff_detail=traceback.format_exc())


def _report(submission: Submission, rubric: Rubric, exercises: tuple[ExerciseResult, ...]) -> Report:
    errored = any(result.verdict is Verdict.ERRORED for result in exercises)
    return Report(
        student=submission.student,
        assignment=rubric.assignment,
        status=Status.ERRORED if errored else Status.GRADED,
        exercises=exercises,
        message=messages.GRADER_FAULT if errored else None,
        seconds=0.0,
        conditions=rubric.conditions,
    )


def _unmarked(submission: Submission, rubric: Rubric, status: Status, message: Text, detail: str = "") -> Report:
    """A report without a single check run."""
    return Report(submission.student, rubric.assignment, status, (), message, 0.0, rubric.conditions, detail)
