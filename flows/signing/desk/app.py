"""The desk as a web application: senders below /api, signers below /sign."""

import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pyhanko.sign.timestamps import TimeStamper
from starlette.exceptions import HTTPException

from flows.signing.desk.api import api_routes, describe
from flows.signing.desk.desk import Clock, open_desk
from flows.signing.desk.door import Door, sender_token
from flows.signing.desk.letters import Letters
from flows.signing.desk.patience import Patience
from flows.signing.desk.refusals import Refused, unknown_link
from flows.signing.desk.signer_pages import page_routes, refusal_page


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
) -> FastAPI:
    """Open the desk in its folder as an application.

    `address` is what browsers reach it by and what links begin with; `token` the senders' bearer token, where the one
    in the folder is not to be used.
    """
    desk = open_desk(folder, clock, address, letters=letters, timestamper=timestamper)
    app = FastAPI(title="Avtaleflyt signing desk", docs_url=None, redoc_url=None, openapi_url="/api/openapi.json")
    app.include_router(api_routes(desk))
    app.include_router(page_routes(desk))
    app.add_middleware(Door, token=sender_token(folder, token))

    patience = Patience(clock)

    @app.middleware("http")
    async def wait(request: Request, go_on: Callable[[Request], Awaitable[Response]]) -> Response:
        if request.url.path.startswith("/sign/") and patience.is_over(_caller(request)):
            return refusal_page(Refused(429, "too-many", "Too many links that lead nowhere."))
        return await go_on(request)

    @app.exception_handler(Refused)
    def refused(request: Request, refusal: Refused) -> Response:
        if refusal.code == "unknown-link":
            patience.missed(_caller(request))
        return _answer(request, refusal)

    @app.exception_handler(RequestValidationError)
    def invalid(request: Request, error: RequestValidationError) -> Response:
        return _answer(request, Refused(422, "invalid", f"The request cannot be taken: {describe(error.errors())}."))

    @app.exception_handler(HTTPException)
    def http_error(request: Request, error: HTTPException) -> Response:
        phrase = HTTPStatus(error.status_code).phrase
        refusal = Refused(error.status_code, phrase.lower().replace(" ", "-"), f"{phrase}.")
        return _answer(request, unknown_link() if error.status_code == 404 and not _to_api(request) else refusal)

    return app


def _caller(request: Request) -> str:
    return request.client.host if request.client else ""


def _answer(request: Request, refusal: Refused) -> Response:
    if not _to_api(request):
        return refusal_page(refusal)
    problem = {"type": "about:blank", "status": refusal.status, "code": refusal.code, "detail": str(refusal)}
    return Response(json.dumps(problem), refusal.status, media_type="application/problem+json")


def _to_api(request: Request) -> bool:
    return request.url.path.startswith("/api/")
