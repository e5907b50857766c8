"""Grading with a gradebook: the same thing is never graded twice, changed things are, and nothing stops that."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from pathlib import Path

import pytest

import autograder.grade as grading
from autograder.catalog import Kit
from autograder.errors import SandboxError
from autograder.grade import grade
from autograder.gradebook import recorder
from autograder.gradebook.book import open_gradebook
from autograder.gradebook.queries import current_runs, history, standing
from autograder.model import Report, Status
from tests import tiny_kit as tiny
from tests.support import ROOT

KILLED = """
import os, sys
from pathlib import Path
from autograder import gathering
from autograder.catalog import Kit
from autograder.grade import grade
kit, folder, out, after, together = sys.argv[1:]
gathering.MOST, gathering.BEAT_SECONDS = int(together), 60.0
told = []
def tell(report, total):
    told.append(report)
    if len(told) == int(after):
        os.kill(os.getpid(), 9)
grade(Kit(Path(kit)), "adding", Path(folder), Path(out), jobs=1, seed=7, on_result=tell)
"""


@pytest.fixture
def kit(tmp_path: Path) -> Kit:
    """The tiny kit."""
    return tiny.tiny_kit(tmp_path / "kit")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small class."""
    folder = tiny.hand_in(tmp_path / "class", ann=tiny.GOOD, bob=tiny.WRONG, eve=tiny.BAD_SYNTAX)
    (folder / "dan").mkdir()
    return folder


class Told:
    """Who was graded, as ``grade`` tells it."""

    def __init__(self) -> None:
        self.students: list[str] = []
        self.totals: set[int] = set()

    def __call__(self, report: Report, total: int) -> None:
        self.students.append(report.student)
        self.totals.add(total)


@pytest.fixture
def run(kit: Kit, folder: Path, tmp_path: Path) -> Callable[..., tuple[list[str], dict[str, Report]]]:
    """Grades the class: who was graded, in order of names, and every report."""

    def grade_class(**more: object) -> tuple[list[str], dict[str, Report]]:
        told = Told()
        settings = {"jobs": 1, "on_result": told, **more}
        reports = grade(kit, "adding", folder, tmp_path / "out", **settings)  # type: ignore[arg-type]
        assert told.totals <= {len(told.students)}
        return sorted(told.students), {report.student: report for report in reports}

    return grade_class


Run = Callable[..., tuple[list[str], dict[str, Report]]]
ALL = ["ann", "bob", "dan", "eve"]


def files(out: Path) -> dict[str, bytes]:
    """What a folder of results holds, but for the gradebook."""
    return {
        str(path.relative_to(out)): path.read_bytes()
        for path in out.rglob("*")
        if path.is_file() and not path.name.startswith("gradebook.sqlite")
    }


