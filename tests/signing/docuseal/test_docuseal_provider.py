"""DocuSeal: the contract with and without enforced order, its habits, its webhooks, and the published file by Prism."""

import hashlib
import hmac
import json
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from flows.errors import NotSent, PerhapsSent, ProviderError
from flows.signing.port import FoundRequests, NoSuchRequest, OpenRequest, RequestStatus, SentRequest
from flows.signing.providers.docuseal import DocuSealProvider
from flows.signing_desk.webhook_signing import sign_webhook
from tests.conftest import SHARED, Clock
from tests.signing.docuseal.server import TOKEN, DocuSealServer
from tests.signing.openapi_judge import Published
from tests.signing.provider_server import Reply
from tests.signing.providers.bench import Bench
from tests.signing.providers.contract import ProviderContract
from tests.signing_desk.documents import BOTH, KARI, agreement, at_line, intent_of

pytestmark = pytest.mark.usefixtures("english")

SECRET = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3"
BODY = b'{"event_type":"submission.completed","timestamp":"2026-12-03T13:02:11Z","data":{"id":815}}'
HEADER = "1796302931.a32baeb267c1323ef57bdf5231717efaa0a0d7f5891bedd154bee7297c57401a"
SPECIFICATION = SHARED / "specs" / "docuseal" / "openapi.json"


class DocuSealBench(Bench[DocuSealProvider, DocuSealServer]):
    """The instance, its adapter, and people at its web pages."""

    def sign(self, sent: SentRequest, order: int) -> bool:
        """Sign."""
        return self.server.sign(sent.provider_id, order)

    def decline(self, sent: SentRequest, order: int, reason: str) -> None:
        """Decline."""
        self.server.decline(sent.provider_id, order, reason)

    def move_deadline(self, sent: SentRequest, to: datetime) -> bool:
        """Move it in the submission."""
        self.server.submissions[int(sent.provider_id)]["expire_at"] = to.isoformat()
        return True

    def change_address(self, sent: SentRequest, order: int, email: str) -> bool:
        """Change it in the submission."""
        self.server.submissions[int(sent.provider_id)]["submitters"][order - 1]["email"] = email
        return True


@pytest.fixture
def bench(clock: Clock) -> Iterator[DocuSealBench]:
    """Give DocuSeal's workbench, with an account that enforces the order."""
    server = DocuSealServer(clock)
    with server.running(), requests.Session() as session:
        provider = DocuSealProvider(server.address, TOKEN, session, clock, order_enforced=True, secrets=["old", SECRET])
        yield DocuSealBench(provider, server, clock)


class TestDocuSealProvider(ProviderContract):
    """DocuSeal keeps the contract."""


class TestDocuSealWithoutOrder(ProviderContract):
    """DocuSeal keeps the contract and says that its order can be broken, where the account does not enforce it."""

    @pytest.fixture
    def bench(self, clock: Clock) -> Iterator[DocuSealBench]:
        """Give an account that lets whoever has a link sign."""
        server = DocuSealServer(clock, enforces_order=False)
        with server.running(), requests.Session() as session:
            yield DocuSealBench(DocuSealProvider(server.address, TOKEN, session, clock), server, clock)


class TestDocuSealTemplates(ProviderContract):
    """The contract holds for an edition that sends templates only."""

    @pytest.fixture
    def bench(self, clock: Clock) -> Iterator[DocuSealBench]:
        """Give an open-source edition."""
        server = DocuSealServer(clock, takes_pdf=False, template_pdf=agreement("Mal"))
        with server.running(), requests.Session() as session:
            provider = DocuSealProvider(
                server.address, TOKEN, session, clock, upload_pdf=False, template=7, order_enforced=True
            )
            yield DocuSealBench(provider, server, clock)


def test_an_edition_without_upload_says_so(bench: DocuSealBench) -> None:
    """Without a template, nothing is called; with the wrong setting, the 404 is a refusal."""
    session = requests.Session()
    without = DocuSealProvider(bench.server.address, TOKEN, session, bench.clock, upload_pdf=False)
    with pytest.raises(NotSent, match="takes no documents"):
        without.send(intent_of(agreement(), "a-v1-a1", bench.deadline(1)), agreement())
    assert bench.server.asked == []
    bench.server.takes_pdf = False
    with pytest.raises(NotSent, match="404"):
        bench.send()


