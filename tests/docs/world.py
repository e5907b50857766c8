"""Where a page's commands are executed: a copy of the kit, or a student's folder, with made-up files beside it.

Each page has its own. A block begins in the page's folder, and a ``cd`` holds until the block's end.
"""

from __future__ import annotations

import ast
import os
import re
import shlex
import shutil
import subprocess
import sys
import textwrap
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from autograder.release import released_files, write_folder
from tests.docs.blocks import Block, Command, Kind, commands_of, path_of
from tests.docs.stand_ins import executed
from tests.support import KIT, ROOT, solution_source, template_source

SECONDS = 900
WIDTH = 80
LEFT_BEHIND = ("__pycache__", "*.egg-info", ".venv", "build", "dist", ".git", ".*_cache", ".hypothesis")
BLANK, RULE = re.compile(r"\s+"), re.compile(r"━+")
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
        elif block.kind in (Kind.SCRIPT, Kind.SESSION):
            self._execute(block)

    def _execute(self, block: Block) -> None:
        commands, where = commands_of(block), self.folder
        for command in commands:
            if command.is_synopsis:
                self._compare_with_help(block, command)
                continue
            text, itself = executed(command.text)
            code = block.code if command is commands[-1] else 0
            done, where = self._call(text, where)
            if done.returncode != code:
                raise Failed(f"{block}: {text}: exit code {done.returncode}, not {code}\n{done.stdout}")
            if itself and command.shown is not None and not shows(command, done.stdout):
                shown = "\n".join(command.shown)
                raise Failed(f"{block}: {text}: the page shows\n{shown}\nand it prints\n{done.stdout}")

    def _compare_with_help(self, block: Block, command: Command) -> None:
        """Every option that the synopsis names is one of the command's."""
        program = re.match(r"autograder((?: [a-z]+)+)", command.text)
        if program is None:
            raise Failed(f"{block}: no command of ours: write what can be executed")
        told = self._call(f"autograder{program[1]} --help", self.folder)[0].stdout
        unknown = [option for option in re.findall(r"--[a-z-]+", command.text) if not re.search(rf"{option}\b", told)]
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
    """Whether what is printed is what a page shows; ``…`` stands for anything, and widths do not count."""
    wanted = filter(None, map(_narrow, command.shown or ()))
    parts = [r"(?:.*\n)*?" if line == ANYTHING else f"{_pattern(line)}\n" for line in wanted]
    lines = filter(None, map(_narrow, printed.splitlines()))
    return re.fullmatch("".join(parts), "".join(f"{line}\n" for line in lines)) is not None


def _narrow(line: str) -> str:
    return RULE.sub("━", BLANK.sub(" ", line)).strip()


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
    """``source`` with the text in the place of the last statement of a function, where a stub raises."""
    functions = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef)]
    (named,) = (node for node in functions if node.name == function)
    last, lines = named.body[-1], source.splitlines(keepends=True)
    new = textwrap.indent(text, " " * last.col_offset)
    return "".join([*lines[: last.lineno - 1], new, *lines[last.end_lineno :]])


# ------------------------------------------------------------------------------ what a page finds


@contextmanager
def open_world(page: str, root: Path) -> Iterator[World]:
    """A new world below ``root``, with what the page speaks of."""
    programs = root / "programs"
    programs.mkdir()
    for name, options in (("python", ""), ("autograder", " -m autograder")):
        program = programs / name
        program.write_text(f'#!/bin/sh\nexec "{sys.executable}"{options} "$@"\n', encoding="utf-8")
        program.chmod(0o755)
    if page in STUDENTS_PAGES:
        yield World(write_folder(root / "coursework", released_files(KIT)), programs, None)
        return
    folder = copied_kit(root / "kit", programs)
    FURNISHED.get(page, lambda _: None)(folder)
    yield World(folder, programs, folder)


def copied_kit(folder: Path, programs: Path) -> Path:
    """The project without what was made from it, set up already as ``make setup`` would."""
    shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(*LEFT_BEHIND))
    (folder / ".venv" / "bin").mkdir(parents=True)
    for program in programs.iterdir():
        shutil.copy(program, folder / ".venv" / "bin")
    (folder / ".venv" / "bin" / "activate").touch()  # the programs are on the path already
    (folder / ".venv" / ".ready").touch()
    return folder


def hand_in(folder: Path) -> None:
    """A small class: a right answer, an unfinished one, one that is no Python, and somebody who handed in nothing."""
    sources = {
        "ann": solution_source("max_pooling"),
        "ben": exchanged(template_source("max_pooling"), "pooled_size", "return size // stride\n"),
        "eve": "def pooled_size(size, window, stride:\n",
    }
    for student, source in sources.items():
        (folder / "submissions" / student).mkdir(parents=True)
        (folder / "submissions" / student / "max_pooling.py").write_text(source, encoding="utf-8")
    (folder / "submissions" / "zoe").mkdir()
    (folder / "class.csv").write_text(ROSTER, encoding="utf-8")
    (folder / "grades.csv").write_text(CANVAS, encoding="utf-8")


def download(folder: Path) -> None:
    """What Canvas lets be downloaded of that class: the zip of submissions, and the gradebook."""
    hand_in(folder)
    with zipfile.ZipFile(folder / "download.zip", "w") as archive:
        for number, (student, name) in enumerate((("ann", "leeann"), ("ben", "choben"), ("eve", "royeve")), start=1):
            source = folder / "submissions" / student / "max_pooling.py"
            archive.write(source, f"{name}_{number}_{100 + number}_max_pooling.py")
    shutil.rmtree(folder / "submissions")


def graded(folder: Path) -> None:
    """The same class, graded into ``results``."""
    hand_in(folder)
    options = ("submissions", "--assignment", "max_pooling", "--out", "results")
    command = [sys.executable, "-m", "autograder", "grade", *options]
    subprocess.run(command, cwd=folder, env={**os.environ, "PYTHONPATH": str(folder)}, check=True, capture_output=True)


ROSTER = "id,name,email,login id\n" + "".join(
    f"{student},{name},{student}@example.org,{student}\n"
    for student, name in (("ann", "Ann Lee"), ("ben", "Ben Cho"), ("eve", "Eve Roy"), ("zoe", "Zoe Fox"))
)
CANVAS = (
    "Student,ID,SIS User ID,SIS Login ID,Section,max_pooling (4711)\n    Points Possible,,,,,100.00\n"
    '"Lee, Ann",1,ann,ann,1,\n"Cho, Ben",2,ben,ben,1,\n"Roy, Eve",3,eve,eve,1,\n"Fox, Zoe",4,zoe,zoe,1,\n'
)
"""A gradebook as Canvas lets it be downloaded."""

STUDENTS_PAGES = ("docs/guide-students.md", "docs/guide-students.zh.md")
"""Their commands are executed in the folder that students get, with nothing else at hand."""
FURNISHED: dict[str, Callable[[Path], None]] = {
    "docs/export.md": graded,
    "docs/guide-graders.md": download,
    "docs/routes.md": hand_in,
}
