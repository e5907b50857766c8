"""Many submissions at once: a pool of controllers, each marking one submission after another.

A controller is a trusted process of ours that builds the rubric once and opens a worker for each
submission. Should one die all the same, the submissions that were under way are marked again,
each alone in a pool of its own, so that only the one to blame is given up.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import threading
import traceback
from collections import deque
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from multiprocessing.connection import wait as wait_for
from multiprocessing.queues import SimpleQueue
from multiprocessing.util import Finalize
from typing import NoReturn

from autograder import messages
from autograder.catalog import Kit
from autograder.doctor import breaches
from autograder.errors import Postponed
from autograder.marking import Marker, open_marker
from autograder.model import Mode, Report, Status, Submission
from autograder.rubrics import Rubric, rubric_for
from autograder.sandbox import require_floor
from autograder.sandbox.start import ONE_THREAD

FIRST_LOOK = 10
"""The share of an exercise's time that a submission gets before all others have had their turn."""

RARELY = 20_000
"""New objects after which the collector looks for cycles: there are few in marking."""

IN_FLIGHT = 4
"""Submissions handed out at a time for each controller, so that memory does not grow with the class."""

_recipes: list[Recipe] = []
_markers: list[Marker] = []
"""In a controller: what it makes its marker of, and the one it marks with."""


@dataclass(frozen=True)
class Recipe:
    """What a controller needs to build its rubric by itself."""

    kit: Kit
    name: str
    seed: int
    sandbox: Mode = "auto"

    def rubric(self) -> Rubric:
        """The rubric of the run; raises ``KitError`` where the assignment's own files are wrong."""
        return rubric_for(self.kit, self.name, self.seed)


@dataclass(frozen=True)
class Turn:
    """A submission whose turn it is; after ``patience`` seconds it has to wait for a turn without (None)."""

    submission: Submission
    patience: float | None


@dataclass
class Shift:
    """What one pool is working through: ``suspects`` were under way when a controller died."""

    waiting: deque[Turn]
    under_way: dict[Future[Report | None], Submission] = field(default_factory=dict)
    suspects: list[Submission] = field(default_factory=list)


def mark_all(
    recipe: Recipe, rubric: Rubric, submissions: Sequence[Submission], jobs: int
) -> Generator[Report, None, None]:
    """The report on every submission, each as soon as it is there, in no particular order.

    One that takes long, an endless loop say, is put off until all others are marked, and then gets all
    its time: it delays nobody. ``rubric`` is what ``recipe`` makes: here it is needed for its limits
    and for what has to be given up. Raises ``SandboxError``, before any submission is opened, where student
    code could reach files or the network.
    """
    patience = rubric.assignment.limits.seconds / FIRST_LOOK
    waiting = deque(Turn(submission, patience) for submission in submissions)
    while waiting:
        shift = Shift(waiting)
        with _pool(recipe, min(jobs, len(waiting))) as pool:
            if not rubric.confinement:
                rubric = replace(rubric, confinement=pool.submit(_prove).result())
            yield from _work(pool, shift, jobs * IN_FLIGHT, rubric)
        for submission in shift.suspects:
            yield _alone(recipe, submission, rubric)


def _work(pool: ProcessPoolExecutor, shift: Shift, window: int, rubric: Rubric) -> Iterator[Report]:
    """Hand out submissions, ``window`` at a time, and yield what comes back until the pool breaks."""
    while not shift.suspects and (shift.waiting or shift.under_way):
        _hand_out(pool, shift, window)
        done, _ = wait(shift.under_way, return_when=FIRST_COMPLETED)
        for future in done:
            submission = shift.under_way.pop(future)
            if isinstance(future.exception(), BrokenProcessPool):
                shift.suspects.append(submission)
            elif report := _answer(future, submission, rubric):
                yield report
            else:
                shift.waiting.append(Turn(submission, None))
    yield from _settle(shift)


def _hand_out(pool: ProcessPoolExecutor, shift: Shift, window: int) -> None:
    while shift.waiting and len(shift.under_way) < window:
        turn = shift.waiting.popleft()
        try:
            shift.under_way[pool.submit(_mark_here, turn)] = turn.submission
        except BrokenProcessPool:
            shift.suspects.append(turn.submission)
            return


def _settle(shift: Shift) -> Iterator[Report]:
    """After a break: what had been marked counts, and whatever else was handed out is suspect."""
    wait(shift.under_way)
    for future, submission in shift.under_way.items():
        report = None if future.exception() else future.result()
        if report is None:
            shift.suspects.append(submission)
        else:
            yield report


