"""What broken connections and strange answers mean: certainly not sent, or perhaps sent, and never sent twice."""

import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
import requests

from flows.errors import NotSent, PerhapsSent, ProviderError
from flows.signing.port import OpenRequest, Provider, RequestStatus, Update
from flows.signing.providers import http_calls
from flows.signing.providers.desk import DeskProvider
from flows.signing.providers.documenso import DocumensoProvider
from flows.signing.providers.docuseal import DocuSealProvider
from flows.signing.providers.http_calls import Caller
from tests.signing_desk.documents import agreement, intent_of
from tests.silences import pause_for_no_time, wait_briefly_where

pytestmark = pytest.mark.usefixtures("english")

HTML = b"<html><body>Bad gateway</body></html>"


def answer(status: int, body: bytes = b"", *headers: str) -> bytes:
    """Return an HTTP answer as bytes."""
    lines = [f"HTTP/1.1 {status} Something", f"Content-Length: {len(body)}", "Connection: close", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


class Misbehaving:
    """A server that reads a request and answers each with the next of its answers; None resets the connection."""

    def __init__(self, answers: list[bytes | None]) -> None:
        self.answers = answers
        self.asked: list[str] = []
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self.socket.getsockname()[1]}"
        self.thread = threading.Thread(target=self.serve)
        self.thread.start()

    def serve(self) -> None:
        """Answer until there is nothing left to say, then stay silent."""
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            with connection:
                self.asked.append(self.read(connection))
                reply = self.answers.pop(0) if self.answers else b""
                if reply is None:
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                elif reply:
                    connection.sendall(reply)
                else:
                    connection.recv(1)  # silent until the caller gives up

    def read(self, connection: socket.socket) -> str:
        """Read a whole request; return its first line."""
        received = b""
        while b"\r\n\r\n" not in received:
            received += connection.recv(65_536)
        head, _, body = received.partition(b"\r\n\r\n")
        length = next(
            (int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), 0
        )
        while len(body) < length:
            body += connection.recv(65_536)
        return head.split(b"\r\n")[0].decode()


@contextmanager
def misbehaving(*answers: bytes | None) -> Iterator[tuple[Misbehaving, DeskProvider]]:
    """Run a misbehaving server, and give an adapter that calls it."""
    server = Misbehaving(list(answers))
    with requests.Session() as session, pytest.MonkeyPatch.context() as monkeypatch:
        wait_briefly_where(lambda _request: not server.answers or server.answers[0] == b"", monkeypatch)
        try:
            yield server, DeskProvider(server.address, "token", session)
        finally:
            server.socket.shutdown(socket.SHUT_RDWR)
            server.socket.close()
            server.thread.join(120)


def send(provider: Provider) -> None:
    """Send the invented agreement."""
    provider.send(intent_of(agreement(), "ref-1", datetime.now(UTC) + timedelta(days=1)), agreement())


@pytest.mark.parametrize(
    "reply",
    [
        b"",
        None,
        answer(500),
        answer(502, HTML),
        answer(503),
        answer(504),
        answer(408),
        answer(302, b"", "Location: /elsewhere"),
        answer(200, HTML),
        answer(201, b"{}"),
        answer(201, b'{"id": "../x", "reference": "ref-1", "sha256": "", "status": "open", "signers": []}'),
        answer(201, b"[1, 2"),
        answer(201, b"{}" + b" " * http_calls.SMALL),
        b"HTTP/1.1 201 Created\r\nContent-Length: 500\r\n\r\n{",
        b"nonsense\r\n\r\n",
    ],
)
def test_whatever_is_unclear_is_perhaps_sent_and_never_repeated(reply: bytes | None) -> None:
    """Silence, resets, 5xx, redirects and unreadable answers: one call, and it must be looked up."""
    with misbehaving(reply, reply) as (server, provider):
        with pytest.raises(PerhapsSent):
            send(provider)
        assert server.asked == ["POST /api/requests HTTP/1.1"]


@pytest.mark.parametrize("reply", [answer(400), answer(401), answer(413, HTML), answer(422, b"{}"), answer(429)])
def test_a_refusal_is_not_sent(reply: bytes) -> None:
    """A 4xx that was understood created nothing."""
    with misbehaving(reply) as (server, provider):
        with pytest.raises(NotSent):
            send(provider)
        assert len(server.asked) == 1


