"""The pages as text: complete in both languages, self-contained, harmless, and without what only staff may see."""

from __future__ import annotations

import base64
import hashlib
import io
import re
from dataclasses import fields, replace
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import pytest
from rich.console import Console

from autograder.errors import OutputError
from autograder.model import Report, Text
from autograder.report import maps
from autograder.report import wording as common
from autograder.report.feedback import feedback
from autograder.report.folder import student_folder
from autograder.report.pages import wording
from autograder.report.pages.class_ import class_page
from autograder.report.pages.folder import write_pages
from autograder.report.pages.student import student_page
from autograder.report.student_view import print_report
from tests.pages.class_of_cells import ANN, BOB, CLEO, EVE, FAY, FEW, PICTURE, TRACE, graded

HOSTILE = '"><img src=x onerror=alert(1)>\x1b[31m\u202e<script>alert(2)</script>{{ 7 * 7 }}'
VOID = {"meta", "link", "img", "input", "br", "col", "rect", "path", "circle"}


class Elements(HTMLParser):
    """Every element of a page with its attributes, and whether they close in order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self._open: list[str] = []
        self.feed(page)
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note one."""
        self.found.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """It closes what was opened last."""
        if tag not in VOID:
            assert self._open.pop() == tag

    def named(self, tag: str) -> list[dict[str, str]]:
        """The attributes of all of one kind."""
        return [attributes for each, attributes in self.found if each == tag]


def hostile() -> Report:
    """A report full of words that a student chose."""
    result = ANN.exercises[2]
    said = tuple(
        replace(each, message=Text(HOSTILE, HOSTILE), staff_detail=f"{TRACE}{HOSTILE}") if each.message else each
        for each in result.checks
    )
    diagnoses = tuple(replace(each, text=Text(HOSTILE, HOSTILE)) for each in result.diagnoses)
    shown = replace(result, checks=said, diagnoses=diagnoses, picture=replace(PICTURE, what=HOSTILE, case=HOSTILE))
    return replace(ANN, student=HOSTILE.replace("/", "_"), exercises=(*ANN.exercises[:2], shown), printed=HOSTILE)


PAGES = {
    "student": lambda: student_page(ANN, "en"),
    "right": lambda: student_page(BOB, "zh"),
    "broken": lambda: student_page(CLEO, "en"),
    "errored": lambda: student_page(FAY, "en"),
    "class": lambda: class_page(FEW, "en"),
    "hostile student": lambda: student_page(hostile(), "en"),
    "hostile class": lambda: class_page([hostile(), *FEW], "zh"),
}
every_page = pytest.mark.parametrize("name", PAGES)


@every_page
def test_the_policy_names_what_is_in_the_page(name: str) -> None:
    """Nothing runs but the one script and the one style whose digests the policy holds."""
    page = PAGES[name]()
    (policy,) = [each["content"] for each in Elements(page).named("meta") if "http-equiv" in each]
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    for tag in ("style", "script"):
        (content,) = re.findall(rf"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy


@every_page
def test_a_page_is_well_formed_and_needs_nothing_else(name: str) -> None:
    """No address, no style or handler in an attribute, no identifier twice; links lead to students' pages alone."""
    elements = Elements(PAGES[name]())
    identifiers = [attributes["id"] for _, attributes in elements.found if "id" in attributes]
    assert len(identifiers) == len(set(identifiers))
    for tag, attributes in elements.found:
        assert not {each for each in attributes if each.startswith("on") or each in ("style", "src", "srcset")}, tag
        for reference in (attributes.get("href"), attributes.get("action")):
            assert reference is None or re.fullmatch(r"data:,|#students|[^/:]+/cells/feedback\.html", reference)
        for part in ("aria-labelledby", "aria-describedby"):
            assert set(attributes.get(part, "").split()) <= set(identifiers)


@every_page
def test_students_text_stays_text(name: str) -> None:
    """Markup, template code and control characters in what a student wrote mean nothing."""
    page = PAGES[name]()
    assert {tag for tag, _ in Elements(page).found}.isdisjoint({"img", "iframe", "object"})
    assert "alert(1)>" not in page and "<script>alert" not in page
    assert not re.search("[\x00-\x08\x0b-\x1f\u202e]", page)
    assert "49" not in re.sub(r"<(style|script)>.*?</\1>|\d+\.\d+|sha256-\S+", "", page, flags=re.DOTALL)


def test_hostile_words_can_be_read() -> None:
    """They are shown as they are, apart from what a terminal or a reader would trip over."""
    assert unescape(student_page(hostile(), "en")).count('"><img src=x onerror=alert(1)>␛[31m�<script>') > 2


def test_links_lead_to_the_students_pages(tmp_path: Path) -> None:
    """Whatever the students' names are, and also where the name of the class's own page is taken."""
    names = ("ann", "王小明", "a b%20c#d?e", "report.html", "grades.csv")
    reports = [replace(ANN, student=name) for name in names]
    (path,) = write_pages(tmp_path, reports, "en")
    assert path == tmp_path / "report.html"
    links = {each["href"] for each in Elements(path.read_text(encoding="utf-8")).named("a")} - {"#students"}
    assert len(links) == len(names)
    assert all((tmp_path / unquote(link)).is_file() for link in links)


def test_every_assignment_has_its_report(tmp_path: Path) -> None:
    """Results of several assignments in one folder get a report each."""
    other = replace(ANN, assignment=replace(ANN.assignment, name="other"))
    written = write_pages(tmp_path, [ANN, BOB, other], "en")
    assert [path.name for path in written] == ["report_cells.html", "report_other.html"]
    assert (tmp_path / ANN.student / "other" / "feedback.html").is_file()


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    """In one line."""
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="cannot be written"):
        write_pages(tmp_path / "file", FEW, "en")


