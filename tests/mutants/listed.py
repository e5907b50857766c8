"""The mutants that are known to change nothing, each with the reason, as ``equivalent.toml`` lists them."""

from __future__ import annotations

import json
import tomllib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tests.mutants.mutate import Mutant

LIST = Path(__file__).with_name("equivalent.toml")


class ListError(Exception):
    """``equivalent.toml`` is not as it should be."""


@dataclass(frozen=True)
class Equivalent:
    """A mutant by its id, and why no input that students' code may meet can tell it from the reference."""

    id: str
    reason: str


def equivalents(text: str | None = None) -> tuple[Equivalent, ...]:
    """The list, in its order; raises ``ListError`` for an id that stands there twice and for a missing reason."""
    entries = tomllib.loads(LIST.read_text(encoding="utf-8") if text is None else text).get("equivalent", [])
    found = tuple(Equivalent(entry["id"], " ".join(entry.get("reason", "").split())) for entry in entries)
    twice = [name for name, often in Counter(each.id for each in found).items() if often > 1]
    if twice:
        raise ListError(f"listed twice: {twice[0]}")
    unexplained = [each.id for each in found if not each.reason]
    if unexplained:
        raise ListError(f"listed without a reason: {unexplained[0]}")
    return found


def entry(mutant: Mutant) -> str:
    """What to write into the list for a mutant, but for the reason."""
    return f'[[equivalent]]\nid = {_quoted(mutant.id)}\nreason = "…"'


def _quoted(text: str) -> str:
    """As TOML has it: to the letter between single quotes, or where there are some, as in JSON."""
    return json.dumps(text, ensure_ascii=False) if "'" in text else f"'{text}'"


def unknown(listed: Iterable[Equivalent], mutants: Iterable[Mutant]) -> tuple[str, ...]:
    """The listed ids of which there is no mutant: the line has been changed, or the id is mistyped."""
    known = {mutant.id for mutant in mutants}
    return tuple(each.id for each in listed if each.id not in known)
