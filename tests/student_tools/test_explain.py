"""``autograder explain``: a check in words, and where the handout teaches its exercise."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from autograder.catalog import Kit
from autograder.cli import main
from autograder.errors import UnknownCheck
from autograder.explain import explain
from autograder.handouts import handout_of, lessons_on, sections_of
from tests import tiny_kit as tiny
from tests.support import KIT

HANDOUT = """# Adding

| exercise | points |
|---|---|
| `add` | 60 |
| `double` | 40 |

## 1. Sums

$$a + b$$

`a` and `b` are arrays.

```
## no heading, but code
```

## 2. Twice

Add it to itself.

### 2.1 By hand

<!-- teaches: double -->

One and one.

## 3. Tasks

**`add` (60).** Section 1, with `double` in mind.

- **`double(x)`** (40) comes next.
"""


@pytest.fixture
def kit(tmp_path: Path) -> Kit:
    """The tiny kit with a handout."""
    kit = tiny.tiny_kit(tmp_path / "kit")
    (kit.root / "assignments" / "adding" / "handout.md").write_text(HANDOUT, encoding="utf-8")
    return kit


def run(kit: Kit, *arguments: str) -> Result:
    """Run ``explain`` in this process."""
    return CliRunner(env={"COLUMNS": "200"}).invoke(main, ["explain", *arguments, "--kit", str(kit.root)])


def test_a_check_is_explained(kit: Kit) -> None:
    """Its title, what it compares, what it calls, its exercise, the handout's place and first lines, its own place."""
    told = run(kit, "public_add").output
    assert "One and one are two." in told
    assert "Adding two arrays: exercise add (60 points)" in told
    assert "the values of the sum, one by one" in told
    assert "add(np.ones(2), np.ones(2))" in told
    assert "→ 3. Tasks  assignments/adding/handout.md:" in told
    assert "**`add` (60).** Section 1" in told
    assert "→ 1. Sums" in told
    assert "`a` and `b` are arrays." in told
    assert "assignments/adding/public_checks.py:" in told


def test_a_check_is_explained_in_chinese(kit: Kit) -> None:
    """Titles and labels are those of the language."""
    told = run(kit, "public_add", "--language", "zh").output
    assert "一加一" in told
    assert "检查内容" in told


def test_hidden_checks_are_explained_where_they_are(kit: Kit) -> None:
    """Staff's kit holds them; what they require and their share of the points are told."""
    told = run(kit, "add_values").output
    assert "[hidden]" in told
    assert "40 of them in this check" in told
    assert "• add_shape" in told
    (kit.root / "assignments" / "adding" / "checks.py").unlink()
    assert run(kit, "add_values").exit_code == 2


def test_a_name_of_pytest_s_will_do(kit: Kit) -> None:
    """A test's full name is the check's."""
    assert "One and one are two." in run(kit, "adding.py::add::public_add").output


def test_unknown_names_are_told_the_nearest(kit: Kit) -> None:
    """One line, exit code 2."""
    result = run(kit, "public_dobule")
    assert result.exit_code == 2
    assert result.output.startswith("autograder: no check is called 'public_dobule': did you mean public_double")
    assert result.output.count("\n") == 1
    with pytest.raises(UnknownCheck, match="explain ASSIGNMENT"):
        explain(kit, "zzz", "en")


def test_an_assignment_s_checks_are_listed(kit: Kit) -> None:
    """By exercise, with titles."""
    told = run(kit, "adding").output
    assert told.index("exercise add (60 points)") < told.index("public_add  One and one are two.")
    assert told.index("public_add") < told.index("exercise double") < told.index("public_double")


def test_an_exercise_s_checks_are_listed(kit: Kit) -> None:
    """Those of the exercise alone, with what to type next; a name that is nearly its own leads to it."""
    told = run(kit, "double").output
    assert "public_double" in told and "public_add" not in told
    assert "python -m autograder explain CHECK" in told
    assert "did you mean double" in run(kit, "duble").output


def test_an_unknown_name_is_told_in_chinese(kit: Kit) -> None:
    """As all that a student reads."""
    assert "没有名为 'zzz' 的检查" in run(kit, "zzz", "--language", "zh").output


# ------------------------------------------------------------------------------------------- handouts


def taught(exercise: str) -> list[str]:
    """The headings under which the made-up handout teaches it."""
    return [lesson.section.heading for lesson in lessons_on(exercise, sections_of(HANDOUT))]


def test_lessons_are_the_task_and_what_it_points_to() -> None:
    """By number where nothing is marked; a heading in code is none."""
    assert taught("add") == ["3. Tasks", "1. Sums"]
    assert [section.number for section in sections_of(HANDOUT)] == ["", "1", "2", "2.1", "3"]


def test_marked_lessons_are_taken_instead() -> None:
    """The comment under a heading decides."""
    assert taught("double") == ["3. Tasks", "2.1 By hand"]


def test_an_exercise_that_is_only_named_is_found_where_it_is_named() -> None:
    """The table will do, and an exercise that is nowhere has no lesson."""
    assert [each.section.heading for each in lessons_on("add", sections_of(HANDOUT)[:1])] == ["Adding"]
    assert taught("times") == []
    assert taught("adding") == []  # the handout's own title teaches nothing


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", ["max_pooling", "mean_pooling", "conv_im2col"])
def test_every_exercise_is_set_and_taught(name: str, language: str) -> None:
    """Each has its task and a section that teaches it, in both languages."""
    assignment = KIT.assignment(name)
    sections = sections_of(handout_of(assignment.folder, language).read_text(encoding="utf-8"))
    for exercise in assignment.exercises:
        lessons = lessons_on(exercise.name, sections)
        assert len(lessons) >= 2
        assert exercise.name in lessons[0].paragraph + lessons[0].section.heading
        assert all(lesson.section.level > 1 for lesson in lessons)


@pytest.mark.parametrize("name", ["max_pooling", "mean_pooling", "conv_im2col"])
def test_what_is_marked_as_taught_is_an_exercise(name: str) -> None:
    """A marker with a typing mistake would never be found."""
    assignment = KIT.assignment(name)
    known = {exercise.name for exercise in assignment.exercises}
    for language in ("en", "zh"):
        sections = sections_of(handout_of(assignment.folder, language).read_text(encoding="utf-8"))
        assert {each for section in sections for each in section.teaches} <= known
