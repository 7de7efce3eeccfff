"""What a round of polling keeps: when the provider was heard, whose an update is, what the silence of a queue means."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import event

from flows.errors import ProviderError, ProviderUnreachable
from flows.register import Register, State
from flows.register.agreements import get_agreement
from flows.register.rate_limit import polled_at
from flows.register.signature_requests import by_reference, record_signed
from flows.register.states import RequestState
from flows.register.webhooks import record_hint
from flows.signing.polling import ask_about, signed_updates
from flows.signing.port import Capabilities, OpenRequest, RequestsInTrouble, RequestStatus, SignerStatus, Update
from flows.signing.sending import send
from tests.conftest import Clock
from tests.register.pending import waiting
from tests.signing.paper_provider import PaperProvider, approved_agreement
from tests.signing_desk.documents import BOTH


@dataclass
class ScriptedProvider(PaperProvider):
    """Tells what a test wants, breaks off after it where it is to, and notes what it was asked about."""

    breaks_off: bool = False
    is_deaf: bool = False
    asked: list[list[str]] = field(default_factory=list)

    def poll(self, requests: Sequence[OpenRequest]) -> Iterator[Update]:
        """Tell what the test wants."""
        self.asked.append([one.reference for one in requests])
        yield from list(self.says)
        if self.breaks_off:
            raise ProviderError("It broke off.")

    def acknowledge(self, update: Update) -> None:
        """Note it, or do not hear it."""
        if self.is_deaf:
            raise ProviderError("It broke off.")
        super().acknowledge(update)


def sent(register: Register, provider: PaperProvider, number: int = 1) -> str:
    """Return the reference of an agreement that is out."""
    agreement_id = approved_agreement(register, counterpart=f"{number:07d}")
    send(register, provider, agreement_id, BOTH, lambda _digest: b"%PDF-", "ALIS-avtale", 30)
    return f"{agreement_id}-v1-a1"


def heard_at(register: Register, provider: PaperProvider) -> object:
    """Return when the provider was last heard."""
    with register.read() as session:
        return polled_at(session, provider.name)


def is_acknowledged(register: Register, reference: str) -> bool:
    """Say whether the register holds that the provider has heard about a request."""
    with register.read() as session:
        return by_reference(session, reference).acknowledged_at is not None


def test_a_round_that_ends_is_a_provider_heard(register: Register, clock: Clock) -> None:
    """Also where it had nothing to tell."""
    provider = ScriptedProvider()
    list(signed_updates(register, provider))
    assert heard_at(register, provider) == clock()


def test_a_round_that_breaks_off_at_once_is_no_provider_heard(register: Register) -> None:
    """What cannot be reached is not taken for heard."""
    provider = ScriptedProvider(breaks_off=True)
    with pytest.raises(ProviderError, match="broke off"):
        list(signed_updates(register, provider))
    assert heard_at(register, provider) is None


def test_a_round_that_breaks_off_after_an_update_is_a_provider_heard(register: Register, clock: Clock) -> None:
    """It told of some."""
    provider = ScriptedProvider(breaks_off=True)
    reference = sent(register, provider)
    provider.says = [Update("1", reference, RequestStatus.OPEN)]
    with pytest.raises(ProviderError, match="broke off"):
        list(signed_updates(register, provider))
    assert heard_at(register, provider) == clock()


def test_hints_alone_ask_about_what_was_hinted(register: Register) -> None:
    """Without a hint nobody is asked at all; with one, the request that it names."""
    provider = ScriptedProvider()
    references = [sent(register, provider, number) for number in (1, 2)]
    list(signed_updates(register, provider, hinted_only=True))
    assert provider.asked == []
    with register.write() as transaction:
        record_hint(transaction, provider.name, "event-1", "2")
    list(signed_updates(register, provider, hinted_only=True))
    assert provider.asked == [references[1:]]
    list(signed_updates(register, provider, hinted_only=True))
    assert provider.asked == [references[1:]]


def test_what_was_hinted_is_asked_about_first(register: Register) -> None:
    """A whole round asks about all, those that a webhook has named before the others."""
    provider = ScriptedProvider()
    references = [sent(register, provider, number) for number in (1, 2, 3)]
    with register.write() as transaction:
        record_hint(transaction, provider.name, "event-1", "3")
    list(signed_updates(register, provider))
    assert provider.asked[0][0] == references[2]
    assert sorted(provider.asked[0]) == sorted(references)


def test_a_known_id_decides_whose_an_update_is(register: Register) -> None:
    """An update whose id is that of one request and whose reference is another's is about the first."""
    provider = ScriptedProvider()
    first, second = (sent(register, provider, number) for number in (1, 2))
    provider.says = [Update("1", second, RequestStatus.DECLINED)]
    list(signed_updates(register, provider))
    with register.read() as session:
        assert by_reference(session, first).status == "declined"
        assert by_reference(session, second).status == "open"


