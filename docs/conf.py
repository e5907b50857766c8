"""How the pages of this folder become a site: ``make docs``.

The pages are plain Markdown, as GitHub shows it; what a site needs beyond that stands here. Why so:
decisions/0014-documentation.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sphinx.application import Sphinx

project = html_title = "Back-propagation by hand"
language = "en"
extensions = ["myst_parser"]
exclude_patterns = ["conf.py"]
root_doc = "index"
highlight_language = "none"

myst_heading_anchors = 3
"""Links such as ``routes.md#gradescope`` lead to headings by the names that GitHub gives them."""

html_theme = "furo"
html_copy_source = html_show_sphinx = html_show_copyright = False
html_permalinks_icon = "#"
pygments_style, pygments_dark_style = "friendly", "github-dark"

NAVIGATION = {
    "index": {
        "Guides": ("guide-students", "guide-students.zh", "guide-graders", "guide-instructors", "writing-checks"),
        "Students": ("student-tools",),
        "Graders": ("collecting", "gradebook", "pages", "export", "scale"),
        "Instructors": ("instructors", "routes", "similarity"),
        "How far to trust it": ("marking", "security", "performance", "layers", "digits"),
        "How it is built": ("architecture", "decisions/README"),
    },
    "decisions/README": {"Decisions": ("[0-9]*",)},
}
"""What stands in the sidebar, below which heading. A page that is missing, or listed nowhere, ends the build."""


def setup(app: Sphinx) -> None:
    """Called by Sphinx."""
    app.connect("source-read", add_navigation)


def add_navigation(_: Sphinx, name: str, source: list[str]) -> None:
    """Put the lists of pages below the text of the page ``name``, where GitHub does not show them."""
    for caption, pages in NAVIGATION.get(name, {}).items():
        listed = "\n".join(pages)
        source[0] += f"\n```{{toctree}}\n:hidden:\n:glob:\n:caption: {caption}\n\n{listed}\n```\n"