def test_a_409_that_is_not_ours_is_not_sent() -> None:
    """A conflict is a request of ours only when it carries our reference and digest."""
    strange = b'{"id": "x", "reference": "ref-2", "sha256": "", "status": "open", "signers": []}'
    for body in (b"", HTML, strange):
        with misbehaving(answer(409, body)) as (_, provider), pytest.raises(NotSent):
            send(provider)


def test_nobody_there_is_not_sent() -> None:
    """A refused connection or a name that nobody has: nothing left."""
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with requests.Session() as session:
        for address in (f"http://127.0.0.1:{port}", "http://no-such-host.invalid"):
            with pytest.raises(NotSent, match="nothing was sent"):
                send(DeskProvider(address, "token", session))


@pytest.mark.parametrize(
    ("address", "token"),
    [
        ("desk.example", "token"),
        ("htp://desk.example", "token"),
        ("http://", "token"),
        ("http://127.0.0.1:9", "token\nof two lines"),
        ("http://127.0.0.1:9", "token-č"),
    ],
)
def test_a_wrong_setting_sends_nothing(address: str, token: str) -> None:
    """An address or a token that no call can be made with: not sent, and read as an error, without the token."""
    with requests.Session() as session:
        provider = DeskProvider(address, token, session)
        with pytest.raises(NotSent, match="nothing was sent") as raised:
            send(provider)
        assert token not in f"{raised.value!r} {raised.value.__cause__!r}"
        with pytest.raises(ProviderError):
            provider.find("ref-1")


def test_a_proxy_that_is_away_sends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever does not even reach the proxy has sent nothing."""
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    for name in ("http_proxy", "https_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{port}")
    with requests.Session() as session:
        for address in ("http://desk.example", "https://desk.example"):
            with pytest.raises(NotSent, match="nothing was sent"):
                send(DeskProvider(address, "token", session))


@pytest.mark.parametrize("status", [200, 201])
def test_a_web_page_is_no_answer(status: int) -> None:
    """A page with 200 (a portal that wants a sign-in, a proxy) has done nothing of what was asked."""
    page = answer(status, HTML, "Content-Type: text/html; charset=utf-8")
    with misbehaving(page, page, page) as (_, provider):
        with pytest.raises(ProviderError):
            provider.cancel(OpenRequest("x", "ref-1"), "")
        with pytest.raises(ProviderError):
            provider.acknowledge(Update("x", "ref-1", RequestStatus.DECLINED))
        with pytest.raises(PerhapsSent):
            send(provider)


@pytest.mark.parametrize("body", [b"[" * 200_000, b'{"a":' * 100_000])
def test_answers_nested_beyond_reason_are_unreadable(body: bytes) -> None:
    """A refusal is a refusal, a success is looked up, and a webhook is a hint of nothing; nothing breaks."""
    for made in (_documenso, _docuseal, DeskProvider):
        refused, taken = answer(400, body), answer(200, body)
        for reply, expected in ((refused, NotSent), (taken, PerhapsSent)):
            with misbehaving(reply, *[taken] * 4) as (server, _), requests.Session() as session:
                provider = made(server.address, "token", session)
                with pytest.raises(expected):
                    send(provider)


def _documenso(address: str, token: str, session: requests.Session) -> Provider:
    return DocumensoProvider(address, token, session, lambda: datetime.now(UTC))


def _docuseal(address: str, token: str, session: requests.Session) -> Provider:
    return DocuSealProvider(address, token, session, lambda: datetime.now(UTC))


def test_a_provider_that_is_away_is_not_asked_about_everything(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After five silences in a row the rest is left for the next round: a round must not take hours.

    One sentence says so; the library's own warnings, with the addresses that were called, are not heard.
    """
    caplog.set_level("DEBUG")
    pause_for_no_time(monkeypatch)
    requests_out = [OpenRequest(str(number), f"ref-{number}") for number in range(50)]
    with misbehaving() as (server, provider):
        with pytest.raises(
            ProviderError, match=r"^The signing desk does not answer: 50 of 50 open requests wait for the next round\.$"
        ):
            list(provider.poll(requests_out))
        assert len(set(server.asked)) == 5
    assert caplog.records == []


def test_reading_is_repeated() -> None:
    """A lookup that fails for a moment is asked again, and answers."""
    good = answer(200, b'{"requests": []}')
    with misbehaving(None, answer(503), good) as (server, provider):
        provider.find("ref-1")
        assert len(server.asked) == 3


def test_telling_is_not_repeated() -> None:
    """Cancelling and acknowledging are said once; what breaks is reported."""
    with misbehaving(None, None) as (server, provider):
        with pytest.raises(ProviderError):
            provider.cancel(OpenRequest("x", "ref-1"), "")
        assert len(server.asked) == 1


