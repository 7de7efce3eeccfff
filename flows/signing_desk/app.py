"""The desk as a web application: senders below /api, signers below /sign."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pyhanko.sign.timestamps import TimeStamper
from starlette.exceptions import HTTPException

from flows.language import translate as _
from flows.signing_desk.api import api_routes, describe
from flows.signing_desk.emails import Letters
from flows.signing_desk.errors import Refused, unknown_link
from flows.signing_desk.link_tokens import digest_of
from flows.signing_desk.middleware import Door, sender_token
from flows.signing_desk.service import Clock, open_desk
from flows.signing_desk.signer_pages import page_routes, refusal_page
from flows.signing_desk.signing_links import issue_missing
from flows.signing_desk.throttling import OPENINGS, Patience
from flows.signing_desk.webhook_outbox import Webhook, keep_telling


def utc_now() -> datetime:
    """Return the time now."""
    return datetime.now(UTC)


def create_app(
    folder: Path,
    clock: Clock = utc_now,
    *,
    address: str = "http://127.0.0.1:8756",
    token: str = "",
    letters: Letters | None = None,
    timestamper: TimeStamper | None = None,
    webhook: Webhook | None = None,
) -> FastAPI:
    """Open the desk in its folder as an application.

    `address` is what browsers reach it by and what links begin with; `token` the senders' bearer token, where the one
    in the folder is not to be used; `webhook` is whom the desk tells.
    """
    desk = open_desk(folder, clock, address, letters=letters, timestamper=timestamper, tells=webhook is not None)
    issue_missing(desk)

    @asynccontextmanager
    async def telling(_app: FastAPI) -> AsyncIterator[None]:
        with keep_telling(desk, webhook):
            yield

    app = FastAPI(
        title="Avtaleflyt signing desk",
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
        lifespan=telling,
    )
    app.include_router(api_routes(desk))
    app.include_router(page_routes(desk))
    app.add_middleware(Door, token=sender_token(folder, token))

    misses = Patience(clock)
    _add_waiting(app, misses, Patience(clock, OPENINGS, timedelta(minutes=1)))
    _add_refusals(app, misses)
    return app


def _add_waiting(app: FastAPI, misses: Patience, openings: Patience) -> None:
    """Make whoever asks for links too often wait: by caller for links that lead nowhere, by link for the others."""

    @app.middleware("http")
    async def wait(request: Request, go_on: Callable[[Request], Awaitable[Response]]) -> Response:
        if not request.url.path.startswith(("/sign/", "/copy/")):
            return await go_on(request)
        link = digest_of(request.url.path.split("/")[2])
        if misses.is_over(_caller(request)) or openings.is_over(link):
            answer = refusal_page(Refused(429, "too-many", _("Too many attempts.")))
            answer.headers["Retry-After"] = "600" if misses.is_over(_caller(request)) else "60"
            return answer
        openings.count(link)
        return await go_on(request)


def _add_refusals(app: FastAPI, misses: Patience) -> None:
    """Answer refusals as pages or problem details, and count links that lead nowhere."""

    @app.exception_handler(Refused)
    def refused(request: Request, refusal: Refused) -> Response:
        if refusal.code == "unknown-link":
            misses.count(_caller(request))
        return _answer(request, refusal)

    @app.exception_handler(RequestValidationError)
    def invalid(request: Request, error: RequestValidationError) -> Response:
        return _answer(
            request,
            Refused(
                422,
                "invalid",
                _("The request cannot be taken: {complaints}.").format(complaints=describe(error.errors())),
            ),
        )

    @app.exception_handler(HTTPException)
    def http_error(request: Request, error: HTTPException) -> Response:
        phrase = HTTPStatus(error.status_code).phrase
        refusal = Refused(error.status_code, phrase.lower().replace(" ", "-"), f"{phrase}.")
        return _answer(request, unknown_link() if error.status_code == 404 and not _to_api(request) else refusal)


def _caller(request: Request) -> str:
    return request.client.host if request.client else ""


def _answer(request: Request, refusal: Refused) -> Response:
    if not _to_api(request):
        return refusal_page(refusal)
    problem = {"type": "about:blank", "status": refusal.status, "code": refusal.code, "detail": str(refusal)}
    return Response(json.dumps(problem), refusal.status, media_type="application/problem+json")


def _to_api(request: Request) -> bool:
    return request.url.path.startswith("/api/")
