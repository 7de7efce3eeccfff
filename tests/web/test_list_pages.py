"""The list of agreements beside its table: as CSV for Excel, many followed up at once, links to sign, one's own."""

import csv
import re
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from sqlalchemy import select

from flows.application.context import Context
from flows.application.list_csv import safe_cell
from flows.archive import open_store
from flows.errors import ProviderUnreachable
from flows.register import Event, Register
from flows.register.account_schema import Account, ReadEntry
from flows.register.agreements import get_agreement
from flows.settings import Settings
from tests.application.test_agreement_list import received, send_case
from tests.conftest import Clock
from tests.signing_desk.servers import RunningDesk, desk_in_thread
from tests.web.workplace_visits import Browser, Workplace, running

NAME = "Ánne-Márjá Čáhppe"
DIRECTOR, DOCTOR = "direktor@bodo.example", "lege@bodo.example"


@pytest.fixture
def desk(tmp_path: Path, clock: Clock) -> Iterator[RunningDesk]:
    """Give a signing desk at the tests' time."""
    with desk_in_thread(tmp_path / "desk", clock) as desk:
        yield desk


@pytest.fixture
def context(register: Register, tmp_path: Path, desk: RunningDesk) -> Context:
    """Give a context on the desk."""
    settings = Settings(_env_file=None, output=tmp_path / "output", workers=1)
    return Context(settings, register, open_store((tmp_path / "store").as_uri()), desk.provider)


@pytest.fixture
def site(context: Context) -> Iterator[Workplace]:
    """Give the workplace."""
    with running(context) as site:
        yield site


@pytest.fixture
def out(context: Context) -> str:
    """Give an agreement that is out for signature with two addresses."""
    about = {"signatar_kommune_epost": DIRECTOR, "lege_epost": DOCTOR, "lege_navn": NAME}
    agreement_id = received(context.register, "alis", "000000001", **about)
    send_case(context.register, context.provider, agreement_id, "alis", **about)
    return agreement_id


def rows_of(content: bytes) -> list[list[str]]:
    """Return what a spreadsheet reads."""
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


def test_the_list_opens_in_excel_and_computes_nothing(site: Workplace, context: Context, out: str) -> None:
    """Mark, semicolons, Sámi letters and Norwegian days; nothing of another municipality."""
    answer = site.signed_in("Kari K", ("coordinator", "1804")).post("/avtaler/liste.csv?tilstand=sent")
    assert answer.headers["content-disposition"] == 'attachment; filename="avtaler.csv"'
    heading, row = rows_of(answer.content)
    assert heading[:6] == ["Id", "Avtale", "Kommunenummer", "Kommune", "Motpart", "Gjelder fra"]
    assert (row[0], row[2], row[4], row[5]) == (out, "1804", NAME, "01.01.2027")
    other = site.signed_in("Oda O", ("coordinator", "1841")).post("/avtaler/liste.csv")
    assert rows_of(other.content) == [heading]
    reviews = site.signed_in("Rolf R", ("auditor", "*")).post("/gjennomganger/liste.csv")
    assert len(rows_of(reviews.content)) == 1
    with context.register.read() as session:
        assert {one.kind for one in session.scalars(select(ReadEntry))} == {"list_csv"}


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("  @SUM(A1)", "'  @SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("-Kari", "'-Kari"),
        ("\n=1", "' =1"),
        ("Ánne-Márjá", "Ánne-Márjá"),
        (None, ""),
        (12, "12"),
    ],
)
def test_no_cell_is_a_formula(value: str | int | None, cell: str) -> None:
    """An apostrophe before what Excel would compute, and one line."""
    assert safe_cell(value) == cell


def test_many_are_followed_up_with_what_came_of_each(site: Workplace, context: Context, out: str) -> None:
    """First what will happen, and what is left out; then done, once; nothing of another municipality."""
    waiting = received(context.register, "alis", "000000002")
    kari, oda = (site.signed_in(name, ("coordinator", number)) for name, number in (("Kari", "1804"), ("Oda", "1841")))
    assert out in kari.get("/avtaler/mange").text
    wish = {"valgt": [out, waiting], "handling": "withdraw"}
    page = kari.post("/avtaler/mange", wish).text
    assert "Trekke tilbake 1 avtale?" in page
    assert "Disse blir ikke med" in page
    page = oda.post("/avtaler/mange", wish).text
    assert "Trekke tilbake 0" not in page
    assert "Ingen av de valgte kan følges opp slik." in page
    oda.post("/avtaler/mange", wish | {"bekreftet": "1"})
    assert state_of(context, out) == "sent"
    assert "1 av 1 avtale er trukket tilbake" in kari.post("/avtaler/mange", wish | {"bekreftet": "1"}).text
    assert state_of(context, out) == "cancelled"
    assert "0 av 0" in kari.post("/avtaler/mange", wish | {"bekreftet": "1"}).text
    anew = {"valgt": [out], "handling": "resend", "bekreftet": "1"}
    assert "1 av 1 avtale er laget på nytt" in kari.post("/avtaler/mange", anew).text
    assert "0 av 0" in kari.post("/avtaler/mange", anew).text
    assert state_of(context, out) in ("received", "generated")
    assert kari.post("/avtaler/mange", {"handling": "slett", "valgt": [out]}).status_code == 303


