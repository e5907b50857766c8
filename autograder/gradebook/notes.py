"""What a run has to tell staff, a line each: whatever may move a mark without their noticing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

from autograder.gradebook.choices import Offer
from autograder.gradebook.recording import Known
from autograder.gradebook.records import Changes, Choice, Fall
from autograder.scoring import shown

LISTED = 10
"""So many names on a line."""


def seed_notes(before: int | None, seed: int) -> Iterator[str]:
    """Whether all inputs are others than before."""
    if before not in (None, seed):
        yield f"another seed than before: everybody is marked anew; to go back, the same with --seed {before}"


def choice_notes(offer: Offer, known: Mapping[str, Known], standing: Mapping[str, str]) -> tuple[str, ...]:
    """What is marked by staff's choice; and where it cannot be, or, the first time, is no more."""
    return (
        *(_taken(each, known.get(each.student)) for each in offer.taken),
        *(_lost(each, known.get(each.student)) for each in offer.lost),
        *(_outdated(each) for each in offer.outdated if standing.get(each.student) == each.chosen),
    )


def _taken(choice: Choice, known: Known | None) -> str:
    what = f"keeps result {known.id}" if known else f"is marked by {choice}"
    return f"{choice.student} {what}, chosen by staff: {choice.reason} (choice {choice.id})"


def _lost(choice: Choice, known: Known | None) -> str:
    if known is None:
        return f"{choice} is not what staff chose for {choice.student}, so what was collected counts: choose again"
    return f"{_taken(choice, known)}; {choice} is gone or changed, so it cannot be marked again"


def _outdated(choice: Choice) -> str:
    return (
        f"{choice.student} has handed in something else since staff chose {choice}, and is marked by that: "
        f"{choice.reason} (choice {choice.id})"
    )


def gone_notes(gone: Sequence[str]) -> Iterator[str]:
    """Who was graded from this folder before and is not in it."""
    if gone:
        yield f"{len(gone)} with a result from before are not in this folder, and keep it: {_listed(gone)}"


def change_notes(changes: Changes) -> Iterator[str]:
    """How many results are others than before, and which marks fell."""
    if changes.replaced:
        fell = f"{len(changes.falls)} fell: {_listed(map(_fall, changes.falls))}" if changes.falls else "no mark fell"
        yield f"{changes.replaced} results replaced, {fell}"


def _fall(fall: Fall) -> str:
    return f"{fall.student} {shown(fall.before)} -> {'no mark' if fall.after is None else shown(fall.after)}"


def _listed(names: Iterable[str]) -> str:
    """The first of them, and how many there are more."""
    every = iter(names)
    first = ", ".join(islice(every, LISTED))
    more = sum(1 for _ in every)
    return f"{first}, and {more} more" if more else first
