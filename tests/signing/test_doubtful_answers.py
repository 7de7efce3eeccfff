"""What a call to the provider leaves behind when it fails, and when something else happened meanwhile."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from flows.dates import end_of_day, oslo_date
from flows.errors import NotSent, PerhapsSent, StoreFailed
from flows.register import Register, State
from flows.register.agreements import events_of, get_agreement
from flows.register.signature_requests import ProviderAnswer, newest_request, record_ended, record_sent
from flows.signing.port import Capabilities, FoundRequests, NoSuchRequest
from flows.signing.sending import BETWEEN_LOOKUPS, CALL_TIME, send, settle
from tests.conftest import Clock
from tests.signing.paper_provider import PaperProvider, approved_agreement
from tests.signing_desk.documents import BOTH

CONCLUSIVE = Capabilities(lookup_by_reference=True, lookup_conclusive=True)
SECOND = timedelta(seconds=1)


def send_it(
    register: Register, provider: PaperProvider, agreement_id: str, read: Callable[[str], bytes] = lambda _: b"%PDF-"
) -> State:
    """Send one agreement to both signers, with 30 days to sign."""
    return send(register, provider, agreement_id, BOTH, read, "ALIS-avtale", 30)


def told_meanwhile(register: Register, agreement_id: str, ended: State | None, error: Exception) -> Callable[[], None]:
    """Return a call during which an update tells that the request is there, or has ended; then it fails."""

    def call() -> None:
        with register.write() as transaction:
            request = newest_request(transaction.session, agreement_id)
            assert request is not None
            record_sent(transaction, request.reference, ProviderAnswer("9", {}), "an update told of it")
            if ended is not None:
                record_ended(transaction, request.reference, ended, "")
        raise error

    return call


def fail(error: Exception) -> Callable[[], None]:
    """Return a call that fails."""

    def call() -> None:
        raise error

    return call


def state_and_reason(register: Register, agreement_id: str) -> tuple[str, str]:
    """Return the state of an agreement, and the reason of its last event."""
    with register.read() as session:
        return get_agreement(session, agreement_id).state, events_of(session, agreement_id)[-1].why


@pytest.mark.parametrize("ended", [None, State.DECLINED, State.CANCELLED])
def test_a_refused_call_takes_nothing_back_that_is_known(register: Register, ended: State | None) -> None:
    """A provider that told of the request has it, whatever it answers to the call."""
    agreement_id = approved_agreement(register)
    refusal = NotSent("The provider refused it.")
    provider = PaperProvider(when_sending=told_meanwhile(register, agreement_id, ended, refusal))
    with pytest.raises(NotSent, match="refused it"):
        send_it(register, provider, agreement_id)
    assert state_and_reason(register, agreement_id)[0] == (ended or State.SENT)


@pytest.mark.parametrize("ended", [None, State.DECLINED, State.CANCELLED])
def test_a_lost_answer_makes_nothing_unknown_that_is_known(register: Register, ended: State | None) -> None:
    """The state that an update brought is the one that is returned, and it stays."""
    agreement_id = approved_agreement(register)
    lost = PerhapsSent("The answer was lost.")
    provider = PaperProvider(when_sending=told_meanwhile(register, agreement_id, ended, lost))
    assert send_it(register, provider, agreement_id) == (ended or State.SENT)
    assert state_and_reason(register, agreement_id)[0] == (ended or State.SENT)


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (StoreFailed("The store does not answer."), "The store does not answer."),
        (OSError(5, "Input/output error"), "Dokumentet kunne ikke leses"),
    ],
)
def test_a_document_that_cannot_be_read_is_not_sent(register: Register, error: Exception, sentence: str) -> None:
    """Nothing left, so the agreement is approved again, with the reason in its event."""
    agreement_id = approved_agreement(register)

    def read(_digest: str) -> bytes:
        raise error

    provider = PaperProvider()
    with pytest.raises(NotSent, match=sentence):
        send_it(register, provider, agreement_id, read)
    state, reason = state_and_reason(register, agreement_id)
    assert (state, provider.created) == (State.APPROVED, [])
    assert reason.startswith("ikke sendt: ")
    assert sentence in reason


def test_the_deadline_is_so_many_days_from_the_call(register: Register, clock: Clock) -> None:
    """Signers have the days that the settings give, the last one to its end in Norway."""
    agreement_id = approved_agreement(register)
    send_it(register, PaperProvider(), agreement_id)
    with register.read() as session:
        request = newest_request(session, agreement_id)
    assert request is not None
    assert request.deadline == end_of_day(oslo_date(clock.now) + timedelta(days=30))
    assert state_and_reason(register, agreement_id) == ("sent", "sent")


def test_absence_counts_from_the_first_time_that_a_call_is_over(register: Register, clock: Clock) -> None:
    """Told at once that there is none, we ask after 10 minutes and again 10 minutes later, and only then believe it."""
    agreement_id = approved_agreement(register)
    lost = PerhapsSent("The answer was lost.")
    provider = PaperProvider(capabilities=CONCLUSIVE, lookup=NoSuchRequest(), when_sending=fail(lost))
    assert send_it(register, provider, agreement_id) == State.SENDING
    clock.now += CALL_TIME
    assert settle(register, provider) == {}, "a call may take so long"
    clock.now += SECOND
    assert settle(register, provider) == {agreement_id: State.SENDING}
    clock.now += BETWEEN_LOOKUPS - SECOND
    assert settle(register, provider) == {agreement_id: State.SENDING}
    clock.now += SECOND
    assert settle(register, provider) == {agreement_id: State.APPROVED}
    reason = "the provider said twice that it has no such request"
    assert state_and_reason(register, agreement_id) == ("approved", reason)


@pytest.mark.parametrize("later", [timedelta(0), timedelta(days=1)])
def test_a_call_that_took_its_whole_time_is_over(register: Register, clock: Clock, later: timedelta) -> None:
    """What the provider said after the longest time that a call may take counts as the first of the two times."""
    agreement_id = approved_agreement(register)

    def take_long() -> None:
        clock.now += CALL_TIME
        raise PerhapsSent("The answer was lost.")

    provider = PaperProvider(capabilities=CONCLUSIVE, lookup=NoSuchRequest(), when_sending=take_long)
    assert send_it(register, provider, agreement_id) == State.SENDING
    clock.now += BETWEEN_LOOKUPS + later
    assert settle(register, provider) == {agreement_id: State.APPROVED}


def test_a_lookup_that_lists_nothing_is_for_a_person(register: Register) -> None:
    """An empty list is no word for certain that there is none."""
    agreement_id = approved_agreement(register)
    lost = PerhapsSent("The answer was lost.")
    provider = PaperProvider(capabilities=CONCLUSIVE, lookup=FoundRequests([]), when_sending=fail(lost))
    assert send_it(register, provider, agreement_id) == State.UNKNOWN
    assert state_and_reason(register, agreement_id) == ("unknown", "The answer was lost.")


def test_absence_that_is_not_conclusive_is_for_a_person(register: Register) -> None:
    """A provider whose lookup may miss a request settles nothing by finding none."""
    agreement_id = approved_agreement(register)
    lost = PerhapsSent("The answer was lost.")
    assert send_it(register, PaperProvider(lookup=NoSuchRequest(), when_sending=fail(lost)), agreement_id) == "unknown"
    assert state_and_reason(register, agreement_id) == ("unknown", "The answer was lost.")
