"""Documenso: the contract, every habit that a running instance showed, and the real one where it is given."""

import json
import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import requests

from flows.dates import end_of_day, oslo_date
from flows.errors import NotSent, PerhapsSent, ProviderError
from flows.signing.port import (
    CancelOutcome,
    FoundRequests,
    NoSuchRequest,
    OpenRequest,
    RequestStatus,
    SentRequest,
    WebhookNotice,
)
from flows.signing.providers.documenso import DocumensoProvider
from flows.signing.providers.documenso.responses import Envelope, code_of
from flows.signing.providers.http_calls import ProviderResponse
from tests.conftest import SHARED, Clock
from tests.signing.documenso.server import SECRET, TOKEN, DocumensoServer, given_json
from tests.signing.provider_server import Call, Reply
from tests.signing.providers.bench import Bench
from tests.signing.providers.contract import ProviderContract
from tests.signing_desk.documents import BOTH, KARI, OLA, agreement, at_line, intent_of
from tests.silences import wait_briefly_where

pytestmark = pytest.mark.usefixtures("english")

RECORDED = SHARED / "specs" / "documenso" / "recorded"
needs_recordings = pytest.mark.skipif(not RECORDED.exists(), reason="lay the recordings at ../shared/specs/documenso")


class DocumensoBench(Bench[DocumensoProvider, DocumensoServer]):
    """The instance, its adapter, and people at its web pages."""

    def sign(self, sent: SentRequest, order: int) -> bool:
        """Sign."""
        return self.server.sign(sent.provider_id, order)

    def decline(self, sent: SentRequest, order: int, reason: str) -> None:
        """Reject."""
        self.server.reject(sent.provider_id, order, reason)

    def move_deadline(self, sent: SentRequest, to: datetime) -> bool:
        """Renew everybody's link."""
        for person in self.server.envelopes[sent.provider_id]["recipients"]:
            person["expiresAt"] = to.isoformat()
        return True

    def change_address(self, sent: SentRequest, order: int, email: str) -> bool:
        """Change it in the envelope."""
        self.server.envelopes[sent.provider_id]["recipients"][order - 1]["email"] = email
        return True


@pytest.fixture
def bench(clock: Clock) -> Iterator[DocumensoBench]:
    """Give Documenso's workbench."""
    server = DocumensoServer(clock)
    with server.running(), requests.Session() as session:
        provider = DocumensoProvider(server.address, TOKEN, session, clock, secrets=["gammel", SECRET])
        yield DocumensoBench(provider, server, clock)


