"""What is made of a kit: ``release`` and ``template``; and ``selfcheck``, which proves it consistent."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import click

from autograder.cli.common import NOT_RIGHT, complain, folder_argument, kit_option, language_option
from autograder.releases.forms import NAMES
from autograder.releases.manifest import MANIFEST, SUMS


@click.command()
@folder_argument("out")
@click.option("--form", "forms", multiple=True, type=click.Choice(NAMES),
              help="Only this form, or several; all whose extra is installed by default.")
@click.option("--seed", type=click.IntRange(min=0), help="Of all inputs, secret; drawn by default.")
@click.option("--wheels", type=click.Path(path_type=Path), metavar="DIR", help="Ready wheels for Gradescope's zips.")
@click.option("--without-wheels", is_flag=True, help="Gradescope's images install from the network.")  # fmt: skip
@language_option
@kit_option
def release(
    out: Path,
    forms: tuple[str, ...],
    seed: int | None,
    wheels: Path | None,
    without_wheels: bool,
    language: str,
    kit_folder: Path | None,
) -> None:
    """Write everything that is handed out to OUT/students, what stays with staff to OUT/staff, and checksums.

    Refuses where the kit is inconsistent, unfinished, or would give a secret away; then OUT is left as it was.
    """
    from autograder.threads import keep_to_one_thread

    keep_to_one_thread()  # before anything imports numpy
    from autograder.catalog import find_kit
    from autograder.grade import new_seed
    from autograder.releases.forms import Plan
    from autograder.releases.steps import release as write_release

    kit = find_kit(Path.cwd(), kit_folder)
    plan = Plan(new_seed() if seed is None else seed, language, wheels, carried=not without_wheels)
    with telling() as tell:
        made = write_release(kit, out, plan, tell, forms)
    for finding in made.findings:
        click.echo(finding)
    if made.findings:
        complain(f"nothing was written: {len(made.findings)} to mend first")
        sys.exit(NOT_RIGHT)
    for audience, places in (("students", made.students), ("staff", made.staff)):
        for place in places:
            click.echo(f"for {audience}: {place}")
    click.echo(f"what is in it: {out / MANIFEST}; to check it: cd {out} && sha256sum -c {SUMS}")
    click.echo(f"to build the same again: --seed {plan.seed}")


@contextlib.contextmanager
def telling() -> Iterator[Callable[[str], None]]:
    """What is being done, on stderr: a line that moves on a terminal, lines one below the other elsewhere."""
    from rich.console import Console

    console = Console(stderr=True, highlight=False, markup=False)
    if not console.is_terminal:
        yield lambda line: click.echo(line, err=True)
        return
    started = time.monotonic()

    def tell(line: str) -> None:
        status.update(line)
        console.print(f"{time.monotonic() - started:6.1f} s  {line}", style="dim")

    with console.status("") as status:
        yield tell


@click.command()
@click.argument("names", metavar="[NAME]...", nargs=-1)
@kit_option
def selfcheck(names: tuple[str, ...], kit_folder: Path | None) -> None:
    """Prove the kit consistent: references earn everything, stubs nothing, misconceptions lose, no file is missing.

    With NAME, only this assignment, or several; then misconceptions meet costly checks, too.
    """
    from autograder.catalog import find_kit
    from autograder.selfcheck import inspect_kit

    kit = find_kit(Path.cwd(), kit_folder)
    with telling() as tell:
        findings = inspect_kit(kit, tell, names)
    for finding in findings:
        click.echo(finding)
    if findings:
        complain("1 thing to mend" if len(findings) == 1 else f"{len(findings)} things to mend")
        sys.exit(NOT_RIGHT)
    click.echo(f"in order: {', '.join(names)}" if names else "the kit is in order")


@click.command()
@kit_option
def template(kit_folder: Path | None) -> None:
    """Make student_template/ from solutions/; complains of tasks that belong to no exercise."""
    from autograder.catalog import find_kit
    from autograder.selfcheck.files import misnamed_tasks
    from autograder.stubs import write_templates

    kit = find_kit(Path.cwd(), kit_folder)
    for path in write_templates(kit):
        click.echo(path)
    findings = [line for name in kit.names for line in misnamed_tasks(kit, kit.assignment(name))]
    for finding in findings:
        complain(finding)
    if findings:
        sys.exit(NOT_RIGHT)
