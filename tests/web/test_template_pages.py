"""Templates through the pages: uploaded, judged, previewed, and put in force by as many persons as are asked for."""

import re
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest

from flows.agreements.types import types
from flows.application.agreement_templates import template_paths
from flows.application.context import Context
from flows.archive import open_store, sha256
from flows.archive.blob_references import named_blobs
from flows.register import Register
from flows.settings import Settings
from tests.signing.paper_provider import PaperProvider
from tests.web.workplace_visits import Browser, Workplace, running

KIND = "alis"


@pytest.fixture
def context(register: Register, tmp_path: Path) -> Context:
    """Give a context whose table of roles wants two persons for templates."""
    table = tmp_path / "roles.toml"
    table.write_text('two_persons = ["template"]\n')
    settings = Settings(_env_file=None, output=tmp_path / "output", archive_roles=table, workers=1)
    return Context(settings, register, open_store((tmp_path / "store").as_uri()), PaperProvider())


@pytest.fixture
def site(context: Context) -> Iterator[Workplace]:
    """Give the workplace."""
    with running(context) as site:
        yield site


def changed(context: Context, part: str, before: bytes, after: bytes) -> bytes:
    """Return the ALIS template with something else in one of its parts."""
    source = BytesIO(template_paths(context)[KIND].read_bytes())
    written = BytesIO()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as new:
        for one in old.namelist():
            content = old.read(one)
            assert one != part or before in content
            new.writestr(one, content.replace(before, after, 1) if one == part else content)
    return written.getvalue()


def newer(context: Context) -> bytes:
    """Return the template as version 1.1."""
    return changed(context, "docProps/core.xml", b"1.0</cp:version>", b"1.1</cp:version>")


def uploaded(browser: Browser, content: bytes) -> str:
    """Upload a template; return the path of its page."""
    answer = browser.post("/maler", {"avtaletype": KIND}, {"fil": ("mal.docx", content)})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def test_a_newer_template_is_put_in_force_by_two(context: Context, site: Workplace) -> None:
    """The first person is not enough, also not twice; then documents are made from it, and backups have it."""
    content = newer(context)
    kari, ada = (
        site.signed_in(name, (role, "*")) for name, role in (("Kari K", "coordinator"), ("Ada A", "administrator"))
    )
    path = uploaded(kari, content)
    assert uploaded(ada, content) == path
    page = kari.get(path).text
    assert "utgave 1.1" in page
    assert "Malen kan ikke tas i bruk" not in page
    before = template_paths(context)[KIND]
    assert kari.post(f"{path}/bruk").status_code == 303
    again = kari.post(f"{path}/bruk")
    assert again.status_code == 409
    assert "En annen enn den første" in again.text
    assert template_paths(context)[KIND] == before
    assert "Kari K vil ta den i bruk" in ada.get("/maler").text
    assert ada.post(f"{path}/bruk").status_code == 303
    in_force = template_paths(context)[KIND]
    assert in_force.read_bytes() == content
    assert "av Ada A etter Kari K" in kari.get(path).text
    assert kari.get(f"/maler/gjeldende/{KIND}.docx").content == content
    assert kari.post(f"{path}/trekk").status_code == 409
    with context.register.read() as session:
        assert (sha256(content), "template") in set(named_blobs(session, context.store))


def test_a_preview_is_a_pdf_of_an_invented_case(context: Context, site: Workplace) -> None:
    """As an attachment; nothing is registered."""
    kari = site.signed_in("Kari K", ("coordinator", "1804"))
    file = kari.get(f"{uploaded(kari, newer(context))}/mal.pdf")
    assert file.content.startswith(b"%PDF")
    assert file.headers["content-disposition"].startswith("attachment")


def test_one_that_changes_the_wording_is_never_used(context: Context, site: Workplace) -> None:
    """Where it departs is said, and the button is not there; a form that is sent all the same is refused."""
    document = zipfile.ZipFile(template_paths(context)[KIND]).read("word/document.xml")
    word = re.search(rb">([^<>{}]*\bkommunen\b[^<>{}]*)<", document)
    assert word
    content = changed(context, "word/document.xml", word[1], word[1].replace(b"kommunen", b"legen"))
    kari = site.signed_in("Kari K", ("coordinator", "*"))
    path = uploaded(kari, content)
    page = kari.get(path).text
    assert "Avviker fra den offisielle ordlyden" in page
    assert f"{path}/bruk" not in page
    assert kari.post(f"{path}/bruk").status_code == 409
    assert kari.post(f"{path}/trekk").status_code == 303
    assert "trukket" in kari.get("/maler").text


def test_templates_count_for_everybody(context: Context, site: Workplace) -> None:
    """A coordinator of one municipality may check and not decide."""
    lise = site.signed_in("Lise L", ("coordinator", "1804"))
    path = uploaded(lise, newer(context))
    assert f"{path}/bruk" not in lise.get(path).text
    assert lise.post(f"{path}/bruk").status_code in (403, 409)
    assert site.signed_in("Hanne HR", ("hr", "*")).get("/maler").status_code == 403


@pytest.mark.parametrize(
    ("kind", "content"), [(KIND, b""), (KIND, b"no document"), (KIND, b"PK\x03\x04broken"), ("unknown", b"x")]
)
def test_what_is_no_template_is_said_at_the_field(site: Workplace, kind: str, content: bytes) -> None:
    """422 and one sentence; nothing is kept."""
    kari = site.signed_in("Kari K", ("coordinator", "*"))
    answer = kari.post("/maler", {"avtaletype": kind}, {"fil": ("mal.docx", content)})
    assert answer.status_code == 422
    assert "For å gå videre" in answer.text
    assert "Opplastede maler" not in kari.get("/maler").text


def test_every_type_has_its_template_on_the_page(site: Workplace) -> None:
    """With its version."""
    page = site.signed_in("Kari K", ("coordinator", "*")).get("/maler").text
    for kind in types().values():
        assert kind.title in page
    assert page.count("utgave 1.0") == len(types())