@pytest.fixture
def impatient(bench: DocumensoBench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for a moment where we would wait for a minute in vain."""
    wait_briefly_where(bench.server.will_be_silent, monkeypatch)


class TestDocumensoProvider(ProviderContract):
    """Documenso keeps the contract."""


def test_fields_lie_on_the_signature_lines(bench: DocumensoBench) -> None:
    """An anchor in points from the lower left becomes percent from the upper left; A4 is 595.28 by 841.89."""
    signers = [at_line(KARI, 60), OLA]
    bench.provider.send(intent_of(agreement(), "a-v1-a1", bench.deadline(1), signers), agreement())
    (envelope,) = bench.server.envelopes.values()
    first, second = (person["fields"][0] for person in envelope["recipients"])
    assert (first["page"], first["type"], first["identifier"]) == (1, "SIGNATURE", 0)
    found = [first[name] for name in ("positionX", "positionY", "width", "height")]
    assert found == pytest.approx(
        [100 * 60 / 595.28, 100 * (1 - 135 / 841.89), 100 * 190 / 595.28, 100 * 45 / 841.89], abs=0.01
    )
    assert 0 < second["positionY"] < 100 - second["height"]
    assert envelope["documentMeta"]["signingOrder"] == "SEQUENTIAL"
    assert envelope["documentMeta"]["envelopeExpirationPeriod"] == {"unit": "day", "amount": 1}


def test_a_pending_download_is_not_believed(bench: DocumensoBench) -> None:
    """The instance gives the unsigned bytes with 200 while it is pending: the status is asked for first."""
    request = bench.send()
    update = next(iter(bench.provider.poll([request])))
    bench.server.asked.clear()
    with pytest.raises(ProviderError, match="not completed"):
        bench.provider.fetch_signed(update)
    assert "download" not in bench.server.asked


def test_a_completed_download_without_its_seal_is_not_believed(bench: DocumensoBench) -> None:
    """Completed, and still the bytes that were sent: an error, and fetched again later."""
    request = bench.signed()
    update = next(iter(bench.provider.poll([request])))
    bench.server.pdfs = {name: agreement() for name in bench.server.pdfs}
    with pytest.raises(ProviderError, match="without its seal"):
        bench.provider.fetch_signed(update)


def test_an_empty_draft_is_deleted_and_not_sent(bench: DocumensoBench) -> None:
    """Where the file got lost the instance says 200: the draft is seen to be empty, deleted, and nobody is mailed."""
    bench.server.loses_files = True
    with pytest.raises(NotSent, match="without our document"):
        bench.send()
    assert (bench.server.envelopes, bench.server.mails) == ({}, [])


def test_a_refused_distribution_is_not_sent(bench: DocumensoBench) -> None:
    """A 4xx on the second step deletes the draft; its text, with names and addresses in it, is told to nobody."""
    bench.server.faults = {"distribute": [""]}
    original = bench.server._create

    def create_without_fields(call: Call) -> Reply:
        reply = original(call)
        _forget_fields(bench.server)
        return reply

    bench.server._create = create_without_fields  # type: ignore[method-assign]
    with pytest.raises(NotSent) as raised:
        bench.send()
    assert str(raised.value) == ("Documenso did not send it out: 400 MISSING_SIGNATURE_FIELD; the draft was deleted.")
    assert bench.server.envelopes == {}


def _forget_fields(server: DocumensoServer) -> None:
    for envelope in server.envelopes.values():
        for person in envelope["recipients"]:
            person["fields"] = []


@pytest.mark.parametrize("fault", ["lost", "lost502", "half", "garbage", "silent"])
def test_a_lost_create_answer_goes_on_with_the_draft(bench: DocumensoBench, fault: str, impatient: None) -> None:
    """The draft is found by reference and distributed: one envelope, one e-mail."""
    bench.server.faults = {"create": [fault]}
    request = bench.send()
    assert bench.server.created == bench.server.distributed == ["a1b2-v1-a1"]
    assert bench.server.mails == ["kari@kommune.example"]
    assert bench.server.envelopes[request.provider_id]["status"] == "PENDING"


@pytest.mark.parametrize("fault", ["reset", "500", "502"])
def test_a_create_that_never_happened_is_looked_up(bench: DocumensoBench, fault: str) -> None:
    """Nothing is found by the reference: perhaps sent, never created again by the adapter."""
    bench.server.faults = {"create": [fault]}
    with pytest.raises(PerhapsSent):
        bench.send()
    assert bench.server.asked == ["create", "find"]


@pytest.mark.parametrize("fault", ["lost", "lost502", "half", "garbage", "silent"])
def test_a_lost_distribute_answer_is_read_from_the_envelope(bench: DocumensoBench, fault: str, impatient: None) -> None:
    """It is pending, so it was sent: distributing again would mail again."""
    bench.server.faults = {"distribute": [fault]}
    bench.send()
    assert bench.server.distributed == ["a1b2-v1-a1"]
    assert bench.server.mails == ["kari@kommune.example"]


@pytest.mark.parametrize("said", [{}, {"success": False}, {"success": True, "id": "envelope_other"}, []])
def test_a_distribution_is_believed_when_it_says_so(bench: DocumensoBench, said: object) -> None:
    """200 that does not say that this envelope was sent, and a draft that is still one: it must be looked up."""
    bench.server._distribute = lambda *_: given_json(said)  # type: ignore[method-assign]
    with pytest.raises(PerhapsSent):
        bench.send()


def test_a_web_page_has_distributed_nothing(bench: DocumensoBench) -> None:
    """A portal before the instance answers 200 with a page: nobody was mailed, and nothing is held to be sent."""
    bench.server.faults = {"distribute": ["html"]}
    with pytest.raises(PerhapsSent):
        bench.send()
    bench.clock.forward(minutes=11)
    assert bench.provider.find("a1b2-v1-a1") == NoSuchRequest()


def test_a_draft_that_is_held_to_be_sent_is_told(bench: DocumensoBench) -> None:
    """Somebody made it a draft again, or it never left: it would wait for ever, so a person hears of it."""
    request = bench.send()
    bench.server.envelopes[request.provider_id]["status"] = "DRAFT"
    told = bench.provider.poll([request])
    assert next(told).status == RequestStatus.OPEN
    with pytest.raises(ProviderError, match="has not sent out 1 of 1"):
        next(told)


def test_a_distribution_that_never_happened_stays_a_draft(bench: DocumensoBench) -> None:
    """Perhaps sent; a young draft cannot be told about, an old one is deleted and the reference is absent."""
    bench.server.faults = {"distribute": ["500"]}
    with pytest.raises(PerhapsSent):
        bench.send()
    with pytest.raises(ProviderError, match="looked up again later"):
        bench.provider.find("a1b2-v1-a1")
    bench.clock.forward(minutes=10)
    assert bench.provider.find("a1b2-v1-a1") == NoSuchRequest()
    assert (bench.server.envelopes, bench.server.mails) == ({}, [])


def test_references_are_compared_exactly(bench: DocumensoBench) -> None:
    """The instance searches by substring, in titles too, with wildcards; two envelopes under one are both told."""
    first, longer = bench.send("a1b2-v1-a1"), bench.send("a1b2-v1-a10")
    second = bench.send("a1b2-v1-a1")
    found = bench.provider.find("a1b2-v1-a1")
    assert isinstance(found, FoundRequests)
    assert {one.provider_id for one in found.matches} == {first.provider_id, second.provider_id}
    assert longer.provider_id not in {one.provider_id for one in found.matches}
    assert bench.provider.find("%") == NoSuchRequest()


def test_smtp_that_is_down_shows_at_the_signer(bench: DocumensoBench) -> None:
    """Distributed with 200 though nobody was mailed: the signer's word stays NOT_SENT."""
    bench.server.smtp = False
    request = bench.send()
    update = next(iter(bench.provider.poll([request])))
    assert [one.status for one in update.signers] == ["NOT_SENT", "NOT_SENT"]


def test_all_signed_but_pending_is_open_and_after_an_hour_told(bench: DocumensoBench) -> None:
    """Sealing can fail: the request stays open, and a person hears of it."""
    bench.server.seals = False
    request = bench.signed()
    (update,) = bench.provider.poll([request])
    assert update.status == RequestStatus.OPEN
    bench.clock.forward(minutes=61)
    told = bench.provider.poll([request])
    assert next(told).status == RequestStatus.OPEN
    with pytest.raises(ProviderError, match="did not seal"):
        next(told)


def test_a_rejection_that_comes_late(bench: DocumensoBench) -> None:
    """The recipient has rejected, the envelope is pending still: open and told, until the envelope says so."""
    request = bench.send()
    bench.server.reject(request.provider_id, 1, "feil navn")
    bench.server.envelopes[request.provider_id]["status"] = "PENDING"
    told = bench.provider.poll([request])
    update = next(told)
    with pytest.raises(ProviderError, match="a signer refused"):
        next(told)
    assert (update.status, update.signers[0].status) == (RequestStatus.OPEN, "REJECTED")
    bench.server.envelopes[request.provider_id]["status"] = "REJECTED"
    (update,) = bench.provider.poll([request])
    assert (update.status, update.reason) == (RequestStatus.DECLINED, "feil navn")


@pytest.mark.parametrize(("renewed", "moved"), [([1], False), ([1, 2], True)])
def test_the_end_moves_when_the_links_of_all_who_wait_are_renewed(
    bench: DocumensoBench, renewed: list[int], moved: bool
) -> None:
    """A link that was renewed for one of two leaves the end where it was; renewed for both, the request ends later."""
    deadline = end_of_day(oslo_date(bench.deadline(30)))
    sent = bench.provider.send(intent_of(agreement(), "a-v1-a1", deadline), agreement())
    request = OpenRequest(sent.provider_id, "a-v1-a1", sent.urls, deadline=deadline)
    later = bench.deadline(60)
    for person in bench.server.envelopes[sent.provider_id]["recipients"]:
        if person["signingOrder"] in renewed:
            person["expiresAt"] = later.isoformat()
    bench.clock.now = deadline + timedelta(seconds=1)
    (update,) = bench.provider.poll([request])
    assert (update.status == RequestStatus.OPEN) is moved
    assert update.deadline == (later if moved else None)


def test_an_expired_envelope_is_closed_there_too(bench: DocumensoBench) -> None:
    """It says pending for ever: acknowledging that it has expired here cancels it there."""
    request = bench.send()
    bench.clock.forward(days=30)
    (update,) = bench.provider.poll([request])
    assert update.status == RequestStatus.EXPIRED
    bench.provider.acknowledge(update)
    bench.provider.acknowledge(update)
    assert bench.server.envelopes[request.provider_id]["status"] == "CANCELLED"


def test_only_what_is_pending_can_be_cancelled(bench: DocumensoBench) -> None:
    """400 INVALID_REQUEST, under an INTERNAL_SERVER_ERROR on top, is too late; a 401 is an error."""
    request = bench.signed()
    assert bench.provider.cancel(request, "x") == CancelOutcome.TOO_LATE
    bench.server.faults = {"cancel": ["401"]}
    with pytest.raises(ProviderError, match="401"):
        bench.provider.cancel(request, "x")


def test_a_lost_envelope_does_not_hide_the_others(bench: DocumensoBench) -> None:
    """A 404 on an open request is an alarm; what can be read is told first."""
    request = bench.send()
    told = bench.provider.poll([OpenRequest("envelope_none", "x-v1-a1"), request])
    assert next(told).reference == "a1b2-v1-a1"
    with pytest.raises(ProviderError, match=r"1 of 2 open requests.*x-v1-a1"):
        next(told)


def test_a_deleted_completed_envelope_is_still_completed(bench: DocumensoBench) -> None:
    """Deleting it sends a webhook that says cancelled; reading it again says what is true."""
    request = bench.signed()
    bench.server._delete(bench.server.envelopes[request.provider_id], {})
    (update,) = bench.provider.poll([request])
    assert update.status == RequestStatus.SIGNED
    assert bench.provider.fetch_signed(update).pdf.startswith(b"%PDF-")


def test_the_second_signer_out_of_turn_is_held_back(bench: DocumensoBench) -> None:
    """Sequential order is enforced by the instance."""
    request = bench.send()
    assert not bench.server.sign(request.provider_id, 2)


def test_reminding_mails_the_one_signer(bench: DocumensoBench) -> None:
    """By the instance's own number of that signer; one that it does not know is an error."""
    request = bench.send()
    bench.provider.remind(request, 2)
    assert bench.server.mails == ["kari@kommune.example", "ola@lege.example"]
    with pytest.raises(ProviderError, match="no such signer"):
        bench.provider.remind(request, 3)


def test_webhooks_carry_the_secret(bench: DocumensoBench) -> None:
    """Any of the secrets is believed, nothing else is; with no secret set, none is."""
    body = json.dumps({"event": "DOCUMENT_CANCELLED", "payload": {"envelopeId": "envelope_1"}}).encode()
    read = bench.provider.read_webhook
    for headers in ({"X-Documenso-Secret": SECRET}, {"x-documenso-secret": "gammel"}):
        hint = read(headers, body)
        assert hint is not None
        assert hint.provider_id == "envelope_1"
    for wrong in ("", "feil", SECRET + "x", SECRET[:-1]):
        assert read({"X-Documenso-Secret": wrong}, body) is None
    strange = [b"not json", b"[" * 100_000, b"[]", b'{"payload": {"envelopeId": "a\\u0000b"}}', b'{"payload": 1}']
    for unreadable in (*strange, json.dumps({"payload": {"envelopeId": "x" * 300}}).encode()):
        hint = read({"X-Documenso-Secret": SECRET}, unreadable)
        assert isinstance(hint, WebhookNotice)
        assert hint.provider_id == ""
    unset = DocumensoProvider(bench.server.address, TOKEN, requests.Session(), bench.clock)
    assert unset.read_webhook({"X-Documenso-Secret": ""}, body) is None
    assert not unset.capabilities.webhook


def test_a_wrong_token_sends_nothing(bench: DocumensoBench) -> None:
    """401: not sent, told by its code."""
    stranger = DocumensoProvider(bench.server.address, "feil", requests.Session(), bench.clock)
    with pytest.raises(NotSent, match="401 UNAUTHORIZED"):
        stranger.send(intent_of(agreement(), "a-v1-a1", bench.deadline(1)), agreement())


def test_nobody_is_addressed_without_an_address(bench: DocumensoBench) -> None:
    """A signer without e-mail is a refusal before anything leaves."""
    with pytest.raises(NotSent, match="Signer 1 has no e-mail"):
        bench.provider.send(
            intent_of(agreement(), "a-v1-a1", bench.deadline(1), [replace(KARI, email="")]), agreement()
        )
    assert bench.server.asked == []


def test_each_agreements_file_has_a_name_of_its_own(bench: DocumensoBench) -> None:
    """Nine agreements of one director are nine names in her downloads, and none names the doctor."""
    for reference in ("a1b2c3d4-v1-a1", "c3d4e5f6-v1-a1"):
        bench.provider.send(intent_of(agreement(), reference, bench.deadline(1), [KARI]), agreement())
    items = [one["envelopeItems"] for one in bench.server.envelopes.values()]
    assert [one["title"] for (one,) in items] == ["avtale-a1b2c3d4.pdf", "avtale-c3d4e5f6.pdf"]


@needs_recordings
def test_recorded_errors_are_read_by_their_real_code() -> None:
    """What the instance answered, call by call: the code of the application, not the one on top."""
    codes = {}
    for path in sorted(RECORDED.glob("calls-*.json")):
        for one in json.loads(path.read_text()):
            if one["status"] >= 400 and one["path"].startswith("/api/v2"):
                body = one["body"] if isinstance(one["body"], str) else json.dumps(one["body"])
                codes[one["name"]] = code_of(ProviderResponse(one["status"], "application/json", body.encode()))
    assert codes["cancel twice"] == "INVALID_REQUEST"
    assert codes["distribute without signature fields"] == "MISSING_SIGNATURE_FIELD"
    assert codes["get unknown"] == "NOT_FOUND"
    assert codes["bad token"] == "UNAUTHORIZED"
    assert codes["certificate of pending"] == "DOCUMENT_NOT_COMPLETE"
    assert codes["docx"] == "CONVERSION_SERVICE_UNAVAILABLE"
    assert codes["rate limited"] == ""


@needs_recordings
def test_recorded_envelopes_are_read() -> None:
    """Every envelope that the instance showed is understood."""
    found = {}
    for path in sorted(RECORDED.glob("calls-*.json")):
        for one in json.loads(path.read_text()):
            if one["name"].startswith("get") and one["status"] == 200:
                body = one["body"] if isinstance(one["body"], str) else json.dumps(one["body"])
                found[one["name"]] = Envelope.model_validate_json(body)
    assert found["get draft"].outcome(datetime(2026, 11, 22, tzinfo=UTC))[0] == RequestStatus.OPEN
    assert found["get after delete"].status == "COMPLETED"


@needs_recordings
def test_recorded_webhooks_are_hints() -> None:
    """Every webhook that the instance sent is believed with its secret, and is nothing but an id."""
    provider = DocumensoProvider(
        "http://127.0.0.1:9", TOKEN, requests.Session(), lambda: datetime.now(UTC), secrets=[SECRET]
    )
    received = json.loads((RECORDED / "webhooks.json").read_text())
    assert len(received) >= 10
    for headers, body in received:
        hint = provider.read_webhook(headers, json.dumps(body).encode())
        assert hint is not None
        assert hint.provider_id == body["payload"]["envelopeId"]


@needs_recordings
def test_our_server_answers_as_the_recorded_instance(bench: DocumensoBench) -> None:
    """The same calls bring the same status and error codes from the server of these tests."""
    session = requests.Session()
    session.headers["Authorization"] = TOKEN
    base = f"{bench.server.address}/api/v2/envelope"
    request = bench.send()
    one = {"envelopeId": request.provider_id}
    calls_made = {
        "distribute twice": session.post(f"{base}/distribute", json=one),
        "certificate of pending": session.get(f"{base}/{request.provider_id}/certificate/download"),
        "redistribute empty": session.post(f"{base}/redistribute", json={**one, "recipients": []}),
        "cancel": session.post(f"{base}/cancel", json=one),
        "cancel twice": session.post(f"{base}/cancel", json=one),
        "distribute after cancel": session.post(f"{base}/distribute", json=one),
        "get unknown": session.get(f"{base}/envelope_doesnotexist"),
        "json body in place of multipart": session.post(f"{base}/create", json={"title": "x", "type": "DOCUMENT"}),
        "perPage 101": session.get(f"{base}?perPage=101"),
        "bad token": requests.post(f"{base}/create", json={}, headers={"Authorization": "x"}, timeout=120),
    }
    recorded = {}
    for path in sorted(RECORDED.glob("calls-*.json")):
        recorded.update({each["name"]: each for each in json.loads(path.read_text())})
    for name, ours in calls_made.items():
        theirs = recorded[name]
        body = theirs["body"] if isinstance(theirs["body"], str) else json.dumps(theirs["body"])
        assert ours.status_code == theirs["status"], name
        assert set(ours.json()) <= set(json.loads(body)) | {"id"}, name
        assert code_of(ProviderResponse(0, "", ours.content)) == code_of(ProviderResponse(0, "", body.encode())), name


@pytest.mark.skipif(
    not os.environ.get("DOCUMENSO_URL") or not os.environ.get("DOCUMENSO_TOKEN"),
    reason="set DOCUMENSO_URL and DOCUMENSO_TOKEN to run against a real instance (v2.17.0)",
)
class TestRealDocumenso:
    """What can be shown on a real instance without a person: sent, found, followed, reminded, cancelled."""

    @pytest.fixture
    def provider(self) -> DocumensoProvider:
        """Give the adapter for the real instance."""
        address, token = os.environ["DOCUMENSO_URL"], os.environ["DOCUMENSO_TOKEN"]
        return DocumensoProvider(address, token, requests.Session(), lambda: datetime.now(UTC))

    def test_a_request_goes_through(self, provider: DocumensoProvider) -> None:
        """Sent once, found by reference, open, reminded, cancelled once, and told as cancelled."""
        reference = f"prove-{datetime.now(UTC):%Y%m%d%H%M%S%f}-v1-a1"
        intent = intent_of(agreement(), reference, datetime.now(UTC) + timedelta(days=14), BOTH)
        sent = provider.send(intent, agreement())
        request = OpenRequest(sent.provider_id, reference)
        found = provider.find(reference)
        assert isinstance(found, FoundRequests)
        assert [one.provider_id for one in found.matches] == [sent.provider_id]
        assert provider.find(reference[:-1]) == NoSuchRequest()
        (update,) = provider.poll([request])
        assert update.status == RequestStatus.OPEN
        assert [one.order for one in update.signers] == [1, 2]
        with pytest.raises(ProviderError):
            provider.fetch_signed(update)
        provider.remind(request, 1)
        assert provider.cancel(request, "Prøve") == CancelOutcome.ACCEPTED
        assert provider.cancel(request, "Prøve") == CancelOutcome.TOO_LATE
        (update,) = provider.poll([request])
        assert update.status == RequestStatus.CANCELLED
