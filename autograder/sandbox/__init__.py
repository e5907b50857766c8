"""Starts, confines, times and destroys workers; reports facts (exit, signal, seconds), not verdicts.

The one door is ``open_host``: it gives workers to run student code in, as confined as this host allows.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from typing import Protocol

from autograder.errors import SandboxError
from autograder.model import Limits, Mode
from autograder.sandbox.cell import Cell
from autograder.sandbox.layers import ALL, Confinement, Layer

__all__ = ["Cell", "Confinement", "Workers", "open_cell", "open_host", "require_floor"]


class Workers(Protocol):
    """Gives workers, one at a time."""

    def cell(self, limits: Limits, *, echo: bool = False) -> AbstractContextManager[Cell]:
        """A new worker, gone with all it started when the block ends; raises ``SandboxError``."""

    def confinement(self, limits: Limits) -> Confinement:
        """What holds for its workers."""

    def close(self) -> None:
        """End whatever is kept between workers."""


@contextmanager
def open_host(mode: Mode, packages: tuple[str, ...], *, layers: frozenset[Layer] = ALL) -> Iterator[Workers]:
    """Workers that may import ``packages``; all is gone when the block ends.

    ``layers`` are those to put on in mode ``auto``: all, but for tests and for ``doctor``.
    """
    with closing(_host(mode, packages, layers)) as host:
        yield host


def _host(mode: Mode, packages: tuple[str, ...], layers: frozenset[Layer]) -> Workers:
    if sys.platform != "linux":
        from autograder.sandbox.fresh import FreshHost

        return FreshHost()
    from autograder.sandbox.host import Host

    return Host(layers if mode == "auto" else frozenset({Layer.LIMITS}), packages)


@contextmanager
def open_cell(limits: Limits, *, packages: tuple[str, ...] = ("numpy",), echo: bool = False) -> Iterator[Cell]:
    """A single worker, with a host of its own."""
    with open_host("auto", packages) as host, host.cell(limits, echo=echo) as cell:
        yield cell


def require_floor(confinement: Confinement, breaches: tuple[str, ...] = ()) -> None:
    """Raise ``SandboxError`` unless files and network are out of a student's reach.

    ``breaches`` are attacks that were tried and succeeded, whatever layers there are said to be.
    """
    open_doors = {"files": confinement.files, "the network": confinement.network}
    reached = " and ".join((*(name for name, closed in open_doors.items() if not closed), *breaches))
    if reached:
        raise SandboxError(
            f"student code could reach {reached} on this host: `autograder doctor` shows what is missing; "
            "say --sandbox none if the machine itself is the sandbox"
        )
