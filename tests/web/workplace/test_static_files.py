"""Style sheets and scripts: the npm lock is whole and names nobody's address, and pages do without what it fetches."""

import asyncio
import json
import os
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


def test_a_municipality_has_its_own_theme(register: Register, tmp_path: Path) -> None:
    """It comes after every other style sheet, under the same headers, and anew when it is changed; it may be away."""
    theme = tmp_path / "bodo.css"
    app = create_workplace(workplace_context(register, tmp_path, theme=theme))

    async def addresses() -> list[str]:
        return re.findall(r'rel="stylesheet" href="([^"]+)"', (await Browser(app).get("/om")).text)

    async def look() -> None:
        without = await addresses()
        theme.write_text(":root { --ds-color-accent-base-default: #024; }")
        first = (await addresses())[-1]
        assert [*without, first] == await addresses()
        answer = await Browser(app).get(first)
        assert (answer.status_code, answer.text[:5]) == (200, ":root")
        assert answer.headers["content-type"].startswith("text/css")
        assert answer.headers["content-security-policy"].startswith("default-src 'none'")
        assert answer.headers["x-content-type-options"] == "nosniff"
        theme.write_text(":root { --ds-color-accent-base-default: #0a4; }")
        os.utime(theme, (1, 1))  # another time than the first, however quick the machine
        assert (await addresses())[-1] != first
        assert (await Browser(app).get(first)).status_code == 404

    asyncio.run(look())


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
