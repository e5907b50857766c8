"""A name that nobody knows, and the known one that may have been meant."""

from __future__ import annotations

import pytest

from autograder.nearest import hint, nearest


@pytest.mark.parametrize(
    ("name", "known", "said"),
    [
        ("anne", ("ben", "ann", "anneliese"), "did you mean ann?"),
        ("percnt", {"percent", "per"}, "did you mean percent?"),
        ("zoe", ("ann", "ben"), "see the list"),
        ("zoe", (), "see the list"),
    ],
)
def test_the_nearest_is_asked_after_or_else_it_is_said_what_to_do(
    name: str, known: tuple[str, ...] | set[str], said: str
) -> None:
    """The one that is most like it, of those that are like it at all."""
    assert hint(name, known, "see the list") == said


def test_how_alike_a_name_must_be_can_be_said() -> None:
    """``abcd`` has half of its letters in common with ``abxy``."""
    assert nearest("abcd", ["abxy"], alike=0.4) == "abxy"
    assert nearest("abcd", ["abxy"]) is None
