"""A server of cases on this machine that misbehaves in ways that are agreed on beforehand."""

import json
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Server:
    """Answers each request with the next of its answers, and the last one for ever after."""

    url: str = ""
    answers: list[Answer] = field(default_factory=list)
    asked: list[tuple[str, str]] = field(default_factory=list)

    def will_be_silent(self) -> bool:
        """Say whether the next request will never be answered."""
        return self.answers[min(len(self.asked), len(self.answers) - 1)] is say_nothing

    def next_answer(self, request: BaseHTTPRequestHandler) -> Answer:
        """Note a request and return what to do with it."""
        self.asked.append((request.path, request.headers.get("Authorization", "")))
        return self.answers[min(len(self.asked), len(self.answers)) - 1]


def page(content: Any, status: int = 200, **headers: str) -> Answer:
    """Answer with JSON; `Link` and `Retry_After` are headers."""
    return answer_of(json.dumps(content), status, **headers)


def answer_of(text: str, status: int = 200, **headers: str) -> Answer:
    """Answer with a text as it stands."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        body = text.encode()
        request.send_response(status)
        request.send_header("Content-Type", "application/json")
        request.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            request.send_header(name.replace("_", "-"), value)
        request.end_headers()
        request.wfile.write(body)

    return answer


def half(content: Any, *, says_so: bool) -> Answer:
    """End in the middle of the JSON; with or without a length that gives it away."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        body = json.dumps(content).encode()
        request.send_response(200)
        if says_so:
            request.send_header("Content-Length", str(len(body)))
        request.send_header("Connection", "close")
        request.end_headers()
        request.wfile.write(body[: len(body) // 2])
        request.close_connection = True

    return answer


def drop(request: BaseHTTPRequestHandler) -> None:
    """Close the connection without a word."""
    request.close_connection = True
    request.connection.close()


def say_nothing(request: BaseHTTPRequestHandler) -> None:
    """Say nothing until the caller gives up."""
    request.connection.recv(1)
    drop(request)


@contextmanager
def serving(*answers: Answer, tls: ssl.SSLContext | None = None) -> Iterator[Server]:
    """Run a server with these answers, over TLS where a certificate is given."""
    server = Server(answers=list(answers))

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            server.next_answer(self)(self)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Say nothing."""

        def finish(self) -> None:
            try:
                super().finish()
            except (OSError, ValueError):
                return  # the connection was dropped on purpose

    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    httpd.daemon_threads = True
    if tls:
        httpd.socket = tls.wrap_socket(httpd.socket, server_side=True)
    httpd.handle_error = lambda *_details: None  # type: ignore[method-assign]
    server.url = f"{'https' if tls else 'http'}://127.0.0.1:{httpd.server_port}/cases"
    thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        httpd.shutdown()
        httpd.server_close()
        thread.join()
