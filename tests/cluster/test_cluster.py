"""Grading on real machines, as far as processes on loopback are any: a scheduler, workers, and some that are killed."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import psutil
import pytest
from click.testing import CliRunner
from distributed import Client

from autograder.cli import main
from autograder.cluster import Cluster, post
from autograder.errors import ClusterError
from autograder.grade import grade
from autograder.model import Report, Status
from tests import tiny_kit as tiny
from tests.cluster.machines import Machines, free_port
from tests.confined_hosts import Host, without_libraries
from tests.support import ROOT

pytestmark = pytest.mark.cluster

BARE = Host("bare", namespaces=False, libraries=False)
SAME = ("grades.csv", "exercises.csv", "*/adding/feedback.md", "*/adding/results.json")
"""What says nothing of when and where something was marked."""
TIME = re.compile(rb'"execution_time": [0-9.]+')
TAKES_ALONG = "os.kill(os.getppid(), 9)"


@pytest.fixture(scope="module")
def machines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machines]:
    """A scheduler and two workers."""
    with closing(Machines(tmp_path_factory.mktemp("machines"))) as running:
        running.scheduler()
        running.worker()
        running.worker()
        yield running


@pytest.fixture
def lonely(tmp_path: Path) -> Iterator[Machines]:
    """A scheduler that has no workers."""
    with closing(Machines(tmp_path)) as running:
        running.scheduler()
        yield running


@pytest.fixture
def client(machines: Machines) -> Iterator[Client]:
    """A client of the scheduler, when there are two workers."""
    with machines.client() as client:
        client.wait_for_workers(2, timeout=60)
        yield client


class Run:
    """A class graded on the cluster: what came of it, and what was told meanwhile."""

    def __init__(self, root: Path, machines: Machines, **sources: str) -> None:
        self.kit = tiny.tiny_kit(root / "kit", seconds=2)
        self.folder = tiny.hand_in(root / "class", **sources)
        self.out = root / "out"
        self.told: list[str] = []
        self.cluster = Cluster(machines.address, self.told.append)

    def reports(self, on_result: Callable[[Report, int], None] = lambda report, total: None) -> dict[str, Report]:
        """Grade it."""
        found = grade(
            self.kit, "adding", self.folder, self.out, seed=7, cluster=self.cluster, on_result=on_result
        )
        return {report.student: report for report in found}


def many(count: int) -> dict[str, str]:
    """So many students whose answers are right."""
    return {f"good_{number:03}": tiny.GOOD for number in range(count)}


def written(out: Path) -> dict[str, bytes]:
    """The files of results but for how long something took: the same wherever they were made."""
    paths = [path for pattern in SAME for path in sorted(out.glob(pattern))]
    return {str(path.relative_to(out)): TIME.sub(b"", path.read_bytes()) for path in paths}


def zoo() -> dict[str, str]:
    """Every kind of answer that gets a mark."""
    return {
        "good": tiny.GOOD, "wrong": tiny.WRONG, "half": tiny.HALF, "raising": tiny.RAISING, "syntax": tiny.BAD_SYNTAX,
        "exiting": tiny.EXITING, "looping": tiny.LOOPING_ADD, "confusing": tiny.CONFUSING,
    }  # fmt: skip


def test_marks_are_those_of_a_local_run(client: Client, machines: Machines, tmp_path: Path) -> None:
    """Byte for byte the same tables and the same files for students, and nothing is left on the workers."""
    run = Run(tmp_path, machines, **zoo())
    (run.folder / "nothing").mkdir()
    below: set[psutil.Process] = set()

    def look(report: Report, total: int) -> None:
        below.update(child for each in machines.running.values() for child in controllers_below(each))

    reports = run.reports(look)
    grade(run.kit, "adding", run.folder, tmp_path / "local", seed=7, jobs=1)
    assert written(run.out) == written(tmp_path / "local")
    assert len(written(run.out)) == 2 + 2 * len(reports)
    assert {report.conditions.confinement for report in reports.values()} != {""}
    assert run.told == []
    assert below
    assert psutil.wait_procs(below, timeout=30)[1] == []
    assert not list(machines.folder.rglob("autograder-*"))


def controllers_below(machine: subprocess.Popen[bytes]) -> list[psutil.Process]:
    """The controllers that a machine runs."""
    children = psutil.Process(machine.pid).children(recursive=True)
    return [each for each in children if "autograder.cluster.controller" in each.cmdline()]


def test_a_poisonous_submission_is_set_aside(client: Client, machines: Machines, tmp_path: Path) -> None:
    """What kills its controller twice has no mark, is told, and takes neither a worker nor anybody's result along."""
    run = Run(tmp_path, machines, killer=tiny.KILLING, **many(20))
    before = set(client.scheduler_info()["workers"])
    details: dict[str, str] = {}
    reports = run.reports(lambda report, total: details.update({report.student: report.staff_detail}))
    assert {name for name, report in reports.items() if report.status is Status.ERRORED} == {"killer"}
    assert details["killer"] == "set aside: its worker died twice"
    assert all(report.score == 100 for name, report in reports.items() if name != "killer")
    assert run.told == ["killer is set aside: its worker died twice"]
    assert set(client.scheduler_info()["workers"]) == before


