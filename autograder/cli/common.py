"""What the commands share: exit codes, options, progress and closing lines.

Exit codes: 0 all went well, 1 something checked is not right, 2 wrong usage, 3 a fault of the
grader's, 130 interrupted.
"""

from __future__ import annotations

import contextlib
import copy
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import click

from autograder.language import LANGUAGE, spoken
from autograder.model import LANGUAGES

if TYPE_CHECKING:
    from autograder.model import Report

Command = TypeVar("Command", bound=Callable[..., Any])

NOT_RIGHT = 1
WRONG_USAGE = 2
GRADER_FAULT = 3
INTERRUPTED = 130


def spoken_language(ctx: click.Context | None) -> str:
    """What the command line has asked for so far, or the environment, or English."""
    return spoken(ctx.meta.get(LANGUAGE) if ctx is not None else None)


class Bilingual(click.Command):
    """A command that students run; ``zh`` is its help in Chinese."""

    def __init__(self, *args: Any, zh: str = "", **keywords: Any) -> None:
        super().__init__(*args, **keywords)
        self.zh = zh

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write what the command does."""
        if self.zh and spoken_language(ctx) == "zh":
            formatter.write_paragraph()
            with formatter.indentation():
                formatter.write_text(self.zh)
        else:
            super().format_help_text(ctx, formatter)

    def get_short_help_str(self, limit: int = 45) -> str:
        """What the command does, on one line of a list."""
        if self.zh and spoken_language(click.get_current_context(silent=True)) == "zh":
            return self.zh.partition("。")[0]
        return super().get_short_help_str(limit)


class BilingualOption(click.Option):
    """An option of such a command; ``zh`` is its help in Chinese."""

    def __init__(self, *args: Any, zh: str = "", **keywords: Any) -> None:
        super().__init__(*args, **keywords)
        self.zh = zh

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """How it is written, and what it does."""
        if not self.zh or spoken_language(ctx) != "zh":
            return super().get_help_record(ctx)
        twin = copy.copy(self)
        twin.help, twin.zh = self.zh, ""
        return twin.get_help_record(ctx)


def complain(text: str) -> None:
    """One line for the person who called."""
    from autograder.report.plain import one_line

    click.echo(f"autograder: {one_line(text)}", err=True)


def folder_argument(name: str) -> Callable[[Command], Command]:
    """An argument that is a path; whether it is there is said by whoever opens it."""
    return click.argument(name, type=click.Path(path_type=Path))


def _note_language(ctx: click.Context, parameter: click.Parameter, value: str) -> str:
    ctx.meta[LANGUAGE] = value
    return value


kit_option = click.option(
    "--kit", "kit_folder", type=click.Path(path_type=Path), metavar="DIR", cls=BilingualOption,
    help="The kit; found upwards by default.", zh="作业包所在的文件夹；默认向上级文件夹寻找。",
)  # fmt: skip
language_option = click.option(
    "--language", type=click.Choice(LANGUAGES), default="en", envvar=LANGUAGE, show_default=True, is_eager=True,
    callback=_note_language, cls=BilingualOption, help="Of what students read.", zh="显示给学生的语言。",
)  # fmt: skip


@contextlib.contextmanager
def progress(name: str) -> Iterator[Callable[[Report, int], None]]:
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


def show_class(reports: tuple[Report, ...], out: Path, language: str) -> None:
    from autograder.cli.screen import screen
    from autograder.report.class_view import class_view

    screen().print(class_view(reports, language))
    name, seed = reports[0].assignment.name, reports[0].conditions.seed
    click.echo(f"marks: {out / 'grades.csv'} and {out / 'exercises.csv'}")
    click.echo(f"for each student: {out / '<student>' / name / 'feedback.md'}, results.json and staff.json")
    click.echo(f"to repeat this run exactly: --seed {seed}")


def fault_code(reports: tuple[Report, ...] | list[Report]) -> int:
    from autograder.model import Status

    return GRADER_FAULT if any(report.status is Status.ERRORED for report in reports) else 0


@contextlib.contextmanager
def termination_interrupts() -> Iterator[None]:
    """In this block a request to terminate ends the run as Ctrl-C does, with nothing lost."""
    before = signal.signal(signal.SIGTERM, _interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _interrupt(*_: object) -> NoReturn:
    raise KeyboardInterrupt
