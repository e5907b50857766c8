"""Markdown and code as HTML: formulas become MathML, which browsers draw by themselves. All else is escaped."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from autograder.errors import MissingExtra

try:
    from latex2mathml.converter import convert
    from markdown_it import MarkdownIt
    from mdit_py_plugins.dollarmath import dollarmath_plugin
    from pygments import highlight  # type: ignore[import-untyped]
    from pygments.formatters import HtmlFormatter  # type: ignore[import-untyped]
    from pygments.lexers import PythonLexer  # type: ignore[import-untyped]
except ImportError as error:
    raise MissingExtra(f"{error.name} cannot be imported: install the extra preview") from error

COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
STYLE = re.compile(r' style="[^"]*"')
"""What no page's policy lets in."""


def rendered(text: str) -> str:
    """A handout, or other Markdown of the kit's own, as HTML."""
    body: str = _markdown().render(text)
    return body


def coloured(source: str) -> str:
    """Python as HTML, its words in spans with a class each."""
    text: str = highlight(source, PythonLexer(stripnl=False), HtmlFormatter(nowrap=True))
    return text


@cache
def _markdown() -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"html": True, "highlight": _fenced}).enable("table")
    markdown.use(dollarmath_plugin, renderer=_formula, double_inline=True)
    markdown.add_render_rule("html_block", _escaped)
    markdown.add_render_rule("html_inline", _escaped)
    return markdown


def _formula(content: str, options: Mapping[str, Any]) -> str:
    """MathML, or the formula as it is written where it is none."""
    display = "block" if options["display_mode"] else "inline"
    try:
        return STYLE.sub("", convert(content, display=display))
    except Exception:  # whatever a parser makes of a slip in a formula: the page is there to show it
        return f'<code class="slip">{html.escape(content)}</code>'


def _fenced(code: str, language: str, attributes: str) -> str:
    return coloured(code) if language == "python" else ""


def _escaped(renderer: Any, tokens: list[Any], position: int, options: Any, environment: Any) -> str:
    """HTML within Markdown: comments are left out, and the rest is shown as it is written."""
    return html.escape(COMMENT.sub("", tokens[position].content))
