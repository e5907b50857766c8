"""Wrong submissions of which it is known what is wrong: one misconception, two of them, or a mutant."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from functools import cache

from autograder.misconceptions import Misconception, several
from tests.mutants.listed import equivalents
from tests.mutants.mutate import mutants_of
from tests.support import misconceptions, solution_source

MOST_PAIRS = 300
"""Pairs of an assignment that are tried, spread evenly over all there are."""


@dataclass(frozen=True)
class Case:
    """A submission's source, and the misconceptions in it by exercise; a mutant holds none that is known."""

    kind: str
    name: str
    source: str
    held: tuple[tuple[str, str], ...] = ()

    def ids_of(self, exercise: str) -> set[str]:
        """The misconceptions about ``exercise`` that are in it."""
        return {id for where, id in self.held if where == exercise}


def single(assignment: str) -> list[Case]:
    """Every misconception by itself."""
    return [_case("one misconception", assignment, (each,)) for each in misconceptions(assignment)]


def pairs(assignment: str) -> list[Case]:
    """Two misconceptions that change different functions."""
    fitting = [both for both in itertools.combinations(misconceptions(assignment), 2) if _fit(*both)]
    step = max(1, -(-len(fitting) // MOST_PAIRS))
    return [_case("two misconceptions", assignment, both) for both in fitting[::step]]


@cache
def _functions(misconception: Misconception) -> frozenset[str]:
    return frozenset(name for name, _ in misconception.replacements)


def _fit(one: Misconception, other: Misconception) -> bool:
    return _functions(one).isdisjoint(_functions(other))


def _case(kind: str, assignment: str, held: tuple[Misconception, ...]) -> Case:
    source = several(solution_source(assignment), held)
    return Case(kind, " + ".join(each.id for each in held), source, tuple((each.exercise, each.id) for each in held))


def mutants(assignment: str) -> list[Case]:
    """Every mutant that is not known to be equivalent."""
    equivalent = {each.id for each in equivalents()}
    return [Case("mutant", each.id, each.source) for each in mutants_of(assignment) if each.id not in equivalent]
