"""A folder laid out as Gradescope lays out ``/autograder``, and its scripts run in it in a clean environment."""

from __future__ import annotations

import compileall
import json
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from autograder.catalog import Kit
from autograder.routes.gradescope.bundle import build_bundle
from autograder.routes.gradescope.config import FILENAME, Config, read_config
from tests.attacks.corpus import FOLDER
from tests.confined_hosts import without_libraries
from tests.gradescope.format import parsed

LAUNCHER = FOLDER / "launcher.py"
INTERPRETERS = Path(os.path.realpath(sys.executable)).parent
"""Where this Python lies, outside of any virtual environment."""

METADATA: dict[str, Any] = {
    "id": 123456,
    "created_at": "2026-11-20T14:22:32.365935-08:00",
    "assignment": {
        "due_date": "2026-11-30T23:00:00.000000-08:00",
        "group_size": None,
        "group_submission": False,
        "id": 25828,
        "course_id": 1234,
        "late_due_date": None,
        "release_date": "2026-11-02T00:00:00.000000-08:00",
        "title": "Pooling",
        "total_points": "100.0",
    },
    "submission_method": "upload",
    "users": [{"email": "ann@example.com", "id": 1, "name": "Ann"}],
    "previous_submissions": [],
}
"""As documented."""


def environment(root: Path) -> dict[str, str]:
    """All that a script finds."""
    return {"PATH": f"{INTERPRETERS}:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": str(root), "AUTOGRADER_ROOT": str(root)}


def unpacked(archive: Path, root: Path) -> None:
    """``root`` as it is in an image: the zip in ``source``, and its script beside that."""
    for name in ("source", "submission", "results"):
        (root / name).mkdir(parents=True)
    with zipfile.ZipFile(archive) as entries:
        entries.extractall(root / "source")
        for entry in entries.infolist():
            os.chmod(root / "source" / entry.filename, entry.external_attr >> 16 & 0o777)
    shutil.copy2(root / "source" / "run_autograder", root)
    compileall.compile_dir(root / "source" / "kit" / "autograder", quiet=1)


@dataclass(frozen=True)
class Done:
    """What a run left: the results, in the documented form, and what only staff can see."""

    results: dict[str, Any]
    stdout: str

    @property
    def score(self) -> float:
        """The top-level score."""
        return float(self.results["score"])

    @property
    def status(self) -> str:
        """What became of the submission."""
        return str(self.results["extra_data"]["status"])

    @property
    def shown(self) -> str:
        """Everything that a student may read at once."""
        tests = (each for each in self.results["tests"] if each["visibility"] == "visible")
        return "\n".join([self.results["output"], *(f"{each['name']}\n{each.get('output', '')}" for each in tests)])

    @property
    def unmarked(self) -> bool:
        """Whether it says that there is no mark: students see neither a test nor a total."""
        kinds = [each["visibility"] for each in self.results["tests"]]
        return self.status == "errored" and self.score == 0 and kinds == ["hidden", "after_published"]


class Harness:
    """One image; ``run`` is one submission to it."""

    def __init__(self, root: Path, archive: Path, *, libraries: bool = True) -> None:
        self.root = root
        unpacked(archive, root)
        if libraries:
            _borrowed_environment(root / "source" / "venv")
        else:
            without_libraries(root / "source" / "venv")
        self._config = read_config(self.source / FILENAME)

    @property
    def source(self) -> Path:
        """The zip's content."""
        return self.root / "source"

    def run(
        self,
        files: Mapping[str, str | bytes | Path],
        *,
        metadata: Mapping[str, Any] | bytes | None = METADATA,
        namespaces: bool = True,
        **settings: Any,
    ) -> Done:
        """Hand in ``files``, a path standing for a link to it, to a zip built with these ``settings``."""
        (self.source / FILENAME).write_text(replace(self._config, **settings).text(), encoding="utf-8")
        for name in ("submission", "results"):
            shutil.rmtree(self.root / name)
            (self.root / name).mkdir()
        for name, data in files.items():
            path = self.root / "submission" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(data, Path):
                path.symlink_to(data)
            else:
                path.write_bytes(data if isinstance(data, bytes) else data.encode())
        self._put_metadata(metadata)
        return self._ran(namespaces)

    def _put_metadata(self, metadata: Mapping[str, Any] | bytes | None) -> None:
        path = self.root / "submission_metadata.json"
        path.unlink(missing_ok=True)
        if metadata is not None:
            path.write_bytes(metadata if isinstance(metadata, bytes) else json.dumps(metadata).encode())

    def _ran(self, namespaces: bool) -> Done:
        report = self.root / "report.json"
        launch = [] if namespaces else [sys.executable, str(LAUNCHER), str(report), "--no-namespaces", "--"]
        command = [*launch, str(self.root / "run_autograder")]
        place = self.root / "results" / "stdout"
        with place.open("wb") as stdout:
            subprocess.run(
                command, cwd=self.root, env=environment(self.root), stdout=stdout, stderr=stdout, timeout=60, check=True
            )
        if not namespaces:
            assert json.loads(report.read_text())["left"] == [], "processes were left behind"
        assert sorted(os.listdir(self.root / "results")) == ["results.json", "stdout"]
        results = parsed((self.root / "results" / "results.json").read_bytes())
        return Done(results, place.read_text(encoding="utf-8", errors="replace"))


def harness(root: Path, kit: Kit, name: str, *, libraries: bool = True, **settings: Any) -> Harness:
    """An image for an assignment; its Python borrows this one's packages."""
    archive = build_bundle(kit, Config(name, 7, **settings), root.with_suffix(".zip"), {}).path
    return Harness(root, archive, libraries=libraries)


def _borrowed_environment(folder: Path) -> None:
    """A virtual environment with the packages of this one, which takes no time to make."""
    venv.EnvBuilder(symlinks=True).create(folder)
    packages = Path(sysconfig.get_path("purelib", "venv", {"base": str(folder), "platbase": str(folder)}))
    found = dict.fromkeys(sysconfig.get_path(name) for name in ("purelib", "platlib"))
    (packages / "borrowed.pth").write_text("".join(f"{path}\n" for path in found), encoding="utf-8")
