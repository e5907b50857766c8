"""Puts every wrong and every unusual right module to every course's checks and to ours.

Wrong modules may loop for ever, so a course's checks run in a child of their own with a deadline: a wrong module that
is killed counts as caught, a right one as not asked. Ours run as a class of submissions does, in confined workers.
"""

from __future__ import annotations

import ast
import multiprocessing
import os
import resource
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Literal

from autograder.parallel import Recipe
from tests.mutants.grade import Hasty, loses, marked
from tests.mutants.listed import equivalents
from tests.mutants.mutate import mutants_of
from tests.other_courses import cmu, cs231n, deeplearning_ai, dlcourse, dlsys, minitorch
from tests.other_courses.course import Course, accepts, reference
from tests.other_courses.themes import theme_of
from tests.support import (
    KIT,
    load_source,
    misconceptions,
    solution_source,
    variant_source,
    variants,
    wrong_source,
)

ASSIGNMENTS = ("max_pooling", "mean_pooling", "conv_im2col")
COURSES = (cs231n.COURSE, cmu.COURSE, dlcourse.COURSE, deeplearning_ai.COURSE, dlsys.COURSE, minitorch.COURSE)
OURS = "this kit"
SEED = 0
JOBS = 2
SECONDS = {"misconception": 20.0, "mutant": 20.0, "variant": 60.0}
"""For all of a course's checks of one module; some right answers are loops written out, and slow on large images."""
MEMORY = 4 << 30

Kind = Literal["misconception", "mutant", "variant"]


@dataclass(frozen=True)
class Module:
    """A module to be judged: what kind it is, the exercises it may be wrong in, what the mistake is about."""

    assignment: str
    kind: Kind
    id: str
    exercises: frozenset[str]
    theme: str
    source: str


@dataclass(frozen=True)
class Judged:
    """A module, the names of those that were asked about it and of those that let it pass.

    ``unfinished`` are courses that would have been asked about a right one, but were not done with it in time.
    """

    module: Module
    asked: frozenset[str]
    passed_by: frozenset[str]
    unfinished: frozenset[str] = frozenset()


Verdicts = tuple[frozenset[str], frozenset[str]]
"""The courses that let a module pass, and those that were not done with it in time."""


@dataclass(frozen=True)
class Count:
    """How many modules one was asked about, and how many it let pass."""

    asked: int
    passed: int

    @property
    def share(self) -> str:
        """In per cent."""
        return f"{100 * self.passed / self.asked:.0f} %"


def modules(kinds: Collection[Kind]) -> tuple[Module, ...]:
    """All of them."""
    makers: dict[Kind, Callable[[str], Iterator[Module]]] = {
        "misconception": wrong_modules,
        "mutant": mutated_modules,
        "variant": right_modules,
    }
    return tuple(each for kind in kinds for assignment in ASSIGNMENTS for each in makers[kind](assignment))


def wrong_modules(assignment: str) -> Iterator[Module]:
    """The reference with each misconception."""
    for each in misconceptions(assignment):
        source, about = wrong_source(assignment, each), theme_of(each.id)
        yield Module(assignment, "misconception", each.id, frozenset({each.exercise}), about, source)


def mutated_modules(assignment: str) -> Iterator[Module]:
    """The reference with each small change, without those that are known to change nothing."""
    exercises, harmless = exercises_of_functions(assignment), {each.id for each in equivalents()}
    for each in mutants_of(assignment):
        if each.id not in harmless:
            yield Module(assignment, "mutant", each.id, exercises[each.function], "", each.source)


def right_modules(assignment: str) -> Iterator[Module]:
    """The unusual right answers."""
    everything = frozenset(each.name for each in KIT.assignment(assignment).exercises)
    for name in variants(assignment):
        yield Module(assignment, "variant", name, everything, "", variant_source(assignment, name))


def exercises_of_functions(assignment: str) -> dict[str, frozenset[str]]:
    """For each function of the reference the exercises it belongs to; a helper belongs to those that call it."""
    own: dict[str, set[str]] = defaultdict(set)
    for each in misconceptions(assignment):
        for name in (each.replaces, *(name for name, _ in each.companions)):
            own[name].add(each.exercise)
    calls = calls_in(solution_source(assignment))

    def found(name: str, seen: frozenset[str] = frozenset()) -> set[str]:
        if name in own:
            return own[name]
        callers = [caller for caller, called in calls.items() if name in called and caller not in seen]
        return {exercise for caller in callers for exercise in found(caller, seen | {name})}

    return {name: frozenset(found(name)) for name in calls}


def calls_in(source: str) -> dict[str, set[str]]:
    """For each function or ``Class.method`` the names of the functions that it calls."""
    calls: dict[str, set[str]] = {}
    for node in ast.parse(source).body:
        inside = [(f"{node.name}.", each) for each in node.body] if isinstance(node, ast.ClassDef) else [("", node)]
        for prefix, each in inside:
            if isinstance(each, ast.FunctionDef):
                called = (call.func for call in ast.walk(each) if isinstance(call, ast.Call))
                calls[prefix + each.name] = {function.id for function in called if isinstance(function, ast.Name)}
    return calls


