"""The kit's files: what an ``assignment.toml`` may say, and that each mistake names file and key."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.catalog import TOML, Kit, find_kit, load_module, read_assignment
from autograder.errors import AssignmentError, KitError, KitNotFound, UnknownAssignment
from autograder.model import Exercise, Limits, Text
from tests.support import KIT

GOOD = """\
title = "Adding"
title_zh = "加法"

[limits]
seconds = 2.5
memory_mib = 256

[imports]
allowed = ["numpy"]

[[exercises]]
name = "forward"
title = "Forward"
title_zh = "前向"
points = 60

[[exercises]]
name = "backward"
title = "Backward"
title_zh = "反向"
points = 40
"""
EXERCISES = GOOD[GOOD.index("[[exercises]]") :]
LIMITS = GOOD[GOOD.index("[limits]") : GOOD.index("[[exercises]]")]
CHECK = '''from autograder.registry import check
@check({exercise!r}, zh="题")
def {exercise}_works(trial):
    """It works."""
'''


def kit_of(root: Path, **tomls: str) -> Kit:
    """A kit with these assignments, each given as its file's text."""
    for name, text in tomls.items():
        folder = root / "assignments" / name
        folder.mkdir(parents=True)
        (folder / TOML).write_text(text, encoding="utf-8")
    return Kit(root)


def complaint(root: Path, old: str, new: str) -> str:
    """What is said of the good file with ``old`` exchanged for ``new``."""
    assert GOOD.count(old) >= 1
    kit = kit_of(root, adding=GOOD.replace(old, new, 1))
    with pytest.raises(AssignmentError) as caught:
        kit.assignment("adding")
    text = str(caught.value)
    assert text.startswith(f"{root / 'assignments' / 'adding' / TOML}: ")
    assert "\n" not in text
    return text.partition(f"{TOML}: ")[2]


# --------------------------------------------------------------------------------- a good file


def test_a_good_file_is_read_whole(tmp_path: Path) -> None:
    """Everything the file says stands in the record."""
    assignment = kit_of(tmp_path, adding=GOOD).assignment("adding")
    assert assignment.name == "adding"
    assert assignment.filename == "adding.py"
    assert assignment.title == Text("Adding", "加法")
    assert assignment.limits == Limits(2.5, 256)
    assert assignment.imports == ("numpy",)
    assert assignment.folder == tmp_path / "assignments" / "adding"
    assert assignment.max_score == 100
    assert assignment.exercises == (
        Exercise("forward", Text("Forward", "前向"), 60),
        Exercise("backward", Text("Backward", "反向"), 40),
    )


@pytest.mark.parametrize("name", KIT.names)
def test_the_assignments_of_this_kit_are_good(name: str) -> None:
    """Each file of our own is read without a complaint."""
    assert KIT.assignment(name).max_score == 100


