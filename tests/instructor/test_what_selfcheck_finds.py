"""What instructors may get wrong in an assignment of their own: ``selfcheck`` says what, where and how to mend it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from autograder.catalog import Kit
from autograder.cli import main
from autograder.errors import AssignmentError
from autograder.lineup import lineup_of
from autograder.model import Text
from autograder.releases.findings import findings_of
from autograder.scaffolding import add_assignment
from autograder.selfcheck import inspect_files, inspect_kit, inspect_marks, inspect_misconceptions
from autograder.selfcheck.handouts import points_told
from tests.instructor.begun import NAME, begun, own, solution

Damage = Callable[[Kit], object]


@pytest.fixture
def kit(tmp_path: Path) -> Kit:
    """A kit that is in order."""
    return begun(tmp_path)


def change(path: Path, old: str, new: str) -> None:
    """Replace a text that is there, the first time it is."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def changed(name: str, old: str, new: str) -> Damage:
    """A file of the assignment with something else in it."""
    return lambda kit: change(own(kit, name), old, new)


def silently(line: str) -> None:
    """Nobody is told."""


def selfcheck(kit: Kit, *arguments: str) -> Result:
    """The command."""
    return CliRunner().invoke(main, ["selfcheck", *arguments, "--kit", str(kit.root)])


# ------------------------------------------------------------------------------------------------ misconceptions

RAISES_OVER_WRONG_ANSWERS = """\
    for case in trial.cases(layers):
        if abs(trial.student.new("ScaleLayer", case.factor).forward(case.x) - case.out).max() > 1:
            raise RuntimeError("a check's own")
"""



def a_default_of_its_own(kit: Kit) -> None:
    """A name that the file of misconceptions has, and the solution has not."""
    path = own(kit, "misconceptions.py")
    change(path, "\n\n@misconception", "\nnothing = 0\n\n\n@misconception")
    change(path, "added_not_multiplied(self, x)", "added_not_multiplied(self, x=nothing)")


MISTAKES: list[tuple[str, Damage]] = [
    (
        "py:15: misconception added-not-multiplied keeps all 30 points of forward: change it, or add a check that sees",
        changed("misconceptions.py", "return x + self.factor", "return self.factor * x"),
    ),
    (
        "misconceptions.py:15: misconception added-not-multiplied replaces 'ScaleLayer.forwrd'",
        changed("misconceptions.py", "ScaleLayer.forward", "ScaleLayer.forwrd"),
    ),
    (
        "misconception added-not-multiplied never answers: it raises NameError: name 'factr' is not defined",
        changed("misconceptions.py", "return x + self.factor", "return x + factr"),
    ),
    (
        "misconception added-not-multiplied does not import: NameError: name 'nothing' is not defined",
        a_default_of_its_own,
    ),
    (
        "misconception added-not-multiplied makes check scaled go wrong by itself: RuntimeError: a check's own",
        changed("checks.py", "    for case in trial.cases(layers):\n", RAISES_OVER_WRONG_ANSWERS),
    ),
]


@pytest.mark.parametrize(("finding", "damage"), MISTAKES, ids=["equal", "misplaced", "crashes", "no import", "check"])
def test_a_misconception_that_is_of_no_use_is_found(kit: Kit, finding: str, damage: Damage) -> None:
    """One that loses nothing, has no place, never answers, cannot be loaded, or is beyond a check; and no other."""
    damage(kit)
    (found,) = inspect_misconceptions(kit, kit.assignment(NAME), silently)
    assert found.startswith(f"{NAME}: ") and finding in found, found


def test_a_mistake_that_only_raises_is_of_use(kit: Kit) -> None:
    """Shapes that do not fit are what students get wrong, too."""
    change(own(kit, "misconceptions.py"), "return x + self.factor", "return x @ self.factor[:1]")
    assert list(inspect_misconceptions(kit, kit.assignment(NAME), silently)) == []


