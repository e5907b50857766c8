"""``autograder similarity``: read ``similarity`` as the list of its steps."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from autograder.catalog import Kit
from autograder.similarity.fingerprints import common_of
from autograder.similarity.pages import make_room, write_report
from autograder.similarity.pairs import Found, find_pairs
from autograder.similarity.reading import common_texts, works_in


def similarity(
    kit: Kit, name: str, submissions: Path, out: Path, threshold: float, tell: Callable[[str], None]
) -> tuple[Found, Path]:
    """Compare all submissions of an assignment; what was found, and the page that shows it. Raises ``KitError``."""
    assignment = kit.assignment(name)
    make_room(out, submissions)
    common = common_of(common_texts(kit, assignment))
    found = find_pairs(works_in(kit, assignment, submissions), common, threshold, tell)
    return found, write_report(out, assignment, found, threshold)
