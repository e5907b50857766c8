"""Whether what otter's commands need is there."""

from __future__ import annotations

import importlib.util

from autograder.errors import KitError

NEEDED = ("otter", "nbformat", "yaml", "jupytext")


def require_otter() -> None:
    """Raise ``KitError`` where otter-grader, or what goes with it, is not installed."""
    missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        raise KitError(f"{', '.join(missing)} cannot be imported: install the extras otter and nbgrader")
