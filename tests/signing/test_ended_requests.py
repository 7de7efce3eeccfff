"""Requests that ended unsigned: told to the provider until it has heard, whatever breaks, and nothing else held up."""

import json
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows.cli import app
from flows.errors import NotSent, PerhapsSent, ProviderError, StoreDamaged
from flows.register import Register, State
from flows.register.agreements import get_agreement
from flows.register.pending_decisions import ACTIONS
from flows.register.pending_schema import PendingKind
from flows.register.signature_requests import by_reference, newest_request, record_not_sent
from flows.signing.manual_resolution import settle_not_sent
from flows.signing.polling import signed_updates
from flows.signing.port import Capabilities, FoundRequests, RequestStatus, SentRequest, Update
from flows.signing.sending import send, settle
from tests.conftest import Clock
from tests.register.pending import waiting
from tests.signing.paper_provider import PaperProvider, approved_agreement
from tests.signing_desk.documents import BOTH


@dataclass
class DeafProvider(PaperProvider):
    """Does not hear what is acknowledged about these references, once each."""

    deaf_to: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def poll(self, requests):  # type: ignore[no-untyped-def]
        """Tell what the test wants about what it is asked about."""
        self.asked = [one.reference for one in requests]
        yield from (one for one in self.says if one.reference in self.asked or self.capabilities.queue_polling)

    def acknowledge(self, update: Update) -> None:
        """Note it, or break off."""
        if update.reference in self.deaf_to:
            self.deaf_to.remove(update.reference)
            raise ProviderError("It broke off.")
        super().acknowledge(update)


def sent_agreements(register: Register, provider: PaperProvider, count: int) -> list[str]:
    """Return the references of so many agreements that are out."""
    found = []
    for number in range(count):
        agreement_id = approved_agreement(register, counterpart=f"{number:07d}")
        send(register, provider, agreement_id, BOTH, _read, "ALIS-avtale", 30)
        found.append(f"{agreement_id}-v1-a1")
    return found


def cut_off_while_sending(register: Register) -> str:
    """Return an agreement whose process ended before the provider answered."""

    def die() -> None:
        raise KeyboardInterrupt

    agreement_id = approved_agreement(register)
    with pytest.raises(KeyboardInterrupt):
        send(register, PaperProvider(when_sending=die), agreement_id, BOTH, _read, "ALIS-avtale", 30)
    return agreement_id


def _read(_digest: str) -> bytes:
    return b"%PDF-"


def state_of(register: Register, reference: str) -> State:
    """Return the state of the agreement with that reference."""
    with register.read() as session:
        return State(get_agreement(session, reference[:36]).state)


@pytest.mark.parametrize("queue", [True, False])
def test_one_deaf_acknowledgement_holds_nobody_up(any_register: Register, queue: bool) -> None:
    """The others are followed up in the same round, and whoever runs it is told."""
    provider = DeafProvider(capabilities=Capabilities(queue_polling=queue))
    first, second = sent_agreements(any_register, provider, 2)
    provider.says = [Update("1", first, RequestStatus.DECLINED), Update("2", second, RequestStatus.EXPIRED)]
    provider.deaf_to = [first]
    with pytest.raises(ProviderError, match=first):
        list(signed_updates(any_register, provider))
    assert (state_of(any_register, first), state_of(any_register, second)) == (State.DECLINED, State.EXPIRED)
    assert provider.acknowledged == [f"{second} expired"]


def test_an_end_is_acknowledged_until_it_is_heard(any_register: Register, clock: Clock) -> None:
    """A refusal that the provider was not told of (a crash, a broken call) could be signed on there: it is told again.

    Once it has heard, it is not asked about the request any more.
    """
    provider = DeafProvider()
    (reference,) = sent_agreements(any_register, provider, 1)
    provider.says, provider.deaf_to = [Update("1", reference, RequestStatus.DECLINED)], [reference]
    with pytest.raises(ProviderError):
        list(signed_updates(any_register, provider))
    clock.forward(minutes=5)
    assert list(signed_updates(any_register, provider)) == []
    assert provider.acknowledged == [f"{reference} declined"]
    clock.forward(minutes=5)
    assert list(signed_updates(any_register, provider)) == []
    assert provider.asked == []
    with any_register.read() as session:
        assert by_reference(session, reference).acknowledged_at is not None


def test_what_ended_here_is_closed_where_it_is_open_again(any_register: Register) -> None:
    """A link that somebody renewed at the provider does not bring an ended request back: it is closed there."""
    provider = DeafProvider()
    (reference,) = sent_agreements(any_register, provider, 1)
    provider.says, provider.deaf_to = [Update("1", reference, RequestStatus.EXPIRED)], [reference]
    with pytest.raises(ProviderError):
        list(signed_updates(any_register, provider))
    provider.says = [Update("1", reference, RequestStatus.OPEN)]
    assert list(signed_updates(any_register, provider)) == []
    assert provider.acknowledged == [f"{reference} expired"]


def test_a_silent_queue_has_heard_of_an_end(any_register: Register, clock: Clock) -> None:
    """The answer to the acknowledgement was lost: a queue that tells no more of it after an hour has heard."""
    provider = DeafProvider(capabilities=Capabilities(queue_polling=True))
    (reference,) = sent_agreements(any_register, provider, 1)
    provider.says, provider.deaf_to = [Update("1", reference, RequestStatus.DECLINED)], [reference]
    with pytest.raises(ProviderError):
        list(signed_updates(any_register, provider))
    provider.says = []
    for minutes, heard in ((30, False), (40, True)):
        clock.forward(minutes=minutes)
        list(signed_updates(any_register, provider))
        with any_register.read() as session:
            assert (by_reference(session, reference).acknowledged_at is not None) is heard


