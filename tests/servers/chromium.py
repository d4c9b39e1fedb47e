"""Debian's Chromium, headless, driven by Playwright: one for all tests, since two drivers in one process get in each other's way."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, expect, sync_playwright

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SECONDS = 60_000
"""How long a page may take, in milliseconds: a busy machine is no broken page."""


@contextmanager
def chromium_browser() -> Iterator[Browser]:
    """A browser without pages."""
    expect.set_options(timeout=SECONDS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()