def test_a_misconception_without_an_end_is_found(kit: Kit) -> None:
    """What it does takes longer than it may."""
    change(own(kit, "misconceptions.py"), "return x + self.factor", "while True:\n        pass")
    (found,) = inspect_misconceptions(kit, kit.assignment(NAME), silently, patience=0.3)
    assert "misconception added-not-multiplied does not come to an end within 0.3 s" in found


@pytest.mark.parametrize("thorough", [False, True])
def test_costly_checks_are_put_to_misconceptions_where_that_is_asked_for(kit: Kit, thorough: bool) -> None:
    """Otherwise it is said how many they have to see."""
    change(own(kit, "checks.py"), "系数\", weight=3", "系数\", weight=3, costly=True")
    change(own(kit, "misconceptions.py"), "return x + self.factor", "return self.factor * x")
    told: list[str] = []
    found = list(inspect_misconceptions(kit, kit.assignment(NAME), told.append, thorough))
    assert ["keeps all 30 points of forward" in line for line in found] == [True] * thorough
    assert any(f"1 of them are left to costly checks, which autograder selfcheck {NAME}" in each for each in told) is (
        not thorough
    )


def test_nobody_is_graded_by_a_misconception_without_a_place(kit: Kit) -> None:
    """Its names would be missing in all feedback, so it is told at once."""
    change(own(kit, "misconceptions.py"), "ScaleLayer.forward", "ScaleLayer.forwrd")
    with pytest.raises(AssignmentError, match=r"misconceptions\.py:15: misconception added-not-multiplied replaces"):
        lineup_of(kit, kit.assignment(NAME))


# -------------------------------------------------------------------------------------------------- checks, marks


def line_of(path: Path, text: str) -> int:
    """The line that a text stands on."""
    before, _, _ = path.read_text(encoding="utf-8").partition(text)
    return before.count("\n") + 1


def test_a_check_that_raises_is_told_with_its_line(kit: Kit) -> None:
    """Once, and not once more for the stub."""
    checks = own(kit, "checks.py")
    change(checks, '        trial.expect_close("out"', '        case.shap\n        trial.expect_close("out"')
    line = line_of(checks, "case.shap")
    found = list(inspect_marks(kit, kit.assignment(NAME)))
    told = "check scaled is wrong by itself: AttributeError: 'Case' object has no attribute 'shap'"
    assert found == [f"{NAME}: {checks}:{line}: {told}"]


def test_a_check_that_compares_nothing_is_told_with_its_line(kit: Kit) -> None:
    """And with what to call."""
    checks = own(kit, "checks.py")
    change(checks, '        trial.expect_unchanged("x", case.x, x.fetch(), case)\n', "")
    line = line_of(checks, '@check("forward", zh="不修改输入"')
    (found,) = inspect_marks(kit, kit.assignment(NAME))
    assert found.startswith(f"{NAME}: {checks}:{line}: check input_left_alone is wrong by itself: ")
    assert found.endswith("compared nothing: call one of trial.expect_...")


def test_a_builder_within_a_check_is_told_with_its_line(kit: Kit) -> None:
    """The second of two such would be given what the first has built."""
    checks = own(kit, "checks.py")
    change(checks, "trial.cases(layers)", "trial.cases(lambda *both: layers(*both))")
    (found,) = inspect_marks(kit, kit.assignment(NAME))
    assert "scaled.<locals>.<lambda>" in found and "no function at module level, move it there" in found


def test_a_reference_without_an_end_is_told_with_its_line(kit: Kit) -> None:
    """Cases are built from it before anything is marked."""
    change(solution(kit), "return dout * self.factor", "while True:\n            pass")
    change(own(kit, "assignment.toml"), "seconds = 5", "seconds = 0.1")
    line = line_of(solution(kit), "while True")
    told = rf"{NAME}\.py:({line}|{line + 1}): the reference did not finish the cases of checks\.py within "
    with pytest.raises(AssignmentError, match=told):
        list(inspect_marks(kit, kit.assignment(NAME), patience=0.5))


