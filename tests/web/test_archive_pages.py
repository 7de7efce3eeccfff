"""The archive through the pages: found, proved, read with an event, decided by a reason, and not for others."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from flows.application.context import Context
from flows.archive import Store, open_store
from flows.register import Event, Record, Register
from flows.register.account_schema import ReadEntry
from flows.register.deliveries import CREATE, deliveries_of, plan, record_receipt, set_delivery_state
from flows.register.states import DeliveryState
from flows.settings import Settings
from tests.archive.signed_agreements import NAMES, archived, authority, digest_of, document
from tests.conftest import Clock
from tests.signing.paper_provider import PaperProvider
from tests.web.workplace_visits import Browser, Workplace, running


@pytest.fixture
def context(register: Register, tmp_path: Path) -> Context:
    """Give a context whose anchors are in the test's own folder."""
    settings = Settings(_env_file=None, output=tmp_path / "output", trust_anchors=tmp_path / "anchors", workers=1)
    return Context(settings, register, open_store((tmp_path / "store").as_uri()), PaperProvider())


@pytest.fixture
def store(context: Context) -> Store:
    """Give the context's store."""
    return context.store


@pytest.fixture
def site(context: Context) -> Iterator[Workplace]:
    """Give the workplace."""
    with running(context) as site:
        yield site


@pytest.fixture
def archivist(site: Workplace) -> Browser:
    """Give the browser of an archivist of Bodø."""
    return site.signed_in("Aslak Arkivar", ("archivist", "1804"))


def kinds_of(register: Register, record: Record) -> list[tuple[str, str]]:
    """Return kind and actor of the events of a record's agreement."""
    with register.read() as session:
        wanted = select(Event).where(Event.agreement_id == record.agreement_id).order_by(Event.number)
        return [(one.kind, one.actor.partition(" <")[0]) for one in session.scalars(wanted)]


def test_found_read_and_proved(
    register: Register, store: Store, context: Context, site: Workplace, archivist: Browser
) -> None:
    """Search, the record's page, a file with its digest and an event, and the check."""
    record = archived(register, store, context.anchors)
    assert f"/arkiv/{record.id}" in archivist.get("/arkiv").text
    assert f"/arkiv/{record.id}" in archivist.post("/arkiv", {"innhold": "Bodø"}).text
    assert "Ingen treff" in archivist.post("/arkiv", {"innhold": "finnesikke"}).text
    page = archivist.get(f"/arkiv/{record.id}").text
    assert "Signert avtale" in page
    assert digest_of(register, record.id, "signed") in page  # whole, to be compared with somebody's own file
    file = archivist.post(f"/arkiv/{record.id}/fil/signed/1", {"hvorfor": "innsyn"})
    assert file.headers["content-disposition"].startswith("attachment")
    assert "sandbox" in file.headers["content-security-policy"]
    assert hashlib.sha256(file.content).hexdigest() == digest_of(register, record.id, "signed")
    assert kinds_of(register, record)[-1] == ("read", "Aslak Arkivar")
    assert "Kontrollen fant ingen feil" in archivist.post(f"/arkiv/{record.id}/kontroller").text
    with register.read() as session:
        assert {one.kind for one in session.scalars(select(ReadEntry))} >= {"record", "download"}


def test_the_numbers_of_the_municipalitys_own_archive_are_on_the_page_and_are_found(
    register: Register, store: Store, context: Context, archivist: Browser
) -> None:
    """First why it was refused, in the archive's words; then case and entry, by which the search finds it."""
    record = archived(register, store, context.anchors)
    with register.write() as transaction:
        delivery = plan(transaction, record, "arkivet", CREATE, record.agreement_id)
        set_delivery_state(transaction, delivery, DeliveryState.SENDING, "about to be sent")
        set_delivery_state(transaction, delivery, DeliveryState.REFUSED, "refused", words="Ukjent saksansvarlig «Øde»")
    assert "Ukjent saksansvarlig «Øde»" in archivist.get(f"/arkiv/{record.id}").text
    with register.write() as transaction:
        (delivery,) = deliveries_of(transaction.session, [record.id])
        told = {"case": {"year": "2026", "sequence": "4711"}, "entry": {"number": "3"}}
        record_receipt(transaction, delivery, told)
        set_delivery_state(transaction, delivery, DeliveryState.DELIVERED, "the archive has it")
    page = archivist.get(f"/arkiv/{record.id}").text
    assert "Sak 2026/4711, journalpost 2026/4711-3" in page
    assert "Ukjent saksansvarlig" not in page
    assert f"/arkiv/{record.id}" in archivist.post("/arkiv", {"innhold": "2026/4711-3"}).text


