"""Chromium as tests use it: the machine's own, patient with a busy machine."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

CHROMIUM = Path("/usr/bin/chromium")
PATIENCE = 120_000
"""Milliseconds that a page is waited for: nothing that a test asks for takes so long, however busy the machine is."""

needs_chromium = pytest.mark.skipif(not CHROMIUM.exists(), reason="install it with: apt-get install chromium")


@contextmanager
def visiting(address: str, session: str, **options: Any) -> Iterator["BrowserContext"]:
    """Give the browser of somebody who is signed in at the workplace, in Norwegian; `options` are Playwright's."""
    playwright = pytest.importorskip("playwright.sync_api", reason="install it with: make test")
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        visit = browser.new_context(locale="nb-NO", **options)
        visit.set_default_timeout(PATIENCE)
        visit.add_cookies([{"name": "avtaleflyt", "value": session, "url": address}])
        yield visit
        browser.close()