# ------------------------------------------------------------------------------------- mistakes


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('title = "Adding"', "", "key title is missing, empty or no str"),
        ('title = "Adding"', "title = 5", "key title is missing"),
        ('title = "Adding"', 'title = ""', "key title is missing"),
        ('title_zh = "加法"', "", "key title_zh is missing"),
        ("[limits]\nseconds = 2.5\nmemory_mib = 256", "", "key limits is missing"),
        ("[limits]\nseconds = 2.5\nmemory_mib = 256", "limits = 3", "key limits is missing, empty or no dict"),
        ("seconds = 2.5", "", "key limits.seconds must be a number above 0"),
        ("seconds = 2.5", "seconds = 0", "key limits.seconds must be"),
        ("seconds = 2.5", "seconds = -1", "key limits.seconds must be"),
        ("seconds = 2.5", "seconds = true", "key limits.seconds must be"),
        ("seconds = 2.5", 'seconds = "5"', "key limits.seconds must be"),
        ("seconds = 2.5", "seconds = nan", "key limits.seconds must be"),
        ("seconds = 2.5", "seconds = inf", "key limits.seconds must be"),
        ("memory_mib = 256", "", "key limits.memory_mib must be"),
        ("memory_mib = 256", "memory_mib = inf", "key limits.memory_mib must be"),
        ("memory_mib = 256", "memory_mib = 0.5", "key limits.memory_mib must be whole, not 0.5"),
        ('[imports]\nallowed = ["numpy"]', "", "key imports is missing"),
        ('allowed = ["numpy"]', "", "key imports.allowed is missing"),
        ('allowed = ["numpy"]', 'allowed = "numpy"', "key imports.allowed is missing, empty or no list"),
        ('allowed = ["numpy"]', "allowed = []", "key imports.allowed is missing, empty"),
        ('allowed = ["numpy"]', "allowed = [1]", "key imports.allowed must be a list of names"),
        ('name = "forward"', "", "key exercises.name is missing"),
        ('name = "forward"', "name = 3", "key exercises.name is missing"),
        ('title = "Forward"', "", "key exercises.title is missing"),
        ('title_zh = "前向"', "", "key exercises.title_zh is missing"),
        ("points = 60", "", "key exercises.points must be a number above 0"),
        ("points = 60", "points = 0", "key exercises.points must be"),
        ("points = 60", "points = inf", "key exercises.points must be"),
        ("points = 60", "points = 59.5", "key exercises.points must be whole, not 59.5"),
        ("points = 60", "points = 50", "key points: the exercises add up to 90, not 100"),
        ('name = "forward"', 'name = "backward"', "key exercises: two exercises have the same name, backward: "),
        (EXERCISES, "", "key exercises is missing"),
        (EXERCISES, "[exercises]\npoints = 100", "key exercises is missing, empty or no list"),
        (EXERCISES, "[other]", "unknown key other"),
        (LIMITS + EXERCISES, f"exercises = [100]\n{LIMITS}", "key exercises must be a list of [[exercises]] tables"),
        ('title = "Adding"', 'title = "Adding', "not readable as TOML: "),
        ('title = "Adding"', 'title = "Adding"\ntitle = "Twice"', "not readable as TOML: "),
    ],
)
def test_each_mistake_names_file_and_key(tmp_path: Path, old: str, new: str, said: str) -> None:
    """One line tells which file, which key and what it should be."""
    assert complaint(tmp_path, old, new).startswith(said)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("title_zh", "titel_zh", "unknown key titel_zh: did you mean title_zh?"),
        ("seconds", "second", "unknown key limits.second: did you mean seconds?"),
        ("memory_mib", "memory_mb", "unknown key limits.memory_mb: did you mean memory_mib?"),
        ("allowed", "alowed", "unknown key imports.alowed: did you mean allowed?"),
        ("points = 60", "point = 60", "unknown key exercises.point: did you mean points?"),
        ("[limits]", "[limit]", "unknown key limit: did you mean limits?"),
        (
            "points = 60",
            "points = 60\nqqq = 1",
            "unknown key exercises.qqq: known are name, points, seconds, title, title_zh",
        ),
    ],
)
def test_an_unknown_key_is_told_its_nearest(tmp_path: Path, old: str, new: str, said: str) -> None:
    """A misspelt key is named with the key it may have been, or with all there are."""
    assert complaint(tmp_path, old, new) == said


def test_a_file_that_is_not_utf8_is_named(tmp_path: Path) -> None:
    """Bytes that are no text are the file's fault."""
    path = tmp_path / TOML
    path.write_bytes(b'title = "\xff"')
    with pytest.raises(AssignmentError, match=r"assignment\.toml: not readable as TOML"):
        read_assignment(path)


# ------------------------------------------------------------------------------ finding a kit


def test_names_are_sorted_and_only_assignments(tmp_path: Path) -> None:
    """A folder without its file is no assignment."""
    kit = kit_of(tmp_path, zebra=GOOD, adding=GOOD)
    (tmp_path / "assignments" / "middle").mkdir()
    assert kit.names == ("adding", "zebra")


def test_a_course_takes_each_after_those_it_names_and_uses(tmp_path: Path) -> None:
    """By the alphabet where that leaves a choice; a name that is not here asks for nothing."""
    first, second = (f'{key} = ["zebra"]\n{GOOD}' for key in ("after", "uses"))
    kit = kit_of(tmp_path, adding=first, middle=second, zebra=f'after = ["gone"]\n{GOOD}', apart=GOOD)
    assert kit.in_order == ("apart", "zebra", "adding", "middle")


def test_assignments_that_wait_for_each_other_are_refused(tmp_path: Path) -> None:
    """One line names them."""
    one, other = (f'after = ["{name}"]\n{GOOD}' for name in ("other", "one"))
    with pytest.raises(AssignmentError, match=r"keys after and uses: .*one after other|other after one"):
        kit_of(tmp_path, one=one, other=other).in_order  # noqa: B018 - that is what raises


@pytest.mark.parametrize(
    ("wanted", "hint"),
    [("addin", "did you mean adding?"), ("Adding", "did you mean adding?"), ("qqqq", "there are adding")],
)
def test_an_unknown_assignment_is_told_its_nearest(tmp_path: Path, wanted: str, hint: str) -> None:
    """A name nobody knows gets the nearest one, or all there are."""
    with pytest.raises(UnknownAssignment) as caught:
        kit_of(tmp_path, adding=GOOD).assignment(wanted)
    assert str(caught.value) == f"no assignment is called {wanted!r}: {hint}"


@pytest.mark.parametrize("name", ["..", "../assignments/adding", "", "."])
def test_a_path_is_no_name(tmp_path: Path, name: str) -> None:
    """Nothing outside the list of names is opened."""
    with pytest.raises(UnknownAssignment):
        kit_of(tmp_path, adding=GOOD).assignment(name)


