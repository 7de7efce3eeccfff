"""Reminders, noted before they are asked for; and alarms about what nobody would notice otherwise."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

import pytest

from flows.errors import NotSupported, ProviderError, TransitionRefused, WrongUse
from flows.register import Event, Register, State
from flows.register.signature_requests import newest_request, record_ended, record_signed
from flows.signing.polling import signed_updates
from flows.signing.port import Capabilities, OpenRequest, RequestStatus, SignerStatus, Update
from flows.signing.reminders import remind
from flows.signing.sending import send
from tests.conftest import Clock
from tests.register.pending import waiting
from tests.signing.paper_provider import PaperProvider, approved_agreement
from tests.signing_desk.documents import BOTH

pytestmark = pytest.mark.usefixtures("english")


class Reminding(PaperProvider):
    """A provider that reminds, and keeps whom."""

    reminded: list[tuple[str, int]]

    def remind(self, request: OpenRequest, order: int) -> None:
        """Keep whom."""
        self.reminded = [*getattr(self, "reminded", []), (request.reference, order)]


@pytest.fixture
def provider() -> Reminding:
    """Give a provider that reminds."""
    return Reminding(capabilities=Capabilities(remind_now=True))


@pytest.fixture
def out(register: Register, provider: Reminding) -> str:
    """Give an agreement that is out for signature."""
    agreement_id = approved_agreement(register)
    send(register, provider, agreement_id, BOTH, lambda _digest: b"%PDF-", "ALIS-avtale", 30)
    return agreement_id


def events(register: Register, kind: str) -> list[Event]:
    """Return the events of a kind."""
    with register.read() as session:
        return [one for one in session.query(Event) if one.kind == kind]


def test_whoever_is_next_is_reminded_once_a_day(
    register: Register, provider: Reminding, out: str, clock: Clock
) -> None:
    """The first who has not answered; another signer is another matter; a day later it may be done again."""
    assert remind(register, provider, out) == 1
    with pytest.raises(TransitionRefused, match="less than 24 hours"):
        remind(register, provider, out)
    assert remind(register, provider, out, 2) == 2
    clock.forward(hours=24)
    assert remind(register, provider, out) == 1
    assert provider.reminded == [(f"{out}-v1-a1", 1), (f"{out}-v1-a1", 2), (f"{out}-v1-a1", 1)]


def test_who_has_answered_is_not_reminded(register: Register, provider: Reminding, out: str, clock: Clock) -> None:
    """Once the provider says when the first has signed, the second is next."""
    signed = SignerStatus(1, "signed", clock())
    provider.says = [Update("1", f"{out}-v1-a1", RequestStatus.OPEN, [signed, SignerStatus(2, "ready")])]
    assert list(signed_updates(register, provider)) == []
    assert remind(register, provider, out) == 2
    with pytest.raises(TransitionRefused, match="answered already"):
        remind(register, provider, out, 1)


@pytest.mark.parametrize(
    ("status", "says"),
    [
        (RequestStatus.SIGNED, "signed meanwhile"),
        (RequestStatus.DECLINED, "declined"),
        (RequestStatus.EXPIRED, "expired"),
    ],
)
def test_what_is_over_is_not_reminded_of(
    register: Register, provider: Reminding, out: str, status: RequestStatus, says: str
) -> None:
    """The provider is asked first: what it says is kept, told in a sentence, and nobody is written to."""
    provider.says = [Update("1", f"{out}-v1-a1", status)]
    with pytest.raises(TransitionRefused, match=says):
        remind(register, provider, out)
    assert events(register, "reminded") == []
    assert not hasattr(provider, "reminded")


def test_who_has_signed_meanwhile_is_passed_over(register: Register, provider: Reminding, out: str) -> None:
    """Signed since the last round: the next one is reminded."""
    provider.says = [Update("1", f"{out}-v1-a1", RequestStatus.OPEN, [SignerStatus(1, "signed", register.clock())])]
    assert remind(register, provider, out) == 2


def test_whose_turn_it_is_not_waits(register: Register, out: str) -> None:
    """Where the order is enforced, a later signer cannot sign yet, and is not written to."""
    provider = Reminding(capabilities=Capabilities(remind_now=True, order_enforced=True))
    with pytest.raises(TransitionRefused, match="not signer 2's turn yet: signer 1 is next"):
        remind(register, provider, out, 2)
    assert remind(register, provider, out) == 1


def test_what_has_run_out_is_not_reminded_of(register: Register, provider: Reminding, out: str, clock: Clock) -> None:
    """To the end of the last day in Norway; afterwards the deadline is named, unless somebody has moved it there."""
    clock.now = datetime(2026, 12, 31, 22, 59, tzinfo=UTC)  # 23:59 on the thirtieth day
    assert remind(register, provider, out) == 1
    clock.forward(days=2)
    with pytest.raises(TransitionRefused, match="The deadline was 31 December 2026"):
        remind(register, provider, out)
    provider.says = [Update("1", f"{out}-v1-a1", RequestStatus.OPEN, deadline=datetime(2027, 2, 1, tzinfo=UTC))]
    assert remind(register, provider, out) == 1


def test_nobody_is_reminded_while_the_provider_cannot_be_asked(register: Register, out: str) -> None:
    """A provider that does not answer has not said that the signer still has to sign."""

    class Away(Reminding):
        def poll(self, requests: Sequence[OpenRequest]) -> Iterator[Update]:
            raise ProviderError("It does not answer.")
            yield

    provider = Away(capabilities=Capabilities(remind_now=True))
    with pytest.raises(ProviderError, match="does not answer"):
        remind(register, provider, out)
    assert events(register, "reminded") == []


def test_it_is_noted_before_the_provider_is_asked(register: Register, provider: Reminding, out: str) -> None:
    """Where the answer is lost, nobody is reminded twice."""

    def broken(request: OpenRequest, order: int) -> None:
        raise ProviderError("The provider broke off.")

    provider.remind = broken  # type: ignore[method-assign]
    with pytest.raises(ProviderError):
        remind(register, provider, out)
    (event,) = events(register, "reminded")
    assert event.details == {"reference": f"{out}-v1-a1", "order": 1}
    with pytest.raises(TransitionRefused):
        remind(register, provider, out)


def test_a_provider_that_cannot_says_so_and_nothing_is_noted(register: Register, out: str) -> None:
    """Posten reminds by its own schedule."""

    class Silent(PaperProvider):
        def remind(self, request: OpenRequest, order: int) -> None:
            raise NotSupported("It reminds by a schedule of its own.")

    with pytest.raises(NotSupported):
        remind(register, Silent(), out)
    assert events(register, "reminded") == []
    with pytest.raises(WrongUse, match="AVTALEFLYT_PROVIDER"):
        remind(register, PaperProvider(name="other"), out)


def test_only_what_is_out_can_be_reminded(register: Register, provider: Reminding) -> None:
    """An agreement that was never sent, or has ended."""
    with pytest.raises(TransitionRefused, match="approved"):
        remind(register, provider, approved_agreement(register))


def told(register: Register) -> list[tuple[str, str]]:
    """Return what waits for a person: agreement and kind."""
    return [(one.agreement_id or "", one.kind) for one in waiting(register)]


def test_a_silent_provider_is_told_after_a_day(register: Register, provider: Reminding, out: str, clock: Clock) -> None:
    """From when it was last heard, be it about some requests only; nothing open, no alarm."""
    clock.forward(hours=24)
    assert told(register) == []
    clock.forward(minutes=1)
    assert told(register) == [("", "silent")]
    assert list(signed_updates(register, provider)) == []
    assert told(register) == []
    clock.forward(hours=25)

    def away(_requests: object) -> object:
        raise ProviderError("The provider is away.")
        yield

    provider.poll = away  # type: ignore[assignment]
    with pytest.raises(ProviderError):
        list(signed_updates(register, provider))
    assert told(register) == [("", "silent")]
    with register.write() as transaction:
        record_ended(transaction, f"{out}-v1-a1", State.CANCELLED, "")
    assert told(register) == [(out, "cancelled")]


def test_what_is_signed_and_left_lying_is_told(register: Register, out: str, clock: Clock) -> None:
    """Before the provider deletes it: 25 days after it was signed."""
    with register.write() as transaction:
        record_signed(transaction, f"{out}-v1-a1")
    clock.now += timedelta(days=25)
    assert told(register) == []
    clock.forward(minutes=1)
    assert told(register) == [(out, "left_lying")]
    with register.write() as transaction:
        request = newest_request(transaction.session, out)
        assert request is not None
        request.acknowledged_at = transaction.now
    assert told(register) == []
