"""Pages that were opened before somebody else did something: what they send does nothing to what they never showed."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from flows.application.approval import approve_documents
from flows.application.batch_work import run_waiting_jobs
from flows.application.context import Context
from flows.application.send import send_agreement
from flows.errors import PerhapsSent
from flows.register import Register
from flows.register.agreements import current_version, get_agreement
from flows.register.reviews import plan_review, reviews_of
from flows.signing.port import RequestStatus, Update
from tests.application.test_season_steps import cases, taking_everything
from tests.conftest import Clock
from tests.register.test_agreement_listing import receive_one
from tests.signing.paper_provider import PaperProvider
from tests.web.test_hire_and_review_pages import filled_in
from tests.web.test_season_pages import upload
from tests.web.workplace_visits import Browser, Workplace, running

WRONG: dict[str, object] = {"lege_epost": "feil@example.no"}
RIGHT: dict[str, object] = {"lege_epost": "riktig@example.no"}


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
def kari(site: Workplace) -> Browser:
    """Give the browser of a coordinator of Bodø."""
    return site.signed_in("Kari Koordinator", ("coordinator", "1804"))


def hidden(page: str) -> dict[str, list[str]]:
    """Return the hidden fields of a page's forms, but the session's token."""
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page):
        if name != "csrf":
            found.setdefault(name, []).append(value)
    return found


def go_on(browser: Browser, batch: str, context: Context) -> str:
    """Take an upload in as its page says now, and have its documents made; return the page that follows."""
    answer = browser.post(f"{batch}/ta-inn", hidden(browser.get(batch).text))
    run_waiting_jobs(context)
    return browser.get(answer.headers["location"]).text


def agreement_in(page: str) -> str:
    """Return the agreement that waits for approval on a page of documents."""
    found = re.search(r'name="valgt" value="([^":]+):', page)
    assert found
    return found[1]


def address_of(context: Context, agreement_id: str) -> str:
    """Return the doctor's address in the current case."""
    with context.register.read() as session:
        return str(current_version(session, get_agreement(session, agreement_id)).case["lege_epost"])


def send(context: Context, agreement_id: str, version: int) -> None:
    """Approve and send a version."""
    approve_documents(context, [(agreement_id, version)], None)
    send_agreement(context, agreement_id, "looked at")


def withdrawn(context: Context, browser: Browser, agreement_id: str, version: int) -> None:
    """Withdraw a version, which the provider confirms."""
    provider = context.provider
    assert isinstance(provider, PaperProvider)
    provider.says = [Update(str(len(provider.created)), f"{agreement_id}-v{version}-a1", RequestStatus.CANCELLED)]
    browser.post(f"/avtaler/{agreement_id}/trekk")
    provider.says = []


def test_an_upload_that_was_taken_in_takes_nothing_in_again(context: Context, kari: Browser) -> None:
    """The page of before, sent once more, does not undo what another upload has corrected since."""
    old = upload(kari, cases(WRONG))
    stale = hidden(kari.get(old).text)
    agreement = agreement_in(go_on(kari, old, context))
    go_on(kari, upload(kari, cases(RIGHT)), context)
    answer = kari.post(f"{old}/ta-inn", stale)
    assert answer.headers["location"] == f"{old}/dokumenter"
    assert "Opplastingen er tatt inn før, og ingenting er endret." in kari.get(f"{old}/dokumenter").text
    assert address_of(context, agreement) == "riktig@example.no"


def test_a_check_that_no_longer_holds_is_shown_again(context: Context, kari: Browser) -> None:
    """A case that was new when it was checked would replace another by now: that is said, and asked."""
    old = upload(kari, cases(WRONG))
    stale = hidden(kari.get(old).text)
    agreement = agreement_in(go_on(kari, upload(kari, cases(RIGHT)), context))
    answer = kari.post(f"{old}/ta-inn", stale)
    assert answer.status_code == 409
    assert "Registeret er endret siden du så denne kontrollen" in answer.text
    assert "1 sak som er tatt inn før, blir erstattet" in answer.text
    assert "(Legens e-post)" in answer.text
    assert address_of(context, agreement) == "riktig@example.no"
    assert kari.post(f"{old}/ta-inn", hidden(answer.text)).status_code == 303
    assert address_of(context, agreement) == "feil@example.no"


def test_a_check_in_another_language_is_the_same(context: Context, site: Workplace, kari: Browser) -> None:
    """Only what is told has changed, not what is so."""
    batch = upload(kari, cases({"avtale_gjelder_fra": "2028-09-01"}))
    assert "Kontroller årstallet" in kari.get(batch).text
    stale = hidden(kari.get(batch).text)
    kari.session.headers["Accept-Language"] = "nn"
    assert kari.post(f"{batch}/ta-inn", stale).status_code == 303


