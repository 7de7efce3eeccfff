"""What holds for every answer to a machine: what is asked for exists in no address with NUL, and nothing is kept."""

from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import unquote

from starlette.datastructures import MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

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

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        if "\0" in unquote(scope["path"]):
            await JSONResponse({"detail": "Not Found"}, 404)(scope, receive, send_with_headers)
            return
        with suppress(ClientDisconnect):  # nobody hears an answer; a fault in the log, once a call, would be a flood
            await self.app(scope, receive, send_with_headers)
