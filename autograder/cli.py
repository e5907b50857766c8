"""The command line: arguments, progress and exit codes; what is done is done elsewhere.

Exit codes: 0 all went well, 1 something checked is not right, 2 wrong usage, 3 a fault of the
grader's, 130 interrupted. What is slow to import is imported by the command that needs it.
"""

from __future__ import annotations

import contextlib
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import click

from autograder import __version__
from autograder.errors import KitError
from autograder.model import LANGUAGES, MODES, Mode

if TYPE_CHECKING:
    from autograder.model import Report

Command = TypeVar("Command", bound=Callable[..., Any])

NOT_RIGHT = 1
WRONG_USAGE = 2
GRADER_FAULT = 3
INTERRUPTED = 130

PUBLIC_SEED = 0
"""The same inputs each time, so that a student sees what a change of theirs has changed."""


class Commands(click.Group):
    """Turns a mistake that a person can mend into one line."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except KitError as error:
            complain(str(error))
        except ModuleNotFoundError as error:
            if not (error.name or "").startswith("autograder."):
                raise
            complain(f"{ctx.invoked_subcommand} is for staff: what students get does not hold it")
        return ctx.exit(WRONG_USAGE)


def complain(text: str) -> None:
    """One line for the person who called."""
    from autograder.report.plain import one_line

    click.echo(f"autograder: {one_line(text)}", err=True)


def folder_argument(name: str) -> Callable[[Command], Command]:
    """An argument that is a path; whether it is there is said by whoever opens it."""
    return click.argument(name, type=click.Path(path_type=Path))


kit_option = click.option(
    "--kit", "kit_folder", type=click.Path(path_type=Path), metavar="DIR", help="The kit; found upwards by default."
)
language_option = click.option(
    "--language", type=click.Choice(LANGUAGES), default="en", envvar="AUTOGRADER_LANGUAGE", show_default=True,
    help="Of what students read.",
)  # fmt: skip


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="autograder")
def main() -> None:
    """Mark courseworks that teach back-propagation by writing it in numpy."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a terminal without ✓ is no reason to stop


@main.command()
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
    with _termination_interrupts(), _progress(name) as advance:
        try:
            reports = grade_class(
                kit, name, submissions, out, jobs=jobs, seed=seed, sandbox=sandbox, language=language, on_result=advance
            )
        except KeyboardInterrupt:
            reports = ()
    if not reports:
        click.echo(f"autograder: interrupted: what was graded by then is in {out}", err=True)
        sys.exit(INTERRUPTED)
    _show_class(reports, out, language)
    sys.exit(_fault_code(reports))


@main.command()
@click.argument("name", required=False)
@click.option("--path", "folder", type=click.Path(path_type=Path), default=Path(), metavar="DIR",
              help="The folder your files are in; the current one by default.")  # fmt: skip
@click.option("--seed", type=click.IntRange(min=0), default=PUBLIC_SEED, show_default=True, help="Of the inputs tried.")
@language_option
@kit_option
def check(name: str | None, folder: Path, seed: int, language: str, kit_folder: Path | None) -> None:
    """Run the public checks on NAME.py, or on every assignment's file in the folder.

    Hidden checks exist too; they decide the mark.
    """
    from rich.console import Console

    from autograder.check import check as check_file
    from autograder.check import kit_for, names_in
    from autograder.report.student_view import print_closing, print_report

    kit = kit_for(folder, kit_folder)
    console = Console(highlight=False)
    reports = []
    for each in names_in(kit, folder, name):
        reports.append(check_file(kit, each, folder, seed))
        print_report(console, reports[-1], language)
    print_closing(console, language)
    full = all(report.score == report.assignment.max_score for report in reports)
    sys.exit(_fault_code(reports) or (0 if full else NOT_RIGHT))


@main.command()
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


@main.command()
@folder_argument("out")
@kit_option
def release(out: Path, kit_folder: Path | None) -> None:
    """Put together what students get, as a folder and a zip in OUT."""
    from autograder.catalog import find_kit
    from autograder.release import build_release

    made = build_release(find_kit(Path.cwd(), kit_folder), out)
    click.echo(f"{made.folder}\n{made.archive}")


@main.command()
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


@main.command()
@kit_option
def template(kit_folder: Path | None) -> None:
    """Make student_template/ from solutions/."""
    from autograder.catalog import find_kit
    from autograder.stubs import write_templates

    for path in write_templates(find_kit(Path.cwd(), kit_folder)):
        click.echo(path)


@contextlib.contextmanager
def _progress(name: str) -> Iterator[Callable[[Report, int], None]]:
    """A bar on a terminal's stderr from the first result on, and nothing where nobody watches.

    What draws it is a thread, and controllers are forks as long as there is none.
    """
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    progress = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
    task = progress.add_task(f"grading {name}", total=None)

    def advance(report: Report, total: int) -> None:
        progress.start()
        progress.update(task, advance=1, total=total)

    try:
        yield advance
    finally:
        progress.stop()


def _show_class(reports: tuple[Report, ...], out: Path, language: str) -> None:
    from rich.console import Console

    from autograder.report.class_view import class_view

    console = Console(highlight=False)
    console.print(class_view(reports, language))
    name, seed = reports[0].assignment.name, reports[0].conditions.seed
    click.echo(f"marks: {out / 'grades.csv'} and {out / 'exercises.csv'}")
    click.echo(f"for each student: {out / '<student>' / name / 'feedback.md'}, results.json and staff.json")
    click.echo(f"to repeat this run exactly: --seed {seed}")


def _fault_code(reports: tuple[Report, ...] | list[Report]) -> int:
    from autograder.model import Status

    return GRADER_FAULT if any(report.status is Status.ERRORED for report in reports) else 0


@contextlib.contextmanager
def _termination_interrupts() -> Iterator[None]:
    """In this block a request to terminate ends the run as Ctrl-C does, with nothing lost."""
    before = signal.signal(signal.SIGTERM, _interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _interrupt(*_: object) -> NoReturn:
    raise KeyboardInterrupt