def state_of(context: Context, agreement_id: str) -> str:
    """Return the state of an agreement."""
    with context.register.read() as session:
        return get_agreement(session, agreement_id).state


def test_links_are_shown_on_request_and_made_anew(site: Workplace, context: Context, out: str) -> None:
    """A page without them first; showing is an event; a new link voids the old one; others meet nothing."""
    kari = site.signed_in("Kari", ("coordinator", "1804"))
    path = f"/avtaler/{out}/lenker"
    assert path in kari.get(f"/avtaler/{out}").text
    assert "/sign/" not in kari.get(path).text
    first = links_in(kari.post(path).text)
    again = links_in(kari.post(path, {"ny": "1"}).text)
    assert len(first) == len(again) == 2
    assert (first[0] != again[0], first[1] == again[1]) == (True, True)
    oda = site.signed_in("Oda", ("coordinator", "1841"))
    assert (oda.get(path).status_code, oda.post(path).status_code) == (404, 404)
    with context.register.read() as session:
        said = session.scalars(select(Event.why).where(Event.kind == "links_shown").order_by(Event.number)).all()
    assert said == ["links were shown", "a new link was made and shown"]
    log = "lenker til signering"
    assert log in site.signed_in("Rolf Revisor", ("auditor", "1804")).get("/logg").text
    assert log not in site.signed_in("Oda Revisor", ("auditor", "1841")).get("/logg").text


def links_in(page: str) -> list[str]:
    """Return the links to sign on a page."""
    return re.findall(r"http://127\.0\.0\.1:\d+/sign/[\w-]+", page)


def named(site: Workplace, context: Context, name: str, email: str, *, verified: bool | None) -> Browser:
    """Return the browser of somebody without a role, whose provider says this address."""
    browser = site.signed_in(name)
    with context.register.write() as transaction:
        account = transaction.session.scalars(select(Account).where(Account.name == name)).one()
        account.email, account.email_is_verified = email, verified
    return browser


def test_a_signer_with_an_account_goes_to_her_link(site: Workplace, context: Context, out: str) -> None:
    """By her address alone, in the order of signing; the link is hers and opens the desk."""
    director = named(site, context, "Geir Nystad", DIRECTOR.upper(), verified=True)
    doctor = named(site, context, "Noen Andre", DOCTOR, verified=True)
    page = director.get("/til-signering").text
    assert f"/til-signering/{out}" in page
    (link,) = links_in(director.post(f"/til-signering/{out}").text)
    assert director.session.get(link, timeout=60).status_code == 200
    assert "En annen signerer først" in doctor.get("/til-signering").text
    early = doctor.post(f"/til-signering/{out}")
    assert early.status_code == 409
    assert links_in(early.text) == []


def test_who_has_signed_is_offered_it_no_longer(site: Workplace, context: Context, out: str) -> None:
    """The desk is asked about what she was given a link to, before the next round; the doctor's turn comes then."""
    director = named(site, context, "Geir Nystad", DIRECTOR, verified=True)
    doctor = named(site, context, "Noen Andre", DOCTOR, verified=True)
    (link,) = links_in(director.post(f"/til-signering/{out}").text)
    assert out in director.get("/til-signering").text
    assert director.session.post(f"{link}/sign", timeout=300).status_code == 200
    assert out not in director.get("/til-signering").text
    assert director.post(f"/til-signering/{out}").status_code == 404
    assert f"/til-signering/{out}" in doctor.get("/til-signering").text


def test_a_desk_that_is_away_hides_no_page(
    site: Workplace, context: Context, out: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever was given a link sees what is known."""
    director = named(site, context, "Geir Nystad", DIRECTOR, verified=True)
    director.post(f"/til-signering/{out}")
    monkeypatch.setattr(type(context.provider), "poll", away)
    assert f"/til-signering/{out}" in director.get("/til-signering").text


def away(*_call: object) -> None:
    """Do as a provider that does not answer."""
    raise ProviderUnreachable("away")


@pytest.mark.parametrize(
    ("name", "email", "verified"),
    [("Geir Nystad", "annen@bodo.example", True), ("Geir Nystad", DIRECTOR, None), ("Geir Nystad", "", True)],
)
def test_a_name_or_an_address_that_nobody_vouches_for_opens_nothing(
    site: Workplace, context: Context, out: str, name: str, email: str, verified: bool | None
) -> None:
    """The page is empty, and the form is answered as for an agreement that there is not."""
    browser = named(site, context, name, email, verified=verified)
    assert out not in browser.get("/til-signering").text
    answer = browser.post(f"/til-signering/{out}")
    assert answer.status_code == 404
    assert links_in(answer.text) == []