def _alone(recipe: Recipe, submission: Submission, rubric: Rubric) -> Report:
    """Mark a suspect in a pool of its own; a controller that dies now was killed by this submission."""
    try:
        with _pool(recipe, 1) as pool:
            future = pool.submit(_mark_here, Turn(submission, None))
            return _answer(future, submission, rubric) or given_up(submission, rubric, "put off for ever")
    except BrokenProcessPool:  # before it was even handed out
        return given_up(submission, rubric, traceback.format_exc())


def _answer(future: Future[Report | None], submission: Submission, rubric: Rubric) -> Report | None:
    """The report, or None where the submission has to wait for its turn."""
    try:
        return future.result()
    except Exception:
        return given_up(submission, rubric, traceback.format_exc())


def given_up(submission: Submission, rubric: Rubric, detail: str) -> Report:
    """The report on a submission that could not be marked, through no fault of the student's."""
    return Report(
        student=submission.student,
        assignment=rubric.assignment,
        status=Status.ERRORED,
        exercises=(),
        message=messages.GRADER_FAULT,
        seconds=0.0,
        conditions=rubric.conditions,
        staff_detail=detail,
    )


@contextmanager
def _pool(recipe: Recipe, jobs: int) -> Iterator[ProcessPoolExecutor]:
    """A pool of controllers; if the block does not end well, they are stopped in mid-work."""
    with _one_thread_each():
        context = multiprocessing.get_context("spawn")
        places = context.SimpleQueue()
        for place in _places(jobs):
            places.put(place)
        pool = ProcessPoolExecutor(jobs, mp_context=context, initializer=_begin, initargs=(recipe, places))
        try:
            yield pool
        except BaseException:
            _stop(pool)
            raise
        finally:
            pool.shutdown(cancel_futures=True)


@contextmanager
def _one_thread_each() -> Iterator[None]:
    """Controllers started in this block have one BLAS thread each, or they fight for the cores."""
    before = {name: os.environ.get(name) for name in ONE_THREAD}
    os.environ.update(ONE_THREAD)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _stop(pool: ProcessPoolExecutor) -> None:
    # There is no public way to reach a pool's processes before Python 3.14.
    for process in list((getattr(pool, "_processes", None) or {}).values()):
        process.terminate()


def _places(jobs: int) -> list[int | None]:
    """A processor for each controller to stay on with its workers, as long as there is one for each.

    The two take turns and never run at once, so on one processor they hand over without waking another
    and find each other's frames in its cache: that saves a third of the CPU time.
    """
    if not hasattr(os, "sched_getaffinity"):
        return [None] * jobs
    processors = sorted(os.sched_getaffinity(0), reverse=True)  # the first ones are everybody's favourites
    return [*processors[:jobs]] if jobs <= len(processors) else [None] * jobs


def _begin(recipe: Recipe, places: SimpleQueue[int | None]) -> None:
    """In a new controller: take the recipe, and see to it that no worker outlives it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    place = places.get()
    if place is not None:
        os.sched_setaffinity(0, {place})
    signal.signal(signal.SIGTERM, _end)
    _recipes[:] = [recipe]
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _marker() -> Marker:
    """In a controller: the one it marks with, made when it is first needed; raises ``SandboxError``."""
    if not _markers:
        (recipe,) = _recipes
        workers = ExitStack()
        Finalize(None, workers.close, exitpriority=0)  # such a process ends without atexit
        _markers.append(workers.enter_context(open_marker(recipe.rubric(), recipe.sandbox)))
        gc.freeze()  # what is here now stays; to look through it again and again costs a submission a millisecond
        gc.set_threshold(RARELY, 2, 2)
    return _markers[0]


def _prove() -> str:
    """In the first controller: the level of confinement, above the floor by attack; raises ``SandboxError``."""
    marker = _marker()
    if _recipes[0].sandbox != "none":
        require_floor(marker.confinement, breaches(marker.workers))
    return marker.confinement.level


def _end(*_: object) -> NoReturn:
    """Leave through every ``finally``, so that the worker is killed on the way out."""
    raise SystemExit(1)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait_for([parent.sentinel])
        os.kill(os.getpid(), signal.SIGTERM)


def _mark_here(turn: Turn) -> Report | None:
    """In a controller: mark one submission; None where it is put off."""
    try:
        return without_arrays(_marker().mark(turn.submission, patience=turn.patience))
    except Postponed:
        return None
    except SystemExit:  # the pool would take it for an answer and go on
        os._exit(1)


def without_arrays(report: Report) -> Report:
    """The report without its observations, which hold arrays and are of no use to people."""
    exercises = tuple(
        replace(result, checks=tuple(replace(each, observations=()) for each in result.checks))
        for result in report.exercises
    )
    return replace(report, exercises=exercises)
