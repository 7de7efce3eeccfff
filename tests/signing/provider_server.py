"""A provider's server for tests: it answers over real HTTP, keeps state, and misbehaves on demand.

`faults` names, by operation, what goes wrong with the next calls, one each: `reset` (before anything is done), `lost`
(done, then the connection breaks), `lost502` (done, then HTML with 502), `half` (done, then half an answer), `garbage`
(done, then an unreadable 200), `silent` (done, then nothing), `drip` (done, then an answer that takes an hour), `html`
(200 with a page, nothing done), `notpdf`, `cutpdf`, `otherpdf`, or a status such as `500`, with which nothing is done.
"""

import http.server
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import requests

HTML = b"<html><body>Bad gateway</body></html>"


@dataclass
class Call:
    """A request as it came."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass
class Reply:
    """An answer."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class ProviderServer:
    """What the servers have in common. A subclass answers, and names the operation that a call is."""

    clock: Callable[[], datetime]
    faults: dict[str, list[str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    exchanged: list[tuple[Call, Reply]] = field(default_factory=list)
    lock: threading.RLock = field(default_factory=threading.RLock)
    address: str = ""
    another_pdf: bytes = b""
    hours: int = 0
    """What its dripping answers have taken by the caller's clock, which is moved instead of waited for."""

    def operation(self, call: Call) -> str:
        """Return what a call is, in one word: `create`, `find`, `read`, `download` and so on."""
        raise NotImplementedError

    def answer(self, call: Call) -> Reply:
        """Do what is asked."""
        raise NotImplementedError

    def will_be_silent(self, request: requests.PreparedRequest) -> bool:
        """Say whether a request that is about to be sent will never be answered."""
        operation = self.operation(Call(request.method or "", request.path_url, request.headers, b""))
        with self.lock:
            return self.faults.get(operation, [])[:1] == ["silent"]

    def monotonic(self) -> float:
        """Return the seconds by which callers should measure an answer that drips in."""
        return time.monotonic() + 3600 * self.hours

    def handle(self, handler: "_Handler", call: Call) -> None:
        """Answer a call, or misbehave."""
        with self.lock:
            operation = self.operation(call)
            self.asked.append(operation)
            waiting = self.faults.get(operation, [])
            fault = waiting.pop(0) if waiting else ""
            if fault == "reset":
                handler.reset()
                return
            if fault.isdigit():
                handler.give(Reply(int(fault), HTML, {"Content-Type": "text/html"}))
                return
            if fault == "html":
                handler.give(Reply(200, HTML, {"Content-Type": "text/html"}))
                return
            reply = self.answer(call)
            self.exchanged.append((call, reply))
        if fault == "lost":
            handler.reset()
        elif fault == "lost502":
            handler.give(Reply(502, HTML, {"Content-Type": "text/html"}))
        elif fault == "half":
            handler.give(reply, len(reply.body) // 2)
        elif fault == "garbage":
            handler.give(Reply(200, b"{]", reply.headers))
        elif fault == "silent":
            handler.wait_until_gone()
        elif fault == "drip":
            handler.drip(reply, self)
        elif fault == "notpdf":
            handler.give(Reply(200, HTML, reply.headers))
        elif fault == "cutpdf":
            handler.give(Reply(200, reply.body[: len(reply.body) // 2], reply.headers))
        elif fault == "otherpdf":
            handler.give(Reply(200, self.another_pdf, reply.headers))
        else:
            handler.give(reply)

    @contextmanager
    def running(self, context: ssl.SSLContext | None = None) -> Iterator[None]:
        """Answer at `address` until the block ends."""
        server = _Server(("127.0.0.1", 0), _Handler)
        server.owner = self
        if context:
            server.context = context
        self.address = f"{'https' if context else 'http'}://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            server.server_close()
            thread.join(120)


class _Server(http.server.ThreadingHTTPServer):
    owner: ProviderServer
    context: ssl.SSLContext | None = None
    daemon_threads = True
    request_queue_size = 64

    def finish_request(self, request: Any, client_address: Any) -> None:
        if self.context is not None:
            request.settimeout(120)
            try:
                request = self.context.wrap_socket(request, server_side=True)
            except (ssl.SSLError, OSError):
                return
        try:
            super().finish_request(request, client_address)
        finally:
            with suppress(OSError):
                request.close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: callers that go away are part of the tests."""


class _Handler(http.server.BaseHTTPRequestHandler):
    server: _Server
    timeout = 120

    def do_GET(self) -> None:
        """Answer."""
        call = Call(self.command, self.path, dict(self.headers), self._body())
        self.server.owner.handle(self, call)

    def _body(self) -> bytes:
        """Read the body, by its length or in chunks."""
        if "chunked" not in self.headers.get("Transfer-Encoding", "").lower():
            return self.rfile.read(int(self.headers.get("Content-Length", "0")))
        body = b""
        while size := int(self.rfile.readline().partition(b";")[0], 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        while self.rfile.readline().strip():  # trailers
            pass
        return body

    do_POST = do_PUT = do_DELETE = do_PATCH = do_GET  # noqa: N815 - the library's names

    def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002 - the library's name
        """Say nothing."""

    def give(self, reply: Reply, only: int | None = None) -> None:
        """Answer, perhaps with the first bytes of the body alone."""
        self.send_response(reply.status)
        for name, value in {**reply.headers, "Content-Length": str(len(reply.body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(reply.body if only is None else reply.body[:only])

    def drip(self, reply: Reply, server: ProviderServer) -> None:
        """Answer with a body whose first byte comes after an hour, as the caller's clock has it."""
        self.give(reply, 0)
        server.hours += 1
        with suppress(OSError):
            self.wfile.write(reply.body)

    def reset(self) -> None:
        """Break the connection off."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()

    def wait_until_gone(self) -> None:
        """Say nothing until the caller gives up."""
        with suppress(OSError):
            self.connection.recv(1)
