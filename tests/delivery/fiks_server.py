"""KS's side on loopback: Maskinporten's token endpoint, the account catalogue, sending, and queues.

Queues are read over HTTP here (`HttpMailbox`), with AMQP's rules: a message that was fetched and not acknowledged comes
again, and is deleted after it was fetched three times. The contract is that of `AmqpMailbox`, which meets RabbitMQ.
"""

import base64
import json
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.parser import BytesParser
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs
from uuid import uuid4

import requests
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from flows.delivery.fiks.mailbox import answer_of
from flows.errors import NotHandedOver
from flows.register.delivery_answers import ReceivedAnswer
from tests.delivery.misbehaving_archive import Incoming, MisbehavingArchive
from tests.delivery.throw_away_keys import certificate_pem, identity

OURS, ARCHIVE = "22222222-2222-4222-8222-222222222222", "11111111-1111-4111-8111-111111111111"
INTEGRATION = "ffffffff-ffff-4fff-8fff-ffffffffffff"
PASSWORD = "passord"
_FETCHES = 3


@dataclass
class Queued:
    """A message in a queue, and how often it was fetched."""

    message: Incoming
    fetched: int = 0


@dataclass
class FiksServer:
    """What KS knows, and how it is to fail: `send_faults` are used up one a send, in order.

    Faults of a send: `none`, `lost` (accepted, and the answer is lost), `cut` (nothing accepted, the line breaks),
    `500` (accepted, and an error comes back), `429`, `401`, `403`, `400`.
    """

    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    archive_certificate: str = field(default_factory=lambda: certificate_pem("arkiv"))
    our_certificate: str = field(default_factory=lambda: certificate_pem("konto"))
    send_faults: deque[str] = field(default_factory=deque)
    status: dict[str, object] = field(default_factory=dict)
    catalogue_empty: bool = False
    token_error: str = ""
    token_seconds: int = 119
    on_ack: Callable[[str], None] = lambda _message_id: None
    grants: list[tuple[dict[str, Any], dict[str, Any]]] = field(default_factory=list)
    sends: list[dict[str, Any]] = field(default_factory=list)
    ours: deque[Queued] = field(default_factory=deque)
    deleted: list[str] = field(default_factory=list)
    fail_ack: int = 0
    lock: threading.RLock = field(default_factory=threading.RLock)
    address: str = ""

    def __post_init__(self) -> None:
        """Make the archive, which answers into our queue."""
        self.archive = MisbehavingArchive(ARCHIVE, OURS, self._to_us)
        self.waiting: deque[Incoming] = deque()
        self.works = True
        """Whether the archive takes each message at once, or only by `let_archive_work`: another's lies before ours."""

    def certificate_of(self, account: str) -> str:
        """Return the certificate of an account as the catalogue has it."""
        return self.our_certificate if account == OURS else self.archive_certificate

    def _to_us(self, headers: dict[str, str], body: bytes) -> None:
        self.ours.append(Queued(Incoming(headers, body)))

    def let_archive_work(self) -> None:
        """Let the archive take what waits for it; what has run out is seen, and told us, at the head of the queue."""
        while self.waiting:
            head = self.waiting.popleft()
            if head.until is None or head.until > self.clock():
                self.archive.take(head)
            else:
                self._to_us(
                    {
                        "melding-id": str(uuid4()),
                        "type": "no.ks.fiks.kvittering.tidsavbrudd",
                        "avsender-id": str(uuid4()),
                        "svar-til": head.headers["melding-id"],
                        "svar-til-type": head.headers["type"],
                    },
                    b"",
                )

    def accept(self, metadata: dict[str, Any], body: bytes) -> str:
        """Put a message into the archive's queue; return its id."""
        headers = self.taken(metadata, metadata["headere"], body)
        until = self.clock() + timedelta(milliseconds=metadata["ttl"])
        self.waiting.append(Incoming(headers, body, until))
        if self.works:
            self.let_archive_work()
        return headers["melding-id"]

    def taken(self, metadata: dict[str, Any], own: Mapping[str, str], body: bytes) -> dict[str, str]:
        """Count a message with headers of its own as sent; return the headers that it has in its queue."""
        message_id = str(uuid4())
        headers = {
            "melding-id": message_id,
            "type": metadata["meldingType"],
            "avsender-id": metadata["avsenderKontoId"],
        }
        if metadata.get("svarPaMelding"):
            headers["svar-til"] = metadata["svarPaMelding"]
        headers |= {f"egendefinert-header.{name}": value for name, value in own.items()}
        self.sends.append({**metadata, "meldingId": message_id, "size": len(body)})
        return headers

    def next_for_us(self) -> dict[str, Any] | None:
        """Return the first message of our queue; one that was fetched too often is deleted."""
        while self.ours and self.ours[0].fetched >= _FETCHES:
            self.deleted.append(self.ours.popleft().message.headers.get("melding-id", ""))
        if not self.ours:
            return None
        first = self.ours[0]
        first.fetched += 1
        return {"headers": first.message.headers, "body": base64.b64encode(first.message.body).decode()}

    def acknowledge(self, message_id: str) -> None:
        """Take the first message from our queue."""
        if self.ours and self.ours[0].message.headers.get("melding-id", "") == message_id:
            self.on_ack(message_id)
            self.ours.popleft()

    def __enter__(self) -> "FiksServer":
        """Serve on a free port."""
        server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        server.daemon_threads = True
        self._server = server
        self.address = f"http://127.0.0.1:{server.server_address[1]}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_error: object) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()


