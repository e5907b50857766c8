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
@click.argument("name")
@folder_argument("out")
@click.option("--seed", type=click.IntRange(min=0), help="Of all inputs, secret; drawn by default.")
@click.option("--visibility", type=click.Choice(("visible", "after_due_date", "after_published", "hidden")),
              default="visible", show_default=True, help="When students see checks and marks.")
@click.option("--leaderboard", is_flag=True, help="Points and CPU time, for everybody to see.")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Of a student's submissions mark N…")
@click.option("--per", "hours", type=click.FloatRange(min=0, max=87600, min_open=True), default=24, show_default=True,
              metavar="HOURS", help="…in any so many hours, and no more.")
@click.option("--seconds", type=click.FloatRange(min=0, min_open=True),
              help="For an exercise, in place of the assignment's own.")
@click.option("--timeout", type=click.IntRange(min=1), default=540, show_default=True, help="Seconds for a submission.")
@click.option("--sandbox", type=click.Choice(MODES), default="auto", show_default=True,
              help="none: the container is the sandbox; students' code can read and write all of it.")
@click.option("--python", "pythons", multiple=True, metavar="3.N",
              help="Of the image, several if need be; 3.12 by default.")
@click.option("--wheels", type=click.Path(path_type=Path), metavar="DIR", help="Ready wheels of what the engine needs.")
@click.option("--without-wheels", is_flag=True, help="For images that can install from the network.")  # fmt: skip
@language_option
@kit_option
def gradescope(
    name: str,
    out: Path,
    kit_folder: Path | None,
    pythons: tuple[str, ...],
    wheels: Path | None,
    without_wheels: bool,
    seed: int | None,
    **settings: Any,
) -> None:
    """Write OUT, the zip with which Gradescope marks the assignment NAME.

    It holds the solution, the hidden checks and the seed: it is for staff.
    """
    from autograder.catalog import find_kit
    from autograder.grade import new_seed
    from autograder.routes.gradescope.bundle import build_bundle, wheels_for
    from autograder.routes.gradescope.config import Config

    kit = find_kit(Path.cwd(), kit_folder)
    config = Config(kit.assignment(name).name, new_seed() if seed is None else seed, **settings).checked()
    made = build_bundle(kit, config, out, {} if without_wheels else wheels_for(kit, pythons, wheels))
    click.echo(f"{made.path}: {len(made.names)} files; to build the same again: --seed {config.seed}")


@main.group()
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

    with _termination_interrupts():
        try:
            reports = run_batch(archive, submissions, out, jobs=jobs, on_result=tell)
        except KeyboardInterrupt:
            click.echo(f"autograder: interrupted: what was graded by then is in {out}", err=True)
            sys.exit(INTERRUPTED)
    sys.exit(_fault_code(reports))


@main.group()
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
    with _termination_interrupts(), _progress(name) as advance:
        try:
            outcome = mark_course(kit, course, name, language=language, on_result=advance, **settings)
        except KeyboardInterrupt:
            outcome = None
    if outcome is None:
        click.echo("autograder: interrupted: what was marked is in the gradebook; run it again for the rest", err=True)
        sys.exit(INTERRUPTED)
    if outcome.reports:
        _show_class(outcome.reports, outcome.out, language)
    if outcome.before:
        click.echo(f"{outcome.before} were in the gradebook already; to mark them again: --force")
    for student, reason in sorted(outcome.failed.items()):
        complain(f"{student} is not in the gradebook: {reason}")
    sys.exit(GRADER_FAULT if outcome.failed else _fault_code(outcome.reports))


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
