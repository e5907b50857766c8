"""Controllers: trusted processes of ours, each marking one submission after another in workers of its own.

A submission goes to one, its report comes back. Where that is safe a controller is a fork of this process, so that
nothing that is loaded here has to be loaded again; elsewhere it is started anew and builds its rubric by itself.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import pickle
import signal
import threading
import traceback
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, fields
from functools import lru_cache
from multiprocessing.connection import Connection
from multiprocessing.connection import wait as wait_for
from typing import Any, NoReturn, Protocol

from autograder import messages
from autograder.catalog import Kit
from autograder.doctor import prove_floor
from autograder.errors import Postponed, SandboxError
from autograder.marking import Marker, open_marker
from autograder.model import Mode, Report, Status, Submission
from autograder.rubrics import Rubric, rubric_for
from autograder.threads import is_safe_to_fork, one_thread_each

RARELY = 20_000
"""New objects after which the collector looks for cycles: there are few in marking."""

ALIKE = 256
"""So many parts of reports are known again."""
REST = tuple(each.name for each in fields(Report) if each.name not in ("assignment", "exercises"))

IN_HAND = 2
"""Submissions that a controller holds: the next one lies ready while the report on the last one is read."""

ENDING_SECONDS = 2.0
"""After these a controller that was told to end is told again: a signal may be lost just after a fork."""


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
    """A submission whose turn it is; after ``patience``, a share of its time, it has to wait for a turn without (None).

    ``suspect`` says that a controller has died over it.
    """

    submission: Submission
    patience: float | None
    suspect: bool = False


@dataclass(frozen=True)
class Proof:
    """An order to show that student code is confined; the answer is the level, or the ``SandboxError``."""


@dataclass(frozen=True)
class Folded:
    """A report as it travels. What is told of an exercise is the same of many students, so each lies there by itself,
    after the assignment, and what has come before is not read again.
    """

    parts: tuple[bytes, ...]
    rest: dict[str, Any]


Order = Turn | Proof
Answer = Report | str | SandboxError | None


class Process(Protocol):
    """A process of this one's."""

    def terminate(self) -> None:
        """Ask it to end."""

    @property
    def exitcode(self) -> int | None:
        """How it ended; None where it has not."""

    def join(self, timeout: float | None = None) -> None:
        """Wait until it has ended, or so many seconds."""

    def close(self) -> None:
        """Let go of what is left of it."""


class Controller:
    """One controller as this side sees it: ``in_hand`` is what it has not answered yet, in order."""

    def __init__(self, line: Connection, process: Process, place: int | None) -> None:
        self.line = line
        self.place = place
        self.in_hand: deque[Turn] = deque()
        self._process = process

    def hand(self, turn: Turn) -> None:
        """Give it another submission; if it is dead, that shows when its answer is read."""
        self.in_hand.append(turn)
        with suppress(OSError):
            self.line.send(turn)

    def answer(self) -> Report | None:
        """The report on what it has had in hand for longest, None where that is put off.

        Raises ``EOFError`` where it has died.
        """
        answer = self._received()
        self.in_hand.popleft()
        return answer if isinstance(answer, Report) else None

    def prove(self) -> str:
        """The level of confinement, above the floor by attack; raises ``SandboxError``."""
        try:
            self.line.send(Proof())
            level = self._received()
        except (OSError, EOFError) as error:
            raise SandboxError("the process that was to mark ended before it began: see what it said above") from error
        if isinstance(level, SandboxError):
            raise level
        return str(level)

    def dismiss(self) -> None:
        """Let it end when it has done what it has in hand."""
        with suppress(OSError):
            self.line.send(None)
        self._close()

    def stop(self) -> None:
        """End it in mid-work, if it has not ended yet."""
        with suppress(ValueError):  # it was let go of
            while self._process.exitcode is None:
                self._process.terminate()
                self._process.join(ENDING_SECONDS)
            self._close()

    def _received(self) -> Answer:
        try:
            answer: Folded | Answer = self.line.recv()
        except OSError as error:  # it may have died in the middle of an answer
            raise EOFError from error
        return unfolded(answer) if isinstance(answer, Folded) else answer

    def _close(self) -> None:
        self._process.join()
        self._process.close()
        self.line.close()


def start_controller(recipe: Recipe, rubric: Rubric, place: int | None) -> Controller:
    """A new controller that stays on the processor ``place``, if that is given."""
    ours, theirs = multiprocessing.Pipe()
    forked = is_safe_to_fork()
    context = multiprocessing.get_context("fork" if forked else "spawn")
    arguments = (theirs, recipe, rubric if forked else None, place)
    process = context.Process(target=serve, args=arguments)  # type: ignore[attr-defined]
    with one_thread_each():
        process.start()
    theirs.close()
    return Controller(ours, process, place)


