"""What every adapter must do when a request changes behind our back; `ProviderContract` inherits it.

A `Workbench` says whether its provider lets people change a deadline or an address at all; where it does not, the
request is as it was.
"""

from datetime import datetime, timedelta
from typing import Protocol

import pytest

from flows.dates import end_of_day, oslo_date
from flows.errors import ProviderError
from flows.signing.port import FoundRequests, OpenRequest, Provider, RequestStatus, SentRequest
from tests.signing_desk.documents import BOTH, KARI, OLA, agreement, intent_of

OTHER = "en.annen@kommune.example"
REASON = "Jeg sluttet i går: æ ø å"


class ChangingWorkbench(Protocol):
    """What the suite asks of a workbench beyond signing."""

    provider: Provider

    def deadline(self, days: int) -> datetime:
        """Return the instant so many days ahead, by the server's clock."""
        ...

    def set_clock(self, now: datetime) -> None:
        """Let it be this instant."""
        ...

    def pass_minutes(self, minutes: int) -> None:
        """Let so many minutes pass."""
        ...

    def sign(self, sent: SentRequest, order: int) -> bool:
        """Sign as that signer; False when the server does not let them."""
        ...

    def decline(self, sent: SentRequest, order: int, reason: str) -> None:
        """Decline as that signer."""
        ...

    def move_deadline(self, sent: SentRequest, to: datetime) -> bool:
        """Move the end at the provider, as a person there; False where it cannot be moved."""
        ...

    def change_address(self, sent: SentRequest, order: int, email: str) -> bool:
        """Change a signer's address at the provider; False where it cannot be changed."""
        ...


class ContractOfChanges:
    """The behaviours. `bench` is a fixture of the class that inherits."""

    def out(self, bench: ChangingWorkbench, days: int = 20) -> tuple[SentRequest, OpenRequest]:
        """Send the invented agreement; return the answer, and the request as the register would keep it."""
        deadline = end_of_day(oslo_date(bench.deadline(days)))
        sent = bench.provider.send(intent_of(agreement(), "f7a8-v1-a1", deadline, BOTH), agreement())
        addresses = {one.order: [one.email] for one in BOTH}
        return sent, OpenRequest(sent.provider_id, "f7a8-v1-a1", sent.urls, addresses, deadline)

    def test_the_last_signers_refusal_ends_the_request(self, bench: ChangingWorkbench) -> None:
        """The first has signed; the second declines: declined for all, told with the reason, and over."""
        sent, request = self.out(bench)
        assert bench.sign(sent, 1)
        bench.decline(sent, 2, REASON)
        bench.pass_minutes(11)
        *_before, update = bench.provider.poll([request])
        assert update.status == RequestStatus.DECLINED
        assert update.reason == (REASON if bench.provider.capabilities.decline_reason else "")
        assert [one.signed for one in update.signers] == [True, False]
        bench.provider.acknowledge(update)
        assert not bench.sign(sent, 2)

    def test_a_deadline_that_was_moved_there_counts(self, bench: ChangingWorkbench) -> None:
        """Past our deadline the request is open, with the new end where the provider tells it, and can be signed.

        Where nobody can move it, it has run out.
        """
        sent, request = self.out(bench, days=5)
        assert request.deadline is not None
        later = request.deadline + timedelta(days=4)
        moved = bench.move_deadline(sent, later)
        bench.set_clock(request.deadline + timedelta(hours=2))
        told = [(update.status, update.deadline) for update in bench.provider.poll([request])]
        if not moved:
            assert told == [(RequestStatus.EXPIRED, None)]
            return
        assert told == ([] if bench.provider.capabilities.queue_polling else [(RequestStatus.OPEN, later)])
        assert bench.sign(sent, 1)
        assert bench.sign(sent, 2)
        bench.pass_minutes(11)
        assert [one.status for one in bench.provider.poll([request])] == [RequestStatus.SIGNED]

    def test_an_address_that_was_changed_there_is_told_with_the_signature(self, bench: ChangingWorkbench) -> None:
        """The archive compares what is told; a provider that tells addresses tells the one that was used."""
        sent, request = self.out(bench)
        changed = bench.change_address(sent, 2, OTHER)
        assert bench.sign(sent, 1)
        assert bench.sign(sent, 2)
        bench.pass_minutes(11)
        (update,) = bench.provider.poll([request])
        told = sorted(bench.provider.fetch_signed(update).signed_addresses)
        assert told == (sorted([KARI.email, OTHER]) if changed else told)
        assert told in ([], sorted([KARI.email, OTHER if changed else OLA.email]))

    def test_a_request_whose_answer_is_lost_in_a_restore_is_found_again(self, bench: ChangingWorkbench) -> None:
        """The register was put back to before the answer: by its reference the request is found, and its signed PDF.

        A queue tells the reference with its update; elsewhere it is looked up.
        """
        sent, _request = self.out(bench)
        assert bench.sign(sent, 1)
        assert bench.sign(sent, 2)
        bench.pass_minutes(11)
        known = OpenRequest("", "f7a8-v1-a1")
        if bench.provider.capabilities.lookup_by_reference:
            found = bench.provider.find("f7a8-v1-a1")
            assert isinstance(found, FoundRequests)
            (match,) = found.matches
            known = OpenRequest(match.provider_id, "f7a8-v1-a1", match.urls)
        (update,) = bench.provider.poll([known])
        assert (update.provider_id, update.reference) == (sent.provider_id, "f7a8-v1-a1")
        assert update.status == RequestStatus.SIGNED
        assert bench.provider.fetch_signed(update).pdf.startswith(b"%PDF-")

    def test_a_request_that_is_gone_there_is_no_end(self, bench: ChangingWorkbench) -> None:
        """An id that the provider does not have is never told as ended: a person looks."""
        sent, _request = self.out(bench)
        unknown = OpenRequest("".join("7" if sign.isdigit() else sign for sign in sent.provider_id), "0000-v1-a1")
        try:
            told = [update.status for update in bench.provider.poll([unknown])]
        except ProviderError:
            return
        if told:
            pytest.fail(f"{told} of a request that is not there")
