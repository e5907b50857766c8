"""``autograder check``, which students run."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from autograder.cli.common import (
    NOT_RIGHT,
    WRONG_USAGE,
    Bilingual,
    BilingualOption,
    complain,
    fault_code,
    kit_option,
    language_option,
)
from autograder.errors import KitError
from autograder.model import PUBLIC_SEED

if TYPE_CHECKING:
    from rich.console import Console

    from autograder.catalog import Kit
    from autograder.check import Wanted

ZH = (
    "对 NAME.py 运行公开检查；不写 NAME 则检查文件夹中的每一份作业。"
    "NAME 也可以是文件名。另有隐藏检查，分数由隐藏检查决定。"
)


@click.command(cls=Bilingual, zh=ZH)
@click.argument("name", required=False)
@click.option("--path", "folder", type=click.Path(path_type=Path), default=Path(), metavar="DIR", cls=BilingualOption,
              help="The folder your files are in; the current one by default.",
              zh="你的文件所在的文件夹；默认为当前文件夹。")
@click.option("--seed", type=click.IntRange(min=0), default=PUBLIC_SEED, show_default=True, cls=BilingualOption,
              help="Of the inputs tried.", zh="检查所用输入的随机种子。")
@click.option("--watch", "watching", is_flag=True, cls=BilingualOption,
              help="Run again whenever you save a file, until Ctrl-C.",
              zh="每次保存文件后重新检查，按 Ctrl-C 结束。")  # fmt: skip
@language_option
@kit_option
def check(
    name: str | None, folder: Path, seed: int, watching: bool, language: str, kit_folder: Path | None
) -> None:
    """Run the public checks on NAME.py, or on every assignment's file in the folder.

    NAME may be a file's name, too. Hidden checks exist as well; they decide the mark.
    """
    from rich.console import Console

    from autograder.check import kit_for, wanted_of

    wanted = wanted_of(name, folder)
    kit = kit_for(wanted.folder, kit_folder)
    console = Console(highlight=False)
    if watching:
        sys.exit(_watched(kit, wanted, seed, language, console))
    sys.exit(_checked(kit, wanted, None, seed, language, console))


def _checked(
    kit: Kit, wanted: Wanted, names: tuple[str, ...] | None, seed: int, language: str, console: Console
) -> int:
    """Check and show each of ``names``, or else all that is wanted; the exit code."""
    from autograder.check import check as check_file
    from autograder.check import missing_from, names_in
    from autograder.report.student_view import print_closing, print_missing, print_report

    found = names or names_in(kit, wanted.folder, wanted.name)
    reports = []
    for each in found:
        reports.append(check_file(kit, each, wanted.folder, seed))
        print_report(console, reports[-1], language)
    if wanted.name is None and names is None:
        print_missing(console, missing_from(kit, found, wanted.folder), language)
    print_closing(console, reports, language)
    full = all(report.score == report.assignment.max_score for report in reports)
    return fault_code(reports) or (0 if full else NOT_RIGHT)


def _watched(kit: Kit, wanted: Wanted, seed: int, language: str, console: Console) -> int:
    """Check again whenever something was saved; the exit code of the last run."""
    from autograder.check import wanted_in
    from autograder.report.student_view import print_watching
    from autograder.watch import affected_by, changes_in, watch

    def run(names: tuple[str, ...] | None) -> int:
        console.clear()
        try:
            code = _checked(kit, wanted, names, seed, language, console)
        except KitError as error:
            complain(error.into(language))
            code = WRONG_USAGE
        print_watching(console, language)
        return code

    return watch(run, affected_by(changes_in(wanted.folder), kit, wanted_in(kit, wanted.name)))
