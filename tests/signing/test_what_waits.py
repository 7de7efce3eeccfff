"""What a provider tells of a request is kept until it is over: told by e-mail once, and shown by `status`."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from email import message_from_bytes, policy

import pytest
import requests

from flows.errors import NotSent, ProviderError
from flows.mail.pending_notices import write_notices
from flows.register import Register, State
from flows.register.agreements import get_agreement, start_anew
from flows.register.mail import undelivered
from flows.register.pending_decisions import pending_decisions
from flows.register.signature_requests import by_reference, newest_request
from flows.signing.manual_resolution import settle_gone
from flows.signing.polling import signed_updates
from flows.signing.port import RequestStatus, Update
from flows.signing.providers.documenso import DocumensoProvider
from flows.signing.sending import send
from tests.conftest import Clock
from tests.register.pending import waiting
from tests.signing.documenso.server import TOKEN, DocumensoServer
from tests.signing.paper_provider import PaperProvider, approved_agreement
from tests.signing_desk.documents import BOTH, agreement

SENDER, FALLBACK = "Avtaleflyt <avtaleflyt@kommune.example>", "postmottak@kommune.example"


@pytest.fixture
def server(clock: Clock) -> Iterator[DocumensoServer]:
    """Give a Documenso."""
    instance = DocumensoServer(clock)
    with instance.running():
        yield instance


@pytest.fixture
def provider(server: DocumensoServer, clock: Clock) -> Iterator[DocumensoProvider]:
    """Give its adapter."""
    with requests.Session() as session:
        yield DocumensoProvider(server.address, TOKEN, session, clock)


def sent(register: Register, provider: DocumensoProvider) -> tuple[str, str]:
    """Return an agreement that is out, and the id of its envelope."""
    digest = hashlib.sha256(agreement()).hexdigest()
    agreement_id = approved_agreement(register, digest)
    assert send(register, provider, agreement_id, BOTH, {digest: agreement()}.__getitem__, "ALIS", 30) == State.SENT
    with register.read() as session:
        request = newest_request(session, agreement_id)
    assert request is not None
    return agreement_id, str(request.provider_id)


def poll(register: Register, provider: DocumensoProvider) -> list[tuple[str, str]]:
    """Poll once; return kind and reference of everything that waits."""
    with suppress(ProviderError):
        list(signed_updates(register, provider))
    return [(one.kind, one.reference) for one in waiting(register)]


def lose(server: DocumensoServer, envelope_id: str) -> None:
    """Delete the envelope at the instance."""
    server.kept = server.envelopes.pop(envelope_id)  # type: ignore[attr-defined]


def bring_back(server: DocumensoServer, envelope_id: str) -> None:
    """Restore it from a backup."""
    server.envelopes[envelope_id] = server.kept  # type: ignore[attr-defined]


def sign_without_seal(server: DocumensoServer, envelope_id: str) -> None:
    """Let both sign while the sealing job is broken."""
    server.seals = False
    assert server.sign(envelope_id, 1)
    assert server.sign(envelope_id, 2)


def seal(server: DocumensoServer, envelope_id: str) -> None:
    """Let the sealing job run."""
    server.seals = True
    server.envelopes[envelope_id]["status"] = "CANCELLED"


def forget_to_mail(server: DocumensoServer, envelope_id: str) -> None:
    """Let the instance's e-mail fail."""
    server.envelopes[envelope_id]["recipients"][0]["sendStatus"] = "NOT_SENT"


def mail(server: DocumensoServer, envelope_id: str) -> None:
    """Let it be sent after all."""
    server.envelopes[envelope_id]["recipients"][0]["sendStatus"] = "SENT"


def sign_unseen(server: DocumensoServer, envelope_id: str) -> None:
    """Let both sign an envelope that somebody else is to look at."""
    viewer = {**server.envelopes[envelope_id]["recipients"][0], "id": 99, "role": "VIEWER", "signingOrder": 3}
    server.envelopes[envelope_id]["recipients"].append(viewer)
    sign_without_seal(server, envelope_id)


@pytest.mark.parametrize(
    ("kind", "happens", "is_over"),
    [
        ("gone", lose, bring_back),
        ("not_sealed", sign_without_seal, seal),
        ("not_viewed", sign_unseen, seal),
        ("signer_not_told", forget_to_mail, mail),
    ],
)
def test_what_is_wrong_at_the_provider_is_kept_until_it_is_over(
    register: Register,
    provider: DocumensoProvider,
    server: DocumensoServer,
    clock: Clock,
    kind: str,
    happens: Callable[[DocumensoServer, str], None],
    is_over: Callable[[DocumensoServer, str], None],
) -> None:
    """Seen by a poll, it is open with its time, also while the provider is away; seen to be over, it is cleared."""
    agreement_id, envelope_id = sent(register, provider)
    reference = f"{agreement_id}-v1-a1"
    assert poll(register, provider) == []
    happens(server, envelope_id)
    clock.forward(hours=2)
    seen_at = clock()
    assert poll(register, provider) == [(kind, reference)]
    assert write_notices(register, SENDER, FALLBACK) == 1
    clock.forward(minutes=5)
    assert poll(register, provider) == [(kind, reference)]
    assert write_notices(register, SENDER, FALLBACK) == 0, "told once"
    (row,) = waiting(register)
    assert row.since == seen_at
    with register.read() as session:
        (letter,) = undelivered(session)
    content = message_from_bytes(letter.message, policy=policy.default)
    assert content["To"] == FALLBACK
    assert agreement_id in content.get_content()
    is_over(server, envelope_id)
    assert kind not in [each for each, _reference in poll(register, provider)]


