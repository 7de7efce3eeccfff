"""Posten signering: the contract, the package that xmlsec judges, the queue and its times, TLS, and what goes wrong."""

import gc
import io
import socket
import struct
import threading
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import sleep
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from lxml import etree

from flows.errors import NotSent, PerhapsSent, ProviderError, WrongUse
from flows.register import Register
from flows.signing.port import RequestStatus, SentRequest
from flows.signing.providers import http_calls
from flows.signing.providers.posten import PostenProvider, open_certificate, posten_session
from flows.signing.providers.posten.asice_package import canonical, package
from flows.signing.providers.posten.responses import BY_IDENTITY_NUMBER, permitted_poll_time, read_status_change
from flows.signing.rate_limiter import SharedPollTimes
from tests.conftest import SHARED, Clock
from tests.signing.certificate_factory import authority, enterprise, pkcs12_file
from tests.signing.posten.server import (
    ORGANISATION,
    QUEUE,
    SCHEMAS,
    PostenServer,
    accepted_by_xmlsec,
    posten_server,
    schema_fault,
    server_context,
)
from tests.signing.provider_server import Reply
from tests.signing.providers.bench import Bench
from tests.signing.providers.contract import ProviderContract
from tests.signing_desk.documents import KARI, OLA, agreement, intent_of

pytestmark = pytest.mark.usefixtures("english")

pytest.importorskip("xmlsec", reason="install it with: pip install xmlsec")
needs_schemas = pytest.mark.skipif(not SCHEMAS.exists(), reason="lay the published schemas at ../shared/specs/posten")


def provider_at(address: str, folder: Path, clock: Clock, organisation: str = ORGANISATION) -> PostenProvider:
    """Return the adapter with the test's enterprise certificate."""
    path = pkcs12_file(folder, enterprise(organisation), "hemmelig")
    certificate = open_certificate(path, "hemmelig", clock())
    bundle = folder / "bundle.pem"
    bundle.write_bytes(authority().pem)
    session, adapter = posten_session(certificate, bundle)
    return PostenProvider(address, ORGANISATION, QUEUE, certificate, session, clock, adapter=adapter)


class PostenBench(Bench[PostenProvider, PostenServer]):
    """Posten's server, the adapter, and people who sign."""

    def sign(self, sent: SentRequest, order: int) -> bool:
        """Sign."""
        return self.server.act(sent.provider_id, order, "SIGNED")

    def decline(self, sent: SentRequest, order: int, reason: str) -> None:
        """Refuse."""
        assert self.server.act(sent.provider_id, order, "REJECTED")

    def move_deadline(self, sent: SentRequest, to: datetime) -> bool:
        """Move it, as the sender can in Posten's portal."""
        job = self.server.jobs[int(sent.provider_id)]
        job.seconds = int((to - job.opened_at).total_seconds())
        return True

    def change_address(self, sent: SentRequest, order: int, email: str) -> bool:
        """Let the job reach somebody else."""
        self.server.jobs[int(sent.provider_id)].contacts[order - 1] = email
        return True


@pytest.fixture
def bench(tmp_path: Path, clock: Clock) -> Iterator[PostenBench]:
    """Give Posten's workbench."""
    server = PostenServer(clock)
    with posten_server(tmp_path, server) as address:
        yield PostenBench(provider_at(address, tmp_path, clock), server, clock)


class TestPostenProvider(ProviderContract):
    """Posten keeps the contract."""


@needs_schemas
def test_requests_are_valid(bench: PostenBench) -> None:
    """Job request, manifest and package pass the published schemas and xmlsec: the server refuses anything else."""
    bench.send()
    (manifest,) = bench.server.manifests
    assert schema_fault(manifest) == ""
    with zipfile.ZipFile(io.BytesIO(bench.server.packages[0])) as files:
        signatures = etree.fromstring(files.read("META-INF/signatures.xml"))
    third = SCHEMAS / "thirdparty"
    etree.XMLSchema(etree.parse(str(third / "ts_102918v010201.xsd"))).assertValid(signatures)
    wrapper = (
        '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:avtaleflyt:xades">'
        '<xs:import namespace="http://www.w3.org/2000/09/xmldsig#" schemaLocation="xmldsig-core-schema.xsd"/>'
        '<xs:import namespace="http://uri.etsi.org/01903/v1.3.2#" schemaLocation="XAdES.xsd"/></xs:schema>'
    )
    xades = etree.XMLSchema(etree.fromstring(wrapper, base_url=f"{third}/wrapper.xsd"))
    properties = signatures.find(".//{http://uri.etsi.org/01903/v1.3.2#}QualifyingProperties")
    assert properties is not None
    xades.assertValid(properties)


