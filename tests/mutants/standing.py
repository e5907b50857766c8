"""Why each check stands: it sees what no other does, is a rung of the ladder, stops an attack, or is spoken for."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from tests.mutants.kills import Kills

LIST = Path(__file__).with_name("guards.toml")
SECTION = "checks"


@dataclass(frozen=True)
class Standing:
    """A check with what it sees, the mistakes that climb past it and no further, and the attack that it stops.

    ``spoken`` is what somebody says for it where none of these does.
    """

    kills: Kills
    exercise: str
    rung: frozenset[str]
    attack: str
    spoken: str = ""

    @property
    def reason(self) -> str:
        """Why it stands; empty where it does not."""
        if self.kills.alone:
            return "unique"
        if self.attack:
            return "guard"
        if self.rung:
            return "rung"
        return "spoken for" if self.spoken else ""


def guards(assignment: str) -> dict[str, str]:
    """The assignment's checks that stop an attack, with its name."""
    return _listed("guard", assignment, "attack")


def spoken_for(assignment: str) -> dict[str, str]:
    """The assignment's checks that somebody says a word for."""
    return _listed("spoken_for", assignment, "why")


def _listed(kind: str, assignment: str, value: str) -> dict[str, str]:
    entries = tomllib.loads(LIST.read_text(encoding="utf-8"))[kind]
    return {entry["check"]: entry[value] for entry in entries if entry["assignment"] == assignment}


def standings(
    found: Iterable[Kills],
    exercises: Mapping[str, str],
    attacks: Mapping[str, str],
    spoken: Mapping[str, str] = MappingProxyType({}),
) -> tuple[Standing, ...]:
    """Why each check stands, in their order; ``exercises``, ``attacks`` and ``spoken`` go by the names of checks."""
    found = tuple(found)
    return tuple(
        Standing(
            each,
            exercises[each.check],
            _rung(place, found, exercises, attacks),
            attacks.get(each.check, ""),
            spoken.get(each.check, ""),
        )
        for place, each in enumerate(found)
    )


def _rung(
    place: int, found: tuple[Kills, ...], exercises: Mapping[str, str], attacks: Mapping[str, str]
) -> frozenset[str]:
    """What passes the check and fails a later one of its exercise.

    Nothing, if the check sees nothing, or just what an earlier one sees: whoever climbs past that has climbed past it.
    """
    this = found[place]
    others = [(number, each) for number, each in enumerate(found) if exercises[each.check] == exercises[this.check]]
    earlier = [each for number, each in others if number < place and each.check not in attacks]
    if not this.all or any(each.all == this.all for each in earlier):
        return frozenset()
    later = [each.all for number, each in others if number > place]
    return frozenset[str]().union(*later) - this.all


def idle(found: Iterable[Standing]) -> list[str]:
    """The checks for which there is no reason."""
    return [each.kills.check for each in found if not each.reason]


def section(found: Mapping[str, Iterable[Standing]]) -> str:
    """The section of ``docs/marking.md``: a table for each assignment."""
    return "\n\n".join("\n".join(_table(name, standing)) for name, standing in found.items())


def _table(assignment: str, found: Iterable[Standing]) -> Iterator[str]:
    yield f"| `{assignment}` | check | sees | alone | passed, and failed later | stands as |"
    yield "|---|---|--:|--:|--:|---|"
    last = ""
    for each in found:
        name = "" if each.exercise == last else f"`{each.exercise}`"
        last = each.exercise
        numbers = " | ".join(str(len(group)) for group in (each.kills.all, each.kills.alone, each.rung))
        more = {"guard": f": `{each.attack}`", "spoken for": f": {each.spoken}"}.get(each.reason, "")
        yield f"| {name} | `{each.kills.check}` | {numbers} | {each.reason}{more} |"
