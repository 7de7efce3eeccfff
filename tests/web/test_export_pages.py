"""Exports through the pages: asked for, made by the worker, followed, fetched by whoever asked, and by nobody else."""

import hashlib
import re
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from sqlalchemy import select

from flows.application.context import Context
from flows.application.export_work import run_waiting_exports
from flows.archive import open_store
from flows.register import Record, Register
from flows.register.account_schema import Account, ReadEntry
from flows.register.accounts import disable
from flows.register.exports import LIFE
from flows.settings import Settings
from tests.archive.signed_agreements import archived
from tests.conftest import SHARED, Clock
from tests.signing.paper_provider import PaperProvider
from tests.web.workplace_visits import Browser, Workplace, running


@pytest.fixture
def context(register: Register, tmp_path: Path) -> Context:
    """Give a context whose anchors are in the test's own folder."""
    settings = Settings(
        _env_file=None,
        output=tmp_path / "output",
        trust_anchors=tmp_path / "anchors",
        noark_schemas=SHARED / "specs",
        workers=1,
    )
    return Context(settings, register, open_store((tmp_path / "store").as_uri()), PaperProvider())


@pytest.fixture
def record(context: Context) -> Record:
    """Give an archived agreement of Bodø."""
    return archived(context.register, context.store, context.anchors)


@pytest.fixture
def site(context: Context) -> Iterator[Workplace]:
    """Give the workplace."""
    with running(context) as site:
        yield site


def asked(browser: Browser, **form: str) -> str:
    """Ask for an export; return the path of its page."""
    answer = browser.post("/arkiv/uttrekk", form)
    assert answer.status_code == 303, re.findall(r"<li>.*?</li>", answer.text)
    return answer.headers["location"]


def test_a_bag_of_one_municipality(context: Context, site: Workplace, record: Record) -> None:
    """Two clicks are one export; the file is what its page says, holds what is of the scope alone, and is logged."""
    elsewhere = archived(context.register, context.store, context.anchors, 2, municipality="1841")
    archivist = site.signed_in("Aslak Arkivar", ("archivist", "1804"))
    path = asked(archivist, form="bagit", ar="2026")
    assert asked(archivist, form="bagit", ar="2026") == path
    assert "Stopp uttrekket" in archivist.get(path).text
    assert run_waiting_exports(context) == 1
    page = archivist.get(path).text
    digest = re.search(r"[0-9a-f]{64}", page)
    file = archivist.post(f"{path}/fil")
    assert digest
    assert hashlib.sha256(file.content).hexdigest() == digest[0]
    assert file.headers["content-disposition"] == 'attachment; filename="uttrekk-bagit-2026.zip"'
    names = zipfile.ZipFile(BytesIO(file.content)).namelist()
    assert "uttrekk-bagit-2026/manifest-sha256.txt" in names
    held = b"".join(zipfile.ZipFile(BytesIO(file.content)).read(one) for one in names if one.endswith("metadata.json"))
    assert (record.id.encode() in held, elsewhere.id.encode() in held) == (True, False)
    with context.register.read() as session:
        logged = [(one.kind, one.record_id) for one in session.scalars(select(ReadEntry).order_by(ReadEntry.id))]
    assert logged == [("export", record.id), ("export_download", None)]


def test_nobody_else_meets_it(context: Context, site: Workplace, record: Record, clock: Clock) -> None:
    """Another archivist, also of everything, gets the page of what is not there; after a week, so does who asked."""
    archivist = site.signed_in("Aslak Arkivar", ("archivist", "1804"))
    other = site.signed_in("Oda Overalt", ("archivist", "*"))
    path = asked(archivist, form="fiks", arkivert=record.id)
    run_waiting_exports(context)
    unknown = other.get("/arkiv/uttrekk/00000000-0000-4000-8000-000000000000")
    for answer in (other.get(path), other.post(f"{path}/fil"), other.post(f"{path}/stopp")):
        assert (answer.status_code, answer.text) == (404, unknown.text)
    assert path not in other.get("/arkiv/uttrekk").text
    (file,) = context.stated_settings.exports_folder.iterdir()
    file.write_bytes(b"another")
    assert archivist.post(f"{path}/fil").status_code == 503
    clock.forward(seconds=int(LIFE.total_seconds()))
    run_waiting_exports(context)
    assert list(context.stated_settings.exports_folder.iterdir()) == []
    again = site.signed_in("Aslak Arkivar", ("archivist", "1804"))
    assert "Tiden er ute" in again.get(path).text
    assert again.post(f"{path}/fil").status_code == 404


def test_stopped_and_refused_exports_leave_nothing(context: Context, site: Workplace, record: Record) -> None:
    """Stopped before it began, asked for by an account that was closed, and empty: a sentence each, and no file."""
    archivist = site.signed_in("Aslak Arkivar", ("archivist", "*"))
    path = asked(archivist, form="bagit", ar="2026")
    archivist.post(f"{path}/stopp")
    assert run_waiting_exports(context) == 0
    assert "ble ikke laget" in archivist.get(path).text
    empty = asked(archivist, form="bagit", ar="2025")
    run_waiting_exports(context)
    assert "Ingenting ble arkivert i 2025" in archivist.get(empty).text
    asked(archivist, form="bagit", ar="2026")
    with context.register.write() as transaction:
        (account,) = transaction.session.scalars(select(Account))
        disable(transaction, account.id, disabled=True)
    assert run_waiting_exports(context) == 1
    folder = context.stated_settings.exports_folder
    assert not folder.exists() or not list(folder.iterdir())


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"form": ""}, "Velg"),
        ({"form": "audit", "ar": "i fjor"}, "fire sifre"),
        ({"form": "bagit", "ar": "2199"}, "fire sifre"),
        ({"form": "noark5", "ar": "2026"}, "hele arkivet"),
        ({"form": "fiks", "ar": "2026"}, "én avtale"),
    ],
)
def test_what_cannot_be_exported_is_said(site: Workplace, given: dict[str, str], said: str) -> None:
    """422 and one sentence."""
    answer = site.signed_in("Aslak Arkivar", ("archivist", "1804")).post("/arkiv/uttrekk", given)
    assert answer.status_code == 422
    assert said in answer.text


@pytest.mark.skipif(not (SHARED / "specs").exists(), reason="needs the schemas: put them into ../shared/specs")
def test_a_noark_extract_of_everything(context: Context, site: Workplace, record: Record) -> None:
    """The extract passes its own check, and its ZIP file has the archive's structure and the document."""
    archivist = site.signed_in("Oda Overalt", ("archivist", "*"))
    path = asked(archivist, form="noark5", ar="2026")
    run_waiting_exports(context)
    file = archivist.post(f"{path}/fil")
    names = zipfile.ZipFile(BytesIO(file.content)).namelist()
    assert "uttrekk-noark5-2026/arkivstruktur.xml" in names
    assert sum(one.endswith(".pdf") for one in names) == 1