@dataclass(frozen=True)
class HttpMailbox:
    """Our queue at the server of the tests."""

    address: str
    open_session: Callable[[], requests.Session] = requests.Session

    def answers(self) -> Iterator[ReceivedAnswer]:
        """Yield what lies there, and acknowledge each when the next is asked for."""
        with self.open_session() as session:
            while True:
                try:
                    got = session.get(f"{self.address}/test/next", timeout=30).json()
                except requests.RequestException:
                    raise NotHandedOver("the queue is away") from None
                if got is None:
                    return
                answer = answer_of(got["headers"], base64.b64decode(got["body"]))
                yield answer
                try:
                    done = session.post(f"{self.address}/test/ack/{got['headers'].get('melding-id', '')}", timeout=30)
                except requests.RequestException:
                    raise NotHandedOver("the queue is away") from None
                if done.status_code != 200:
                    raise NotHandedOver("the queue is away")


def _handler(world: FiksServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_said: object) -> None:
            """Say nothing."""

        def do_GET(self) -> None:
            """Answer catalogue, status and our queue."""
            with world.lock:
                self._get()

        def _get(self) -> None:
            if self.path == "/test/next":
                self._answer(200, world.next_for_us())
            elif self.path.endswith("/offentligNokkel"):
                if world.catalogue_empty:
                    self._answer(404, {"message": "no key"})
                else:
                    certificate = world.certificate_of(self.path.split("/")[-2])
                    said = {"serial": "1", "subjectDN": "CN=x", "issuerDN": "CN=x"}
                    self._answer(200, {"nokkel": certificate, "valid": True, **said})
            elif self.path.endswith("/status"):
                usual = {"gyldigAvsender": True, "gyldigMottaker": True, "antallKonsumenter": 1}
                self._answer(200, {**usual, "antallUavhentedeMeldinger": 0, **world.status})
            else:
                self._answer(404, {})

        def do_POST(self) -> None:
            """Answer token, sending and acknowledgement."""
            raw = self._body()
            with world.lock:
                if self.path == "/token":
                    self._token(raw)
                elif self.path.startswith("/test/ack/"):
                    if world.fail_ack:
                        world.fail_ack -= 1
                        self._answer(503, {})
                        return
                    world.acknowledge(self.path.rpartition("/")[2])
                    self._answer(200, {})
                else:
                    self._send(raw)

        def _body(self) -> bytes:
            """Return the body, which KS's own client sends in chunks."""
            if "chunked" not in (self.headers.get("Transfer-Encoding") or ""):
                return self.rfile.read(int(self.headers.get("Content-Length") or 0))
            pieces = []
            while size := int(self.rfile.readline().split(b";")[0], 16):
                pieces.append(self.rfile.read(size))
                self.rfile.readline()
            self.rfile.readline()
            return b"".join(pieces)

        def _token(self, raw: bytes) -> None:
            header, claims = verified_grant(parse_qs(raw.decode())["assertion"][0])
            world.grants.append((header, claims))
            if world.token_error:
                self._answer(400, {"error": "invalid_grant", "error_description": world.token_error})
                return
            said = {"access_token": f"token-{len(world.grants)}", "token_type": "Bearer", "scope": "ks:fiks"}
            self._answer(200, {**said, "expires_in": world.token_seconds})

        def _send(self, raw: bytes) -> None:
            fault = world.send_faults.popleft() if world.send_faults else "none"
            right = self.headers.get("IntegrasjonId") == INTEGRATION
            right &= self.headers.get("IntegrasjonPassord") == PASSWORD
            right &= (self.headers.get("Authorization") or "").startswith("Bearer token-")
            if not right or fault == "401":
                self._answer(401, {})
                return
            if fault in {"400", "403", "429", "404"}:
                self._answer(int(fault), {"errorId": "abc"})
                return
            if fault == "cut":
                self.close_connection = True
                return
            head = f"Content-Type: {self.headers['Content-Type']}\r\n\r\n".encode()
            parts: dict[str, Any] = {
                str(part.get_param("name", header="content-disposition")): part.get_payload(decode=True)
                for part in BytesParser(policy=HTTP).parsebytes(head + raw).iter_parts()
            }
            metadata, body = json.loads(parts["metadata"]), parts.get("data", b"")
            message_id = world.accept(metadata, body)
            if fault == "lost":
                self.close_connection = True
            elif fault == "500":
                self._answer(500, {"errorId": "abc"})
            else:
                self._answer(202, {**metadata, "meldingId": message_id})

        def _answer(self, status: int, said: object) -> None:
            body = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    return Handler


def verified_grant(assertion: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return header and claims of a grant whose signature holds."""
    header, claims, signature = assertion.split(".")
    key = identity("virksomhet").key.public_key()
    assert isinstance(key, RSAPublicKey)
    key.verify(_bytes(signature), f"{header}.{claims}".encode(), padding.PKCS1v15(), hashes.SHA256())
    return json.loads(_bytes(header)), json.loads(_bytes(claims))


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def wait_until(holds: Callable[[], bool], seconds: float = 60) -> None:
    """Wait until something holds; fail after a generous time."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it never came to hold"
        time.sleep(0.01)
