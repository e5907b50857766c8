"""``autograder grade``."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from autograder.cli.common import (
    INTERRUPTED,
    fault_code,
    folder_argument,
    kit_option,
    language_option,
    progress,
    show_class,
    termination_interrupts,
)
from autograder.model import MODES, Mode


@click.command()
@folder_argument("submissions")
@click.option("--assignment", "name", required=True, metavar="NAME", help="Which assignment to grade.")
@click.option("--out", required=True, type=click.Path(path_type=Path), metavar="OUT", help="Where results go.")
@click.option("--jobs", type=click.IntRange(min=1), help="Submissions at a time; one for each processor by default.")
@click.option("--seed", type=click.IntRange(min=0), help="Of an earlier run, to repeat it exactly.")
@click.option("--sandbox", type=click.Choice(MODES), default="auto", show_default=True,
              help="auto: every layer of confinement this host offers; none: this host is the sandbox itself.")
@language_option
@kit_option
def grade(
    submissions: Path,
    name: str,
    out: Path,
    jobs: int | None,
    seed: int | None,
    sandbox: Mode,
    language: str,
    kit_folder: Path | None,
) -> None:
    """Grade SUBMISSIONS/<student>/NAME.py, or <student>.zip (or .tar, .tar.gz, …), for every student."""
    from autograder.threads import keep_to_one_thread

    keep_to_one_thread()  # before anything imports numpy
    from autograder.catalog import find_kit
    from autograder.grade import grade as grade_class

    kit = find_kit(Path.cwd(), kit_folder)
    with termination_interrupts(), progress(name) as advance:
        try:
            reports = grade_class(
                kit, name, submissions, out, jobs=jobs, seed=seed, sandbox=sandbox, language=language, on_result=advance
            )
        except KeyboardInterrupt:
            reports = ()
    if not reports:
        click.echo(f"autograder: interrupted: what was graded by then is in {out}", err=True)
        sys.exit(INTERRUPTED)
    show_class(reports, out, language)
    sys.exit(fault_code(reports))
