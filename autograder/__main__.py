"""``python -m autograder``: the same command line as ``autograder``, and a clear line before anything is installed."""

import sys
from pathlib import Path

REQUIREMENTS = Path(__file__).resolve().parents[1] / "requirements.txt"
"""Beside the engine, where students have it."""


def install_line(module: str) -> str:
    """What to do where ``module``, which the engine imports, is not installed."""
    what = "-r requirements.txt" if REQUIREMENTS.is_file() else module
    return f"autograder: {module} is not installed for this Python: python -m pip install {what}"


if __name__ == "__main__":
    try:
        from autograder.cli import main

        main()
    except ModuleNotFoundError as error:
        if (error.name or "autograder").startswith("autograder"):
            raise
        print(install_line(error.name or ""), file=sys.stderr)
        sys.exit(2)
