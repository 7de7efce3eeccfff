"""Posten's direct flow: the contract, addresses that are a signer's alone and good once, and its own deadline."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from lxml import etree

from flows.errors import NotFound, NotSent, NotSupported, PerhapsSent, ProviderError, TransitionRefused
from flows.register import Register, State
from flows.signing import sending, signing_links
from flows.signing.port import OpenRequest, RequestStatus, SentRequest
from flows.signing.providers.posten import PostenDirectProvider, open_certificate, posten_session
from flows.signing.providers.posten.responses import InvalidResponse, read_direct_status
from tests.conftest import SHARED, Clock
from tests.signing.certificate_factory import authority, enterprise, pkcs12_file
from tests.signing.paper_provider import PaperProvider, approved_agreement
from tests.signing.posten.direct_server import PostenDirectServer
from tests.signing.posten.server import NAMESPACE, ORGANISATION, QUEUE, SCHEMAS, posten_server, schema_fault
from tests.signing.providers.bench import Bench
from tests.signing.providers.contract import ProviderContract
from tests.signing_desk.documents import BOTH, KARI, OLA, agreement, intent_of

pytestmark = pytest.mark.usefixtures("english")

pytest.importorskip("xmlsec", reason="install it with: pip install xmlsec")
EXAMPLES = SHARED / "specs" / "posten" / "schema" / "examples" / "direct"
BACK = "https://avtaleflyt.example/signering/tilbake"


class DirectBench(Bench[PostenDirectProvider, PostenDirectServer]):
    """Posten's server, the adapter, and people who go to sign from here."""

    def sign(self, sent: SentRequest, order: int) -> bool:
        """Ask for a link, follow it, and sign."""
        return self.follow(sent, order, "SIGNED")

    def decline(self, sent: SentRequest, order: int, reason: str) -> None:
        """Refuse."""
        assert self.follow(sent, order, "REJECTED")

    def follow(self, sent: SentRequest, order: int, word: str) -> bool:
        """Go to where one signs, and say that word; False where there is no way."""
        try:
            link = self.provider.signing_link(OpenRequest(sent.provider_id, "", sent.urls), order)
        except ProviderError:
            return False
        return self.server.open_place(link, word)


@pytest.fixture
def bench(tmp_path: Path, clock: Clock) -> Iterator[DirectBench]:
    """Give the workbench of the direct flow."""
    server = PostenDirectServer(clock)
    certificate = open_certificate(pkcs12_file(tmp_path, enterprise(ORGANISATION), "hemmelig"), "hemmelig", clock())
    bundle = tmp_path / "bundle.pem"
    bundle.write_bytes(authority().pem)
    session, adapter = posten_session(certificate, bundle)
    with posten_server(tmp_path, server) as address:
        provider = PostenDirectProvider(
            address, ORGANISATION, QUEUE, certificate, session, clock, return_address=BACK, adapter=adapter
        )
        yield DirectBench(provider, server, clock)


class TestPostenDirectProvider(ProviderContract):
    """The direct flow keeps the contract."""


def test_requests_are_valid_and_say_where_signers_come_back_to(bench: DirectBench) -> None:
    """The server judges request and manifest by the published schema; nobody's address is in them."""
    bench.send()
    assert schema_fault(bench.server.manifests[0]) == ""
    assert b"@" not in bench.server.manifests[0]
    assert bench.server.exits == {
        "completion-url": f"{BACK}?utfall=signert",
        "rejection-url": f"{BACK}?utfall=avslag",
        "error-url": f"{BACK}?utfall=feil",
    }


def test_a_deadline_that_posten_would_cut_short_is_refused(bench: DirectBench) -> None:
    """A direct job lives for 30 days: a later deadline would be a promise to signers that does not hold."""
    intent = intent_of(agreement(), "a1b2-v1-a1", bench.deadline(30) + timedelta(seconds=1))
    with pytest.raises(NotSent, match="AVTALEFLYT_SIGNING_DAYS to 29"):
        bench.provider.send(intent, agreement())
    assert bench.server.created == []


def test_an_address_is_good_once_and_the_ones_before_it_are_void(bench: DirectBench) -> None:
    """Whoever finds an old link in a browser's history signs nothing."""
    request = bench.send()
    first, second = (bench.provider.signing_link(request, 1) for _ in range(2))
    assert first != second
    assert not bench.server.open_place(first, "SIGNED")
    assert bench.server.open_place(second, "SIGNED")
    assert not bench.server.open_place(second, "REJECTED")