def test_a_folder_that_is_no_module_s_name_is_refused(tmp_path: Path) -> None:
    """A submission has the folder's name, so one that cannot be imported will not do."""
    with pytest.raises(AssignmentError, match="'add-ing' is no name for a module: write letters, digits and _"):
        kit_of(tmp_path, **{"add-ing": GOOD}).assignment("add-ing")


def test_a_kit_is_found_upwards(tmp_path: Path) -> None:
    """Any folder inside a kit leads to it."""
    kit_of(tmp_path, adding=GOOD)
    deep = tmp_path / "assignments" / "adding" / "figures"
    deep.mkdir()
    assert find_kit(deep).root == tmp_path.resolve()


def test_a_named_kit_is_taken_and_not_searched_for(tmp_path: Path) -> None:
    """A folder that was named must be the kit itself."""
    kit_of(tmp_path, adding=GOOD)
    assert find_kit(Path("/"), named=tmp_path).root == tmp_path.resolve()
    with pytest.raises(KitNotFound, match="--kit DIR"):
        find_kit(tmp_path, named=tmp_path / "assignments")


def test_no_kit_is_told_where_it_was_looked_for(tmp_path: Path) -> None:
    """The folder that was searched from is named, in one line."""
    with pytest.raises(KitNotFound) as caught:
        find_kit(tmp_path)
    assert str(tmp_path.resolve()) in str(caught.value)
    assert isinstance(caught.value, KitError)


# ------------------------------------------------------------------------ checks and solutions


def test_checks_are_loaded_from_the_assignment(tmp_path: Path) -> None:
    """Staff's and students' checks come from files of their own."""
    kit = kit_of(tmp_path, adding=GOOD)
    assignment = kit.assignment("adding")
    both = CHECK.format(exercise="forward") + CHECK.format(exercise="backward")
    (assignment.folder / "checks.py").write_text(both, encoding="utf-8")
    (assignment.folder / "public_checks.py").write_text(both.replace("_works", "_runs"), encoding="utf-8")
    assert [record.name for record in kit.checks(assignment)] == ["forward_works", "backward_works"]
    assert [record.name for record in kit.public_checks(assignment)] == ["forward_runs", "backward_runs"]


def test_an_exercise_nobody_checks_is_refused(tmp_path: Path) -> None:
    """Points that no check gives are a mistake."""
    kit = kit_of(tmp_path, adding=GOOD)
    assignment = kit.assignment("adding")
    (assignment.folder / "checks.py").write_text(CHECK.format(exercise="forward"), encoding="utf-8")
    with pytest.raises(AssignmentError, match=r"checks\.py: no check for exercise backward"):
        kit.checks(assignment)


@pytest.mark.parametrize("missing", ["checks", "public_checks", "reference"])
def test_a_missing_file_is_named(tmp_path: Path, missing: str) -> None:
    """What is not there is named by its path."""
    kit = kit_of(tmp_path, adding=GOOD)
    with pytest.raises(AssignmentError, match=r"\.py is missing"):
        getattr(kit, missing)(kit.assignment("adding"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("from autograder.model import Text\n\nX = Text('one language')\n", "checks.py:3 does not import: TypeError"),
        ("X = 1\ndef :\n", "checks.py:2 does not import: SyntaxError"),
        ("import no_such_thing_anywhere\n", "checks.py:1 does not import: ModuleNotFoundError"),
    ],
)
def test_a_file_that_does_not_import_is_told_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    """Whether it cannot be read, or stops on the way."""
    kit = kit_of(tmp_path, adding=GOOD)
    assignment = kit.assignment("adding")
    (assignment.folder / "checks.py").write_text(text, encoding="utf-8")
    with pytest.raises(AssignmentError) as caught:
        kit.checks(assignment)
    assert said in str(caught.value)


def test_the_reference_is_the_solution(tmp_path: Path) -> None:
    """It is imported from ``solutions/`` under the assignment's name."""
    kit = kit_of(tmp_path, adding=GOOD)
    (tmp_path / "solutions").mkdir()
    (tmp_path / "solutions" / "adding.py").write_text("ANSWER = 42\n", encoding="utf-8")
    assert kit.reference(kit.assignment("adding")).ANSWER == 42


def test_dataclasses_work_in_loaded_modules(tmp_path: Path) -> None:
    """A loaded module is known to the interpreter, as a dataclass in it needs."""
    path = tmp_path / "records.py"
    text = "from __future__ import annotations\nfrom dataclasses import dataclass\n@dataclass\nclass R:\n    x: int\n"
    path.write_text(text, encoding="utf-8")
    assert load_module(path, "records_of_a_test").R(3).x == 3