def test_areas_lie_on_the_signature_lines(bench: DocuSealBench) -> None:
    """An anchor in points becomes fractions of the page."""
    seen: list[dict[str, Any]] = []
    original = bench.server._create

    def create(path: str, asked: dict[str, Any]) -> Reply:
        seen.append(asked)
        return original(path, asked)

    bench.server._create = create  # type: ignore[method-assign]
    intent = intent_of(agreement(), "a-v1-a1", bench.deadline(1), [at_line(KARI, 60)])
    bench.provider.send(intent, agreement())
    area = seen[0]["documents"][0]["fields"][0]["areas"][0]
    assert [area["x"], area["y"]] == pytest.approx([60 / 595.28, 1 - 135 / 841.89], abs=1e-4)


def test_a_corrected_address_is_withdrawn(bench: DocuSealBench) -> None:
    """The server takes a domain for misspelt and would write to a stranger: archived at once, not sent."""
    bench.server.corrects = "kari@kommune.com"
    with pytest.raises(NotSent, match="changed an address"):
        bench.send()
    assert bench.server.submissions[815]["archived_at"]
    bench.server.faults = {"cancel": ["500"]}
    with pytest.raises(PerhapsSent, match="could not be stopped"):
        bench.send()


def test_previews_are_never_fetched(bench: DocuSealBench) -> None:
    """Before completion the same links lead to previews: the status is asked for first."""
    request = bench.send()
    (update,) = bench.provider.poll([request])
    with pytest.raises(ProviderError, match="not completed"):
        bench.provider.fetch_signed(update)
    assert "download" not in bench.server.asked


def test_expired_links_are_asked_for_anew(bench: DocuSealBench) -> None:
    """A 403 brings new links once; then it is an error."""
    request = bench.signed()
    (update,) = bench.provider.poll([request])
    bench.server.links_expired = 1
    document = bench.provider.fetch_signed(update)
    assert document.pdf.startswith(b"%PDF-")
    assert [one.name for one in document.evidence] == ["logg.pdf"]
    bench.server.links_expired = 4
    with pytest.raises(ProviderError, match="403"):
        bench.provider.fetch_signed(update)


def test_files_come_from_allowed_hosts_only(bench: DocuSealBench) -> None:
    """A link to another host is opened only where it is allowed, over HTTPS, and never with our key."""
    request = bench.signed()
    (update,) = bench.provider.poll([request])
    for elsewhere in ("https://evil.example", bench.server.address.replace("127.0.0.1", "localhost")):
        bench.server.files_at = elsewhere
        with pytest.raises(ProviderError, match="another host"):
            bench.provider.fetch_signed(update)
    assert bench.server.tokens_for_files == []


def test_the_key_goes_to_no_allowed_host(bench: DocuSealBench, monkeypatch: pytest.MonkeyPatch) -> None:
    """An allowed host for files is called without credentials."""
    sent: list[dict[str, Any]] = []
    session = requests.Session()

    def request(*arguments: object, **options: Any) -> None:
        sent.append(options)
        raise requests.ConnectionError

    monkeypatch.setattr(session, "request", request)
    provider = DocuSealProvider(
        bench.server.address, TOKEN, session, bench.clock, download_hosts=frozenset({"files.example"})
    )
    with pytest.raises(ProviderError):
        provider._calls.read("https://files.example/x.pdf")
    (options,) = sent
    assert options["headers"] == {"Accept": "application/json"}
    with pytest.raises(ProviderError, match="another host"):
        provider._calls.read("http://files.example/x.pdf")


def test_a_refusal_is_archived_there(bench: DocuSealBench) -> None:
    """The others could sign on: acknowledging the refusal here ends the submission there, and may be repeated."""
    request = bench.send()
    bench.decline(SentRequest(request.provider_id), 1, "Nei")
    (update,) = bench.provider.poll([request])
    bench.provider.acknowledge(update)
    bench.provider.acknowledge(update)
    assert bench.server.submissions[815]["archived_at"]
    (again,) = bench.provider.poll([request])
    assert (again.status, again.reason) == (RequestStatus.DECLINED, "Nei")


