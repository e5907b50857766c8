"""``autograder nbgrader``: build and autograde."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from autograder.cli.common import (
    GRADER_FAULT,
    INTERRUPTED,
    complain,
    fault_code,
    folder_argument,
    kit_option,
    language_option,
    progress,
    show_class,
    termination_interrupts,
)
from autograder.model import MODES


@click.group()
def nbgrader() -> None:
    """The assignments as an nbgrader course, and marks for its gradebook. Needs the extra `nbgrader`."""


@nbgrader.command("build")
@folder_argument("out")
@click.option("--assignment", "names", multiple=True, metavar="NAME", help="All that have a notebook by default.")
@language_option
@kit_option
def nbgrader_build(out: Path, names: tuple[str, ...], language: str, kit_folder: Path | None) -> None:
    """Write a course to OUT: nbgrader_config.py, where there is none, and source/NAME/NAME.ipynb.

    The notebooks hold the solutions: OUT is for staff.
    """
    from autograder.catalog import find_kit
    from autograder.routes.nbgrader.course import build_course

    for path in build_course(find_kit(Path.cwd(), kit_folder), out, language, names):
        click.echo(path)


@nbgrader.command("autograde")
@click.argument("name")
@click.option("--course", type=click.Path(path_type=Path), default=Path(), metavar="DIR",
              help="The course's folder; the current one by default.")
@click.option("--out", type=click.Path(path_type=Path), metavar="DIR", help="Files on each submission; DIR/autograder.")
@click.option("--jobs", type=click.IntRange(min=1), help="Submissions at a time; one for each processor by default.")
@click.option("--seed", type=click.IntRange(min=0), help="Of an earlier run, to repeat it exactly.")
@click.option("--sandbox", type=click.Choice(MODES), default="auto", show_default=True,
              help="auto: every layer of confinement this host offers; none: this host is the sandbox itself.")
@click.option("--force", is_flag=True, help="Mark again what is in the gradebook already.")
@language_option
@kit_option
def nbgrader_autograde(name: str, course: Path, kit_folder: Path | None, language: str, **settings: Any) -> None:
    """Mark submitted/<student>/NAME/NAME.ipynb, confined, and put the marks into the course's gradebook."""
    from autograder.threads import keep_to_one_thread

    keep_to_one_thread()  # before anything imports numpy
    from autograder.catalog import find_kit
    from autograder.routes.nbgrader.autograde import autograde as mark_course

    kit = find_kit(Path.cwd(), kit_folder)
    with termination_interrupts(), progress(name) as advance:
        try:
            outcome = mark_course(kit, course, name, language=language, on_result=advance, **settings)
        except KeyboardInterrupt:
            outcome = None
    if outcome is None:
        click.echo("autograder: interrupted: what was marked is in the gradebook; run it again for the rest", err=True)
        sys.exit(INTERRUPTED)
    if outcome.reports:
        show_class(outcome.reports, outcome.out, language)
    if outcome.before:
        click.echo(f"{outcome.before} were in the gradebook already; to mark them again: --force")
    for student, reason in sorted(outcome.failed.items()):
        complain(f"{student} is not in the gradebook: {reason}")
    sys.exit(GRADER_FAULT if outcome.failed else fault_code(outcome.reports))
