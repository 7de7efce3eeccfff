"""Sending exactly once, and following up, at a real signing desk; what breaks is broken between us and the desk."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest

from flows.errors import NotSent, PerhapsSent, ProviderError
from flows.register import Register, State
from flows.register.agreements import (
    GeneratedDocument,
    ReceivedCase,
    approve,
    get_agreement,
    receive,
    record_generated,
)
from flows.register.signature_requests import newest_request
from flows.signing.polling import signed_updates
from flows.signing.port import Lookup, SentRequest, SigningIntent
from flows.signing.providers.desk import DeskProvider
from flows.signing.sending import send, settle
from tests.conftest import Clock
from tests.signing_desk.documents import BOTH, agreement
from tests.signing_desk.servers import RunningDesk, desk_in_thread


@dataclass
class Troubled:
    """A provider whose next calls go wrong: the request arrives but the answer is lost, or it never leaves."""

    inner: DeskProvider
    answer_lost: bool = False
    never_leaves: bool = False
    cannot_be_asked: bool = False
    created: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Look like the provider within."""
        self.name = self.inner.name
        self.capabilities = self.inner.capabilities
        self.poll, self.acknowledge = self.inner.poll, self.inner.acknowledge
        self.fetch_signed, self.cancel = self.inner.fetch_signed, self.inner.cancel
        self.remind, self.read_webhook = self.inner.remind, self.inner.read_webhook

    def send(self, intent: SigningIntent, pdf: bytes) -> SentRequest:
        """Create the request, unless it never leaves; forget the answer where it is lost."""
        if self.never_leaves:
            raise NotSent("The connection was refused.")
        sent = self.inner.send(intent, pdf)
        self.created.append(sent.provider_id)
        if self.answer_lost:
            raise PerhapsSent("The answer was lost.")
        return sent

    def find(self, reference: str) -> Lookup:
        """Look up, unless the provider cannot be asked any more once something was created."""
        if self.cannot_be_asked and self.created:
            raise ProviderError("It does not answer.")
        return self.inner.find(reference)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[RunningDesk]:
    """Give a running signing desk."""
    with desk_in_thread(tmp_path / "desk") as running:
        yield running


@pytest.fixture
def clock(desk: RunningDesk) -> Clock:
    """Give a clock that begins at the desk's time."""
    return Clock(desk.clock())


@pytest.fixture
def approved(register: Register) -> str:
    """Give the id of an agreement that is ready to be sent."""
    case = ReceivedCase("alis", "1804", "1234567", date(2027, 1, 1), None, "ALIS-avtale – kommune 1804", {"a": 1})
    with register.write() as transaction:
        agreement_id = receive(transaction, case).agreement_id
        digest = hashlib.sha256(agreement()).hexdigest()
        made = GeneratedDocument("alis/template.docx", "1.0", "a" * 64, "b" * 64, digest, 1)
        record_generated(transaction, agreement_id, 1, made)
        approve(transaction, agreement_id, "looked at")
    return agreement_id


def send_it(register: Register, provider: Troubled, agreement_id: str) -> State:
    """Send one agreement to both signers."""
    return send(register, provider, agreement_id, BOTH, lambda _digest: agreement(), "ALIS-avtale", 30)


def state_of(register: Register, agreement_id: str) -> State:
    """Return the state of an agreement."""
    with register.read() as session:
        return State(get_agreement(session, agreement_id).state)


def test_sent_twice_is_one_request(register: Register, desk: RunningDesk, approved: str) -> None:
    """The second time, the agreement is no longer approved, and nothing leaves."""
    provider = Troubled(desk.provider)
    assert send_it(register, provider, approved) == State.SENT
    assert send_it(register, provider, approved) == State.SENT
    assert len(provider.created) == 1


def test_a_lost_answer_is_found_by_reference(register: Register, desk: RunningDesk, approved: str) -> None:
    """The request arrived though nobody heard: it is found, and not made again."""
    provider = Troubled(desk.provider, answer_lost=True)
    assert send_it(register, provider, approved) == State.SENT
    with register.read() as session:
        request = newest_request(session, approved)
    assert request is not None
    assert request.provider_id == provider.created[0]


def test_what_never_left_may_be_tried_again(register: Register, desk: RunningDesk, approved: str) -> None:
    """A refused connection takes the agreement back to approved, and the next attempt succeeds."""
    provider = Troubled(desk.provider, never_leaves=True)
    with pytest.raises(NotSent):
        send_it(register, provider, approved)
    assert state_of(register, approved) == State.APPROVED
    provider.never_leaves = False
    assert send_it(register, provider, approved) == State.SENT
    assert len(provider.created) == 1


def test_a_cut_off_sending_is_settled_later(register: Register, desk: RunningDesk, approved: str, clock: Clock) -> None:
    """Where neither answer nor look-up came through, the agreement stays in sending until the provider can be asked."""
    provider = Troubled(desk.provider, answer_lost=True, cannot_be_asked=True)
    assert send_it(register, provider, approved) == State.SENDING
    provider.cannot_be_asked = False
    assert settle(register, provider) == {}, "a call may still be under way"
    clock.forward(minutes=11)
    assert settle(register, provider) == {approved: State.SENT}
    assert len(provider.created) == 1


def test_sending_that_reached_nobody_is_settled_as_not_sent(
    register: Register, desk: RunningDesk, approved: str, clock: Clock
) -> None:
    """Where the provider can say for certain that there is no such request, it may be sent again."""

    class Dies(Troubled):
        def send(self, intent: SigningIntent, pdf: bytes) -> SentRequest:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        send_it(register, Dies(desk.provider), approved)
    assert state_of(register, approved) == State.SENDING
    clock.forward(minutes=11)
    assert settle(register, Troubled(desk.provider)) == {approved: State.SENDING}, "once is not enough"
    clock.forward(minutes=9)
    assert settle(register, Troubled(desk.provider)) == {approved: State.SENDING}, "too soon after the first time"
    clock.forward(minutes=1)
    assert settle(register, Troubled(desk.provider)) == {approved: State.APPROVED}


def test_a_signed_request_is_yielded_until_it_is_acknowledged(
    register: Register, desk: RunningDesk, approved: str
) -> None:
    """What is signed comes again on every poll until the caller has archived and acknowledged it."""
    provider = Troubled(desk.provider)
    send_it(register, provider, approved)
    assert list(signed_updates(register, provider)) == []
    for order in (1, 2):
        desk.act(provider.created[0], order, "sign")
    first, again = list(signed_updates(register, provider)), list(signed_updates(register, provider))
    assert [one.provider_id for one in first] == [one.provider_id for one in again] == provider.created


def test_a_declined_request_ends_with_its_reason(register: Register, desk: RunningDesk, approved: str) -> None:
    """One refusal ends the agreement's request; the person's words stay with the request, out of the events."""
    provider = Troubled(desk.provider)
    send_it(register, provider, approved)
    desk.act(provider.created[0], 1, "decline", "Feil arbeidssted")
    assert list(signed_updates(register, provider)) == []
    assert state_of(register, approved) == State.DECLINED
    with register.read() as session:
        request = newest_request(session, approved)
    assert request is not None
    assert request.reason == "Feil arbeidssted"