def test_a_refusal_that_leaves_the_envelope_pending_ends_the_request(
    register: Register, provider: DocumensoProvider, server: DocumensoServer, clock: Clock
) -> None:
    """The last signer refuses and the instance never ends it: shown at once, declined after an hour, closed there."""
    agreement_id, envelope_id = sent(register, provider)
    assert server.sign(envelope_id, 1)
    server.reject(envelope_id, 2, "Beløpet er feil")
    server.envelopes[envelope_id]["status"] = "PENDING"
    clock.forward(minutes=5)
    assert poll(register, provider) == [("refusal_pending", f"{agreement_id}-v1-a1")]
    assert write_notices(register, SENDER, FALLBACK) == 0, "it mostly passes in seconds"
    clock.forward(hours=1)
    assert poll(register, provider) == [("declined", f"{agreement_id}-v1-a1")]
    assert server.envelopes[envelope_id]["status"] == "CANCELLED"


def test_settling_as_gone_quiets_it(
    register: Register, provider: DocumensoProvider, server: DocumensoServer, clock: Clock
) -> None:
    """Once a person has said that it is gone, no poll complains of it again; it may be sent anew."""
    agreement_id, envelope_id = sent(register, provider)
    lose(server, envelope_id)
    assert poll(register, provider) == [("gone", f"{agreement_id}-v1-a1")]
    settle_gone(register, provider, agreement_id)
    clock.forward(minutes=5)
    assert list(signed_updates(register, provider)) == []
    assert [one.kind for one in waiting(register)] == ["cancelled"]
    with register.write() as transaction:
        start_anew(transaction, agreement_id)
    assert waiting(register) == []


def test_an_ended_request_that_the_provider_forgot_is_not_asked_about_for_ever(
    register: Register, provider: DocumensoProvider, server: DocumensoServer, clock: Clock
) -> None:
    """Declined, and deleted there before the next round: there is nothing to confirm, and nothing more is told."""
    agreement_id, envelope_id = sent(register, provider)
    server.reject(envelope_id, 1, "nei")
    list(signed_updates(register, provider))
    with register.write() as transaction:
        by_reference(transaction.session, f"{agreement_id}-v1-a1").acknowledged_at = None
    lose(server, envelope_id)
    with pytest.raises(ProviderError):
        list(signed_updates(register, provider))
    assert list(signed_updates(register, provider)) == []
    assert [one.kind for one in waiting(register)] == ["declined"]


def test_strangers_on_the_queue_are_kept(register: Register) -> None:
    """Another installation reads our queue: it is shown until a round has none."""
    provider = PaperProvider(says=[Update("77", "elsewhere-v1-a1", RequestStatus.OPEN)])
    with pytest.raises(ProviderError):
        list(signed_updates(register, provider))
    assert [(one.kind, one.subject) for one in waiting(register)] == [("strangers", "paper")]
    provider.says = []
    list(signed_updates(register, provider))
    assert waiting(register) == []


def test_what_was_approved_and_not_sent_waits(any_register: Register, clock: Clock) -> None:
    """Refused by the provider: at once, with its reason. Approved, and nothing came of it: after an hour."""

    def refuse() -> None:
        raise NotSent("The provider takes no more this month.")

    provider = PaperProvider(when_sending=refuse)
    refused, left = approved_agreement(any_register), approved_agreement(any_register, counterpart="7654321")
    with pytest.raises(NotSent):
        send(any_register, provider, refused, BOTH, lambda _digest: b"%PDF-", "ALIS", 30)
    (row,) = waiting(any_register)
    assert (row.kind, row.agreement_id) == ("not_sent", refused)
    assert "no more this month" in row.why
    clock.forward(minutes=61)
    assert {(one.kind, one.agreement_id) for one in waiting(any_register)} == {
        ("not_sent", refused),
        ("not_sent", left),
    }
    provider.when_sending = lambda: None
    for agreement_id in (refused, left):
        send(any_register, provider, agreement_id, BOTH, lambda _digest: b"%PDF-", "ALIS", 30)
    assert waiting(any_register) == []


def test_two_workers_keep_one_row(any_register: Register, clock: Clock) -> None:
    """What holds is open once, whoever looks; a second look changes nothing."""
    agreement_id = approved_agreement(any_register)
    clock.forward(hours=2)
    first, second = waiting(any_register), waiting(any_register)
    assert [one.id for one in first] == [one.id for one in second]
    with any_register.read() as session:
        assert get_agreement(session, agreement_id).state == State.APPROVED
        assert len(pending_decisions(session)) == 1


def test_nobody_with_an_address_leaves_it_untold(register: Register, clock: Clock) -> None:
    """Without a fallback nobody is told; with one set later, it is told then, all of it in one e-mail."""
    for number in range(3):
        approved_agreement(register, counterpart=f"123456{number}")
    clock.forward(hours=2)
    assert len(waiting(register)) == 3
    assert write_notices(register, SENDER, "") == 0
    assert [one.told_at for one in waiting(register)] == [None] * 3
    assert write_notices(register, SENDER, FALLBACK) == 1
    assert write_notices(register, SENDER, FALLBACK) == 0
    assert [one.told_at for one in waiting(register)] == [clock()] * 3
