"""Give each web request an id, for the log and its answer.

A proxy may give it (`X-Request-Id`), so that its log and ours speak of the same request; otherwise it is made here.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from uuid import uuid4

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from flows.answer_headers import with_headers
from flows.request_ids import answering_request

HEADER = "X-Request-Id"
_FORM = re.compile(r"[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
"""A UUID: what stands in the log must not be words that a caller has chosen."""


@dataclass(frozen=True)
class RequestIds:
    """ASGI middleware around a whole application, its answers to faults included."""

    app: ASGIApp
    new_id: Callable[[], str] = lambda: str(uuid4())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on under its id."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        given = Headers(scope=scope).get(HEADER, "")
        own = given if _FORM.fullmatch(given) else self.new_id()
        with answering_request(own):
            await self.app(scope, receive, with_headers(send, {HEADER: own}))
