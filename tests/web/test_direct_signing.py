"""Posten's direct flow through the workplace: to the provider's address, back, and what the page says came of it."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from flows.application.context import Context
from flows.application.signing_link import RETURN_PATH
from flows.archive import open_store
from flows.register import Register, State
from flows.register.agreements import get_agreement
from flows.settings import Settings
from flows.signing.polling import signed_updates
from flows.signing.providers.posten import PostenDirectProvider, open_certificate, posten_session
from tests.application.test_agreement_list import received, send_case
from tests.conftest import Clock
from tests.signing.certificate_factory import authority, enterprise, pkcs12_file
from tests.signing.posten.direct_server import PostenDirectServer
from tests.signing.posten.server import ORGANISATION, QUEUE, posten_server
from tests.web.test_list_pages import DIRECTOR, DOCTOR, named
from tests.web.workplace_visits import Browser, Workplace, running

pytest.importorskip("xmlsec", reason="install it with: pip install xmlsec")
pytestmark = pytest.mark.slow
PUBLIC = "https://avtaleflyt.example"


class Posten:
    """The server, its adapter, and the workplace in front of them."""

    def __init__(self, server: PostenDirectServer, site: Workplace) -> None:
        self.server, self.site = server, site
        about = {"signatar_kommune_epost": DIRECTOR, "lege_epost": DOCTOR}
        register, provider = site.context.register, site.context.provider
        self.agreement_id = received(register, "alis", "000000001", **about)
        send_case(register, provider, self.agreement_id, "alis", 20, **about)

    def go_to_sign(self, browser: Browser) -> str:
        """Press the button; return the address at Posten that the page leads to."""
        assert f"/til-signering/{self.agreement_id}" in browser.get("/til-signering").text
        page = browser.post(f"/til-signering/{self.agreement_id}").text
        (address,) = re.findall(r'href="(https://signering\.example/redirect/\w+)"', page)
        return str(address)

    def come_back(self, browser: Browser, exit_name: str) -> str:
        """Follow the address that the job names for this end; return the page."""
        parts = urlsplit(self.server.exits[exit_name])
        assert f"{parts.scheme}://{parts.netloc}{parts.path}" == f"{PUBLIC}{RETURN_PATH}"
        answer = browser.get(f"{parts.path}?{parts.query}")
        assert answer.status_code == 200
        return answer.text

    def state(self) -> State:
        """Return the agreement's state after the provider was asked."""
        context = self.site.context
        list(signed_updates(context.register, context.provider))
        with context.register.read() as session:
            return State(get_agreement(session, self.agreement_id).state)


@pytest.fixture
def posten(register: Register, tmp_path: Path, clock: Clock) -> Iterator[Posten]:
    """Give an agreement that is out in the direct flow."""
    server = PostenDirectServer(clock)
    certificate = open_certificate(pkcs12_file(tmp_path, enterprise(ORGANISATION), "hemmelig"), "hemmelig", clock())
    bundle = tmp_path / "bundle.pem"
    bundle.write_bytes(authority().pem)
    session, adapter = posten_session(certificate, bundle)
    settings = Settings(_env_file=None, output=tmp_path / "output", workers=1)
    with posten_server(tmp_path, server) as address:
        back = f"{PUBLIC}{RETURN_PATH}"
        provider = PostenDirectProvider(
            address, ORGANISATION, QUEUE, certificate, session, clock, return_address=back, adapter=adapter
        )
        context = Context(settings, register, open_store((tmp_path / "store").as_uri()), provider)
        with running(context) as site:
            yield Posten(server, site)


def test_both_sign_and_come_back(posten: Posten) -> None:
    """The director, then the doctor; each page says what Posten says, and the register believes Posten alone."""
    context = posten.site.context
    director = named(posten.site, context, "Geir Nystad", DIRECTOR, verified=True)
    doctor = named(posten.site, context, "Noen Andre", DOCTOR, verified=True)
    assert posten.server.open_place(posten.go_to_sign(director), "SIGNED")
    page = posten.come_back(director, "completion-url")
    assert "Leverandøren melder at du har signert" in page
    assert 'href="/til-signering"' in page
    waiting = director.get("/til-signering").text
    assert "Vi venter på bekreftelsen" in waiting
    assert f"/til-signering/{posten.agreement_id}" not in waiting
    assert posten.state() == State.SENT
    assert "Ingenting venter på signaturen din" in director.get("/til-signering").text
    assert posten.server.open_place(posten.go_to_sign(doctor), "SIGNED")
    assert "Leverandøren melder at du har signert" in posten.come_back(doctor, "completion-url")


def test_who_declines_comes_back_to_a_page_that_says_so(posten: Posten) -> None:
    """And the agreement is declined once Posten has said it too."""
    director = named(posten.site, posten.site.context, "Geir Nystad", DIRECTOR, verified=True)
    assert posten.server.open_place(posten.go_to_sign(director), "REJECTED")
    assert "Leverandøren melder at du har avslått å signere" in posten.come_back(director, "rejection-url")
    assert posten.state() == State.DECLINED


def test_who_breaks_off_can_try_again(posten: Posten) -> None:
    """Nothing was signed: the agreement still waits, and a new address works."""
    director = named(posten.site, posten.site.context, "Geir Nystad", DIRECTOR, verified=True)
    posten.go_to_sign(director)
    assert "Ingenting ble signert" in posten.come_back(director, "error-url")
    assert posten.server.open_place(posten.go_to_sign(director), "SIGNED")


def test_a_confirmation_that_does_not_come_gives_the_button_back(posten: Posten, clock: Clock) -> None:
    """The address that she came back by is a claim: it hides what she was given for an hour, once."""
    director = named(posten.site, posten.site.context, "Geir Nystad", DIRECTOR, verified=True)
    director.get(f"{RETURN_PATH}?utfall=signert")
    assert f"/til-signering/{posten.agreement_id}" in director.get("/til-signering").text
    posten.go_to_sign(director)
    director.get(f"{RETURN_PATH}?utfall=signert")
    for _ in range(2):
        clock.forward(minutes=29)
        director.get(f"{RETURN_PATH}?utfall=signert")
        assert f"/til-signering/{posten.agreement_id}" not in director.get("/til-signering").text
    clock.forward(minutes=3)
    assert f"/til-signering/{posten.agreement_id}" in director.get("/til-signering").text


@pytest.mark.parametrize("query", ["", "?utfall=%3Cscript%3E", "?utfall=signert&utfall=feil", "?utfall="])
def test_an_address_that_somebody_made_up_changes_nothing(posten: Posten, query: str) -> None:
    """It is a claim: at most a sentence, never a state; a word that is not known counts as broken off."""
    director = named(posten.site, posten.site.context, "Geir Nystad", DIRECTOR, verified=True)
    page = director.get(f"{RETURN_PATH}{query}")
    assert (page.status_code, "Ingenting ble signert" in page.text, "<script>" in page.text) == (200, True, False)
    assert "Leverandøren melder at du har signert" in director.get(f"{RETURN_PATH}?utfall=signert").text
    assert posten.state() == State.SENT


def test_whose_session_has_ended_signs_in_and_comes_to_the_same_page(posten: Posten) -> None:
    """Signing takes longer than a session: the way to the page is kept."""
    answer = Browser(posten.site.address).get(f"{RETURN_PATH}?utfall=signert")
    assert answer.status_code == 303
    assert parse_qs(urlsplit(answer.headers["location"]).query)["til"] == [f"{RETURN_PATH}?utfall=signert"]
