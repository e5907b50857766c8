"""An assignment that uses others: their modules come with it, are told apart from it, and can be exchanged."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

import numpy as np
import pytest

from autograder.catalog import Kit
from autograder.errors import AssignmentError, StudentFault
from autograder.marking import mark
from autograder.model import Report, Submission
from autograder.rubrics import Rubric, rubric_for
from autograder.sandbox import open_host
from autograder.student import Student
from autograder.submissions import companions_of, find_submissions

UNIT_TOML = """
title = "Unit"
title_zh = "单元"

[limits]
seconds = 5
memory_mib = 512

[imports]
allowed = ["numpy"]

[[exercises]]
name = "step"
title = "One step"
title_zh = "一步"
points = 100
"""
WHOLE_TOML = (
    UNIT_TOML.replace("Unit", "Whole")
    .replace('title_zh = "单元"', 'title_zh = "整体"\nuses = ["unit"]')
    .replace("points = 100", "points = 100\nseconds = 7.5")
)
UNIT = "def step(x):\n    return x + 1\n"
WHOLE = "from unit import step\n\n\ndef walk(x):\n    return step(step(x))\n"
UNIT_CHECKS = '''
from autograder.registry import check


@check("step", zh="一步")
def one_step(trial):
    """One step."""
    trial.expect_int("a step", trial.student.step(1), trial.cases(expected))


def expected(rng, reference):
    return 2 if reference is None else reference.step(1)
'''
WHOLE_CHECKS = '''
from autograder.registry import check

STAND_IN = (("unit", "def step(x): return 10 * x", ""),)


@check("step", zh="两步")
def two_steps(trial):
    """Two steps."""
    trial.expect_int("two steps", trial.student.walk(1), trial.cases(expected))


@check("step", zh="在替身之上")
def two_steps_of_a_stand_in(trial):
    """Two steps of a stand-in."""
    trial.expect_int("two steps", trial.student.loaded_again(STAND_IN).walk(2), 200)


@check("step", zh="单独")
def one_step_alone(trial):
    """One step of the module beside."""
    trial.expect_int("a step", trial.student.call(None, "unit.step", (1,)).value, 2)


def expected(rng, reference):
    return 3 if reference is None else reference.walk(1)
'''
CHECKS = ("two_steps", "two_steps_of_a_stand_in", "one_step_alone")


@pytest.fixture
def kit(tmp_path: Path) -> Kit:
    """A kit of ``unit`` and of ``whole``, which uses it."""
    root = tmp_path / "kit"
    parts = {"unit": (UNIT_TOML, UNIT_CHECKS, UNIT), "whole": (WHOLE_TOML, WHOLE_CHECKS, WHOLE)}
    for name, (toml, checks, solution) in parts.items():
        folder = root / "assignments" / name
        folder.mkdir(parents=True)
        (folder / "assignment.toml").write_text(toml, encoding="utf-8")
        (folder / "checks.py").write_text(checks, encoding="utf-8")
        (folder / "public_checks.py").write_text(checks, encoding="utf-8")
        (root / "solutions").mkdir(exist_ok=True)
        (root / "solutions" / f"{name}.py").write_text(solution, encoding="utf-8")
    return Kit(root)


def handed_in(tmp_path: Path, whole: str = WHOLE, unit: str | None = UNIT) -> Path:
    """A student's folder."""
    folder = tmp_path / "submissions" / "ann"
    folder.mkdir(parents=True)
    (folder / "whole.py").write_text(whole, encoding="utf-8")
    if unit is not None:
        (folder / "unit.py").write_text(unit, encoding="utf-8")
    return folder


def rubric(kit: Kit) -> Rubric:
    """What ``whole`` is marked by."""
    return rubric_for(kit, "whole", 1)


def marked(kit: Kit, folder: Path) -> Report:
    """The report on the one student."""
    (submission,) = find_submissions(folder.parent, kit.assignment("whole"))
    return mark(submission, rubric(kit))


def failed(report: Report) -> list[str]:
    """The checks that failed."""
    return [each.name for result in report.exercises for each in result.checks if each.verdict != "passed"]


def test_a_module_is_imported_from_beside(kit: Kit, tmp_path: Path) -> None:
    """The student's own earlier module is what the later one is built on."""
    assert marked(kit, handed_in(tmp_path)).score == 100


def test_the_other_files_of_a_folder_are_not_offered(kit: Kit, tmp_path: Path) -> None:
    """Only what the assignment uses can be imported."""
    folder = handed_in(tmp_path, "import other\n" + WHOLE)
    (folder / "other.py").write_text("", encoding="utf-8")
    report = marked(kit, folder)
    assert report.status == "broken" and report.message is not None and "'other' is not available" in report.message.en


def test_an_archive_holds_both(kit: Kit, tmp_path: Path) -> None:
    """Both modules may come in one archive."""
    folder = handed_in(tmp_path)
    archive = folder.parent / "bob.zip"
    with zipfile.ZipFile(archive, "w") as file:
        for path in sorted(folder.iterdir()):
            file.write(path, f"work/{path.name}")
    shutil.rmtree(folder)
    (submission,) = find_submissions(folder.parent, kit.assignment("whole"))
    assert companions_of(submission, rubric(kit).beside) == (("unit", UNIT, ""),)
    assert mark(submission, rubric(kit)).score == 100