@pytest.mark.parametrize("another", ["another", "zebra"])
@pytest.mark.parametrize("provider_id", ["1", "7"])
def test_the_reference_of_a_request_at_another_provider_is_a_stranger(
    register: Register, provider_id: str, another: str
) -> None:
    """What another provider sent is nobody's here, and stays unacknowledged, also where both count from 1."""
    reference = sent(register, PaperProvider(name=another))
    provider = ScriptedProvider(says=[Update(provider_id, reference, RequestStatus.DECLINED)])
    with pytest.raises(ProviderError, match="1") as told:
        list(signed_updates(register, provider))
    assert not isinstance(told.value, ProviderUnreachable)  # it answers, if about others
    assert provider.acknowledged == []
    with register.read() as session:
        assert by_reference(session, reference).status == "open"


def test_an_update_heals_nothing_of_an_agreement_that_is_over(register: Register) -> None:
    """Whether it was sent stays unknown: the agreement is not brought back by it."""
    provider = ScriptedProvider()
    reference = sent(register, provider)
    with register.write() as transaction:
        request = by_reference(transaction.session, reference)
        request.status, request.provider_id = RequestState.UNKNOWN, None
        get_agreement(transaction.session, reference[:36]).state = State.CANCELLED
    provider.says = [Update("1", reference, RequestStatus.OPEN)]
    list(signed_updates(register, provider))
    with register.read() as session:
        assert by_reference(session, reference).status == RequestState.UNKNOWN
        assert get_agreement(session, reference[:36]).state == State.CANCELLED


def commits_of_a_round(register: Register, provider: PaperProvider) -> int:
    """Poll once; return how many transactions were written."""
    counted: list[object] = []
    note = counted.append
    event.listen(register.engine, "commit", note)
    list(signed_updates(register, provider))
    event.remove(register.engine, "commit", note)
    return len(counted)


def test_requests_of_which_nothing_new_is_told_are_not_written(register: Register) -> None:
    """However many are open, a round holds no writer up for them; each thing that is new is kept."""
    provider = ScriptedProvider()
    several = [sent(register, provider, number) for number in range(1, 4)]
    signer = SignerStatus(1, "opened", datetime(2027, 3, 1, tzinfo=UTC))
    told = Update("1", several[0], RequestStatus.OPEN, signers=[signer])
    others = [Update(str(number), one, RequestStatus.OPEN) for number, one in enumerate(several[1:], start=2)]
    provider.says = [told, *others]
    first, again = commits_of_a_round(register, provider), commits_of_a_round(register, provider)
    provider.says = []
    assert (first - again, again) == (1, commits_of_a_round(register, provider))
    news = [
        replace(told, signers=[replace(signer, status="signed", signed=True)]),
        replace(told, urls={"pages": "https://desk.example/pages"}),
        replace(told, deadline=datetime(2027, 9, 1, tzinfo=UTC)),
    ]
    for each in news:
        provider.says = [each]
        assert commits_of_a_round(register, provider) == again + 1
    with register.read() as session:
        request = by_reference(session, several[0])
    assert request.signers[0]["status"] == "opened"
    assert (request.urls["pages"], request.deadline) == ("https://desk.example/pages", news[2].deadline)


