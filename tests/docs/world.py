"""Where a page's commands are executed: a copy of the kit, or a student's folder, with made-up files beside it.

Each page has its own. A block begins in the page's folder, and a ``cd`` holds until the block's end.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from autograder.catalog import Kit
from autograder.misconceptions import _find  # the same place that a misconception goes to
from autograder.release import released_files, write_folder
from tests.docs.blocks import Block, Command, Kind, commands_of, path_of
from tests.docs.stand_ins import executed
from tests.support import KIT, ROOT, solution_source, template_source

SECONDS = 900
WIDTH = 80
LEFT_BEHIND = ("__pycache__", "*.egg-info", ".venv", "build", "dist", ".git", ".*_cache", ".hypothesis")
WORDS = re.compile(r"\s+")
ANYTHING = "…"


class Failed(AssertionError):
    """A block does not do what its page says."""


@dataclass(frozen=True)
class World:
    """A page's folder, and what programs find around them."""

    folder: Path
    programs: Path
    kit: Path | None

    def run(self, block: Block) -> None:
        """Do what the block says; raises ``Failed``."""
        if block.kind is Kind.FILE:
            write(self.folder, block)
        elif block.kind is Kind.SYNOPSIS:
            self._compare_with_help(block)
        elif block.kind in (Kind.SCRIPT, Kind.SESSION):
            self._execute(block)

    def _execute(self, block: Block) -> None:
        commands, where = commands_of(block), self.folder
        for command in commands:
            text, itself = executed(command.text)
            code = block.code if command is commands[-1] else 0
            done, where = self._call(text, where)
            if done.returncode != code:
                raise Failed(f"{block}: {text}: exit code {done.returncode}, not {code}\n{done.stdout}")
            if itself and command.shown is not None and not shows(command, done.stdout):
                shown = "\n".join(command.shown)
                raise Failed(f"{block}: {text}: the page shows\n{shown}\nand it prints\n{done.stdout}")

    def _compare_with_help(self, block: Block) -> None:
        """Every option that the synopsis names is one of the command's."""
        program = re.match(r"autograder((?: [a-z]+)+)", block.text)
        if program is None:
            raise Failed(f"{block}: no command of ours: write what can be executed")
        told = self._call(f"autograder{program[1]} --help", self.folder)[0].stdout
        unknown = [option for option in re.findall(r"--[a-z-]+", block.text) if not re.search(rf"{option}\b", told)]
        if unknown:
            raise Failed(f"{block}: autograder{program[1]} has no {', '.join(unknown)}")

    def _call(self, command: str, where: Path) -> tuple[subprocess.CompletedProcess[str], Path]:
        """The command as a shell runs it, everything printed in one stream, and the folder it ends in."""
        end = self.programs / "where"
        text = f"{command}\ncode=$?; pwd > {shlex.quote(str(end))}; exit $code"
        done = subprocess.run(
            ["bash", "-o", "pipefail", "-c", text], cwd=where, env=self._environment(), encoding="utf-8", check=False,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=SECONDS,
        )  # fmt: skip
        return done, Path(end.read_text(encoding="utf-8").strip())

    def _environment(self) -> dict[str, str]:
        path = os.pathsep.join((str(self.programs), str(Path(sys.executable).parent), os.environ["PATH"]))
        kept = {name: os.environ[name] for name in ("TMPDIR",) if name in os.environ}
        found = {"PYTHONPATH": str(self.kit)} if self.kit else {}
        return kept | found | {
            "PATH": path, "HOME": str(self.programs), "LANG": "C.UTF-8", "COLUMNS": str(WIDTH), "PIP_NO_INDEX": "1",
            "PYTHONDONTWRITEBYTECODE": "1", "OPENBLAS_NUM_THREADS": "1", "AUTOGRADER_WHO": "",
        }  # fmt: skip


def shows(command: Command, printed: str) -> bool:
    """Whether what is printed is what a page shows: blank space does not count, and ``…`` stands for anything."""
    wanted = [WORDS.sub(" ", line).strip() for line in command.shown or ()]
    parts = [r"(?:.*\n)*?" if line == ANYTHING else f"{_pattern(line)}\n" for line in wanted if line]
    lines = (WORDS.sub(" ", line).strip() for line in printed.splitlines())
    return re.fullmatch("".join(parts), "".join(f"{line}\n" for line in lines if line)) is not None


def _pattern(line: str) -> str:
    return ".*".join(re.escape(part.strip()) for part in line.split(ANYTHING))


def write(folder: Path, block: Block) -> None:
    """Put the block where its mark says."""
    named, _, function = block.value.partition(" ")
    path = path_of(folder, named)
    path.parent.mkdir(parents=True, exist_ok=True)
    if block.mark == "file":
        path.write_text(block.text, encoding="utf-8")
    elif block.mark == "added to":
        path.write_text(f"{path.read_text(encoding='utf-8')}\n\n{block.text}", encoding="utf-8")
    else:
        path.write_text(exchanged(path.read_text(encoding="utf-8"), function, block.text), encoding="utf-8")


def exchanged(source: str, function: str, text: str) -> str:
    """``source`` with the text in the place of a function's last line, where a stub raises."""
    target = _find(source, function, "the page")
    lines = source.splitlines(keepends=True)
    indent = " " * target.body[-1].col_offset
    new = "".join(f"{indent}{line}\n" for line in text.splitlines())
    return "".join([*lines[: target.body[-1].lineno - 1], new, *lines[target.end_lineno :]])