def test_a_missing_module_is_told(kit: Kit, tmp_path: Path) -> None:
    """Without the earlier module the later one does not import, and the student reads which file is missing."""
    report = marked(kit, handed_in(tmp_path, unit=None))
    assert report.status == "broken"
    assert report.message is not None and "unit.py" in report.message.en


def test_a_mistake_beside_is_told_with_its_file(kit: Kit, tmp_path: Path) -> None:
    """An exception in the earlier module names that file and line."""
    report = marked(kit, handed_in(tmp_path, unit="def step(x):\n    return x + unknown\n"))
    (result,) = report.exercises
    assert "unit.py, line 2" in (result.checks[0].message.en if result.checks[0].message else "")
    assert "unit.py" in result.checks[0].staff_detail


def test_a_file_that_does_not_compile_beside_is_told(kit: Kit, tmp_path: Path) -> None:
    """A syntax error in the earlier module names that file and line."""
    report = marked(kit, handed_in(tmp_path, unit="\ndef step(x) return\n"))
    assert report.message is not None and "unit.py, line 2" in report.message.en


def test_a_stand_in_shows_whose_mistake_it_is(kit: Kit, tmp_path: Path) -> None:
    """On top of another module the student's own code is right, although what it was built on is not."""
    report = marked(kit, handed_in(tmp_path, unit=UNIT.replace("+ 1", "+ 2")))
    assert failed(report) == ["two_steps", "one_step_alone"]


def test_a_stand_in_of_the_modules_own_name_takes_the_place_of_a_part(kit: Kit) -> None:
    """What it defines goes before what the student's own text does; the rest stays, and so does the module itself."""
    with open_host("auto", ("numpy",)) as workers, workers.cell(kit.assignment("whole").limits) as cell:
        cell.allow(5)
        student = Student(cell)
        student.load("whole", WHOLE + "\n\ndef twice(x):\n    return walk(x) * 2\n", ("numpy",), (("unit", UNIT, ""),))
        again = student.loaded_again((("whole", "def walk(x):\n    return 7\n", ""),))
        assert (again.twice(1), student.twice(1)) == (14, 6)


def test_a_wrong_later_module_fails_on_every_ground(kit: Kit, tmp_path: Path) -> None:
    """A mistake in the later module is found on its own ground and on a stand-in's; the earlier one is right."""
    report = marked(kit, handed_in(tmp_path, WHOLE.replace("step(step(x))", "step(x)")))
    assert failed(report) == ["two_steps", "two_steps_of_a_stand_in"]


def test_the_students_own_modules_are_back_after_a_stand_in(kit: Kit, tmp_path: Path) -> None:
    """A stand-in is gone when the module on top of it has been made."""
    lazy = "def walk(x):\n    from unit import step\n    return step(step(x))\n"
    report = marked(kit, handed_in(tmp_path, lazy))
    assert failed(report) == ["two_steps_of_a_stand_in"]  # what is imported in a call is the student's own


def test_the_reference_is_built_on_references(kit: Kit) -> None:
    """The reference of the later assignment imports that of the earlier one, and leaves no name behind."""
    import sys

    assert kit.reference(kit.assignment("whole")).walk(1) == 3
    assert "unit" not in sys.modules


def test_an_exercise_has_its_own_time(kit: Kit) -> None:
    """The seconds of an exercise go before those of the assignment, and a share of them is a share of both."""
    assignment = kit.assignment("whole")
    (exercise,) = assignment.exercises
    assert assignment.seconds_for(exercise) == 7.5
    first = assignment.within(0.1)
    assert first.seconds_for(first.exercises[0]) == 0.75 and first.limits.seconds == 0.5


@pytest.mark.parametrize("used", ["unti", "whole"])
def test_what_is_used_must_be_another_assignment(kit: Kit, used: str) -> None:
    """An unknown name, and the assignment itself, are told with the file and the key."""
    path = kit.root / "assignments" / "whole" / "assignment.toml"
    path.write_text(path.read_text(encoding="utf-8").replace('"unit"', f'"{used}"'), encoding="utf-8")
    with pytest.raises(AssignmentError, match=r"whole/assignment\.toml: key uses"):
        kit.assignment("whole")


def test_arrays_of_a_students_are_filled_in_place() -> None:
    """What is written into a kept array is seen by the object that holds it; another shape is refused."""
    source = """
import numpy as np
class Layer:
    def __init__(self): self.weights = np.zeros((2, 3))
    def parameters(self): return [(self.weights, self.weights * 2)]
    def total(self): return float(self.weights.sum())
"""
    assignment = Kit(Path(__file__).parents[1]).assignment("mean_pooling")
    with open_host("auto", ("numpy",)) as workers, workers.cell(assignment.limits) as cell:
        cell.allow(5)
        student = Student(cell)
        student.load("work", source, ("numpy",))
        layer = student.new("Layer")
        pair = layer.later.parameters(keep=0, send=False).part(0)
        pair.part(0).fill(np.ones((2, 3)))
        assert layer.total() == 6.0
        refused = pair.part(1)
        refused.fill(np.ones(6))
        with pytest.raises(StudentFault, match=r"shape \(6,\) was expected, not ndarray"):
            refused.fetch()


def test_a_submission_without_a_file_has_no_companions(kit: Kit) -> None:
    """Where nothing was handed in, each module beside is missing too."""
    ((name, source, problem),) = companions_of(Submission("ann", None), rubric(kit).beside)
    assert (name, source) == ("unit", "") and "unit.py" in problem
