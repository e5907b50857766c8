"""``autograder otter build``: source notebooks, what ``otter assign`` makes of them, and the proof that it is right.

``build_assignment`` reads as the list of its steps.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from autograder.catalog import Kit
from autograder.errors import AssignmentError, OutputError
from autograder.leaks import refuse_leaks
from autograder.model import Assignment
from autograder.notebooks.source import SOURCE, Role, notebook_parts
from autograder.release import ENGINE, LONG_AGO
from autograder.routes.beside import files_beside, modules_beside
from autograder.routes.otter.folders import PUBLIC, STAFF, public_files, staff_files, write_folder
from autograder.routes.otter.settings import Settings
from autograder.routes.otter.source import source_notebook

MARKER = ".otter-build"


@dataclass(frozen=True)
class Built:
    """Where things are: the notebook, the folder that is handed out, and the autograder's zip."""

    source: Path
    student: Path
    archive: Path


def names_with_notebook(kit: Kit) -> tuple[str, ...]:
    """The assignments that have a notebook."""
    return tuple(name for name in kit.names if (kit.assignment(name).folder / SOURCE).is_file())


def build_assignment(
    kit: Kit, out: Path, settings: Settings, *, confined: bool, say: Callable[[str], None] = lambda line: None
) -> Built:
    """Build ``out/NAME``; raises ``KitError`` where the solution does not earn everything from what was built."""
    assignment = kit.assignment(settings.assignment)
    notebook = source_notebook(kit, assignment, settings, confined=confined)
    staff = staff_files(kit, assignment, settings)
    folder = out / assignment.name
    _make_room(folder)
    source = folder / assignment.notebook
    write_folder(folder, {source.name: notebook.encode()})
    write_folder(folder / PUBLIC, public_files(kit, assignment, settings))
    write_folder(folder / STAFF, staff)
    say(f"{assignment.name}: otter assign")
    otter("assign", str(source), str(folder / "dist"), "--no-run-tests")
    archive = repacked(folder / "dist" / "autograder", assignment.name, staff if confined else {})
    built = Built(source, folder / "dist" / "student", archive)
    write_folder(built.student, files_beside(kit, assignment))
    _refuse_leaks(kit, built.student)
    _refuse_other_stubs(kit, assignment, settings.language, built.student)
    say(f"{assignment.name}: otter run on the solution")
    _prove(kit, archive.parent / assignment.notebook, archive, assignment)
    return built


def otter(*words: str) -> None:
    """Run otter's command line; raises ``OutputError`` with the last it said where it fails."""
    path = os.pathsep.join(filter(None, (str(ENGINE.parent), os.environ.get("PYTHONPATH"))))
    environment = {**os.environ, "PYTHONPATH": path}
    command = [sys.executable, "-m", "otter", *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    if done.returncode:
        said = (done.stderr.strip() or done.stdout.strip() or "no word").splitlines()[-1]
        raise OutputError(f"otter {words[0]} failed: {said}")


def repacked(folder: Path, name: str, staff: Mapping[str, bytes]) -> Path:
    """Otter's zip with the same bytes for the same content, under a name without the time.

    With ``staff`` the files of the working folder are left out and the staff's put beside it, the engine where otter's
    own process imports from.
    """
    made = next(iter(sorted(folder.glob("*-autograder_*.zip"))))
    with zipfile.ZipFile(made) as opened:
        contents = {info.filename: opened.read(info) for info in opened.infolist()}
    if staff:
        contents = {place: data for place, data in contents.items() if not place.startswith("files/")}
        for place, data in staff.items():
            contents[place if place.startswith("autograder/") else f"{STAFF}/{place}"] = data
    archive = folder / f"{name}-autograder.zip"
    with zipfile.ZipFile(archive, "w") as opened:
        for place, data in sorted(contents.items()):
            entry = zipfile.ZipInfo(place, LONG_AGO)
            entry.create_system, entry.external_attr, entry.compress_type = 3, 0o644 << 16, zipfile.ZIP_DEFLATED
            opened.writestr(entry, data)
    made.unlink()
    return archive


def _make_room(folder: Path) -> None:
    """An empty folder; only what an earlier build wrote is ever removed."""
    if folder.exists() and not (folder / MARKER).is_file():
        raise OutputError(f"{folder} holds no earlier build: name another folder")
    shutil.rmtree(folder, ignore_errors=True)
    try:
        folder.mkdir(parents=True)
        (folder / MARKER).write_text("Built for otter; the next build replaces it.\n", encoding="utf-8")
    except OSError as error:
        raise OutputError(f"{folder} cannot be written ({error.strerror}): name another folder") from error


def _refuse_leaks(kit: Kit, student: Path) -> None:
    files = sorted(path for path in student.rglob("*") if path.is_file())
    refuse_leaks(kit, {path.relative_to(student).as_posix(): path.read_bytes() for path in files})


def _refuse_other_stubs(kit: Kit, assignment: Assignment, language: str, student: Path) -> None:
    """Raise ``AssignmentError`` where otter has made another cell of ours than the stub."""
    notebook = json.loads((student / assignment.notebook).read_text(encoding="utf-8"))
    texts = {"".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"}
    for part in notebook_parts(kit, assignment, language):
        if part.role in (Role.GIVEN, Role.SOLUTION, Role.CODE) and part.text not in texts:
            raise AssignmentError(f"otter changed cell {part.id} of {assignment.name}: students would see other code")


def _with_modules(kit: Kit, solution: Path, assignment: Assignment, folder: Path) -> Path:
    """A zip of the notebook and the modules that it imports, as a student hands them in."""
    path = folder / f"{assignment.name}.zip"
    with zipfile.ZipFile(path, "w") as opened:
        opened.write(solution, solution.name)
        for name, data in modules_beside(kit, assignment).items():
            opened.writestr(name, data)
    return path


def _prove(kit: Kit, solution: Path, archive: Path, assignment: Assignment) -> None:
    """Raise ``AssignmentError`` unless otter gives the solution every point."""
    with tempfile.TemporaryDirectory(prefix="otter-") as folder:
        handed_in = _with_modules(kit, solution, assignment, Path(folder)) if assignment.uses else solution
        otter("run", str(handed_in), "-a", str(archive), "-o", folder, "--no-logo")
        results = json.loads((Path(folder) / "results.json").read_text(encoding="utf-8"))
    scores = {test["name"]: test["score"] for test in results["tests"] if "score" in test}
    for exercise in assignment.exercises:
        if scores.get(exercise.name) != exercise.points:
            raise AssignmentError(
                f"the solution of {exercise.name} earns {scores.get(exercise.name)} of {exercise.points} in otter"
            )
