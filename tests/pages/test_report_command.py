"""``autograder report``: from what a run has recorded to pages in a folder."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from autograder.cli import main
from autograder.grade import grade
from autograder.gradebook.stored import as_json, from_json
from autograder.model import Report
from autograder.report.pages.student import student_page
from tests import tiny_kit as tiny
from tests.pages.class_of_cells import FEW


@pytest.mark.parametrize("report", FEW, ids=lambda report: report.student)
def test_a_report_that_was_stored_gives_the_same_page(report: Report) -> None:
    """Its picture included."""
    again = from_json(as_json(report))
    assert student_page(again, "en") == student_page(report, "en")
    assert [each.picture for each in again.exercises] == [each.picture for each in report.exercises]


def test_pages_are_written_of_what_was_recorded(tmp_path: Path) -> None:
    """A page for each student and a report that links to it, in the language asked for; grading itself writes none."""
    kit = tiny.tiny_kit(tmp_path / "kit")
    folder = tiny.hand_in(tmp_path / "class", good=tiny.GOOD, wrong=tiny.WRONG, syntax=tiny.BAD_SYNTAX)
    out = tmp_path / "out"
    grade(kit, "adding", folder, out, jobs=1, seed=1)
    assert not [*out.rglob("*.html")]
    result = CliRunner().invoke(main, ["report", str(out), "--language", "zh"])
    assert result.exit_code == 0, result.output
    assert f"report: {out / 'report.html'}\n" in result.output
    written = {str(path.relative_to(out)) for path in out.rglob("*.html")}
    assert written == {"report.html", *(f"{name}/adding/feedback.html" for name in ("good", "wrong", "syntax"))}
    assert 'data-language="zh"' in (out / "report.html").read_text(encoding="utf-8")
    assert "<figure" in (out / "wrong" / "adding" / "feedback.html").read_text(encoding="utf-8")


def test_a_folder_without_results_is_told(tmp_path: Path) -> None:
    """In one line that says what to do, and with nothing written."""
    result = CliRunner().invoke(main, ["report", str(tmp_path)])
    assert result.exit_code == 2
    assert "no gradebook" in result.output
    assert [*tmp_path.iterdir()] == []
