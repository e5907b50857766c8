"""One exercise's checks put to one submission: what they saw, and how each of them ended.

The checks of an exercise share its time. A worker that died is given up, so trouble in one exercise
costs no other.
"""

from __future__ import annotations

import itertools
import traceback
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from autograder import messages
from autograder.bench import AnyBench
from autograder.errors import Postponed, SandboxError, StudentFault, WorkerStopped
from autograder.faults import fault_text
from autograder.model import Check, CheckResult, Exercise, Kind, Question, Text, Verdict
from autograder.rubrics import Rubric
from autograder.scoring import EARNING
from autograder.student import Inside, Student
from autograder.trial import Trial

STUMBLES = (ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError)
"""What a check may raise over an answer of a form it does not expect."""


@dataclass(frozen=True)
class Examined:
    """The verdicts of an exercise's checks, in order; ``dead`` where the worker died in one of them."""

    exercise: Exercise
    results: tuple[CheckResult, ...]
    dead: bool = False


def examine(exercise: Exercise, rubric: Rubric, bench: AnyBench) -> Examined:
    """Run an exercise's checks within its own time; once the worker has died, the rest is not run."""
    results: list[CheckResult] = []
    seconds: float | None = rubric.assignment.seconds_for(exercise)
    dead = False
    records = rubric.checks_for(exercise)
    for place, record in enumerate(records):
        if dead:
            results.append(_result(record, Verdict.FAILED, messages.NOT_RUN))
            continue
        ahead = _read_from_here(records, place)
        result, dead = _check(record, results, rubric, bench, seconds, ahead)
        seconds = None
        results.append(replace(result, printed=bench.overheard()) if rubric.reveal else result)
    if dead or _ends_in_what_nobody_read(bench):
        bench.discard()
    return Examined(exercise, tuple(results), dead)


def _read_from_here(records: Sequence[Check], place: int) -> Sequence[Question]:
    """What the check in this place and those after it read, where it is the first of several: up to a timed one.

    While something is timed, nothing else is on its way.
    """
    if place and not records[place - 1].timed:
        return ()
    untimed = itertools.takewhile(lambda record: not record.timed, records[place:])
    return tuple(dict.fromkeys(question for record in untimed for question in record.reads))


def _ends_in_what_nobody_read(bench: AnyBench) -> bool:
    """Whether the worker died of questions that were put for checks that were skipped: that costs nobody points."""
    try:
        bench.student().hear_all()
    except WorkerStopped:
        return True
    except StudentFault:  # while the module was loaded again, as somebody else has been told
        return False
    return False


def look_further(examined: Examined, rubric: Rubric, bench: AnyBench) -> tuple[CheckResult, ...]:
    """What the checks that were skipped would have seen, in the time that is left: for diagnosis, not for marks."""
    skipped = {result.name for result in examined.results if result.verdict is Verdict.SKIPPED}
    seen: list[CheckResult] = []
    for record in rubric.checks_for(examined.exercise):
        if record.name in skipped and not record.timed and not record.costly:
            seen.append(put(record, rubric, bench))
    return tuple(seen)


def put(record: Check, rubric: Rubric, bench: AnyBench) -> CheckResult:
    """One check by itself, in the time that is left."""
    result, dead = _check(record, None, rubric, bench, None)
    if dead:
        bench.discard()
    return result


def _check(
    record: Check,
    earlier: list[CheckResult] | None,
    rubric: Rubric,
    bench: AnyBench,
    seconds: float | None,
    ahead: Sequence[Question] = (),
) -> tuple[CheckResult, bool]:
    """The result of one check, and whether the worker died in it; None ``earlier`` where it is not to be skipped.

    The questions ``ahead`` are put first.
    """
    unmet = [each for each in earlier or () if each.name in record.requires and each.verdict not in EARNING]
    if unmet:
        return _skipped(record, unmet), False
    try:
        trial = Trial(bench.student(seconds), rubric.book, reveal=rubric.reveal)
        return _tried(record, trial, rubric, ahead)
    except WorkerStopped as fault:  # while the module was loaded again
        result = _result(record, Verdict.FAILED, stopped_text(fault, _seconds(record, rubric)))
        return replace(result, stopped=True), True
    except StudentFault as fault:
        return _result(record, Verdict.FAILED, fault_text(fault), fault.trace), False
    except (Postponed, SandboxError):
        raise
    except Exception:
        return _result(record, Verdict.ERRORED, messages.GRADER_FAULT, traceback.format_exc()), False


def _tried(record: Check, trial: Trial, rubric: Rubric, ahead: Sequence[Question]) -> tuple[CheckResult, bool]:
    detail, stumble, dead = "", "", False
    try:
        trial.student.ahead(partial(trial.once, question) for question in ahead)
        _run(record, trial)
    except WorkerStopped as fault:
        trial.note("", "", stopped_text(fault, _seconds(record, rubric)), fault, kind=Kind.STOP)
        dead = True
    except StudentFault as fault:
        detail = fault.trace
        trial.note("", "", fault_text(fault), fault, kind=Kind.FAULT)
    except STUMBLES as error:
        if not trial.failed and not _runs_on_the_reference(record, rubric):
            raise
        stumble = traceback.format_exc()  # it may be the check's own mistake after all: staff see it
        trial.note("", "", messages.UNUSABLE.format(error=type(error).__name__))
    verdict = Verdict.FAILED if trial.failed else Verdict.PASSED
    result = _result(record, verdict, _message(trial), detail)
    return replace(result, observations=tuple(trial.observations), stumble=stumble, stopped=dead), dead


def _run(record: Check, trial: Trial) -> None:
    try:
        record.function(trial)
    finally:
        trial.student.settle()
    if not trial.observations:
        raise AssertionError(f"check {record.name} compared nothing: call one of trial.expect_...")


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


def _seconds(record: Check, rubric: Rubric) -> float:
    """How long the exercise that the check belongs to may take."""
    return next(
        rubric.assignment.seconds_for(each) for each in rubric.assignment.exercises if each.name == record.exercise
    )


def stopped_text(fault: WorkerStopped, seconds: float) -> Text:
    """A dead worker in words, where it might take ``seconds``."""
    return messages.STOPPED[fault.kind].format(seconds=seconds, detail=fault.message)
