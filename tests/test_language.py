"""Which language is spoken: what is asked for, or what the environment says, or English."""

from __future__ import annotations

import pytest

from autograder.language import LANGUAGE, spoken


@pytest.mark.parametrize(
    ("asked", "says", "expected"),
    [
        (None, None, "en"),
        (None, "zh", "zh"),
        ("zh", None, "zh"),
        ("en", "zh", "en"),
        ("", "zh", "zh"),
        (None, "fr", "en"),
        ("fr", "zh", "en"),
    ],
)
def test_the_language_is_what_is_asked_for_or_the_environment_s(
    monkeypatch: pytest.MonkeyPatch, asked: str | None, says: str | None, expected: str
) -> None:
    """One that the kit does not speak is English."""
    monkeypatch.delenv(LANGUAGE, raising=False)
    if says is not None:
        monkeypatch.setenv(LANGUAGE, says)
    assert spoken(asked) == expected


def test_the_variable_is_the_one_that_students_are_told() -> None:
    """As the guides and the release's README write it."""
    assert LANGUAGE == "AUTOGRADER_LANGUAGE"
