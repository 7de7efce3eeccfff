"""Headers that every answer of a web application carries, whatever its routes say."""

from collections.abc import Mapping

from starlette.datastructures import MutableHeaders
from starlette.types import Message, Send


def with_headers(send: Send, always: Mapping[str, str]) -> Send:
    """Return what sends an ASGI answer with these headers, except those that the answer has already."""

    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in always.items():
                headers.setdefault(name, value)
        await send(message)

    return send_with_headers
