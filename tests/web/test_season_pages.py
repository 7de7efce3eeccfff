"""A season through the pages: from upload to sent, and nothing of it for another municipality."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.application.batch_work import run_waiting_jobs
from flows.application.context import Context
from flows.register import Register
from tests.application.test_season_steps import cases, taking_everything
from tests.conftest import Clock
from tests.web.workplace_visits import Browser, Workplace, running

LONG = "Ánne-Márjá Elle Čáhppe-Đorđinasa Guovdageainnu-Kárášjohka-Nordmann"


@pytest.fixture
def context(register: Register, tmp_path: Path, clock: Clock) -> Context:
    """Give a context with a provider that takes everything."""
    return taking_everything(register, tmp_path, clock)


@pytest.fixture
def site(context: Context) -> Iterator[Workplace]:
    """Give the workplace."""
    with running(context) as site:
        yield site


@pytest.fixture
def coordinator(site: Workplace) -> Browser:
    """Give the browser of a coordinator of Bodø."""
    return site.signed_in("Kari Koordinator", ("coordinator", "1804"))


def upload(browser: Browser, content: bytes, name: str = "saker.json") -> str:
    """Upload a file; return the path that leads on."""
    answer = browser.post("/saker/ny", files={"fil": (name, content)})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def test_from_upload_to_sent(context: Context, coordinator: Browser) -> None:
    """Check, take in, look, approve, confirm, send: each on a page of its own, and sent once."""
    batch = upload(coordinator, cases({"lege_navn": LONG}, {"stillingsprosent": "mye"}))
    page = coordinator.get(batch).text
    assert "1 av 2 saker må rettes. 1 kan brukes." in page
    assert "Gå videre med 1 sak" in page
    assert coordinator.get(f"{batch}/merket.xlsx").content.startswith(b"PK")
    assert coordinator.post(f"{batch}/ta-inn").headers["location"] == f"{batch}/dokumenter"
    assert "Dokumentene lages" in coordinator.get(f"{batch}/dokumenter").text
    run_waiting_jobs(context)
    page = coordinator.get(f"{batch}/dokumenter").text
    chosen = re.findall(r'name="valgt" value="([^"]+)"', page)
    assert len(chosen) == 1
    assert LONG in page
    agreement = chosen[0].partition(":")[0]
    assert coordinator.get(f"/avtaler/{agreement}/side1.png").headers["content-type"] == "image/png"
    document = coordinator.get(f"/avtaler/{agreement}/dokument.pdf")
    assert document.headers["content-disposition"].startswith("attachment")
    assert document.content.startswith(b"%PDF")
    coordinator.post(f"{batch}/dokumenter/godkjenn", {"valgt": chosen})
    sending = batch.replace("/saker/", "/utsendinger/")
    page = coordinator.get(f"{sending}/send").text
    assert "Sende 1 avtale?" in page
    assert "2 blir bedt om å signere" in page
    plan = re.search(r'name="plan" value="([^"]+)"', page)
    assert plan
    for _click in range(2):
        assert coordinator.post(f"{sending}/send", {"plan": plan[1]}).status_code == 303
    run_waiting_jobs(context)
    assert coordinator.post(f"{sending}/send", {"plan": plan[1]}).status_code == 303
    run_waiting_jobs(context)
    assert context.provider.created == [f"{agreement}-v1-a1"]  # type: ignore[attr-defined]
    page = coordinator.get(sending).text
    assert "Utsendingen er ferdig" in page
    assert "Malene som dokumentene ble laget av" in page
    assert re.search(r"alis/template\.docx, versjon \S+: 1 dokument", page)
    page = coordinator.get(f"/avtaler/{agreement}").text
    assert "Kari Koordinator" in page
    assert "Avtalen er ute til signering." in page


def test_what_will_be_missed_is_said_at_the_check(context: Context, site: Workplace) -> None:
    """Who gets no e-mail, and that a municipality that writes nynorsk gets bokmål; the first again before sending."""
    coordinator = site.signed_in("Kari Koordinator", ("coordinator", "*"))
    volda: dict[str, object] = {"kommunenr": "1577", "kommune_navn": "Volda", "kommune_orgnr": "313017001"}
    addresses = {"lege_epost": "b@example.no", "signatar_kommune_epost": "a@example.no"}
    batch = upload(coordinator, cases({"lege_epost": None, "lege_mobil": None}, volda | addresses))
    page = coordinator.get(batch).text
    language, unreached = re.findall(r"<li>([^<]+)</li>", page.partition("Dette bør du vite før du går videre")[2])[:2]
    assert language.startswith("Volda kommune: Kommunen skriver nynorsk")
    assert "Lege A" in unreached
    assert "Lege B" not in unreached
    coordinator.post(f"{batch}/ta-inn")
    run_waiting_jobs(context)
    chosen = re.findall(r'name="valgt" value="([^"]+)"', coordinator.get(f"{batch}/dokumenter").text)
    coordinator.post(f"{batch}/dokumenter/godkjenn", {"valgt": chosen})
    page = coordinator.get(f"{batch.replace('/saker/', '/utsendinger/')}/send").text
    assert "Lege A" in page.partition("Ingen skriver til")[2]


def test_another_municipality_sees_nothing_of_it(site: Workplace, context: Context, coordinator: Browser) -> None:
    """Lists, counts, pages, files and actions: as if it were not there, with the same page as for an unknown id."""
    batch = upload(coordinator, cases({}))
    coordinator.post(f"{batch}/ta-inn")
    run_waiting_jobs(context)
    agreement = re.findall(r'value="([^":]+):1"', coordinator.get(f"{batch}/dokumenter").text)[0]
    other = site.signed_in("Ola Fauske", ("coordinator", "1841"))
    assert "Lege A" in coordinator.get("/avtaler").text
    assert "Lege A" not in other.get("/avtaler").text
    assert "Ingen avtaler ennå" in other.get("/").text
    assert "Lege A" not in other.post("/avtaler", {"navn": "Lege"}).text
    unknown = "00000000-0000-4000-8000-000000000000"
    sending = batch.replace("/saker/", "/utsendinger/")
    paths = [f"/avtaler/{agreement}{rest}" for rest in ("", "/dokument.pdf", "/side1.png", "/purr", "/godkjenn")]
    paths += [batch, f"{batch}/dokumenter", f"{batch}/merket.xlsx", sending, f"{sending}/send"]
    for path in paths:
        theirs, nobodys = other.get(path), other.get(re.sub("[0-9a-f-]{36}", unknown, path))
        assert (theirs.status_code, theirs.text) == (404, nobodys.text), path
    for path in (f"/avtaler/{agreement}/godkjenn", f"{batch}/ta-inn", f"{sending}/send", f"{sending}/stopp"):
        assert other.post(path).status_code == 404, path
    other.post(f"{batch}/dokumenter/godkjenn", {"valgt": [f"{agreement}:1"]})
    with context.register.read() as session:
        from flows.register.agreements import get_agreement

        assert get_agreement(session, agreement).state == "generated"


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("", b"", "Velg en fil først"),
        ("saker.xlsx", b"", "tom"),
        ("saker.xlsx", b"no workbook", "saker.xlsx"),
        ("<script>alert(1)</script>.xlsx", b"PK", "For å gå videre"),
    ],
)
def test_what_cannot_be_read_is_said_at_the_field(coordinator: Browser, name: str, content: bytes, said: str) -> None:
    """422, one sentence, and the page to try again on."""
    answer = coordinator.post("/saker/ny", files={"fil": (name, content)} if name else {"annet": ("x", b"x")})
    assert answer.status_code == 422
    assert said in answer.text
    assert "<script>alert" not in answer.text


@pytest.mark.parametrize("path", ["/", "/avtaler", "/saker/ny"])
def test_empty_pages_say_what_to_do(coordinator: Browser, path: str) -> None:
    """A new coordinator finds her way."""
    page = coordinator.get(path)
    assert page.status_code == 200
    assert "/saker/ny" in page.text


def test_roles(site: Workplace) -> None:
    """An auditor reads and uploads nothing; an administrator reads no agreements."""
    auditor = site.signed_in("Rolf Revisor", ("auditor", "*"))
    administrator = site.signed_in("Ada Admin", ("administrator", "*"))
    assert auditor.get("/avtaler").status_code == 200
    assert auditor.get("/saker/ny").status_code == 403
    assert administrator.get("/avtaler").status_code == 403
    assert administrator.get("/").status_code == 200


@pytest.mark.parametrize("batch", ["00000000-0000-4000-8000-000000000000", "https:evil.example"])
def test_a_batch_that_is_not_there_leads_nowhere(coordinator: Browser, batch: str) -> None:
    """No form answers with an address that it was only given."""
    paths = [f"/saker/{batch}/{rest}" for rest in ("ta-inn", "dokumenter/lag", "dokumenter/godkjenn")]
    for path in [*paths, f"/utsendinger/{batch}/send", f"/utsendinger/{batch}/stopp"]:
        answer = coordinator.post(path)
        assert (answer.status_code, answer.headers.get("location")) == (404, None), path
