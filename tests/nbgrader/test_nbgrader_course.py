"""The course that is built: the same bytes each time, and after a release what the template says."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.catalog import Kit, at_hand
from autograder.errors import AssignmentError
from autograder.model import LANGUAGES
from autograder.notebooks.source import Part, Role, notebook_parts
from autograder.release import build_release
from autograder.routes.nbgrader.cells import with_markers
from autograder.routes.nbgrader.course import build_course
from autograder.routes.nbgrader.names import CONFIG, STUB
from tests.nbgrader.course import build, cell_of, confined, hand_in, kit_in, pasted, points, released
from tests.support import KIT, ROOT, references_beside, solution_source, template_source

pytestmark = pytest.mark.routes

WRITTEN = tuple(name for name in KIT.names if (ROOT / "assignments" / name / "notebook.py").is_file())


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_kit_gives_the_same_bytes(language: str, tmp_path: Path) -> None:
    """Twice built, nothing differs; no path of this machine is in any file."""
    first, second = (build_course(KIT, tmp_path / each, language) for each in ("first", "second"))
    assert [path.name for path in first] == [f"{name}.ipynb" for name in WRITTEN]
    for one, other in zip(first, second, strict=True):
        assert one.read_bytes() == other.read_bytes()
        assert str(ROOT).encode() not in one.read_bytes()
    config = (tmp_path / "first" / CONFIG).read_bytes()
    assert config == (tmp_path / "second" / CONFIG).read_bytes()
    assert str(ROOT).encode() not in config


def test_a_configuration_that_was_changed_stays(tmp_path: Path) -> None:
    """A course is built again to renew its notebooks; what an instructor has set is theirs."""
    build_course(KIT, tmp_path, "en", ["mean_pooling"])
    (tmp_path / CONFIG).write_text("c = get_config()\n", encoding="utf-8")
    build_course(KIT, tmp_path, "en", ["mean_pooling"])
    assert (tmp_path / CONFIG).read_text(encoding="utf-8") == "c = get_config()\n"


@pytest.mark.parametrize("name", WRITTEN)
def test_every_exercise_has_a_test_cell_of_its_points(name: str, tmp_path: Path) -> None:
    """Locked, graded, and worth what the assignment says; what students write is no grade cell."""
    (path,) = build_course(KIT, tmp_path, "en", [name])
    notebook = json.loads(path.read_text(encoding="utf-8"))
    for exercise in KIT.assignment(name).exercises:
        nbgrader = cell_of(notebook, f"checks-{exercise.name}")["metadata"]["nbgrader"]
        assert (nbgrader["grade"], nbgrader["locked"], nbgrader["points"]) == (True, True, exercise.points)
    own = [each["metadata"].get("nbgrader", {}) for each in notebook["cells"]]
    assert all(not each["grade"] and not each["locked"] for each in own if each.get("solution"))


@pytest.mark.parametrize("name", WRITTEN)
def test_the_solution_stands_between_markers(name: str) -> None:
    """Take out what is between them, as nbgrader does, and the template is left; the solution still does its work."""
    names: dict[str, object] = {}
    for part in notebook_parts(KIT, KIT.assignment(name), "en"):
        if part.role is Role.GIVEN:
            with at_hand(references_beside(name)):
                exec(part.text, names)
        if part.role is Role.SOLUTION:
            source = with_markers(part)
            exec(source, names)
            assert solid("\n".join(cleared(source.split("\n")))) == solid(part.text)


def cleared(lines: list[str]) -> list[str]:
    """What nbgrader leaves of a cell, but for its stub."""
    kept, inside = [], False
    for line in lines:
        if "BEGIN SOLUTION" in line or "END SOLUTION" in line:
            inside = "BEGIN" in line
        elif not inside:
            kept.append(line)
    return kept


def solid(text: str) -> list[str]:
    """The lines with something on them."""
    return [line.rstrip() for line in text.split("\n") if line.strip()]


def test_a_solution_that_runs_on_is_refused() -> None:
    """It would meet the raise that stands behind it for students."""
    stub = 'def f(x):\n    # TODO(f): do.\n    raise NotImplementedError("TODO: f")'
    answer = "def f(x):\n    # BEGIN SOLUTION\n    # TODO(f): do.\n    x.append(1)\n    # END SOLUTION"
    with pytest.raises(AssignmentError, match="must end in return"):
        with_markers(Part(Role.SOLUTION, "f", stub, answer))


def test_students_run_the_public_checks_in_a_folder_of_what_they_got(tmp_path: Path) -> None:
    """The released cell needs nothing but the release above the notebook; it ends in the public checks' points."""
    (path,) = build_course(KIT, tmp_path / "course", "en", ["mean_pooling"])
    visible = "".join(cell_of(json.loads(path.read_text("utf-8")), "checks-backward")["source"]).partition("###")[0]
    *lines, last = visible.rstrip().split("\n")
    home = build_release(KIT, tmp_path / "release").folder / "mean_pooling"
    home.mkdir()
    for source, worth in ((solution_source("mean_pooling"), "100.0"), (template_source("mean_pooling"), "0.0")):
        (home / "cells.py").write_text("\n".join([source, *lines, f"print({last}, _inside.__file__)"]), "utf-8")
        environment = {key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "AUTOGRADER_KIT")}
        ran = subprocess.run([sys.executable, "cells.py"], cwd=home, env=environment, capture_output=True, text=True)
        assert ran.stdout.splitlines()[-1].startswith(worth), ran.stderr
        assert "passed" in ran.stdout or "failed" in ran.stdout


def test_no_notebook_is_said_so(tmp_path: Path) -> None:
    """A kit without notebooks gives no course."""
    kit = kit_in(tmp_path)
    for path in kit.glob("assignments/*/notebook.py"):
        path.unlink()
    with pytest.raises(AssignmentError, match="no assignment has a notebook"):
        build_course(Kit(kit), tmp_path / "course", "en")


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in WRITTEN if name != "mean_pooling"])
def test_an_assignment_goes_through(name: str, tmp_path: Path) -> None:
    """Released, each solution cell is the template with a comment to write under; the reference earns every point."""
    kit = kit_in(tmp_path / "kit")
    course = build(kit, name)
    notebook = released(course, name)
    for part in notebook_parts(KIT, KIT.assignment(name), "en"):
        if part.role is Role.SOLUTION:
            lines = "".join(cell_of(notebook, part.id)["source"]).split("\n")
            assert solid("\n".join(line for line in lines if line.strip() != STUB)) == solid(part.text)
    assert "HIDDEN" not in json.dumps(notebook)
    path = hand_in(course, "reference", pasted(notebook, solution_source(name)), name)
    for each in KIT.assignment(name).uses:
        (path.parent / f"{each}.py").write_text(solution_source(each), encoding="utf-8")
    confined(course, name=name)
    assert points(course, name)["reference"] == {each.name: each.points for each in KIT.assignment(name).exercises}
