"""Hosts that lack something: how a command is run as if this were one, and what is asked of the sandbox there.

Run as a script it is what is asked: ``python -m tests.confined_hosts`` prints what holds and what works, as JSON.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from autograder.doctor import breaches
from autograder.errors import StudentFault
from autograder.model import Limits
from autograder.sandbox import Workers, open_host
from autograder.student import Student
from tests.attacks.corpus import FOLDER
from tests.attacks.scene import Mode, impossible
from tests.support import ROOT

LIMITS = Limits(seconds=10, memory_mib=128)
MOMENT = 0.3
LIBRARIES = ("landlockpy", "seccompy")
"""What some layers stand on; a machine may be without."""


@dataclass(frozen=True)
class Host:
    """What this host is to lack."""

    name: str
    ordinary: bool = False
    namespaces: bool = True
    libraries: bool = True

    def __str__(self) -> str:
        return self.name

    @property
    def impossible(self) -> str:
        """Why it cannot be played here; empty where it can."""
        return impossible(Mode(self.name, self.ordinary, self.namespaces))

    def run(self, folder: Path, *command: object) -> subprocess.CompletedProcess[str]:
        """Run the interpreter with these arguments; ``folder`` must be empty and readable by all."""
        launch, report = self._launch(folder), folder / "report.json"
        if self.ordinary:
            shutil.chown(folder, "nobody")
        words = [*launch, "--", self._interpreter(folder), *command]
        done = subprocess.run(list(map(str, words)), cwd=ROOT, env=environment(), capture_output=True, text=True)
        assert report.is_file(), done.stderr
        found = json.loads(report.read_text(encoding="utf-8"))
        assert found["left"] == [], "processes were left behind"
        return subprocess.CompletedProcess(words, found["code"], done.stdout, done.stderr)

    def findings(self, folder: Path) -> dict[str, Any]:
        """What ``main`` finds there."""
        done = self.run(folder, "-m", "tests.confined_hosts")
        assert done.returncode == 0, done.stderr
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    def _launch(self, folder: Path) -> list[object]:
        launch: list[object] = [sys.executable, FOLDER / "launcher.py", folder / "report.json"]
        if not self.namespaces:
            launch.append("--no-namespaces")
        if self.ordinary:
            (folder / "stash").mkdir()
            launch = ["unshare", "-m", "--propagation", "private", *launch, "--ordinary", "--stash", folder / "stash"]
            for path in sorted({Path(sys.base_prefix).resolve(), Path(sys.prefix).resolve()}):
                launch += ["--uncover", path]
        return launch

    def _interpreter(self, folder: Path) -> str:
        return sys.executable if self.libraries else without_libraries(folder / "bare")


def environment() -> dict[str, str]:
    """What a command needs to find the kit."""
    kept = {name: os.environ[name] for name in ("PATH", "TMPDIR") if name in os.environ}
    threads = {"OPENBLAS_NUM_THREADS": "1"}
    return {**kept, **threads, "LANG": "C.UTF-8", "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}


def without_libraries(folder: Path) -> str:
    """An interpreter that has every installed package but those: an environment of links."""
    venv.EnvBuilder(symlinks=True).create(folder)
    packages = Path(sysconfig.get_path("purelib", "venv", {"base": str(folder), "platbase": str(folder)}))
    for path in {Path(sysconfig.get_path(name)) for name in ("purelib", "platlib")}:
        for entry in path.iterdir():
            if not entry.name.startswith((*LIBRARIES, "__pycache__")):
                (packages / entry.name).symlink_to(entry)
    return str(folder / "bin" / "python")


# ------------------------------------------------------------------------------ what is asked there

SOURCE = """
import os
from concurrent.futures import ThreadPoolExecutor

def double(x):
    print("doubling")
    return 2 * x

def threads():
    with ThreadPoolExecutor(4) as pool:
        return sum(pool.map(len, ["a"] * 20))

def write():
    with open("mine", "w") as file:
        return file.write("x")

def fork():
    child = os.fork()
    if not child:
        os._exit(0)
    os.waitpid(child, 0)
    return True

def descriptors():
    return [each for each in range(256) if is_open(each)]

def is_open(descriptor):
    try:
        return bool(os.fstat(descriptor))
    except OSError:
        return False

def allocate():
    return len(bytearray(500 << 20))

def late():
    import numpy.fft, decimal, unittest, zoneinfo, ctypes
    return True

def loop():
    while True:
        pass
"""


def main() -> None:
    """Ask, and print the answers."""
    with open_host("auto", ("numpy",)) as workers:
        confinement = workers.confinement(LIMITS)
        report = {
            "level": confinement.level,
            "floor": confinement.above_floor,
            "missing": [layer.value for layer, _ in confinement.missing],
            "breaches": breaches(workers),
            **asked(workers),
        }
    print(json.dumps(report))


def asked(workers: Workers) -> dict[str, Any]:
    """What works in a worker, and what does not."""
    with workers.cell(LIMITS) as cell:
        cell.allow(LIMITS.seconds)
        student = Student(cell)
        student.load("work", SOURCE, ("numpy",))
        names = ("descriptors", "threads", "write", "fork", "allocate", "late")
        found = {name: outcome(student, name) for name in names}
        found["double"] = student.double(np.ones(2)).tolist()
        cell.allow(MOMENT)
        found["loop"] = outcome(student, "loop")
        return {**found, "printed": cell.printed()}


def outcome(student: Student, name: str) -> Any:
    """What a function gives, or the kind of what it raises."""
    try:
        return getattr(student, name)()
    except StudentFault as fault:
        return fault.kind


if __name__ == "__main__":
    main()
