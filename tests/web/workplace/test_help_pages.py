"""The guides as pages: open to everybody, in the markup of the workplace, and searched."""

import asyncio
import re
from pathlib import Path

import pytest
from fastapi import FastAPI

from flows.register import Register
from flows.web.workplace import guides
from flows.web.workplace.app import create_workplace
from tests.conftest import PROJECT
from tests.web.workplace.browser import Browser, workplace_context


@pytest.fixture
def app(register: Register, tmp_path: Path) -> FastAPI:
    """Give the workplace."""
    return create_workplace(workplace_context(register, tmp_path))


def page(app: FastAPI, path: str, **query: str) -> tuple[int, str]:
    """Open a page signed out; return its status and its text."""
    answer = asyncio.run(Browser(app).get(path, params=query))
    return answer.status_code, answer.text


def test_every_guide_is_listed_and_opens(app: FastAPI) -> None:
    """Each file of the folder is a page with one first heading, and links that lead somewhere."""
    names = {path.stem for path in (PROJECT / "docs" / "guides").glob("*.md")}
    assert set(guides.names()) == names
    listed = page(app, "/hjelp")[1]
    for name in names:
        status, text = page(app, f"/hjelp/{name}")
        assert (status, text.count("<h1")) == (200, 1)
        assert f'href="/hjelp/{name}"' in listed
        assert "<!--" not in text.split("<main")[1]
        assert {one.partition("#")[0] for one in re.findall(r'href="/hjelp/([^"]+)"', text)} <= names
        ids = re.findall(r' id="([^"]+)"', text)
        assert len(ids) == len(set(ids))


def test_cells_have_the_heading_of_their_column(app: FastAPI) -> None:
    """On a narrow screen a table is a list of cards, each value beside its label."""
    text = page(app, "/hjelp/koordinator")[1]
    assert '<td role="cell" data-label="det du gjør"><span>' in text.replace(
        'data-label="det du gjør" role="cell"', 'role="cell" data-label="det du gjør"'
    )


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("karantene", "/hjelp/arkivar#karantene"),
        ("LENKEN din", "/hjelp/signere#"),
        ("hpr legens", "/hjelp/arbeidsboken#"),
    ],
)
def test_a_search_leads_to_the_section(app: FastAPI, words: str, wanted: str) -> None:
    """All words must be there, in any case; the anchor is one of the guide's."""
    status, text = page(app, "/hjelp", sok=words)
    assert status == 200
    found = [one for one in re.findall(r'href="(/hjelp/[^"]+#[^"]+)"', text) if one.startswith(wanted)]
    assert found
    path, _, anchor = found[0].partition("#")
    assert f'id="{anchor}"' in page(app, path)[1]


def test_what_is_searched_for_is_never_markup(app: FastAPI) -> None:
    """A search that finds nothing says so, and shows what was typed as text."""
    status, text = page(app, "/hjelp", sok='"><script>alert(1)</script>')
    assert (status, "<script>alert" in text) == (200, False)
    assert "Ingen avsnitt har alle ordene" in text


@pytest.mark.parametrize("name", ["finnes-ikke", "..%2F..%2Fsettings", "signere.de", "koordinator.html"])
def test_what_is_no_guide_is_not_there(app: FastAPI, name: str) -> None:
    """404, and nothing outside the folder is read."""
    assert page(app, f"/hjelp/{name}")[0] == 404


def test_a_picture_is_given_by_its_name_alone(app: FastAPI, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that is there, with its type; nothing outside the folder."""
    monkeypatch.setattr(guides, "PICTURES", tmp_path / "pictures")
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / "arkiv.png").write_bytes(b"PNG")
    (tmp_path / "secret.png").write_bytes(b"no")
    answer = asyncio.run(Browser(app).get("/hjelp/bilder/arkiv.png"))
    assert (answer.status_code, answer.headers["content-type"], answer.content) == (200, "image/png", b"PNG")
    for name in ("finnes-ikke.png", "..%2Fsecret.png", "stamp", "arkiv.PNG"):
        assert page(app, f"/hjelp/bilder/{name}")[0] == 404
