"""Collectors that work at the same time share the open requests, and none asks about what another has."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import timedelta

import pytest

from flows.register import Register
from flows.register.request_leases import LEASE
from flows.register.signature_requests import newest_request
from flows.signing.polling import signed_updates
from flows.signing.port import Capabilities, OpenRequest, Signer, Update
from flows.signing.portions import portions
from flows.signing.sending import send
from tests.conftest import Clock
from tests.signing.paper_provider import PaperProvider, approved_agreement

SIGNER = Signer(1, "kommune", "Kari Prøve", "ordfører", "", "", "Prøve kommune")


def sent(register: Register, provider: PaperProvider, number: int) -> list[str]:
    """Send agreements; return the references of their requests."""
    references = []
    for count in range(number):
        agreement_id = approved_agreement(register, counterpart=f"{count:07d}")
        send(register, provider, agreement_id, [SIGNER], lambda _digest: b"%PDF", "ALIS-avtale", 30)
        with register.read() as session:
            request = newest_request(session, agreement_id)
        assert request is not None
        references.append(request.reference)
    return references


def test_three_collectors_share_a_round_and_the_next_round_is_whole(any_register: Register, clock: Clock) -> None:
    """Each request is looked after once a round, whichever collector comes when; then the next round has all again."""
    provider = PaperProvider()
    everything = sent(any_register, provider, 12)
    for _round in range(2):
        taken: list[str] = []
        collectors: list[Iterator[object]] = []
        for _collector in range(3):
            clock.forward(seconds=1)
            collectors.append(portions(any_register, provider))
        while collectors:
            for one in list(collectors):
                clock.forward(seconds=1)
                portion = next(one, None)
                if portion is None:
                    collectors.remove(one)
                else:
                    assert isinstance(portion, list)
                    taken += portion
        assert Counter(taken) == Counter(everything)
        clock.forward(seconds=1)


def test_a_silent_collector_loses_its_portion(register: Register, clock: Clock) -> None:
    """What it had is free after a minute, for another at once."""
    provider = PaperProvider()
    everything = sent(register, provider, 5)
    silent = portions(register, provider)
    first = next(silent)
    assert sorted(first or ()) == sorted(everything)
    assert list(portions(register, provider)) == []
    clock.now += LEASE + timedelta(seconds=1)
    assert [sorted(one or ()) for one in portions(register, provider)] == [sorted(everything)]
    silent.close()  # type: ignore[attr-defined]


def test_one_collector_at_a_time_reads_a_queue(register: Register) -> None:
    """The provider gives each of its updates to whoever asks; two would wait for each other's."""
    provider = PaperProvider(capabilities=Capabilities(queue_polling=True))
    sent(register, provider, 2)
    first = portions(register, provider)
    assert next(first) is None
    assert list(portions(register, provider)) == []
    assert list(first) == []
    assert list(portions(register, provider)) == [None]


def test_without_requests_the_provider_is_asked_all_the_same(register: Register) -> None:
    """That it answers is a fact that operators look at."""
    assert list(portions(register, PaperProvider())) == [None]


def test_a_portion_is_all_that_is_polled(register: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    """The adapter is given the requests of the portion, and no others."""
    provider = PaperProvider()
    first, _other = sent(register, provider, 2)
    polled: list[str] = []

    def poll(requests: Sequence[OpenRequest]) -> Iterator[Update]:
        polled.extend(one.reference for one in requests)
        return iter(())

    monkeypatch.setattr(provider, "poll", poll)
    list(signed_updates(register, provider, [first]))
    assert polled == [first]
