"""What collecting a class and recording its results add to grading it, and how fast a full gradebook answers."""

from __future__ import annotations

import json
import shutil
import sys
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from tests.bench.honest import sources
from tests.bench.meter import ROOT, BenchError, Cost, Watch, cost_of
from tests.bench.targets import ADDED_MS, QUERY_SECONDS, SMALLER, Line, Target
from tests.collect.downloads import moodle

STUDENTS = 10_000


@dataclass(frozen=True)
class Books:
    """What came out of it; ``queries`` are seconds on the clock, by what was asked of a book of ``students``.

    ``whole`` is what reading every report in full took: what writing a page for everybody begins with.
    """

    students: int
    collecting: Line
    recording: Line
    queries: Mapping[str, float]
    whole: float

    @property
    def targets(self) -> tuple[Target, ...]:
        """The promises about collecting, recording and asking."""
        added = self.collecting.each + self.recording.each
        return (
            Target("collecting and recording a submission", added * 1e3, ADDED_MS, " ms"),
            Target(f"slowest query of {self.students:,} results", max(self.queries.values()), QUERY_SECONDS, " s"),
        )


def books(folder: Path, assignment: str, students: int = STUDENTS) -> Books:
    """Collect two classes from Moodle's download, record a result for everybody, and ask of the larger book."""
    sizes = (students // SMALLER, students)
    classes = {size: folder / str(size) for size in sizes}
    few, many = (collect(classes[size], assignment, size).cpu for size in sizes)
    collecting = Line.through(sizes[0], few, sizes[1], many)
    found = {size: record(classes[size], assignment, size) for size in sizes}
    recording = Line.through(*(part for size in sizes for part in (size, found[size]["cpu"])))
    return Books(students, collecting, recording, found[students]["queries"], found[students]["whole"])


def collect(folder: Path, assignment: str, students: int) -> Cost:
    """``autograder collect`` on the zip that Moodle gives of an honest class; the class is in ``folder/class``."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    download, out = folder / "download.zip", folder / "class"
    texts = islice(sources(assignment, students), students)
    with zipfile.ZipFile(download, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, text in enumerate(texts):
            given = moodle(f"Student {number:05}", 1_000_000 + number, {f"{assignment}.py": text.encode()})
            for name, data in given.items():
                archive.writestr(name, data)
    options = ["--from", "moodle", "--assignment", assignment, "--kit", str(ROOT)]
    command = [sys.executable, "-m", "autograder", "collect", str(download), str(out), *options]
    cost = cost_of(command, ROOT)
    if (found := sum(each.is_dir() for each in out.iterdir())) != students:
        raise BenchError(f"{found} of {students} were collected")
    return cost


def record(folder: Path, assignment: str, students: int) -> dict[str, Any]:
    """What ``tests.bench.recorded`` says about ``folder/class``."""
    said, book = folder / "recorded.json", folder / "gradebook.sqlite"
    command = [sys.executable, "-m", "tests.bench.recorded", str(said), assignment, str(folder / "class"), str(book)]
    done = said.with_suffix(".done")
    cost_of(command, ROOT, Watch(f"recording {students:,}", students, lambda: int(done.read_text(encoding="utf-8"))))
    found: dict[str, Any] = json.loads(said.read_text(encoding="utf-8"))
    if found["recorded"] != students:
        raise BenchError(f"{found['recorded']} of {students} stand in the gradebook")
    return found
