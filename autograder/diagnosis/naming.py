"""Which known mistakes answer as this submission does.

A suspect is a misconception with what the same checks saw of it. It matches where it gives the very
answers of the submission on everything on which it is wrong itself. One that explains all that is
wrong is named, if it is the only one; else those that explain a part of it each, if nothing else does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from autograder.diagnosis.evidence import Evidence, Key, alike
from autograder.model import Kind, Text

MOST_NAMED = 3
"""Mistakes named at a time."""


@dataclass(frozen=True, eq=False)
class Suspect:
    """A misconception, in words, and what the checks saw of it."""

    id: str
    explanation: Text
    hint: Text
    evidence: Evidence


@dataclass(frozen=True)
class Named:
    """The suspects that are named, and what none of them explains."""

    suspects: tuple[Suspect, ...]
    unexplained: frozenset[Key]


def name(evidence: Evidence, suspects: Sequence[Suspect]) -> Named:
    """Who of ``suspects`` it is."""
    matching = [each for each in suspects if _matches(each, evidence)]
    whole = [each for each in matching if _explains_all(each, evidence)]
    if len(whole) == 1:
        return Named((whole[0],), frozenset())
    if whole:
        return Named((), evidence.wrong)
    return _in_parts(evidence, matching)


def _explains_all(suspect: Suspect, evidence: Evidence) -> bool:
    slow = suspect.evidence.slow.keys() == evidence.slow.keys()
    return slow and evidence.wrong <= suspect.evidence.wrong


def _matches(suspect: Suspect, evidence: Evidence) -> bool:
    """Whether the submission answers as the suspect does wherever the suspect is wrong."""
    told = suspect.evidence.wrong & evidence.seen.keys()
    if not told:
        return not suspect.evidence.wrong and bool(suspect.evidence.slow) and not evidence.wrong
    return all(alike(evidence.seen[key], suspect.evidence.seen[key]) for key in told)


def _in_parts(evidence: Evidence, matching: list[Suspect]) -> Named:
    """Several mistakes at once: each named one explains something that no other one would."""
    unexplained, chosen = evidence.wrong, list[Suspect]()
    while len(chosen) < MOST_NAMED:
        explains = {each: each.evidence.wrong & unexplained for each in matching if _is_telling(each, evidence)}
        most = max(map(len, explains.values()), default=0)
        best = [each for each, keys in explains.items() if len(keys) == most]
        if most == 0 or len({explains[each] for each in best}) < len(best):
            break
        chosen.append(best[0])
        unexplained -= explains[best[0]]
    return Named(tuple(chosen), unexplained)


def _is_telling(suspect: Suspect, evidence: Evidence) -> bool:
    """Whether something that not everybody would answer is among what the two have in common."""
    told = (evidence.seen[key] for key in suspect.evidence.wrong & evidence.seen.keys())
    return any(
        each.kind in (Kind.ARGUMENT, Kind.ERROR, Kind.OTHER)
        or (isinstance(each.actual, np.ndarray) and len(np.unique(each.actual)) > 1)
        for each in told
    )