def test_a_damaged_file_is_not_handed_out(
    register: Register, store: Store, context: Context, archivist: Browser
) -> None:
    """No byte of it leaves, and the page says that it does not work."""
    record = archived(register, store, context.anchors)
    digest = digest_of(register, record.id, "signed")
    (path,) = (one for one in store.folder.rglob(digest) if one.is_file())  # type: ignore[union-attr]
    path.chmod(0o600)
    path.write_bytes(b"%PDF-1.7 another")
    answer = archivist.post(f"/arkiv/{record.id}/fil/signed/1")
    assert answer.status_code == 503
    assert b"another" not in answer.content
    assert "Kontrollen fant feil" in archivist.post(f"/arkiv/{record.id}/kontroller").text


def test_what_is_of_another_municipality_does_not_exist(
    register: Register, store: Store, context: Context, site: Workplace
) -> None:
    """Search, page, file, check and decisions answer as for a record that there is not."""
    record = archived(register, store, context.anchors)
    other = site.signed_in("Oda Fauske", ("archivist", "1841"))
    unknown = "00000000-0000-4000-8000-000000000000"
    assert record.id not in other.get("/arkiv").text
    assert record.id not in other.post("/arkiv", {"innhold": "Bodø"}).text
    for path in ("", "/sperr", "/skjerm"):
        theirs, nobodys = other.get(f"/arkiv/{record.id}{path}"), other.get(f"/arkiv/{unknown}{path}")
        assert (theirs.status_code, theirs.text) == (404, nobodys.text), path
    for path in ("/fil/signed/1", "/kontroller", "/sperr", "/godta"):
        assert other.post(f"/arkiv/{record.id}{path}", {"hvorfor": "nysgjerrig"}).status_code == 404, path
    auditor = site.signed_in("Rolf Revisor", ("auditor", "1804"))
    assert auditor.get(f"/arkiv/{record.id}").status_code == 200
    assert auditor.post(f"/arkiv/{record.id}/sperr", {"hvorfor": "x"}).status_code == 403
    assert ("held", "Rolf Revisor") not in kinds_of(register, record)


def test_decisions_take_a_reason_and_two_persons(
    register: Register, store: Store, context: Context, site: Workplace, archivist: Browser
) -> None:
    """Hold, release, disposal; whoever asks for a destruction cannot release it."""
    record = archived(register, store, context.anchors)
    path = f"/arkiv/{record.id}"
    assert archivist.post(f"{path}/sperr").status_code == 422
    assert archivist.post(f"{path}/sperr", {"hvorfor": "tilsyn"}).status_code == 303
    assert "Sperret mot kassasjon" in archivist.get(path).text
    archivist.post(f"{path}/opphev", {"hvorfor": "ferdig"})
    assert (
        archivist.post(f"{path}/kassasjon", {"hvorfor": "regler", "hjemmel": "x", "dato": "i dag"}).status_code == 409
    )
    too_early = archivist.post(f"{path}/be-om-kassasjon", {"hvorfor": "ryddes"})
    assert "Sett hjemmel og dato for kassasjon først" in too_early.text
    day = {"hvorfor": "regler", "hjemmel": "Kassasjonsreglene", "dato": "01.12.2026"}
    assert archivist.post(f"{path}/kassasjon", day).status_code == 303
    page = archivist.get(path).text
    assert "Kassasjonsreglene, 1. desember 2026" in page
    assert archivist.post(f"{path}/be-om-kassasjon", {"hvorfor": "ryddes"}).status_code == 303
    assert "Aslak Arkivar" in archivist.get("/arkiv/kassasjon").text
    same = archivist.post(f"{path}/kasser", {"hvorfor": "ryddes"})
    assert same.status_code in {403, 409}
    assert digest_of(register, record.id, "signed")
    assert [kind for kind, _who in kinds_of(register, record)][-1] == "destruction_asked"


def test_quarantine(register: Register, store: Store, context: Context, site: Workplace, archivist: Browser) -> None:
    """What is wrong stands in the list and on the page; refusing it lets the agreement be made anew."""
    once = authority().sign(document(), NAMES[0], "Signatur1")
    record = archived(register, store, context.anchors, signed_pdf=authority().sign(once, NAMES[0], "Signatur2"))
    assert record.status == "quarantined"
    for path in ("/", "/arkiv/karantene", f"/arkiv/{record.id}", f"/avtaler/{record.agreement_id}"):
        page = archivist.get(path).text
        assert "De som har signert, er ikke nøyaktig de som skulle signere." in page, path
        assert "wrong_signers" not in page, path
    assert f"/arkiv/{record.id}" in archivist.get("/arkiv/karantene").text
    assert archivist.get(f"/arkiv/karantene/{record.agreement_id}").headers["location"] == f"/arkiv/{record.id}"
    other = site.signed_in("Oda Fauske", ("archivist", "1841"))
    assert "Ingenting i karantene" in other.get("/arkiv/karantene").text
    assert archivist.post(f"/arkiv/{record.id}/avvis", {"hvorfor": "feil person"}).status_code == 303
    assert "Ingenting i karantene" in archivist.get("/arkiv/karantene").text


