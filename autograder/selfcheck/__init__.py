"""Proves a kit consistent: each reference earns everything, each stub nothing, nothing missing or stray.

Every inspection gives its findings as one line each; none at all means that the kit is in order.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

from autograder.catalog import Kit
from autograder.errors import KitError
from autograder.model import Assignment
from autograder.selfcheck.files import inspect_layout, inspect_sources
from autograder.selfcheck.handouts import inspect_handouts
from autograder.selfcheck.languages import inspect_languages
from autograder.selfcheck.marks import inspect_marks
from autograder.selfcheck.mistakes import inspect_coverage, inspect_misconceptions
from autograder.selfcheck.notebook import inspect_notebook

__all__ = ["inspect_files", "inspect_kit", "inspect_marks", "inspect_misconceptions"]


def inspect_kit(kit: Kit, tell: Callable[[str], None], only: Collection[str] = ()) -> tuple[str, ...]:
    """Everything that is wrong with the kit, a line each; ``tell`` hears what is being looked at.

    ``only`` names the assignments to look at; then costly checks, too, are put to their misconceptions.
    Raises ``UnknownAssignment``.
    """
    for name in set(only) - set(kit.names):
        kit.assignment(name)  # says which there are
    findings = list(() if only else inspect_layout(kit))
    for name in kit.names:
        if name in only or not only:
            findings += _inspected(kit, name, tell, bool(only))
    return tuple(findings)


def inspect_files(kit: Kit, assignment: Assignment) -> Iterator[str]:
    """What is wrong with an assignment's files, without marking anything."""
    yield from inspect_sources(kit, assignment)
    yield from inspect_handouts(assignment)
    yield from inspect_coverage(assignment)
    yield from inspect_languages(kit, assignment)
    yield from inspect_notebook(kit, assignment)


def _inspected(kit: Kit, name: str, tell: Callable[[str], None], thorough: bool) -> list[str]:
    """The findings about an assignment, up to the first that leaves nothing more to look at."""
    findings: list[str] = []
    try:
        assignment = kit.assignment(name)
        tell(f"{name}: looking at files, handouts and template")
        findings += inspect_files(kit, assignment)
        tell(f"{name}: marking the reference and the stub")
        findings += inspect_marks(kit, assignment)
        findings += inspect_misconceptions(kit, assignment, tell, thorough)
    except (KitError, OSError) as error:
        findings.append(f"{name}: {error}")
    return findings
