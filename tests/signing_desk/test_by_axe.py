"""The signer's pages judged by axe-core, which shares no code with ours: WCAG 2.2 A and AA, and good practice."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.conftest import Clock
from tests.signing_desk.servers import RunningDesk
from tests.signing_desk.test_in_a_browser import chromium

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

__all__ = ["chromium"]
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
_RULES = "{runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']}"


@pytest.fixture(scope="module")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Give axe-core's script."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("install it with: apt-get install npm")
    folder = tmp_path_factory.mktemp("axe")
    command = [npm, "install", "--no-audit", "--no-fund", "--prefix", str(folder), "axe-core@4"]
    if subprocess.run(command, capture_output=True, timeout=120, check=False).returncode:
        pytest.skip("install it with: npm install axe-core (the network is away)")
    return (Path(folder) / "node_modules" / "axe-core" / "axe.min.js").read_text()


@pytest.fixture
def page(chromium: "Browser") -> Iterator["Page"]:
    """Give a page on a phone that lets the judge's script run."""
    context = chromium.new_context(viewport={"width": 360, "height": 740}, locale="nb-NO", bypass_csp=True)
    yield context.new_page()
    context.close()


def faults(page: "Page", axe: str, address: str) -> list[str]:
    """Return what axe finds on a page."""
    page.goto(address)
    for closed in page.locator("summary").all():
        closed.click()
    page.evaluate(axe)
    found = page.evaluate(f"axe.run(document, {_RULES})")
    assert len(found["passes"]) > 10, "the judge looked"
    return [f"{one['id']}: {one['nodes'][0]['html'][:80]}" for one in found["violations"]]


def test_axe_finds_nothing(desk: RunningDesk, page: "Page", axe: str, clock: Clock) -> None:
    """On every page that a signer can meet: one's turn, waiting, the receipt, links that work no longer."""
    request = desk.send().provider_id
    links = desk.provider.signer_links(request)
    assert faults(page, axe, links[1]) == []
    assert faults(page, axe, links[2]) == []
    desk.act(request, 1, "sign")
    assert faults(page, axe, links[1]) == []
    clock.forward(days=14)
    assert faults(page, axe, links[2]) == []
    assert faults(page, axe, f"{links[2]}x") == []
