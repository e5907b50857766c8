"""Declaring checks: what a record holds, how checks are collected, and what is refused at import."""

from __future__ import annotations

from types import ModuleType

import pytest

from autograder.errors import AssignmentError
from autograder.model import Check, Text
from autograder.registry import check, checks_of

HEADER = "from autograder.registry import check\n"


def module_of(source: str, name: str = "checks_small") -> ModuleType:
    """A module of checks with this text."""
    module = ModuleType(name)
    module.__file__ = f"{name}.py"
    exec(HEADER + source, vars(module))
    return module


def written(name: str, exercise: str = "one", **options: object) -> str:
    """The text of a check."""
    given = "".join(f", {key}={value!r}" for key, value in options.items())
    return f'@check({exercise!r}, zh="题"{given})\ndef {name}(trial):\n    """Title of {name}."""\n'


def collected(*sources: str, exercises: tuple[str, ...] = ("one", "two")) -> tuple[Check, ...]:
    """The checks of one module of these texts."""
    return checks_of([module_of("".join(sources))], exercises)


def test_a_check_is_recorded_as_declared() -> None:
    """Name, exercise, both titles, weight, prerequisites and the function itself are kept."""
    (first, second) = collected(written("a"), written("b", weight=3, requires=("a",)))
    assert (second.name, second.exercise, second.weight, second.requires) == ("b", "one", 3, ("a",))
    assert second.title == Text("Title of b.", "题")
    assert second.function.__name__ == "b"
    assert (first.weight, first.requires) == (1, ())


def test_the_title_is_the_first_line() -> None:
    """What follows the first line of a docstring is not for students."""

    @check("one", zh="题")
    def long(trial: object) -> None:
        """What students read.

        What staff read.
        """

    assert long.check.title.en == "What students read."  # type: ignore[attr-defined]


def test_the_function_stays_callable() -> None:
    """Declaring a check does not wrap it."""

    def plain(trial: object) -> None:
        """Title."""

    assert check("one", zh="题")(plain) is plain


def test_checks_come_by_exercise_and_then_as_written() -> None:
    """The assignment decides the order of exercises, the file that of the checks in each."""
    found = collected(written("z", "two"), written("b"), written("y", "two"), written("a"))
    assert [record.name for record in found] == ["b", "a", "z", "y"]


def test_checks_of_several_modules_are_put_together() -> None:
    """Two modules count as one, in order."""
    modules = [module_of(written("a"), "checks_first"), module_of(written("b"), "checks_second")]
    assert [record.name for record in checks_of(modules, ["one"])] == ["a", "b"]


def test_imported_checks_do_not_count() -> None:
    """A check that another module declared and this one imports is not taken twice."""
    other = module_of(written("a"), "checks_first")
    module = module_of(written("b"))
    vars(module)["a"] = vars(other)["a"]
    assert [record.name for record in checks_of([module], ["one"])] == ["b"]


def test_what_only_looks_like_a_check_does_not_count() -> None:
    """An object with an attribute of that name is no check."""
    module = module_of(written("a") + "class Other:\n    check = 1\n")
    assert [record.name for record in checks_of([module], ["one"])] == ["a"]


def test_a_module_without_checks_has_none() -> None:
    """No checks are no error here."""
    assert collected("") == ()


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ('@check("one", zh="题")\ndef a(trial):\n    pass\n', "check a needs a docstring and a zh title"),
        ('@check("one", zh="题")\ndef a(trial):\n    """  """\n', "check a needs a docstring and a zh title"),
        ('@check("one", zh="")\ndef a(trial):\n    """Title."""\n', "check a needs a docstring and a zh title"),
        ('@check("one")\ndef a(trial):\n    """Title."""\n', "small.py:2: check a needs a docstring and a zh title"),
        (
            written("a") + written("b", requires="a"),
            "checks_small.py:5: check b requires a text: write a tuple, requires=('a',)",
        ),
        (written("a", weight=0), "check a has weight 0: make it 1 or more"),
        (written("a", weight=-2), "check a has weight -2: make it 1 or more"),
        (written("a", "three"), "checks_small.py:2: check a is for unknown exercise 'three'"),
        (written("a", requires=("b",)), "check a requires 'b': name an earlier check of exercise one"),
        (written("a", requires=("a",)), "check a requires 'a': name an earlier check of exercise one"),
        (written("a", requires=("b",)) + written("b"), "check a requires 'b'"),
        (
            written("a") + written("b", "two", requires=("a",)),
            "check b requires 'a': name an earlier check of exercise",
        ),
        (written("a") + written("a", weight=2), "check a is declared twice: rename one"),
        (written("a") + "also = a\n", "checks_small.py:2: check a is declared twice: rename one"),
    ],
)
def test_mistakes_are_refused_with_a_name(source: str, complaint: str) -> None:
    """A check that is not as it should be is named, with what to do."""
    with pytest.raises(AssignmentError) as caught:
        collected(source)
    assert complaint in str(caught.value)


def test_a_name_used_in_two_modules_is_refused() -> None:
    """Names are unique over all modules of an assignment."""
    modules = [module_of(written("a"), "checks_first"), module_of(written("a"), "checks_second")]
    with pytest.raises(AssignmentError, match=r"checks_second\.py:2: check a is declared twice"):
        checks_of(modules, ["one"])
