"""Letters over a real SMTP server, and patience with those who try links."""

import socket
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
import requests
from aiosmtpd.controller import Controller

from flows.errors import ProviderError, WrongUse
from flows.signing.port import OpenRequest, RequestStatus
from flows.signing_desk import signer_actions
from flows.signing_desk.emails import mailer_at
from flows.signing_desk.service import open_desk
from flows.signing_desk.throttling import MISSES
from tests.conftest import Clock
from tests.signing_desk.documents import KARI, OLA
from tests.signing_desk.servers import RunningDesk, desk_in_thread


class Postbox:
    """Takes letters."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        """Keep one."""
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.letters.append(message)
        return "250 OK"


@pytest.fixture
def postbox() -> Iterator[tuple[Postbox, int]]:
    """Run a real SMTP server; give it and its port."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    box = Postbox()
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    yield box, port
    controller.stop()


@pytest.fixture
def posting_desk(tmp_path: Path, clock: Clock, postbox: tuple[Postbox, int]) -> Iterator[RunningDesk]:
    """Give a desk with e-mail."""
    mailer = mailer_at(f"smtp://127.0.0.1:{postbox[1]}", "Avtaleflyt <desk@kommune.example>", clock)
    with desk_in_thread(tmp_path / "desk", clock, mailer) as desk:
        yield desk


def test_each_signer_is_written_to_in_turn(posting_desk: RunningDesk, postbox: tuple[Postbox, int]) -> None:
    """The first when the request comes, the second when the first has signed; each once, in bokmål, with their link."""
    box, _ = postbox
    sent = posting_desk.send()
    posting_desk.send()  # the same request again
    assert [letter["To"] for letter in box.letters] == ["kari@kommune.example"]
    posting_desk.act(sent.provider_id, 1, "sign")
    assert [letter["To"] for letter in box.letters] == ["kari@kommune.example", "ola@lege.example"]
    posting_desk.act(sent.provider_id, 2, "sign")
    first, second, *copies = box.letters
    assert [(copy["To"], copy["Subject"]) for copy in copies] == [
        ("kari@kommune.example", "Signert av alle: Avtale"),
        ("ola@lege.example", "Signert av alle: Avtale"),
    ]
    assert first["Subject"] == "Et dokument til signering: Avtale"
    assert first["Auto-Submitted"] == "auto-generated"
    text = second.get_content()
    assert "Hei, Ola Prøve & Sønn!" in text
    assert "innen 15. desember 2026" in text
    assert "frem til fristen, 31. desember 2026" in text
    assert text.count("/sign/") == 1
    assert "/sign/" not in second["Subject"]


def test_each_letter_is_in_the_language_of_its_signer(
    posting_desk: RunningDesk, postbox: tuple[Postbox, int], clock: Clock
) -> None:
    """Invitation, reminder and copy: Kari is written to in nynorsk and Ola in English, whatever the request's is."""
    box, _ = postbox
    signers = [replace(KARI, language="nn"), replace(OLA, language="en")]
    sent = posting_desk.send(signers=signers).provider_id
    clock.forward(days=2)
    assert posting_desk.api("POST", f"/{sent}/remind", json={"order": 1}).status_code == 200
    for order in (1, 2):
        posting_desk.act(sent, order, "sign").raise_for_status()
    assert [(letter["To"], letter["Subject"], letter["Content-Language"]) for letter in box.letters] == [
        ("kari@kommune.example", "Eit dokument til signering: Avtale", "nn"),
        ("kari@kommune.example", "Påminning: eit dokument ventar på at du signerer: Avtale", "nn"),
        ("ola@lege.example", "A document for you to sign: Avtale", "en"),
        ("kari@kommune.example", "Signert av alle: Avtale", "nn"),
        ("ola@lege.example", "Signed by everybody: Avtale", "en"),
    ]
    texts = [letter.get_content() for letter in box.letters]
    assert ("Lenkja er berre di" in texts[0], "The link is yours alone" in texts[2]) == (True, True)
    assert ("innan 15. desember 2026" in texts[0], "by 17 December 2026" in texts[2]) == (True, True)


def test_a_letter_that_a_crash_forgot_is_sent_on_asking(
    posting_desk: RunningDesk, postbox: tuple[Postbox, int], clock: Clock
) -> None:
    """The first has signed and the desk broke off before writing to the second: the next question heals it."""
    sent = posting_desk.send().provider_id
    token = posting_desk.provider.signer_links(sent)[1].rpartition("/")[2]
    signer_actions.sign(open_desk(posting_desk.folder, clock, posting_desk.address), token)
    assert [letter["To"] for letter in postbox[0].letters] == ["kari@kommune.example"]
    for _ in range(3):
        assert posting_desk.api("GET", f"/{sent}").ok
    assert [letter["To"] for letter in postbox[0].letters] == ["kari@kommune.example", "ola@lege.example"]
    assert posting_desk.api("GET", "/none").status_code == 404