def test_a_reference_that_loses_points_is_told_with_the_first_complaint(kit: Kit) -> None:
    """The names of all checks that failed, and what the first of them says."""
    change(solution(kit), "return x * self.factor", "return (x * self.factor)[:, :1]")
    found = list(inspect_marks(kit, kit.assignment(NAME)))
    (line,) = [each for each in found if "by the public checks, not 100: public_forward" in each]
    assert "; public_forward says: out" in line


def test_a_package_that_is_not_installed_is_named(kit: Kit) -> None:
    """In place of what every submission would then say."""
    change(own(kit, "assignment.toml"), '"numpy"', '"nunpy"')
    (found,) = inspect_kit(kit, silently)
    assert "key imports.allowed: nunpy is no installed package: install it, or take it out" in found


# ------------------------------------------------------------------------------------------------ files and texts


def english_title(kit: Kit) -> None:
    """Nothing says any more that titles are still to be written."""
    path = own(kit, "assignment.toml")
    change(path, "# TODO instructor 2: ", "# ")
    change(path, "ScaleLayer.forward:每个特征乘以它的系数", "ScaleLayer.forward")


def no_chinese_cell(kit: Kit) -> None:
    """The text before the cell to write in is there in English alone."""
    path = own(kit, "notebook.py")
    text = path.read_text(encoding="utf-8")
    end = text.index("# %% solution")
    path.write_text(text[: text.rindex('# %% [markdown] lang="zh"', 0, end)] + text[end:], encoding="utf-8")


def misspelt(kit: Kit) -> None:
    """A task is for an exercise of another name."""
    change(solution(kit), "# TODO(forward):", "# TODO(forwards):")


HINT = "系数为 1 时特征应当怎样？系数为 0 时呢？"
FILES: list[tuple[str, Damage]] = [
    ("handout.md:10: forward has 30 points in assignment.toml: | `fo", changed("handout.md", "| 30 |", "| 35 |")),
    ("handout.md:43: backward has 70 points", changed("handout.md", "(70 points)", "(65 points)")),
    ("handout.zh.md:42: backward has 70 points", changed("handout.zh.md", "(70 分)", "(65 分)")),
    ("sections (##) in handout.md 5 and handout.zh.md 4", changed("handout.zh.md", "## 3. 一个例子\n", "")),
    ("title_zh of forward has no Chinese character: ScaleLayer.forward", english_title),
    ("its Chinese hint has no Chinese character: what?", changed("misconceptions.py", HINT, "what?")),
    ("zh of check scaled has no Chinese character: scaled", changed("checks.py", "每个特征乘以它的系数", "scaled")),
    ("write # %% checks=\"forward\" once, not 'fwd'", changed("notebook.py", 'checks="forward"', 'checks="fwd"')),
    ("0 checks cells for 'backward': write # %% checks", changed("notebook.py", '# %% checks="backward"\n', "")),
    ("1 solution cells for 'Scale': known are ScaleLayer", changed("notebook.py", "Layer\"", "Layer, Scale\"")),
    ("unknown lang 'cn'", changed("notebook.py", 'lang="zh"', 'lang="cn"')),
    ('a cell of text in en without a twin: write one with lang="zh"', no_chinese_cell),
    ("# TODO(forwards) is for no exercise of assignment.toml: known are backward, forward", misspelt),
]


@pytest.mark.parametrize(("finding", "damage"), FILES, ids=[text[:40] for text, _ in FILES])
def test_what_does_not_agree_is_found(kit: Kit, finding: str, damage: Damage) -> None:
    """Handouts and points, Chinese and English, notebook and exercises."""
    damage(kit)
    found = list(inspect_files(kit, kit.assignment(NAME)))
    assert any(finding in line and line.startswith(NAME) for line in found), found


def test_a_misspelt_task_is_no_drift_as_well(kit: Kit) -> None:
    """The template cannot be right before the solution is."""
    misspelt(kit)
    assert not any("drifted" in line for line in inspect_files(kit, kit.assignment(NAME)))


