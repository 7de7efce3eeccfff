"""Security headers on every answer of the workplace, and limits of what is read from a request.

Pure ASGI: streams pass through untouched, and oversized bodies are refused before they are parsed.
"""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from flows.answer_headers import with_headers

LARGEST_FORM = 1024 * 1024
LARGEST_UPLOAD = 12 * 1024 * 1024
"""Bytes of a request with a file: a workbook has at most 10 MB."""

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action {form_action}; base-uri 'none'; frame-ancestors 'none'"
)
ALWAYS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


FaultPage = Callable[[Request], Awaitable[Response]]
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class SecurityHeaders:
    """ASGI middleware that adds the headers, and answers faults with a page.

    `form_hosts` are origins beside our own that a form may lead to.
    """

    app: ASGIApp
    fault_page: FaultPage
    form_hosts: tuple[str, ...] = ()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on with headers on its answer, or refuse its size."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        policy = POLICY.format(form_action=" ".join(("'self'", *self.form_hosts)))
        answer = with_headers(send, {"Content-Security-Policy": policy, **ALWAYS})
        body = _Body(receive, Headers(scope=scope))
        if body.announced_too_large:
            await _refuse(answer)
            return
        started = False

        async def noting_start(message: Message) -> None:
            nonlocal started
            started = True
            await answer(message)

        try:
            await self.app(scope, body.receive, noting_start)
        except Exception as error:
            # Caught here, inside the headers: Starlette's own page of a fault would go out without them.
            if started:
                raise
            _log.error("A page broke off: %s", type(error).__name__, exc_info=error)
            await (await self.fault_page(Request(scope)))(scope, receive, answer)


class _Body:
    """A request's body, cut off where it grows past the limit of its kind."""

    def __init__(self, receive: Receive, headers: Headers) -> None:
        self._receive = receive
        is_upload = headers.get("content-type", "").startswith("multipart/form-data")
        self._limit = LARGEST_UPLOAD if is_upload else LARGEST_FORM
        self._taken = 0
        length = headers.get("content-length", "0")
        self.announced_too_large = not length.isascii() or not length.isdigit() or int(length) > self._limit

    async def receive(self) -> Message:
        message = await self._receive()
        self._taken += len(message.get("body", b""))
        return {"type": "http.disconnect"} if self._taken > self._limit else message


async def _refuse(send: Send) -> None:
    from flows.language import translate as _

    text = _("What you sent is too large. A workbook has at most 10 MB. Go back and choose a smaller file.")
    body = f"<!doctype html><meta charset=utf-8><title>Avtaleflyt</title><p>{text}</p>".encode()
    headers = [(b"content-type", b"text/html; charset=utf-8"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": body})
