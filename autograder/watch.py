"""Checks run again whenever a file is saved, until Ctrl-C."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from autograder.catalog import Kit
from autograder.errors import MissingExtra
from autograder.model import Text

SETTLE_MS = 300
"""An editor may write a file in several steps: changes that come closer together than this are one."""
ENDINGS = (".py", ".ipynb")
NEEDS_WATCHFILES = Text(
    "--watch needs watchfiles: python -m pip install watchfiles",
    "--watch 需要 watchfiles：python -m pip install watchfiles",
)


def watch(run: Callable[[tuple[str, ...] | None], int], affected: Iterable[tuple[str, ...]]) -> int:
    """Run everything, then what each entry of ``affected`` names, until that ends or Ctrl-C; the last exit code.

    ``run`` takes names of assignments, or None for all there are, and gives an exit code.
    """
    code = 0
    try:
        code = run(None)
        for names in affected:
            if names:
                code = run(names)
    except KeyboardInterrupt:
        pass
    return code


def affected_by(changes: Iterable[Iterable[Path]], kit: Kit, wanted: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """For each lot of changed files the ``wanted`` assignments to check again: theirs, and those built on them."""
    uses = {name: {name, *kit.assignment(name).uses} for name in wanted}
    for paths in changes:
        changed = {path.stem for path in paths if path.suffix in ENDINGS}
        yield tuple(name for name in wanted if uses[name] & changed)


def changes_in(folder: Path) -> Iterator[set[Path]]:
    """The files in ``folder`` that were saved, each lot when it has settled; raises ``MissingExtra``."""
    try:
        import watchfiles
    except ModuleNotFoundError as error:
        raise MissingExtra(NEEDS_WATCHFILES) from error
    lots = watchfiles.watch(folder, step=SETTLE_MS, recursive=False)
    return ({Path(path) for change, path in lot if change is not watchfiles.Change.deleted} for lot in lots)
