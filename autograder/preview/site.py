"""Which pages there are: an address each, and what makes the page when it is asked for.

Only what is listed here can be asked for. Handouts, figures and stubs are read anew each time, so that whoever writes
them sees the last state; feedback is marked once, at the start.
"""

from __future__ import annotations

import mimetypes
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from pathlib import Path

from markupsafe import Markup

from autograder.catalog import Kit
from autograder.handouts import handout_of
from autograder.model import LANGUAGES, Assignment, Check, Exercise
from autograder.preview.markdown import coloured, rendered
from autograder.preview.samples import Marked, marked
from autograder.report.pages.page import TAGS
from autograder.report.pages.student import student_page
from autograder.report.records import final_score, shown_score
from autograder.scaffolding import notes_in
from autograder.staff_pages import OWN, policy_of, staff_page

TEMPLATES = Path(__file__).with_name("templates")
PICTURE = "default-src 'none'; style-src 'unsafe-inline'"
"""Of a picture: an SVG brings its own styles, and nothing in it runs."""
HTML = "text/html; charset=utf-8"


@dataclass(frozen=True)
class Page:
    """What is sent: the type and the bytes, and what a browser may do with them."""

    type: str
    body: bytes
    policy: str


Site = dict[str, Callable[[], Page]]
"""Addresses, from ``/`` on, and what makes each page; it raises ``OSError`` where a file has gone."""


def build_site(kit: Kit, names: tuple[str, ...], tell: Callable[[str], None]) -> Site:
    """All pages about these assignments; raises ``KitError`` where one cannot be marked."""
    assignments = [kit.assignment(name) for name in names]
    site: Site = {"/": partial(_index, assignments)}
    for assignment in assignments:
        feedback = marked(kit, assignment, tell)
        site[f"/{assignment.name}/"] = partial(_overview, kit, assignment, feedback)
        site[f"/{assignment.name}/{assignment.filename}"] = partial(_stub, kit, assignment)
        for language in LANGUAGES:
            path = handout_of(assignment.folder, language)
            site[f"/{assignment.name}/{path.name}"] = partial(_handout, assignment, path, language)
        for path in pictures_of(kit, assignment):
            site[f"/{assignment.name}/figures/{path.name}"] = partial(_picture, path)
        for each in feedback:
            site[f"/{assignment.name}/feedback/{each.sample.slug}"] = partial(_feedback, each)
    return site


def pictures_of(kit: Kit, assignment: Assignment) -> Iterator[Path]:
    """The figures that are files of the kit; a link that leads out of it is none."""
    for path in sorted((assignment.folder / "figures").glob("*")):
        if path.is_file() and path.resolve().is_relative_to(kit.root.resolve()):
            yield path


def as_page(text: str) -> Page:
    """A page with the policy that stands in it."""
    return Page(HTML, text.encode(), policy_of(text))


def _page(template: str, title: str, language: str = "en", **content: object) -> Page:
    text = staff_page(TEMPLATES, template, ("preview.css",), title, pictures=OWN, language=language, **content)
    return as_page(text)


def _index(assignments: list[Assignment]) -> Page:
    return _page("index.html.j2", "Preview", assignments=assignments)


@dataclass(frozen=True)
class Listed:
    """An exercise with its checks, and how many points each is worth."""

    exercise: Exercise
    hidden: tuple[tuple[Check, str], ...]
    public: tuple[Check, ...]


def _overview(kit: Kit, assignment: Assignment, feedback: tuple[Marked, ...]) -> Page:
    """What there is to look at of an assignment, and the titles of its checks."""
    hidden, public = kit.checks(assignment), kit.public_checks(assignment)
    return _page(
        "assignment.html.j2",
        assignment.title.en,
        assignment=assignment,
        exercises=[_listed(each, hidden, public) for each in assignment.exercises],
        feedback=[(each.sample, _score(each), each.report.status) for each in feedback],
        notes=list(_notes(kit, assignment)),
    )


def _listed(exercise: Exercise, hidden: tuple[Check, ...], public: tuple[Check, ...]) -> Listed:
    own = [check for check in hidden if check.exercise == exercise.name]
    whole = sum(check.weight for check in own)
    worth = tuple((check, shown_score(Fraction(exercise.points * check.weight, whole))) for check in own)
    return Listed(exercise, worth, tuple(check for check in public if check.exercise == exercise.name))


def _score(each: Marked) -> str:
    score = final_score(each.report)
    return "no mark" if score is None else shown_score(score)


def _notes(kit: Kit, assignment: Assignment) -> Iterator[tuple[int, str, str]]:
    """What is still to be done before a release."""
    own = [path for path in assignment.folder.iterdir() if path.is_file()]
    for path in (kit.solution_path(assignment), *sorted(own)):
        yield from notes_in(path.relative_to(kit.root).as_posix(), path.read_text(encoding="utf-8", errors="replace"))


def _handout(assignment: Assignment, path: Path, language: str) -> Page:
    body = rendered(path.read_text(encoding="utf-8"))
    title = assignment.title.into(language)
    return _page("handout.html.j2", title, language, assignment=assignment, body=Markup(body), tag=TAGS[language])


def _stub(kit: Kit, assignment: Assignment) -> Page:
    source = coloured(kit.template_path(assignment).read_text(encoding="utf-8"))
    return _page("code.html.j2", assignment.filename, assignment=assignment, source=Markup(source))


def _picture(path: Path) -> Page:
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return Page(kind, path.read_bytes(), PICTURE)


def _feedback(each: Marked) -> Page:
    return as_page(student_page(each.report, "en"))
