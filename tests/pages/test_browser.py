"""The pages in a real browser: what can be done with them by mouse and keyboard, and that they stay quiet."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from autograder.report.pages.class_ import class_page
from autograder.report.pages.student import student_page
from tests.pages.class_of_cells import ANN, BOB, CLEO, FEW, many
from tests.pages.test_pages import hostile

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.pages.conftest import Open
    from tests.pages.goldens import Golden

pytestmark = pytest.mark.pages

DISPLAYED = """(language) =>
    [...document.querySelectorAll(`[data-in=${language}]`)].filter((each) => each.checkVisibility()).length"""
AT_ONCE = 50
BREAKING = ("serious", "critical")


def displayed(page: Page) -> dict[str, bool]:
    """Which languages are to be seen."""
    return {language: page.evaluate(DISPLAYED, language) > 0 for language in ("en", "zh")}


def students(page: Page) -> list[str]:
    """The names in the table, from top to bottom."""
    return page.locator("#table tbody th").all_inner_texts()


# --- both pages


@pytest.mark.parametrize("html", [student_page(ANN, "en"), class_page(FEW, "en")], ids=["student", "class"])
def test_the_language_is_switched_by_mouse_and_keyboard(visit: Open, html: str) -> None:
    """One language is shown, the page says which, and it is remembered when the page is opened again."""
    page = visit(html).page
    assert displayed(page) == {"en": True, "zh": False}
    page.get_by_role("button", name="中文").click()
    assert displayed(page) == {"en": False, "zh": True}
    assert page.locator("html").get_attribute("lang") == "zh-Hans"
    assert re.search("[\u4e00-\u9fff]", page.title())
    page.reload()
    assert displayed(page) == {"en": False, "zh": True}
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "English"
    page.keyboard.press("Enter")
    assert displayed(page) == {"en": True, "zh": False}
    assert page.get_by_role("button", name="English").get_attribute("aria-pressed") == "true"


@pytest.mark.parametrize("html", [student_page(ANN, "zh"), class_page(FEW, "zh")], ids=["student", "class"])
def test_a_page_without_storage_works(visit: Open, browser: Browser, html: str) -> None:
    """Where nothing can be kept the page begins as it was written."""
    page = visit(html).page
    page.add_init_script("Object.defineProperty(window, 'localStorage', { get() { throw new Error('none'); } })")
    page.reload()
    assert displayed(page) == {"en": False, "zh": True}
    page.get_by_role("button", name="English").click()
    assert displayed(page) == {"en": True, "zh": False}


@pytest.mark.parametrize("html", [student_page(ANN, "en"), class_page(FEW, "en")], ids=["student", "class"])
def test_a_page_without_scripts_shows_both_languages(visit: Open, html: str) -> None:
    """Nothing is hidden from whoever lets no script run, and no button that would do nothing is shown."""
    page = visit(html, java_script_enabled=False).page
    for text in ("English", "中文"):
        assert not page.get_by_role("button", name=text).is_visible()
    for language in ("en", "zh"):
        assert page.locator(f"[data-in={language}]").first.is_visible()


@pytest.mark.parametrize(
    "html", [student_page(hostile(), "en"), class_page([hostile(), *FEW], "en")], ids=["student", "class"]
)
def test_nothing_of_a_students_runs(visit: Open, html: str) -> None:
    """No dialogue opens and no image is asked for; and if markup got in, the policy would not let it run."""
    watched = visit(html)
    watched.page.on("dialog", lambda dialog: watched.heard.append(f"dialogue: {dialog.message}"))
    inserted = """() => new Promise((resolve) => {
        document.addEventListener("securitypolicyviolation", (event) => resolve(event.effectiveDirective));
        document.body.insertAdjacentHTML("beforeend", "<p style='color: red'><b onclick='window.ran = 1'>x</b></p>");
        document.querySelector("b[onclick]").click();
    })"""
    assert watched.page.evaluate(inserted) in ("style-src-attr", "script-src-attr")
    assert watched.page.evaluate("window.ran") is None
    refusals = [each for each in watched.heard if "Content Security Policy" in each]
    assert refusals == watched.heard
    watched.heard.clear()


@pytest.mark.parametrize(("language", "scheme"), [("en", "light"), ("zh", "dark")])
@pytest.mark.parametrize("of", ["student", "broken", "class"])
def test_no_serious_fault_of_accessibility(visit: Open, of: str, scheme: str, language: str) -> None:
    """axe-core finds neither a serious nor a critical fault, contrast included."""
    from axe_playwright_python.sync_playwright import Axe

    pages = {"student": lambda: student_page(ANN, language), "broken": lambda: student_page(CLEO, language),
             "class": lambda: class_page(many(30), language)}  # fmt: skip
    found = Axe().run(visit(pages[of](), scheme=scheme).page).response["violations"]
    grave = [each for each in found if each["impact"] in BREAKING]
    assert [(each["id"], [node["target"] for node in each["nodes"]]) for each in grave] == []


@pytest.mark.parametrize("html", [student_page(ANN, "en"), class_page(many(30), "en")], ids=["student", "class"])
def test_a_phone_shows_the_whole_width(visit: Open, html: str) -> None:
    """Nothing sticks out to the side, in either language."""
    page = visit(html, width=360).page
    for name in ("中文", "English"):
        page.get_by_role("button", name=name).click()
        assert page.evaluate("document.scrollingElement.scrollWidth") <= 360


@pytest.mark.parametrize("html", [student_page(ANN, "en"), class_page(many(300), "en")], ids=["student", "class"])
def test_paper_is_white(visit: Open, html: str) -> None:
    """What is printed has no dark ground, no buttons and, of a class, all rows."""
    page = visit(html, scheme="dark").page
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert not page.get_by_role("button", name="English").is_visible()
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert page.locator("#table tbody tr").count() in (0, 300)


# --- the student's page


def test_the_map_has_a_name_and_a_description(visit: Open) -> None:
    """Whoever does not see it hears what it is, and which cells are wrong."""
    page = visit(student_page(ANN, "en")).page
    image = page.get_by_role("img", name=re.compile("Map of din. 6 rows by 5 columns. Tried with"))
    assert image.count() == 1
    told = page.locator(f"#{image.get_attribute('aria-describedby')}").text_content() or ""
    assert "row 3: wrong at column 1, 3" in told


def test_a_cell_tells_how_it_is_wrong_without_its_colour(visit: Open) -> None:
    """Each kind of cell has a shape of its own, and each level a size."""
    page = visit(student_page(ANN, "en")).page
    sizes: dict[str, Any] = page.evaluate(
        """() => Object.fromEntries([...document.querySelectorAll('main[data-in=en] .sheet path')].map((path) =>
        [path.getAttribute('class'),
         path.getAttribute('d').split('M')[1].replace(/^[\\d. ]+/, '') + (getComputedStyle(path).fill === 'none')]))"""
    )
    assert len({*sizes.values()}) == len(sizes) == 7
    for path in page.locator("main[data-in=en] .sheet path").all():
        assert path.is_visible()


def test_a_right_submission_has_a_short_page(visit: Open) -> None:
    """The points, and nothing to mend."""
    page = visit(student_page(BOB, "en")).page
    assert page.locator("main[data-in=en] article").count() == 0
    assert page.get_by_text("There is nothing to mend").is_visible()


# --- the report on a class


def test_search_and_filters_narrow_the_table(visit: Open) -> None:
    """Every filter by itself and together; how many fit is said; one button shows all again."""
    page = visit(class_page(FEW, "en")).page
    assert len(students(page)) == len(FEW)
    page.get_by_label("Search").fill("ZERO gus")
    assert students(page) == ["gus_zero"]
    page.get_by_label("Search").fill("")
    page.get_by_label("Status").select_option("broken")
    assert students(page) == ["cleo_broken"]
    page.get_by_label("Status").select_option("")
    page.get_by_label("Lost points in").select_option("backward")
    assert students(page) == ["ann_overlap", "eve_curious", "gus_zero"]
    page.get_by_label("Holds").select_option("all-zero")
    assert students(page) == ["gus_zero"]
    assert page.get_by_role("status").inner_text() == "1 / 7 students"
    page.get_by_label("only who needs a look").check()
    assert students(page) == []
    assert page.get_by_text("Nobody fits").is_visible()
    page.get_by_role("button", name="Show all").click()
    assert len(students(page)) == len(FEW)
    assert not page.get_by_text("Nobody fits").is_visible()


def test_columns_are_sorted_by_mouse_and_keyboard(visit: Open) -> None:
    """Numbers by size, names by letters, either way round, and the heading says which."""
    page = visit(class_page(FEW, "en")).page
    score = page.get_by_role("button", name="Score")
    score.click()
    assert students(page)[-1] == "bob_right"
    assert students(page)[0] == "fay_errored", "no mark comes before 0"
    score.focus()
    page.keyboard.press("Enter")
    assert students(page)[0] == "bob_right"
    assert page.get_by_role("columnheader", name=re.compile("Score .")).get_attribute("aria-sort") == "descending"
    page.get_by_role("button", name="Student", exact=True).click()
    assert students(page) == sorted(report.student for report in FEW)
    assert page.locator("[aria-sort]").count() == 1
    page.get_by_role("button", name="Seconds").click()
    assert students(page)[-1] == "eve_curious"


def test_two_thousand_rows_are_searched_and_listed(visit: Open) -> None:
    """However many there are, a table of fifty is laid out, all are searched, and all can be listed."""
    page = visit(class_page(many(2000), "en")).page
    assert len(students(page)) == AT_ONCE
    assert page.get_by_role("status").inner_text() == "2000 / 2000 students"
    page.get_by_label("Search").fill("student_1999")
    assert students(page) == ["student_1999"]
    page.get_by_label("Search").fill("student_1")
    assert (len(students(page)), page.locator("#count").inner_text()) == (AT_ONCE, "1000")
    page.get_by_role("button", name="List all of them").click()
    assert len(students(page)) == 1000
    assert not page.get_by_role("button", name="List all of them").is_visible()


def test_whoever_holds_a_misconception_is_shown(visit: Open) -> None:
    """From the misconception to the students, by links and in the table."""
    page = visit(class_page(FEW, "en")).page
    held = page.locator(".held li", has_text="assigned-not-added")
    held.locator("summary").click()
    assert held.get_by_role("link").all_inner_texts() == ["ann_overlap", "gus_zero"]
    held.get_by_role("button", name="Show in the table").click()
    assert students(page) == ["ann_overlap", "gus_zero"]
    assert page.evaluate("document.activeElement.id") == "holds"


def test_choices_speak_the_language_of_the_page(visit: Open) -> None:
    """What can be chosen is in Chinese once the page is."""
    page = visit(class_page(FEW, "en")).page
    page.get_by_role("button", name="中文").click()
    assert page.locator("#status option").all_inner_texts()[:2] == ["全部", "已评分"]


def test_the_keyboard_goes_straight_to_the_table(visit: Open) -> None:
    """The first thing that is reached after the switch leads past everything else."""
    page = visit(class_page(many(300), "en")).page
    for _ in range(3):
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#students"


# --- what they look like


def goldens() -> tuple[Golden, ...]:
    """Those there are; without what a browser needs there are none to compare."""
    try:
        from tests.pages.goldens import GOLDENS
    except ModuleNotFoundError:
        return ()
    return GOLDENS


@pytest.mark.parametrize("golden", goldens(), ids=lambda golden: golden.name)
def test_a_page_looks_as_it_did(browser: Browser, golden: Golden) -> None:
    """Compared by tolerance with a picture of it; python -m tests.pages.goldens takes new ones."""
    from PIL import Image

    from tests.pages.goldens import difference

    with Image.open(golden.path) as kept:
        assert difference(golden.taken(browser), kept.convert("RGB")) == ""
    assert golden.path.stat().st_size < 60 * 1024


def test_a_difference_is_seen(browser: Browser) -> None:
    """A page in another theme, or of another language, is told from the one that was kept."""
    from PIL import Image

    from tests.pages.goldens import GOLDENS, difference

    kept = {golden.name: Image.open(golden.path).convert("RGB") for golden in GOLDENS}
    assert difference(kept["student-zh-dark"], kept["student-en-light"])
    assert difference(kept["class-zh-dark"], kept["class-en-light"])
    assert difference(kept["student-zh-phone"], kept["student-en-light"])
