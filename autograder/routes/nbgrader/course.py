"""Writes the course: its configuration, and a source notebook for each assignment that has one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from autograder.catalog import Kit
from autograder.errors import AssignmentError
from autograder.model import Assignment
from autograder.notebooks.source import SOURCE, notebook_parts
from autograder.report.files import write_bytes, write_text
from autograder.routes.beside import files_beside
from autograder.routes.nbgrader.cells import notebook_of
from autograder.routes.nbgrader.names import CONFIG, STUB
from autograder.threads import ONE_THREAD

SECONDS = 30
"""For a cell: what the checks of an exercise may take, public and hidden, and the building of their cases.

Twice its own seconds where an exercise may take longer.
"""

CONFIG_TEXT = '''\
"""The course, for nbgrader: yours to change, for it is written once and never again."""

import os
import secrets
import tomllib
from pathlib import Path

from nbconvert.preprocessors import CSSHTMLHeaderPreprocessor
from nbgrader.preprocessors import ClearHiddenTests, GetGrades

HERE = Path(__file__).resolve().parent


def find_kit():
    """The kit's folder: the first one upwards from here, or else where the engine is."""
    folders = list(HERE.parents)
    try:
        import autograder
        folders += Path(autograder.__file__).resolve().parents
    except ImportError:
        pass
    for folder in folders:
        if (folder / "assignments").is_dir() and (folder / "solutions").is_dir():
            return str(folder)
    raise SystemExit("nbgrader_config.py: no kit at or above this course: set AUTOGRADER_KIT to its folder")


def brought_along(kit):
    """For each assignment the students' modules that are handed in with it: no stub is to take their place."""
    found = sorted(kit.glob("assignments/*/assignment.toml"))
    tables = {path.parent.name: tomllib.loads(path.read_text("utf-8")) for path in found}
    return {name: [f"{each}.py" for each in table.get("uses", ())] for name, table in tables.items()}


# What the test cells go by, in kernels that inherit it. Set the seed yourself to repeat a run.
if not os.environ.get("AUTOGRADER_KIT"):
    os.environ["AUTOGRADER_KIT"] = find_kit()
os.environ.setdefault("AUTOGRADER_SEED", str(secrets.randbits(53)))
PATH = os.environ.get("PYTHONPATH", "").split(os.pathsep)
if os.environ["AUTOGRADER_KIT"] not in PATH:
    os.environ["PYTHONPATH"] = os.pathsep.join([os.environ["AUTOGRADER_KIT"], *filter(None, PATH)])
# Several threads fight for the processors of a busy machine, and a training takes ten times as long.
for name in @THREADS@:
    os.environ.setdefault(name, "1")

c = get_config()
c.CourseDirectory.course_id = "backprop"
c.CourseDirectory.root = str(HERE)
c.ClearSolutions.code_stub = {"python": "@STUB@"}
c.Autograde.exclude_overwriting = brought_along(Path(os.environ["AUTOGRADER_KIT"]))
c.Execute.timeout = @SECONDS@
c.Execute.iopub_timeout = int(c.Execute.timeout)  # a kernel's last words may be late on a busy machine
c.Execute.interrupt_on_timeout = True
c.Execute.error_on_timeout = {
    "ename": "CellTimeoutError",
    "evalue": "",
    "traceback": ["CellTimeoutError: the cell took longer than @SECONDS@ seconds"],
}
c.GenerateFeedback.preprocessors = [ClearHiddenTests, GetGrades, CSSHTMLHeaderPreprocessor]
'''


def build_course(kit: Kit, out: Path, language: str, names: Sequence[str] = ()) -> tuple[Path, ...]:
    """Write ``out/source/NAME/NAME.ipynb`` for each of ``names``, or for every assignment that has a notebook.

    The configuration is written where there is none. The same kit gives the same bytes.
    """
    assignments = [kit.assignment(name) for name in names] or _with_notebook(kit)
    if not assignments:
        raise AssignmentError(f"no assignment has a notebook: write assignments/NAME/{SOURCE}")
    texts = {each: notebook_of(each, notebook_parts(kit, each, language), language) for each in assignments}
    if not (out / CONFIG).exists():
        write_text(out / CONFIG, _config(assignments))
    paths = {each: out / "source" / each.name / each.notebook for each in assignments}
    for each, path in paths.items():
        write_text(path, texts[each])
        for name, data in files_beside(kit, each).items():
            write_bytes(path.parent / name, data)
    return tuple(paths.values())


def _config(assignments: Sequence[Assignment]) -> str:
    """The text of the configuration."""
    text = CONFIG_TEXT.replace("@STUB@", STUB).replace("@THREADS@", repr(tuple(ONE_THREAD)))
    return text.replace("@SECONDS@", f"{_seconds(assignments):g}")


def _seconds(assignments: Sequence[Assignment]) -> float:
    """How long a cell may take."""
    own = (exercise.seconds or 0.0 for each in assignments for exercise in each.exercises)
    return max(SECONDS, 2 * max(own))


def _with_notebook(kit: Kit) -> list[Assignment]:
    every = (kit.assignment(name) for name in kit.names)
    return [each for each in every if (each.folder / SOURCE).is_file()]
