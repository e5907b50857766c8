"""What is wrong in words, where no known misconception answers like that."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from autograder.diagnosis import wording
from autograder.diagnosis.evidence import Evidence, Key, is_unfinished
from autograder.diagnosis.patterns import Pair, filled, near, recognised
from autograder.facts import facts_of
from autograder.model import Diagnosis, Kind, Observation, Text

SLOW = Diagnosis("too-slow", wording.TOO_SLOW, wording.TOO_SLOW_HINT)
MANNERS: dict[Kind, tuple[str, Text, Text]] = {
    Kind.FAULT: ("raises", wording.RAISES, wording.RAISES_HINT),
    Kind.STOP: ("stopped", wording.STOPPED, wording.STOPPED_HINT),
    Kind.ARGUMENT: ("argument-changed", wording.CHANGED, wording.CHANGED_HINT),
    Kind.ERROR: ("not-refused", wording.NO_ERROR, wording.NO_ERROR_HINT),
    Kind.NUMBER: ("wrong-number", wording.WRONG_NUMBER, wording.WRONG_NUMBER_HINT),
    Kind.SHAPE: ("wrong-shape", wording.WRONG_SHAPE, wording.WRONG_SHAPE_HINT),
}


def describe(evidence: Evidence, unexplained: frozenset[Key]) -> tuple[Diagnosis, ...]:
    """What the observations that nothing explains yet look like: one thing, the most telling."""
    wrong = [each for key, each in evidence.seen.items() if key in unexplained and not is_unfinished(each)]
    arrays = [each for each in wrong if isinstance(each.actual, np.ndarray) and isinstance(each.expected, np.ndarray)]
    for kind in (Kind.VALUES, Kind.SLOPE):  # slopes are those of a forward that may be wrong itself
        of_kind = [each for each in arrays if each.kind is kind]
        if of_kind:
            return (_arrays(of_kind),)
    if wrong:
        return (_manner(next(iter(sorted(wrong, key=_rank)))),)
    return tuple(_by_the_clock(each) for each in [*evidence.slow.values()][:1] if not evidence.wrong)


def _by_the_clock(observation: Observation) -> Diagnosis:
    """What a check that goes by the clock says of answers in which nothing else is wrong."""
    if observation.kind is Kind.OTHER and observation.problem is not None:
        return Diagnosis("not-derived", observation.problem, wording.NOT_DERIVED_HINT)
    return SLOW


def _arrays(observations: list[Observation]) -> Diagnosis:
    """What the wrong arrays of one name have in common: of the name that comes first."""
    what = observations[0].what
    same_name = [each for each in observations if each.what == what]
    misshapen = [each for each in same_name if each.actual.shape != each.expected.shape]
    if misshapen:
        return _misshapen(misshapen)
    pairs = [_pair(each) for each in same_name if each.actual.dtype.kind in "biuf"]
    found = recognised(pairs) if pairs else None
    return found or Diagnosis("not-numbers", filled(wording.NO_ARRAY, what=what), wording.NO_ARRAY_HINT)


def _pair(observation: Observation) -> Pair:
    return Pair(
        observation.what,
        observation.actual.astype(np.float64),
        observation.expected.astype(np.float64),
        facts_of(observation.subject, observation.what),
    )


def _misshapen(observations: Iterable[Observation]) -> Diagnosis:
    """Arrays of another shape: whether what they hold is right all the same."""
    pairs = [_pair(each) for each in observations if each.actual.dtype.kind in "biuf"]
    contents = [near(np.sort(pair.actual, axis=None), np.sort(pair.expected, axis=None)) for pair in pairs]
    first = next(iter(observations))
    if pairs and all(contents):
        text, hint = wording.WRONG_SHAPE_RIGHT_CONTENTS, wording.WRONG_SHAPE_RIGHT_CONTENTS_HINT
        return Diagnosis("wrong-shape-right-contents", filled(text, what=first.what), hint)
    return Diagnosis("wrong-shape", filled(wording.WRONG_SHAPE, what=first.what), wording.WRONG_SHAPE_HINT)


def _manner(observation: Observation) -> Diagnosis:
    """What is wrong with anything but an array of the right kind."""
    known = ("no-array", wording.NO_ARRAY, wording.NO_ARRAY_HINT)
    if observation.kind is not Kind.VALUES:
        known = MANNERS.get(observation.kind, ("other", wording.OTHER, wording.OTHER_HINT))
    id, text, hint = known
    return Diagnosis(id, filled(text, what=observation.what), hint)


def _rank(observation: Observation) -> int:
    """The graver first: what raises tells more than what is left behind."""
    order = (Kind.STOP, Kind.FAULT, Kind.VALUES, Kind.SHAPE, Kind.NUMBER, Kind.ERROR, Kind.ARGUMENT)
    return order.index(observation.kind) if observation.kind in order else len(order)
