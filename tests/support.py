"""Marking in this process, for code of our own: solutions, templates, correct variants, misconceptions.

The steps are those of ``autograder.marking``; only the worker is not a process of its own.
"""

from __future__ import annotations

import contextlib
import gc
import io
import sys
import warnings
from collections.abc import Collection, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import ModuleType

from autograder.bench import InsideBench
from autograder.catalog import Kit, at_hand
from autograder.lineup import known_mistakes
from autograder.marking import Marker, _report, mark_exercise
from autograder.misconceptions import Misconception, splice
from autograder.model import Limits, Mode, Report, Submission, Verdict
from autograder.rubrics import Rubric, rubric_for
from autograder.sandbox import Confinement, Workers, open_host
from autograder.trial import CaseBook
from tests.correct.marked import beside as files_beside

ROOT = Path(__file__).resolve().parents[1]
KIT = Kit(ROOT)


def mark_inside(
    source: str,
    assignment_name: str,
    seed: int = 0,
    *,
    public: bool = False,
    exercises: Collection[str] = (),
    beside: Mapping[str, ModuleType] | None = None,
) -> Report:
    """The report on a module with this source text, by the hidden checks or the public ones.

    Of some ``exercises`` only, where they are named. ``beside`` are the modules it uses, if not the references.
    Raises ``AssertionError`` where a check failed by its own fault: such checks would give points away.
    """
    rubric = rubric_of(assignment_name, seed, public)
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()), without_collector():
        warnings.simplefilter("ignore")
        beside = references_beside(assignment_name) if beside is None else beside
        bench = InsideBench(load_source(source, assignment_name, beside), source, beside)
        wanted = [each for each in rubric.assignment.exercises if each.name in exercises or not exercises]
        results = tuple(mark_exercise(exercise, rubric, bench) for exercise in wanted)
    errored = [each for result in results for each in result.checks if each.verdict is Verdict.ERRORED]
    assert not errored, f"check {errored[0].name}: {errored[0].staff_detail}"
    return _report(Submission("student", None), rubric, results)


@contextlib.contextmanager
def without_collector() -> Iterator[None]:
    """Going through all objects of the tests would take more time than some checks allow."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@cache
def shared_workers(mode: Mode = "auto") -> Workers:
    """Workers of one warm parent for all tests of this process: starting one takes longer than most tests."""
    return _shared.enter_context(open_host(mode, ("numpy",)))


_shared = ExitStack()


def close_shared_workers() -> None:
    """At the end of the tests."""
    _shared.close()
    shared_workers.cache_clear()


@cache
def confinement_here(mode: Mode = "auto") -> Confinement:
    """What holds for these workers."""
    return shared_workers(mode).confinement(Limits(seconds=20, memory_mib=256))


def marker_for(rubric: Rubric, mode: Mode = "auto") -> Marker:
    """What ``open_marker`` makes, with workers that are shared."""
    confinement = confinement_here(mode)
    return Marker(replace(rubric, confinement=confinement.level), shared_workers(mode), confinement)


@cache
def rubric_of(name: str, seed: int, public: bool = False) -> Rubric:
    """What submissions of a run with ``seed`` are marked by; the public checks know no reference."""
    assignment = KIT.assignment(name)
    if public:
        book, beside = CaseBook(seed, None), KIT.beside(assignment)
        return Rubric(assignment, KIT.public_checks(assignment), book, beside=beside, reveal=True)
    return rubric_for(KIT, name, seed)


@cache
def references_beside(name: str) -> dict[str, ModuleType]:
    """The references of the assignments that this one uses."""
    return KIT.references_used_by(KIT.assignment(name))


def load_source(source: str, name: str, beside: Mapping[str, ModuleType] | None = None) -> ModuleType:
    """A module with this source text, known as ``name``, as a worker would load it with others ``beside`` it."""
    module = ModuleType(name)
    module.__file__ = f"{name}.py"
    sys.modules[name] = module
    with at_hand(references_beside(name) if beside is None and name in KIT.names else beside or {}):
        exec(compile(source, module.__file__, "exec", dont_inherit=True), vars(module))
    return module


def lost(report: Report) -> set[str]:
    """The names of the exercises that did not earn all their points."""
    return {result.exercise.name for result in report.exercises if result.score < result.exercise.points}


def complaints(report: Report) -> str:
    """What the failed checks say, one a line: the text of a failing test."""
    return "\n".join(
        f"{each.name}: {each.message.en if each.message else ''}"
        for result in report.exercises
        for each in result.checks
        if each.verdict is not Verdict.PASSED
    )


def solution_source(name: str) -> str:
    """The reference solution's text."""
    return (ROOT / "solutions" / f"{name}.py").read_text(encoding="utf-8")


def template_source(name: str) -> str:
    """The students' stub."""
    return (ROOT / "student_template" / f"{name}.py").read_text(encoding="utf-8")


def variants(name: str) -> tuple[str, ...]:
    """The names of the correct variants in ``tests/correct``."""
    return tuple(sorted(path.stem for path in (ROOT / "tests" / "correct" / name).glob("*.py")))


def variant_source(name: str, variant: str) -> str:
    """The text of a correct variant."""
    return (ROOT / "tests" / "correct" / name / f"{variant}.py").read_text(encoding="utf-8")


def beside_variant(name: str, variant: str) -> dict[str, ModuleType]:
    """The modules that are handed in with a correct variant."""
    files = files_beside(name, variant)
    return {each: load_source(path.read_text(encoding="utf-8"), each) for each, path in files.items()}


def misconceptions(name: str) -> tuple[Misconception, ...]:
    """The assignment's misconceptions."""
    return known_mistakes(KIT.assignment(name))


def wrong_source(name: str, misconception: Misconception) -> str:
    """The reference solution with a misconception spliced in."""
    return splice(solution_source(name), misconception)
