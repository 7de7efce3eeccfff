"""Exactly once: many workers, doubtful answers, and what a person settles."""

import threading
from collections.abc import Callable

import pytest

from flows.errors import PerhapsSent, ProviderError, TransitionRefused
from flows.register import Register, State
from flows.register.agreements import (
    GeneratedDocument,
    approve,
    events_of,
    get_agreement,
    record_generated,
    start_anew,
)
from flows.register.open_requests import open_requests
from flows.register.pending_decisions import ACTIONS
from flows.register.pending_schema import PendingKind
from flows.register.signature_requests import by_reference, newest_request, record_signed
from flows.signing.cancellation import withdraw
from flows.signing.manual_resolution import settle_not_sent, settle_sent
from flows.signing.polling import signed_updates
from flows.signing.port import Capabilities, FoundRequests, RequestStatus, SentRequest, SignerStatus, Update
from flows.signing.rate_limiter import rate_limited
from flows.signing.sending import send, settle
from tests.conftest import Clock
from tests.register.pending import waiting
from tests.signing.paper_provider import PaperProvider, approved_agreement
from tests.signing_desk.documents import BOTH

pytestmark = pytest.mark.usefixtures("english")


def send_it(register: Register, provider: PaperProvider, agreement_id: str) -> State:
    """Send one agreement to both signers."""
    return send(register, provider, agreement_id, BOTH, lambda _digest: b"%PDF-", "ALIS-avtale", 30)


def state_of(register: Register, agreement_id: str) -> State:
    """Return the state of an agreement."""
    with register.read() as session:
        return State(get_agreement(session, agreement_id).state)


def reference_of(register: Register, agreement_id: str) -> str:
    """Return the reference of an agreement's newest request."""
    with register.read() as session:
        request = newest_request(session, agreement_id)
    assert request is not None
    return request.reference


def lose_the_answer() -> None:
    """Break off as a connection does after the request has left."""
    raise PerhapsSent("The answer was lost.")


@pytest.fixture
def unknown(any_register: Register) -> str:
    """Give an agreement whose create answer was lost at a provider that cannot be asked."""
    agreement_id = approved_agreement(any_register)
    provider = PaperProvider(when_sending=lose_the_answer)
    assert send_it(any_register, provider, agreement_id) == State.UNKNOWN
    return agreement_id


