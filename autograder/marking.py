"""One submission through one assignment's checks, read as a list of steps.

``mark`` opens a worker, loads the student's file, runs the checks exercise by exercise and scores
them. A worker that died is replaced before the next exercise, so trouble in one costs no other.
"""

from __future__ import annotations

import time
import traceback
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace

from autograder import __version__, messages
from autograder.errors import StudentFault, WorkerStopped
from autograder.model import (
    Assignment,
    Check,
    CheckResult,
    Conditions,
    Exercise,
    ExerciseResult,
    Limits,
    Report,
    Status,
    Submission,
    Text,
    Verdict,
)
from autograder.sandbox import CONFINEMENT, Cell, open_cell
from autograder.scoring import EARNING, score_exercise
from autograder.student import Inside, Student
from autograder.submissions import read_source
from autograder.trial import CaseBook, Trial

STUMBLES = (ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError)
"""What a check may raise over an answer of a form it does not expect."""


@dataclass(frozen=True)
class Rubric:
    """What every submission of a run is marked by: the assignment, its checks and their cases."""

    assignment: Assignment
    checks: tuple[Check, ...]
    book: CaseBook
    reveal: bool = False
    echo: bool = False

    @property
    def conditions(self) -> Conditions:
        """What is written into every result so that it can be repeated."""
        return Conditions(self.book.seed, __version__, CONFINEMENT)

    def checks_for(self, exercise: Exercise) -> tuple[Check, ...]:
        """The exercise's checks, in order."""
        return tuple(record for record in self.checks if record.exercise == exercise.name)


class Bench:
    """Keeps a worker with the student's module loaded, and replaces it once it has died."""

    def __init__(self, rubric: Rubric, source: str) -> None:
        self._rubric = rubric
        self._source = source
        self._cell: Cell | None = None
        self._stack = ExitStack()

    def student(self, seconds: float | None = None) -> Student:
        """The loaded module, in a worker that may take ``seconds`` from now on (None: what is left)."""
        assignment = self._rubric.assignment
        if self._cell is None:
            self._cell = self._stack.enter_context(open_cell(assignment.limits, echo=self._rubric.echo))
            self._cell.allow(assignment.limits.seconds)
            Student(self._cell).load(assignment.name, self._source, assignment.imports)
        if seconds is not None:
            self._cell.allow(seconds)
        return Student(self._cell)

    def discard(self) -> None:
        """Give the worker up; the next ``student`` gets a new one."""
        self._stack.close()
        self._cell = None


@contextmanager
def open_bench(rubric: Rubric, source: str) -> Iterator[Bench]:
    """A bench whose worker is gone at the end."""
    bench = Bench(rubric, source)
    try:
        yield bench
    finally:
        bench.discard()


def mark(submission: Submission, rubric: Rubric) -> Report:
    """Everything known about one submission; a fault of our own becomes status ``errored``."""
    started = time.perf_counter()
    try:
        report = _marked(submission, rubric)
    except Exception:  # whatever it is, it is ours: this student must not pay, nor the others wait
        report = _unmarked(submission, rubric, Status.ERRORED, messages.GRADER_FAULT, traceback.format_exc())
    return replace(report, seconds=time.perf_counter() - started)


def _marked(submission: Submission, rubric: Rubric) -> Report:
    filename = rubric.assignment.filename
    if submission.path is None:
        return _unmarked(submission, rubric, Status.MISSING, messages.MISSING.format(filename=filename))
    source = submission.problem or read_source(submission.path)
    if isinstance(source, Text):
        return _unmarked(submission, rubric, Status.BROKEN, source)
    with open_bench(rubric, source) as bench:
        try:
            bench.student()
        except StudentFault as fault:
            return _unmarked(submission, rubric, Status.BROKEN, _import_problem(filename, fault, rubric), fault.trace)
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
    record.function(trial)
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