@pytest.mark.parametrize("number", ["{}", '"x"', "1e3", "-1", "true", "9" * 30, "[" * 100_000, '"a\\u0000"'])
def test_a_webhook_about_no_submission_is_a_hint_of_nothing(bench: DocuSealBench, number: str) -> None:
    """Authentic, and unreadable: nothing is kept of it and nothing breaks."""
    body = f'{{"event_type": "submission.completed", "timestamp": "t", "data": {{"id": {number}}}}}'.encode()
    unix = int(bench.clock().timestamp())
    hint = bench.provider.read_webhook({"X-Docuseal-Signature": sign_webhook(body, unix, SECRET.encode())}, body)
    assert hint is not None
    assert hint.provider_id == ""


def test_a_cancelled_submission_says_pending(bench: DocuSealBench) -> None:
    """It is the date of archiving that tells."""
    request = bench.send()
    bench.provider.cancel(request, "")
    shown = bench.server._shown(bench.server.submissions[815])
    assert shown["status"] == "pending"
    (update,) = bench.provider.poll([request])
    assert update.status == RequestStatus.CANCELLED


def test_archived_submissions_are_found(bench: DocuSealBench) -> None:
    """A look-up also finds what was cancelled, and all of several."""
    first = bench.send()
    bench.provider.cancel(first, "")
    second = bench.send()
    found = bench.provider.find("a1b2-v1-a1")
    assert isinstance(found, FoundRequests)
    assert [one.provider_id for one in found.matches] == [first.provider_id, second.provider_id]


def test_reminding_somebody_who_has_signed_is_an_error(bench: DocuSealBench) -> None:
    """422 from the server; an order that nobody has is an error before that."""
    request = bench.send()
    bench.provider.remind(request, 1)
    bench.sign(SentRequest(request.provider_id), 1)
    with pytest.raises(ProviderError, match="422"):
        bench.provider.remind(request, 1)
    with pytest.raises(ProviderError, match="no such signer"):
        bench.provider.remind(request, 9)


@pytest.mark.parametrize("fault", ["lost", "lost502", "half", "garbage", "reset", "500", "html"])
def test_a_doubtful_create_is_perhaps_sent(bench: DocuSealBench, fault: str) -> None:
    """One call; the look-up tells."""
    bench.server.faults = {"create": [fault]}
    with pytest.raises(PerhapsSent):
        bench.send()
    assert bench.server.asked == ["create"]
    happened = fault in {"lost", "lost502", "half", "garbage"}
    assert isinstance(bench.provider.find("a1b2-v1-a1"), FoundRequests if happened else NoSuchRequest)


def signed_header(body: bytes, at: datetime, secret: str = SECRET) -> dict[str, str]:
    """Return the header that an instance signs a webhook with."""
    unix = str(int(at.timestamp()))
    seal = hmac.new(secret.encode(), unix.encode() + b"." + body, hashlib.sha256).hexdigest()
    return {"X-Docuseal-Signature": f"{unix}.{seal}"}


def test_webhooks_are_signed(bench: DocuSealBench) -> None:
    """The published vector is believed at its time; a changed byte, another secret or six minutes are not."""
    bench.clock.now = datetime.fromtimestamp(1796302931, UTC)
    read = bench.provider.read_webhook
    hint = read({"X-Docuseal-Signature": HEADER}, BODY)
    assert hint is not None
    assert hint.provider_id == "815"
    assert read({"X-Docuseal-Signature": HEADER}, BODY + b" ") is None
    assert read(signed_header(BODY, bench.clock(), "whsec_annet"), BODY) is None
    for seconds in (-301, 301):
        assert read(signed_header(BODY, bench.clock() + timedelta(seconds=seconds)), BODY) is None
    for seconds in (-299, 299):
        told = read(signed_header(BODY, bench.clock() + timedelta(seconds=seconds)), BODY)
        assert told is not None
        assert told.key == hint.key, "signed anew, the same event"


