"""``autograder otter``: build and run."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from autograder.cli.common import (
    INTERRUPTED,
    fault_code,
    folder_argument,
    kit_option,
    language_option,
    termination_interrupts,
)
from autograder.model import MODES, Mode

if TYPE_CHECKING:
    from autograder.model import Report


@click.group()
def otter() -> None:
    """Assignments for otter-grader, and our marks in its results."""


@otter.command("build")
@folder_argument("out")
@click.option("--assignment", "names", multiple=True, metavar="NAME", help="All that have a notebook by default.")
@click.option("--confined", is_flag=True, help="The zip marks in confined workers; otter runs no student's code.")
@click.option("--seed", type=click.IntRange(min=0), help="Of all inputs, secret; drawn by default.")
@click.option("--sandbox", type=click.Choice(MODES), default="auto", show_default=True,
              help="Of a confined zip; none: the container is the sandbox.")
@language_option
@kit_option
def otter_build(
    out: Path,
    names: tuple[str, ...],
    confined: bool,
    seed: int | None,
    sandbox: Mode,
    language: str,
    kit_folder: Path | None,
) -> None:
    """Write OUT/NAME: otter's source notebook, and dist/ with the autograder's zip and the students' notebook."""
    from autograder.threads import keep_to_one_thread

    keep_to_one_thread()  # before anything imports numpy
    from autograder.routes.otter.installed import require_otter

    require_otter()
    from autograder.catalog import find_kit
    from autograder.grade import new_seed
    from autograder.routes.otter.build import build_assignment, names_with_notebook
    from autograder.routes.otter.settings import Settings

    kit, chosen = find_kit(Path.cwd(), kit_folder), new_seed() if seed is None else seed
    for name in names or names_with_notebook(kit):
        settings = Settings(kit.assignment(name).name, chosen, language, sandbox)
        built = build_assignment(kit, out, settings, confined=confined, say=lambda line: click.echo(line, err=True))
        click.echo(f"for staff: {built.archive}\nfor students: {built.student}")
    click.echo(f"to build the same again: --seed {chosen}")


@otter.command("run")
@folder_argument("archive")
@click.argument("submissions", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--out", required=True, type=click.Path(path_type=Path), metavar="DIR", help="Where results go.")
@click.option("--jobs", type=click.IntRange(min=1), help="Submissions at a time; one for each processor by default.")
def otter_run(archive: Path, submissions: tuple[Path, ...], out: Path, jobs: int | None) -> None:
    """Mark SUBMISSIONS (notebooks, .py files, zips, folders of them) by ARCHIVE, an autograder's zip, confined.

    DIR/<name>/results.json is what `otter run` would write.
    """
    from autograder.threads import keep_to_one_thread

    keep_to_one_thread()  # before anything imports numpy
    from autograder.routes.otter.installed import require_otter

    require_otter()
    from autograder.report.records import final_score, shown_score
    from autograder.routes.otter.run import run as run_batch

    def tell(report: Report) -> None:
        from autograder.report.plain import one_line

        click.echo(f"{one_line(report.student)}: {shown_score(final_score(report))} ({report.status})")

    with termination_interrupts():
        try:
            reports = run_batch(archive, submissions, out, jobs=jobs, on_result=tell)
        except KeyboardInterrupt:
            click.echo(f"autograder: interrupted: what was graded by then is in {out}", err=True)
            sys.exit(INTERRUPTED)
    sys.exit(fault_code(reports))