def test_a_folder_is_never_called_as_a_page() -> None:
    """The class's pages and a student's folder cannot be in each other's way."""
    assert student_folder(Path("out"), "Report.HTML") == Path("out/Report.HTML_")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_both_languages_are_in_the_page(language: str) -> None:
    """The one asked for comes first and is the page's own; everything is said in each."""
    page = student_page(ANN, language)
    assert f'<html lang="{"en" if language == "en" else "zh-Hans"}" data-language="{language}"' in page
    for text in (
        ANN.assignment.title, *(each.exercise.title for each in ANN.exercises), ANN.exercises[2].diagnoses[0].text,
        ANN.exercises[2].diagnoses[0].hint, ANN.exercises[2].checks[1].title, wording.BY_EXERCISE, common.MARKED_BY,
        maps.title(PICTURE), *maps.remarks(PICTURE, drawn=True), *maps.in_words(PICTURE), *maps.keys(PICTURE).values(),
    ):  # fmt: skip
        assert text.en in unescape(page) and text.zh in unescape(page), text
    mains = re.findall(r'<main data-in="(\w+)" lang="([\w-]+)">', page)
    assert sorted(mains) == [("en", "en"), ("zh", "zh-Hans")]
    assert mains[0][0] == language


def test_every_word_of_the_class_report_is_in_both_languages() -> None:
    """Whatever stands in English stands in Chinese beside it."""
    page = class_page(FEW, "en")
    assert page.count('data-in="en"') == page.count('data-in="zh"') > 80
    assert page.count("data-en=") == page.count("data-zh=") > 0


@pytest.mark.parametrize("module", [wording, common])
def test_nothing_is_left_untranslated(module: object) -> None:
    """Every text has words in both languages, the Chinese with Chinese letters, and the same placeholders."""
    texts = [each for each in vars(module).values() if isinstance(each, Text)]
    tables = [table for table in vars(module).values() if isinstance(table, dict) and not isinstance(table, type)]
    texts += [each for table in tables for each in table.values() if isinstance(each, Text)]
    assert texts
    for text in texts:
        assert text.en.isascii() or "·" in text.en or "“" in text.en, text
        assert re.search("[\u4e00-\u9fff]", text.zh), text
        assert set(re.findall(r"{\w+", text.en)) == set(re.findall(r"{\w+", text.zh)), text


def test_what_only_staff_may_see_is_on_no_students_page() -> None:
    """Not what went wrong in the grader, nor what was printed, nor the seed, nor what code seems to have tried."""
    page = student_page(FAY, "en") + student_page(EVE, "en")
    for word in ("gave 42", "/etc/shadow", "12345", "tried to"):
        assert word not in page


def test_every_form_shows_the_map() -> None:
    """Markdown, the terminal and the page hold the same sentences, and the same cells."""
    assert maps.sketch(PICTURE).splitlines()[3:5] == ["   3  .  +  .  #  .", "   4  .  .  .  . [!]"]
    told = feedback(ANN, "en")
    assert f"```text\n{maps.sketch(PICTURE)}\n```" in told
    console = Console(width=200, record=True, file=io.StringIO())
    print_report(console, ANN, "en")
    seen = console.export_text()
    assert all(line in seen for line in maps.sketch(PICTURE).splitlines())
    for sentence in (maps.title(PICTURE), *maps.remarks(PICTURE, drawn=False)):
        assert all(sentence.en in text for text in (told, " ".join(seen.split()), student_page(ANN, "en")))


def test_what_is_outlined_is_said_of_drawings_alone() -> None:
    """A map in characters has no outlines: there the windows are told by their rows and columns."""
    drawn, sketched = (" ".join(each.en for each in maps.remarks(PICTURE, drawn=drawn)) for drawn in (True, False))
    assert "outlined" in drawn
    assert "outlined" not in sketched
    assert "together they take up rows" in sketched
    assert "outlined" not in feedback(ANN, "en")


def test_the_map_in_words() -> None:
    """Whoever does not see the map reads which cells are wrong."""
    assert [each.en for each in maps.in_words(PICTURE)] == [
        "row 1: wrong at column 1–2", "row 2: wrong at column 2–3", "row 3: wrong at column 1, 3",
        "row 4: wrong at column 4",
    ]  # fmt: skip


def test_a_part_of_a_map_says_so() -> None:
    """Numbers are those of the whole array."""
    part = replace(PICTURE, corner=(10, 20), whole=(64, 144), window=None, reach=None, covering=0)
    said = " ".join(each.en for each in maps.remarks(part, drawn=True))
    assert "Shown are rows 10 to 15 of 64 and columns 20 to 24 of 144." in said
    assert "the worst is at row 14, column 24" in said
    assert maps.sketch(part).splitlines()[0].split()[0] == "10"


def test_a_picture_is_all_that_a_page_knows_of_an_answer() -> None:
    """No field of a picture could hold a value: counts, signs and words alone."""
    kinds = {each.name: each.type for each in fields(PICTURE)}
    assert not [name for name, kind in kinds.items() if "float" in str(kind) or "Any" in str(kind)]


def test_full_marks_are_a_short_page() -> None:
    """Nothing to mend is said in a line."""
    page = student_page(graded("ida", *BOB.exercises), "en")
    assert "There is nothing to mend" in page
    assert "What to look at" not in page
