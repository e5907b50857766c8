"""The fenced blocks of a Markdown page: which of them are commands, which are files, which are neither.

A comment that no reader sees may stand before a block:

``<!-- not run: why -->`` leaves the block out, ``<!-- exits: 1 -->`` says how its last command ends,
``<!-- file: PATH -->`` says that the block is that file, ``<!-- added to: PATH -->`` that it is put at its end, and
``<!-- instead of: PATH FUNCTION -->`` that the block takes that function's place, or what stands for its body.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from markdown_it import MarkdownIt

from tests.support import ROOT

MARK = re.compile(r"<!-- (?P<word>not run|exits|file|added to|instead of): (?P<value>\S.*?) -->")
PROMPT = "$ "
PROGRAMS = "make|autograder|dask|python3?|pip|pytest|nbgrader|otter|git|cd|cp|mkdir|unzip"
COMMAND = re.compile(rf"(?:{PROGRAMS})(?: |$)")
OPTIONAL = re.compile(r"\[-?-?\w[^\]]*\]")
GOES_ON = re.compile(r"\\?\n[ \t]+|\\\n")
"""A line that ends in a backslash, or is followed by one that is indented."""
SHELLS = ("sh", "bash", "console")
SHOWN = ("", "text", "toml", "json", "csv", "diff")
"""Languages of blocks that are to be looked at, where no command stands in them."""


class Kind(StrEnum):
    """What is done with a block."""

    SKIPPED = "not run"
    FILE = "file"
    SCRIPT = "script"
    SESSION = "session"
    SHOWN = "shown"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Block:
    """One block: its page, the line it begins at, its language, its text, and the mark before it, if any."""

    page: str
    line: int
    language: str
    text: str
    mark: str = ""
    value: str = ""

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"

    @property
    def kind(self) -> Kind:
        """What is done with it."""
        if self.mark == "not run":
            return Kind.SKIPPED
        if self.mark in ("file", "added to", "instead of"):
            return Kind.FILE
        if self.language not in (*SHELLS, *SHOWN):
            return Kind.UNKNOWN
        lines = self.text.splitlines()
        if self.language == "console" or any(line.startswith(PROMPT) for line in lines):
            return Kind.SESSION
        commands = self.language in SHELLS or any(COMMAND.match(line) for line in lines)
        return Kind.SCRIPT if commands else Kind.SHOWN

    @property
    def code(self) -> int:
        """How the block's last command ends."""
        return int(self.value) if self.mark == "exits" else 0


@dataclass(frozen=True)
class Command:
    """One command, and the lines that a session shows below it; None where nothing is shown."""

    text: str
    shown: tuple[str, ...] | None = None

    @property
    def is_synopsis(self) -> bool:
        """Whether it shows in brackets what may be left out, and so cannot be executed as it stands."""
        return OPTIONAL.search(self.text) is not None


def pages() -> tuple[str, ...]:
    """The pages that hold: README, and all of docs."""
    found = sorted((ROOT / "docs").rglob("*.md"))
    return ("README.md", *(path.relative_to(ROOT).as_posix() for path in found))


def blocks_of(page: str) -> tuple[Block, ...]:
    """The blocks of one page of the project, in order."""
    return tuple(parsed((ROOT / page).read_text(encoding="utf-8"), page))


def parsed(text: str, page: str = "") -> Iterator[Block]:
    """The blocks of a text, as Markdown has them."""
    before = None
    for token in MarkdownIt().parse(text):
        if token.type == "fence":
            found = MARK.fullmatch(before.content.strip()) if before and before.type == "html_block" else None
            mark, value = (found["word"], found["value"]) if found else ("", "")
            line = token.map[0] + 1 if token.map else 0
            yield Block(page, line, token.info.strip(), token.content, mark, value)
        before = token


def commands_of(block: Block) -> tuple[Command, ...]:
    """A script's lines, joined with those that go on below; a session's, with what they show."""
    if block.kind is Kind.SCRIPT:
        lines = GOES_ON.sub(" ", block.text).splitlines()
        return tuple(Command(line) for line in lines if line.strip() and not line.startswith("#"))
    commands: list[Command] = []
    for line in block.text.replace("\\\n> ", "").splitlines():
        if line.startswith(PROMPT):
            commands.append(Command(line.removeprefix(PROMPT)))
        elif commands:
            last = commands.pop()
            commands.append(Command(last.text, (*(last.shown or ()), line)))
    return tuple(commands)


def path_of(root: Path, named: str) -> Path:
    """Where a file that a page names is; raises ``ValueError`` for one outside of ``root``."""
    path = (root / named).resolve()
    if not path.is_relative_to(root.resolve()):
        raise ValueError(f"{named} is outside")
    return path
