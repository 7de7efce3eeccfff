"""The guides for users say what the program says and does: words on the screen, addresses, commands, messages."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import inspect

from docs.generate_guides import GUIDES, PAGES
from flows import language
from flows.register import Register
from tests.conftest import PROJECT

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


def test_every_table_is_in_the_account_of_personal_data(register: Register) -> None:
    """A table that nobody has thought of in the municipality's record of processing is one too many."""
    page = (PROJECT / "docs/guides/personopplysninger.md").read_text()
    tables = set(inspect(register.engine).get_table_names())
    named = set(re.findall(r"`([a-z_]+)`", page))
    assert {one for one in tables ^ named if not one.startswith("search_part_")} == set()


def test_the_documents_make_a_site_without_a_warning(tmp_path: Path) -> None:
    """Every link and anchor leads somewhere, and no page fetches anything from elsewhere."""
    shutil.copytree(PROJECT / "docs", tmp_path / "docs", ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    shutil.copy(PROJECT / ".mkdocs.yml", tmp_path)
    command = [sys.executable, "-m", "zensical", "build", "--strict", "-f", ".mkdocs.yml"]
    built = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stdout + built.stderr
    for page in (tmp_path / ".cache" / "docs").rglob("*.html"):
        fetched = re.findall(r'<(?:script|img|link)[^>]*(?:src|href)="(https?://[^"]*)"', page.read_text())
        assert fetched == [], page
