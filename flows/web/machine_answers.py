"""What holds for every answer to a machine: what is asked for exists in no address with NUL, and nothing is kept."""

from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import unquote

from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from flows.answer_headers import with_headers

_HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


@dataclass(frozen=True)
class MachineAnswers:
    """ASGI middleware: 404 for addresses with NUL, which PostgreSQL takes in no text; headers where there are none."""

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on with headers on its answer."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        answer = with_headers(send, _HEADERS)
        if "\0" in unquote(scope["path"]):
            await JSONResponse({"detail": "Not Found"}, 404)(scope, receive, answer)
            return
        with suppress(ClientDisconnect):  # nobody hears an answer; a fault in the log, once a call, would be a flood
            await self.app(scope, receive, answer)
