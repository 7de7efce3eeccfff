"""The guides for users say what the program says and does: words on the screen, addresses, commands, messages."""

import html
import re
import subprocess
from pathlib import Path
from urllib.parse import unquote

import pytest
from sqlalchemy import inspect

from docs.generate_guides import GUIDES, PAGES
from flows import language
from flows.register import Register
from flows.web.workplace.guides import PICTURE, with_pictures
from tests.conftest import PROJECT
from tests.documents_site import site

__all__ = ["site"]
HOSTS = {"docassemble.org", "github.com", "keepachangelog.com"}
"""Whom the documents link to."""
NORWEGIAN = sorted(path for path in GUIDES.glob("*.md") if path.stem not in ("signere.en", "signere.nn", "maler"))
TEMPLATES = PROJECT / "flows" / "web" / "workplace" / "pages"
EMPHASIS = {"Den ", "Sidene ", "PDF-ene "}
"""How the points of `docs/guides/begrensninger.md` begin: sentences, and no words of the screen."""


@pytest.mark.parametrize("name", PAGES)
def test_what_is_made_from_the_code_is_that_of_the_code(name: str) -> None:
    """`make guides` changes nothing."""
    language.use("nb")
    assert (GUIDES / name).read_text() == PAGES[name]()


@pytest.fixture(scope="module")
def on_screen() -> str:
    """Return every text of the pages in bokmål, one a line."""
    texts = [
        text
        for one in language.messages("nb")
        for text in ([one.string] if isinstance(one.string, str) else one.string or ())
    ]
    return "\n".join([*map(str, texts), *(path.read_text() for path in sorted(TEMPLATES.glob("*.html")))])


@pytest.mark.parametrize("page", NORWEGIAN, ids=lambda page: page.name)
def test_words_in_bold_stand_on_the_screen(page: Path, on_screen: str) -> None:
    """What a guide tells to press or look for is what the pages show."""
    named = re.findall(r"\*\*([^*\n]+)\*\*", page.read_text())
    missing = [
        one for one in named if not one.isdigit() and not one.startswith(tuple(EMPHASIS)) and one not in on_screen
    ]
    assert missing == []


@pytest.mark.parametrize("page", sorted(GUIDES.glob("*.md")), ids=lambda page: page.name)
def test_links_between_guides_lead_somewhere(page: Path) -> None:
    """Each link without a host is another guide."""
    named = [one for one in re.findall(r"\]\(([^)]+)\)", page.read_text()) if "://" not in one]
    assert [one for one in named if not (GUIDES / one.partition("#")[0]).exists()] == []


def test_pictures_of_guides_are_made_and_shown_where_they_are() -> None:
    """Each place names a file that `make docs-pictures` writes; without the file nothing is left of the place."""
    made = (PROJECT / "docs" / "generate_pictures.py").read_text()
    places = [found for page in NORWEGIAN for found in PICTURE.findall(page.read_text())]
    assert len(places) > 5
    assert [name for name, _ in places if f'"{name}"' not in made] == []
    kept = subprocess.run(
        ["git", "ls-files", "*.png", "*.svg"], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    assert not set(kept.stdout.split()) & {f"flows/web/workplace/assets/pictures/{name}" for name, _ in places}


def test_a_picture_stands_in_the_guide_where_there_is_one(tmp_path: Path) -> None:
    """By its address, with what it shows in words; a guide without pictures has no trace of the place."""
    guide = "Ser slik ut:\n\n<!-- picture: arkiv.png | Arkivet med søk -->\n\nVidere."
    assert with_pictures(guide, tmp_path, "/hjelp/bilder") == "Ser slik ut:\n\n\n\nVidere."
    (tmp_path / "arkiv.png").write_bytes(b"PNG")
    assert "![Arkivet med søk](/hjelp/bilder/arkiv.png)" in with_pictures(guide, tmp_path, "/hjelp/bilder")


def test_every_table_is_in_the_account_of_personal_data(register: Register) -> None:
    """A table that nobody has thought of in the municipality's record of processing is one too many."""
    page = (PROJECT / "docs/guides/personopplysninger.md").read_text()
    tables = set(inspect(register.engine).get_table_names())
    named = set(re.findall(r"`([a-z_]+)`", page))
    assert {one for one in tables ^ named if not one.startswith("search_part_")} == set()


def test_no_page_of_the_site_fetches_anything_from_elsewhere(site: Path) -> None:
    """Styles, scripts and pictures come with it: it can be read without a network."""
    pages = list(site.rglob("*.html"))
    assert len(pages) > 50
    for page in pages:
        fetched = re.findall(r'<(?:script|img|link)[^>]*(?:src|href)="(https?://[^"]*)"', page.read_text())
        assert fetched == [], page


def test_no_link_of_the_site_is_dead(site: Path) -> None:
    """Each address without a host is a file of the site, and each anchor an id there."""
    pages = [page for page in site.rglob("*.html") if page.name != "404.html"]  # whose links are those of a host's root
    ids = {page: set(re.findall(r' id="?([^" >]+)', page.read_text())) for page in pages}
    dead = []
    for page in ids:
        for link in map(html.unescape, re.findall(r'<a [^>]*?href="?([^" >]+)', page.read_text())):
            path, _, anchor = link.partition("#")
            there = (page.parent / unquote(path)).resolve() if path else page
            if "://" in link or link.startswith("mailto:"):
                continue
            if not there.exists() or (anchor and there in ids and unquote(anchor) not in ids[there]):
                dead.append((page.name, link))
    assert dead == []


def test_hosts_that_the_documents_link_to_are_known() -> None:
    """No test asks another host: whoever adds a link to a new one has opened it."""
    pages = [*PROJECT.glob("*.md"), *(PROJECT / "docs").rglob("*.md")]
    hosts = {host for page in pages for host in re.findall(r"\]\(https?://([^/)]+)", page.read_text())}
    assert hosts == HOSTS
