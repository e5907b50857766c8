"""A class that is graded from outside by ``python -m autograder grade``, once undisturbed and then otherwise."""

from __future__ import annotations

import os
import random
import re
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests import tiny_kit as tiny
from tests.support import ROOT

SEED = 7
JOBS = 2
LIMIT = 2.0
"""Seconds of an exercise."""
MEASURED = re.compile(rb'"(execution_time|seconds)": [\d.e+-]+')
"""The fields of results.json and staff.json that hold measured seconds: the only ones that may differ."""

HOLDING = "SELECT count(*) FROM results WHERE assignment = 'adding' AND known = 1"

SLOWLY = "import time\ntime.sleep(0.01)\n"
"""What every submission begins with, so that there is somebody to be killed."""

EXITING_LATER = tiny.GOOD.replace("return x + x", "import os\n    os._exit(0)")
PRINTING = tiny.GOOD.replace("return a + b", "print(a, b)\n    return a + b")
KINDS = {
    tiny.GOOD: 12,
    tiny.WRONG: 8,
    tiny.HALF: 4,
    tiny.RAISING: 3,
    PRINTING: 2,
    tiny.BAD_SYNTAX: 1,
    tiny.EXITING: 1,
    EXITING_LATER: 1,
}
"""What is handed in, and how often; the endless loops come on top."""


class Run:
    """A grader's process; what it says goes to a file, so that nobody waits for those who outlive it."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str], said: Path) -> None:
        self._said = said
        with said.open("wb") as file:
            self._process = subprocess.Popen(command, env=environment, cwd=said.parent, stdout=file, stderr=file)
        self.pid = self._process.pid
        self.pidfd = os.pidfd_open(self.pid)

    def end(self) -> tuple[int, str]:
        """Wait for its end: its exit code, and what it said."""
        code = self._process.wait(timeout=600)
        os.close(self.pidfd)
        return code, self._said.read_text(encoding="utf-8", errors="replace")


@dataclass(frozen=True)
class Lesson:
    """A class and its kit below ``root``, and the results of a run that nobody disturbed."""

    root: Path
    size: int

    @property
    def undisturbed(self) -> Path:
        """The results that every other run has to come to."""
        return self.root / "undisturbed"

    def run(self, out: Path, *more: object, launch: Sequence[str] = ("-m", "autograder")) -> Run:
        """A run that has just been started, with a folder for temporary files beside ``out``."""
        scratch = scratch_of(out)
        scratch.mkdir(exist_ok=True)
        words = ["grade", self.root / "class", "--kit", self.root / "kit", "--assignment", "adding", "--out", out]
        options = ["--seed", SEED, "--jobs", JOBS, *more]
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(scratch), "OPENBLAS_NUM_THREADS": "1"}
        command = [sys.executable, *launch, *map(str, (*words, *options))]
        return Run(command, environment, out.with_name(f"{out.name}.said"))

    def finish(self, out: Path, *more: object) -> None:
        """Run it again, plainly, until all is graded; a fault of ours may need a second time."""
        for _ in range(3):
            code, said = self.run(out, *more).end()
            assert "Traceback" not in said, said
            if code == 0:
                return
        raise AssertionError(f"a plain re-run does not mend it (code {code}): {said}")

    def assert_undisturbed(self, out: Path) -> None:
        """The results are those of the undisturbed run, byte for byte, and nothing else is there."""
        expected, found = files_of(self.undisturbed), files_of(out)
        assert sorted(found) == sorted(expected)
        for name, content in expected.items():
            assert found[name] == content, name
        assert list(scratch_of(out).iterdir()) == []


def teach(root: Path, size: int, loops: int) -> Lesson:
    """Write a class of so many, some of whom loop for ever, and grade it."""
    tiny.tiny_kit(root / "kit", seconds=LIMIT)
    rng = random.Random(size)
    sources = rng.choices([*KINDS], [*KINDS.values()], k=size - loops - 1) + [tiny.LOOPING_ADD] * loops
    rng.shuffle(sources)
    texts = {f"s{number:03}": f"# {number}\n{SLOWLY}{source}" for number, source in enumerate(sources)}
    tiny.hand_in(root / "class", **texts)
    (root / "class" / "absent").mkdir()
    lesson = Lesson(root, size)
    code, said = lesson.run(lesson.undisturbed).end()
    assert code == 0, said
    return lesson


def folders_in(out: Path) -> int:
    """How many students' results are among the results by now."""
    return len([*out.glob("s*/adding/staff.json")])


def scratch_of(out: Path) -> Path:
    """The folder for temporary files of runs into ``out``."""
    return out.with_name(f"{out.name}-scratch")


def files_of(out: Path) -> dict[str, bytes]:
    """Every file of the results, without the gradebook and measured seconds."""
    paths = (path for path in out.rglob("*") if path.is_file() and not path.name.startswith("gradebook.sqlite"))
    return {str(path.relative_to(out)): MEASURED.sub(b"", path.read_bytes()) for path in paths}


@contextmanager
def reading(book: Path) -> Iterator[sqlite3.Connection]:
    """A gradebook in a file, as anybody may look at it."""
    with closing(sqlite3.connect(f"file:{book}?mode=ro", uri=True, isolation_level=None)) as connection:
        yield connection


def committed(book: Path) -> int:
    """How many students have a result that holds; none where there is no gradebook yet."""
    try:
        with reading(book) as connection:
            return int(connection.execute(HOLDING).fetchone()[0])
    except sqlite3.OperationalError:
        return 0


def assert_one_each(book: Path, size: int) -> None:
    """The gradebook holds exactly one result that holds for each student, it stands, and it was recorded once."""
    with reading(book) as connection:
        known = dict(connection.execute("SELECT student, id FROM results WHERE known").fetchall())
        rows = connection.execute("SELECT student FROM results WHERE known").fetchall()
        standing = dict(connection.execute("SELECT student, result_id FROM standings").fetchall())
        recorded = Counter(row[0] for row in connection.execute("SELECT result_id FROM events WHERE kind = 'recorded'"))
        check = connection.execute("PRAGMA integrity_check").fetchone()[0]
    assert len(rows) == len(known) == size
    assert standing == known
    assert set(recorded.values()) == {1} and set(known.values()) <= set(recorded)
    assert check == "ok"
