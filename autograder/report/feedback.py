"""``feedback.md``: what a student reads about their submission."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from autograder.model import Report, Verdict
from autograder.report import maps, wording
from autograder.report.markdown import fence, inline
from autograder.report.records import ALIKE, Row, final_score, own_import_trace, rows, shown_score
from autograder.report.sections import Section, passed_note, section_of

TEMPLATES = Path(__file__).with_name("templates")


@dataclass(frozen=True)
class Line:
    """An exercise in the table of points."""

    sign: str
    title: str
    score: str
    points: int
    result: str


@dataclass(frozen=True)
class Page:
    """All that is told of one submission; where there is no mark, ``max_score`` is None."""

    title: str
    score: str
    max_score: int | None
    message: str
    trace: str
    lines: tuple[Line, ...]
    sections: tuple[Section, ...]


def feedback(report: Report, language: str) -> str:
    """The file's text, in the language ``en`` or ``zh``."""
    score = final_score(report)
    page = Page(
        title=report.assignment.title.into(language),
        score=wording.NO_MARK.into(language) if score is None else shown_score(score),
        max_score=None if score is None else report.assignment.max_score,
        message=report.message.into(language) if report.message else "",
        trace=own_import_trace(report),
        lines=tuple(_line(row, language) for row in rows(report)),
        sections=tuple(section_of(each, language) for each in report.exercises if each.verdict is not Verdict.PASSED),
    )
    return _rendered(page, language)


@lru_cache(maxsize=ALIKE)
def _rendered(page: Page, language: str) -> str:
    return _template().render(
        page=page,
        words={name: getattr(wording, name).into(language) for name in ("SCORE", "EXERCISE", "POINTS", "RESULT")},
        trace_title=wording.TRACE.into(language),
        likely=wording.LIKELY.into(language),
        hint=wording.HINT.into(language),
        maps=maps,
        language=language,
        closing=wording.MARKED_BY.into(language),
    )


@cache
def _template() -> Template:
    # The page is Markdown: the filters escape for it, and for the HTML it is turned into.
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {"inline": inline, "fence": fence}
    return environment.get_template("feedback.md.j2")


def _line(row: Row, language: str) -> Line:
    title, score = row.exercise.title.into(language), shown_score(row.score)
    return Line(wording.SIGNS[row.verdict], title, score, row.exercise.points, _result(row, language))


def _result(row: Row, language: str) -> str:
    if not row.checks:
        return wording.NOTHING_RUN.into(language)
    return passed_note(row.checks, language)
