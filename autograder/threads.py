"""One BLAS thread for each process: with more, processes fight for the cores, and a fork would not be safe."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
"""What BLAS reads in the environment, once, when numpy is imported."""


def keep_to_one_thread() -> None:
    """For a command that has not imported numpy yet: neither it nor what it starts takes more than one."""
    if "numpy" not in sys.modules:
        os.environ.update(ONE_THREAD)


def is_safe_to_fork() -> bool:
    """Whether a fork of this process can go on as if nothing had happened: it has one thread, and so has BLAS."""
    settled = all(os.environ.get(name) == value for name, value in ONE_THREAD.items())
    return sys.platform == "linux" and settled and threading.active_count() == 1


@contextmanager
def one_thread_each() -> Iterator[None]:
    """What is started in this block has one thread each."""
    before = {name: os.environ.get(name) for name in ONE_THREAD}
    os.environ.update(ONE_THREAD)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