def test_a_reminder_is_a_letter_of_its_own(posting_desk: RunningDesk, postbox: tuple[Postbox, int]) -> None:
    """On asking, the link comes again, called a reminder."""
    sent = posting_desk.send()
    assert posting_desk.api("POST", f"/{sent.provider_id}/remind", json={"order": 1}).status_code == 200
    assert postbox[0].letters[-1]["Subject"] == "Påminnelse: et dokument venter på at du signerer: Avtale"


def test_a_mail_server_that_is_away_stops_nothing(tmp_path: Path, clock: Clock) -> None:
    """The request stands and can be signed; that the letter failed is in the evidence, without the address.

    Whoever collects is told as long as that signer is next: one who was never written to never signs.
    """
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    mailer = mailer_at(f"smtp://127.0.0.1:{port}", "desk@kommune.example", clock)
    with desk_in_thread(tmp_path / "desk", clock, mailer) as desk:
        sent = desk.send()
        reminded = desk.api("POST", f"/{sent.provider_id}/remind", json={"order": 1})
        assert (reminded.status_code, reminded.json()["code"]) == (502, "mail-failed")
        told = desk.provider.poll([OpenRequest(sent.provider_id, "ref-1")])
        assert next(told).status == RequestStatus.OPEN
        with pytest.raises(ProviderError, match="kunne ikke skrive til en signatar i 1 av 1 åpne oppdrag: ref-1"):
            next(told)
        assert desk.act(sent.provider_id, 1, "sign").ok
        events = desk.api("GET", f"/{sent.provider_id}/evidence").json()["events"]
        assert "letter failed" in [event["what"] for event in events]
        assert "kari@" not in str(events)


def test_a_signer_without_an_address_is_told_of(posting_desk: RunningDesk, postbox: tuple[Postbox, int]) -> None:
    """Whoever collects is told as long as that signer is next: nobody has written to them."""
    sent = posting_desk.send(signers=[replace(KARI, email=""), OLA])
    told = posting_desk.provider.poll([OpenRequest(sent.provider_id, "ref-1")])
    assert next(told).status == RequestStatus.OPEN
    with pytest.raises(ProviderError, match="har ikke sendt e-post til en signatar i 1 av 1 åpne oppdrag: ref-1"):
        next(told)
    assert postbox[0].letters == []
    assert posting_desk.act(sent.provider_id, 1, "sign").ok
    assert len(list(posting_desk.provider.poll([OpenRequest(sent.provider_id, "ref-1")]))) == 1


@pytest.mark.parametrize("smtputf8", [True, False])
def test_a_signer_whose_address_has_norwegian_letters(tmp_path: Path, clock: Clock, smtputf8: bool) -> None:
    """A server with SMTPUTF8 takes the letter; without, its failure is in the evidence and the request stands."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    box = Postbox()
    controller = Controller(box, hostname="127.0.0.1", port=port, enable_SMTPUTF8=smtputf8)
    controller.start()
    try:
        mailer = mailer_at(f"smtp://127.0.0.1:{port}", "desk@kommune.example", clock)
        with desk_in_thread(tmp_path / "desk", clock, mailer) as desk:
            sent = desk.send(signers=[replace(KARI, email="kåre@kommune.example"), OLA])
            events = desk.api("GET", f"/{sent.provider_id}/evidence").json()["events"]
    finally:
        controller.stop()
    assert ("letter failed" in [event["what"] for event in events]) == (not smtputf8)
    assert [letter["To"] for letter in box.letters] == ["kåre@kommune.example"] * smtputf8


@pytest.mark.parametrize("url", ["http://host", "smtp://", "mail.kommune.example"])
def test_a_wrong_address_of_the_mail_server_is_a_wrong_setting(url: str, clock: Clock) -> None:
    """Told in a sentence with the setting's name; no address at all means no e-mail."""
    with pytest.raises(WrongUse, match="AVTALEFLYT_SMTP_URL"):
        mailer_at(url, "desk@kommune.example", clock)
    assert mailer_at("", "", clock) is None
    assert "hemmelig" not in repr(mailer_at("smtp://u:hemmelig@host", "desk@kommune.example", clock))


def test_whoever_tries_links_is_made_to_wait(desk: RunningDesk, clock: Clock) -> None:
    """After twenty links that lead nowhere, further ones get 429 for ten minutes; a link that is right always works.

    Behind a proxy a stranger has everybody's address: guessing must lock nobody out.
    """
    sent = desk.send()
    link = desk.provider.signer_links(sent.provider_id)[1]
    for number in range(MISSES):
        method, path = (("GET", ""), ("GET", "/document.pdf"), ("POST", "/sign"), ("POST", "/new-link"))[number % 4]
        assert requests.request(method, f"{desk.address}/sign/{number}{path}", timeout=120).status_code == 404
    told = requests.get(f"{desk.address}/sign/none", timeout=120)
    assert (told.status_code, told.headers["Retry-After"]) == (429, "600")
    assert "For mange forsøk" in told.text
    assert told.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert requests.get(link, timeout=120).status_code == 200, "who holds a link is not held up"
    assert desk.api("GET", f"/{sent.provider_id}").status_code == 200, "senders are not held up"
    clock.forward(minutes=11)
    assert requests.get(f"{desk.address}/sign/none", timeout=120).status_code == 404