def test_titles_may_wait_as_long_as_a_note_says_so(tmp_path: Path) -> None:
    """What ``new`` writes without a Chinese title is in order; a release waits for the note."""
    kit = Kit(tmp_path)
    add_assignment(kit, NAME, Text("Scaling", "Scaling"))
    assert list(inspect_files(kit, kit.assignment(NAME))) == []


def test_a_region_without_an_end_is_told_with_its_file(kit: Kit) -> None:
    """And with what to write where."""
    change(solution(kit), "        # END SOLUTION\n", "")
    (found,) = inspect_kit(kit, silently)
    assert found.startswith(f"{NAME}: {solution(kit)}: line ")
    assert found.endswith("write '# END SOLUTION' where that one ends")


def test_a_folder_that_is_no_module_s_name_is_one_finding(kit: Kit) -> None:
    """Its files are neither missing nor stray."""
    own(kit, "").rename(kit.root / "assignments" / "layer-norm")
    for folder in ("solutions", "student_template"):
        (kit.root / folder / f"{NAME}.py").rename(kit.root / folder / "layer_norm.py")
    (found,) = inspect_kit(kit, silently)
    assert "'layer-norm' is no name for a module: write letters, digits and _" in found


@pytest.mark.parametrize(
    ("line", "points"),
    [
        ("| `forward` | `Layer.forward(x)`, 3 axes | 30 |", [30]),
        ("**`forward` (30 points).** Returns 2 arrays.", [30]),
        ("**`forward`**（30 分）返回两个数组", [30]),
        ("## 5. The exercise: `forward(x)` (100 points)", [100]),
        ("| `forward` | what comes out |", []),
        ("| `forward_fast` | another | 40 |", []),
        ("`forward` is called 3 times", []),
    ],
)
def test_points_are_read_where_handouts_give_them(line: str, points: list[int]) -> None:
    """In the table and beside the name; other numbers are none."""
    assert list(points_told("forward", line)) == points


# -------------------------------------------------------------------------------------------------- the commands


def test_findings_are_counted_and_progress_promises_nothing(kit: Kit) -> None:
    """Progress says what is looked at, on stderr, and never that it is right."""
    (kit.root / "solutions" / "one.py").touch()
    (kit.root / "solutions" / "two.py").touch()
    done = selfcheck(kit)
    assert (done.exit_code, len(done.stdout.splitlines())) == (1, 2)
    *progress, last = done.stderr.splitlines()
    assert last == "autograder: 2 things to mend"
    assert all(line.startswith((f"{NAME}: looking", f"{NAME}: marking")) for line in progress)


def test_one_assignment_can_be_looked_at_by_itself(kit: Kit) -> None:
    """Whatever is wrong elsewhere; a name nobody knows is one line, with the nearest."""
    (kit.root / "solutions" / "one.py").touch()
    done = selfcheck(kit, NAME)
    assert (done.exit_code, done.stdout) == (0, f"in order: {NAME}\n")
    unknown = selfcheck(kit, "scales")
    assert unknown.exit_code == 2
    assert unknown.stderr == f"autograder: no assignment is called 'scales': did you mean {NAME}?\n"


def test_a_misspelt_task_is_told_when_templates_are_made(kit: Kit) -> None:
    """The stub would ask for an exercise that nobody knows."""
    misspelt(kit)
    done = CliRunner().invoke(main, ["template", "--kit", str(kit.root)])
    assert done.exit_code == 1
    assert "# TODO(forwards) is for no exercise" in done.stderr


def test_a_release_tells_each_thing_once(kit: Kit) -> None:
    """Points that do not add up stand against selfcheck and against what goes out."""
    change(own(kit, "assignment.toml"), "points = 70", "points = 60")
    told: list[str] = []
    (found,) = findings_of(kit, told.append)
    assert "the exercises add up to 90, not 100" in found
    assert told[-1] == "looking for secrets in what goes out"
