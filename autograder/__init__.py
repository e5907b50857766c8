"""The engine of the coursework kit: it knows nothing of pooling or convolution and holds no secret."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autograder.here import CheckedHere

__version__ = "0.1.0"


def load_ipython_extension(shell: Any) -> None:
    """For ``%load_ext autograder`` in a notebook, after which there is ``%autograder``."""
    from autograder.here import load

    load(shell)


def check_here(*wanted: str, language: str | None = None) -> CheckedHere:
    """The public checks on what this notebook has defined; see ``autograder.here.check_here``."""
    from autograder.here import check_here as checked

    return checked(*wanted, language=language)
