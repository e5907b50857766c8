"""The site that the pages become: complete, quiet, and in need of nothing from elsewhere."""

from __future__ import annotations

import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.docs.blocks import pages
from tests.support import ROOT

pytestmark = pytest.mark.docs

LOADING = {
    "audio": "src", "embed": "src", "form": "action", "iframe": "src", "img": "src", "input": "src", "link": "href",
    "object": "data", "script": "src", "source": "src", "track": "src", "video": "src",
}  # fmt: skip
"""What a browser fetches by itself, by tag; a link that a reader has to follow is none of it."""
IN_STYLES = re.compile(r"(?:url\(|@import)\s*['\"]?\s*((?:https?:)?//[^'\")]+)")
IN_SCRIPTS = re.compile(r"""(?:fetch|import|importScripts|open)\(\s*["'`](?:GET["'],\s*["'])?((?:https?:)?//[^"'`]+)""")


class Fetched(HTMLParser):
    """The addresses elsewhere that a page makes a browser fetch."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what is fetched for this tag."""
        values = [value or "" for name, value in attrs if name in (LOADING.get(tag), "srcset", "poster")]
        self.found += [value for value in values if re.match(r"\s*(https?:)?//", value)]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built as ``make docs`` does."""
    folder = tmp_path_factory.mktemp("site")
    done = built(ROOT / "docs", folder)
    assert (done.returncode, done.stderr) == (0, "")
    return folder / "html"


def built(source: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    """Sphinx, with every warning an error."""
    command = [sys.executable, "-m", "sphinx", "--fail-on-warning", "--nitpicky", "--keep-going", "--quiet"]
    command += ["-d", str(folder / "doctrees"), str(source), str(folder / "html")]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)


def test_every_page_is_there(site: Path) -> None:
    """And nothing but the index and what Sphinx adds is there beside them."""
    expected = {Path(page).relative_to("docs").with_suffix(".html") for page in pages() if page.startswith("docs/")}
    found = {path.relative_to(site) for path in site.rglob("*.html")}
    assert found == expected | {Path("genindex.html"), Path("search.html")}


def test_nothing_is_fetched_from_elsewhere(site: Path) -> None:
    """No page, style or script of the site loads anything over the network."""
    found = {path.name: Fetched(path.read_text(encoding="utf-8")).found for path in site.rglob("*.html")}
    found |= {path.name: IN_STYLES.findall(path.read_text(encoding="utf-8")) for path in site.rglob("*.css")}
    found |= {path.name: IN_SCRIPTS.findall(path.read_text(encoding="utf-8")) for path in site.rglob("*.js")}
    assert {name: addresses for name, addresses in found.items() if addresses} == {}


@pytest.mark.parametrize(
    "page",
    [
        '<link rel="stylesheet" href="https://fonts.example.org/a.css">',
        '<script src="//cdn.example.org/a.js"></script>',
        '<img srcset="https://example.org/a.png 2x">',
    ],
)
def test_what_a_page_fetches_is_seen(page: str) -> None:
    """Also an address without a protocol; a link to be followed by the reader is none."""
    assert len(Fetched(page).found) == 1
    assert Fetched('<a href="https://example.org">there</a> <img src="here.png">').found == []
    assert IN_STYLES.findall('src: url("https://example.org/a.woff2")') == ["https://example.org/a.woff2"]


@pytest.mark.parametrize(
    ("page", "told"),
    [
        ("# A\n\n[b](b.md)\n", "b.md"),
        ("# A\n\n[b](#nowhere)\n", "nowhere"),
        ("# A\n\n![b](b.png)\n", "b.png"),
    ],
)
def test_a_link_that_leads_nowhere_ends_the_build(page: str, told: str, tmp_path: Path) -> None:
    """To a page, a heading or a picture."""
    end = build_with(tmp_path, page, '{"index": {"Pages": ("a",)}}')
    assert end.returncode != 0 and told in end.stderr


@pytest.mark.parametrize("navigation", ['{"index": {"Pages": ("a", "missing")}}', '{"index": {"Pages": ()}}'])
def test_the_navigation_is_of_all_pages(navigation: str, tmp_path: Path) -> None:
    """A page that is listed and missing ends the build, and so does one that is there and not listed."""
    assert build_with(tmp_path, "# A\n", navigation).returncode != 0
    assert build_with(tmp_path, "# A\n", '{"index": {"Pages": ("a",)}}').returncode == 0


def build_with(folder: Path, page: str, navigation: str) -> subprocess.CompletedProcess[str]:
    """Our settings, over an index and one page ``a``."""
    source = folder / "source"
    source.mkdir(exist_ok=True)
    settings = (ROOT / "docs" / "conf.py").read_text(encoding="utf-8")
    (source / "conf.py").write_text(f"{settings}\n\nNAVIGATION = {navigation}\n", encoding="utf-8")
    (source / "index.md").write_text("# Index\n", encoding="utf-8")
    (source / "a.md").write_text(page, encoding="utf-8")
    return built(source, folder)
