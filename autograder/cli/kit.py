"""What is made of a kit: ``release`` and ``template``; and ``selfcheck``, which proves it consistent."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from autograder.cli.common import NOT_RIGHT, folder_argument, kit_option


@click.command()
@folder_argument("out")
@kit_option
def release(out: Path, kit_folder: Path | None) -> None:
    """Put together what students get, as a folder and a zip in OUT."""
    from autograder.catalog import find_kit
    from autograder.release import build_release

    made = build_release(find_kit(Path.cwd(), kit_folder), out)
    click.echo(f"{made.folder}\n{made.archive}")


@click.command()
@kit_option
def selfcheck(kit_folder: Path | None) -> None:
    """Prove the kit consistent: references earn everything, stubs nothing, no file is missing or stray."""
    from autograder.catalog import find_kit
    from autograder.selfcheck import inspect_kit

    findings = inspect_kit(find_kit(Path.cwd(), kit_folder), lambda line: click.echo(line, err=True))
    for finding in findings:
        click.echo(finding)
    if findings:
        sys.exit(NOT_RIGHT)
    click.echo("the kit is in order")


@click.command()
@kit_option
def template(kit_folder: Path | None) -> None:
    """Make student_template/ from solutions/."""
    from autograder.catalog import find_kit
    from autograder.stubs import write_templates

    for path in write_templates(find_kit(Path.cwd(), kit_folder)):
        click.echo(path)
