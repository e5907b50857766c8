"""The folders that go along with a notebook: the kit as students get it, and staff's, of one assignment."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from autograder.catalog import Kit
from autograder.model import Assignment
from autograder.release import REQUIREMENTS, released_files
from autograder.routes.otter import asked
from autograder.routes.otter.settings import FILENAME, Settings
from autograder.routes.staff_kit import staff_kit

PUBLIC = "coursework"
STAFF = "staff"
CHECKS = "otter_checks.py"


def public_files(kit: Kit, assignment: Assignment, settings: Settings) -> dict[str, bytes]:
    """What the public checks of one assignment need, and what the tests call."""
    kept = ("autograder/", f"assignments/{assignment.name}/", "figures/")
    files = {name: data for name, data in released_files(kit).items() if name.startswith(kept)}
    public = Settings(settings.assignment, 0, settings.language)
    files[CHECKS] = Path(asked.__file__).read_bytes()
    files[FILENAME] = public.text().encode()
    files["requirements.txt"] = "".join(f"{each}\n" for each in (*REQUIREMENTS, "otter-grader>=6")).encode()
    return files


def staff_files(kit: Kit, assignment: Assignment, settings: Settings) -> dict[str, bytes]:
    """A kit of one assignment, solution and hidden checks included, the whole engine, and the seed."""
    return staff_kit(kit, assignment) | {FILENAME: settings.text().encode()}


def write_folder(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write the files below ``folder``."""
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
