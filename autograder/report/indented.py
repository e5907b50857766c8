"""Text that begins some columns from the left, in a terminal."""

from __future__ import annotations

from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text as Styled


@dataclass(frozen=True)
class Indented:
    """Wrapped ``text``, with no blanks behind its lines: they are copied into files and mails."""

    text: Styled
    columns: int

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for line in self.text.wrap(console, max(options.max_width - self.columns, 1)):
            line.rstrip()
            yield Styled.assemble(" " * self.columns, line)
