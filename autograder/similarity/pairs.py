"""Who looks like whom: the same code joined to a group, and each group compared with every other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, combinations, product

import numpy as np

from autograder.similarity.fingerprints import Fingerprint, Shared, shared
from autograder.similarity.reading import Left, Work

LEAST = 100
"""Characters of code of one's own, each name counted as one: fewer say nothing."""


@dataclass(frozen=True)
class Member:
    """A submission with its fingerprint."""

    work: Work
    print: Fingerprint


@dataclass(frozen=True)
class Group:
    """Submissions with the same code but for names, strings, comments and spaces; most often one alone."""

    members: tuple[Member, ...]

    @property
    def students(self) -> tuple[str, ...]:
        """Who handed it in."""
        return tuple(each.work.student for each in self.members)


@dataclass(frozen=True)
class Pair:
    """Two submissions side by side, each standing for its group; ``identical`` where both are of one."""

    left: Member
    right: Member
    groups: tuple[Group, Group]
    shared: Shared

    @property
    def identical(self) -> bool:
        """Whether the code is the same."""
        return self.groups[0] is self.groups[1]


@dataclass(frozen=True)
class Found:
    """What came of it: pairs above the threshold, most alike first, and what was not compared."""

    pairs: tuple[Pair, ...]
    compared: int
    left: tuple[Left, ...]
    highest: float


def find_pairs(
    works: Iterable[Work | Left], common: np.ndarray, threshold: float, tell: Callable[[str], None]
) -> Found:
    """Every pair of which either shares ``threshold`` of its own or more; attempts of one person are no pair."""
    read = list(works)
    members = [Member(each, Fingerprint(each.text, common)) for each in read if isinstance(each, Work)]
    tell(f"reading {len(members)} submissions")
    enough = [each for each in members if each.print.own >= LEAST]
    left = [each for each in read if isinstance(each, Left)]
    left += [Left(each.work.student, "hardly anything of their own") for each in members if each.print.own < LEAST]
    groups = grouped(enough)
    tell(f"comparing {len(groups)} different ones, each with every other")
    pairs, highest = list[Pair](), 0.0
    for pair in chain(_within(groups), _between(groups)):
        highest = max(highest, pair.shared.most)
        if pair.shared.most >= threshold:
            pairs.append(pair)
    return Found(
        tuple(sorted(pairs, key=_order)), len(enough), tuple(sorted(left, key=lambda each: each.student)), highest
    )


def grouped(members: Iterable[Member]) -> tuple[Group, ...]:
    """The same code joined."""
    by_shape: dict[str, list[Member]] = defaultdict(list)
    for each in members:
        by_shape[each.print.shape].append(each)
    return tuple(Group(tuple(each)) for each in by_shape.values())


def _within(groups: Iterable[Group]) -> Iterator[Pair]:
    """For each group of several persons, two of them."""
    for group in groups:
        yield from _apart(group, group, combinations(group.members, 2))


def _between(groups: Iterable[Group]) -> Iterator[Pair]:
    for one, other in combinations(groups, 2):
        yield from _apart(one, other, product(one.members, other.members))


def _apart(one: Group, other: Group, candidates: Iterable[tuple[Member, Member]]) -> Iterator[Pair]:
    """The first two members of different persons, if there are any."""
    for left, right in candidates:
        if left.work.person != right.work.person:
            yield Pair(left, right, (one, other), shared(left.print, right.print))
            return


def _order(pair: Pair) -> tuple[float, float, str, str]:
    return -pair.shared.most, -min(pair.shared.parts), pair.left.work.student, pair.right.work.student