def judged(found: Iterable[Module], progress: Callable[[], object] = bool) -> tuple[Judged, ...]:
    """Every module with the verdicts of all courses and ours; ``progress`` is called twice for each."""
    found = tuple(found)
    asked = [frozenset(course.name for course in COURSES if is_asked(course, each)) for each in found]
    theirs = verdicts_of_courses(found, asked, progress)
    ours = verdicts_of_ours(found, progress)
    return tuple(judged_module(*each) for each in zip(found, asked, theirs, ours, strict=True))


def judged_module(module: Module, asked: frozenset[str], theirs: Verdicts, ours: bool) -> Judged:
    """All verdicts on one module."""
    passed, late = theirs
    unfinished = late if module.kind == "variant" else frozenset[str]()
    return Judged(module, asked - unfinished | {OURS}, passed | ({OURS} if ours else set()), unfinished)


def is_asked(course: Course, module: Module) -> bool:
    """Whether the course has a task in which the module could be wrong; all of a right one's are, if it has any."""
    return course.has(module.assignment, module.exercises, module.theme)


def verdicts_of_courses(
    found: tuple[Module, ...], asked: list[frozenset[str]], progress: Callable[[], object]
) -> list[Verdicts]:
    """The verdicts of the courses asked on each module."""
    # Spawned, so that the children they fork inherit nothing but what their parent has warmed up.
    context = multiprocessing.get_context("spawn")
    verdicts, seconds = [], [SECONDS[each.kind] for each in found]
    with ProcessPoolExecutor(JOBS, context, initializer=warm_up) as pool:
        for each in pool.map(verdicts_on, found, asked, seconds):
            progress()
            verdicts.append(each)
    return verdicts


def warm_up() -> None:
    """Each course's right answers are worked out once, before anything is forked."""
    for course in COURSES:
        for assignment in course.checks:
            if not accepts(course, assignment, reference(assignment)):
                raise AssertionError(f"{course.name} does not accept the reference of {assignment}")


def verdicts_on(module: Module, names: frozenset[str], seconds: float) -> Verdicts:
    """The verdicts of the courses among ``names``."""
    found = {course.name: passes(course, module, seconds) for course in COURSES if course.name in names}
    passed = frozenset(name for name, each in found.items() if each)
    return passed, frozenset(name for name, each in found.items() if each is None)


def passes(course: Course, module: Module, seconds: float) -> bool | None:
    """Whether one course lets it pass, in a child with a deadline; None where that had to be killed."""
    child = multiprocessing.get_context("fork").Process(target=examine, args=(course, module))
    child.start()
    child.join(seconds)
    if child.is_alive():
        child.kill()
        child.join()
        return None
    return child.exitcode == 0


def examine(course: Course, module: Module) -> None:
    """In the child: exits with 0 if the course accepts the module, without any farewell of the module's."""
    accepted = False
    try:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        accepted = accepts(course, module.assignment, load_source(module.source, module.assignment))
    finally:
        os._exit(0 if accepted else 1)


def verdicts_of_ours(found: tuple[Module, ...], progress: Callable[[], object]) -> list[bool]:
    """Of each module whether our marks let it pass, that is, whether it lost no points."""
    kept = [False] * len(found)
    for assignment in ASSIGNMENTS:
        for recipe, slow in ((Hasty, False), (Recipe, True)):
            places = [
                place
                for place, each in enumerate(found)
                if each.assignment == assignment and (each.kind == "variant") == slow
            ]
            sources = [found[place].source for place in places]
            if sources:
                for number, report in marked(recipe(KIT, assignment, SEED), sources, progress):
                    kept[places[number]] = not loses(report)
    return kept


def names_of_all() -> tuple[str, ...]:
    """The courses and ours, in the order of the tables."""
    return (*(course.name for course in COURSES), OURS)


def count(found: Iterable[Judged], name: str, keep: Callable[[Module], bool]) -> Count:
    """What ``name`` let pass of the modules to keep."""
    asked = [each for each in found if name in each.asked and keep(each.module)]
    return Count(len(asked), sum(name in each.passed_by for each in asked))


def count_kind(found: Iterable[Judged], name: str, kind: Kind) -> Count:
    """The same for one kind."""
    return count(found, name, lambda module: module.kind == kind)


def count_theme(found: Iterable[Judged], name: str, theme: str) -> Count:
    """The same for misconceptions about one theme."""
    return count(found, name, lambda module: module.kind == "misconception" and module.theme == theme)


def by_theme(found: Iterable[Judged]) -> Mapping[str, Mapping[str, Count]]:
    """For each theme that any misconception is about, what each let pass."""
    found = tuple(found)
    themes = dict.fromkeys(each.module.theme for each in found if each.module.kind == "misconception")
    counted = partial(count_theme, found)
    return {theme: {name: counted(name, theme) for name in names_of_all()} for theme in themes}
