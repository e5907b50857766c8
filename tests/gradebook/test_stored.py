"""Reports as they are kept: what is read back renders the same, byte for byte."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from autograder.gradebook.stored import as_json, from_json
from autograder.model import LANGUAGES, Report, Submission
from autograder.report.feedback import feedback
from autograder.report.gist import Gists
from autograder.report.gradescope import results_json
from autograder.report.staff import staff_json
from autograder.report.tables import exercises_csv, grades_csv
from autograder.rubrics import rubric_for
from tests import tiny_kit as tiny
from tests.gradebook.made_up import faulty, report
from tests.support import marker_for

SOURCES = {
    "good": tiny.GOOD,
    "wrong": tiny.WRONG,
    "half": tiny.HALF,
    "raising": tiny.RAISING,
    "syntax": tiny.BAD_SYNTAX,
    "confusing": tiny.CONFUSING,
    "surrogate": tiny.GOOD.replace("return a + b", r"raise ValueError('\ud800\x1b[2J\x00')"),
    "printing": "print('姓名\x07')\n" + tiny.GOOD,
}


@pytest.fixture(scope="module")
def marked(tmp_path_factory: pytest.TempPathFactory) -> list[Report]:
    """Reports of every kind that marking makes."""
    root = tmp_path_factory.mktemp("stored")
    kit = tiny.tiny_kit(root / "kit")
    folder = tiny.hand_in(root / "class", **SOURCES)
    marker = marker_for(rubric_for(kit, "adding", 2**60))
    submissions = [Submission(name, folder / name / "adding.py") for name in SOURCES]
    found = [marker.mark(each) for each in (*submissions, Submission("missing", None))]
    return [*found, faulty("latin\udce9"), report("third")]


def test_what_is_read_back_is_equal(marked: list[Report]) -> None:
    """All but the place where the kit lay; and the text is ASCII, which any database keeps."""
    for each in marked:
        text = as_json(each)
        assert text.isascii()
        back = from_json(text)
        assert back.assignment.folder == Path()
        assert replace(back, assignment=each.assignment) == each
        assert as_json(back) == text


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_read_back_renders_the_same(marked: list[Report], language: str) -> None:
    """Every file of a student's, and both tables."""
    back = [from_json(as_json(each)) for each in marked]
    for before, after in zip(marked, back, strict=True):
        assert feedback(after, language) == feedback(before, language)
        assert results_json(after, language) == results_json(before, language)
        assert staff_json(after) == staff_json(before)
    tiny_ones = [each for each in back if each.assignment == back[0].assignment]
    gists = [Gists(back[0].assignment).of(each) for each in tiny_ones]
    assert grades_csv(gists) == grades_csv(marked[: len(gists)])
    assert exercises_csv(gists, language) == exercises_csv(marked[: len(gists)], language)
