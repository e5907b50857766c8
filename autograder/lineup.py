"""The known mistakes of an assignment, put through the very checks that submissions are.

Each misconception is spliced into the reference and examined in this process, for it is our own code. That takes
milliseconds, so it is done when somebody has failed in the exercise for the first time in a run, and kept.
"""

from __future__ import annotations

import contextlib
import io
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import ModuleType

from autograder.bench import InsideBench
from autograder.catalog import Kit, at_hand, load_module
from autograder.diagnosis.evidence import Evidence, evidence_of
from autograder.diagnosis.naming import Suspect
from autograder.examination import Examined, examine, look_further
from autograder.misconceptions import Misconception, misconceptions_of, refuse_misplaced, splice
from autograder.model import Assignment, Exercise
from autograder.rubrics import Rubric

FILENAME = "misconceptions.py"


class Lineup:
    """The suspects of an assignment, made when they are first asked for."""

    def __init__(
        self, misconceptions: tuple[Misconception, ...], solution: str, beside: Mapping[str, ModuleType]
    ) -> None:
        self._misconceptions = misconceptions
        self._solution = solution
        self._beside = beside
        self._suspects: dict[str, tuple[Suspect, ...]] = {}

    def of(self, exercise: Exercise, rubric: Rubric) -> tuple[Suspect, ...]:
        """The misconceptions about ``exercise`` with what its checks see of each, in the cases of ``rubric``."""
        if exercise.name not in self._suspects:
            mine = [each for each in self._misconceptions if each.exercise == exercise.name]
            self._suspects[exercise.name] = tuple(self._suspect(each, exercise, rubric) for each in mine)
        return self._suspects[exercise.name]

    def _suspect(self, misconception: Misconception, exercise: Exercise, rubric: Rubric) -> Suspect:
        with bench_with(misconception, self._solution, rubric.assignment.name, self._beside) as bench:
            evidence = evidence_on(bench, exercise, rubric)
        return Suspect(misconception.id, misconception.explanation, misconception.hint, evidence)


@contextlib.contextmanager
def bench_with(
    misconception: Misconception, solution: str, name: str, beside: Mapping[str, ModuleType]
) -> Iterator[InsideBench]:
    """The reference with a misconception in it, to be examined in this block; its prints and warnings are dropped."""
    source = splice(solution, misconception)
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        yield InsideBench(_module(source, name, beside), source, beside)


def evidence_on(bench: InsideBench, exercise: Exercise, rubric: Rubric) -> Evidence:
    """What the checks of ``exercise`` see, after those of the exercises before it: some mistakes leave traces."""
    unlimited = replace(rubric, first_look=False, checks=tuple(each for each in rubric.checks if not each.costly))
    examined = Examined(exercise, ())
    for each in rubric.assignment.exercises:
        examined = examine(each, unlimited, bench)
        if each == exercise:
            break
    timed = frozenset(record.name for record in unlimited.checks_for(exercise) if record.timed)
    return evidence_of((*examined.results, *look_further(examined, unlimited, bench)), timed)


def lineup_of(kit: Kit, assignment: Assignment) -> Lineup:
    """The assignment's misconceptions as suspects; raises ``AssignmentError`` for one that has no place."""
    solution = kit.solution_path(assignment).read_text(encoding="utf-8")
    known = known_mistakes(assignment)
    refuse_misplaced(solution, known)
    return Lineup(known, solution, kit.references_used_by(assignment))


def known_mistakes(assignment: Assignment) -> tuple[Misconception, ...]:
    """What is written in its ``misconceptions.py``; nothing where there is no such file. Raises ``AssignmentError``."""
    path = assignment.folder / FILENAME
    return misconceptions_of(load_module(path, f"{path.stem}_{assignment.name}")) if path.is_file() else ()


def _module(source: str, name: str, beside: Mapping[str, ModuleType]) -> ModuleType:
    module = ModuleType(name)
    with at_hand(beside):
        exec(compile(source, f"{name}.py", "exec", dont_inherit=True), vars(module))
    return module
