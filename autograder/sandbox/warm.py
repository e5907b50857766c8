"""How the warm parent begins: it imports all that its forks will use, without what that would do in each of them.

``threading`` and ``random`` have Python set them up anew in every fork, which takes half a millisecond. The parent has
one thread, so there is nothing to set up; and that all forks draw the same numbers from ``random`` is as well.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager


def main() -> None:
    """Be the warm parent."""
    with _no_hooks():
        from autograder.sandbox import parent
        from autograder.sandbox.confine import load_libraries

        load_libraries()
    parent.main()


@contextmanager
def _no_hooks() -> Iterator[None]:
    """In this block, nothing that is imported takes part in forks."""
    register = os.register_at_fork
    os.register_at_fork = lambda **_: None
    try:
        yield
    finally:
        os.register_at_fork = register
