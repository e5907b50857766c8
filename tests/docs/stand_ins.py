"""Commands that are not executed as they stand, and what is executed in their place: one table, with the reasons.

Everything else in README and docs is executed to the letter.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

AS_MAKE_SEES_IT = "make --dry-run"
"""The targets are there, with these variables, and all that make itself can tell is right; nothing is run."""


@dataclass(frozen=True)
class StandIn:
    """``instead`` is executed where a whole command fits ``pattern``; what it prints is not compared."""

    pattern: str
    instead: str
    reason: str

    def of(self, command: str) -> str | None:
        """What to execute in the place of ``command``; None where it is none of these."""
        found = re.fullmatch(self.pattern, command.partition("  #")[0].strip())
        return found.expand(self.instead) if found else None


STAND_INS = (
    StandIn(r"make (test|test-\w+|docs)", rf"{AS_MAKE_SEES_IT} \1", "would run these very tests again"),
    StandIn(
        r"make (correct|mutants|marking-bench|diagnosis|attacks|fuzz|bench|bench-long|routes|layers-bench)",
        rf"{AS_MAKE_SEES_IT} \1",
        "takes minutes to hours; most of them are steps of .ci/run",
    ),
    StandIn(r"make (release|gradescope.*|otter.*)", rf"{AS_MAKE_SEES_IT} \1", "fetches wheels, or takes minutes"),
    StandIn(r"autograder release (\S+)", r"autograder release \1 --form student", "all forms: fetches wheels"),
    StandIn(
        r"autograder gradescope (\w+) (\S+)",
        r"autograder gradescope \1 \2 --without-wheels",
        "fetches wheels from the package index",
    ),
    StandIn(r"autograder preview( \w+)?", "autograder preview --help", "serves pages until Ctrl-C"),
    StandIn(r"(python -m autograder check( \w+)?) --watch", r"\1 --help", "watches files until Ctrl-C"),
)


def executed(command: str) -> tuple[str, bool]:
    """What is executed for ``command``, and whether that is the command itself."""
    for each in STAND_INS:
        if (instead := each.of(command)) is not None:
            return instead, False
    return command, True
