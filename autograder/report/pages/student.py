"""``feedback.html``: what a student sees of their submission."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count

from autograder.compare import named
from autograder.diagnosis.wording import filled
from autograder.model import Picture, Report, Text, Verdict
from autograder.report import maps
from autograder.report import wording as common
from autograder.report.markdown import LONGEST
from autograder.report.pages import wording
from autograder.report.pages.heatmap import Drawing, Key, drawing, legend
from autograder.report.pages.page import TAGS, render
from autograder.report.plain import one_line
from autograder.report.records import Row, final_score, own_import_trace, rows, shown_score
from autograder.report.sections import Section, passed_note, section_of

WIDTH = 100.0
"""Of a bar, in its own units."""


@dataclass(frozen=True)
class Line:
    """An exercise in the table of points; ``share`` of its points as the width of a bar."""

    name: str
    title: str
    sign: str
    verdict: str
    said: str
    score: str
    points: int
    share: float
    result: str


@dataclass(frozen=True)
class Map:
    """A picture in one language: its shapes, what they mean, and all of it in words."""

    title: str
    alt: str
    words: tuple[str, ...]
    drawing: Drawing
    keys: tuple[Key, ...]
    remarks: tuple[str, ...]
    picture: Picture


@dataclass(frozen=True)
class Chapter:
    """An exercise that lost points, in detail."""

    name: str
    score: str
    points: int
    section: Section
    map: Map | None


@dataclass(frozen=True)
class View:
    """The whole page in one language."""

    language: str
    title: str
    score: str
    most: int | None
    share: float
    message: str
    trace: str
    full: bool
    lines: tuple[Line, ...]
    chapters: tuple[Chapter, ...]


def student_page(report: Report, language: str) -> str:
    """The file's text; both languages are in it, and ``language`` is shown at first."""
    views = [_view(report, each) for each in sorted(TAGS, key=lambda each: each != language)]
    titles = {view.language: f"{view.title} · {wording.FEEDBACK.into(view.language)}" for view in views}
    return render(
        "student.html.j2",
        ("page.css", "student.css"),
        ("page.js",),
        initial=language,
        titles=titles,
        student=report.student,
        views=views,
        wording=wording,
        closing=common.MARKED_BY,
        width=WIDTH,
        number=count(1).__next__,
        brief=lambda text: one_line(text, LONGEST),
    )


def _view(report: Report, language: str) -> View:
    score, most = final_score(report), report.assignment.max_score
    return View(
        language=language,
        title=report.assignment.title.into(language),
        score=common.NO_MARK.into(language) if score is None else shown_score(score),
        most=None if score is None else most,
        share=0.0 if score is None else WIDTH * float(score / most),
        message=report.message.into(language) if report.message else "",
        trace=own_import_trace(report),
        full=score == most and not report.message,
        lines=tuple(_line(row, language) for row in rows(report)),
        chapters=tuple(
            Chapter(
                result.exercise.name,
                shown_score(result.score),
                result.exercise.points,
                section_of(result, language),
                _map(result.picture, language) if result.picture else None,
            )
            for result in report.exercises
            if result.verdict is not Verdict.PASSED
        ),
    )


def _line(row: Row, language: str) -> Line:
    return Line(
        name=row.exercise.name,
        title=row.exercise.title.into(language),
        sign=common.SIGNS[row.verdict],
        verdict=str(row.verdict),
        said=wording.VERDICTS[row.verdict].into(language),
        score=shown_score(row.score),
        points=row.exercise.points,
        share=0.0 if row.score is None else WIDTH * float(row.score / row.exercise.points),
        result=passed_note(row.checks, language) if row.checks else common.NOTHING_RUN.into(language),
    )


def _map(picture: Picture, language: str) -> Map:
    size = wording.MAP_SIZE.format(rows=len(picture.levels), columns=len(picture.levels[0]))
    alt = (size, *maps.remarks(picture, drawn=False))
    return Map(
        title=maps.title(picture).into(language),
        alt=_sentences(filled(wording.MAP_TITLE, what=named(picture.what)), *alt, language=language),
        words=(*(text.into(language) for text in maps.in_words(picture)), wording.MAP_RIGHT.into(language)),
        drawing=drawing(picture, language),
        keys=legend(picture),
        remarks=tuple(text.into(language) for text in maps.remarks(picture, drawn=True)),
        picture=picture,
    )


def _sentences(title: Text, *texts: Text, language: str) -> str:
    stop = "。" if language == "zh" else ". "
    return title.into(language) + stop + ("" if language == "zh" else " ").join(text.into(language) for text in texts)
