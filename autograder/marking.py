"""One submission through one assignment's checks, read as a list of steps.

``mark`` opens a worker, loads the student's file, runs the checks exercise by exercise and scores
them. A worker that died is replaced before the next exercise, so trouble in one costs no other.
"""

from __future__ import annotations

import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from autograder import messages
from autograder.bench import Bench, open_bench
from autograder.errors import Postponed, SandboxError, StudentFault, WorkerStopped
from autograder.model import (
    Check,
    CheckResult,
    Exercise,
    ExerciseResult,
    Limits,
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
from autograder.scoring import EARNING, score_exercise
from autograder.student import Inside, Student
from autograder.submissions import read_submission
from autograder.trial import Trial

STUMBLES = (ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError)
"""What a check may raise over an answer of a form it does not expect."""
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

        With ``patience``, in seconds, one that takes longer than that is not marked but ``Postponed``.
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
    filename = rubric.assignment.filename
    source = read_submission(submission, filename)
    if isinstance(source, Problem):
        return _unmarked(submission, rubric, source.status, source.text)
    with open_bench(rubric, source, workers) as bench:
        report = _examined(submission, rubric, bench)
    return replace(report, printed=bench.printed[:MAX_PRINTED])


def _examined(submission: Submission, rubric: Rubric, bench: Bench) -> Report:
    """Load the module, and put every exercise to the test."""
    try:
        bench.student()
    except StudentFault as fault:
        problem = _import_problem(rubric.assignment.filename, fault, rubric)
        return _unmarked(submission, rubric, Status.BROKEN, problem, fault.trace)
    exercises = tuple(_exercise(exercise, rubric, bench) for exercise in rubric.assignment.exercises)
    return _report(submission, rubric, exercises)


def _import_problem(filename: str, fault: StudentFault, rubric: Rubric) -> Text:
    why = Text(str(fault), str(fault))
    if isinstance(fault, WorkerStopped):
        limits = rubric.assignment.limits
        timeout = messages.IMPORT_TIMEOUT.format(seconds=limits.seconds)
        why = timeout if fault.kind == "timeout" else stopped_text(fault, limits)
    text = messages.DOES_NOT_IMPORT
    return Text(text.en.format(filename=filename, error=why.en), text.zh.format(filename=filename, error=why.zh))


def _exercise(exercise: Exercise, rubric: Rubric, bench: Bench) -> ExerciseResult:
    """Run an exercise's checks within its own time; once the worker has died, the rest is not run."""
    results: list[CheckResult] = []
    seconds: float | None = rubric.assignment.limits.seconds
    dead = False
    for record in rubric.checks_for(exercise):
        if dead:
            results.append(_result(record, Verdict.FAILED, messages.NOT_RUN))
            continue
        result, dead = _check(record, results, rubric, bench, seconds)
        seconds = None
        results.append(result)
    if dead:
        bench.discard()
    return score_exercise(exercise, tuple(results))


def _check(
    record: Check, earlier: list[CheckResult], rubric: Rubric, bench: Bench, seconds: float | None
) -> tuple[CheckResult, bool]:
    """The result of one check, and whether the worker died in it."""
    unmet = [result for result in earlier if result.name in record.requires and result.verdict not in EARNING]
    if unmet:
        return _skipped(record, unmet), False
    try:
        trial = Trial(bench.student(seconds), rubric.book, reveal=rubric.reveal)
        return _tried(record, trial, rubric)
    except WorkerStopped as fault:  # while the module was loaded again
        return _result(record, Verdict.FAILED, stopped_text(fault, rubric.assignment.limits)), True
    except StudentFault as fault:
        return _result(record, Verdict.FAILED, messages.FAULT.format(error=fault), fault.trace), False
    except (Postponed, SandboxError):
        raise
    except Exception:
        return _result(record, Verdict.ERRORED, messages.GRADER_FAULT, traceback.format_exc()), False


def _tried(record: Check, trial: Trial, rubric: Rubric) -> tuple[CheckResult, bool]:
    detail, dead = "", False
    try:
        _run(record, trial)
    except WorkerStopped as fault:
        trial.note("", "", stopped_text(fault, rubric.assignment.limits))
        dead = True
    except StudentFault as fault:
        detail = fault.trace
        trial.note("", "", messages.UNFINISHED if fault.unfinished else messages.FAULT.format(error=fault))
    except STUMBLES as error:
        if not trial.failed and not _runs_on_the_reference(record, rubric):
            raise
        trial.note("", "", messages.UNUSABLE.format(error=type(error).__name__))
    verdict = Verdict.FAILED if trial.failed else Verdict.PASSED
    return replace(
        _result(record, verdict, _message(trial), detail), observations=tuple(trial.observations)
    ), dead


def _run(record: Check, trial: Trial) -> None:
    try:
        record.function(trial)
    finally:
        trial.student.settle()
    if not trial.observations:
        raise AssertionError(f"check {record.name} observed nothing")


def _runs_on_the_reference(record: Check, rubric: Rubric) -> bool:
    """Whether the check stumbles over this student's answers alone; it is our own fault otherwise."""
    if rubric.book.reference is None:
        return False
    try:
        _run(record, Trial(Student(Inside(rubric.book.reference)), rubric.book))
    except Exception:
        return False
    return True


def _message(trial: Trial) -> Text | None:
    """The first thing that was wrong, with the case it was seen in."""
    for observation in trial.observations:
        if observation.problem is not None:
            text = observation.problem
            case = f" [{observation.case}]" if observation.case else ""
            return Text(text.en + case, text.zh + case)
    return None


def _skipped(record: Check, unmet: list[CheckResult]) -> CheckResult:
    names = ", ".join(result.name for result in unmet)
    return _result(record, Verdict.SKIPPED, messages.SKIPPED.format(names=names))


def _result(record: Check, verdict: Verdict, message: Text | None, detail: str = "") -> CheckResult:
    return CheckResult(record.name, record.title, record.weight, verdict, message, detail)


def stopped_text(fault: WorkerStopped, limits: Limits) -> Text:
    """A dead worker in words."""
    return messages.STOPPED[fault.kind].format(seconds=limits.seconds, detail=fault.message)


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
