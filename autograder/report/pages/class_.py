"""``report.html``: what staff sees of a class."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from autograder.model import LANGUAGES, Report, Status
from autograder.report.folder import folder_name
from autograder.report.overview import Line, overview_of
from autograder.report.pages import wording
from autograder.report.pages.page import render
from autograder.report.plain import one_line
from autograder.report.records import shown_score

WIDTH = 100.0
"""Of a bar, in its own units."""

LONGEST_DETAIL = 200


def class_page(reports: Sequence[Report], language: str) -> str:
    """The file's text for one or more reports on one assignment, to lie where the students' folders are."""
    overview = overview_of(reports)
    conditions = reports[0].conditions
    title = overview.assignment.title
    return render(
        "class.html.j2",
        ("page.css", "class.css"),
        ("page.js", "class.js"),
        initial=language,
        titles={each: f"{title.into(each)} · {wording.CLASS_REPORT.into(each)}" for each in LANGUAGES},
        overview=overview,
        title=title,
        facts=wording.RECORDED.format(
            seed=conditions.seed, confinement=conditions.confinement, version=conditions.kit_version
        ),
        look=[line for line in overview.lines if line.looks],
        full=sum(line.score == overview.assignment.max_score for line in overview.lines),
        statuses=[status for status in Status if status in overview.statuses],
        wording=wording,
        width=WIDTH,
        most_in_a_bin=max(each.count for each in overview.bins) or 1,
        link=lambda student: link(student, overview.assignment.name),
        points=shown_score,
        loss=_losses,
        rounded=lambda value: "–" if value is None else f"{value:.1f}",
        brief=lambda text: one_line(text, LONGEST_DETAIL),
        one_line=one_line,
        choices=sorted({held.diagnosis.id for held in overview.held}),
    )


def link(student: str, assignment: str) -> str:
    """Where the student's page lies, seen from the report."""
    return "/".join(quote(part, errors="replace") for part in (folder_name(student), assignment, "feedback.html"))


def _losses(line: Line) -> str:
    """Where points were lost, in short."""
    return ", ".join(f"{each.exercise.name} {shown_score(each.score)}/{each.exercise.points}" for each in line.losses)
