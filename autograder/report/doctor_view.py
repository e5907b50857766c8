"""What ``autograder doctor`` shows: one line for each attack, and what it comes to."""

from __future__ import annotations

from rich.table import Table
from rich.text import Text

from autograder import probes
from autograder.doctor import Finding, Outcome
from autograder.sandbox import Confinement
from autograder.sandbox.layers import PURPOSES, Layer

LOOKS = {
    Outcome.REFUSED: ("holds", "green"),
    Outcome.SUCCEEDED: ("DOES NOT HOLD", "bold red"),
    Outcome.HARMLESS: ("holds, not provable here", "yellow"),
    Outcome.ABSENT: ("absent", "yellow"),
}


def doctor_view(findings: tuple[Finding, ...]) -> Table:
    """The table of layers and of the attacks that prove them."""
    table = Table("layer", "takes away", "attack", "outcome")
    shown: Layer | None = None
    for finding in findings:
        name, purpose = ("", "") if finding.layer is shown else (finding.layer.value, PURPOSES[finding.layer])
        table.add_row(name, purpose, sentence(finding.attack), _outcome(finding))
        shown = finding.layer
    return table


def sentence(probe: str) -> str:
    """What a probe tries, in words."""
    return (getattr(probes, probe).__doc__ or probe).rstrip(".")


def _outcome(finding: Finding) -> Text:
    words, style = LOOKS[finding.outcome]
    return Text(f"{words}: {finding.remark}" if finding.remark else words, style=style)


def summary(confinement: Confinement) -> str:
    """What it comes to, in one line."""
    if confinement.above_floor:
        return f"level {confinement.level}: a class can be graded here"
    return f"level {confinement.level}: files and network are not both out of reach, so `grade` refuses"