@pytest.mark.parametrize(
    "reply",
    [
        answer(200, HTML, "Content-Type: text/html"),
        answer(200, HTML, "Content-Type: application/pdf"),
        answer(200, b"%PDF-1.7", "Content-Type: text/plain"),
        answer(404),
        answer(302, b"", "Location: http://127.0.0.1:9/x.pdf"),
        b"HTTP/1.1 200 OK\r\nContent-Type: application/pdf\r\nContent-Length: 500\r\n\r\n%PDF-1.7",
    ],
)
def test_only_a_whole_pdf_is_taken_for_a_signed_document(reply: bytes) -> None:
    """HTML, another type, half a file or a redirect to another host is an error."""
    update = Update("x", "ref-1", RequestStatus.SIGNED)
    with misbehaving(reply, reply, reply, reply) as (_, provider), pytest.raises(ProviderError):
        provider.fetch_signed(update)


def test_errors_tell_no_secrets() -> None:
    """Neither token, name nor the server's text stands in what is raised, nor in what it was raised from."""
    refusal = answer(422, b'{"code": "Kari Hemmelig", "detail": "Kari Hemmelig"}')
    with misbehaving(refusal) as (_, provider), pytest.raises(NotSent) as raised:
        send(provider)
    assert str(raised.value) == "The signing desk refused the request: 422."
    with misbehaving(None) as (_, provider), pytest.raises(PerhapsSent) as broken:
        send(provider)
    assert broken.value.__suppress_context__


def caller_at(server: Misbehaving, session: requests.Session, waited: list[float]) -> Caller:
    """Return a caller that notes how long it would wait."""
    return Caller(session, server.address, {}, "The provider", sleep=waited.append)


def test_whoever_is_told_when_to_come_again_does() -> None:
    """A 429 creates nothing: the same call again after the time it names, twice at most."""
    waited: list[float] = []
    again = answer(429, b"{}", "Retry-After: 26")
    with misbehaving(again, answer(201, b"{}")) as (server, _), requests.Session() as session:
        assert caller_at(server, session, waited).create("/x").status == 201
        assert (waited, len(server.asked)) == ([26], 2)
    with misbehaving(again, again, again, again) as (server, _), requests.Session() as session:
        assert caller_at(server, session, waited).create("/x").status == 429
        assert (waited, len(server.asked)) == ([26, 26, 26], 3)


def test_no_create_takes_as_long_as_looking_up_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever has been made to wait for a minute is refused: lookups rely on that no call is still under way."""
    began = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: began + 61 * len(waited))
    waited: list[float] = []
    again = answer(429, b"{}", "Retry-After: 26")
    with misbehaving(again, again, again) as (server, _), requests.Session() as session:
        assert caller_at(server, session, waited).create("/x").status == 429
        assert len(server.asked) == 2


@pytest.mark.parametrize("told", ["", "Retry-After: 61", "Retry-After: soon", "Retry-After: -1", "Retry-After: 9999"])
def test_nobody_waits_for_long_or_for_nothing(told: str) -> None:
    """Without a time, or with one too far ahead, a 429 is a refusal at once; so is any other answer with a time."""
    waited: list[float] = []
    headers = [told] if told else []
    with misbehaving(answer(429, b"{}", *headers)) as (server, _), requests.Session() as session:
        assert caller_at(server, session, waited).create("/x").status == 429
    with misbehaving(answer(400, b"{}", "Retry-After: 5")) as (server, _), requests.Session() as session:
        assert caller_at(server, session, waited).create("/x").status == 400
    assert waited == []


def test_a_second_try_that_breaks_off_is_perhaps_sent() -> None:
    """What came of the call is what came of its last try."""
    with misbehaving(answer(429, b"", "Retry-After: 0"), None) as (server, _), requests.Session() as session:
        with pytest.raises(PerhapsSent):
            caller_at(server, session, []).create("/x")
        assert len(server.asked) == 2


@pytest.mark.parametrize("path", ["@evil.example/x", ".evil.example/x", ":81/x", "\\evil"])
def test_a_path_that_leads_to_another_host_is_not_called(path: str) -> None:
    """Host and scheme are compared after joining, so that our key goes nowhere else."""
    with requests.Session() as session:
        caller = Caller(session, "https://api.docuseal.example", {"X-Auth-Token": "hemmelig"}, "DocuSeal")
        with pytest.raises(ProviderError, match=r"another host|annen"):
            caller.read(path)