def test_a_file_that_two_persons_accept(register: Register, context: Context, tmp_path: Path) -> None:
    """The first one's wish stands in the list and on the pages; only another person is offered to confirm it."""
    roles = tmp_path / "roles.toml"
    roles.write_text('two_persons = ["accept"]\n')
    settings = context.stated_settings.model_copy(update={"archive_roles": roles})
    context = Context(settings, register, context.store, context.provider)
    once = authority().sign(document(), NAMES[0], "Signatur1")
    wrong = authority().sign(once, NAMES[0], "Signatur2")
    record = archived(register, context.store, context.anchors, signed_pdf=wrong)
    path = f"/arkiv/{record.id}"
    with running(context) as site:
        first, other = (site.signed_in(name, ("archivist", "1804")) for name in ("Aslak Arkivar", "Berit Nilsen"))
        assert first.post(f"{path}/godta", {"hvorfor": "Partene er spurt"}).status_code == 303
        page = first.get(path).text
        assert "Du vil at filen skal godtas. En annen arkivar må bekrefte det." in page
        assert f'href="{path}/godta"' not in page
        again = first.post(f"{path}/godta", {"hvorfor": "Partene er spurt"})
        assert again.status_code == 409
        assert "en annen person må bestemme det samme" in again.text
        told = "Aslak Arkivar vil at filen skal godtas. Den arkiveres når en annen arkivar bekrefter det."
        for place in ("/arkiv/karantene", path, f"{path}/godta"):
            assert told in other.get(place).text, place
        assert "Partene er spurt" in other.get(path).text
        assert f'href="{path}/godta"' in other.get(path).text


def test_who_asks_for_a_destruction_is_not_offered_it(
    register: Register, store: Store, context: Context, site: Workplace, archivist: Browser
) -> None:
    """A button that can only say no is not shown; what is not asked for says so without a word of the command line."""
    record = archived(register, store, context.anchors)
    path = f"/arkiv/{record.id}"
    archivist.post(f"{path}/kassasjon", {"hvorfor": "regler", "hjemmel": "Kassasjonsreglene", "dato": "01.12.2026"})
    unasked = archivist.post(f"{path}/kasser", {"hvorfor": "ryddes"})
    assert "Be om kassasjon først." in unasked.text
    assert "archive destroy" not in unasked.text
    archivist.post(f"{path}/be-om-kassasjon", {"hvorfor": "ryddes"})
    assert f'href="{path}/kasser"' not in archivist.get(path).text
    other = site.signed_in("Berit Nilsen", ("archivist", "1804"))
    assert f'href="{path}/kasser"' in other.get(path).text


def test_the_page_of_an_agreement_whose_files_were_destroyed(
    register: Register, store: Store, context: Context, site: Workplace, archivist: Browser, clock: Clock
) -> None:
    """It says so, and offers no document: what an agreement was made of is destroyed with its record."""
    record = archived(register, store, context.anchors)
    path, agreement = f"/arkiv/{record.id}", f"/avtaler/{record.agreement_id}"
    documents = (f"{agreement}/dokument.pdf", f"{agreement}/dokument.docx", f"{agreement}/side1.png")
    assert all(f'"{one}"' in archivist.get(agreement).text for one in documents)
    archivist.post(f"{path}/kassasjon", {"hvorfor": "regler", "hjemmel": "Kassasjonsreglene", "dato": "01.12.2026"})
    archivist.post(f"{path}/be-om-kassasjon", {"hvorfor": "ryddes"})
    clock.forward(hours=24 * 15)
    other = site.signed_in("Berit Nilsen", ("archivist", "1804"))
    assert other.post(f"{path}/kasser", {"hvorfor": "ryddes"}).status_code == 303
    page = other.get(agreement).text
    assert "Avtalen var signert og arkivert. Filene er kassert siden." in page
    assert "Filene ble kassert" in other.get("/avtaler").text
    assert "Filene ble kassert" in other.post("/avtaler/liste.csv").text
    assert "ligger i arkivet" not in page
    assert not any(one in page for one in documents)
    assert [other.get(one).status_code for one in documents] == [404, 404, 404]