def test_one_that_takes_workers_along_takes_two(client: Client, machines: Machines, tmp_path: Path) -> None:
    """The third worker never sees it; those that were lost are started again, and take part again."""
    run = Run(tmp_path, machines, killer=tiny.KILLING, **many(20))
    checks = run.kit.root / "assignments" / "adding" / "checks.py"
    checks.write_text(checks.read_text(encoding="utf-8").replace("os._exit(9)", TAKES_ALONG), encoding="utf-8")
    reports = run.reports()
    assert sum("is lost" in line for line in run.told) == 2
    assert {name for name, report in reports.items() if report.status is Status.ERRORED} == {"killer"}
    assert len(reports) == 21


def test_a_worker_killed_half_way_costs_nothing(client: Client, machines: Machines, tmp_path: Path) -> None:
    """What it was at is graded by the other, and the marks are those of a run that nobody disturbed."""
    names = {address: each["name"] for address, each in client.scheduler_info()["workers"].items()}
    run = Run(tmp_path, machines, wrong=tiny.WRONG, **many(60))
    done: list[Report] = []
    killed: list[str] = []

    def strike(report: Report, total: int) -> None:
        done.append(report)
        busy = marking(client)
        if len(done) >= 5 and busy and not killed:
            killed.append(busy[0])
            machines.kill(names[busy[0]])

    run.reports(strike)
    machines.worker()
    (told,) = run.told
    assert told.startswith(f"worker {killed[0]} is lost: ")
    grade(run.kit, "adding", run.folder, tmp_path / "local", seed=7, jobs=1)
    assert written(run.out) == written(tmp_path / "local")


def marking(client: Client) -> list[str]:
    """The workers that have submissions in hand."""
    return [place for place, keys in client.processing().items() if any(str(key).startswith("mark-") for key in keys)]


@pytest.mark.skipif(bool(BARE.impossible), reason=BARE.impossible)
def test_a_worker_below_the_floor_gets_nothing(lonely: Machines, tmp_path: Path) -> None:
    """It is left out before it is sent a submission, and where there is no other nothing is graded."""
    launcher = ROOT / "tests" / "attacks" / "launcher.py"
    interpreter = without_libraries(tmp_path / "bare")
    lonely.worker(sys.executable, launcher, tmp_path / "end.json", "--no-namespaces", "--", interpreter)
    run = Run(tmp_path, lonely, ann=tiny.GOOD)
    with pytest.raises(ClusterError, match="no worker of the cluster may grade"):
        run.reports()
    (told,) = run.told
    assert "is left out: student code could reach files and the network" in told
    assert not (run.out / "ann").exists()


def test_without_a_scheduler_there_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command ends with 2, in a time that is bounded, and has graded nothing."""
    monkeypatch.setattr(post, "CONNECT_SECONDS", 0.5)
    kit, folder = tiny.tiny_kit(tmp_path / "kit"), tiny.hand_in(tmp_path / "class", ann=tiny.GOOD)
    words = ["grade", folder, "--assignment", "adding", "--out", tmp_path / "out", "--kit", kit.root]
    where = f"tcp://127.0.0.1:{free_port()}"
    done = CliRunner().invoke(main, [*map(str, words), "--cluster", where])
    assert done.exit_code == 2
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"autograder: no dask scheduler can be reached at {where}")
    assert not (tmp_path / "out" / "ann").exists()


def test_a_scheduler_without_workers_is_not_waited_for(
    lonely: Machines, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where no worker comes in time, the run ends."""
    monkeypatch.setattr("autograder.cluster.mark.WAIT_SECONDS", 0.1)
    lonely.client().close()
    with pytest.raises(ClusterError, match="no worker has been ready"):
        Run(tmp_path, lonely, ann=tiny.GOOD).reports()


def test_without_its_scheduler_a_run_ends(lonely: Machines, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One line says so, and what was graded by then is kept."""
    monkeypatch.setattr(post, "CONNECT_SECONDS", 5)
    lonely.client().close()
    lonely.worker()
    run = Run(tmp_path, lonely, **many(30))

    def strike(report: Report, total: int) -> None:
        if "scheduler" in lonely.running:
            lonely.kill("scheduler")

    with pytest.raises(ClusterError, match="the scheduler is gone"):
        run.reports(strike)
    assert (run.out / "grades.csv").is_file()
