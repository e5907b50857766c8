"""Grading on many machines: ``mark`` stands in for ``parallel``, and dask.distributed carries what is said.

Scheduler and workers are trusted machines of staff's. Nothing here is imported by those who grade on one machine.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Cluster:
    """Where the scheduler listens, ``tcp://…`` or ``tls://…``, and who hears what staff should know meanwhile."""

    address: str
    tell: Callable[[str], None]
