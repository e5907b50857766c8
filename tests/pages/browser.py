"""Debian's Chromium, driven by Playwright, and a page opened in it with everything noted that it should not do."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
MISSING = "no Chromium is here: make test-pages installs Debian's, or apt-get install chromium fonts-noto-cjk"
DESK, PHONE = 1000, 390


@dataclass
class Watched:
    """A page, and what was heard of it: errors, console messages, requests for anything but itself."""

    page: Page
    heard: list[str] = field(default_factory=list)


@contextmanager
def launched() -> Iterator[Browser]:
    """Chromium without a window; raises ``AssertionError`` where there is none."""
    path = next(filter(None, map(shutil.which, NAMES)), None)
    assert path is not None, MISSING
    # The sandbox of Chromium's own does not run as root; the pages are ours.
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=arguments)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def opened(
    browser: Browser, path: Path, *, width: int = DESK, height: int = 900, scheme: str = "light", **context: Any
) -> Iterator[Watched]:
    """The page of a file, watched; whatever was heard by the end of the block fails."""
    surroundings = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=scheme, reduced_motion="reduce", **context
    )
    try:
        watched = _watched(surroundings.new_page(), path.resolve().as_uri())
        watched.page.goto(path.resolve().as_uri())
        yield watched
        assert watched.heard == []
    finally:
        surroundings.close()


def _watched(page: Page, address: str) -> Watched:
    watched = Watched(page)
    page.on("console", lambda message: watched.heard.append(f"console: {message.text}"))
    page.on("pageerror", lambda error: watched.heard.append(f"error: {error}"))
    page.on("request", lambda request: _note(watched, request.url, address))
    return watched


def _note(watched: Watched, url: str, address: str) -> None:
    if url.partition("#")[0] != address and not url.startswith("data:"):
        watched.heard.append(f"request: {url}")
