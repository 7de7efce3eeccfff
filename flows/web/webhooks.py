"""Receive provider webhooks: `POST /webhooks/{provider}`.

What it says is a hint and no more: the id of a request to read again. It is believed only where its bytes are
authentic, before they are parsed; it is written down and answered at once, and the next round of collecting reads the
hinted requests first. Polling alone always gets there.
"""

from collections.abc import Callable, Mapping

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from flows.application.webhooks import HintOutcome, Provider, refuse_hint, take_hint
from flows.register import Register

MAX_BYTES = 1024 * 1024


def nobody() -> None:
    """Wake nobody: the next sweep finds the hint."""


def webhook_routes(
    register: Register, providers: Mapping[str, Provider], wake: Callable[[], None] = nobody
) -> APIRouter:
    """Return the route. `wake` is called after a new hint is committed; what it does must be quick and may fail."""
    router = APIRouter()

    @router.post("/webhooks/{name}", include_in_schema=False)
    async def webhook(name: str, request: Request) -> Response:
        """Answer 204 to whatever is authentic, known or new; 401 with nothing to whatever is not."""
        provider = providers.get(name)
        if provider is None:
            return Response(status_code=404)
        body = bytearray()
        async for part in request.stream():
            body += part
            if len(body) > MAX_BYTES:
                await run_in_threadpool(refuse_hint, register, name, "too_large")
                return Response(status_code=413)
        headers = dict(request.headers)
        return Response(status_code=await run_in_threadpool(_take, register, provider, headers, bytes(body), wake))

    return router


def _take(
    register: Register, provider: Provider, headers: Mapping[str, str], body: bytes, wake: Callable[[], None]
) -> int:
    outcome = take_hint(register, provider, headers, body)
    if outcome == HintOutcome.FORGED:
        return 401
    if outcome == HintOutcome.NEW:
        wake()
    return 204
