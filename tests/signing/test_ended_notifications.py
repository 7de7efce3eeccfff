"""E-mails about requests that ended unsigned: to whom, once, whatever breaks in between, and what they say."""

from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from sqlalchemy import select

from flows.register import Register, State
from flows.register.agreements import events_of
from flows.register.event_chain import verified_events
from flows.register.mail import claim_next, settle_mail
from flows.register.review_schema import Mail
from flows.register.signature_requests import newest_request
from flows.register.states import MailStatus
from flows.signing.cancellation import withdraw
from flows.signing.ended_notifications import NotificationAddresses, notify_of_ends
from flows.signing.manual_resolution import settle_gone
from flows.signing.polling import signed_updates
from flows.signing.port import RequestStatus, SignerStatus, Update
from flows.signing.sending import send
from tests.conftest import Clock
from tests.signing.paper_provider import PaperProvider, approved_agreement
from tests.signing_desk.documents import BOTH

POST = NotificationAddresses("Avtaleflyt <avtaleflyt@kommune.example>", "postmottak@kommune.example")
REASON = "Ola Prøve sier: beløpet\nBcc: alle@evil.example\ner feil <b>"


def out(register: Register, provider: PaperProvider, counterpart: str = "1234567", **about: Any) -> str:
    """Return the id of an agreement that is out, at the provider under the id 1 or later."""
    agreement_id = approved_agreement(register, counterpart=counterpart, **about)
    send(register, provider, agreement_id, BOTH, lambda _digest: b"%PDF-", "ALIS-avtale", 30)
    return agreement_id


def end(register: Register, provider: PaperProvider, agreement_id: str, status: RequestStatus) -> None:
    """Let the provider say how the request ended; the first of two had signed."""
    signers = [SignerStatus(1, "ferdig", None, signed=True), SignerStatus(2, "nei", None)]
    provider.says = [Update("1", f"{agreement_id}-v1-a1", status, signers, REASON)]
    assert list(signed_updates(register, provider)) == []


def mails(register: Register) -> list[tuple[str, EmailMessage]]:
    """Return every e-mail that was ever written: to whom, and what."""
    with register.read() as session:
        kept = session.execute(select(Mail).order_by(Mail.written_at, Mail.id)).scalars()
        return [(one.recipient, message_from_bytes(one.message, policy=policy.default)) for one in kept]


def test_a_refusal_is_told_to_the_coordinator_and_to_whoever_has_signed(any_register: Register, clock: Clock) -> None:
    """The coordinator reads the reason, as text; the one who had signed does not; who declined hears nothing."""
    provider = PaperProvider()
    agreement_id = out(any_register, provider)
    end(any_register, provider, agreement_id, RequestStatus.DECLINED)
    assert notify_of_ends(any_register, POST) == 2
    told = dict(mails(any_register))
    assert set(told) == {"postmottak@kommune.example", "kari@kommune.example"}
    mine, hers = told["postmottak@kommune.example"], told["kari@kommune.example"]
    number = agreement_id[:8]
    assert mine["Subject"] == hers["Subject"]
    assert mine["Subject"].strip() == f"Avslått: ALIS-avtale – kommune 1804, nr. {number}"
    assert mine["Bcc"] is None
    assert REASON in mine.get_content().replace("\r\n", "\n")
    assert mine.get_content_type() == "text/plain"
    assert "beløpet" not in hers.get_content()
    assert "Kari Čáhppe" in hers.get_content()
    assert not any("beløpet" in f"{one.why}{one.details}" for one in events(any_register, agreement_id))
    with any_register.read() as session:
        assert not [one for one in verified_events(session) if one.faults]


def events(register: Register, agreement_id: str):  # type: ignore[no-untyped-def]
    """Return the events of an agreement."""
    with register.read() as session:
        return events_of(session, agreement_id)


