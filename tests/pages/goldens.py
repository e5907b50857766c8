"""What the pages look like, kept as small pictures: ``python -m tests.pages.goldens`` takes them anew.

They are compared by what a person would see from a step back: both are shrunk to an eighth, and no spot may be of
clearly another shade. So another version of a font's renderer is no difference, and a lost colour or column is one.
"""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageChops
from playwright.sync_api import Browser

from autograder.report.pages.class_ import class_page
from autograder.report.pages.student import student_page
from tests.pages.browser import DESK, PHONE, launched, opened
from tests.pages.class_of_cells import ANN, many

FOLDER = Path(__file__).with_name("goldens")
KEPT_AT = 2
"""Kept at half its size, in few colours: less than 60 KB each."""

COLOURS = 128
STEP_BACK = 8
SHADE = 48
"""How much a spot may differ, of 255."""

SPOTS = 0.01
"""The share of spots that may differ by more than that."""

HEIGHT = 0.04
"""How much longer or shorter a page may be, as a share: fonts break lines differently."""

TALLEST = 2000


@dataclass(frozen=True)
class Golden:
    """A picture of a page: which, in what language, how wide, in which theme."""

    name: str
    page: Callable[[str], str]
    language: str
    width: int
    scheme: str

    @property
    def path(self) -> Path:
        """Where it is kept."""
        return FOLDER / f"{self.name}.png"

    def taken(self, browser: Browser) -> Image.Image:
        """The page as it looks now."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "page.html"
            path.write_text(self.page(self.language), encoding="utf-8")
            with opened(browser, path, width=self.width, scheme=self.scheme) as watched:
                seen = Image.open(io.BytesIO(watched.page.screenshot(full_page=True, animations="disabled")))
        seen = seen.convert("RGB").crop((0, 0, seen.width, min(seen.height, TALLEST)))
        return seen.resize((seen.width // KEPT_AT, seen.height // KEPT_AT), Image.Resampling.LANCZOS)


GOLDENS = (
    Golden("student-en-light", lambda language: student_page(ANN, language), "en", DESK, "light"),
    Golden("student-zh-dark", lambda language: student_page(ANN, language), "zh", DESK, "dark"),
    Golden("student-zh-phone", lambda language: student_page(ANN, language), "zh", PHONE, "light"),
    Golden("class-en-light", lambda language: class_page(many(60), language), "en", 1200, "light"),
    Golden("class-zh-dark", lambda language: class_page(many(60), language), "zh", 1200, "dark"),
    Golden("class-en-phone", lambda language: class_page(many(60), language), "en", PHONE, "dark"),
)


def difference(seen: Image.Image, kept: Image.Image) -> str:
    """What is different, in words; nothing where nobody would notice."""
    if seen.width != kept.width or abs(seen.height - kept.height) > HEIGHT * kept.height:
        return f"it is {seen.width} x {seen.height}, and was {kept.width} x {kept.height}"
    small = (kept.width * KEPT_AT // STEP_BACK, kept.height * KEPT_AT // STEP_BACK)
    one, other = (each.convert("RGB").resize(small, Image.Resampling.BOX) for each in (seen, kept))
    gaps = ImageChops.difference(one, other).convert("L").histogram()
    share = sum(gaps[SHADE:]) / sum(gaps)
    return f"{share:.1%} of it looks different" if share > SPOTS else ""


def main() -> None:
    """Take every picture anew."""
    FOLDER.mkdir(exist_ok=True)
    with launched() as browser:
        for golden in GOLDENS:
            taken = golden.taken(browser).quantize(COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
            taken.save(golden.path, optimize=True)
            print(f"{golden.path.name}: {golden.path.stat().st_size / 1024:.0f} KB")


if __name__ == "__main__":
    main()
