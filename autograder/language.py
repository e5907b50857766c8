"""Which language the kit speaks to the person who runs it."""

from __future__ import annotations

import os

from autograder.model import LANGUAGES

LANGUAGE = "AUTOGRADER_LANGUAGE"
"""In the environment: what is spoken where nothing else is asked for."""


def spoken(asked: str | None = None) -> str:
    """What was asked for, or what the environment says; English where that is none of ``LANGUAGES``."""
    wanted = asked or os.environ.get(LANGUAGE, "")
    return wanted if wanted in LANGUAGES else LANGUAGES[0]
