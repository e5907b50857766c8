"""The command line: arguments, progress and exit codes; what is done is done elsewhere.

A command's module is imported when the command is called, and what is slow to import by the command itself.
"""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import click

from autograder import __version__
from autograder.cli.common import WRONG_USAGE, Bilingual, complain, spoken_language
from autograder.errors import KitError
from autograder.model import Text

COMMANDS = {
    "adjust": "adjust",
    "check": "check",
    "collect": "collect",
    "doctor": "doctor",
    "explain": "explain",
    "export": "export",
    "grade": "grade",
    "gradescope": "gradescope",
    "history": "history",
    "marks": "marks",
    "nbgrader": "nbgrader",
    "new": "new",
    "otter": "otter",
    "preview": "preview",
    "regrade": "regrade",
    "release": "kit",
    "report": "report",
    "selfcheck": "kit",
    "show": "show",
    "similarity": "similarity",
    "status": "status",
    "template": "kit",
}
"""Each command, and the module here that holds it."""
ZH = "批改用 numpy 亲手写反向传播的课程作业。"
FOR_STAFF = Text(
    "{name} is for staff: what students get does not hold it", "{name} 供教师使用：学生拿到的文件中没有它"
)


class Commands(Bilingual, click.Group):
    """Loads commands as they are wanted, and turns a mistake that a person can mend into one line."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every command whose module is here: what students get holds theirs alone."""
        return [name for name in COMMANDS if _is_here(name)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name; raises ``KitError`` for one of the staff's that is not here."""
        if cmd_name not in COMMANDS:
            return None
        if not _is_here(cmd_name):
            raise KitError(FOR_STAFF.format(name=cmd_name))
        command: click.Command = getattr(import_module(f"autograder.cli.{COMMANDS[cmd_name]}"), cmd_name)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except KitError as error:
            complain(error.into(spoken_language(ctx)))
        except ModuleNotFoundError as error:
            if not (error.name or "").startswith("autograder."):
                raise
            complain(FOR_STAFF.format(name=ctx.invoked_subcommand).into(spoken_language(ctx)))
        return ctx.exit(WRONG_USAGE)


def _is_here(name: str) -> bool:
    return find_spec(f"autograder.cli.{COMMANDS[name]}") is not None


@click.group(cls=Commands, zh=ZH, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="autograder")
def main() -> None:
    """Mark courseworks that teach back-propagation by writing it in numpy."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a terminal without ✓ is no reason to stop