def test_what_was_signed_in_the_meantime_is_given_out(any_register: Register) -> None:
    """Expired here, signed there after all: the bytes are to be fetched, and a person decides."""
    provider = DeafProvider()
    (reference,) = sent_agreements(any_register, provider, 1)
    provider.says, provider.deaf_to = [Update("1", reference, RequestStatus.EXPIRED)], [reference]
    with pytest.raises(ProviderError):
        list(signed_updates(any_register, provider))
    provider.says = [Update("1", reference, RequestStatus.SIGNED)]
    assert [one.reference for one in signed_updates(any_register, provider)] == [reference]
    assert provider.acknowledged == []


def test_two_workers_settle_the_same_request(any_register: Register, clock: Clock) -> None:
    """The one that comes second finds it settled, and goes on with the others."""
    agreement_id = cut_off_while_sending(any_register)
    clock.forward(minutes=11)
    states: list[dict[str, State]] = []

    class Second(PaperProvider):
        def find(self, reference: str) -> FoundRequests:
            found = FoundRequests([SentRequest("7", {"cancel": "https://paper.example/7"})])
            if not states:  # the other worker is done while this one waits for its answer
                states.append(settle(any_register, PaperProvider(lookup=found)))
            return found

    states.append(settle(any_register, Second()))
    assert states == [{agreement_id: State.SENT}] * 2
    with any_register.read() as session:
        request = newest_request(session, agreement_id)
    assert request is not None
    assert (request.provider_id, request.status) == ("7", "open")


def test_a_request_that_was_held_to_be_not_sent_and_exists_waits_for_a_person(any_register: Register) -> None:
    """A person was mistaken: the provider tells of it, and a person hears that two may be out."""
    agreement_id = approved_agreement(any_register)

    def lose_the_answer() -> None:
        raise PerhapsSent("The answer was lost.")

    provider = PaperProvider(when_sending=lose_the_answer, capabilities=Capabilities(queue_polling=True))
    send(any_register, provider, agreement_id, BOTH, _read, "ALIS-avtale", 30)
    settle_not_sent(any_register, agreement_id)
    provider.says = [Update("9", f"{agreement_id}-v1-a1", RequestStatus.OPEN)]
    assert list(signed_updates(any_register, provider)) == []
    (row,) = waiting(any_register)
    with any_register.read() as session:
        assert by_reference(session, f"{agreement_id}-v1-a1").provider_id == "9"
    assert (row.agreement_id, row.kind, row.reference) == (agreement_id, "stray", f"{agreement_id}-v1-a1")
    assert "cancel" in ACTIONS[PendingKind(row.kind)]


def test_an_answer_that_comes_after_all_is_kept(any_register: Register) -> None:
    """A worker that slept while others settled its request as not sent: what it hears is kept, and a person is told."""
    agreement_id = approved_agreement(any_register)
    reference = f"{agreement_id}-v1-a1"

    def sleep_for_long() -> None:
        with any_register.write() as transaction:
            record_not_sent(transaction, reference, "the provider said twice that it has no such request")

    provider = PaperProvider(when_sending=sleep_for_long)
    assert send(any_register, provider, agreement_id, BOTH, _read, "ALIS", 30) == State.APPROVED
    assert [one.kind for one in waiting(any_register)] == ["stray"]
    with any_register.read() as session:
        assert by_reference(session, reference).provider_id == "1"


def test_a_store_that_is_away_is_not_sent(any_register: Register) -> None:
    """Nothing has left when the document cannot be read: the agreement may be sent again, and nobody looks it up."""

    def away(_digest: str) -> bytes:
        raise StoreDamaged("The blob is missing.")

    provider, agreement_id = PaperProvider(), approved_agreement(any_register)
    with pytest.raises(NotSent, match="blob is missing"):
        send(any_register, provider, agreement_id, BOTH, away, "ALIS-avtale", 30)
    assert state_of(any_register, agreement_id) == State.APPROVED
    assert provider.created == []


def test_what_is_stuck_is_told(any_register: Register, clock: Clock) -> None:
    """Cut off and a provider that cannot be asked for a day; out, and days over its deadline. Until then nothing."""
    cut_off = cut_off_while_sending(any_register)
    (reference,) = sent_agreements(any_register, PaperProvider(), 1)
    for forward, expected in ((23, []), (2, [cut_off]), (30 * 24, [cut_off]), (48, [cut_off, reference[:36]])):
        clock.forward(hours=forward)
        told = [one.agreement_id for one in waiting(any_register) if one.kind != "silent"]
        assert told == expected, forward


def test_status_gives_the_reason_as_it_was_given(
    register: Register, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever looks at a declined agreement reads why, brackets included; the events do not hold it."""
    monkeypatch.setenv("AVTALEFLYT_DATABASE_URL", f"sqlite:///{tmp_path / 'register.db'}")
    provider = PaperProvider()
    (reference,) = sent_agreements(register, provider, 1)
    provider.says = [Update("1", reference, RequestStatus.DECLINED, reason="feil beløp [/b] i punkt 4")]
    list(signed_updates(register, provider))
    told = CliRunner().invoke(app, ["status", reference[:36]], catch_exceptions=False)
    assert "Oppgitt begrunnelse: feil beløp [/b] i punkt 4" in told.stdout
    as_json = json.loads(CliRunner().invoke(app, ["status", reference[:36], "--json"]).stdout)
    assert as_json["reason"] == "feil beløp [/b] i punkt 4"
    assert "beløp" not in json.dumps(as_json["events"], ensure_ascii=False)