def test_only_the_version_that_was_shown_is_approved(context: Context, kari: Browser) -> None:
    """Also on the page of one agreement, which says so; a form without a version approves nothing."""
    agreement = agreement_in(go_on(kari, upload(kari, cases(WRONG)), context))
    stale = hidden(kari.get(f"/avtaler/{agreement}/godkjenn").text)
    go_on(kari, upload(kari, cases(RIGHT)), context)
    for form in (stale, {}, {"nummer": "x"}):
        answer = kari.post(f"/avtaler/{agreement}/godkjenn", form)
        assert answer.status_code == 409, form
        assert "Dokumentet er endret siden du så det" in answer.text
    assert kari.post(f"/avtaler/{agreement}/godkjenn", hidden(answer.text)).status_code == 303


def test_only_the_request_that_was_shown_is_withdrawn(context: Context, kari: Browser) -> None:
    """From its own page, and among many: the corrected version is out, and stays out."""
    agreement = agreement_in(go_on(kari, upload(kari, cases(WRONG)), context))
    send(context, agreement, 1)
    stale = hidden(kari.get(f"/avtaler/{agreement}/trekk").text)
    many = hidden(kari.post("/avtaler/mange", {"valgt": [agreement], "handling": "withdraw"}).text)
    withdrawn(context, kari, agreement, 1)
    go_on(kari, upload(kari, cases(RIGHT)), context)
    send(context, agreement, 2)
    provider = context.provider
    assert isinstance(provider, PaperProvider)
    asked = list(provider.cancelled)
    answer = kari.post(f"/avtaler/{agreement}/trekk", stale)
    assert answer.status_code == 409
    assert "Avtalen er endret siden du så den" in answer.text
    assert "Avtalen er endret siden du så den" in kari.post("/avtaler/mange", many).text
    assert provider.cancelled == asked
    assert kari.post(f"/avtaler/{agreement}/trekk", hidden(answer.text)).status_code == 303
    assert provider.cancelled != asked


def test_only_the_attempt_that_was_shown_is_settled(
    context: Context, kari: Browser, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    """What was found about the first attempt says nothing of the second, which may be out."""
    agreement = agreement_in(go_on(kari, upload(kari, cases(WRONG)), context))

    def doubtful(*_given: object) -> None:
        clock.forward(seconds=5)
        raise PerhapsSent("tvil")

    monkeypatch.setattr(context.provider, "send", doubtful)
    send(context, agreement, 1)
    found = {**hidden(kari.get(f"/avtaler/{agreement}/avklar").text), "utfall": "not_sent"}
    assert kari.post(f"/avtaler/{agreement}/avklar", found).status_code == 303
    send_agreement(context, agreement, "looked at")
    assert kari.post(f"/avtaler/{agreement}/avklar", found).status_code == 409
    with context.register.read() as session:
        assert get_agreement(session, agreement).state == "unknown"


def test_an_outcome_that_is_sent_twice_is_one(register: Register, kari: Browser) -> None:
    """The review that follows an overdue one may be due already: nobody has held that."""
    agreement = receive_one(register, "Åse Vik", "1804", 1)
    with register.write() as transaction:
        plan_review(transaction, agreement, 1, date(2024, 12, 5), date(2025, 12, 5), date(2025, 12, 5))
    form = {**hidden(kari.post("/gjennomganger/utfall", {"valgt": [agreement]}).text), "utfall": "continues"}
    assert kari.post("/gjennomganger/registrer", form).status_code == 303
    assert kari.post("/gjennomganger/registrer", form).status_code == 303
    assert "Gjennomgang nr. 1 har allerede et utfall" in kari.get("/gjennomganger").text
    with register.read() as session:
        assert [one.outcome for one in reviews_of(session, agreement)] == ["continues", None]


def test_a_hire_that_replaces_another_case_says_so(context: Context, site: Workplace) -> None:
    """HR and the coordinator may both fill in the same doctor."""
    hr, kari = site.signed_in("Helga HR", ("hr", "1804")), site.signed_in("Kari", ("coordinator", "1804"))
    hr.post("/ansettelser/ny", filled_in())
    answer = kari.post("/ansettelser/ny", filled_in(arbeidssted="Havna legesenter"))
    page = kari.get(answer.headers["location"]).text
    assert "1 sak som er tatt inn før, blir erstattet" in page
    assert "(Arbeidssted)" in page
    again = kari.post("/ansettelser/ny", filled_in(arbeidssted="Havna legesenter"))
    assert "blir erstattet" not in kari.get(again.headers["location"]).text


def test_a_long_text_is_never_cut(context: Context, site: Workplace) -> None:
    """It is refused at its field where the agreement has no room for it, and stands there whole."""
    hr = site.signed_in("Helga HR", ("hr", "1804"))
    text = "Kommunen dekker kurs. " * 300 + "SLUTTEN"
    answer = hr.post("/ansettelser/ny", filled_in(avtalt_laeringsaktiviteter=text))
    assert answer.status_code == 422
    assert 'href="#avtalt_laeringsaktiviteter"' in answer.text
    assert "SLUTTEN" in answer.text