def test_a_signers_webhook_leads_to_the_submission(bench: DocuSealBench) -> None:
    """`form.*` events are about a submitter; what is read again is the submission."""
    body = json.dumps(
        {"event_type": "form.completed", "timestamp": "t", "data": {"id": 1, "submission": {"id": 815}}}
    ).encode()
    hint = bench.provider.read_webhook(signed_header(body, bench.clock()), body)
    assert hint is not None
    assert hint.provider_id == "815"


@pytest.fixture(scope="module")
def prism() -> Iterator[str]:
    """Run Prism on the published file; skip where npm, the network or the file is missing."""
    if not SPECIFICATION.exists():
        pytest.skip("lay the published file at ../shared/specs/docuseal/openapi.json")
    npx = shutil.which("npx")
    if npx is None:
        pytest.skip("install it with: apt-get install npm")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [npx, "--yes", "@stoplight/prism-cli@5", "mock", "-h", "127.0.0.1", "-p", str(port), str(SPECIFICATION)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        for _ in range(90):
            if process.poll() is not None:
                pytest.skip("Prism did not start; install it with: npm install -g @stoplight/prism-cli")
            try:
                requests.get(f"http://127.0.0.1:{port}/templates", headers={"X-Auth-Token": "x"}, timeout=2)
                break
            except requests.RequestException:
                time.sleep(0.5)
        else:
            pytest.skip("Prism did not answer; install it with: npm install -g @stoplight/prism-cli")
        yield f"http://127.0.0.1:{port}"
    finally:
        import os
        import signal

        os.killpg(process.pid, signal.SIGTERM)
        process.wait(10)


class TestPublishedFile:
    """Every call of the adapter is one that the published OpenAPI file has, with the fields that it demands."""

    @pytest.fixture
    def provider(self, prism: str) -> DocuSealProvider:
        """Give the adapter, calling Prism."""
        return DocuSealProvider(prism, "nokkel", requests.Session(), lambda: datetime.now(UTC))

    def intent(self) -> tuple[object, ...]:
        """Return what is sent."""
        return intent_of(agreement(), "a1b2-v1-a1", datetime.now(UTC) + timedelta(days=30), BOTH), agreement()

    def test_creating_is_valid(self, provider: DocuSealProvider) -> None:
        """Prism takes the request, and answers with its example, whose addresses are not ours: withdrawn."""
        with pytest.raises(NotSent, match="changed an address"):
            provider.send(*self.intent())  # type: ignore[arg-type]

    def test_creating_from_a_template_is_valid(self, prism: str) -> None:
        """The other route, which answers with a list."""
        provider = DocuSealProvider(
            prism, "nokkel", requests.Session(), lambda: datetime.now(UTC), upload_pdf=False, template=1
        )
        with pytest.raises((NotSent, PerhapsSent)) as raised:
            provider.send(*self.intent())  # type: ignore[arg-type]
        assert "refused" not in str(raised.value)

    def test_prism_would_refuse_what_is_wrong(self, prism: str) -> None:
        """A create without submitters is refused: what passes was judged."""
        answer = requests.post(f"{prism}/submissions/pdf", json={}, headers={"X-Auth-Token": "x"}, timeout=120)
        assert answer.status_code == 422
        assert requests.post(f"{prism}/submissions/pdf", json={}, timeout=120).status_code == 401

    def test_looking_up_is_valid(self, provider: DocuSealProvider) -> None:
        """The example's submitters carry no name of ours: absent."""
        assert provider.find("a1b2-v1-a1") == NoSuchRequest()

    def test_reading_is_valid(self, provider: DocuSealProvider) -> None:
        """The example is somebody else's submission, and is told as such."""
        with pytest.raises(ProviderError, match="1 of 1 open requests"):
            list(provider.poll([OpenRequest("1", "a1b2-v1-a1")]))

    def test_cancelling_and_reminding_are_valid(self, provider: DocuSealProvider) -> None:
        """Archiving and sending the e-mail again are routes of the file."""
        provider._archive("1")
        answer = provider._calls.tell("/submitters/1", {"send_email": True}, "PUT")
        assert answer.status == 200

    def test_documents_on_another_host_are_refused(self, provider: DocuSealProvider) -> None:
        """The example's links lead to docuseal.com, which is not the configured host."""
        from flows.signing.port import Update

        with pytest.raises(ProviderError, match="another host"):
            provider.fetch_signed(Update("1", "a1b2-v1-a1", RequestStatus.SIGNED))


@pytest.mark.skipif(not SPECIFICATION.exists(), reason="lay the published file at ../shared/specs/docuseal")
def test_every_field_is_one_that_the_file_names(bench: DocuSealBench) -> None:
    """Path, query and every key of every call: what is not named would be dropped in silence."""
    request = bench.send()
    bench.provider.find(request.reference)
    bench.provider.remind(request, 1)
    for order in (1, 2):
        bench.server.sign(request.provider_id, order)
    (update,) = bench.provider.poll([request])
    bench.provider.fetch_signed(update)
    bench.provider.cancel(bench.send("c3d4-v1-a1"), "Ny versjon")
    published = Published(SPECIFICATION)
    calls = [(call, reply) for call, reply in bench.server.exchanged if not call.path.startswith("/file/")]
    assert {call.method for call, _ in calls} == {"POST", "GET", "PUT", "DELETE"}
    faults = [fault for call, reply in calls for fault in published.faults(call, reply)]
    assert [fault for fault in faults if " answers " not in fault] == []


def test_addresses_may_come_back_in_lower_case(bench: DocuSealBench) -> None:
    """DocuSeal writes addresses in lower case: the same address, and no reason to withdraw the request."""
    shouting = [replace(one, email=one.email.upper()) for one in BOTH]
    bench.server.lowers = True
    sent = bench.provider.send(intent_of(agreement(), "a1b2-v1-a1", bench.deadline(30), shouting), agreement())
    (update,) = bench.provider.poll([OpenRequest(sent.provider_id, "a1b2-v1-a1")])
    assert update.status == RequestStatus.OPEN


def test_signers_are_written_to_in_norwegian(bench: DocuSealBench) -> None:
    """The e-mail is ours: its subject and words in bokmål, and the link where DocuSeal puts it."""
    bench.send()
    asked = json.loads(bench.server.exchanged[0][0].body)["message"]
    assert asked["subject"] == "Avtale"
    assert asked["body"].startswith("Du er bedt om å signere: Avtale\n\nLes dokumentet, og signer det innen 31.")
    assert asked["body"].endswith("\n\n{{submitter.link}}")


def test_an_e_mail_that_came_back_is_told(bench: DocuSealBench) -> None:
    """To a signer who has not answered, until the next one is sent; a signer who has signed was reached."""
    request = bench.send()
    submission = bench.server.submissions[int(request.provider_id)]
    first, second = (one["id"] for one in submission["submitters"])

    def happened(what: str, whom: int, minute: int) -> None:
        at = f"2026-12-01T09:{minute:02}:00Z"
        event = {"id": minute, "submitter_id": whom, "event_type": what, "event_timestamp": at, "data": {}}
        submission["submission_events"].insert(0, event)

    happened("send_email", first, 1)
    assert len(list(bench.provider.poll([request]))) == 1
    happened("bounce_email", first, 2)
    told = bench.provider.poll([request])
    assert next(told).status == RequestStatus.OPEN
    with pytest.raises(ProviderError, match="had an e-mail returned from a signer of 1 of 1 open requests: a1b2-v1-a1"):
        next(told)
    happened("send_email", first, 3)
    assert len(list(bench.provider.poll([request]))) == 1
    happened("bounce_email", second, 4)
    bench.server.sign(request.provider_id, 1)
    bench.server.sign(request.provider_id, 2)
    assert [update.status for update in bench.provider.poll([request])] == [RequestStatus.SIGNED]


def test_a_stranger_in_the_list_is_not_ours(bench: DocuSealBench) -> None:
    """A submission whose signers carry another reference is named, not followed."""
    request = bench.send()
    told = bench.provider.poll([replace(request, reference="zzzz-v1-a1")])
    with pytest.raises(ProviderError, match="zzzz-v1-a1"):
        next(told)
