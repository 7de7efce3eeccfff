"""Access control in front of the desk: bearer token, origin of forms, size limits and security headers.

Plain ASGI, so that requests without a token and oversized bodies are refused before anything is read or parsed.
"""

import hmac
import json
import secrets
from dataclasses import dataclass
from pathlib import Path

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from flows.answer_headers import with_headers
from flows.language import translate as _
from flows.signing_desk.schemas import MAX_BYTES
from flows.signing_desk.secret_files import keep_secret

_UPLOAD = MAX_BYTES + 256 * 1024
_FORM = 16 * 1024

_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; frame-src 'self'; form-action 'self';"
    " base-uri 'none'; frame-ancestors 'self'"
)
SECURITY_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "X-Robots-Tag": "noindex, nofollow",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def sender_token(folder: Path, given: str = "") -> str:
    """Return the senders' bearer token: the given one, or else that of the file `token`, made on first use."""
    return given or keep_secret(folder / "token", secrets.token_urlsafe(32).encode()).decode().strip()


@dataclass(frozen=True)
class SecurityMiddleware:
    """ASGI middleware that checks every request before the desk reads it."""

    app: ASGIApp
    token: str

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on to the desk, or refuse it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        answer = with_headers(send, SECURITY_HEADERS)
        headers = Headers(scope=scope)
        to_api = scope["path"].startswith("/api/")
        if to_api and not self._is_sender(headers.get("authorization", "")):
            await _refuse(answer, 401, "unauthorised", _("Send the desk's bearer token."))
            return
        if not to_api and scope["method"] == "POST" and not from_same_origin(headers):
            await _refuse(answer, 403, "cross-site", _("Forms are taken from the desk's own pages only."))
            return
        body = _Body(receive, _UPLOAD if to_api else _FORM)
        if body.announced_too_large(headers):
            await _refuse(answer, 413, "too-large", _("At most {limit} bytes are taken.").format(limit=body.limit))
            return
        await self.app(scope, body.receive, answer)

    def _is_sender(self, authorization: str) -> bool:
        return hmac.compare_digest(authorization.encode(), f"Bearer {self.token}".encode())


def from_same_origin(headers: Headers) -> bool:
    """Return whether a form comes from the desk's own pages, or from a program that is no browser.

    Browsers say so in `Sec-Fetch-Site`; older ones in `Origin`, which is `null` under our referrer policy.
    """
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = headers.get("origin", "null")
    return origin == "null" or origin.partition("://")[2] == headers.get("host")


class _Body:
    """A request's body, cut off where it grows past the limit."""

    def __init__(self, receive: Receive, limit: int) -> None:
        self._receive = receive
        self.limit = limit
        self._taken = 0

    def announced_too_large(self, headers: Headers) -> bool:
        length = headers.get("content-length", "0")
        return not length.isascii() or not length.isdigit() or int(length) > self.limit

    async def receive(self) -> Message:
        message = await self._receive()
        self._taken += len(message.get("body", b""))
        return {"type": "http.disconnect"} if self._taken > self.limit else message


async def _refuse(send: Send, status: int, code: str, detail: str) -> None:
    body = json.dumps({"type": "about:blank", "status": status, "code": code, "detail": detail}).encode()
    headers = [(b"content-type", b"application/problem+json"), (b"content-length", str(len(body)).encode())]
    if status == 401:
        headers.append((b"www-authenticate", b"Bearer"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
