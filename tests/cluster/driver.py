"""One run that is measured: ``python -m tests.cluster.driver SETUP STUDENTS RECORD``.

``local-N`` grades here by N jobs, ``workers-N`` by N workers that have a processor each, and ``postgresql`` as
``local-1`` does, into a server's gradebook. What it took goes into ``RECORD``; the caller counts the CPU time of all.
"""

from __future__ import annotations

import json
import os
import pickle
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import psutil

from autograder.cluster import Cluster
from autograder.cluster.mark import BUNDLE
from autograder.crew import Turn
from autograder.grade import grade
from autograder.gradebook.recorder import Recorder
from autograder.model import Report
from autograder.submissions import carried, find_submissions
from tests.bench.honest import sources, write_class
from tests.cluster.machines import Machines
from tests.gradebook.postgres import running_server
from tests.support import KIT

NAME = "max_pooling"
SIZE = "SELECT pg_database_size(current_database())"


@dataclass(frozen=True)
class Scene:
    """What ``grade`` is told, and the processes whose own CPU time is looked at, by what they are."""

    told: dict[str, Any]
    processes: dict[str, list[psutil.Process]] = field(default_factory=dict)

    def cpu(self) -> dict[str, float]:
        """CPU seconds so far, of these processes and not of what they have started."""
        all_of = {"main": [psutil.Process()], "scheduler": [], "dask": [], **self.processes}
        return {name: sum(sum(each.cpu_times()[:2]) for each in some) for name, some in all_of.items()}


def main() -> None:
    """Grade, and write down what it took."""
    setup, students, record = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])
    with tempfile.TemporaryDirectory(prefix="scale-") as place, ExitStack() as stack:
        root = Path(place)
        folder = write_class(root / "class", NAME, sources(NAME, students))
        scene = stack.enter_context(prepared(setup, root))
        keeping, reports = stack.enter_context(watched_recorder()), list[Report]()
        before, started = scene.cpu(), time.perf_counter()
        grade(KIT, NAME, folder, root / "out", seed=7, on_result=lambda each, _: reports.append(each), **scene.told)
        wall, after = time.perf_counter() - started, scene.cpu()
        assert all(report.score == 100 for report in reports)
        sizes = {"sent": sent(folder), "received": packed_size(reports[:BUNDLE]), **kept(root / "out", scene)}
        spent = {name: after[name] - before[name] for name in after}
        record.write_text(json.dumps({"wall": wall, "keeping": sum(keeping), **spent, **sizes}), encoding="utf-8")


@contextmanager
def prepared(setup: str, root: Path) -> Iterator[Scene]:
    """The scene of a setup, when all that it needs is running."""
    kind, _, count = setup.partition("-")
    if kind == "local":
        yield Scene({"jobs": int(count)})
    elif kind == "postgresql":
        with running_server() as server:
            yield Scene({"jobs": 1, "gradebook": server.database("scale")})
    else:
        with workers(int(count), root / "machines") as scene:
            yield scene


@contextmanager
def workers(count: int, folder: Path) -> Iterator[Scene]:
    """A cluster of so many workers; each has a processor, as if it were a machine."""
    folder.mkdir()
    with closing(Machines(folder)) as machines:
        machines.scheduler()
        for processor in sorted(os.sched_getaffinity(0), reverse=True)[:count]:
            machines.worker("taskset", "-c", processor, sys.executable)
        with machines.client() as client:
            client.wait_for_workers(count, timeout=120)
            dask = [psutil.Process(number) for number in client.run(os.getpid).values()]
        scheduler = psutil.Process(machines.running["scheduler"].pid)
        yield Scene({"cluster": Cluster(machines.address, sys.exit)}, {"scheduler": [scheduler], "dask": dask})


@contextmanager
def watched_recorder() -> Iterator[list[float]]:
    """How long each group of results takes to be recorded meanwhile, in seconds."""
    seconds: list[float] = []
    keep = Recorder.keep

    def watched(recorder: Recorder, group: Any) -> list[Report]:
        started = time.perf_counter()
        reports = keep(recorder, group)
        seconds.append(time.perf_counter() - started)
        return reports

    Recorder.keep = watched  # type: ignore[method-assign]
    try:
        yield seconds
    finally:
        Recorder.keep = keep  # type: ignore[method-assign]


def sent(folder: Path) -> float:
    """Bytes that a submission is on the way to a worker."""
    assignment = KIT.assignment(NAME)
    some = find_submissions(folder, assignment)[:BUNDLE]
    texts = [carried(each, assignment, KIT.outline(assignment), KIT.beside(assignment)) for each in some]
    return packed_size([Turn(each, 1.0) for each in texts])


def packed_size(items: list[Any]) -> float:
    """Bytes of each of a bundle's items, pickled together."""
    return len(pickle.dumps([replace(each) for each in items], protocol=5)) / len(items)


def kept(out: Path, scene: Scene) -> dict[str, int]:
    """Bytes of the gradebook and of the students' files, in blocks of the file system."""
    files = [path for path in out.rglob("*") if path.is_file()]
    book = [path for path in files if path.name.startswith("gradebook.sqlite")]
    blocks = sum(path.stat().st_blocks * 512 for path in files if path not in book)
    url = scene.told.get("gradebook")
    return {"gradebook": database_size(url) if url else sum(path.stat().st_size for path in book), "files": blocks}


def database_size(url: str) -> int:
    """Bytes of a database of PostgreSQL's."""
    from sqlalchemy import create_engine, text

    engine = create_engine(url)
    with closing(engine.connect()) as connection:
        size = int(connection.execute(text(SIZE)).scalar_one())
    engine.dispose()
    return size


if __name__ == "__main__":
    main()
