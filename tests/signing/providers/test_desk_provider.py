from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
import requests

from flows.errors import NotSent, NotSupported, ProviderError
from flows.signing.port import FoundRequests, NoSuchRequest, OpenRequest, RequestStatus, SentRequest
from flows.signing.providers.desk import DeskProvider
from tests.conftest import Clock
from tests.signing.providers.bench import Bench
from tests.signing.providers.contract import ProviderContract
from tests.signing_desk.documents import BOTH, agreement, intent_of
from tests.signing_desk.servers import RunningDesk, desk_in_thread

pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def desk(tmp_path: Path, clock: Clock) -> Iterator[RunningDesk]:
    """Give a desk that goes by the test's clock."""
    with desk_in_thread(tmp_path, clock) as running:
        yield running


@dataclass
class DeskBench(Bench[DeskProvider, RunningDesk]):
    """The desk, its adapter, and people who press its buttons."""

    links: dict[str, dict[int, str]]

    def sign(self, sent: SentRequest, order: int) -> bool:
        """Press the button *Signer*."""
        return requests.post(f"{self._link(sent, order)}/sign", timeout=120).ok

    def decline(self, sent: SentRequest, order: int, reason: str) -> None:
        """Press the button *Avslå*."""
        requests.post(f"{self._link(sent, order)}/decline", data={"reason": reason}, timeout=120).raise_for_status()

    def _link(self, sent: SentRequest, order: int) -> str:
        """Return a link as the signer was given it, also when the desk tells it no more."""
        if sent.provider_id not in self.links:
            self.links[sent.provider_id] = self.provider.signer_links(sent.provider_id)
        return self.links[sent.provider_id].get(order, f"{self.server.address}/sign/ended")


class TestDeskProvider(ProviderContract):
    """The signing desk keeps the contract."""

    @pytest.fixture
    def bench(self, desk: RunningDesk, clock: Clock) -> DeskBench:
        """Give the desk's workbench."""
        return DeskBench(desk.provider, desk, clock, {})


def test_the_same_request_twice_is_one(desk: RunningDesk) -> None:
    """A reference that the desk has with the same PDF counts as sent, with the same ids."""
    assert desk.send() == desk.send()


def test_another_document_under_the_reference_is_not_sent(desk: RunningDesk) -> None:
    """A reference that the desk has with another PDF is refused."""
    desk.send()
    other = agreement("En annen avtale")
    with pytest.raises(NotSent, match="another document"):
        desk.provider.send(intent_of(other, "ref-1", desk.clock() + timedelta(days=1)), other)


def test_a_refusal_means_not_sent_and_says_nothing_personal(desk: RunningDesk) -> None:
    """The desk's code word is told, not its text."""
    intent = replace(intent_of(agreement(), "ref-1", desk.clock() + timedelta(days=91)), title="Hemmelig")
    with pytest.raises(NotSent, match=r"refused the request: 422 deadline\.$"):
        desk.provider.send(intent, agreement())
    assert desk.provider.find("ref-1") == NoSuchRequest()


def test_a_wrong_token_is_a_provider_error(desk: RunningDesk) -> None:
    """It is told apart from a request that is not there."""
    stranger = DeskProvider(desk.address, "wrong", desk.session)
    with pytest.raises(ProviderError, match="401 unauthorised"):
        stranger.find("ref-1")
    with pytest.raises(NotSent, match="401 unauthorised"):
        stranger.send(intent_of(agreement(), "ref-1", desk.clock() + timedelta(days=1)), agreement())


def test_one_lost_request_does_not_hide_the_others(desk: RunningDesk) -> None:
    """The poll tells about all that can be read, and then which could not."""
    good = OpenRequest(desk.send().provider_id, "ref-1")
    lost, swapped = OpenRequest("none", "ref-2"), OpenRequest(good.provider_id, "ref-3")
    told = desk.provider.poll([lost, swapped, good])
    assert next(told).reference == "ref-1"
    with pytest.raises(
        ProviderError,
        match=r"no longer has 1 of 3 open requests: ref-2.*could not tell about 1 of 3 open requests: ref-3",
    ):
        next(told)


def test_the_evidence_comes_with_the_document(desk: RunningDesk) -> None:
    """Beside the PDF lie the desk's own account as JSON, and as a page for people."""
    sent = desk.send()
    desk.act(sent.provider_id, 1, "sign")
    desk.act(sent.provider_id, 2, "sign")
    (update,) = desk.provider.poll([OpenRequest(sent.provider_id, "ref-1")])
    evidence, page = desk.provider.fetch_signed(update).evidence
    assert (evidence.name, evidence.media_type) == ("evidence.json", "application/json")
    assert (page.name, page.media_type) == ("bevis.pdf", "application/pdf")
    assert b'"what":"completed"' in evidence.content
    with pytest.raises(ProviderError, match="404"):
        desk.provider.fetch_signed(replace(update, provider_id="none"))


def test_links_are_given_on_asking_and_only_the_desks_own(desk: RunningDesk) -> None:
    """Sending keeps no links; a desk that gives links to another address is not believed."""
    sent = desk.send()
    assert sent.urls == {}
    assert list(desk.provider.signer_links(sent.provider_id)) == [1, 2]
    elsewhere = DeskProvider(desk.address.replace("127.0.0.1", "localhost"), desk.token, desk.session)
    with pytest.raises(ProviderError, match="another address"):
        elsewhere.signer_links(sent.provider_id)


def test_signers_may_reach_the_desk_at_another_address_than_the_program(desk: RunningDesk) -> None:
    """As behind a proxy: the program asks the desk on its own machine, and links lead to the name that signers know."""
    sent = desk.send()
    inside = desk.address.replace("127.0.0.1", "localhost")
    behind = DeskProvider(inside, desk.token, desk.session, address=f"{desk.address}/")
    assert behind.signer_links(sent.provider_id) == desk.provider.signer_links(sent.provider_id)
    astray = DeskProvider(desk.address, desk.token, desk.session, address="https://signer.example")
    with pytest.raises(ProviderError, match="AVTALEFLYT_DESK_ADDRESS"):
        astray.signer_links(sent.provider_id)


def test_capabilities_say_what_the_desk_can(desk: RunningDesk) -> None:
    """Webhooks with a secret only; lookup settles doubts; reminders only where the desk has e-mail."""
    can = desk.provider.capabilities
    assert (can.webhook, can.queue_polling) == (False, False)
    assert (can.lookup_by_reference, can.lookup_conclusive, can.order_enforced) == (True, True, True)
    assert DeskProvider(desk.address, desk.token, desk.session, reminds=True).capabilities.remind_now
    with pytest.raises(NotSupported):
        desk.provider.remind(OpenRequest("x", "ref-1"), 1)


def test_ten_signers_sign_one_document(desk: RunningDesk) -> None:
    """The most signers there may be, one after the other."""
    signers = [replace(BOTH[0], order=order, name=f"Signatar {order}") for order in range(1, 11)]
    sent = desk.send(signers=signers)
    for order in range(1, 11):
        assert desk.act(sent.provider_id, order, "sign").ok
    (update,) = desk.provider.poll([OpenRequest(sent.provider_id, "ref-1")])
    assert update.status == RequestStatus.SIGNED
    assert desk.provider.fetch_signed(update).pdf.count(b"ETSI.CAdES.detached") == 10
    assert desk.provider.find("ref-1") == FoundRequests([sent])
