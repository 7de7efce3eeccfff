"""The documents' site and the help of the workplace judged by axe-core, which shares no code with ours."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from flows.application.context import Context
from flows.register import Register
from flows.settings import Settings
from flows.web.app import create_app
from tests.documents_site import site
from tests.signing_desk.test_by_axe import axe, faults
from tests.signing_desk.test_in_a_browser import chromium
from tests.web.server import web_in_thread

if TYPE_CHECKING:
    from playwright.sync_api import Browser

__all__ = ["axe", "chromium", "site"]
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
SITE_PAGES = ("index.html", "guides/koordinator.html", "operations.html")


def test_axe_finds_nothing_on_the_site(site: Path, chromium: "Browser", axe: str) -> None:
    """The beginning, a guide with lists and tables, and a long page of the operators'."""
    page = chromium.new_page(viewport={"width": 1280, "height": 900})
    found = {name: faults(page, axe, (site / name).as_uri()) for name in SITE_PAGES}
    page.close()
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


def test_axe_finds_nothing_on_the_help(chromium: "Browser", axe: str, register: Register, tmp_path: Path) -> None:
    """The overview and two guides of the workplace, one of them with blocks of commands."""
    context = Context(Settings(_env_file=None, output=tmp_path), register)
    page = chromium.new_context(bypass_csp=True).new_page()
    with web_in_thread(create_app(context, lambda *_: None)) as address:
        names = ("/hjelp", "/hjelp/koordinator", "/hjelp/drift-installasjon")
        found = {name: faults(page, axe, f"{address}{name}") for name in names}
    page.context.close()
    assert {name: wrong for name, wrong in found.items() if wrong} == {}
