"""Graders, controllers, warm parents and workers that are killed: ``python -m tests.crash`` does it 200 times."""

from __future__ import annotations

import os
import random
import signal
import struct
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from multiprocessing import Pipe, Process
from pathlib import Path
from typing import Any

import pytest

from autograder.crew import Controller
from autograder.errors import SandboxError, WorkerStopped
from autograder.model import Limits, Report, Status, Submission
from autograder.report.folder import prepare
from autograder.rubrics import rubric_for
from autograder.sandbox import Cell, Workers, open_host
from autograder.sandbox.cell import KILLED
from autograder.sandbox.host import ForkedWorker
from autograder.sandbox.layers import Layer
from autograder.sandbox.line import CutShort
from autograder.student import Student
from tests import tiny_kit as tiny
from tests.crash.lesson import Lesson
from tests.crash.ordeal import Moment, Ordeal
from tests.crash.processes import Target
from tests.support import confinement_here, marker_for, shared_workers

MOMENTS = (
    Moment(2, 0, Target.WORKER),
    Moment(6, 500, Target.PARENT),
    Moment(12, 2_000, Target.WORKER),
    Moment(20, 3_000, Target.CONTROLLER),
    Moment(30, 100, Target.GRADER),
)
LIMITS = Limits(seconds=20, memory_mib=256)


def test_whatever_is_killed_the_results_are_the_same(lesson: Lesson, tmp_path: Path) -> None:
    """A handful of moments: nothing is lost, doubled or zeroed, and neither a process nor a file is left."""
    pid_space = Layer.PID in confinement_here().held
    ordeal = Ordeal(lesson, tmp_path / "out", random.Random(1), pid_space=pid_space)
    ordeal.endure(MOMENTS)
    assert ordeal.killed == Counter(moment.target for moment in MOMENTS)


# --------------------------------------------------------------------------------- a worker alone


def kill(cell: Cell) -> None:
    """Kill the worker from outside."""
    signal.pidfd_send_signal(transport_of(cell)._pidfd, signal.SIGKILL)


def transport_of(cell: Cell) -> ForkedWorker:
    """The worker as the trusted side holds it."""
    assert isinstance(cell._transport, ForkedWorker)
    return cell._transport


class Killed(Workers):
    """Workers of which the first few are killed as soon as there is something to do for them."""

    def __init__(self, count: int) -> None:
        self.count = count
        self._workers = shared_workers()

    @contextmanager
    def cell(self, limits: Limits, *, echo: bool = False) -> Iterator[Cell]:
        """A worker; one of the first few is dead."""
        with self._workers.cell(limits, echo=echo) as cell:
            if self.count:
                self.count -= 1
                kill(cell)
            yield cell


def marked(tmp_path: Path, kills: int) -> tuple[Report, Killed]:
    """The report on a good submission whose first workers are killed."""
    workers = Killed(kills)
    folder = tiny.hand_in(tmp_path / "class", ann=tiny.GOOD)
    marker = replace(marker_for(rubric_for(tiny.tiny_kit(tmp_path / "kit"), "adding", 7)), workers=workers)
    return marker.mark(Submission("ann", folder / "ann" / "adding.py")), workers


def test_a_student_whose_worker_was_killed_is_marked_again(tmp_path: Path) -> None:
    """Once more from the start, and nothing of it shows."""
    report, workers = marked(tmp_path, kills=1)
    assert (report.status, report.score, workers.count) == (Status.GRADED, 100, 0)


def test_a_student_whose_worker_is_killed_twice_has_no_mark(tmp_path: Path) -> None:
    """That is the grader's fault, and no 0: the next run grades again, and staff read what may be the matter."""
    report, workers = marked(tmp_path, kills=2)
    assert (report.status, report.exercises, workers.count) == (Status.ERRORED, (), 0)
    assert KILLED in report.staff_detail


@contextmanager
def loaded(source: str) -> Iterator[tuple[Student, Cell]]:
    """A worker with this text loaded."""
    with shared_workers().cell(LIMITS) as cell:
        cell.allow(LIMITS.seconds)
        student = Student(cell)
        student.load("work", source, ("numpy",))
        yield student, cell


def test_a_killed_worker_stays_nobody_s_fault() -> None:
    """Whatever is asked of it afterwards, by a check that ends for example, is told the same."""
    with loaded("def f():\n    return 1\n") as (student, cell):
        kill(cell)
        for _ in range(2):
            with pytest.raises(SandboxError, match="killed, and not by the grader"):
                student.f()


def test_who_only_hangs_up_has_not_been_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that closes its pipes and goes on is ended by the grader, and it is the student's doing."""
    monkeypatch.setattr("autograder.sandbox.host.ENDING_SECONDS", 0.1)
    with loaded("import os\ndef f():\n    os.closerange(3, 6)\n    while True: pass\n") as (student, _):
        with pytest.raises(WorkerStopped) as stopped:
            student.f()
        assert stopped.value.kind == "exit"


def test_who_is_killed_for_its_cpu_time_has_itself_to_blame() -> None:
    """The kernel kills a worker that has used all that it may."""
    with loaded("def f():\n    return 1\n") as (student, cell):
        transport_of(cell)._most_cpu_seconds = 0
        kill(cell)
        with pytest.raises(WorkerStopped):
            student.f()


class Gone:
    """A worker whose exchange ends in this error, and that was killed."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def exchange(self, frame: bytes, seconds: float, replies: int = 1) -> Any:
        """Fails."""
        raise self.error

    def end(self) -> int:
        """As it is when somebody has killed it."""
        return -signal.SIGKILL

    def was_killed(self) -> bool:
        """It was."""
        return True


@pytest.mark.parametrize("error", [CutShort("a frame cut short"), EOFError(), BrokenPipeError()])
def test_it_does_not_matter_what_a_worker_was_killed_at(error: Exception) -> None:
    """Not even where it had begun to answer."""
    with pytest.raises(SandboxError):
        Cell(Gone(error)).request([])  # type: ignore[arg-type]


def test_whose_time_is_up_is_killed_by_the_grader() -> None:
    """So it is asked of nobody who killed it."""
    with pytest.raises(WorkerStopped) as stopped:
        Cell(Gone(TimeoutError())).request([])  # type: ignore[arg-type]
    assert stopped.value.kind == "timeout"


# ------------------------------------------------------------------------- what a killed one leaves


def test_half_an_answer_is_the_end_of_a_controller() -> None:
    """One that is killed while it tells a result is replaced like any other."""
    ours, theirs = Pipe()
    os.write(theirs.fileno(), struct.pack("!i", 100) + b"half of it")
    theirs.close()
    with ours, pytest.raises(EOFError):
        Controller(ours, Process(), None).answer()


def test_half_written_files_of_a_dead_run_are_removed(tmp_path: Path) -> None:
    """Those of a run that goes on are left alone."""
    with subprocess.Popen(["true"]) as dead:
        pass
    folder = tmp_path / "ann" / "adding"
    folder.mkdir(parents=True)
    for place in (tmp_path, folder):
        (place / f".some.json.{dead.pid}.tmp").touch()
        (place / f".some.json.{os.getpid()}.tmp").touch()
    prepare(tmp_path)
    left = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert sorted(left) == sorted(place / f".some.json.{os.getpid()}.tmp" for place in (tmp_path, folder))


def test_a_warm_parent_has_no_folder_that_could_be_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its room is put together where nobody else sees it."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with open_host("auto", ("numpy",)) as workers, workers.cell(LIMITS):
        assert list(tmp_path.iterdir()) == []
