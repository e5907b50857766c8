"""``autograder doctor``."""

from __future__ import annotations

import sys

import click

from autograder.cli.common import NOT_RIGHT


@click.command()
def doctor() -> None:
    """Show which layers of confinement hold on this host, and attack each of them to prove it."""
    from rich.console import Console

    from autograder.doctor import Outcome, examine
    from autograder.report.doctor_view import doctor_view, summary

    console = Console(highlight=False)
    with console.status("attacking each layer"):
        confinement, findings = examine()
    console.print(doctor_view(findings))
    click.echo(summary(confinement))
    broken = any(finding.outcome is Outcome.SUCCEEDED for finding in findings)
    sys.exit(0 if confinement.above_floor and not broken else NOT_RIGHT)
