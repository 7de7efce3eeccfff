"""What every adapter must do, whatever its provider is: one suite, run against each provider's own server.

An adapter's test module makes a `Workbench` fixture named `bench` and inherits `ProviderContract`. Where a capability
is missing, the suite asks that the adapter says so, in words or by a value; it never skips.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Protocol

import pytest

from flows.dates import end_of_day, oslo_date
from flows.errors import NotSupported, ProviderError
from flows.signing.port import (
    CancelOutcome,
    FoundRequests,
    ListsRequests,
    LookupUnavailable,
    NoSuchRequest,
    OpenRequest,
    Provider,
    RequestStatus,
    SentRequest,
    Update,
)
from tests.signing.providers.contract_of_changes import ChangingWorkbench, ContractOfChanges
from tests.signing_desk.documents import BOTH, KARI, agreement, intent_of

DAYS = 30
REASON = "Beløpet i punkt 4 er feil: æ ø å < & č"


class Workbench(ChangingWorkbench, Protocol):
    """A provider's server under the test's control, and the adapter for it."""

    provider: Provider

    def deadline(self, days: int) -> datetime:
        """Return the instant so many days ahead, by the server's clock."""
        ...

    def set_clock(self, now: datetime) -> None:
        """Let it be this instant."""
        ...

    def pass_days(self, days: int) -> None:
        """Let so many days pass at the server."""
        ...

    def sign(self, sent: SentRequest, order: int) -> bool:
        """Sign as that signer; False when the server does not let them."""
        ...

    def pass_minutes(self, minutes: int) -> None:
        """Let so many minutes pass."""
        ...

    def decline(self, sent: SentRequest, order: int, reason: str) -> None:
        """Decline as that signer."""
        ...