@needs_schemas
@pytest.mark.parametrize("name", ["æøå čŋž & <b>", "x" * 200, "«Tittel» – 1"])
def test_awkward_titles_are_valid(bench: PostenBench, name: str) -> None:
    """Letters, mark-up and length of a title never break the request."""
    intent = replace(bench.intent(), title=name, public_title=name)
    assert bench.provider.send(intent, agreement()).provider_id == "4711"


def test_one_changed_byte_is_refused(bench: PostenBench) -> None:
    """The package holds as it is; with one byte of the document, the manifest or the signed properties changed, not."""
    bench.send()
    ours = enterprise(ORGANISATION).der
    (packed,) = bench.server.packages
    assert accepted_by_xmlsec(packed, ours)
    with zipfile.ZipFile(io.BytesIO(packed)) as files:
        contents = {name: files.read(name) for name in files.namelist()}
    changes = {
        "avtale.pdf": (b"%PDF-1", b"%PDF-2"),
        "manifest.xml": (b"avtale.pdf", b"avtale.pdg"),
        "META-INF/signatures.xml": (b"application/pdf", b"application/pdg"),
    }
    for name, (before, after) in changes.items():
        assert before in contents[name]
        changed = io.BytesIO()
        with zipfile.ZipFile(changed, "w") as files:
            for each, content in contents.items():
                files.writestr(each, content.replace(before, after, 1) if each == name else content)
        assert not accepted_by_xmlsec(changed.getvalue(), ours), name
    assert not accepted_by_xmlsec(packed, enterprise("888888888").der), "another's certificate"