@contextmanager
def open_crew(recipe: Recipe, rubric: Rubric, jobs: int) -> Iterator[list[Controller]]:
    """So many controllers; if the block does not end well, they are stopped in mid-work."""
    crew: list[Controller] = []
    try:
        for place in places(jobs):
            crew.append(start_controller(recipe, rubric, place))
        yield crew
        for controller in crew:
            controller.dismiss()
    except BaseException:
        for controller in crew:
            controller.stop()
        raise


def answered(crew: Sequence[Controller], seconds: float) -> list[Controller]:
    """Those with something to say, or dead, of all that have something in hand; waits so long for the first."""
    busy = {controller.line: controller for controller in crew if controller.in_hand}
    return [busy[line] for line in wait_for(list(busy), seconds) if isinstance(line, Connection)]


def places(jobs: int) -> list[int | None]:
    """A processor for each controller to stay on with its workers, as long as there is one for each.

    The two take turns and never run at once, so on one processor they hand over without waking another
    and find each other's frames in its cache: that saves a third of the CPU time.
    """
    if not hasattr(os, "sched_getaffinity"):
        return [None] * jobs
    processors = sorted(os.sched_getaffinity(0), reverse=True)  # the first ones are everybody's favourites
    return [*processors[:jobs]] if jobs <= len(processors) else [None] * jobs


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


# ------------------------------------------------------------------------------------------- in a controller


def serve(line: Connection, recipe: Recipe, rubric: Rubric | None, place: int | None) -> None:
    """Carry out orders until there are no more; see to it that no worker is left."""
    _settle(place)
    with ExitStack() as workers:
        desk = Desk(recipe, rubric, workers)
        while (order := line.recv()) is not None:
            answer = desk.proof() if isinstance(order, Proof) else desk.marked(order)
            line.send(folded(answer) if isinstance(answer, Report) else answer)


class Desk:
    """Where a controller marks: its workers are started when the first order comes."""

    def __init__(self, recipe: Recipe, rubric: Rubric | None, workers: ExitStack) -> None:
        self._recipe = recipe
        self._rubric = rubric
        self._workers = workers
        self._opened: Marker | None = None

    def proof(self) -> str | SandboxError:
        """The level of confinement, above the floor by attack."""
        try:
            marker = self._marker()
            prove_floor(marker.confinement, marker.workers, self._recipe.sandbox)
            return marker.confinement.level
        except SandboxError as error:
            return error

    def marked(self, turn: Turn) -> Report | None:
        """The report on one submission; None where it is put off."""
        try:
            return self._marker().mark(turn.submission, patience=turn.patience)
        except Postponed:
            return None
        except Exception:
            return given_up(turn.submission, self._rubric_here(), traceback.format_exc())

    def _rubric_here(self) -> Rubric:
        if self._rubric is None:
            self._rubric = self._recipe.rubric()
        return self._rubric

    def _marker(self) -> Marker:
        """What marks, made when it is first needed; raises ``SandboxError``."""
        if self._opened is None:
            opening = open_marker(self._rubric_here(), self._recipe.sandbox)
            self._opened = self._workers.enter_context(opening)
            gc.freeze()  # what is here now stays; to look through it again and again costs a submission a millisecond
            gc.set_threshold(RARELY, 2, 2)
        return self._opened


def folded(report: Report) -> Folded:
    """The report as it travels."""
    parts = (report.assignment, *report.exercises)
    return Folded(tuple(map(pickle.dumps, parts)), {name: getattr(report, name) for name in REST})


def unfolded(report: Folded) -> Report:
    """The report as it was, but for observations."""
    assignment, *exercises = map(_read, report.parts)
    return Report(assignment=assignment, exercises=tuple(exercises), **report.rest)


@lru_cache(maxsize=ALIKE)
def _read(part: bytes) -> Any:
    return pickle.loads(part)


def _settle(place: int | None) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the other side's to handle
    signal.signal(signal.SIGTERM, _end)
    if place is not None:
        os.sched_setaffinity(0, {place})
        with suppress(AttributeError, OSError):  # who is woken waits until the other has done what it can
            os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end(*_: object) -> NoReturn:
    """Leave through every ``finally``, so that the worker is killed on the way out."""
    raise SystemExit(1)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait_for([parent.sentinel])
        os.kill(os.getpid(), signal.SIGTERM)
