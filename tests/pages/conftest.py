"""A browser for the tests that are marked ``pages``, and pages opened in it under observation."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.pages.browser import Watched

Open = Callable[..., "Watched"]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium without a window; that there is none is a failure, with what to do about it."""
    from tests.pages.browser import launched

    with launched() as chromium:
        yield chromium


@pytest.fixture
def visit(browser: Browser, tmp_path: Path) -> Iterator[Open]:
    """Opens a page as a file: ``visit(html, width=…, scheme=…, **context)``; at the end it must have been quiet."""
    from tests.pages.browser import opened

    with ExitStack() as stack:
        numbers = iter(range(1000))

        def visit(html: str, **context: Any) -> Watched:
            path = tmp_path / f"page{next(numbers)}.html"
            path.write_text(html, encoding="utf-8")
            return stack.enter_context(opened(browser, path, **context))

        yield visit