def test_the_judge_refuses_naive_canonicalisation(
    tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without parsing the subtree anew, digest and signature agree with themselves and with nobody else."""
    certificate = open_certificate(pkcs12_file(tmp_path, enterprise(ORGANISATION), "x"), "x", clock())
    files = {"avtale.pdf": ("application/pdf", b"%PDF-1.7")}
    assert accepted_by_xmlsec(package(files, certificate, clock()), enterprise(ORGANISATION).der)
    naive = lambda element: etree.tostring(element, method="c14n")  # noqa: E731
    monkeypatch.setattr("flows.signing.providers.posten.asice_package.canonical", naive)
    assert canonical is not naive
    assert not accepted_by_xmlsec(package(files, certificate, clock()), enterprise(ORGANISATION).der)


def test_nobody_is_addressed_without_an_address(bench: PostenBench) -> None:
    """A signer without e-mail and mobile is a refusal before anything leaves."""
    intent = replace(bench.intent(), signers=[KARI, replace(OLA, email="")])
    with pytest.raises(NotSent, match="Signer 2"):
        bench.provider.send(intent, agreement())
    with pytest.raises(NotSent, match="10 MB"):
        bench.provider.send(bench.intent(), b"%PDF-" + b" " * 10_485_760)
    assert bench.server.asked == []


def test_signers_are_told_apart_by_address(bench: PostenBench) -> None:
    """The update names addresses; ours say which signer each is, whatever their order in the update."""
    request = bench.send()
    request = replace(request, addresses={1: ["ola@lege.example"], 2: ["kari@kommune.example"]})
    bench.server.act(request.provider_id, 1, "SIGNED")
    bench.pass_minutes(11)
    (update,) = bench.provider.poll([request])
    assert [(one.order, one.status) for one in update.signers] == [(1, "WAITING"), (2, "SIGNED")]


def test_the_permitted_poll_time_is_obeyed_over_restarts(bench: PostenBench, register: Register) -> None:
    """An empty queue is asked again after the time that Posten gave, by any process on the register, and no sooner."""
    for _restart in range(3):
        bench.provider._poll_times = SharedPollTimes(register, "posten:queue")
        assert list(bench.provider.poll([])) == []
    assert bench.server.asked == ["poll"]
    bench.clock.forward(minutes=9)
    assert list(bench.provider.poll([])) == []
    bench.clock.forward(minutes=1)
    assert list(bench.provider.poll([])) == []
    assert bench.server.asked == ["poll", "poll"]


def test_a_poll_time_an_hour_ahead_and_a_clock_set_back(bench: PostenBench) -> None:
    """An early poll is told a time and waits for it; a clock that was set back a day stops polling for no day."""
    bench.server.next_poll = bench.clock() + timedelta(hours=1)
    assert list(bench.provider.poll([])) == []
    bench.clock.forward(minutes=59)
    assert list(bench.provider.poll([])) == []
    assert bench.server.asked == ["poll"]
    bench.clock.forward(days=-1)
    bench.server.next_poll = None
    assert list(bench.provider.poll([])) == []
    assert bench.server.asked == ["poll", "poll"]


def test_a_flood_is_waited_out(bench: PostenBench) -> None:
    """Blocked for calling too fast, the queue is left alone for half a minute."""
    bench.server.floods = True
    bench.server.calls_at = [bench.clock()] * 11
    assert list(bench.provider.poll([])) == []
    assert list(bench.provider.poll([])) == []
    assert bench.server.asked == ["poll"]
    with pytest.raises(NotSent, match="429"):
        bench.send()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-12-01T10:00:00+01:00[Europe/Oslo]", datetime(2026, 12, 1, 9, tzinfo=UTC)),
        ("2026-12-01T10:00:00.123+01:00", datetime(2026, 12, 1, 9, 0, 0, 123000, tzinfo=UTC)),
        ("2026-12-01T09:00:00Z", datetime(2026, 12, 1, 9, tzinfo=UTC)),
        ("soon", None),
        ("2026-12-01T10:00:00", None),
        (None, None),
    ],
)
def test_poll_times_are_read(text: str | None, expected: datetime | None) -> None:
    """With the zone's name behind or without; what is no instant is none."""
    assert permitted_poll_time(text) == expected


def test_progress_is_acknowledged_and_never_archived(bench: PostenBench) -> None:
    """One of two has signed: there is a pades-url, and nothing to fetch."""
    request = bench.send()
    bench.sign(SentRequest(request.provider_id), 1)
    (update,) = bench.provider.poll([request])
    assert update.status == RequestStatus.OPEN
    assert "pades" in update.urls
    with pytest.raises(ProviderError, match="Not everybody"):
        bench.provider.fetch_signed(update)
    bench.provider.acknowledge(update)
    bench.pass_minutes(11)
    assert list(bench.provider.poll([request])) == []


def test_an_unconfirmed_update_comes_again(bench: PostenBench) -> None:
    """It is leased for ten minutes; confirmed, the job is gone and confirming again is no error."""
    request = bench.send()
    for order in (1, 2):
        bench.sign(SentRequest(request.provider_id), order)
    (update,) = bench.provider.poll([request])
    bench.clock.forward(minutes=10)
    (again,) = bench.provider.poll([request])
    assert again == replace(update, signers=again.signers)
    assert len(bench.provider.fetch_signed(again).evidence) == 2
    bench.provider.acknowledge(again)
    bench.provider.acknowledge(again)
    assert bench.server.jobs == {}


@pytest.mark.parametrize(
    ("words", "expected", "reason"),
    [
        (["SIGNED", "REJECTED"], RequestStatus.DECLINED, ""),
        (["CANCELLED", "EXPIRED"], RequestStatus.CANCELLED, ""),
        (["EXPIRED", "NOT_APPLICABLE"], RequestStatus.EXPIRED, ""),
        (["RESERVED", "NOT_APPLICABLE"], RequestStatus.CANCELLED, "RESERVED"),
        (["BLOCKED", "SOMETHING_ELSE"], RequestStatus.CANCELLED, "BLOCKED, SOMETHING_ELSE"),
    ],
)
def test_a_failed_job_is_told_by_its_signers(
    bench: PostenBench, words: list[str], expected: RequestStatus, reason: str
) -> None:
    """The first that fits of refused, cancelled and expired; anything else is cancelled, with its word as reason."""
    request = bench.send()
    job = bench.server.jobs[int(request.provider_id)]
    job.statuses, job.status, job.change = words, "FAILED", 1
    (update,) = bench.provider.poll([request])
    assert (update.status, update.reason) == (expected, reason)


def test_new_words_decide_nothing(bench: PostenBench) -> None:
    """A signer status and a job status that nobody has heard of are kept as text; the request stays open."""
    request = bench.send()
    job = bench.server.jobs[int(request.provider_id)]
    job.statuses, job.status, job.change = ["SOMETHING_ELSE", "WAITING"], "SOMETHING_NEW", 1
    (update,) = bench.provider.poll([request])
    assert update.status == RequestStatus.OPEN
    assert update.signers[0].status == "SOMETHING_ELSE"


@needs_schemas
@pytest.mark.parametrize("name", ["status-change-response", "status-change-response-signer-without-pin"])
def test_the_published_examples_are_read(name: str) -> None:
    """Posten's own example messages; an identity number in one is passed over."""
    path = SHARED / "specs" / "posten" / "schema" / "examples" / "portal" / f"{name}.xml"
    change = read_status_change(path.read_bytes())
    assert change.urls["confirm"].startswith("https://")
    assert not any(contact.isdigit() and len(contact) == 11 for one in change.signatures for contact in one.contacts)


@pytest.mark.parametrize(
    ("identifier", "told"),
    [
        ('<identifier><email address="kari@x.example"/></identifier>', "kari@x.example"),
        ('<identifier><sms number="+4790000001"/></identifier>', "+4790000001"),
        (
            '<identifier><email address="kari@x.example"/><sms number="+47 900 00 001"/></identifier>',
            "kari@x.example +4790000001",
        ),
        ("<personal-identification-number>12345678910</personal-identification-number>", BY_IDENTITY_NUMBER),
    ],
)
def test_how_a_signer_was_reached_comes_with_the_signed_file(bench: PostenBench, identifier: str, told: str) -> None:
    """As Posten echoes it, for those who have signed; an identity number is told as that it is one."""
    request = bench.send()
    for order in (1, 2):
        bench.sign(SentRequest(request.provider_id), order)
    job = bench.server.jobs[int(request.provider_id)]
    job.identifiers = {1: identifier}
    (update,) = bench.provider.poll([request])
    assert list(bench.provider.fetch_signed(update).signed_addresses) == [told, job.contacts[1]]


def test_the_host_name_does_not_matter_but_the_organisation_does(tmp_path: Path, clock: Clock) -> None:
    """A certificate that is not issued to the host passes; one of another organisation or authority gets no byte."""
    for organisation, issuer in (("888888888", "Prøve CA 3"), ("984661185", "En annen CA")):
        server = PostenServer(clock)
        with server.running(server_context(tmp_path, organisation, issuer)):
            provider = provider_at(f"{server.address}/api", tmp_path, clock)
            with pytest.raises(NotSent, match="nothing was sent"):
                provider.send(intent_of(agreement(), "a-v1-a1", clock() + timedelta(days=1)), agreement())
            with pytest.raises(ProviderError):
                provider.identify_sender()
        assert server.asked == []


def _connect_and_hesitate(address: tuple[str, int], timeout: float, **options: Any) -> socket.socket:
    connection = socket.create_connection(address, timeout)
    sleep(0.3)
    return connection


@pytest.mark.parametrize("manner", ["closes", "resets", "resets before TLS begins", "is silent", "speaks no TLS"])
def test_whoever_breaks_off_before_a_connection_gets_no_byte(
    tmp_path: Path, clock: Clock, manner: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """TLS that does not come about is not sent: nobody has to look up in Posten's portal what never left.

    No connection is left open, either.
    """
    monkeypatch.setattr(http_calls, "CONNECT_SECONDS", 0.5 if manner == "is silent" else 120)
    if manner == "resets before TLS begins":
        monkeypatch.setattr("urllib3.util.connection.create_connection", _connect_and_hesitate)

    def serve() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                with connection:
                    connection.settimeout(120)
                    if manner == "resets before TLS begins":
                        sleep(0.1)
                    if manner.startswith("resets"):
                        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    elif manner == "speaks no TLS":
                        connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
                    elif manner == "is silent":
                        while connection.recv(65_536):
                            pass

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve)
        thread.start()
        provider = provider_at(f"https://127.0.0.1:{listener.getsockname()[1]}/api", tmp_path, clock)
        with pytest.raises(NotSent, match="nothing was sent"):
            provider.send(intent_of(agreement(), "a-v1-a1", clock() + timedelta(days=1)), agreement())
        listener.shutdown(socket.SHUT_RDWR)
    thread.join(120)
    gc.collect()  # warns of what is left open, and a warning is an error


def test_the_smoke_call_says_who_we_are(bench: PostenBench) -> None:
    """`You are [orgnr]`, over mutual TLS."""
    assert bench.provider.identify_sender() == f"You are [{ORGANISATION}]"


def test_an_expired_or_unreadable_certificate_is_a_wrong_setting(tmp_path: Path, clock: Clock) -> None:
    """Before anything is sent: with the day it ended, without its password."""
    ended = enterprise("777777777", end=datetime(2026, 11, 30, tzinfo=UTC))
    path = pkcs12_file(tmp_path, ended, "hemmelig")
    with pytest.raises(WrongUse, match=r"30\.11\.2026"):
        open_certificate(path, "hemmelig", clock())
    with pytest.raises(WrongUse, match="AVTALEFLYT_POSTEN_PASSWORD") as raised:
        open_certificate(path, "feil-passord", clock())
    assert "feil-passord" not in str(raised.value)


def test_the_key_leaves_no_trace(tmp_path: Path, clock: Clock) -> None:
    """Neither printing the certificate nor the adapter shows the key, and no file of it stays behind."""
    certificate = open_certificate(pkcs12_file(tmp_path, enterprise(ORGANISATION), "x"), "x", clock())
    before = set(Path("/tmp").glob("tmp*"))
    posten_session(certificate, _bundle(tmp_path))
    assert set(Path("/tmp").glob("tmp*")) <= before
    number = certificate.key.private_numbers().d
    assert str(number) not in repr(certificate)
    pem = certificate.key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    assert pem.decode()[:60] not in repr(certificate)


def _bundle(folder: Path) -> Path:
    path = folder / "bundle.pem"
    path.write_bytes(authority().pem)
    return path


def test_an_address_on_another_host_is_never_opened(bench: PostenBench) -> None:
    """Neither for fetching nor for confirming nor for cancelling do we follow an answer elsewhere."""
    request = bench.send()
    for order in (1, 2):
        bench.sign(SentRequest(request.provider_id), order)
    (update,) = bench.provider.poll([request])
    bench.server.asked.clear()
    for elsewhere in ("https://evil.example/x", "http://127.0.0.1/x", f"{bench.server.address}@evil.example/x"):
        with pytest.raises(ProviderError, match="another host"):
            bench.provider.fetch_signed(replace(update, urls={"pades": elsewhere}))
        with pytest.raises(ProviderError, match="another host"):
            bench.provider.acknowledge(replace(update, token=elsewhere))
        with pytest.raises(ProviderError, match="another host"):
            bench.provider.cancel(replace(request, urls={"cancel": elsewhere}), "")
    assert bench.server.asked == []


@pytest.mark.parametrize("fault", ["reset", "lost", "lost502", "500", "502", "408", "html", "garbage", "half"])
def test_a_doubtful_create_is_perhaps_sent(bench: PostenBench, fault: str) -> None:
    """One call, never repeated, whatever breaks."""
    bench.server.faults = {"create": [fault]}
    with pytest.raises(PerhapsSent):
        bench.send()
    assert bench.server.asked == ["create"]


def test_an_answer_about_another_job_is_perhaps_sent(bench: PostenBench) -> None:
    """A 200 that carries another reference than ours is believed by nobody."""
    bench.server.faults = {"create": [""]}
    intent = bench.intent()
    original = bench.server._create
    bench.server._create = lambda call: _renamed(original(call))  # type: ignore[method-assign]
    with pytest.raises(PerhapsSent, match="another request"):
        bench.provider.send(intent, agreement())


def _renamed(reply: Reply) -> Reply:
    reply.body = reply.body.replace(b"a1b2-v1-a1", b"zzzz-v1-a1")
    return reply


def test_a_refusal_tells_the_code_and_no_text(bench: PostenBench) -> None:
    """Posten's message may repeat names; the code is enough."""
    bench.provider._calls = replace(bench.provider._calls, base_url=f"{bench.server.address}/api/123456789")
    with pytest.raises(NotSent) as raised:
        bench.send("b2c3-v1-a1")
    assert str(raised.value) == "Posten signering refused the request: 403 BROKER_NOT_AUTHORIZED."
