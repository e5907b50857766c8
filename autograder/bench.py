"""One submission's worker while it is marked: loaded when it is needed, replaced once it has died."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from types import ModuleType
from typing import Protocol

from autograder.errors import Postponed, WorkerStopped
from autograder.protocol import Reply
from autograder.requests import Companion, Operations
from autograder.rubrics import Rubric
from autograder.sandbox import Cell, Workers
from autograder.student import Inside, Student


class AnyBench(Protocol):
    """Where a submission is put to the test."""

    def student(self, seconds: float | None = None) -> Student:
        """The loaded module, which may take ``seconds`` from now on (None: what is left)."""

    def overheard(self) -> str:
        """What the code has printed since this was last asked."""

    def discard(self) -> None:
        """Give it up; the next ``student`` starts anew."""


@dataclass(frozen=True)
class Work:
    """What a student has handed in: the module that is marked, as text, and those beside it."""

    source: str
    companions: tuple[Companion, ...] = ()


class InsideBench:
    """A module of our own, in this process, with those it uses ``beside`` it; nothing limits its time."""

    def __init__(self, module: ModuleType, source: str = "", beside: Mapping[str, ModuleType] | None = None) -> None:
        self._student = Student(Inside(module, source, beside))

    def student(self, seconds: float | None = None) -> Student:
        """The module."""
        return self._student

    def overheard(self) -> str:
        """Nothing is kept."""
        return ""

    def discard(self) -> None:
        """Nothing to give up."""


class FirstLook:
    """A cell whose overrunning its time is no verdict yet."""

    def __init__(self, cell: Cell) -> None:
        self._cell = cell

    def stream(self, batches: Sequence[Operations]) -> Iterator[Reply]:
        """See ``Cell.stream``; raises ``Postponed`` where the time is up."""
        try:
            yield from self._cell.stream(batches)
        except WorkerStopped as stop:
            if stop.kind == "timeout":
                raise Postponed from stop
            raise

    def cpu_seconds(self) -> float:
        """See ``Cell.cpu_seconds``."""
        return self._cell.cpu_seconds()


class Bench:
    """Keeps a worker with the student's module loaded, and replaces it once it has died."""

    def __init__(self, rubric: Rubric, work: Work, workers: Workers) -> None:
        self._rubric = rubric
        self._work = work
        self._workers = workers
        self._cell: Cell | None = None
        self._student: Student | None = None
        self._stack = ExitStack()
        self.printed = ""

    def student(self, seconds: float | None = None) -> Student:
        """The loaded module, in a worker that may take ``seconds`` from now on (None: what is left)."""
        assignment = self._rubric.assignment
        if self._cell is None or self._student is None:
            self._cell = self._stack.enter_context(self._workers.cell(assignment.limits, echo=self._rubric.echo))
            self._cell.allow(assignment.limits.seconds)
            self._student = Student(FirstLook(self._cell) if self._rubric.first_look else self._cell)
            self._student.load(assignment.name, self._work.source, assignment.imports, self._work.companions)
        if seconds is not None:
            self._cell.allow(seconds)
        return self._student

    def overheard(self) -> str:
        """What the code has printed since this was last asked; ``printed`` holds all of it."""
        heard = self._cell.printed() if self._cell is not None else ""
        self.printed += heard
        return heard

    def discard(self) -> None:
        """Give the worker up; the next ``student`` gets a new one."""
        self.overheard()
        self._stack.close()
        if self._student is not None:
            self._student.close()
        self._cell = self._student = None


@contextmanager
def open_bench(rubric: Rubric, work: Work, workers: Workers) -> Iterator[Bench]:
    """A bench whose worker is gone at the end."""
    bench = Bench(rubric, work, workers)
    try:
        yield bench
    finally:
        bench.discard()
