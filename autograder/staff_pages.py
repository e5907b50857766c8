"""Pages for staff, in a browser: the looks of the report's pages around templates that lie with whoever shows them.

Nothing runs in them, and nothing is fetched but, where a page shows any, pictures of its own server.
"""

from __future__ import annotations

import html
import re
from functools import cache
from pathlib import Path
from typing import Any

from markupsafe import Markup

from autograder.report.pages.page import TAGS, TEMPLATES, digest, environment

NOTHING = "'none'"
OWN = "'self'"
POLICY = "default-src 'none'; style-src '{style}'; img-src {pictures}; base-uri 'none'; form-action 'none'"
WRITTEN = re.compile(r'http-equiv="Content-Security-Policy" content="([^"]*)"')


def staff_page(
    folder: Path, template: str, styles: tuple[str, ...], title: str, *, pictures: str = "data:", language: str = "en",
    **content: Any,
) -> str:  # fmt: skip
    """The page that ``template`` of ``folder`` makes of ``content``; pictures come from where ``pictures`` says."""
    style = "\n".join(_read(folder, name) for name in ("page.css", *styles))
    return environment(folder).get_template(template).render(
        policy=POLICY.format(style=digest(style), pictures=pictures),
        style=Markup(style),  # our own files
        script="",
        tags=TAGS,
        initial=language,
        titles=dict.fromkeys(TAGS, title),
        title=title,
        **content,
    )


def policy_of(page: str) -> str:
    """The content security policy that stands in a page, to be sent along with it."""
    found = WRITTEN.search(page)
    return html.unescape(found[1]) if found else f"default-src {NOTHING}"


@cache
def _read(folder: Path, name: str) -> str:
    path = folder / name
    return (path if path.is_file() else TEMPLATES / name).read_text(encoding="utf-8").strip()