def test_the_same_is_not_graded_again(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second run writes the same bytes without a worker, with the first one's seed."""
    graded, first = run()
    before = files(tmp_path / "out")
    assert graded == ALL
    shutil.rmtree(tmp_path / "out" / "bob")
    (tmp_path / "out" / "ann" / "adding" / "feedback.md").write_text("half a f")
    (tmp_path / "out" / "grades.csv").unlink()
    monkeypatch.setattr(grading, "mark_all", lambda *_: pytest.fail("a worker was wanted"))
    graded, second = run()
    assert graded == []
    assert second == first
    assert files(tmp_path / "out") == before


def test_what_has_changed_is_graded_again(run: Run, kit: Kit, folder: Path) -> None:
    """One student's file, and then everybody for the checks."""
    run()
    (folder / "bob" / "adding.py").write_text(tiny.GOOD)
    graded, reports = run()
    assert graded == ["bob"]
    assert reports["bob"].score == 100
    checks = kit.root / "assignments" / "adding" / "checks.py"
    checks.write_text(checks.read_text(encoding="utf-8") + "\n# mended\n", encoding="utf-8")
    assert run()[0] == ALL
    assert run(seed=8)[0] == ALL
    assert run()[0] == []


def test_a_fault_of_ours_is_graded_again(run: Run, folder: Path) -> None:
    """A student whose controller died has no mark until the next run."""
    (folder / "ann" / "adding.py").write_text(tiny.KILLING)
    assert run()[1]["ann"].status is Status.ERRORED
    graded, reports = run()
    assert (graded, reports["ann"].status) == (["ann"], Status.ERRORED)
    assert reports["ann"].exercises == ()


@pytest.mark.parametrize(("together", "recorded"), [(1, 2), (len(ALL), len(ALL))])
def test_a_grader_that_is_killed_loses_nothing(
    kit: Kit, folder: Path, tmp_path: Path, run: Run, together: int, recorded: int
) -> None:
    """A plain re-run grades the others, with the same seed, and the marks are those of an undisturbed run.

    Those whose files were not written yet are known all the same, if they were recorded together with another.
    """
    arguments = [str(each) for each in (kit.root, folder, tmp_path / "out", 2, together)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    killed = subprocess.run([sys.executable, "-c", KILLED, *arguments], env=environment, timeout=60, check=False)
    assert killed.returncode == -signal.SIGKILL
    graded, reports = run()
    assert len(graded) == len(ALL) - recorded
    assert {report.conditions.seed for report in reports.values()} == {7}
    grade(kit, "adding", folder, tmp_path / "undisturbed", seed=7)
    for name in ("grades.csv", "exercises.csv", *(f"{student}/adding/feedback.md" for student in ALL)):
        assert (tmp_path / "out" / name).read_bytes() == (tmp_path / "undisturbed" / name).read_bytes()
    with open_gradebook(tmp_path / "out") as book:
        assert [[each.kind for each in history(book, student)] for student in ALL] == [["recorded"]] * len(ALL)
        assert [(each.done, each.ending) for each in current_runs(book)] == [(recorded, None), (len(ALL), "done")]


def test_what_changes_while_it_is_marked_is_graded_again(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody knows which of the two was marked, so neither has a mark that holds."""
    mark_all = grading.mark_all

    def too_late(*arguments: object) -> Iterator[Report | None]:
        (folder / "bob" / "adding.py").write_text(tiny.GOOD)
        yield from mark_all(*arguments)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(grading, "mark_all", too_late)
        assert run()[1]["bob"].score == 100
    (folder / "bob" / "adding.py").write_text(tiny.WRONG)
    graded, reports = run()
    assert graded == ["bob"]
    assert reports["bob"].score == 60


def test_times_of_handing_in_are_kept(run: Run, tmp_path: Path) -> None:
    """With the result, and a later one of the same files takes its place."""
    times = [datetime(2026, 3, day, 12, tzinfo=UTC) for day in (1, 2)]
    for at in times:
        run(handed_in={"ann": at, "bob": None})
        with open_gradebook(tmp_path / "out") as book:
            assert [each.handed_in_at for each in standing(book)] == [at, None, None, None]


def test_a_run_that_is_stopped_says_so(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was graded by then is known."""
    monkeypatch.setattr("autograder.gathering.MOST", 1)

    def interrupt(report: Report, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(on_result=interrupt)
    with open_gradebook(tmp_path / "out") as book:
        assert [(each.done, each.ending) for each in current_runs(book)] == [(1, "stopped")]
    assert len(run()[0]) == 3


@pytest.mark.parametrize("end", [KeyboardInterrupt(), SandboxError("it is closed")])
def test_what_has_come_when_a_run_is_stopped_is_recorded(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, end: BaseException
) -> None:
    """Though no beat has come since: it is in the gradebook, in the students' files and in the tables."""
    mark_all, told = grading.mark_all, Told()

    def stopped(*arguments: object) -> Iterator[Report | None]:
        yield from islice(filter(None, mark_all(*arguments)), 3)  # type: ignore[arg-type]
        raise end

    with monkeypatch.context() as patched:
        patched.setattr(grading, "mark_all", stopped)
        with pytest.raises(type(end)):
            run(on_result=told)
    with open_gradebook(tmp_path / "out") as book:
        assert [each.student for each in standing(book)] == sorted(told.students)
        assert [(each.done, each.ending) for each in current_runs(book)] == [(3, "stopped")]
    table = (tmp_path / "out" / "grades.csv").read_text(encoding="utf-8")
    for student in told.students:
        assert (tmp_path / "out" / student / "adding" / "feedback.md").is_file()
        assert f'\n"{student}",' in table
    graded, reports = run()
    assert sorted((*graded, *told.students)) == sorted(reports) == ALL


def test_what_is_being_recorded_when_a_run_is_stopped_is_recorded(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the middle of a transaction, too: it is begun anew, and the students' files and the tables are written."""
    record, told = recorder.record, Told()

    def interrupted(*arguments: object) -> list[Report]:
        monkeypatch.setattr(recorder, "record", record)
        raise KeyboardInterrupt

    monkeypatch.setattr("autograder.gathering.MOST", 3)
    monkeypatch.setattr("autograder.gathering.BEAT_SECONDS", 60.0)
    monkeypatch.setattr(recorder, "record", interrupted)
    with pytest.raises(KeyboardInterrupt):
        run(on_result=told)
    with open_gradebook(tmp_path / "out") as book:
        students = [each.student for each in standing(book)]
    assert len(students) == 3 and told.students == []
    assert sorted(path.parent.parent.name for path in (tmp_path / "out").glob("*/adding/feedback.md")) == students
    table = (tmp_path / "out" / "grades.csv").read_text(encoding="utf-8")
    assert [line.split(",")[0] for line in table.splitlines()[1:]] == [f'"{student}"' for student in students]


def test_a_class_may_be_graded_into_postgresql(place: str, kit: Kit, folder: Path, tmp_path: Path) -> None:
    """Two folders of results share one gradebook, wherever it is: the second is written from it."""
    told = Told()
    grade_into = partial(grade, kit, "adding", folder, gradebook=place, jobs=2, on_result=told)
    first = grade_into(tmp_path / "one")
    assert grade_into(tmp_path / "two") == first
    assert sorted(told.students) == ALL
    assert files(tmp_path / "one") == files(tmp_path / "two")
    assert not (tmp_path / "one" / "gradebook.sqlite").exists()
