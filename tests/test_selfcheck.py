"""The kit proves itself consistent, and each kind of inconsistency planted in a copy of it is found."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.catalog import Kit
from autograder.selfcheck import inspect_files, inspect_kit, inspect_marks
from autograder.stubs import write_templates
from tests.support import KIT, ROOT

NAME = "mean_pooling"
FOLDERS = ("assignments", "solutions", "student_template")


@pytest.fixture
def kit(tmp_path: Path) -> Kit:
    """A kit of one assignment, to be damaged."""
    for folder in FOLDERS:
        (tmp_path / folder).mkdir()
    skip = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "assignments" / NAME, tmp_path / "assignments" / NAME, ignore=skip)
    for folder in FOLDERS[1:]:
        shutil.copy(ROOT / folder / f"{NAME}.py", tmp_path / folder)
    return Kit(tmp_path)


def change(path: Path, old: str, new: str) -> None:
    """Replace a text that is there, wherever it is."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def solution(root: Path) -> Path:
    """The copy's solution."""
    return root / "solutions" / f"{NAME}.py"


def own(root: Path, name: str) -> Path:
    """A file of the copy's assignment."""
    return root / "assignments" / NAME / name


def no_task(root: Path) -> None:
    """The task is for another exercise."""
    change(solution(root), "# TODO(backward):", "# TODO(backwards):")
    write_templates(Kit(root))


def no_hint(root: Path) -> None:
    """The task says everything but how to begin."""
    change(solution(root), "#   Hint:", "#   Well:")
    write_templates(Kit(root))


def answer_in_the_stub(root: Path) -> None:
    """The template is the solution itself."""
    shutil.copy(solution(root), root / "student_template" / f"{NAME}.py")



FAULTS: list[tuple[str, Callable[[Path], object]]] = [
    ("no # TODO(backward) in the solution", no_task),
    ("# TODO(backwards) is for no exercise", no_task),
    ("# TODO(backward) has no Hint:", no_hint),
    ("the template has drifted", lambda root: change(solution(root), "Hint: a loop", "Hint: one loop")),
    ("the template has drifted", answer_in_the_stub),
    ("handout.zh.md is missing", lambda root: own(root, "handout.zh.md").unlink()),
    ("handout.md is missing", lambda root: own(root, "handout.md").unlink()),
    ("handout.md does not mention exercise backward", lambda root: change(own(root, "handout.md"), "backward", "back")),
    ("stray file notes.txt", lambda root: own(root, "notes.txt").write_text("")),
    ("no misconception about exercise", lambda root: own(root, "misconceptions.py").write_text("")),
]


@pytest.mark.parametrize(("finding", "damage"), FAULTS, ids=[f"{n}-{text}" for n, (text, _) in enumerate(FAULTS)])
def test_a_planted_fault_is_found(kit: Kit, finding: str, damage: Callable[[Path], object]) -> None:
    """The finding names the assignment and says what is wrong."""
    damage(kit.root)
    findings = list(inspect_files(kit, kit.assignment(NAME)))
    assert any(finding in line and line.startswith(NAME) for line in findings), findings


def test_a_missing_figure_is_found(kit: Kit) -> None:
    """A handout that shows a figure needs it."""
    figures = sorted(own(kit.root, "figures").iterdir())
    figures[0].unlink()
    assert any(figures[0].name in line for line in inspect_files(kit, kit.assignment(NAME)))


LAYOUT: list[tuple[str, Callable[[Path], object]]] = [
    ("solutions/old.py: belongs to no assignment", lambda root: (root / "solutions" / "old.py").write_text("")),
    ("student_template/notes.md: belongs", lambda root: (root / "student_template" / "notes.md").write_text("")),
    ("assignments/draft: no assignment.toml", lambda root: (root / "assignments" / "draft").mkdir()),
    (f"student_template/{NAME}.py: missing", lambda root: (root / "student_template" / f"{NAME}.py").unlink()),
    (f"solutions/{NAME}.py: missing", lambda root: solution(root).unlink()),
    ("unknown key colour", lambda root: change(own(root, "assignment.toml"), "title_zh =", "colour = 1\ntitle_zh =")),
    ("checks.py is missing", lambda root: own(root, "checks.py").unlink()),
]


@pytest.mark.parametrize(("finding", "damage"), LAYOUT, ids=[text.split(":")[0] for text, _ in LAYOUT])
def test_a_fault_in_the_layout_is_found(kit: Kit, finding: str, damage: Callable[[Path], object]) -> None:
    """Whatever else cannot be looked at any more, the finding is there and nothing is raised."""
    damage(kit.root)
    findings = inspect_kit(kit, lambda line: None)
    assert any(finding in line for line in findings), findings


def test_a_wrong_reference_is_found(kit: Kit) -> None:
    """A reference that loses points by its own checks is no reference."""
    change(solution(kit.root), "np.zeros(self.input_shape)", "np.ones(self.input_shape)")
    findings = list(inspect_marks(kit, kit.assignment(NAME)))
    assert any(line.startswith(f"{NAME}: the reference earns ") and "hidden" in line for line in findings), findings
    assert any(line.startswith(f"{NAME}: the reference earns ") and "public" in line for line in findings), findings


def test_a_stub_that_earns_points_is_found(kit: Kit) -> None:
    """A template that holds the answer would give the points away."""
    answer_in_the_stub(kit.root)
    findings = list(inspect_marks(kit, kit.assignment(NAME)))
    assert any("the stub earns 100 by the hidden checks, not 0" in line for line in findings), findings


def test_a_stub_that_does_not_import_is_found(kit: Kit) -> None:
    """A student's first step must not be a syntax error."""
    (kit.root / "student_template" / f"{NAME}.py").write_text("def :\n")
    findings = list(inspect_marks(kit, kit.assignment(NAME)))
    assert any("the stub is broken" in line for line in findings), findings


def test_the_kit_is_consistent() -> None:
    """Every reference earns 100 and every stub 0, and nothing is missing or stray."""
    told: list[str] = []
    assert inspect_kit(KIT, told.append) == ()
    assert all(any(name in line for line in told) for name in KIT.names)


def test_templates_are_made_from_the_solutions(kit: Kit) -> None:
    """What ``make template`` writes is what is committed."""
    (kit.root / "student_template" / f"{NAME}.py").write_text("old")
    (written,) = write_templates(kit)
    assert written.read_bytes() == (ROOT / "student_template" / f"{NAME}.py").read_bytes()