def test_many_workers_send_an_agreement_once(any_register: Register) -> None:
    """Eight workers at the same instant: the database lets one of them commit the intent, and one request is made."""
    agreement_id = approved_agreement(any_register)
    gate = threading.Barrier(8)
    provider = PaperProvider()

    def work() -> None:
        gate.wait(120)
        send_it(any_register, provider, agreement_id)

    workers = [threading.Thread(target=work) for _ in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(120)
    assert len(provider.created) == 1
    assert state_of(any_register, agreement_id) == State.SENT


def test_the_intent_is_committed_before_the_call(any_register: Register) -> None:
    """At the moment of the call, anybody else can read the intent and its reference in the register."""
    agreement_id = approved_agreement(any_register)
    seen: list[State] = []
    provider = PaperProvider(when_sending=lambda: seen.append(state_of(any_register, agreement_id)))
    send_it(any_register, provider, agreement_id)
    assert seen == [State.SENDING]


def test_a_person_settles_what_was_sent(any_register: Register, unknown: str) -> None:
    """With the id that the provider shows, the agreement is followed up again."""
    assert not settle_sent(any_register, PaperProvider(), unknown, "4711")
    with any_register.read() as session:
        assert by_reference(session, f"{unknown}-v1-a1").provider_id == "4711"


def test_a_person_settles_what_was_not_sent(any_register: Register, unknown: str) -> None:
    """It is approved again, and the next attempt has another reference."""
    assert settle_not_sent(any_register, unknown) == State.APPROVED
    provider = PaperProvider()
    assert send_it(any_register, provider, unknown) == State.SENT
    assert provider.created == [f"{unknown}-v1-a2"]


def test_only_what_is_unknown_is_settled_by_hand(any_register: Register) -> None:
    """An agreement that is sent cannot be called not sent."""
    agreement_id = approved_agreement(any_register)
    send_it(any_register, PaperProvider(), agreement_id)
    with pytest.raises(TransitionRefused, match="only one that is unknown"):
        settle_not_sent(any_register, agreement_id)


def test_what_waits_for_a_person_is_listed(any_register: Register, unknown: str) -> None:
    """Each with its state, its reason and what to do; agreements that go on by themselves are not in the list."""
    approved_agreement(any_register, counterpart="7654321")
    (row,) = waiting(any_register)
    assert (row.agreement_id, row.kind, row.why) == (unknown, "unknown", "The answer was lost.")
    assert "settle ID" in ACTIONS[PendingKind(row.kind)]


def test_several_requests_under_one_reference_are_for_a_person(any_register: Register) -> None:
    """The ids are listed, and nothing is chosen."""
    agreement_id = approved_agreement(any_register)
    both = FoundRequests([SentRequest("11"), SentRequest("12")])
    provider = PaperProvider(when_sending=lose_the_answer, lookup=both)
    assert send_it(any_register, provider, agreement_id) == State.UNKNOWN
    with any_register.read() as session:
        assert "11, 12" in events_of(session, agreement_id)[-1].why


@pytest.mark.parametrize(
    ("title", "state", "why"),
    [
        ("ALIS-avtale", State.SENT, "found at the provider by reference"),
        (
            "Arbeidsavtale",
            State.UNKNOWN,
            "leverandørens oppdrag 11 har vår referanse, men en annen tittel",
        ),
    ],
)
def test_a_request_under_another_title_is_for_a_person(
    any_register: Register, title: str, state: State, why: str
) -> None:
    """A provider that tells no digest tells the title: one that we never gave is not the request that was sent."""
    agreement_id = approved_agreement(any_register)
    provider = PaperProvider(when_sending=lose_the_answer, lookup=FoundRequests([SentRequest("11", title=title)]))
    assert send_it(any_register, provider, agreement_id) == state
    with any_register.read() as session:
        assert events_of(session, agreement_id)[-1].why == why


@pytest.mark.parametrize("changed", [None, 1, 2])
def test_a_request_to_other_addresses_is_for_a_person(any_register: Register, changed: int | None) -> None:
    """What is found under our reference must go to the addresses that were given, of every signer."""
    agreement_id = approved_agreement(any_register)
    addresses = {one.order: one.email.upper() for one in BOTH}
    if changed:
        addresses[changed] = "en.annen@kommune.example"
    provider = PaperProvider(
        when_sending=lose_the_answer, lookup=FoundRequests([SentRequest("11", addresses=addresses)])
    )
    assert send_it(any_register, provider, agreement_id) == (State.UNKNOWN if changed else State.SENT)


def test_an_update_with_our_reference_heals(any_register: Register, unknown: str) -> None:
    """What was unknown is sent after all, with the ids and addresses of the update."""
    update = Update("9", f"{unknown}-v1-a1", RequestStatus.OPEN, urls={"cancel": "https://paper.example/9/cancel"})
    assert list(signed_updates(any_register, PaperProvider(says=[update]))) == []
    assert state_of(any_register, unknown) == State.SENT
    with any_register.read() as session:
        request = by_reference(session, f"{unknown}-v1-a1")
    assert (request.provider_id, request.urls) == ("9", {"cancel": "https://paper.example/9/cancel"})


def test_a_strange_update_stays_unacknowledged_and_is_told(any_register: Register) -> None:
    """Another application on our queue: the others are followed up, then its ids are named."""
    agreement_id = approved_agreement(any_register)
    provider = PaperProvider(capabilities=Capabilities(queue_polling=True))
    send_it(any_register, provider, agreement_id)
    ours = Update("1", "", RequestStatus.OPEN, [SignerStatus(1, "NEW_WORD")])
    provider.says = [Update("99", "theirs", RequestStatus.SIGNED), ours]
    with pytest.raises(ProviderError, match=r"1 requests .* \(99\)"):
        list(signed_updates(any_register, provider))
    assert provider.acknowledged == [f"{reference_of(any_register, agreement_id)} open"]


def test_an_id_that_is_not_the_requests_own_is_a_stranger(any_register: Register) -> None:
    """Our reference on another id than the one we were given is believed by nobody."""
    agreement_id = approved_agreement(any_register)
    provider = PaperProvider()
    send_it(any_register, provider, agreement_id)
    provider.says = [Update("99", reference_of(any_register, agreement_id), RequestStatus.DECLINED)]
    with pytest.raises(ProviderError):
        list(signed_updates(any_register, provider))
    assert state_of(any_register, agreement_id) == State.SENT


@pytest.mark.parametrize("again", [RequestStatus.DECLINED, RequestStatus.OPEN, RequestStatus.EXPIRED])
def test_an_ended_request_stays_ended(any_register: Register, again: RequestStatus) -> None:
    """Repeated, late and out-of-order updates change nothing and are acknowledged all the same."""
    agreement_id = approved_agreement(any_register)
    provider = PaperProvider(capabilities=Capabilities(queue_polling=True))
    send_it(any_register, provider, agreement_id)
    reference = reference_of(any_register, agreement_id)
    provider.says = [Update("1", reference, RequestStatus.DECLINED), Update("1", reference, again)]
    assert list(signed_updates(any_register, provider)) == []
    assert state_of(any_register, agreement_id) == State.DECLINED
    assert len(provider.acknowledged) == 2


def test_withdrawing_waits_for_the_provider(any_register: Register) -> None:
    """A request is cancelled when the provider says so, not when we ask."""
    agreement_id = approved_agreement(any_register)
    provider = PaperProvider()
    send_it(any_register, provider, agreement_id)
    assert withdraw(any_register, provider, agreement_id) == State.SENT
    provider.says = [Update("1", reference_of(any_register, agreement_id), RequestStatus.CANCELLED)]
    assert withdraw(any_register, provider, agreement_id) == State.CANCELLED
    assert withdraw(any_register, provider, agreement_id) == State.CANCELLED
    assert len(provider.cancelled) == 2


@pytest.mark.parametrize("ended", [RequestStatus.DECLINED, RequestStatus.EXPIRED, RequestStatus.CANCELLED])
def test_what_ended_unsigned_is_sent_anew_on_asking(any_register: Register, ended: RequestStatus) -> None:
    """The same case as version 2, under a reference of its own; never while something is out, and never twice."""
    agreement_id = approved_agreement(any_register)
    provider = PaperProvider()
    send_it(any_register, provider, agreement_id)
    with pytest.raises(TransitionRefused, match="is sent;"), any_register.write() as transaction:
        start_anew(transaction, agreement_id)
    provider.says = [Update("1", reference_of(any_register, agreement_id), ended)]
    assert list(signed_updates(any_register, provider)) == []
    assert [one.agreement_id for one in waiting(any_register)] == [agreement_id]
    with any_register.write() as transaction:
        start_anew(transaction, agreement_id)
        made = GeneratedDocument("alis/template.docx", "1.0", "a" * 64, "b" * 64, "c" * 64, 1)
        record_generated(transaction, agreement_id, 2, made)
        approve(transaction, agreement_id, "looked at")
    send_it(any_register, provider, agreement_id)
    assert provider.created == [f"{agreement_id}-v1-a1", f"{agreement_id}-v2-a1"]
    with pytest.raises(TransitionRefused), any_register.write() as transaction:
        start_anew(transaction, agreement_id)


def test_what_was_signed_first_stays_signed(any_register: Register) -> None:
    """A withdrawal that comes after the last signature leaves the request to be collected, unacknowledged."""
    agreement_id = approved_agreement(any_register)
    provider = PaperProvider(capabilities=Capabilities(queue_polling=True))
    send_it(any_register, provider, agreement_id)
    reference = reference_of(any_register, agreement_id)
    signed = Update("1", reference, RequestStatus.SIGNED)
    provider.says = [signed]
    assert withdraw(any_register, provider, agreement_id) == State.SENT
    assert (provider.cancelled, provider.acknowledged) == ([reference], [])
    assert list(signed_updates(any_register, provider)) == [signed]


@pytest.mark.parametrize("late", [RequestStatus.DECLINED, RequestStatus.EXPIRED, RequestStatus.CANCELLED])
def test_what_is_signed_here_waits_for_the_archive_whatever_comes_late(
    any_register: Register, late: RequestStatus
) -> None:
    """A late end is taken for the signature that is known: acknowledged before it is archived, it might be deleted."""
    agreement_id = approved_agreement(any_register)
    provider = PaperProvider(capabilities=Capabilities(queue_polling=True))
    send_it(any_register, provider, agreement_id)
    reference = reference_of(any_register, agreement_id)
    with any_register.write() as transaction:
        record_signed(transaction, reference)
    provider.says = [Update("1", reference, late)]
    assert [one.status for one in signed_updates(any_register, provider)] == [RequestStatus.SIGNED]
    assert provider.acknowledged == []
    with any_register.read() as session:
        assert [one.reference for one in open_requests(session, "paper")] == [reference]
    assert state_of(any_register, agreement_id) == State.SIGNED


def test_a_conclusive_absence_of_an_unknown_is_still_for_a_person(any_register: Register, unknown: str) -> None:
    """Looking up settles what is being sent; what a person was asked about stays with the person."""
    assert settle(any_register, PaperProvider()) == {}
    assert state_of(any_register, unknown) == State.UNKNOWN


def sleeping(clock: Clock) -> Callable[[float], None]:
    """Return a sleep that moves the clock."""

    def sleep(seconds: float) -> None:
        clock.forward(microseconds=round(seconds * 1_000_000) + 1)

    return sleep


def test_the_pace_holds_over_all_workers(any_register: Register, clock: Clock) -> None:
    """Two workers on one register make eleven calls in no less than two seconds at five a second."""
    workers = [rate_limited(any_register, "paper", 5, sleeping(clock)) for _ in range(2)]
    began = clock()
    for number in range(11):
        workers[number % 2]()
    assert 2 <= (clock() - began).total_seconds() < 2.1


def test_a_clock_set_back_stops_nobody(any_register: Register, clock: Clock) -> None:
    """After the clock was set back an hour, the next call waits for a fifth of a second, not for an hour."""
    pace = rate_limited(any_register, "paper", 5, sleeping(clock))
    pace()
    clock.forward(hours=-1)
    began = clock()
    pace()
    assert (clock() - began).total_seconds() < 0.3
