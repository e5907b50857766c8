"""The ``@check`` decorator: a check is one function, and its docstring is what a student reads.

The decorator only attaches a ``Check`` record to the function; ``checks_of`` collects the records
of a module, so nothing is global and two kits can be loaded side by side.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from types import ModuleType
from typing import TYPE_CHECKING, Any

from autograder.errors import AssignmentError
from autograder.model import Check, Question, Text
from autograder.places import place_of

if TYPE_CHECKING:
    from autograder.trial import Trial

    CheckFunction = Callable[[Trial], None]
else:
    CheckFunction = Callable[[Any], None]


def check(
    exercise: str,
    *,
    zh: str = "",
    weight: int = 1,
    requires: tuple[str, ...] = (),
    reads: tuple[Question, ...] = (),
    timed: bool = False,
    costly: bool = False,
) -> Callable[[CheckFunction], CheckFunction]:
    """Declare a check of ``exercise``; the docstring is its English title and ``zh`` its Chinese one.

    ``weight`` is the check's share of the exercise's points. ``requires`` names checks of the same
    exercise that must have passed, or this one is skipped: prerequisites never cross exercises,
    so trouble in one exercise never costs points in another. ``reads`` are the questions whose answers it
    reads by ``Trial.once``: those of several checks travel together, each to be answered by itself. ``timed``
    says that the verdict depends on how long something took: what such a check saw is no evidence for a
    diagnosis. Nor is it of a ``costly`` one: it takes seconds, and is not put to the known mistakes.
    """

    def declare(function: CheckFunction) -> CheckFunction:
        name, whose = function.__name__, _named(function)
        title = inspect.getdoc(function)
        if not title or not zh:
            raise AssignmentError(f"{whose} needs a docstring and a zh title: students read them")
        if function.__qualname__ == name and hasattr(function.__globals__.get(name), "check"):
            raise AssignmentError(f"{whose} is declared twice: rename one")
        if weight < 1:
            raise AssignmentError(f"{whose} has weight {weight}: make it 1 or more")
        if isinstance(requires, str):  # type: ignore[unreachable]
            raise AssignmentError(f"{whose} requires a text: write a tuple, requires=({requires!r},)")
        first_line = title.splitlines()[0]
        function.check = Check(  # type: ignore[attr-defined]
            name, exercise, Text(first_line, zh), weight, requires, function, timed, costly, reads
        )
        return function

    return declare


def probe(exercise: str) -> Callable[[CheckFunction], CheckFunction]:
    """Declare a probe of ``exercise``: it is run where points were lost, to say why, and makes no marks itself."""

    def declare(function: CheckFunction) -> CheckFunction:
        name = function.__name__
        function.probe = Check(name, exercise, Text(name, name), 0, (), function)  # type: ignore[attr-defined]
        return function

    return declare


def probes_beside(checks: Iterable[Check]) -> tuple[Check, ...]:
    """The probes written in the modules of ``checks``, in that order."""
    written = {record.function.__module__: record.function.__globals__ for record in checks}
    return tuple(
        value.probe
        for name, members in written.items()
        for value in members.values()
        if isinstance(getattr(value, "probe", None), Check) and value.__module__ == name
    )


def checks_of(modules: Iterable[ModuleType], exercises: Iterable[str]) -> tuple[Check, ...]:
    """The checks of ``modules`` in the order of ``exercises``, then in the order they are written.

    Raises ``AssignmentError`` for a name used twice, an unknown exercise or prerequisite, a
    prerequisite that comes later, or an exercise nobody checks.
    """
    order = list(exercises)
    found: dict[str, Check] = {}
    for module in modules:
        for record in _declared_in(module):
            if record.name in found:
                raise AssignmentError(f"{_named(record.function)} is declared twice: rename one")
            if record.exercise not in order:
                raise AssignmentError(
                    f"{_named(record.function)} is for unknown exercise {record.exercise!r}: "
                    f"assignment.toml has {', '.join(order)}"
                )
            found[record.name] = record
    checks = sorted(found.values(), key=lambda record: order.index(record.exercise))
    _refuse_bad_prerequisites(checks)
    return tuple(checks)


def _named(function: CheckFunction) -> str:
    return f"{place_of(function)}: check {function.__name__}"


def _declared_in(module: ModuleType) -> list[Check]:
    records = [getattr(value, "check", None) for value in vars(module).values()]
    return [
        record
        for record in records
        if isinstance(record, Check) and record.function.__module__ == module.__name__
    ]


def _refuse_bad_prerequisites(checks: list[Check]) -> None:
    earlier: dict[str, str] = {}
    for record in checks:
        for name in record.requires:
            if earlier.get(name) != record.exercise:
                raise AssignmentError(
                    f"{_named(record.function)} requires {name!r}: name an earlier check of exercise {record.exercise}"
                )
        earlier[record.name] = record.exercise