def test_an_open_request_is_not_sent_anew_by_its_update(register: Register) -> None:
    """An update heals what was unknown, and leaves alone what is known to be out."""
    provider = ScriptedProvider()
    reference = sent(register, provider)
    provider.says = [Update("1", reference, RequestStatus.OPEN)]
    list(signed_updates(register, provider))
    with register.read() as session:
        assert get_agreement(session, reference[:36]).state == State.SENT


@pytest.mark.parametrize("acknowledged", [False, True])
def test_a_late_end_of_what_is_signed_here_is_given_out_as_signed(register: Register, acknowledged: bool) -> None:
    """Until it was acknowledged, the signed PDF is still to be fetched; after that nothing is."""
    provider = ScriptedProvider()
    reference = sent(register, provider)
    with register.write() as transaction:
        record_signed(transaction, reference)
        if acknowledged:
            by_reference(transaction.session, reference).acknowledged_at = transaction.now
    provider.says = [Update("1", reference, RequestStatus.EXPIRED)]
    found = [one.status for one in signed_updates(register, provider)]
    assert found == ([] if acknowledged else [RequestStatus.SIGNED])


@pytest.mark.parametrize(
    ("state", "hours", "expected"),
    [
        (State.SIGNED, 2, False),
        (State.APPROVED, 2, False),
        (State.ARCHIVED, 2, True),
        (State.ARCHIVED, 1, False),
        (State.DECLINED, 2, True),
    ],
)
def test_a_silent_queue_has_heard_of_what_is_over(
    register: Register, clock: Clock, state: State, hours: int, expected: bool
) -> None:
    """What is signed and not archived is still fetched: its silence means nothing, nor does that of the first hour."""
    provider = ScriptedProvider(capabilities=Capabilities(queue_polling=True))
    reference = sent(register, provider)
    if state == State.DECLINED:
        provider.says = [Update("1", reference, RequestStatus.DECLINED)]
        provider.is_deaf = True
        with pytest.raises(ProviderError, match="broke off"):
            list(signed_updates(register, provider))
        provider.says = []
    else:
        with register.write() as transaction:
            record_signed(transaction, reference)
            get_agreement(transaction.session, reference[:36]).state = state
    clock.forward(hours=hours)
    list(signed_updates(register, provider))
    assert is_acknowledged(register, reference) is expected


@dataclass
class TroubledProvider(ScriptedProvider):
    """Tells what a test wants, and at the end which requests are in trouble."""

    troubles: dict[str, str] = field(default_factory=dict)

    def poll(self, requests: Sequence[OpenRequest]) -> Iterator[Update]:
        """Tell what the test wants, then of the troubles."""
        yield from super().poll(requests)
        raise RequestsInTrouble("Something is wrong.", self.troubles)


def brought_to(register: Register, reference: str, request: RequestState, agreement: State) -> None:
    """Bring a request and its agreement to these states."""
    with register.write() as transaction:
        found = by_reference(transaction.session, reference)
        found.status = request
        found.ended_at = None if request == RequestState.OPEN else transaction.now
        get_agreement(transaction.session, found.agreement_id).state = agreement