@pytest.mark.parametrize("status", [RequestStatus.EXPIRED, RequestStatus.CANCELLED])
def test_other_ends_are_told_to_the_coordinator(any_register: Register, status: RequestStatus) -> None:
    """Nobody else has to be told that nothing more comes."""
    provider = PaperProvider()
    end(any_register, provider, out(any_register, provider), status)
    assert notify_of_ends(any_register, POST) == 1
    assert [whom for whom, _ in mails(any_register)] == ["postmottak@kommune.example"]


def test_nobody_is_told_twice(any_register: Register, clock: Clock) -> None:
    """Not by the next round, not after a week, and not while the first e-mail still waits for its server."""
    provider = PaperProvider()
    end(any_register, provider, out(any_register, provider), RequestStatus.DECLINED)
    assert [notify_of_ends(any_register, POST) for _ in range(3)] == [2, 0, 0]
    clock.forward(days=8)
    assert notify_of_ends(any_register, POST) == 0
    assert len(mails(any_register)) == 2


def test_what_we_ended_ourselves_is_no_news(any_register: Register) -> None:
    """Withdrawn for a new version, or called gone by a person: whoever did it knows."""
    provider = PaperProvider()
    first = out(any_register, provider)
    provider.says = [Update("1", f"{first}-v1-a1", RequestStatus.CANCELLED)]
    assert withdraw(any_register, provider, first) == State.CANCELLED
    assert settle_gone(any_register, provider, out(any_register, provider, "7654321")) == State.CANCELLED
    assert notify_of_ends(any_register, POST) == 0


def test_without_anybody_to_tell_it_waits_for_somebody(any_register: Register) -> None:
    """No address: nothing is written, and once there is one it is told."""
    provider = PaperProvider()
    end(any_register, provider, out(any_register, provider), RequestStatus.EXPIRED)
    assert notify_of_ends(any_register, NotificationAddresses(POST.sender)) == 0
    assert notify_of_ends(any_register, POST) == 1


def test_an_address_that_was_refused_is_not_tried_again(any_register: Register, clock: Clock) -> None:
    """The e-mail server has refused the coordinator before: the fallback is told."""
    provider = PaperProvider()
    agreement_id = out(any_register, provider, ansvarlig_epost="sluttet@kommune.example")
    with any_register.write() as transaction:
        transaction.session.add(
            Mail(recipient="sluttet@kommune.example", message_id="<1@x>", message=b"", written_at=transaction.now)
        )
    with any_register.write() as transaction:
        mail = claim_next(transaction, ())
        assert mail is not None
        settle_mail(transaction, mail.id, MailStatus.REFUSED)
    end(any_register, provider, agreement_id, RequestStatus.EXPIRED)
    assert notify_of_ends(any_register, POST) == 1
    assert sorted(whom for whom, _ in mails(any_register)) == ["postmottak@kommune.example", "sluttet@kommune.example"]


def test_what_ended_long_ago_is_no_news(any_register: Register, clock: Clock) -> None:
    """Whoever sets up e-mail a month later is not told of everything that ever ended."""
    provider = PaperProvider()
    end(any_register, provider, out(any_register, provider), RequestStatus.DECLINED)
    clock.forward(days=8)
    assert notify_of_ends(any_register, POST) == 0


def test_who_has_signed_is_kept(any_register: Register) -> None:
    """Whether a signer has signed is the provider's word, and stays where it says nothing more of them."""
    provider = PaperProvider()
    agreement_id = out(any_register, provider)
    provider.says = [Update("1", f"{agreement_id}-v1-a1", RequestStatus.OPEN, [SignerStatus(1, "x", None, True)])]
    list(signed_updates(any_register, provider))
    provider.says = [Update("1", f"{agreement_id}-v1-a1", RequestStatus.OPEN, [SignerStatus(2, "y")])]
    list(signed_updates(any_register, provider))
    with any_register.read() as session:
        request = newest_request(session, agreement_id)
    assert request is not None
    assert [one.get("signed") for one in request.signers] == [True, False]