def test_our_deadline_is_told_once_the_queue_is_empty(bench: DirectBench) -> None:
    """Posten knows no deadline: a signature that waits in the queue is told first, and wins."""
    open_one, signed = bench.send("a1b2-v1-a1"), bench.send("c3d4-v1-a1")
    ends = bench.clock() + timedelta(days=3)
    requests = [OpenRequest(one.provider_id, one.reference, one.urls, deadline=ends) for one in (open_one, signed)]
    for order in (1, 2):
        assert bench.sign(SentRequest(signed.provider_id, signed.urls), order)
    bench.pass_days(4)
    bench.server.faults = {"poll": ["500"]}
    with pytest.raises(ProviderError):
        list(bench.provider.poll(requests))
    told = {update.reference: update.status for update in bench.provider.poll(requests)}
    assert told == {"a1b2-v1-a1": RequestStatus.EXPIRED, "c3d4-v1-a1": RequestStatus.SIGNED}
    with pytest.raises(ProviderError, match="deadline"):
        bench.provider.signing_link(requests[0], 1)


def test_an_update_tells_no_addresses_and_evidence_comes_by_signer(bench: DirectBench) -> None:
    """The direct flow addresses nobody: no address is compared, and each signer's evidence is fetched."""
    request = bench.signed()
    (update,) = bench.provider.poll([request])
    document = bench.provider.fetch_signed(update)
    assert (update.signed_addresses, document.signed_addresses) == ([], [])
    assert [one.name for one in document.evidence] == ["xades-1.xml", "xades-2.xml"]


@pytest.mark.parametrize(
    ("name", "attribute", "text"),
    [
        ("direct-signature-job-response", "signer-identifier", "Kari"),
        ("direct-signature-job-response", "signature-job-id", "../1"),
        ("direct-signature-job-response", "reference", "another-v1-a1"),
    ],
)
def test_an_answer_about_something_else_is_no_sent_request(
    bench: DirectBench, name: str, attribute: str, text: str
) -> None:
    """It may have been created: a person looks."""
    original = bench.server.created_body

    def altered(job: object) -> str:
        root = etree.fromstring(original(job))  # type: ignore[arg-type]
        assert etree.QName(root).localname == name
        for one in root.iter(f"{{{NAMESPACE}}}{attribute}"):
            one.text = text
        return etree.tostring(root, encoding="unicode")

    bench.server.created_body = altered  # type: ignore[method-assign]
    with pytest.raises(PerhapsSent):
        bench.provider.send(bench.intent(), agreement())


@pytest.mark.skipif(not SCHEMAS.exists(), reason="lay the published schemas at ../shared/specs/posten")
def test_published_examples_are_read() -> None:
    """Where signers are known by our order; an example without is refused, since nobody could be told by it."""
    with pytest.raises(InvalidResponse):
        read_direct_status((EXAMPLES / "status-response.xml").read_bytes())
    body = (EXAMPLES / "status-response.xml").read_text().replace("<status ", '<status signer="1" ')
    change = read_direct_status(body.replace("<xades-url>", '<xades-url signer="1">').encode())
    assert change.outcome() == (RequestStatus.SIGNED, "")
    assert set(change.urls) == {"confirm", "pades", "xades-1"}


class Sent:
    """An agreement that is out in the direct flow, as the register has it."""

    def __init__(self, register: Register, bench: DirectBench, agreement_id: str) -> None:
        self.register, self.bench, self.id = register, bench, agreement_id
        state = sending.send(
            register, bench.provider, agreement_id, BOTH, lambda _digest: agreement(), "ALIS-avtale", 20
        )
        assert state == State.SENT

    def link(self, email: str) -> str:
        """Return the link of whoever has this address."""
        return signing_links.link_to_sign(self.register, self.bench.provider, self.id, email)


@pytest.fixture
def sent(register: Register, bench: DirectBench) -> Sent:
    """Give an agreement that Kari signs first, and then Ola."""
    return Sent(register, bench, approved_agreement(register))


def test_each_signer_who_is_signed_in_gets_her_own_link_in_her_turn(sent: Sent) -> None:
    """Ola waits for Kari, whatever Posten would let him do; a stranger finds nothing, and no link is kept."""
    waiting = signing_links.awaited_signatures(sent.register, sent.bench.provider, OLA.email.upper())
    assert [(one.agreement_id, one.order, one.is_next) for one in waiting] == [(sent.id, 2, False)]
    with pytest.raises(TransitionRefused, match="turn"):
        sent.link(OLA.email)
    for stranger in ("", "fremmed@lege.example"):
        with pytest.raises(NotFound):
            sent.link(stranger)
        assert not signing_links.awaited_signatures(sent.register, sent.bench.provider, stranger)
    assert sent.bench.server.open_place(sent.link(KARI.email), "SIGNED")


def test_a_provider_that_writes_to_signers_itself_gives_no_link(register: Register, sent: Sent) -> None:
    """That is a sentence."""
    with pytest.raises(NotSupported, match="e-mail"):
        signing_links.link_to_sign(register, PaperProvider("posten"), sent.id, KARI.email)
