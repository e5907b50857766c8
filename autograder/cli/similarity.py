"""``autograder similarity``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from autograder.cli.common import folder_argument, kit_option
from autograder.cli.kit import telling

if TYPE_CHECKING:
    from autograder.similarity.pairs import Found

SHOWN = 20
"""Pairs on the terminal."""


@click.command()
@folder_argument("submissions")
@click.option("--assignment", "name", required=True, metavar="NAME", help="Whose submissions they are.")
@click.option("--out", required=True, type=click.Path(path_type=Path), metavar="DIR", help="Where the report goes.")
@click.option("--threshold", type=click.FloatRange(0, 1, min_open=True), default=0.6, show_default=True,
              help="Of either one's own code, shared with the other.")  # fmt: skip
@kit_option
def similarity(submissions: Path, name: str, out: Path, threshold: float, kit_folder: Path | None) -> None:
    """Show which submissions look alike: evidence to weigh, not proof.

    The template, the reference and the handouts' code count as nobody's own. Nothing is run. Needs the extra
    `similarity`.
    """
    from autograder.threads import keep_to_one_thread

    keep_to_one_thread()  # before anything imports numpy
    from autograder.catalog import find_kit
    from autograder.similarity import WARNING
    from autograder.similarity.steps import similarity as compare

    kit = find_kit(Path.cwd(), kit_folder)
    with telling() as tell:
        found, page = compare(kit, name, submissions, out, threshold, tell)
    _show(found)
    highest = "" if found.pairs else f"; the most is {found.highest:.0%}"
    counted = f"{found.compared} compared, {len(found.left)} left out"
    click.echo(f"{counted}: {len(found.pairs)} pairs at or above {threshold:.0%}{highest}")
    click.echo(f"side by side: {page}")
    click.echo(WARNING)


def _show(found: Found) -> None:
    """The pairs most alike."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from autograder.report.plain import one_line
    from autograder.similarity.pages import names, percent

    if not found.pairs:
        return
    table = Table("student", "share", "with", "share")
    for pair in found.pairs[:SHOWN]:
        left, right = (Text(one_line(", ".join(each), 40)) for each in names(pair))
        first, second = map(percent, pair.shared.parts)
        table.add_row(left, first, right, f"{second}{' (same code)' if pair.identical else ''}")
    if (more := len(found.pairs) - SHOWN) > 0:
        table.add_row(f"… ({more} more)")
    Console(highlight=False).print(table)
