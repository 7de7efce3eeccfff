"""Style sheets and scripts: the npm lock is whole and names nobody's address, and pages do without what it fetches."""

import asyncio
import json
import re
from pathlib import Path

import pytest
from fastapi import FastAPI

from flows.register import Register
from flows.web.workplace import static_files
from flows.web.workplace.app import create_workplace
from flows.web.workplace.static_files import INSTALLED, StaticFile
from tests.web.workplace.browser import Browser, workplace_context

ASSETS = INSTALLED.parent


@pytest.fixture
def app(register: Register, tmp_path: Path) -> FastAPI:
    """Give the workplace."""
    return create_workplace(workplace_context(register, tmp_path))


def test_the_lock_has_hashes_and_no_addresses() -> None:
    """Each package is pinned exactly with its digest; no registry is named, and no script runs at installation."""
    lock = json.loads((ASSETS / "package-lock.json").read_text())
    packages = {name: one for name, one in lock["packages"].items() if name}
    assert len(packages) == 3
    assert all(one["integrity"].startswith("sha512-") and "resolved" not in one for one in packages.values())
    wanted = json.loads((ASSETS / "package.json").read_text())["dependencies"]
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in wanted.values())
    texts = [(ASSETS / name).read_text() for name in ("package-lock.json", ".npmrc", "requirements-assets.txt")]
    assert not any("://" in text for text in texts)
    assert "ignore-scripts=true" in texts[1]


def test_a_page_is_whole_without_what_is_fetched(app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> None:
    """Our own files alone: every address in the page is answered, and changes with the content."""
    own = {name: one for name, one in static_files._files().items() if name not in static_files.FETCHED}
    monkeypatch.setattr(static_files, "_files", lambda: own)

    async def look() -> None:
        browser = Browser(app)
        page = await browser.get("/logg-inn")
        addresses = re.findall(r'(?:href|src)="(/static/[^"]+)"', page.text)
        assert [one.rpartition("/")[2] for one in addresses] == ["plain.css", "site.css", "session.js"]
        for address in addresses:
            answer = await browser.get(address)
            assert (answer.status_code, "immutable" in answer.headers["cache-control"]) == (200, True)
            assert answer.headers["x-content-type-options"] == "nosniff"
        assert (await browser.get("/static/00000000/site.css")).status_code == 404

    asyncio.run(look())
    assert StaticFile("a.css", b"a").path != StaticFile("a.css", b"b").path