@pytest.mark.parametrize(
    ("kind", "request_state", "agreement_state", "is_over", "is_told"),
    [
        ("gone", RequestState.OPEN, State.SENT, False, True),
        ("gone", RequestState.SIGNED, State.SIGNED, False, True),
        ("gone", RequestState.SIGNED, State.ARCHIVED, True, False),
        ("gone", RequestState.DECLINED, State.DECLINED, True, False),
        ("gone", RequestState.EXPIRED, State.EXPIRED, True, False),
        ("gone", RequestState.CANCELLED, State.CANCELLED, True, False),
        ("not_viewed", RequestState.DECLINED, State.DECLINED, False, False),  # the refusal is what a person is told
        ("mail_returned", RequestState.SIGNED, State.ARCHIVED, False, True),
    ],
)
def test_what_is_gone_at_the_provider_matters_until_it_is_over_here(
    register: Register, kind: str, request_state: RequestState, agreement_state: State, is_over: bool, is_told: bool
) -> None:
    """It has nothing left to confirm where the request ended or the agreement is archived; otherwise a person is told.

    A second request in the same round is told of, whatever becomes of the first.
    """
    provider = TroubledProvider()
    first, second = (sent(register, provider, number) for number in (1, 2))
    brought_to(register, first, request_state, agreement_state)
    provider.troubles = {first: kind, second: "gone"}
    with pytest.raises(ProviderError, match="Something is wrong"):
        list(signed_updates(register, provider))
    assert is_acknowledged(register, first) is is_over
    assert not is_acknowledged(register, second)
    told = {one.reference for one in waiting(register) if one.kind in {kind, "gone"}}
    assert told == ({first, second} if is_told else {second})


HERE_AND_TOLD = {
    ("open", "open"): (None, None, "open"),
    ("open", "signed"): ("signed", None, "open"),
    ("open", "declined"): (None, "declined", "declined"),
    ("open", "expired"): (None, "expired", "expired"),
    ("open", "cancelled"): (None, "cancelled", "cancelled"),
    ("signed", "open"): (None, None, "signed"),
    ("signed", "signed"): ("signed", None, "signed"),
    ("signed", "declined"): ("signed", None, "signed"),
    ("signed", "expired"): ("signed", None, "signed"),
    ("signed", "cancelled"): ("signed", None, "signed"),
    ("declined", "open"): (None, "declined", "declined"),
    ("declined", "signed"): ("signed", None, "declined"),
    ("declined", "declined"): (None, "declined", "declined"),
    ("declined", "expired"): (None, "declined", "declined"),
    ("declined", "cancelled"): (None, "declined", "declined"),
    ("expired", "open"): (None, "expired", "expired"),
    ("expired", "signed"): ("signed", None, "expired"),
    ("expired", "declined"): (None, "expired", "expired"),
    ("cancelled", "open"): (None, "cancelled", "cancelled"),
    ("cancelled", "signed"): ("signed", None, "cancelled"),
    ("cancelled", "declined"): (None, "cancelled", "cancelled"),
    ("unknown", "declined"): (None, "declined", "unknown"),
    ("intended", "declined"): (None, "declined", "intended"),
}
"""What is fetched, what is acknowledged, and the state afterwards, by the state here and what the provider tells."""


@pytest.mark.parametrize(("here", "told"), list(HERE_AND_TOLD))
def test_what_is_told_applies_to_what_the_request_is_here(register: Register, here: str, told: str) -> None:
    """What ended here stays ended, unless everybody signed after all; what is signed and not fetched stays signed."""
    provider = ScriptedProvider()
    reference = sent(register, provider)
    agreement = {"open": State.SENT, "unknown": State.CANCELLED, "intended": State.CANCELLED}.get(here) or State(here)
    brought_to(register, reference, RequestState(here), agreement)
    provider.says = [Update("1", reference, RequestStatus(told))]
    fetched, acknowledged, state = HERE_AND_TOLD[here, told]
    assert [one.status for one in signed_updates(register, provider)] == ([fetched] if fetched else [])
    assert provider.acknowledged == ([f"{reference} {acknowledged}"] if acknowledged else [])
    with register.read() as session:
        assert by_reference(session, reference).status == state


def test_one_request_that_is_asked_about_and_in_trouble(register: Register) -> None:
    """What the provider said of it before the trouble counts; a trouble alone is told."""
    provider = TroubledProvider()
    reference = sent(register, provider)
    provider.troubles = {reference: "not_viewed"}
    with pytest.raises(RequestsInTrouble):
        ask_about(register, provider, reference)
    provider.says = [Update("1", reference, RequestStatus.OPEN)]
    found = ask_about(register, provider, reference)
    assert found is not None
    assert found.status == RequestStatus.OPEN