class ProviderContract(ContractOfChanges):
    """The behaviours. `bench` is a fixture of the class that inherits."""

    def send(self, bench: Workbench, reference: str = "a1b2-v1-a1") -> OpenRequest:
        """Send the invented agreement to two signers; return it as the register would keep it."""
        intent = intent_of(agreement(), reference, bench.deadline(DAYS), BOTH)
        self.sent = bench.provider.send(intent, agreement())
        return OpenRequest(self.sent.provider_id, reference, self.sent.urls, deadline=intent.deadline)

    def poll(self, bench: Workbench, *requests: OpenRequest) -> Update:
        """Poll, expecting news of one request."""
        bench.pass_minutes(11)  # a queue gives each update once in ten minutes, until it is acknowledged
        (update,) = bench.provider.poll(requests)
        return update

    def is_open(self, bench: Workbench, request: OpenRequest) -> bool:
        """Say whether a poll finds the request open; a queue says nothing about what has not changed."""
        bench.pass_minutes(11)
        told = [update.status for update in bench.provider.poll([request])]
        return told == [RequestStatus.OPEN] or (not told and bench.provider.capabilities.queue_polling)

    def test_a_sent_request_is_open(self, bench: Workbench) -> None:
        """Right after sending there is an id for the request, and a poll says that it is open, or nothing yet."""
        request = self.send(bench)
        assert request.provider_id
        assert self.is_open(bench, request)
        if bench.provider.capabilities.queue_polling:
            return
        update = self.poll(bench, request)
        assert (update.provider_id, update.reference) == (request.provider_id, request.reference)
        assert update.status == RequestStatus.OPEN
        assert [signer.order for signer in update.signers] == [1, 2]

    def test_signers_sign_in_order(self, bench: Workbench) -> None:
        """A later signer cannot go first where the provider enforces the order; where not, it says so."""
        request = self.send(bench)
        went_first = bench.sign(self.sent, 2)
        assert went_first is not bench.provider.capabilities.order_enforced
        assert bench.sign(self.sent, 1)
        if not went_first:
            assert self.is_open(bench, request)
            assert bench.sign(self.sent, 2)
        assert self.poll(bench, request).status == RequestStatus.SIGNED

    def test_partial_signing_is_told_by_signer(self, bench: Workbench) -> None:
        """After the first of two, the request is open and the two signers' words differ."""
        request = self.send(bench)
        bench.sign(self.sent, 1)
        first, second = self.poll(bench, request).signers
        assert first.status != second.status
        assert first.at is None or first.at.tzinfo is not None
        assert (first.signed, second.signed, second.at) == (True, False, None)

    def test_the_signed_pdf_is_fetched_and_acknowledged(self, bench: Workbench) -> None:
        """Signed by all, the PDF is there, again after a repeated poll, and acknowledging may be repeated."""
        request = self.signed(bench)
        documents = [bench.provider.fetch_signed(self.poll(bench, request)).pdf for _ in range(2)]
        assert documents[0] == documents[1]
        assert documents[0].startswith(b"%PDF-")
        assert documents[0] != agreement()
        update = self.poll(bench, request)
        bench.provider.acknowledge(update)
        bench.provider.acknowledge(update)

    def signed(self, bench: Workbench) -> OpenRequest:
        """Return a request that everybody has signed."""
        request = self.send(bench)
        assert bench.sign(self.sent, 1)
        assert bench.sign(self.sent, 2)
        return request

    def test_nothing_is_fetched_before_everybody_signed(self, bench: Workbench) -> None:
        """An open request has no signed PDF; asking for it is an error, not half a document."""
        request = self.send(bench)
        bench.sign(self.sent, 1)
        with pytest.raises(ProviderError):
            bench.provider.fetch_signed(self.poll(bench, request))

    def test_a_refusal_ends_the_request(self, bench: Workbench) -> None:
        """One signer declines and the request is declined for all, with the reason where the provider tells it."""
        request = self.send(bench)
        bench.decline(self.sent, 1, REASON)
        update = self.poll(bench, request)
        assert update.status == RequestStatus.DECLINED
        assert update.reason == (REASON if bench.provider.capabilities.decline_reason else "")
        bench.provider.acknowledge(update)
        assert not bench.sign(self.sent, 2)

    def test_a_request_expires(self, bench: Workbench) -> None:
        """After the deadline nobody can sign, and the poll says so."""
        request = self.send(bench)
        bench.pass_days(DAYS)
        assert not bench.sign(self.sent, 1)
        assert self.poll(bench, request).status == RequestStatus.EXPIRED

    @pytest.mark.parametrize("today", [datetime(2027, 3, 22, 9, tzinfo=UTC), datetime(2027, 10, 25, 9, tzinfo=UTC)])
    def test_a_deadline_is_a_day(self, bench: Workbench, today: datetime) -> None:
        """One signs in the last minute of the day in Norway, across summer time; after midnight it has run out."""
        bench.set_clock(today)
        deadline = end_of_day(oslo_date(today) + timedelta(days=12))
        requests = []
        for reference in ("a1b2-v1-a1", "c3d4-v1-a1"):
            sent = bench.provider.send(intent_of(agreement(), reference, deadline, [KARI]), agreement())
            requests.append(OpenRequest(sent.provider_id, reference, sent.urls, deadline=deadline))
        bench.set_clock(deadline - timedelta(seconds=50))
        assert bench.sign(SentRequest(requests[0].provider_id, requests[0].urls), 1)
        bench.set_clock(deadline + timedelta(seconds=2))
        told = {update.reference: update.status for update in bench.provider.poll(requests)}
        assert told == {"a1b2-v1-a1": RequestStatus.SIGNED, "c3d4-v1-a1": RequestStatus.EXPIRED}

    def test_what_everybody_signed_before_it_was_closed_is_told(self, bench: Workbench) -> None:
        """Our clock is ahead, and the last signature comes between our question and our closing: it is read again.

        A provider that lets nobody sign any more has nothing to tell.
        """
        request = self.send(bench)
        bench.pass_days(DAYS)
        update = self.poll(bench, request)
        assert update.status == RequestStatus.EXPIRED
        bench.pass_minutes(-16)
        signed = all([bench.sign(self.sent, 1), bench.sign(self.sent, 2)])
        assert not (signed and self.takes_the_closing(bench, update))
        if signed:
            assert self.poll(bench, request).status == RequestStatus.SIGNED

    def takes_the_closing(self, bench: Workbench, update: Update) -> bool:
        """Acknowledge an end; say whether the provider took it."""
        try:
            bench.provider.acknowledge(update)
        except ProviderError:
            return False
        return True

    def test_cancelling_is_asked_for_and_told_by_the_poll(self, bench: Workbench) -> None:
        """A cancelled request cannot be signed; cancelling an ended one comes too late and is no error.

        Where nothing can be cancelled, that is a sentence, and the request is open as before.
        """
        request = self.send(bench)
        if not bench.provider.capabilities.cancels:
            with pytest.raises(NotSupported, match=r"\w+ .*\."):
                bench.provider.cancel(request, "Ny versjon")
            assert self.is_open(bench, request)
            return
        assert bench.provider.cancel(request, "Ny versjon") == CancelOutcome.ACCEPTED
        assert not bench.sign(self.sent, 1)
        update = self.poll(bench, request)
        assert update.status == RequestStatus.CANCELLED
        assert bench.provider.cancel(request, "Ny versjon") == CancelOutcome.TOO_LATE

    def test_a_signed_request_cannot_be_cancelled(self, bench: Workbench) -> None:
        """The last signature wins over a cancellation that comes after it."""
        request = self.signed(bench)
        if bench.provider.capabilities.cancels:
            assert bench.provider.cancel(request, "Ny versjon") == CancelOutcome.TOO_LATE
        assert self.poll(bench, request).status == RequestStatus.SIGNED

    def test_reminding_works_or_says_that_it_cannot(self, bench: Workbench) -> None:
        """A provider without reminders refuses in a sentence."""
        request = self.send(bench)
        if bench.provider.capabilities.remind_now:
            bench.provider.remind(request, 1)
        else:
            with pytest.raises(NotSupported, match=r"\w+ .*\."):
                bench.provider.remind(request, 1)

    def test_a_request_is_found_by_reference(self, bench: Workbench) -> None:
        """Found exactly where the provider can look up, never by a part of the reference; otherwise unknowable."""
        self.send(bench, "a1b2-v1-a1")
        whole, part = bench.provider.find("a1b2-v1-a1"), bench.provider.find("a1b2-v1-a")
        if not bench.provider.capabilities.lookup_by_reference:
            assert (whole, part) == (LookupUnavailable(), LookupUnavailable())
            return
        assert isinstance(whole, FoundRequests)
        assert [match.provider_id for match in whole.matches] == [self.sent.provider_id]
        intent = intent_of(agreement(), "a1b2-v1-a1", bench.deadline(DAYS), BOTH)
        ours = {intent.sha256, intent.title, intent.public_title}
        told = {whole.matches[0].sha256, whole.matches[0].title} - {""}
        assert bool(told & ours) is bench.provider.capabilities.upload_pdf, "what it tells is about our document"
        assert told <= ours
        assert whole.matches[0].addresses in ({}, {one.order: one.email for one in BOTH})
        assert part == NoSuchRequest()

    def test_what_it_holds_is_listed_where_it_can_be(self, bench: Workbench) -> None:
        """Every request that was sent is listed with its reference, also one that has ended."""
        self.send(bench)
        first = self.sent
        bench.decline(first, 1, REASON)
        self.send(bench, "c3d4-v1-a1")
        if not isinstance(bench.provider, ListsRequests):
            assert not bench.provider.capabilities.lookup_by_reference
            return
        held = {one.reference: one.provider_id for one in bench.provider.held_requests()}
        assert held == {"a1b2-v1-a1": first.provider_id, "c3d4-v1-a1": self.sent.provider_id}

    def test_polls_tell_requests_apart(self, bench: Workbench) -> None:
        """Two requests, one signed: each update carries its own reference."""
        first = self.signed(bench)
        second = self.send(bench, "c3d4-v1-a1")
        bench.pass_minutes(11)
        told: Mapping[str, RequestStatus] = {
            update.reference: update.status for update in bench.provider.poll([second, first])
        }
        silent = {} if bench.provider.capabilities.queue_polling else {"c3d4-v1-a1": RequestStatus.OPEN}
        assert told == {"a1b2-v1-a1": RequestStatus.SIGNED, **silent}

    def test_a_forged_webhook_is_refused(self, bench: Workbench) -> None:
        """Whatever a stranger sends is no hint."""
        for headers, body in (({}, b""), ({"X-Signature": "0"}, b'{"id": 1}')):
            assert bench.provider.read_webhook(headers, body) is None

    def test_no_signer_but_those_named(self, bench: Workbench) -> None:
        """A request to one signer is complete with that one signature."""
        intent = intent_of(agreement(), "e5f6-v1-a1", bench.deadline(DAYS), [KARI])
        sent = bench.provider.send(intent, agreement())
        assert bench.sign(sent, 1)
        updates: Sequence[Update] = list(bench.provider.poll([OpenRequest(sent.provider_id, "e5f6-v1-a1", sent.urls)]))
        assert [update.status for update in updates] == [RequestStatus.SIGNED]
