"""One HTML file: styles and scripts within it, and a policy that lets nothing else run or be fetched.

Both languages are in the page; a button shows one of them, and without scripts one stands below the other.
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from autograder.model import Text
from autograder.report.plain import plain

TEMPLATES = Path(__file__).parents[1] / "templates"
TAGS = {"en": "en", "zh": "zh-Hans"}
"""What a page calls the languages."""


def render(template: str, styles: tuple[str, ...], scripts: tuple[str, ...], **content: Any) -> str:
    """The page that ``template`` makes of ``content``, with these files of the templates' folder inside."""
    style, script = _joined(styles), _joined(scripts)
    page = environment().get_template(template)
    return page.render(policy=policy(style, script), style=Markup(style), script=Markup(script), tags=TAGS, **content)


def policy(style: str, script: str) -> str:
    """A content security policy that lets this style and this script in, and nothing else."""
    return (
        f"default-src 'none'; style-src '{digest(style)}'; script-src '{digest(script)}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def digest(text: str) -> str:
    """How a content security policy names a style or a script that stands in the page."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


@cache
def _joined(names: tuple[str, ...]) -> str:
    return "\n".join((TEMPLATES / name).read_text(encoding="utf-8").strip() for name in names)


@cache
def environment(*folders: Path) -> Environment:
    """Templates of ``folders`` and of this package, for text that nobody may trust."""
    made = Environment(
        loader=FileSystemLoader([*folders, TEMPLATES]),
        undefined=StrictUndefined,
        autoescape=True,
        finalize=_harmless,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters["both"] = both
    return made


def _harmless(value: object) -> object:
    """Text of a student's without control characters; escaping it is Jinja's work, which comes after."""
    return plain(value) if type(value) is str else value


def both(text: Text) -> Markup:
    """A text in both languages, of which the page shows one."""
    spans = Markup('<span data-in="{}" lang="{}">{}</span>')
    return Markup("").join(spans.format(name, tag, plain(text.into(name))) for name, tag in TAGS.items())
