"""The public checks on what a notebook has defined: ``%autograder max_pooling`` or a call of ``check_here``.

``%load_ext autograder`` makes the magic known. Nothing is confined here: the notebook's code runs beside ours anyway.
"""

from __future__ import annotations

import io
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment
from rich.console import Console

from autograder.catalog import Kit, find_kit
from autograder.errors import KitError, UnknownAssignment
from autograder.language import spoken
from autograder.model import PUBLIC_SEED, Assignment, ExerciseResult, Text, Verdict
from autograder.notebooks.inside import result_of
from autograder.report import wording
from autograder.report.plain import plain
from autograder.report.sections import section_of
from autograder.report.student_view import TO_DO, exercise_view, is_to_do
from autograder.scoring import shown

WIDTH = 100
"""Columns of the plain text."""
COLOURS = {Verdict.PASSED: "#2e8b57", Verdict.FAILED: "#d1495b", Verdict.SKIPPED: "#b8860b", Verdict.ERRORED: "#d1495b"}
UNKNOWN = Text(
    "no assignment or exercise of one is called {called}: name one of {offered}",
    "没有名为 {called} 的作业或题目：请从 {offered} 中选一个",
)
NOT_CLEAR = (
    ("it is not clear which assignment is meant: write {offered}", " or "),
    ("无法确定指的是哪一份作业：请写 {offered}", " 或 "),
)
"""In English and in Chinese, with the word between what may be written."""
TO_DO_COLOUR = "#4a7fb5"
"""These can be read on white and on black."""

PAGE = """\
<div style="max-width: 60em; line-height: 1.5">
<div style="font-weight: bold; margin-bottom: .3em">{{ title }}</div>
{% for row in rows -%}
<div style="border-left: .3em solid {{ row.colour }}; padding: .1em 0 .1em .8em; margin: .4em 0">
<div><span style="color: {{ row.colour }}; font-weight: bold">{{ row.sign }}</span> {{ row.title }}
<code>{{ row.name }}</code> <span style="opacity: .65">{{ row.points }}</span></div>
{% for finding in row.section.findings -%}
<div><b>{{ likely }}</b> {{ finding.text|plain }}</div>
<div style="opacity: .8">{{ hint }} {{ finding.hint|plain }}</div>
{% endfor -%}
{% for problem in row.section.problems -%}
<div style="margin-top: .3em">✗ {{ problem.title }}</div>
<div style="padding-left: 1.2em">{{ problem.message|plain }}</div>
{% endfor -%}
{% for note in row.section.notes -%}
<div style="opacity: .65">{{ note }}</div>
{% endfor -%}
</div>
{% endfor -%}
<div style="opacity: .65">{{ closing }}</div>
</div>
"""


@dataclass(frozen=True)
class CheckedHere:
    """What the public checks say of a notebook: a table in Jupyter, and plain text elsewhere."""

    assignment: Assignment
    exercises: tuple[ExerciseResult, ...]
    language: str

    @property
    def passed(self) -> bool:
        """Whether every check passed."""
        return all(result.verdict is Verdict.PASSED for result in self.exercises)

    def _repr_html_(self) -> str:
        """What Jupyter shows: whatever comes from a student is escaped, and colours suit light pages and dark ones."""
        environment = Environment(autoescape=True)
        environment.filters["plain"] = plain
        return environment.from_string(PAGE).render(
            title=f"{self.assignment.name}: {self.assignment.title.into(self.language)}",
            rows=[self._row(result) for result in self.exercises],
            likely=wording.LIKELY.into(self.language),
            hint=wording.HINT.into(self.language),
            closing=wording.HIDDEN_TOO.into(self.language),
        )

    def __str__(self) -> str:
        # In Jupyter rich would show each line as an output of its own, and write nothing into the file.
        console = Console(file=io.StringIO(), width=WIDTH, highlight=False, color_system=None, force_jupyter=False)
        for result in self.exercises:
            for part in exercise_view(result, self.language):
                console.print(part)
        console.print(wording.HIDDEN_TOO.into(self.language))
        written: io.StringIO = console.file  # type: ignore[assignment]
        return "\n".join(line.rstrip() for line in written.getvalue().splitlines())

    __repr__ = __str__

    def _row(self, result: ExerciseResult) -> dict[str, Any]:
        todo = is_to_do(result)
        return {
            "colour": TO_DO_COLOUR if todo else COLOURS[result.verdict],
            "sign": TO_DO if todo else wording.SIGNS[result.verdict],
            "title": result.exercise.title.into(self.language),
            "name": result.exercise.name,
            "points": f"{shown(result.score)} / {result.exercise.points}",
            "section": section_of(result, self.language) if result.verdict is not Verdict.PASSED else None,
        }


def check_here(*wanted: str, language: str | None = None, names: dict[str, Any] | None = None) -> CheckedHere:
    """The public checks on what is defined here; ``wanted`` names an assignment, exercises, both or neither.

    Where several assignments fit, it is the one of which most is defined. ``names`` are the notebook's own by default.
    Raises ``UnknownAssignment`` where it is not clear which is meant, ``KitNotFound`` where no kit is here or above.
    """
    kit = find_kit(Path.cwd())
    defined = vars(sys.modules["__main__"]) if names is None else names
    assignment = _meant(kit, wanted, defined)
    exercises = [each.name for each in assignment.exercises]
    asked = [each for each in wanted if each in exercises] or exercises
    results = tuple(
        result_of(defined, kit.root, assignment.name, each, PUBLIC_SEED, public=True, timed=True)
        for each in exercises
        if each in asked
    )
    return CheckedHere(assignment, results, spoken(language))


def load(shell: Any) -> None:
    """Make ``%autograder`` known to an IPython shell."""
    from IPython.core.error import UsageError

    def autograder(line: str) -> CheckedHere:
        """The public checks on what this notebook has defined: %autograder [ASSIGNMENT] [EXERCISE ...]."""
        try:
            return check_here(*line.split(), names=shell.user_ns)
        except KitError as error:
            raise UsageError(error.into(spoken())) from error

    shell.register_magic_function(autograder, magic_kind="line", magic_name="autograder")


def _meant(kit: Kit, wanted: tuple[str, ...], defined: dict[str, Any]) -> Assignment:
    """The assignment that is named or has all the exercises that are; of several, the one of which most is defined."""
    assignments = [kit.assignment(name) for name in kit.in_order]
    names = set(wanted)
    fitting = [each for each in assignments if names <= {each.name, *(exercise.name for exercise in each.exercises)}]
    if names and not fitting:
        offered = ", ".join(each.name for each in assignments)
        raise UnknownAssignment(UNKNOWN.format(called=repr(" ".join(wanted)), offered=offered))
    shares = [_share(kit, each, defined) for each in fitting]
    if len(fitting) > 1 and shares.count(max(shares)) > 1:
        raise UnknownAssignment(_not_clear(wanted, fitting))
    return fitting[shares.index(max(shares))]


def _share(kit: Kit, assignment: Assignment, defined: dict[str, Any]) -> float:
    """How much of what the assignment asks for is defined."""
    outline = kit.outline(assignment)
    wanted = outline.wanted if outline else ()
    return sum(name in defined for name in wanted) / max(len(wanted), 1)


def _not_clear(wanted: tuple[str, ...], fitting: list[Assignment]) -> Text:
    """That several assignments may be meant, and how to name each."""
    lines = [f"%autograder {' '.join((each.name, *wanted))}" for each in fitting]
    return Text(*(text.format(offered=word.join(lines)) for text, word in NOT_CLEAR))
